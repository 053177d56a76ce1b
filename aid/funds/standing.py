"""Instalments as they stand, in SQL: what moved of each, what is on its way, what is due.

Of today it is read from what is kept (tranche_balance). So it is, of what was known on a past day,
where nothing was recorded of an instalment afterwards; where something was, it is added up from the
movements recorded by the close of that day. Reversals are taken off. Every figure of money comes
from here, so that pages, the API and exports say the same to the fen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.types import TIMESTAMP

from aid.funds.balances import NOT_SENT
from aid.funds.conditions import condition_met, met_now, reached_now
from aid.funds.matters import Turn
from aid.funds.model import Movement, Tranche, TrancheBalance
from aid.funds.terms import FLOWS, MovementKind
from aid.history import Change
from aid.projects.model import Milestone, Project, StageChange

Column = ColumnElement[Any]
Query = Select[*tuple[Any, ...]]
ZERO: Column = literal_column("0")
Mine = Callable[[FromClause], list[ColumnElement[bool]]]
"""Conditions on any table that says recipient_id and project_id."""
TOTALS = tuple(f"total_{kind.value}" for kind in FLOWS)
"""What moved of each kind, in this order."""
_NEVER: Column = literal_column("'infinity'::date", Date())


def everything(_: FromClause) -> list[ColumnElement[bool]]:
    """No condition."""
    return []


@dataclass(frozen=True, slots=True)
class Known:
    """As things stand on the day `on`; `past`: by what had been recorded at its close."""

    on: date | Column
    past: bool = False

    @property
    def day(self) -> Column:
        """The day, in SQL."""
        return cast(self.on, Date)

    @property
    def close(self) -> Column:
        """The moment at which the day is over in China."""
        next_day = cast(self.day + literal_column("1", Integer()), TIMESTAMP())
        return func.timezone(literal_column("'Asia/Shanghai'"), next_day)

    def recorded(self, moment: Column) -> list[ColumnElement[bool]]:
        """That something was known by then."""
        return [moment < self.close] if self.past else []


def totals(known: Known, mine: Mine) -> Subquery:
    """What moved of each instalment by kind, reversals taken off: total_commit …, in fen.

    It says tranche_id, project_id, recipient_id, source_id and sector_id, too. Instalments of which
    nothing moved are left out.
    """
    at = TrancheBalance.__table__.alias()
    if not known.past:
        return select(*_of_instalment(at), *(at.c[name] for name in TOTALS)) \
            .where(*mine(at)).subquery()
    settled = select(*_of_instalment(at), *(at.c[name] for name in TOTALS)).where(
        at.c.moved_at < known.close, *mine(at))
    return union_all(settled, _going_on(known, mine)).subquery()


def _of_instalment(at: FromClause) -> list[Column]:
    return [at.c.tranche_id, at.c.project_id, at.c.recipient_id, at.c.source_id, at.c.sector_id]


def _going_on(known: Known, mine: Mine) -> Query:
    """What had moved of instalments whose movements go on after the day."""
    at = TrancheBalance.__table__.alias()
    then = _moved(at, known).lateral()
    return (
        select(*_of_instalment(at), *(then.c[name] for name in TOTALS))
        .join(then, true())
        .where(at.c.began_at < known.close, at.c.moved_at >= known.close, *mine(at)))


def _moved(of: FromClause, known: Known) -> Query:
    """What had moved of one instalment."""
    moved, undone = Movement.__table__.alias(), Movement.__table__.alias()
    kind = func.coalesce(undone.c.kind, moved.c.kind)
    signed = case((undone.c.id.is_(None), moved.c.amount_fen), else_=-moved.c.amount_fen)
    sums = [cast(func.coalesce(func.sum(signed).filter(kind == literal_column(f"'{one.value}'")),
                               ZERO), BigInteger).label(name)
            for one, name in zip(FLOWS, TOTALS, strict=True)]
    return (
        select(*sums)
        .select_from(moved.outerjoin(undone, undone.c.id == moved.c.reverses_id))
        .where(moved.c.tranche_id == of.c.tranche_id, *known.recorded(moved.c.recorded_at))
    )


def in_transit(row: FromClause) -> Column:
    """What was disbursed and is not confirmed."""
    return row.c.total_disburse - row.c.total_receive


def held(row: FromClause) -> Column:
    """What was received and neither paid nor returned."""
    return row.c.total_receive - row.c.total_pay - row.c.total_return


@dataclass(frozen=True, slots=True)
class Stay:
    """Where money stays: what brings it there, and how much of it is still there."""

    brought: MovementKind
    left: Callable[[FromClause], Column]


TRANSIT = Stay(MovementKind.DISBURSE, in_transit)
HOLDING = Stay(MovementKind.RECEIVE, held)


def staying(where: Stay, known: Known, mine: Mine) -> Subquery:
    """Each movement that brought money to where it still stays, and how much of it (`fen`).

    What left is taken from what came first: the oldest by its day, then by its number. Columns:
    tranche_id, project_id, recipient_id, occurred_on, amount_fen, fen > 0.
    """
    at = TrancheBalance.__table__.alias() if not known.past else totals(known, mine)
    still = where.left(at) if known.past else \
        at.c.in_transit if where is TRANSIT else at.c.held
    came = _brought(where, at, known).lateral()
    rows = (
        select(at.c.tranche_id, at.c.project_id, at.c.recipient_id, came.c.occurred_on,
               came.c.amount_fen, cast(func.least(came.c.amount_fen, still - came.c.later),
                                       BigInteger).label("fen"))
        .select_from(at.join(came, true()))
        .where(still > ZERO, *mine(at))
        .subquery()
    )
    return select(rows).where(rows.c.fen > ZERO).subquery()


def _brought(where: Stay, at: FromClause, known: Known) -> Query:
    """The movements that brought money of one instalment there, and what came later than each.

    It is of one instalment, so that movements are looked at only where money stays.
    """
    came, undone = Movement.__table__.alias(), Movement.__table__.alias()
    reversed_ = exists().where(undone.c.reverses_id == came.c.id,
                               *known.recorded(undone.c.recorded_at))
    and_later = func.sum(came.c.amount_fen).over(
        order_by=(came.c.occurred_on.desc(), came.c.seq.desc()))
    return select(
        came.c.occurred_on, came.c.amount_fen, (and_later - came.c.amount_fen).label("later"),
    ).where(came.c.tranche_id == at.c.tranche_id, ~reversed_,
            came.c.kind == literal_column(f"'{where.brought.value}'"),
            *known.recorded(came.c.recorded_at))


def instalments(known: Known, mine: Mine, *, dated: bool = True) -> Query:
    """Every instalment that was planned by then, and its figures in fen.

    Columns: id, project_id, recipient_id, seq, name, name_en, source_id, due_on,
    promised, committed, disbursed, received, paid, returned, cancelled, awaiting (committed, not
    disbursed), in_transit, held, short, overdue, expected_on (null: nobody knows), due_since (while
    overdue), turn. Some of them take a while: whoever reads one twice of many rows fences the query
    (`reckoned_once`). Not `dated`, the two days are left out, and projects looked up where
    something is not sent.
    """
    of = _figured(known, mine, dated=dated)
    since = [case((of.c.overdue > ZERO, of.c.reached)).label("due_since")] if dated else []
    return select(*(column for column in of.c if column.name != "reached"), *since,
                  turn_of(of.c.overdue, of.c.in_transit, of.c.held).label("turn"))


def reckoned_once(query: Query) -> Subquery:
    """The query as a table, whose values are not reckoned again wherever they are read."""
    return query.offset(ZERO).subquery()


def turn_of(overdue: Column, transit: Column, kept: Column) -> Column:
    """Whose turn it is: the office's while something is overdue, else the recipient's while it has
    to confirm or to pay, else nobody's.
    """
    return case((overdue > ZERO, _word(Turn.OFFICE)),
                (transit + kept > ZERO, _word(Turn.RECIPIENT)), else_=_word(Turn.NOBODY))


def _figured(known: Known, mine: Mine, *, dated: bool) -> Subquery:
    """Instalments with what moved of them, the day they fell due, what is overdue since then."""
    tranche, project = Tranche.__table__.alias(), Project.__table__.alias()
    of_project = project.c.id == tranche.c.project_id
    moved, short, is_due = totals(known, mine), _short(known, mine), due(tranche, project, known)
    tables: FromClause = tranche.join(project, of_project) if dated else tranche
    promised: Column = tranche.c.amount_fen
    if known.past:
        amended = _amended(known)
        promised = func.coalesce(amended.c.fen, promised)
        tables = tables.outerjoin(amended, amended.c.tranche_id == tranche.c.id)
    disbursed = _or_zero(moved.c.total_disburse)
    overdue = case((or_(disbursed >= promised, tranche.c.due_on >= known.day), ZERO),
                   (is_due if dated else exists().where(of_project, is_due), promised - disbursed),
                   else_=ZERO)
    days = [reached(tranche, project, known).label("reached"),
            _expected(tranche, project, known).label("expected_on")] if dated else []
    return (
        select(
            tranche.c.id, tranche.c.project_id, tranche.c.recipient_id, tranche.c.seq,
            tranche.c.name, tranche.c.name_en, tranche.c.source_id, tranche.c.due_on,
            promised.label("promised"),
            *(_or_zero(moved.c[f"total_{kind.value}"]).label(name)
              for kind, name in _NAMES.items()),
            _or_zero(moved.c.total_commit - moved.c.total_disburse
                     - moved.c.total_cancel).label("awaiting"),
            _or_zero(in_transit(moved)).label("in_transit"), _or_zero(held(moved)).label("held"),
            _or_zero(short.c.fen).label("short"),
            cast(overdue, BigInteger).label("overdue"), *days)
        .select_from(
            tables.outerjoin(moved, moved.c.tranche_id == tranche.c.id)
            .outerjoin(short, short.c.tranche_id == tranche.c.id))
        .where(*mine(tranche), *_planned(tranche, known))
        .subquery()
    )


_NAMES = {
    MovementKind.COMMIT: "committed", MovementKind.DISBURSE: "disbursed",
    MovementKind.RECEIVE: "received", MovementKind.PAY: "paid",
    MovementKind.RETURN: "returned", MovementKind.CANCEL: "cancelled",
}


def _or_zero(value: Column) -> Column:
    return func.coalesce(value, ZERO, type_=BigInteger())


def _word(turn: Turn) -> Column:
    return literal_column(f"'{turn.value}'")


def _short(known: Known, mine: Mine) -> Subquery:
    """What is missing of disbursements that were confirmed in part."""
    open_ = staying(TRANSIT, known, mine)
    return (
        select(open_.c.tranche_id, cast(func.sum(open_.c.fen), BigInteger).label("fen"))
        .where(open_.c.fen < open_.c.amount_fen)
        .group_by(open_.c.tranche_id)
        .subquery()
    )


def _amended(known: Known) -> Subquery:
    """The amount of each instalment that was planned otherwise after the day, as it was then."""
    change = Change.__table__.alias()
    before = cast(change.c.old.op("#>>")(literal_column("'{}'::text[]")), BigInteger)
    return (
        select(change.c.entity_id.label("tranche_id"), before.label("fen"))
        .ext(distinct_on(change.c.entity_id))
        .where(change.c.entity == literal_column("'tranche'"),
               change.c.field == literal_column("'amount_fen'"), change.c.at >= known.close)
        .order_by(change.c.entity_id, change.c.id)
        .subquery()
    )


def _planned(tranche: FromClause, known: Known) -> list[ColumnElement[bool]]:
    """That it was planned by then, and not withdrawn."""
    if not known.past:
        return [tranche.c.withdrawn_on.is_(None)]
    change = Change.__table__.alias()
    withdrawn = func.coalesce(tranche.c.withdrawn_on <= known.day, literal_column("false"))
    return [~withdrawn, ~exists().where(
        change.c.entity == literal_column("'tranche'"), change.c.entity_id == tranche.c.id,
        change.c.field.is_(None), change.c.old.is_(None), change.c.at >= known.close)]


def due(tranche: FromClause, project: FromClause, known: Known) -> ColumnElement[bool]:
    """That its money should have been sent before: what it waits for is there, its day is over.

    What has once been there is there, but for progress, which may be less again.
    """
    return and_(reached(tranche, project, known) < known.day, _moves(project, known),
                or_(tranche.c.at_progress.is_(None),
                    condition_met(known.day, tranche) if known.past
                    else met_now(known.day, tranche, project)))


def reached(tranche: FromClause, project: FromClause, known: Known) -> Column:
    """The day on which what it waits for was there, and its own had come; null: not yet."""
    close = known.close if known.past else None
    own = func.coalesce(tranche.c.due_on, literal_column("'-infinity'::date"))
    last = func.greatest(own, func.coalesce(reached_now(tranche, project, close), _NEVER))
    return func.nullif(last, _NEVER, type_=Date())


def _expected(tranche: FromClause, project: FromClause, known: Known) -> Column:
    """The day it fell due or, while what it waits for is not there, the day that was planned."""
    planned = select(Milestone.planned_on).where(
        Milestone.id == tranche.c.milestone_id).scalar_subquery()
    return func.coalesce(reached(tranche, project, known), tranche.c.due_on, planned, type_=Date())


def _moves(project: FromClause, known: Known) -> ColumnElement[bool]:
    """That the project is at a stage at which money moves."""
    stage: Column = project.c.stage
    if known.past:
        entered = StageChange.__table__.alias()
        stage = (
            select(entered.c.to_stage)
            .where(entered.c.project_id == project.c.id, entered.c.occurred_on <= known.day)
            .order_by(entered.c.id.desc())
            .limit(literal_column("1"))
            .correlate_except(entered)
            .scalar_subquery()
        )
    return stage.not_in([literal_column(f"'{one.value}'") for one in NOT_SENT])

