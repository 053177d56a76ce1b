"""How a simulated project's money came and went, by the rules of aid/funds. Pure."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from aid.access.actor import SIMULATION
from aid.funds.bodies import Line
from aid.funds.terms import MovementKind
from aid.projects.terms import Stage
from seeds.demo.briefs import Era
from seeds.demo.budgets import Budgets
from seeds.demo.dice import Dice
from seeds.demo.instalments import Instalment, planned
from seeds.demo.lives import Life
from seeds.demo.shares import STEP

SLIPS = ("凭证号录入有误", "金额录入有误", "重复登记")
LEFT = ("招标结余资金退回", "项目结余资金退回")
EARLY = ("应受援地申请提前拨付", "雨季前抢工，提前拨付", "年终集中支付，提前拨付")
YEAR_END = "年终决算，尾款先行拨付，由受援地专户监管"
_SHUT = frozenset({Stage.RESERVE, Stage.SUSPENDED, Stage.CANCELLED})
_CLOSING = timedelta(25)
"""So many days before the years reviewed end, all that was published is sent."""
SHEET = "模拟数据：此文件代替支付凭证，并无原件。\n".encode()
"""What stands for the papers that show a payment."""


class Mishap(StrEnum):
    """What is not as it should be with an instalment's money once it was sent."""

    NONE = "none"
    UNCONFIRMED = "unconfirmed"
    LATE = "late"
    SHORT = "short"
    MISSING = "missing"
    IN_PARTS = "in_parts"
    MISTAKEN = "mistaken"
    IDLE = "idle"
    LEFT = "left"
    UNSHOWN = "unshown"


MISHAPS = (
    (Mishap.NONE, 76.0), (Mishap.LATE, 8.0), (Mishap.IN_PARTS, 8.0), (Mishap.SHORT, 6.0),
    (Mishap.UNSHOWN, 1.0), (Mishap.MISTAKEN, 1.0),
)
MISHAPS_LATER = (*MISHAPS, (Mishap.LEFT, 3.0), (Mishap.MISSING, 0.4))
"""How often which comes. Of what was published all came, and all was paid."""
MISHAPS_NOW = (
    Mishap.UNCONFIRMED, Mishap.NONE, Mishap.MISSING, Mishap.IDLE, Mishap.UNSHOWN, Mishap.LEFT,
    Mishap.NONE, Mishap.UNCONFIRMED, Mishap.MISTAKEN, Mishap.LATE, Mishap.UNSHOWN, Mishap.NONE,
    Mishap.IN_PARTS, Mishap.NONE,
)
"""In turn, so that of the money under way each recipient has nearly every kind."""


class Event(NamedTuple):
    """A movement before it has its place in the chain. `undoes` is the event it reverses."""

    tranche: int
    kind: MovementKind
    fen: int
    on: date
    recorded_at: datetime
    reason: str | None = None
    shown: bool = False
    undoes: "Event | None" = None


@dataclass(slots=True)
class Money:
    """The instalments of a project, its chain, and the disbursements that wait for a second person.

    `asked` are (instalment, fen, day).
    """

    instalments: list[Instalment] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    asked: list[tuple[int, int, date]] = field(default_factory=list)
    shown: bool = False


def funded(
    life: Life, budgets: Budgets, dice: Dice, turns: Iterator[Mishap], *, closed_on: date,
    today: date, sha256: str,
) -> Money:
    """The money of a project up to yesterday. What was published is paid by `closed_on`.

    `turns` say what befalls the money that is under way now.
    """
    money = Money()
    if life.approved_fen is None:
        return money
    money.instalments = planned(life, budgets, dice)
    events: list[Event] = []
    room = life.approved_fen
    for one in money.instalments:
        fen = min(one.fen, room)
        way = _Way(life, one, dice, turns, budgets.alone_fen, today,
                   closed_on if life.brief.era is Era.REVIEWED else None)
        events += way.gone(fen)
        room -= way.taken
        if way.asked is not None:
            money.asked.append((one.seq, *way.asked))
    _write(money, life, events, sha256)
    return money


class _NotYet(Exception):
    """What comes next has not come to be known."""


