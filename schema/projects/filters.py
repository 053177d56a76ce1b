"""Filters and orders of projects and milestones, and the SQL they mean."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Text,
    and_,
    any_,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from aid.clock import today
from aid.database.search import search
from aid.plans.model import PlanTarget
from aid.projects import model
from aid.projects.lists import ProjectPlace
from aid.projects.rules import ENDED
from aid.projects.terms import Stage
from aid.regions.model import Pairing, SupportingCity, SupportingDistrict
from schema.connection import OrderDirection, page
from schema.plans.filters import plan_id
from schema.projects.terms import DeliveryMode, ProjectKind
from schema.read.arguments import ArgumentRefused, Arguments
from schema.read.fields import Groups, OfGroup, Page, Where
from schema.read.json import text
from schema.read.tables import rows_of
from schema.regions.filters import bore_code, lies_in, place_of_code
from schema.scalars import Yuan

SOONEST = 3660
"""How many days ahead one may ask for what falls due: ten years."""


@strawberry.input(description="Which projects.")
class AidProjectFilter:
    region_code: str | None = strawberry.field(
        default=None, description="Present or former code of a region: projects of it, and of or "
                                  "in all that lies below it.")
    supporter_code: str | None = strawberry.field(
        default=None, description="Code of a supporting city.")
    district_code: str | None = strawberry.field(
        default=None, description="Code of a supporting city's district.")
    pairing_code: str | None = None
    plan_code: str | None = strawberry.field(
        default=None, description="Those that serve a target of the plan.")
    target_code: str | None = strawberry.field(
        default=None, description="Those that serve the target; it is unique in its plan only.")
    sector_codes: list[str] | None = None
    kinds: list[ProjectKind] | None = None
    stages: list[Stage] | None = strawberry.field(
        default=None, description="At one of these stages. What is set aside, by a suspension or "
                                  "to be approved anew, is found at its heldStage too.")
    delivery_mode: DeliveryMode | None = None
    simulated: bool | None = None
    planned_start_from: date | None = None
    planned_start_to: date | None = strawberry.field(default=None, description="Inclusive.")
    planned_end_from: date | None = None
    planned_end_to: date | None = strawberry.field(default=None, description="Inclusive.")
    approved_investment_from: Yuan | None = None
    approved_investment_to: Yuan | None = strawberry.field(
        default=None, description="Inclusive. What is not approved has none.")
    year: int | None = strawberry.field(
        default=None, description="The year of the planned start, as in the code.")
    late: bool | None = strawberry.field(default=None, description="Late today in China, or not.")
    search: str | None = strawberry.field(
        default=None, description="Words of the names or the code: of Chinese any part, of "
                                  "English the beginning; every word has to be there.")


@strawberry.enum(description="What projects are ordered by. INVESTMENT is the approved investment, "
                             "or the proposed one before approval.")
class AidProjectOrderField(StrEnum):
    CODE = "code"
    PLANNED_START = "planned_start"
    PLANNED_END = "planned_end"
    INVESTMENT = "investment"
    PROGRESS = "progress"


@strawberry.input(description="Order of projects.")
class AidProjectOrder:
    field: AidProjectOrderField = AidProjectOrderField.CODE
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(description="Which milestones.")
class MilestoneFilter:
    region_code: str | None = strawberry.field(
        default=None, description="Present or former code of a region: milestones of its projects, "
                                  "and of those of or in all that lies below it.")
    project_code: str | None = None
    stages: list[Stage] | None = strawberry.field(
        default=None, description="The stages that the milestones belong to.")
    met: bool | None = None
    late: bool | None = strawberry.field(default=None, description="Late today in China, or not.")
    due_within_days: int | None = strawberry.field(
        default=None, description=f"Not met, and planned for today in China or one of so many days "
                                  f"after it; 0 to {SOONEST}.")
    open: bool | None = strawberry.field(
        default=None, description="Only of projects that go on; false: only of those that are "
                                  "closed, cancelled or suspended.")
    planned_from: date | None = None
    planned_to: date | None = strawberry.field(default=None, description="Inclusive.")


@strawberry.enum(description="What milestones are ordered by.")
class MilestoneOrderField(StrEnum):
    PLANNED = "planned"


@strawberry.input(description="Order of milestones.")
class MilestoneOrder:
    field: MilestoneOrderField = MilestoneOrderField.PLANNED
    direction: OrderDirection = OrderDirection.ASC


def project_late(table: FromClause, given: Arguments) -> ColumnElement[Any]:
    """Whether a project is late on the day `on`: aid/projects/rules.project_late, in SQL."""
    return and_(~_at(table, *ENDED), table.c.completed_on.is_(None),
                table.c.planned_end < given.day("on"))


def milestone_late(table: FromClause, given: Arguments) -> ColumnElement[Any]:
    """Whether a milestone is late on the day `on`: aid/projects/rules.late, in SQL."""
    return and_(table.c.met_on.is_(None), table.c.planned_on < given.day("on"))


def _at(project: FromClause, *stages: Stage) -> ColumnElement[bool]:
    return project.c.stage.in_([text(stage.value) for stage in sorted(stages)])


def _in_region(place: Callable[[], Select[Any]]) -> OfGroup:
    """Projects of a place, whose id is selected anew each time, and of or in all below it."""
    return OfGroup(lambda of: lies_in(place(), of.c.recipient_id, of.c.region_id))


def _project_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions = belonging(own, given) + between(own, given, {
        "plannedStart": ("planned_start", Date()), "plannedEnd": ("planned_end", Date()),
        "approvedInvestment": ("approved_fen", BigInteger())})
    if given.given("kinds"):
        conditions.append(own.c.kind == any_(given.enums("kinds")))
    if given.given("stages"):
        conditions.append(or_(own.c.stage == any_(given.enums("stages")),
                              own.c.held_stage == any_(given.enums("stages"))))
    if given.plain("deliveryMode") is not None:
        conditions.append(own.c.delivery_mode == text(given.plain("deliveryMode").value))
    if given.plain("simulated") is not None:
        conditions.append(own.c.simulated if given.plain("simulated") else ~own.c.simulated)
    if given.given("year"):
        conditions += [own.c.planned_start >= given.bind("year", Date(), _first_day),
                       own.c.planned_start <= given.bind("year", Date(), _last_day)]
    if given.plain("late") is not None:
        late = project_late(own, given)
        conditions.append(late if given.plain("late") else ~late)
    if given.given("search"):
        conditions.append(search(model.Project, own, given.bind("search")))
    return conditions


def belonging(own: FromClause, given: Arguments) -> list[Any]:
    """The conditions on what a project belongs to."""
    conditions: list[Any] = []
    if given.given("regionCode"):
        conditions.append(_in_region(lambda: place_of_code(given, "regionCode")))
    for name, column, supporter in (
        ("supporterCode", "supporter_id", SupportingCity),
        ("districtCode", "district_id", SupportingDistrict),
    ):
        if given.given(name):
            known = rows_of(supporter)
            wanted = select(known.c.id).where(bore_code(known.c.division_id, given, name))
            conditions.append(own.c[column] == wanted.scalar_subquery())
    if given.given("pairingCode"):
        pairing = rows_of(Pairing)
        wanted = select(pairing.c.id).where(pairing.c.code == given.bind("pairingCode"))
        conditions.append(own.c.pairing_id == wanted.scalar_subquery())
    if given.given("planCode") or given.given("targetCode"):
        conditions.append(own.c.target_id == any_(_ids(_targets(given))))
    if given.given("sectorCodes"):
        sector = rows_of(model.Sector)
        wanted = select(sector.c.id).where(
            sector.c.code == any_(given.bind("sectorCodes", ARRAY(Text()))))
        conditions.append(own.c.sector_id == any_(_ids(wanted)))
    return conditions


def _ids(wanted: Select[Any]) -> ColumnElement[Any]:
    """The ids a select finds, found once: rows are compared with them one by one."""
    return func.array(wanted.scalar_subquery(), type_=ARRAY(BigInteger()))


def _targets(given: Arguments) -> Select[Any]:
    target = rows_of(PlanTarget)
    wanted = select(target.c.id)
    if given.given("planCode"):
        wanted = wanted.where(target.c.plan_id == plan_id(given, "planCode"))
    if given.given("targetCode"):
        wanted = wanted.where(target.c.code == given.bind("targetCode"))
    return wanted


def between(
    own: FromClause, given: Arguments, columns: Mapping[str, tuple[str, TypeEngine[Any]]]
) -> list[Any]:
    """The conditions that a column is at least …From and at most …To, by the arguments' names."""
    conditions: list[Any] = []
    for name, (column, type_) in columns.items():
        if given.given(f"{name}From"):
            conditions.append(own.c[column] >= given.bind(f"{name}From", type_))
        if given.given(f"{name}To"):
            conditions.append(own.c[column] <= given.bind(f"{name}To", type_))
    return conditions


