"""The work queue (待办): what of money does not match, since when, and whose turn it is.

Each matter is a select of one shape; the queue is all of them together. It is of today. How long is
too long is said by Patience.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    RowMapping,
    Subquery,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from aid.funds.commitments import MOST, Part
from aid.funds.conditions import met_now
from aid.funds.matters import MATTERS, PATIENCE, Matter, Patience, Turn
from aid.funds.model import Movement, Tranche, TrancheBalance
from aid.funds.standing import (
    HOLDING,
    TRANSIT,
    ZERO,
    Known,
    Mine,
    Query,
    due,
    reached,
    reckoned_once,
    staying,
)
from aid.projects.model import Project
from aid.regions.model import Division
from aid.text import Text

Column = ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look into.

    `fen` is the amount it is about, `since` the day it began. `tranche` is None where it is of the
    whole project. `at` is its place in the queue: give it as `after` for the next page.
    """

    matter: Matter
    project_id: int
    project_code: str
    project: Text
    recipient_id: int
    recipient: Text
    tranche_id: int | None
    tranche_seq: int | None
    tranche: Text | None
    fen: int
    since: date
    days: int
    turn: Turn
    said: Text
    at: tuple[date, int]


async def items(
    session: AsyncSession, part: Part, *, today: date, matters: Sequence[Matter] | None = None,
    turn: Turn | None = None, patience: Patience = PATIENCE,
    after: tuple[date, int] | None = None, first: int = 20,
) -> list[Item]:
    """The longest waiting first: those after `after`, at most 100."""
    chosen = [one for one in (matters if matters is not None else Matter)
              if turn is None or MATTERS[one].turn is turn]
    if not chosen:
        return []
    of = queue(Known(today), part.mine, patience, chosen).subquery()
    found = await session.execute(_named(_page(of, after, first)))
    return [_item(row) for row in found.mappings()]


def _page(of: FromClause, after: tuple[date, int] | None, first: int) -> Query:
    page = select(of).order_by(of.c.since, of.c.id).limit(min(first, MOST))
    if after is not None:
        page = page.where(tuple_(of.c.since, of.c.id) > tuple_(*after))
    return page