class _Way:
    """The way of one instalment's money. What is not recorded by yesterday is not there."""

    def __init__(
        self, life: Life, one: Instalment, dice: Dice, turns: Iterator[Mishap], alone_fen: int,
        today: date, closed_on: date | None,
    ) -> None:
        self._life, self._one, self._dice, self._turns = life, one, dice, turns
        self._alone, self._today = alone_fen, today
        self._until = closed_on
        self._last = datetime.min.replace(tzinfo=UTC)
        self._events: list[Event] = []
        self.taken = 0
        self.asked: tuple[int, date] | None = None

    def gone(self, fen: int) -> list[Event]:
        """What moved of the instalment, of so many fen."""
        with suppress(_NotYet):
            self._go(fen)
        with suppress(_NotYet):
            self._end()
        return self._events

    def _go(self, fen: int) -> None:
        if fen <= 0:
            return
        dice, ready, until = self._dice, self._one.ready, self._until
        if until is not None and (ready is None or ready > until - _CLOSING):
            ready = until - _CLOSING + timedelta(dice.between(5, 8))
            early: str | None = YEAR_END
        elif ready is None:
            ready, early = self._unready()
        else:
            early = None
        approved = self._life.first[Stage.APPROVED]
        committed = self._open(max(approved + timedelta(dice.between(2, 12)),
                                   ready - timedelta(dice.between(8, 40))))
        self._commit(fen, committed)
        if early == "":
            return
        sent = self._open(max(ready, committed) + timedelta(dice.between(1, 18)))
        if early is None and until is None and dice.chance(0.02):
            sent, early = self._hurried(committed, sent)
        self._send(fen, self._by(sent, 17), early)
        self._arrive(fen, sent)

    def _unready(self) -> tuple[date, str | None]:
        """An instalment whose condition is not met: mostly waits, sometimes is sent all the same.

        "" says that it waits.
        """
        life, dice = self._life, self._dice
        begun = life.first.get(Stage.STARTED)
        if begun is None or dice.chance(0.55):
            if self._one.part.retention or dice.chance(0.6):
                raise _NotYet
            return life.first[Stage.APPROVED] + timedelta(dice.between(20, 60)), ""
        if life.brief.era is Era.CURRENT and dice.chance(0.2):
            return begun + timedelta(dice.between(20, 120)), dice.one_of(EARLY)
        return begun + timedelta(dice.between(5, 60)), ""

    def _hurried(self, committed: date, sent: date) -> tuple[date, str | None]:
        """A day before the condition was met, with the reason; as it was, if there is none."""
        day = max(committed, self._one.ready or committed) - timedelta(self._dice.between(5, 20))
        day = self._open(max(day, committed))
        if self._one.ready is None or day >= self._one.ready:
            return sent, None
        return day, self._dice.one_of(EARLY)

    def _commit(self, fen: int, on: date) -> None:
        made = self._put(MovementKind.COMMIT, fen, on)
        self.taken = fen
        if self._dice.chance(0.012):
            why = "下达文号有误，撤销后重新下达"
            if self._until is None and self._dice.chance(0.5):
                self._put(MovementKind.CANCEL, fen, on, reason=why)
            else:
                self._put(MovementKind.REVERSE, fen, on, reason=why, undoes=made)
            self._put(MovementKind.COMMIT, fen, on)

    def _send(self, fen: int, on: date, reason: str | None) -> None:
        """In parts that one person may send alone; one of what is under way waits for a second."""
        if self._life.brief.open and self._dice.chance(0.5 if fen > self._alone else 0.03):
            self.asked = (fen, min(on, self._today - timedelta(1)))
            raise _NotYet
        while fen > 0:
            part = min(fen, self._alone)
            self._put(MovementKind.DISBURSE, part, on, reason=reason)
            fen -= part

    def _arrive(self, fen: int, sent: date) -> None:
        dice, now = self._dice, self._life.brief.open
        what = next(self._turns) if now else dice.weighed(
            MISHAPS_LATER if self._until is None else MISHAPS)
        if what is Mishap.UNCONFIRMED:
            return
        on = self._by(sent + timedelta(
            dice.between(45, 120) if what is Mishap.LATE else dice.between(2, 20)), 12)
        first = fen
        if what in (Mishap.SHORT, Mishap.MISSING):
            first = fen * dice.between(88, 98) // 100
        elif what is Mishap.IN_PARTS:
            first = fen * dice.between(40, 60) // 100
        made = self._put(MovementKind.RECEIVE, first, on)
        if what is Mishap.MISTAKEN:
            self._put(MovementKind.REVERSE, first, on, reason=dice.one_of(SLIPS), undoes=made)
            self._put(MovementKind.RECEIVE, first, on)
        if first < fen and what is not Mishap.MISSING:
            on = self._by(on + timedelta(dice.between(8, 60)), 8)
            self._put(MovementKind.RECEIVE, fen - first, on)
            first = fen
        if what is not Mishap.IDLE:
            self._pay(first, on, what)

    def _pay(self, fen: int, on: date, what: Mishap) -> None:
        """In one or two sums. Of what was given up or stands still, a part alone."""
        dice = self._dice
        if self._life.stage in _SHUT and self._until is None:
            fen = fen * dice.between(20, 80) // 100 // 100 * 100
        left = fen * dice.between(1, 8) // 100 if what is Mishap.LEFT else 0
        fen -= left
        parts = [fen]
        if dice.chance(0.12) and fen > 10 * STEP:
            half = fen * dice.between(30, 70) // 100 // 100 * 100
            parts = [half, fen - half]
        for part in parts:
            on = self._by(on + timedelta(dice.between(3, 45)), 2)
            if part:
                self._put(MovementKind.PAY, part, on, shown=what is not Mishap.UNSHOWN)
        if left:
            self._put(MovementKind.RETURN, left, on + timedelta(dice.between(5, 40)),
                      reason=dice.one_of(LEFT))

    def _end(self) -> None:
        """Of a project that was given up, what was not sent is taken back, what is held returned.
        """
        life, dice = self._life, self._dice
        if life.stage is not Stage.CANCELLED:
            return
        on = life.moves[-1].on + timedelta(dice.between(10, 60))
        held, committed = self._standing()
        if committed:
            self._put(MovementKind.CANCEL, committed, on, reason="项目终止，撤销下达")
        if held and dice.chance(0.8):
            self._put(MovementKind.RETURN, held, on + timedelta(dice.between(5, 60)),
                      reason="项目终止，未用资金退回")

    def _standing(self) -> tuple[int, int]:
        """What is held, and what is committed and not sent."""
        of = dict.fromkeys(MovementKind, 0)
        for event in self._events:
            kind = event.undoes.kind if event.undoes else event.kind
            of[kind] += -event.fen if event.undoes else event.fen
        return (of[MovementKind.RECEIVE] - of[MovementKind.PAY] - of[MovementKind.RETURN],
                of[MovementKind.COMMIT] - of[MovementKind.DISBURSE] - of[MovementKind.CANCEL])

    def _by(self, day: date, days: int) -> date:
        """The day, or so many days before the years reviewed end, if that is sooner."""
        return day if self._until is None else min(day, self._until - timedelta(days))

    def _open(self, day: date) -> date:
        """The first day from this one on on which the project may get money."""
        stage, moves = Stage.RESERVE, self._life.moves
        for move in moves:
            if move.on > day and stage not in _SHUT:
                break
            stage, day = move.after, max(day, move.on)
        if stage in _SHUT:
            raise _NotYet
        return day

    def _put(
        self, kind: MovementKind, fen: int, on: date, *, reason: str | None = None,
        shown: bool = False, undoes: Event | None = None,
    ) -> Event:
        dice = self._dice
        lag = dice.between(20, 75) if dice.chance(0.015) else dice.between(0, 4)
        day = on + timedelta(lag)
        if self._until is not None:
            day = min(day, self._until)
        moment = datetime(day.year, day.month, day.day, dice.between(1, 8), dice.between(0, 59),
                          dice.between(0, 59), dice.between(0, 999_999), tzinfo=UTC)
        moment = max(moment, self._last + timedelta(seconds=dice.between(40, 900)))
        if moment.date() >= self._today:
            raise _NotYet
        self._last = moment
        event = Event(self._one.seq, kind, fen, on, moment, reason, shown, undoes)
        self._events.append(event)
        return event


