"""The schema: what may be asked and done. Strawberry's types are the only definition of it."""

from datetime import date
from typing import Any

import strawberry
from graphql import GraphQLError
from sqlalchemy import FromClause
from strawberry.types import ExecutionContext

from aid.access.policy import Permission
from schema import errors
from schema.accounts.types import ACCOUNT_PAGE, Account, AccountFilter, AccountOrder
from schema.audit.types import AUDIT_PAGE, AuditEntry, AuditLogFilter, AuditLogOrder
from schema.cadres.filters import (
    CADRE_PAGE,
    POST_PAGE,
    TERM_PAGE,
    PostFilter,
    PostOrder,
    SecondedCadreFilter,
    SecondedCadreOrder,
    SecondmentFilter,
    SecondmentOrder,
    post_fills,
)
from schema.cadres.types import Batch, Post, PostFill, SecondedCadre, Secondment
from schema.connection import Connection, page
from schema.funds.commitments import CommitmentSummary, commitments_field
from schema.funds.filters import (
    MOVEMENT_PAGE,
    REQUEST_PAGE,
    TRANCHE_PAGE,
    DisbursementRequestFilter,
    DisbursementRequestOrder,
    FundingTrancheFilter,
    FundingTrancheOrder,
    MovementFilter,
    MovementOrder,
    in_project,
)
from schema.funds.flows import (
    DueMonth,
    FundFlows,
    MoneyAge,
    calendar_field,
    flows_field,
    transit_field,
)
from schema.funds.queue import WorkCount, WorkItem, counts_field, queue_field
from schema.funds.types import (
    DisbursementRequest,
    FundingTranche,
    FundSource,
    Movement,
    Schedule,
    TwoPersons,
)
from schema.metrics.types import (
    MetricDefinition,
    MetricValue,
    breakdown_field,
    definitions_field,
    metrics_field,
)
from schema.mutations import Mutation
from schema.node import Node
from schema.plans import filters as plan_filters
from schema.plans.filters import (
    FIGURE_PAGE,
    TARGET_PAGE,
    PlanTargetFilter,
    PlanTargetOrder,
    PublishedFigureFilter,
    PublishedFigureOrder,
)
from schema.plans.types import Discrepancy, Plan, PlanTarget, PublishedFigure
from schema.projects.filters import (
    MILESTONE_PAGE,
    PROJECT_PAGE,
    AidProjectFilter,
    AidProjectOrder,
    MilestoneFilter,
    MilestoneOrder,
)
from schema.projects.types import AidProject, Milestone, Sector
from schema.read.arguments import Arguments
from schema.read.execution import AlreadyPrepared, FragmentExecutor
from schema.read.fields import AnyNode, Many, One, everything, read
from schema.read.needs import Needs
from schema.regions import filters as region_filters
from schema.regions.types import RecipientRegion, SupportingCity, region_page
from schema.scalars import CONFIG
from schema.viewer import Viewer, viewer_field
from schema.villages.filters import (
    REPORT_PAGE,
    VILLAGE_PAGE,
    KeyVillageFilter,
    KeyVillageOrder,
    VillageReportFilter,
    VillageReportOrder,
)
from schema.villages.types import AcceptanceCriterion, KeyVillage, VillageReport


def _by_code(own: FromClause, _: FromClause | None, arguments: Arguments) -> list[Any]:
    return [own.c.code == arguments.bind("code")]


