"""Numerators and denominators of projects, counted in one statement."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    Subquery,
    cast,
    func,
    null,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from aid.metrics.registry import Metric, Reaching
from aid.metrics.standing import standing
from aid.metrics.terms import By, Scope

Column = SQLColumnExpression[Any]
Query = Select[*tuple[Any, ...]]


class Counted(NamedTuple):
    """A numerator and a denominator of what `key` names: a recipient, a sector, a year, or all."""

    key: int | None
    numerator: Decimal
    denominator: Decimal


class Question(NamedTuple):
    """What is counted, at the close of which day; `kept`: nothing happened after that day."""

    scope: Scope
    by: By | None
    as_of: date
    kept: bool


def year_of(day: Column) -> ColumnElement[int]:
    """The year of a date."""
    return cast(func.date_part("year", day), Integer)


def within(
    day: Column, since: date | None, until: date | None
) -> list[ColumnElement[bool]]:
    """That a date lies in a period, both ends inclusive; None: open."""
    return ([day >= since] if since else []) + ([day <= until] if until else [])


async def of_projects(
    session: AsyncSession, metrics: Sequence[Metric], asked: Question
) -> dict[str, list[Counted]]:
    """Metrics of projects by code. By year, the year is that of each metric's own date."""
    stood = standing(asked.scope, asked.as_of, kept=asked.kept)
    ratios = [metric.reaching for metric in metrics if metric.reaching is not None]
    years = {ratio.dated: year_of(stood.c[ratio.dated]) for ratio in ratios}
    figures = [figure for ratio in ratios for figure in _figures(stood, ratio, asked)]
    rows = (await session.execute(_divided(stood, figures, years, asked.by))).all()
    found: dict[str, list[Counted]] = {}
    for at, (metric, ratio) in enumerate(zip(metrics, ratios, strict=True)):
        place = list(years).index(ratio.dated) if asked.by is By.YEAR else 0
        first = (len(years) if asked.by is By.YEAR else 1) + 2 * at
        found[metric.code] = [
            Counted(row[place], Decimal(row[first] or 0), Decimal(row[first + 1] or 0))
            for row in rows if asked.by is not By.YEAR or row[place] is not None
        ]
    return found


def _figures(
    stood: Subquery, ratio: Reaching, asked: Question
) -> list[ColumnElement[Any]]:
    """The numerator and the denominator of one metric, as aggregates."""
    until = asked.scope.until
    if ratio.dated == "planned_end":  # the one date that may lie after the as-of day
        until = until or asked.as_of
    among = [stood.c[ratio.among].is_not(None),
             *within(stood.c[ratio.dated], asked.scope.since, until)]
    if ratio.reached is not None:
        return [func.count().filter(*among, stood.c[ratio.reached].is_not(None)),
                func.count().filter(*among)]
    done = func.sum(stood.c.approved_fen * stood.c.progress).filter(*among)
    return [func.trim_scale(done / 10_000),  # percent of fen, in yuan
            func.trim_scale(func.sum(stood.c.approved_fen).filter(*among) / Decimal(100))]


def _divided(
    stood: Subquery, figures: Sequence[ColumnElement[Any]],
    years: dict[str, ColumnElement[int]], by: By | None,
) -> Query:
    """The figures by what they are divided by: by year, each date's years are a set of its own."""
    if by is None:
        return select(null(), *figures).select_from(stood)
    if by is By.YEAR:
        sets = func.grouping_sets(*(year for year in years.values()))
        return select(*years.values(), *figures).group_by(sets)
    key = stood.c.recipient_id if by is By.RECIPIENT else stood.c.sector_id
    return select(key, *figures).group_by(key)