def _write(money: Money, life: Life, events: list[Event], sha256: str) -> None:
    """All movements of the project in the order in which they were recorded."""
    events.sort(key=_moment)
    code = life.brief.code
    serial = code.rsplit("-", 1)[1]
    sources = {one.seq: one.source.code for one in money.instalments}
    places: dict[int, int] = {}
    for seq, event in enumerate(events, 1):
        places[id(event)] = seq
        kind = event.kind
        money.shown = money.shown or event.shown
        money.lines.append(Line(
            event.tranche, sources[event.tranche], kind.value, event.fen, event.on,
            event.recorded_at, SIMULATION.name,
            voucher_no=_voucher(kind, code, seq),
            document_no=f"模拟援办〔{event.on.year}〕{serial}号"
            if kind is MovementKind.COMMIT else None,
            document_sha256=sha256 if event.shown else None, reason=event.reason,
            reverses=places[id(event.undoes)] if event.undoes else None))


def _moment(event: Event) -> datetime:
    return event.recorded_at


_VOUCHERS = {
    MovementKind.DISBURSE: "拨", MovementKind.RECEIVE: "收", MovementKind.PAY: "付",
    MovementKind.RETURN: "退"}


def _voucher(kind: MovementKind, code: str, seq: int) -> str | None:
    return f"模拟{_VOUCHERS[kind]}{code}-{seq:02}" if kind in _VOUCHERS else None
