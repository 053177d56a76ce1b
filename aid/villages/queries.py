"""Reads of key villages for pages and exports. Rows come back frozen, never as live objects."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from aid.regions.model import Division
from aid.text import Text
from aid.villages.model import (
    AcceptanceCriterion,
    KeyVillage,
    NaturalVillage,
    VillageAcceptance,
    VillageReport,
    VillageReportDocument,
    VillageWork,
)
from aid.villages.progress import (
    components_of,
    each_of,
    percent,
    villages_of,
    works_on,
)
from aid.villages.terms import STALLED_AFTER_DAYS, Component


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """How far a component is and should be, percent 0–100. `cost_fen`: if all works have one."""

    component: Component
    progress: Decimal
    planned: Decimal
    works: int
    cost_fen: int | None


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """How far a village is and should be by a day, percent 0–100, in all and by component."""

    village_id: int
    day: date
    progress: Decimal
    planned: Decimal
    components: tuple[ComponentRow, ...]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A point of a village's S-curve: percent planned and percent done by a day."""

    village_id: int
    day: date
    progress: Decimal
    planned: Decimal


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village and how it stands on a day. Progress is null where nothing is planned.

    `quiet_since` is the day from which its silence counts, null when nothing is unfinished;
    `late_works` are unfinished works whose planned end has passed.
    """

    id: int
    code: str
    name: Text
    recipient_id: int
    recipient: Text
    region: Text
    township: str | None
    designated_in: int
    households: int | None
    population: int | None
    simulated: bool
    version: int
    progress: Decimal | None
    planned: Decimal | None
    works: int
    unfinished: int
    late_works: int
    planned_end: date | None
    reported_on: date | None
    quiet_since: date | None
    accepted: bool
    late: bool
    stalled: bool


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A work of a village and what is done of it by a day, in its unit and in percent 0–100."""

    id: int
    code: str
    component: Component
    name: str
    natural_village: str | None
    unit: str
    planned_quantity: Decimal
    done: Decimal
    cost_fen: int | None
    planned_start: date
    planned_end: date
    reported_on: date | None
    progress: Decimal
    planned: Decimal
    late: bool
    version: int


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What was reported of a work of a village, with the documents that it came with."""

    work_code: str
    work: str
    unit: str
    reported_on: date
    done: Decimal
    note: str | None
    document_ids: tuple[int, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of a score sheet and the points it gives at most."""

    code: str
    component: Component | None
    name: Text
    points: Decimal


@dataclass(frozen=True, slots=True)
class AcceptanceRow:
    """A village was judged."""

    id: int
    sheet: str
    accepted_on: date
    assessor: str
    score: Decimal
    passed: bool
    note: str | None


def _text(zh: str, en: str | None) -> Text:
    return Text(zh, en or zh)


async def progress_rows(
    session: AsyncSession, village_ids: Sequence[int], *, on: date
) -> list[ProgressRow]:
    """How far villages are by a day, by component; those without works are left out. By id.

    It is one statement, whatever the number of villages.
    """
    works = works_on(each_of([on]), VillageWork.village_id.in_(village_ids)).cte("work_on_day")
    components = components_of(works).cte("component_on_day")
    villages = villages_of(components, stalled_after=STALLED_AFTER_DAYS).cte("village_on_day")
    c, v = components.c, villages.c
    rows = await session.execute(
        select(c.village_id, c.day, percent(v.actual), percent(v.planned), c.component,
               percent(c.actual), percent(c.planned), c.works, c.cost)
        .join_from(components, villages, and_(v.village_id == c.village_id, v.day == c.day))
        .order_by(c.village_id)
    )
    found: dict[tuple[int, date, Decimal, Decimal], list[ComponentRow]] = defaultdict(list)
    for village_id, day, progress, planned, *component in rows:
        found[village_id, day, progress, planned].append(_component(component))
    return [
        ProgressRow(*village, components=tuple(sorted(of, key=lambda row: _ORDER[row.component])))
        for village, of in found.items()
    ]


_ORDER = {component: at for at, component in enumerate(Component)}


def _component(row: Sequence[Any]) -> ComponentRow:
    component, progress, planned, works, cost = row
    return ComponentRow(Component(component), progress, planned, works,
                        None if cost is None else int(cost))


