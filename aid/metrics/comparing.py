"""Metrics as they stand and as they stood a year before; targets with how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from aid.metrics.attaining import attained
from aid.metrics.attainment import Attained
from aid.metrics.queries import measured
from aid.metrics.registry import METRICS, NARROWED_BY
from aid.metrics.terms import Measured, Scope, Source
from aid.plans.queries import TargetRow, target_rows


@dataclass(frozen=True, slots=True)
class Compared:
    """A metric at the close of a day, and a year earlier, its period a year earlier as well."""

    now: Measured
    before: Measured


@dataclass(frozen=True, slots=True)
class Goal:
    """A plan target that can be measured, and how far it is."""

    target: TargetRow
    attained: Attained


async def compared(
    session: AsyncSession, codes: Sequence[str], scope: Scope, *, as_of: date, today: date
) -> dict[str, Compared]:
    """The metrics by code, as far as they know what the scope narrows by."""
    found: dict[str, Compared] = {}
    for known, narrowed in fitting(codes, scope):
        now = await measured(session, known, narrowed, as_of=as_of, today=today)
        before = await measured(session, known, a_year_before(narrowed),
                                as_of=year_before(as_of), today=today)
        found |= {one.code: Compared(one, then) for one, then in zip(now, before, strict=True)}
    return found


def fitting(codes: Sequence[str], scope: Scope) -> list[tuple[list[str], Scope]]:
    """The metrics that know what a scope narrows by, with the scope that each is measured of.

    What was known on a day, only money knows: all else is the state of the as-of day.
    """
    found = []
    for money, narrowed in ((True, scope), (False, replace(scope, known=None))):
        found.append(([
            code for code in codes if (METRICS[code].source is Source.MONEY) is money
            and METRICS[code].fits(narrowed)], narrowed))
    return found


def year_before(day: date) -> date:
    """The same day a year earlier; the 28th for a 29th of February."""
    last = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if last else day.day)


def a_year_before(scope: Scope) -> Scope:
    """The same scope, each of its days a year earlier."""
    def back(day: date | None) -> date | None:
        return None if day is None else year_before(day)

    return replace(scope, since=back(scope.since), until=back(scope.until),
                   known=back(scope.known))


async def goals(
    session: AsyncSession, scope: Scope, *, as_of: date, today: date
) -> list[Goal] | None:
    """The targets that can be measured, the least attained first; None: the scope is none of them.
    """
    scope = replace(scope, known=None)
    if scope.narrowings - NARROWED_BY[Source.TARGETS]:
        return None
    found = [one for one in await attained(session, scope, as_of=as_of, kept=as_of >= today)
             if one.measurable]
    rows = {(plan, row.code): row for plan in {one.plan for one in found}
            for row in await target_rows(session, plan)}
    return sorted((Goal(rows[one.plan, one.code], one) for one in found),
                  key=lambda goal: goal.attained.value or 0)