def _named(page: Query) -> Query:
    """A page with the names of its projects, places and instalments, in its order."""
    rows = page.subquery()
    project, place = Project.__table__.alias(), Division.__table__.alias()
    tranche = Tranche.__table__.alias()
    return (
        select(rows, project.c.code, project.c.name, project.c.name_en, place.c.name.label("place"),
               place.c.name_en.label("place_en"), tranche.c.seq, tranche.c.name.label("part"),
               tranche.c.name_en.label("part_en"))
        .select_from(
            rows.join(project, project.c.id == rows.c.project_id)
            .join(place, place.c.id == rows.c.recipient_id)
            .outerjoin(tranche, tranche.c.id == rows.c.tranche_id))
        .order_by(rows.c.since, rows.c.id))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are of a matter, and what they are about in fen."""

    count: int = 0
    fen: int = 0


async def counted(
    session: AsyncSession, part: Part, *, today: date, patience: Patience = PATIENCE
) -> dict[Matter, int]:
    """How many there are of each matter, also where there are none."""
    found = await tallied(session, part, today=today, patience=patience)
    return {matter: tally.count for matter, tally in found.items()}


async def tallied(
    session: AsyncSession, part: Part, *, today: date, patience: Patience = PATIENCE
) -> dict[Matter, Tally]:
    """How many there are of each matter and how much money, also where there are none."""
    of = queue(Known(today), part.mine, patience).subquery()
    rows = await session.execute(
        select(of.c.matter, func.count(), cast(func.sum(of.c.fen), BigInteger))
        .group_by(of.c.matter))
    return dict.fromkeys(Matter, Tally()) | {
        Matter(matter): Tally(number, fen) for matter, number, fen in rows}


async def tallied_and_listed(
    session: AsyncSession, part: Part, *, today: date, matters: Sequence[Matter] | None = None,
    turn: Turn | None = None, patience: Patience = PATIENCE,
    after: tuple[date, int] | None = None, first: int = 20,
) -> tuple[dict[Matter, Tally], list[Item]]:
    """`tallied` of all matters and `items` of some: the queue is looked through once for both."""
    whole = queue(Known(today), part.mine, patience).cte("whole")
    sums = select(
        whole.c.matter, func.count().label("number"),
        cast(func.sum(whole.c.fen), BigInteger).label("fen")).group_by(whole.c.matter).subquery()
    tallies = select(func.jsonb_object_agg(
        sums.c.matter, func.jsonb_build_array(sums.c.number, sums.c.fen)).label("tallies"),
    ).subquery()
    chosen = [one.value for one in (matters if matters is not None else Matter)
              if turn is None or MATTERS[one].turn is turn]
    of = select(whole).where(whole.c.matter.in_(chosen)).subquery()
    page = _named(_page(of, after, first)).subquery()
    rows = (await session.execute(
        select(cast(tallies.c.tallies, JSONB).label("tallies"), page)
        .select_from(tallies.outerjoin(page, true())).order_by(page.c.since, page.c.id)
    )).mappings().all()
    found = {Matter(matter): Tally(*said) for matter, said in (rows[0]["tallies"] or {}).items()}
    return (dict.fromkeys(Matter, Tally()) | found,
            [_item(row) for row in rows if row["id"] is not None])


def queue(
    now: Known, mine: Mine, patience: Patience | Mapping[str, Column] = PATIENCE,
    matters: Sequence[Matter] = tuple(Matter),
) -> Query:
    """The matters among what is `mine`.

    Columns: id (of no other item), matter, turn, project_id, recipient_id, tranche_id (null: of the
    whole project), fen, since, days, said, said_en. `patience` may be columns by its names.
    """
    unconfirmed, idle = (
        (patience.unconfirmed, patience.idle) if isinstance(patience, Patience)
        else (patience["unconfirmed"], patience["idle"]))
    waits = {Matter.UNCONFIRMED: unconfirmed, Matter.IDLE: idle}
    parts = [_worded(now, matter, _MATTERS[matter](now, mine, waits.get(matter, 0)))
             for matter in matters]
    whole = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    return select(whole)


_GROUPED = literal("FM999,999,999,999,990.00", SqlText)


def _worded(now: Known, matter: Matter, found: Subquery) -> Query:
    """A matter's rows with its sentence, and an id among those of all matters."""
    worded, number = MATTERS[matter], list(Matter).index(matter) + 1
    found = reckoned_once(select(found))
    days = now.day - found.c.since
    yuan = func.to_char(cast(found.c.fen, Numeric) * literal_column("0.01"), _GROUPED)
    said = [func.replace(func.replace(literal(sentence, SqlText), "{yuan}", yuan),
                         "{days}", cast(days, SqlText)) for sentence in worded.said]
    own = func.coalesce(found.c.tranche_id, found.c.project_id)
    return select(
        (cast(literal_column(str(number)), BigInteger).op("<<")(literal_column("50")) + own).label(
            "id"),
        _word(matter.value).label("matter"), _word(worded.turn.value).label("turn"),
        found.c.project_id, found.c.recipient_id, found.c.tranche_id, found.c.fen, found.c.since,
        days.label("days"), said[0].label("said"), said[1].label("said_en"))


def _due(now: Known, mine: Mine, _: Any) -> Subquery:
    """What `standing.instalments` calls overdue, looked for where something is not sent."""
    tranche, at = Tranche.__table__.alias(), TrancheBalance.__table__.alias()
    sent = func.coalesce(at.c.total_disburse, ZERO)
    unsent = reckoned_once(
        select(*(tranche.c[name] for name in _WAITS), (tranche.c.amount_fen - sent).label("fen"))
        .select_from(tranche.outerjoin(at, at.c.tranche_id == tranche.c.id))
        .where(tranche.c.withdrawn_on.is_(None), tranche.c.amount_fen > sent, *mine(tranche)))
    project = select(Project.__table__).where(
        Project.id == unsent.c.project_id).offset(ZERO).lateral()
    return (
        select(unsent.c.id.label("tranche_id"), unsent.c.project_id, unsent.c.recipient_id,
               unsent.c.fen, reached(unsent, project, now).label("since"))
        .select_from(unsent.join(project, true()))
        .where(due(unsent, project, now)).subquery())


_WAITS = ("id", "project_id", "recipient_id", "due_on", "milestone_id", "at_stage", "at_progress",
          "after_days")
"""What says whose an instalment is, and what it waits for."""


def _unconfirmed(now: Known, mine: Mine, days: Any) -> Subquery:
    """Disbursements of which nothing was confirmed for so many days."""
    of = staying(TRANSIT, now, mine)
    return _gathered(of, of.c.fen == of.c.amount_fen, of.c.occurred_on < now.day - days)


def _short(now: Known, mine: Mine, _: Any) -> Subquery:
    """Disbursements of which a part was confirmed, and a part is missing."""
    of = staying(TRANSIT, now, mine)
    return _gathered(of, of.c.fen < of.c.amount_fen)


def _idle(now: Known, mine: Mine, days: Any) -> Subquery:
    """Receipts of which something was held for so many days."""
    of = staying(HOLDING, now, mine)
    return _gathered(of, of.c.occurred_on < now.day - days)