async def curve_points(
    session: AsyncSession, village_ids: Sequence[int], days: Sequence[date]
) -> list[CurvePoint]:
    """The S-curves of villages over days: what was planned and what was done. By village and day.
    """
    works = works_on(each_of(days), VillageWork.village_id.in_(village_ids)).cte("work_on_day")
    components = components_of(works).cte("component_on_day")
    v = villages_of(components, stalled_after=STALLED_AFTER_DAYS).subquery("village_on_day").c
    rows = await session.execute(
        select(v.village_id, v.day, percent(v.actual), percent(v.planned))
        .order_by(v.village_id, v.day)
    )
    return [CurvePoint(*row) for row in rows]


async def village_rows(
    session: AsyncSession,
    *,
    on: date,
    recipient_ids: Sequence[int] | None = None,
    stalled_after: int = STALLED_AFTER_DAYS,
) -> list[VillageRow]:
    """The villages designated by the year of a day and how they stand on it, by code."""
    return await _villages(session, on, recipient_ids, stalled_after, only=None)


async def villages_by_id(
    session: AsyncSession, ids: Sequence[int], *, on: date
) -> list[VillageRow]:
    """These villages and how they stand on a day, whenever they were designated; by code."""
    query = _village_query(on, None, STALLED_AFTER_DAYS, None, ids=ids)
    return [_village_row(tuple(row)) for row in await session.execute(query)]


async def late_villages(
    session: AsyncSession, *, on: date, recipient_ids: Sequence[int] | None = None
) -> list[VillageRow]:
    """The villages whose planned end has passed before a day and that are unfinished on it."""
    return await _villages(session, on, recipient_ids, STALLED_AFTER_DAYS, only="late")


async def stalled_villages(
    session: AsyncSession,
    *,
    on: date,
    recipient_ids: Sequence[int] | None = None,
    stalled_after: int = STALLED_AFTER_DAYS,
) -> list[VillageRow]:
    """The unfinished villages of which nothing was reported for `stalled_after` days."""
    return await _villages(session, on, recipient_ids, stalled_after, only="stalled")


async def _villages(
    session: AsyncSession,
    on: date,
    recipient_ids: Sequence[int] | None,
    stalled_after: int,
    *,
    only: str | None,
) -> list[VillageRow]:
    query = _village_query(on, recipient_ids, stalled_after, only)
    rows = await session.execute(query)
    return [_village_row(tuple(row)) for row in rows]


def _village_query(
    on: date, recipient_ids: Sequence[int] | None, stalled_after: int, only: str | None,
    ids: Sequence[int] | None = None,
) -> Select[*tuple[Any, ...]]:
    def within(column: InstrumentedAttribute[int]) -> list[ColumnElement[bool]]:
        return [] if recipient_ids is None else [column.in_(recipient_ids)]

    these = [] if ids is None else [VillageWork.village_id.in_(ids)]
    works = works_on(each_of([on]), *within(VillageWork.recipient_id), *these).subquery()
    components = components_of(works).subquery()
    standing = villages_of(components, stalled_after=stalled_after).subquery("standing")
    s, recipient, region = standing.c, aliased(Division), aliased(Division)
    return (
        select(
            KeyVillage.id, KeyVillage.code, KeyVillage.name, KeyVillage.name_en,
            KeyVillage.recipient_id, recipient.name, recipient.name_en, region.name,
            region.name_en, KeyVillage.township, KeyVillage.designated_in, KeyVillage.households,
            KeyVillage.population, KeyVillage.simulated, KeyVillage.version,
            percent(s.actual), percent(s.planned), func.coalesce(s.works, 0),
            func.coalesce(s.unfinished, 0), func.coalesce(s.late_works, 0), s.planned_end,
            s.reported_on, s.quiet_since, accepted(on), func.coalesce(s.late, false()),
            func.coalesce(s.stalled, false()),
        )
        .join(recipient, recipient.id == KeyVillage.recipient_id)
        .join(region, region.id == KeyVillage.region_id)
        .join(standing, s.village_id == KeyVillage.id, isouter=only is None)
        .where(*([KeyVillage.designated_in <= on.year] if ids is None
                 else [KeyVillage.id.in_(ids)]), *within(KeyVillage.recipient_id),
               *([s[only]] if only is not None else []))
        .order_by(KeyVillage.code)
    )


