"""What movements add up to, in SQL: as kept for each instalment, or as it was known at a moment.

The five balances are those of `rules.Balances`; the totals are what moved in all, reversals taken
off. All are fen.
"""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import aliased

from aid.funds.conditions import TRANCHE, condition_met, day_reached
from aid.funds.model import Movement, TrancheBalance
from aid.funds.terms import Balance, MovementKind, TrancheState
from aid.projects.model import Project
from aid.projects.terms import Stage

TOTALS: Mapping[MovementKind, str] = MappingProxyType({
    MovementKind.COMMIT: "total_committed",
    MovementKind.DISBURSE: "total_disbursed",
    MovementKind.RECEIVE: "total_received",
    MovementKind.PAY: "total_paid",
    MovementKind.RETURN: "total_returned",
    MovementKind.CANCEL: "total_cancelled",
})
"""What is counted of each kind, by name."""
NOT_SENT = (Stage.RESERVE, Stage.SUSPENDED, Stage.CANCELLED)
"""Stages of a project at which no money is committed or disbursed."""


def kept(*where: ColumnElement[bool], of: FromClause) -> Select[Any]:
    """One row: what stands in the balances that are kept; `where` chooses among them.

    `of` is the row that the balances are of.
    """
    row = TrancheBalance.__table__.c
    stands = {name: _sum(row[name.value]) for name in Balance if name is not Balance.APPROPRIATION}
    taken = row.committed + row.in_transit + row.held + row.spent
    return select(
        (-_sum(taken)).label("appropriation"),
        *(value.label(name.value) for name, value in stands.items()),
        *(_sum(row[f"total_{kind.value}"]).label(name) for kind, name in TOTALS.items()),
    ).where(*where).correlate(of)


def known(
    before: ColumnElement[datetime], *where: ColumnElement[bool], of: FromClause
) -> Select[Any]:
    """The same of what was recorded before a moment; `where` chooses among movements."""
    undone = aliased(Movement)
    kind = func.coalesce(undone.kind, Movement.kind)
    counted = case((undone.id.is_(None), Movement.amount_fen), else_=-Movement.amount_fen)
    amount = Movement.amount_fen
    return (
        select(
            *((_sum(amount, Movement.credit == name.value)
               - _sum(amount, Movement.debit == name.value)).label(name.value)
              for name in Balance),
            *(_sum(counted, kind == counted_as.value).label(name)
              for counted_as, name in TOTALS.items()),
        )
        .outerjoin(undone, undone.id == Movement.reverses_id)
        .where(Movement.recorded_at < before, *where).correlate(of)
    )


def _sum(value: Any, when: ColumnElement[bool] | None = None) -> ColumnElement[Any]:
    added: Any = func.sum(value)
    return func.coalesce(added if when is None else added.filter(when), literal_column("0"))


def state(of: FromClause = TRANCHE) -> ColumnElement[Any]:
    """How far an instalment has come: `rules.state_of`, in SQL."""
    row = TrancheBalance
    found = select(case(
        (row.committed > 0, TrancheState.COMMITTED.value),
        (row.in_transit > 0, TrancheState.IN_TRANSIT.value),
        (row.held > 0, TrancheState.RECEIVED.value),
        (row.spent > 0, TrancheState.PAID.value),
    )).where(row.tranche_id == of.c.id).scalar_subquery()
    return func.coalesce(found, TrancheState.PLANNED.value)


def stands(column: str, of: FromClause = TRANCHE) -> ColumnElement[int]:
    """One column of an instalment's balance, in fen; zero before anything moved."""
    row = TrancheBalance.__table__.c
    found = select(row[column]).where(row.tranche_id == of.c.id).scalar_subquery()
    return func.coalesce(found, literal_column("0"))


def overdue(
    on: date | ColumnElement[date], of: FromClause = TRANCHE
) -> ColumnElement[int]:
    """What of an instalment should have been sent before a day and was not, in fen.

    It should be sent on the day on which what it waits for was there, or on its own if that is
    later. Nothing is overdue of what was withdrawn, nor of a project that stands where no money is
    sent. `standing.instalments` says the same of all of them at once.
    """
    sendable = select(Project.id).where(
        Project.id == of.c.project_id,
        *(Project.stage != stage.value for stage in NOT_SENT)).exists()
    late = func.greatest(day_reached(of), of.c.due_on) < on
    left = func.greatest(of.c.amount_fen - stands("total_disburse", of), literal_column("0"))
    return case((and_(of.c.withdrawn_on.is_(None), late, condition_met(on, of), sendable), left),
                else_=literal_column("0"))
