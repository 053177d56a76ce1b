"""The schema: what may be asked and done. Strawberry's types are the only definition of it."""

from datetime import date
from typing import Any

import strawberry
from graphql import GraphQLError
from sqlalchemy import FromClause
from strawberry.types import ExecutionContext

from schema import errors
from schema.connection import Connection, page
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
from schema.read.arguments import Arguments
from schema.read.execution import AlreadyPrepared, FragmentExecutor
from schema.read.fields import AnyNode, Many, One, everything, read
from schema.regions import filters as region_filters
from schema.regions.types import RecipientRegion, SupportingCity, region_page
from schema.scalars import CONFIG


def _by_code(own: FromClause, _: FromClause | None, arguments: Arguments) -> list[Any]:
    return [own.c.code == arguments.bind("code")]


@strawberry.type
class Query:
    node: Node | None = read(
        AnyNode(), arguments={"id": strawberry.ID}, description="Anything by its global id.")
    supporting_cities: list[SupportingCity] = read(
        Many(where=everything), description="Cities that support others.")
    supporting_city: SupportingCity | None = read(
        One(where=lambda own, _, given: [
            region_filters.bore_code(own.c.division_id, given, "code")]),
        arguments={"code": str}, description="A supporting city by its code: 310000.")
    recipient_regions: Connection[RecipientRegion] = region_page(
        "Regions that receive aid; any division with filter {paired: null}.")
    recipient_region: RecipientRegion | None = read(
        One(where=lambda own, _, given: [region_filters.bore_code(own.c.id, given, "code")]),
        arguments={"code": str, "on": date | None}, defaults={"on": None},
        description="A region by a code it bears, or bore on the day `on`; without a day the "
                    "place that bore the code last, so that 542300 finds 日喀则市.")
    plans: list[Plan] = read(
        Many(where=everything, order_by=("period_start", "code")), description="All plans.")
    plan: Plan | None = read(
        One(where=_by_code), arguments={"code": str}, description="A plan by its code.")
    plan_target: PlanTarget | None = read(
        One(where=lambda own, _, given: [
            own.c.plan_id == plan_filters.plan_id(given, "planCode"),
            own.c.code == given.bind("code")]),
        arguments={"plan_code": str, "code": str}, description="A target by its code.")
    plan_targets: Connection[PlanTarget] = page(
        TARGET_PAGE, filter=PlanTargetFilter | None, order=PlanTargetOrder | None,
        description="Targets of all plans.")
    published_figures: Connection[PublishedFigure] = page(
        FIGURE_PAGE, filter=PublishedFigureFilter | None, order=PublishedFigureOrder | None,
        description="Published figures of all plans.")
    discrepancies: list[Discrepancy] = read(
        Many(where=lambda own, _, given: [
            own.c.plan_id == plan_filters.plan_id(given, "planCode")]),
        arguments={"plan_code": str}, description="What does not add up in a plan's figures.")


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


def sdl() -> str:
    """The schema in GraphQL's own language, as committed in schema/schema.graphql."""
    return schema.as_str().rstrip() + "\n"

