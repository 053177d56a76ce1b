"""Bringing in vouchers: each a movement of the ledger, once, however often it is brought in.

The whole sheet is read first, for vouchers are recorded by their days, whatever rows they stand in.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import any_, func, literal_column, select
from sqlalchemy.orm import aliased

from aid.database.bulk import ids, texts
from aid.errors import AidError, Complaint, InputRefused
from aid.funds.entries import Slip, entered
from aid.funds.model import FundSource, Movement, Tranche
from aid.funds.moving import hold, record
from aid.funds.refusals import Busy, NotAtThisStage, NotYours, VoucherRecorded
from aid.funds.sending import unmet
from aid.funds.terms import KIND_NAMES, MOVER, MovementKind
from aid.interchange.imports.sources import Sources, the_sources
from aid.interchange.imports.vouchers import (
    Ledger,
    Recorded,
    differing,
    ledger_of,
    otherwise,
    paper,
)
from aid.interchange.imports.work import Work, placed
from aid.money import yuan
from aid.projects.model import Project
from aid.sheets.headings import Row
from aid.text import Text

_COLUMNS = {"amount": "amount_yuan", "idempotency_key": "voucher_no"}
_ORDER = {kind: at for at, kind in enumerate(MovementKind)}
_WHERE: Mapping[type[AidError], str] = {
    NotYours: "kind", NotAtThisStage: "project", VoucherRecorded: "voucher_no"}
"""Which cell a refusal of the ledger is about; else it is the amount."""


class _Instalment(NamedTuple):
    id: int
    project_id: int
    seq: int
    name: str
    source: str
    supporter_id: int


@dataclass(frozen=True, slots=True)
class _There:
    """What rows name, as far as it is there, and what is recorded of it."""

    tranches: Mapping[str, Sequence[_Instalment]]
    codes: Mapping[int, str]
    sources: Sources
    ledger: Ledger


class _New(NamedTuple):
    """A voucher to record."""

    row: Row
    tranche: _Instalment
    key: str


class Movements:
    """Brings in vouchers."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._rows: list[Row] = []

    def glance(self, row: Row) -> list[Complaint]:
        """Nothing more is seen of a row that cannot be read."""
        return []

    async def take(self, rows: Sequence[Row]) -> None:
        """Keep these rows until all are read; those with mistakes are left out."""
        self._rows += [row for row in rows if not self._work.complain(_check_cells(row))]

    async def conclude(self) -> None:
        """Record what is new, in the order of days, and say what the ledger has beside the sheet.
        """
        there = await self._there()
        named: list[Recorded] = []
        new = [one for row in self._rows if (one := self._told(row, there, named)) is not None]
        if new:  # what they wait for is not withdrawn meanwhile
            await hold(self._work.session, {one.tranche.id for one in new})
        await self._record(await self._ready(new))
        self._reconcile(there, named)

    async def _there(self) -> _There:
        session = self._work.session
        codes = {row["project"].upper() for row in self._rows}
        tranches: dict[str, list[_Instalment]] = defaultdict(list)
        projects: dict[int, str] = {}
        for number, code in await session.execute(
                select(Project.id, Project.code).where(Project.code == any_(texts(codes)))):
            projects[number], tranches[code] = code, []
        of = ids(projects)
        for row in await session.execute(
                select(Tranche.id, Tranche.project_id, Tranche.seq, Tranche.name,
                       FundSource.code, Project.supporter_id).select_from(Project)
                .join(Tranche, Tranche.project_id == Project.id)
                .join(FundSource, FundSource.id == Tranche.source_id)
                .where(Project.id == any_(of), Tranche.withdrawn_on.is_(None))
                .order_by(Tranche.seq)):
            tranches[projects[row.project_id]].append(_Instalment(*row))
        undoing = aliased(Movement)
        rows = await session.execute(
            select(Movement.project_id, Movement.tranche_id, Movement.seq, Movement.kind,
                   Movement.amount_fen, Movement.occurred_on, Movement.voucher_no,
                   Movement.document_no, Movement.reason,
                   func.encode(Movement.hash, literal_column("'hex'")), undoing.id.is_not(None))
            .outerjoin(undoing, undoing.reverses_id == Movement.id)
            .where(Movement.project_id == any_(of))
            .order_by(Movement.project_id, Movement.seq))
        return _There(tranches, projects, await the_sources(session),
                      ledger_of(Recorded(*row) for row in rows))

    def _told(self, row: Row, there: _There, named: list[Recorded]) -> _New | None:
        """What a row brings that is new; what is recorded already is compared and left alone."""
        work = self._work
        tranche, complaints = _instalment(row, there)
        if tranche is None:
            work.complain(complaints)
            return None
        kind = MovementKind(row["kind"])
        told = paper(tranche.id, kind, row["voucher_no"], row["document_no"])
        if row["hash"] is not None:
            found = there.ledger.by_hash.get(row["hash"].lower())
            same = found is not None and (found.tranche_id, found.kind) == (tranche.id, kind)
            alike = found if found and same and not differing(row, found) else None
            other = None if alike else found if same else None
            if found is None or not same:
                work.complain([row.complaint("hash", Text(
                    "账本中没有这笔流水；新登记的请空白",
                    "that of a movement in the ledger; blank for a new one"))])
                return None
        else:
            if kind is MovementKind.REVERSE or told is None:
                work.complain([_untold(row, kind)])
                return None
            alike, other = there.ledger.same(row, told)
        if alike is not None or other is not None:
            named += [one for one in (alike, other) if one is not None]
        number = "document_no" if row["voucher_no"] is None else "voucher_no"
        if work.complain(work.once(row, number, row["hash"] or told)):
            return None
        if alike is not None:
            work.recorder.note(row.number, "", {})
            return None
        if other is not None:
            work.complain([row.complaint(key, otherwise(row, other, key))
                           for key in differing(row, other)])
            return None
        if MOVER[kind] is not work.actor.role:
            work.complain([row.complaint("kind", Text(
                "由另一方登记：支援方登记下达、拨付与撤销，受援方登记到账、支付与退回",
                "what your side records: the office commits, disburses, cancels; the recipient "
                "confirms receipts, reports payments and returns"))])
            return None
        return _New(row, tranche, there.ledger.key(
            row["project"].upper(), tranche.seq, told))

    async def _ready(self, new: Sequence[_New]) -> list[_New]:
        """In the order of days; without what is sent too early and does not say why."""
        sent = [one for one in new
                if one.row["kind"] == MovementKind.DISBURSE and one.row["reason"] is None]
        early = await unmet(self._work.session, {
            (one.tranche.id, one.row["occurred_on"]) for one in sent})
        for one in sent:
            if (one.tranche.id, one.row["occurred_on"]) in early:
                self._work.complain([one.row.complaint("reason", Text(
                    "拨付条件当日尚未满足，请说明为何拨付",
                    "why it is sent: what the instalment waits for was not met that day"))])
        late = {(one.tranche.id, one.row.number) for one in sent
                if (one.tranche.id, one.row["occurred_on"]) in early}
        return sorted(
            (one for one in new if (one.tranche.id, one.row.number) not in late),
            key=lambda one: (one.row["occurred_on"], _ORDER[one.row["kind"]], one.row.number))

    async def _record(self, new: Sequence[_New]) -> None:
        """Append them. Of an instalment of which one is refused, what follows is not tried."""
        work, refused = self._work, set[int]()
        for one in new:
            row, kind = one.row, MovementKind(one.row["kind"])
            if one.tranche.id in refused:
                continue
            slip = Slip(fen=row["amount_yuan"], occurred_on=row["occurred_on"], key=one.key,
                        voucher_no=row["voucher_no"], document_no=row["document_no"],
                        reason=row["reason"])
            try:
                async with work.session.begin_nested():
                    movement = await record(
                        work.session, entered(one.tranche.id, kind, slip), today=work.today)
                work.session.expunge(movement)
            except Busy:
                raise
            except InputRefused as wrong:
                refused.add(one.tranche.id)
                work.complain(placed(row, wrong.complaints, _COLUMNS))
            except AidError as wrong:
                refused.add(one.tranche.id)
                work.complain([row.complaint(_WHERE.get(type(wrong), "amount_yuan"), wrong.said)])
            else:
                work.recorder.note(row.number, " ".join((
                    row["project"].upper(), KIND_NAMES[kind].zh,
                    row["voucher_no"] or row["document_no"])))

    def _reconcile(self, there: _There, named: Sequence[Recorded]) -> None:
        """Say what stands in the ledger and not in the sheet: of its projects, kinds and days."""
        if not self._rows:
            return
        days = [row["occurred_on"] for row in self._rows]
        kinds = {row["kind"] for row in self._rows}
        known = {one.hash for one in named}
        for one in there.ledger.by_hash.values():
            if (one.hash not in known and not one.undone and one.kind in kinds
                    and one.kind != MovementKind.REVERSE and min(days) <= one.on <= max(days)):
                self._work.recorder.miss({
                    "project": there.codes[one.project_id], "seq": one.seq, "kind": one.kind,
                    "amount_yuan": yuan(one.fen), "occurred_on": one.on.isoformat(),
                    "voucher_no": one.voucher_no, "document_no": one.document_no})