def _first_day(year: int) -> date:
    """The first day of a year; of the nearest there is, where there is no such year."""
    return date(min(max(year, MINYEAR), MAXYEAR), 1, 1)


def _last_day(year: int) -> date:
    return _first_day(year).replace(month=12, day=31)


def _milestone_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions = between(own, given, {"planned": ("planned_on", Date())})
    if given.given("regionCode") or given.given("projectCode") or given.plain("open") is not None:
        conditions.append(_of_project(own, given))
    if given.given("stages"):
        conditions.append(own.c.stage == any_(given.enums("stages")))
    if given.plain("met") is not None:
        conditions.append(own.c.met_on.is_not(None) if given.plain("met")
                          else own.c.met_on.is_(None))
    if given.plain("late") is not None:
        late = milestone_late(own, given)
        conditions.append(late if given.plain("late") else ~late)
    if given.given("dueWithinDays"):
        conditions += [own.c.met_on.is_(None), own.c.planned_on >= given.day("on"),
                       own.c.planned_on <= given.bind("dueWithinDays", Date(), _days_ahead)]
    return conditions


def _of_project(own: FromClause, given: Arguments) -> Any:
    """The milestone's project is such a one."""
    project = rows_of(model.Project)
    wanted = select(project.c.id).where(project.c.id == own.c.project_id)
    if given.given("regionCode"):
        wanted = wanted.where(_in_region(lambda: place_of_code(given, "regionCode")).on(project))
    if given.given("projectCode"):
        wanted = wanted.where(project.c.code == given.bind("projectCode"))
    if given.plain("open") is not None:
        aside = _at(project, *ENDED, Stage.SUSPENDED)
        wanted = wanted.where(~aside if given.plain("open") else aside)
    return wanted.exists()


