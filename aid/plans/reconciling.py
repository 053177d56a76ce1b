"""Reconciliation: the totals a plan publishes, held against what their parts add up to."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from aid.plans.model import Discrepancy, FigureBreakdown, PublishedFigure
from aid.plans.rules import Finding, Stated, reconcile
from aid.plans.terms import Qualifier


async def refresh_discrepancies(session: AsyncSession, plan_id: int) -> None:
    """Make the stored discrepancies of a plan those its figures have now.

    Called in the transaction that changes figures, so the stored never lag behind the published.
    """
    breakdowns = await session.scalars(
        select(FigureBreakdown)
        .where(FigureBreakdown.plan_id == plan_id)
        .options(selectinload(FigureBreakdown.total), selectinload(FigureBreakdown.parts))
        .order_by(FigureBreakdown.id)
        .execution_options(populate_existing=True)
    )
    present = {
        row.breakdown_id: row
        for row in await session.scalars(select(Discrepancy).where(Discrepancy.plan_id == plan_id))
    }
    for breakdown in breakdowns:
        found = reconcile(
            _stated(breakdown.total),
            [_stated(part) for part in breakdown.parts],
            exhaustive=breakdown.exhaustive,
        )
        row = present.pop(breakdown.id, None)
        if found is None:
            if row is not None:
                await session.delete(row)
        elif row is None:
            session.add(Discrepancy(plan_id=plan_id, breakdown_id=breakdown.id, **_values(found)))
        else:
            for key, value in _values(found).items():
                setattr(row, key, value)
    await session.flush()


def _stated(figure: PublishedFigure) -> Stated:
    return Stated(figure.value, figure.unit, Qualifier(figure.qualifier))


def _values(found: Finding) -> dict[str, object]:
    return {
        "kind": found.kind.value,
        "stated_total": found.stated_total,
        "sum_of_parts": found.sum_of_parts,
        "difference": found.difference,
        "unit": found.unit,
        "explanation": found.explanation.zh,
        "explanation_en": found.explanation.en,
    }
