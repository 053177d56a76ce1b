"""What the page of investment needs to know: the ledger by place, year and sector, or a plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.clock import today
from aid.database.engine import Database
from aid.funds.commitments import OfProject, by_project
from aid.metrics.queries import broken_down, money_divided
from aid.metrics.terms import By, Measured
from aid.projects.narrowing import Choices, read_choices
from aid.regions.queries import divisions_by_id
from aid.text import Text
from dashboards.reading import PlanData, read_plan
from dashboards.reading_projects import part_of, scope_of
from dashboards.view import View

MEASURES = ("committed", "disbursed", "received", "paid")
"""What is looked at; each is the metric investment_… of its name."""
CODES = tuple(f"investment_{name}" for name in MEASURES)
PROJECTS = 30
"""So many projects of a place are listed."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Fen of each of MEASURES, of something that has a name; `code` is what filters call it."""

    code: str
    name: Text
    fen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What moved of the filters, whole and divided, at the close of the day `on`.

    `places` are the places below the one chosen recipient, `projects` those of one place below a
    recipient; None where neither is chosen. Whoever sees one recipient alone has it chosen.
    """

    choices: Choices
    on: date
    whole: tuple[Measured, ...]
    regions: tuple[Amounts, ...]
    years: tuple[Amounts, ...]
    sectors: tuple[Amounts, ...]
    places: tuple[Amounts, ...] | None = None
    projects: tuple[OfProject, ...] | None = None


@dataclass(frozen=True, slots=True)
class InvestmentData:
    """The ledger, or what was published if that part of the page is asked for (`plan`).

    Both are None where a plan is asked for and there is none.
    """

    ledger: Ledger | None = None
    plan: PlanData | None = None


async def read_investment(database: Database, actor: Actor, view: View) -> InvestmentData:
    """What a view asks for."""
    if view.part == "published" or not actor.may(Permission.METRIC_READ):
        return InvestmentData(plan=await read_plan(database, actor, view.plan))
    return InvestmentData(ledger=await read_ledger(database, actor, view))


async def read_ledger(database: Database, actor: Actor, view: View) -> Ledger:
    """The money of a view's filters."""
    day = today()
    on = min(view.known_on or day, day)
    async with database.reading(actor) as session:
        choices = await _choices(session, actor, view, day)
        scope = replace(scope_of(view, choices), known=view.known_on)

        by = await money_divided(
            session, CODES, scope, bys=(None, By.YEAR, By.SECTOR, By.RECIPIENT), as_of=on,
            today=day)
        named = {row.id: (row.code, row.name) for row in await divisions_by_id(
            session, {one.key for one in by[By.RECIPIENT] if one.key})}
        places, projects = None, None
        if len(choices.chosen) == 1 and choices.above:
            found = await broken_down(
                session, CODES, scope, by=By.PLACE, as_of=on, today=day)
            near = await divisions_by_id(session, {one.key for one in found if one.key})
            places = _amounts(found, {row.id: (row.code, row.name) for row in near})
        elif len(choices.chosen) == 1:
            projects = tuple(await by_project(
                session, part_of(choices), today=day, as_known_on=view.known_on, first=PROJECTS))
    sector_names = {row.id: (row.code, row.name) for row in choices.sectors}
    return Ledger(
        choices, on, tuple(by[None]), _amounts(by[By.RECIPIENT], named), _by_year(by[By.YEAR]),
        _amounts(by[By.SECTOR], sector_names), places, projects)


async def _choices(session: Any, actor: Actor, view: View, day: date) -> Choices:
    """What a view asks for; whoever sees one recipient alone has nothing to compare it with."""
    async def of(regions: Sequence[str]) -> Choices:
        return await read_choices(session, actor, regions=regions, supporter=view.supporter,
                                  sector=view.sector, today=day)

    found = await of(view.region)
    if view.region or found.own is None or len(found.regions) != 1:
        return found
    return await of([found.regions[0].code])


def _amounts(
    found: Sequence[Measured], names: Mapping[int, tuple[str, Text]]
) -> tuple[Amounts, ...]:
    """By what they are of, the most disbursed first."""
    rows = [Amounts(*names[key], fen) for key, fen in _gathered(found).items() if key in names]
    return tuple(sorted(rows, key=lambda row: (row.fen[1], row.fen[0], row.code), reverse=True))


def _by_year(found: Sequence[Measured]) -> tuple[Amounts, ...]:
    return tuple(Amounts(str(year), Text(str(year), str(year)), fen)
                 for year, fen in sorted(_gathered(found).items()) if year)


def _gathered(found: Sequence[Measured]) -> dict[int, tuple[int, ...]]:
    sums: dict[int, dict[str, Decimal]] = {}
    for one in found:
        sums.setdefault(one.key or 0, {})[one.code] = one.numerator
    return {key: tuple(int(of.get(code, Decimal(0)) * 100) for code in CODES)
            for key, of in sums.items()}