def _check_cells(row: Row) -> list[Complaint]:
    if row["tranche"] is None and row["tranche_name"] is None:
        return [row.complaint("tranche", Text(
            "填批次序号或资金批次", "the instalment's number or its name"))]
    return []


def _untold(row: Row, kind: MovementKind) -> Complaint:
    if kind is MovementKind.REVERSE:
        return row.complaint("kind", Text(
            "冲正在系统中逐笔办理，不从表格导入", "reversals are made one by one, not by sheets"))
    if kind is MovementKind.COMMIT:
        return row.complaint("document_no", Text(
            "应有下达文号", "the number of the document that commits it"))
    return row.complaint("voucher_no", Text("应有凭证号", "a voucher number"))


def _instalment(row: Row, there: _There) -> tuple[_Instalment | None, list[Complaint]]:
    """The instalment that a row names by number, by name, or both, and by source if it is given."""
    known = there.tranches.get(row["project"].upper())
    if known is None:
        return None, [row.complaint("project", Text("没有这个项目", "a project's code"))]
    key = "tranche" if row["tranche"] is not None else "tranche_name"
    found = [one for one in known
             if row["tranche"] in (None, one.seq) and row["tranche_name"] in (None, one.name)
             and (row["source"] is None
                  or there.sources.code(row["source"], one.supporter_id) == one.source)]
    if len(found) == 1:
        return found[0], []
    if found:
        return None, [row.complaint(key, Text(
            "不止一个批次同名，请填批次序号或来源",
            "its number, or its source: several have this name"))]
    return None, [row.complaint(key, Text(
        "项目没有这个批次（批次序号、名称、来源须一致）",
        "an instalment of the project; number, name and source agree"))]
