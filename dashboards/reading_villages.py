"""What the pages of key villages need to know, each read in one snapshot."""

from asyncio import gather
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from aid.access.actor import Actor
from aid.access.policy import Permission
from aid.clock import today
from aid.database.engine import Database
from aid.database.paging import Turned
from aid.projects.narrowing import Choices, read_choices
from aid.projects.queries import DocumentRow, documents_by_id
from aid.regions.queries import topmost
from aid.text import Text
from aid.villages import queries
from aid.villages.listing import (
    ORDERS,
    Asked,
    ListedVillage,
    MeanPoint,
    VillageSums,
    days_between,
    listed,
    mean_curve,
    sums,
)
from aid.villages.of_village import (
    NamedProject,
    NaturalRow,
    ScoreRow,
    natural_rows,
    projects_in,
    score_rows,
    village_id,
)
from aid.villages.queries import (
    AcceptanceRow,
    CurvePoint,
    ProgressRow,
    ReportRow,
    VillageRow,
    WorkRow,
)
from dashboards.forms import offered
from dashboards.turning import order_of, place_of
from dashboards.view import View

AT_ONCE = 40
"""Villages on one page of the matrix."""
DEFAULT = "progress"
"""The order before somebody chooses one: who is least far comes first."""
POINTS = 16
"""Days of a curve."""
STATES = ("late", "stalled", "open", "accepted")
REPORTS = 100
"""So many reports of a village are shown, the newest."""


@dataclass(frozen=True, slots=True)
class VillageList:
    """A page of the matrix. `curve` is of all villages asked for or, where they are too many
    (`only_open`), of those not accepted yet; None: they are too many as well.
    """

    choices: Choices
    on: date
    page: Turned[ListedVillage]
    sums: VillageSums
    curve: tuple[MeanPoint, ...] | None
    only_open: bool


@dataclass(frozen=True, slots=True)
class VillageData:
    """A village and what belongs to it; `village` is None where the actor sees none of the code.

    `projects` are None where they are not for the actor to read. `forms` of the log are those that
    the actor may fill in for it.
    """

    on: date
    today: date
    village: VillageRow | None
    own: tuple[Text, ...] | None = None
    progress: ProgressRow | None = None
    curve: tuple[CurvePoint, ...] = ()
    works: tuple[WorkRow, ...] = ()
    hamlets: tuple[NaturalRow, ...] = ()
    reports: tuple[ReportRow, ...] = ()
    documents: Mapping[int, DocumentRow] | None = None
    acceptances: tuple[AcceptanceRow, ...] = ()
    scores: tuple[ScoreRow, ...] = ()
    projects: tuple[NamedProject, ...] | None = None
    forms: tuple[str, ...] = ()


async def read_villages(database: Database, actor: Actor, view: View) -> VillageList:
    """The villages that a view asks for, as they stand on its day, read side by side."""
    on = _day(view)
    order, descending = order_of(view, ORDERS, DEFAULT)
    async with database.reading(actor) as session:
        choices = await read_choices(
            session, actor, regions=view.region, supporter=view.supporter, sector=None,
            today=today())
        asked = Asked(
            on=on, region_ids=choices.region_ids, city_id=choices.city_id,
            district_id=choices.district_id, since=view.start, until=view.end,
            state=view.state if view.state in STATES else None, text=view.text)

    async def page() -> Turned[ListedVillage]:
        async with database.reading(actor) as session:
            return await listed(session, asked, order=order, descending=descending,
                                at=place_of(view, ORDERS[order]), first=AT_ONCE)

    async def counted() -> VillageSums:
        async with database.reading(actor) as session:
            return await sums(session, asked)

    async def curve() -> tuple[list[MeanPoint] | None, bool]:
        async with database.reading(actor) as session:
            found = await mean_curve(session, asked, points=POINTS)
            if found is not None or asked.state is not None:
                return found, found is None
            return await mean_curve(session, replace(asked, state="open"), points=POINTS), True

    found, summed, (points, only_open) = await gather(page(), counted(), curve())
    return VillageList(choices, on, found, summed, None if points is None else tuple(points),
                       only_open)


def _day(view: View) -> date:
    """The day whose state is shown: that of the address, not later than today."""
    return min(view.on, today()) if view.on else today()


async def read_village(database: Database, actor: Actor, view: View) -> VillageData:
    """The village of a view's code, as it stands on its day."""
    on, now = _day(view), today()
    async with database.reading(actor) as session:
        own = None if actor.sees_all else tuple(
            Text(place.name, place.name_en or place.name)
            for place in await topmost(session, actor.recipients))
        number = await village_id(session, view.code or "")
        if number is None:
            return VillageData(on, now, None, own)
        village = (await queries.villages_by_id(session, [number], on=on))[0]
        progress = await queries.progress_rows(session, [number], on=on)
        works = await queries.work_rows(session, number, on=on)
        reports = (await queries.report_rows(session, number, on=on))[:REPORTS]
        accepted = await queries.acceptance_rows(session, number)
        return VillageData(
            on, now, village, own, progress[0] if progress else None,
            tuple(await queries.curve_points(session, [number], _days(works, on))),
            tuple(works), tuple(await natural_rows(session, number)), tuple(reports),
            await documents_by_id(
                session, [one for report in reports for one in report.document_ids]),
            tuple(accepted), tuple(await score_rows(session, [one.id for one in accepted])),
            tuple(await projects_in(session, number)) if actor.may(Permission.PROJECT_READ)
            else None, offered(actor, "village"))


def _days(works: list[WorkRow], on: date) -> list[date]:
    """The days of a village's curve: over its planned works, and on to the day it is looked at."""
    if not works:
        return []
    first = min(work.planned_start for work in works)
    last = max(work.planned_end for work in works)
    late = any(work.late for work in works)
    end = min(max(last, on), last + timedelta(days=366)) if late else last
    return days_between(first, end, 2 * POINTS, also=on)