def _no_evidence(_: Known, mine: Mine, __: Any) -> Subquery:
    """Payments that no document shows."""
    paid, undone = Movement.__table__.alias(), Movement.__table__.alias()
    of = (
        select(paid.c.tranche_id, paid.c.project_id, paid.c.recipient_id, paid.c.occurred_on,
               paid.c.amount_fen.label("fen"))
        .where(paid.c.kind == literal_column("'pay'"), paid.c.document_id.is_(None),
               ~exists().where(undone.c.reverses_id == paid.c.id), *mine(paid)).subquery())
    return _gathered(of)


def _unmet(now: Known, mine: Mine, _: Any) -> Subquery:
    """Instalments whose money was sent though what they wait for is not there.

    Those that still wait are fewer than those of which money was sent: they are looked for first.
    """
    tranche, project = Tranche.__table__.alias(), Project.__table__.alias()
    balance, sent, undone = (TrancheBalance.__table__.alias(), Movement.__table__.alias(),
                             Movement.__table__.alias())
    waiting = reckoned_once(
        select(tranche.c.id, tranche.c.project_id, tranche.c.recipient_id)
        .select_from(tranche.join(project, project.c.id == tranche.c.project_id))
        .where(or_(
            *(tranche.c[name].is_not(None) for name in ("at_stage", "at_progress", "milestone_id")),
            tranche.c.due_on > now.day), ~met_now(now.day, tranche, project), *mine(tranche)))
    at = select(balance.c.total_disburse).where(
        balance.c.tranche_id == waiting.c.id, balance.c.total_disburse > ZERO,
    ).offset(ZERO).lateral()
    first = (
        select(func.min(sent.c.occurred_on))
        .where(sent.c.tranche_id == waiting.c.id, sent.c.kind == literal_column("'disburse'"),
               ~exists().where(undone.c.reverses_id == sent.c.id))
        .scalar_subquery())
    return (
        select(waiting.c.id.label("tranche_id"), waiting.c.project_id, waiting.c.recipient_id,
               at.c.total_disburse.label("fen"), first.label("since"))
        .select_from(waiting.join(at, true())).subquery())


def _overspent(_: Known, mine: Mine, __: Any) -> Subquery:
    """Projects of which more is committed, on its way or paid than was approved.

    The ledger refuses that; what came into the database in another way is found here.
    """
    at, project, moved = (TrancheBalance.__table__.alias(), Project.__table__.alias(),
                          Movement.__table__.alias())
    taken = func.sum(at.c.committed + at.c.in_transit + at.c.held + at.c.spent)
    of = (
        select(at.c.project_id, at.c.recipient_id, cast(taken, BigInteger).label("taken"))
        .where(*mine(at)).group_by(at.c.project_id, at.c.recipient_id).subquery())
    approved = func.coalesce(project.c.approved_fen, ZERO)
    last = select(func.max(moved.c.occurred_on)).where(
        moved.c.project_id == of.c.project_id).scalar_subquery()
    return (
        select(cast(null(), BigInteger).label("tranche_id"), of.c.project_id, of.c.recipient_id,
               (of.c.taken - approved).label("fen"), cast(last, Date).label("since"))
        .select_from(of.join(project, project.c.id == of.c.project_id))
        .where(of.c.taken > approved).subquery())


def _gathered(of: Subquery, *where: ColumnElement[bool]) -> Subquery:
    """Movements added up by instalment, since the first of them."""
    return (
        select(of.c.tranche_id, of.c.project_id, of.c.recipient_id,
               cast(func.sum(of.c.fen), BigInteger).label("fen"),
               func.min(of.c.occurred_on).label("since"))
        .where(*where)
        .group_by(of.c.tranche_id, of.c.project_id, of.c.recipient_id).subquery())


_MATTERS: Mapping[Matter, Callable[[Known, Mine, Any], Subquery]] = MappingProxyType({
    Matter.DUE: _due, Matter.UNCONFIRMED: _unconfirmed, Matter.SHORT: _short, Matter.IDLE: _idle,
    Matter.NO_EVIDENCE: _no_evidence, Matter.UNMET: _unmet, Matter.OVERSPENT: _overspent,
})


def _word(said: str) -> Column:
    return literal_column(f"'{said}'", SqlText())


def _item(row: RowMapping) -> Item:
    part = row["part"]
    return Item(
        Matter(row["matter"]), row["project_id"], row["code"],
        Text(row["name"], row["name_en"] or row["name"]), row["recipient_id"],
        Text(row["place"], row["place_en"] or row["place"]), row["tranche_id"], row["seq"],
        None if part is None else Text(part, row["part_en"] or part), row["fen"], row["since"],
        row["days"], Turn(row["turn"]), Text(row["said"], row["said_en"]),
        (row["since"], row["id"]))