def accepted(on: date) -> ColumnElement[bool]:
    """Whether the last acceptance by a day was passed."""
    last = (
        select(VillageAcceptance.passed)
        .where(VillageAcceptance.village_id == KeyVillage.id, VillageAcceptance.accepted_on <= on)
        .order_by(VillageAcceptance.accepted_on.desc(), VillageAcceptance.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(last, false())


def accepted_of_all(on: date) -> ColumnElement[bool]:
    """The same, found for all villages at once: for counting many of them."""
    last = (
        select(VillageAcceptance.village_id, VillageAcceptance.passed)
        .ext(distinct_on(VillageAcceptance.village_id))
        .where(VillageAcceptance.accepted_on <= on)
        .order_by(VillageAcceptance.village_id, VillageAcceptance.accepted_on.desc(),
                  VillageAcceptance.id.desc())
        .subquery()
    )
    return KeyVillage.id.in_(select(last.c.village_id).where(last.c.passed))


def _village_row(row: tuple[Any, ...]) -> VillageRow:
    (number, code, name, name_en, recipient_id, recipient, recipient_en, region, region_en,
     *rest) = row
    return VillageRow(number, code, _text(name, name_en), recipient_id,
                      _text(recipient, recipient_en), _text(region, region_en), *rest)


async def work_rows(session: AsyncSession, village_id: int, *, on: date) -> list[WorkRow]:
    """The works of a village and what is done of each by a day, by component and code."""
    state = works_on(each_of([on]), VillageWork.village_id == village_id).subquery()
    s = state.c
    rows = await session.execute(
        select(
            VillageWork.id, VillageWork.code, VillageWork.component, VillageWork.name,
            NaturalVillage.name, VillageWork.unit, VillageWork.planned, s.done,
            VillageWork.cost_fen, VillageWork.planned_start, VillageWork.planned_end,
            s.reported_on, percent(s.actual), percent(s.planned),
            and_(s.unfinished, VillageWork.planned_end < on), VillageWork.version,
        )
        .join(state, s.work_id == VillageWork.id)
        .outerjoin(NaturalVillage, NaturalVillage.id == VillageWork.natural_village_id)
        .order_by(VillageWork.code)
    )
    found = [_work_row(tuple(row)) for row in rows]
    return sorted(found, key=lambda row: _ORDER[row.component])


def _work_row(row: tuple[Any, ...]) -> WorkRow:
    number, code, component, *rest = row
    return WorkRow(number, code, Component(component), *rest)


async def report_rows(
    session: AsyncSession, village_id: int, *, on: date
) -> list[ReportRow]:
    """What was reported of the works of a village by a day, the newest first."""
    shown = func.array(
        select(VillageReportDocument.document_id)
        .where(VillageReportDocument.report_id == VillageReport.id)
        .order_by(VillageReportDocument.document_id).scalar_subquery())
    rows = await session.execute(
        select(VillageWork.code, VillageWork.name, VillageWork.unit, VillageReport.reported_on,
               VillageReport.done, VillageReport.note, shown, VillageReport.actor)
        .join(VillageWork, VillageWork.id == VillageReport.work_id)
        .where(VillageWork.village_id == village_id, VillageReport.reported_on <= on)
        .order_by(VillageReport.reported_on.desc(), VillageReport.id.desc())
    )
    return [ReportRow(code, work, unit, day, done, note, tuple(documents), actor)
            for code, work, unit, day, done, note, documents, actor in rows]


async def sheet_lines(session: AsyncSession, sheet: str) -> list[SheetLine]:
    """The lines of a score sheet in reading order; none of a sheet nobody knows."""
    rows = await session.scalars(
        select(AcceptanceCriterion)
        .where(AcceptanceCriterion.sheet == sheet)
        .order_by(AcceptanceCriterion.ordinal, AcceptanceCriterion.id)
    )
    return [SheetLine(row.code, Component(row.component) if row.component else None,
                      Text(row.name, row.name_en), row.points) for row in rows]


async def acceptance_rows(session: AsyncSession, village_id: int) -> list[AcceptanceRow]:
    """How a village was judged, the newest first."""
    a = VillageAcceptance
    rows = await session.execute(
        select(a.id, a.sheet, a.accepted_on, a.assessor, a.score, a.passed, a.note)
        .where(a.village_id == village_id)
        .order_by(a.accepted_on.desc(), a.id.desc())
    )
    return [AcceptanceRow(*row) for row in rows]