def _days_ahead(days: int) -> date:
    if not 0 <= days <= SOONEST:
        raise ArgumentRefused(f"dueWithinDays is 0 to {SOONEST}, not {days}")
    return today() + timedelta(days)


def _investment(project: FromClause) -> ColumnElement[int]:
    """A project's approved investment in fen, or the proposed one before approval.

    By CASE, as PostgreSQL holds COALESCE for something that may leak a row: under row security it
    would not look for a page's place in the index.
    """
    approved, proposed = project.c.approved_fen, project.c.proposed_fen
    return case((approved.is_(None), proposed), else_=approved)


PROJECT_PAGE = Page(
    orders={
        "code": ("code",),
        "planned_start": ("planned_start",),
        "planned_end": ("planned_end",),
        "investment": (_investment,),
        "progress": ("progress_hundredths",),
    },
    default_order="code",
    filters=_project_filters,
    narrow=True,
    groups=Groups(ProjectPlace, "recipient_id"),
)
MILESTONE_PAGE = Page(
    orders={"planned": ("planned_on",)}, default_order="planned", filters=_milestone_filters
)


def projects_of(column: str, description: str) -> Any:
    """The connection of the projects whose column names the object whose field it is."""
    return _projects(lambda own, parent, _: [own.c[column] == _id(parent)], description)


def projects_in(description: str) -> Any:
    """The connection of the projects of the region whose field it is, and of all below it."""
    def where(_: FromClause, parent: FromClause | None, __: Arguments) -> list[Any]:
        return [_in_region(lambda: select(_id(parent)).correlate(parent))]

    return _projects(where, description)


def _projects(where: Where, description: str) -> Any:
    return page(replace(PROJECT_PAGE, where=where), filter=AidProjectFilter | None,
                order=AidProjectOrder | None, description=description)


def _id(parent: FromClause | None) -> ColumnElement[Any]:
    assert parent is not None  # noqa: S101  a field of an object
    return parent.c.id