@strawberry.type
class Query:
    viewer: Viewer = viewer_field()
    node: Node | None = read(
        AnyNode(), needs=Permission.SELF, arguments={"id": strawberry.ID},
        description="Anything by its global id; null for what you may not read.")
    supporting_cities: list[SupportingCity] = read(
        Many(where=everything), needs=Permission.REGION_READ,
        description="Cities that support others.")
    supporting_city: SupportingCity | None = read(
        One(where=lambda own, _, given: [
            region_filters.bore_code(own.c.division_id, given, "code")]),
        needs=Permission.REGION_READ, arguments={"code": str},
        description="A supporting city by its code: 310000.")
    recipient_regions: Connection[RecipientRegion] = region_page(
        "Regions that receive aid; any division with filter {paired: null}.",
        needs=Permission.REGION_READ)
    recipient_region: RecipientRegion | None = read(
        One(where=lambda own, _, given: [region_filters.bore_code(own.c.id, given, "code")]),
        needs=Permission.REGION_READ, arguments={"code": str, "on": date | None},
        defaults={"on": None},
        description="A region by a code it bears, or bore on the day `on`; without a day the "
                    "place that bore the code last, so that 542300 finds 日喀则市.")
    plans: list[Plan] = read(
        Many(where=everything, order_by=("period_start", "code")), needs=Permission.PLAN_READ,
        description="All plans.")
    plan: Plan | None = read(
        One(where=_by_code), needs=Permission.PLAN_READ, arguments={"code": str},
        description="A plan by its code.")
    plan_target: PlanTarget | None = read(
        One(where=lambda own, _, given: [
            own.c.plan_id == plan_filters.plan_id(given, "planCode"),
            own.c.code == given.bind("code")]),
        needs=Permission.TARGET_READ, arguments={"plan_code": str, "code": str},
        description="A target by its code.")
    plan_targets: Connection[PlanTarget] = page(
        TARGET_PAGE, needs=Permission.TARGET_READ, filter=PlanTargetFilter | None,
        order=PlanTargetOrder | None, description="Targets of all plans.")
    published_figures: Connection[PublishedFigure] = page(
        FIGURE_PAGE, needs=Permission.FIGURE_READ, filter=PublishedFigureFilter | None,
        order=PublishedFigureOrder | None, description="Published figures of all plans.")
    discrepancies: list[Discrepancy] = read(
        Many(where=lambda own, _, given: [
            own.c.plan_id == plan_filters.plan_id(given, "planCode")]),
        needs=Permission.DISCREPANCY_READ, arguments={"plan_code": str},
        description="What does not add up in a plan's figures.")
    aid_projects: Connection[AidProject] = page(
        PROJECT_PAGE, needs=Permission.PROJECT_READ, filter=AidProjectFilter | None,
        order=AidProjectOrder | None, description="Aid projects.")
    aid_project: AidProject | None = read(
        One(where=_by_code), needs=Permission.PROJECT_READ, arguments={"code": str},
        description="An aid project by its code.")
    milestones: Connection[Milestone] = page(
        MILESTONE_PAGE, needs=Permission.PROJECT_READ, filter=MilestoneFilter | None,
        order=MilestoneOrder | None, description="Milestones of all projects: what is late, what "
                                                 "falls due soon.")
    sectors: list[Sector] = read(
        Many(where=everything, order_by=("ordinal",)), needs=Permission.PROJECT_READ,
        description="The fields of aid.")
    key_villages: Connection[KeyVillage] = page(
        VILLAGE_PAGE, needs=Permission.VILLAGE_READ, filter=KeyVillageFilter | None,
        order=KeyVillageOrder | None, description="Key villages (重点村).")
    key_village: KeyVillage | None = read(
        One(where=_by_code), needs=Permission.VILLAGE_READ, arguments={"code": str},
        description="A key village by its code.")
    village_reports: Connection[VillageReport] = page(
        REPORT_PAGE, needs=Permission.VILLAGE_READ, filter=VillageReportFilter | None,
        order=VillageReportOrder | None,
        description="What was reported of the works of key villages, the newest first.")
    acceptance_sheet: list[AcceptanceCriterion] = read(
        Many(where=lambda own, _, given: [own.c.sheet == given.bind("sheet")],
             order_by=("ordinal",)),
        needs=Permission.PLAN_READ, arguments={"sheet": str},
        description="The lines of an acceptance score sheet in reading order.")
    seconded_cadres: Connection[SecondedCadre] = page(
        CADRE_PAGE, needs=Permission.CADRE_READ, filter=SecondedCadreFilter | None,
        order=SecondedCadreOrder | None, description="Who is or was seconded (援派干部).")
    secondments: Connection[Secondment] = page(
        TERM_PAGE, needs=Permission.CADRE_READ, filter=SecondmentFilter | None,
        order=SecondmentOrder | None, description="Terms of seconded people in posts (挂职).")
    posts: Connection[Post] = page(
        POST_PAGE, needs=Permission.CADRE_READ, filter=PostFilter | None, order=PostOrder | None,
        description="Agreed posts; the vacant ones with filter {vacant: true}.")
    post_fill: list[PostFill] = read(
        Many(rows=post_fills, order_by=("recipient_code", "category", "direction")),
        needs=Permission.CADRE_READ, arguments={"region_code": str | None, "as_of": date | None},
        defaults={"region_code": None, "as_of": None},
        description="Agreed posts against filled ones by recipient, category and direction, on "
                    "the day `asOf`; today if left out.")
    batches: list[Batch] = read(
        Many(where=everything, order_by=("starts_on", "code")), needs=Permission.PLAN_READ,
        description="Batches that people are sent in.")
    funding_tranches: Connection[FundingTranche] = page(
        TRANCHE_PAGE, needs=Permission.FUND_READ, filter=FundingTrancheFilter | None,
        order=FundingTrancheOrder | None, description="Planned instalments (资金批次).")
    funding_tranche: FundingTranche | None = read(
        One(where=in_project), needs=Permission.FUND_READ,
        arguments={"project_code": str, "seq": int},
        description="An instalment by its number in a project.")
    movements: Connection[Movement] = page(
        MOVEMENT_PAGE, needs=Permission.FUND_READ, filter=MovementFilter | None,
        order=MovementOrder | None, description="The ledger (资金流水), the newest first.")
    movement: Movement | None = read(
        One(where=in_project), needs=Permission.FUND_READ,
        arguments={"project_code": str, "seq": int},
        description="A movement by its number in a project.")
    fund_sources: list[FundSource] = read(
        Many(where=everything, order_by=("code",)), needs=Permission.PLAN_READ,
        description="Where money comes from (资金来源).")
    schedules: list[Schedule] = read(
        Many(where=everything, order_by=("ordinal",)), needs=Permission.PLAN_READ,
        description="Ways of dividing an amount into instalments.")
    disbursement_requests: Connection[DisbursementRequest] = page(
        REQUEST_PAGE, needs=Permission.REQUEST_READ, filter=DisbursementRequestFilter | None,
        order=DisbursementRequestOrder | None,
        description="Disbursements that wait for a second person, the oldest first.")
    two_persons: TwoPersons = read(
        One(where=everything, order_by=("id",), limit_one=True), needs=Permission.PLAN_READ,
        description="From which amount on a disbursement takes two persons.")
    metric_definitions: list[MetricDefinition] = definitions_field()
    metrics: list[MetricValue] = metrics_field()
    metric_breakdown: list[MetricValue] = breakdown_field()
    commitments: CommitmentSummary = commitments_field()
    work_queue: Connection[WorkItem] = queue_field()
    work_queue_counts: list[WorkCount] = counts_field()
    fund_flows: FundFlows = flows_field()
    funds_in_transit: list[MoneyAge] = transit_field()
    tranche_calendar: list[DueMonth] = calendar_field()
    accounts: Connection[Account] = page(
        ACCOUNT_PAGE, needs=Permission.ACCOUNT_READ, filter=AccountFilter | None,
        order=AccountOrder | None, description="Who may come in. Never a secret of theirs.")
    audit_log: Connection[AuditEntry] = page(
        AUDIT_PAGE, needs=Permission.AUDIT_READ, filter=AuditLogFilter | None,
        order=AuditLogOrder | None,
        description="Who came, what was refused, which rights changed; the newest first.")


class AidSchema(strawberry.Schema):
    """The schema; the endpoint logs errors, so this does not."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Errors are logged and masked once, in the endpoint."""


schema = AidSchema(
    query=Query,
    mutation=Mutation,
    config=CONFIG,
    execution_context_class=FragmentExecutor,
    extensions=[AlreadyPrepared],
    exception_handlers=errors.HANDLERS,
)

NEEDS = Needs(schema._schema)
if undeclared := NEEDS.undeclared():
    raise AssertionError(f"nothing says what these need: {undeclared}")


def sdl() -> str:
    """The schema in GraphQL's own language, as committed in schema/schema.graphql."""
    return schema.as_str().rstrip() + "\n"

