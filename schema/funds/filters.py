"""Filters and orders of instalments, movements and requests, and the SQL they mean."""

from datetime import date
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Select,
    any_,
    case,
    literal_column,
    select,
)

from aid.clock import close_of
from aid.funds import balances, model, request_model
from aid.funds.conditions import condition_met
from aid.projects.model import Project
from schema.connection import OrderDirection
from schema.funds.terms import MovementKind, TrancheState
from schema.projects.filters import belonging, between
from schema.read.arguments import LAST_DAY, Arguments, finite
from schema.read.fields import One, Page, read, row_of
from schema.read.matching import plain
from schema.read.tables import rows_of
from schema.scalars import Yuan

_REGION = "Present or former code of a region: of its projects, and of those of or in all that " \
          "lies below it."
_SUPPORTER = "Code of the supporting city whose project it is."
_DISTRICT = "Code of the supporting district whose project it is."
_SOURCE = "Code of the source of the money."


@strawberry.input(description="Which instalments.")
class FundingTrancheFilter:
    region_code: str | None = strawberry.field(default=None, description=_REGION)
    project_code: str | None = None
    supporter_code: str | None = strawberry.field(default=None, description=_SUPPORTER)
    district_code: str | None = strawberry.field(default=None, description=_DISTRICT)
    source_code: str | None = strawberry.field(default=None, description=_SOURCE)
    states: list[TrancheState] | None = None
    condition_met: bool | None = strawberry.field(
        default=None, description="What they wait for is there today in China, or is not.")
    overdue: bool | None = strawberry.field(
        default=None, description="Something should have been sent before today and was not.")
    retention: bool | None = None
    due_from: date | None = None
    due_to: date | None = strawberry.field(default=None, description="Inclusive.")
    amount_from: Yuan | None = None
    amount_to: Yuan | None = strawberry.field(default=None, description="Inclusive.")
    withdrawn: bool | None = strawberry.field(
        default=False, description="Those that were planned by mistake and withdrawn; null: all.")


@strawberry.enum(description="What instalments are ordered by: PROJECT, as they are numbered in "
                             "it; DUE, those without a day last.")
class FundingTrancheOrderField(StrEnum):
    PROJECT = "project"
    DUE = "due"
    AMOUNT = "amount"


@strawberry.input(description="Order of instalments.")
class FundingTrancheOrder:
    field: FundingTrancheOrderField = FundingTrancheOrderField.PROJECT
    direction: OrderDirection = OrderDirection.ASC


@strawberry.input(description="Which movements.")
class MovementFilter:
    region_code: str | None = strawberry.field(default=None, description=_REGION)
    project_code: str | None = None
    supporter_code: str | None = strawberry.field(default=None, description=_SUPPORTER)
    district_code: str | None = strawberry.field(default=None, description=_DISTRICT)
    source_code: str | None = strawberry.field(default=None, description=_SOURCE)
    kinds: list[MovementKind] | None = None
    voucher_no: str | None = strawberry.field(default=None, description="Exactly.")
    document_no: str | None = strawberry.field(default=None, description="Exactly.")
    occurred_from: date | None = None
    occurred_to: date | None = strawberry.field(default=None, description="Inclusive.")
    amount_from: Yuan | None = None
    amount_to: Yuan | None = strawberry.field(default=None, description="Inclusive.")
    as_known_on: date | None = strawberry.field(
        default=None, description="Only what had been recorded when that day was over in China.")


@strawberry.enum(description="What movements are ordered by: PROJECT, as they are numbered in it.")
class MovementOrderField(StrEnum):
    RECORDED = "recorded"
    OCCURRED = "occurred"
    AMOUNT = "amount"
    PROJECT = "project"


@strawberry.input(description="Order of movements; the newest come first unless it is asked for.")
class MovementOrder:
    field: MovementOrderField = MovementOrderField.RECORDED
    direction: OrderDirection = OrderDirection.DESC


@strawberry.input(description="Which requests.")
class DisbursementRequestFilter:
    region_code: str | None = strawberry.field(default=None, description=_REGION)
    project_code: str | None = None
    waiting: bool | None = strawberry.field(
        default=True, description="Nobody has decided yet; false: decided; null: all.")


@strawberry.enum(description="What requests are ordered by.")
class DisbursementRequestOrderField(StrEnum):
    RECORDED = "recorded"


@strawberry.input(description="Order of requests.")
class DisbursementRequestOrder:
    field: DisbursementRequestOrderField = DisbursementRequestOrderField.RECORDED
    direction: OrderDirection = OrderDirection.ASC


_OF_PROJECT = ("regionCode", "projectCode", "supporterCode", "districtCode")
_AMOUNT = {"amount": ("amount_fen", BigInteger())}


def _of_project(own: FromClause, given: Arguments) -> list[Any]:
    """The conditions on the project that a row is of."""
    if not any(given.given(name) for name in _OF_PROJECT):
        return []
    project = rows_of(Project)
    wanted = select(project.c.id).where(*plain(belonging(project, given), project))
    if given.given("projectCode"):
        wanted = wanted.where(project.c.code == given.bind("projectCode"))
    return [own.c.project_id.in_(wanted)]


def _source(given: Arguments) -> Any:
    source = rows_of(model.FundSource)
    return select(source.c.id).where(
        source.c.code == given.bind("sourceCode")).scalar_subquery()


def _whether(conditions: list[Any], wanted: bool | None, so: ColumnElement[bool]) -> None:
    if wanted is not None:
        conditions.append(so if wanted else ~so)


def _tranche_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions = _of_project(own, given) + between(
        own, given, {**_AMOUNT, "due": ("due_on", Date())})
    if given.given("sourceCode"):
        conditions.append(own.c.source_id == _source(given))
    if given.given("states"):
        conditions.append(balances.state(own) == any_(given.enums("states")))
    if given.plain("conditionMet") is not None:
        _whether(conditions, given.plain("conditionMet"), condition_met(given.day("on"), own))
    if given.plain("overdue") is not None:
        left = balances.overdue(given.day("on"), own)
        _whether(conditions, given.plain("overdue"), left > literal_column("0"))
    _whether(conditions, given.plain("retention"), own.c.retention)
    wanted = given.plain("withdrawn") if given.has("withdrawn") else False
    _whether(conditions, wanted, own.c.withdrawn_on.is_not(None))
    return conditions


def _movement_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions = _of_project(own, given) + between(
        own, given, {**_AMOUNT, "occurred": ("occurred_on", Date())})
    if given.given("sourceCode"):
        tranche = rows_of(model.Tranche)
        of_it = select(tranche.c.id).where(tranche.c.source_id == _source(given))
        conditions.append(own.c.tranche_id.in_(of_it))
    if given.given("kinds"):
        conditions.append(own.c.kind == any_(given.enums("kinds")))
    for name, column in (("voucherNo", own.c.voucher_no), ("documentNo", own.c.document_no)):
        if given.given(name):
            conditions.append(column == given.bind(name))
    if given.given("asKnownOn"):
        conditions.append(own.c.recorded_at < known_before(given))
    return conditions


def _request_filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions = _of_project(own, given)
    decided = rows_of(request_model.DisbursementDecision)
    so = select(decided.c.request_id).where(decided.c.request_id == own.c.id).exists()
    _whether(conditions, given.plain("waiting") if given.has("waiting") else True, ~so)
    return conditions


def known_before(given: Arguments) -> ColumnElement[Any]:
    """The moment at which the day `asKnownOn` is over in China."""
    return given.bind("asKnownOn", DateTime(timezone=True), lambda day: close_of(finite(day)))


def in_project(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    """The conditions of what has the number `seq` in the project `projectCode`."""
    project = rows_of(Project)
    wanted = select(project.c.id).where(project.c.code == given.bind("projectCode"))
    return [own.c.project_id == wanted.scalar_subquery(),
            own.c.seq == given.bind("seq", BigInteger())]


def of_project(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    """The conditions of what belongs to the project whose field it is."""
    return [own.c.project_id == row_of(parent).c.id]


def tranches_of(own: FromClause, parent: FromClause | None, given: Arguments) -> list[Any]:
    """The conditions of a project's instalments: those that stand, were withdrawn, or all."""
    conditions = of_project(own, parent, given)
    _whether(conditions, given.plain("withdrawn"), own.c.withdrawn_on.is_not(None))
    return conditions


def balances_of(column: str, description: str) -> Any:
    """The balances of the object that the column of a movement names, now or as known on a day."""

    def rows(parent: FromClause | None, given: Arguments) -> Select[Any]:
        of = row_of(parent)
        if not given.given("asKnownOn"):
            return balances.kept(getattr(model.TrancheBalance, column) == of.c.id, of=of)
        return balances.known(
            known_before(given), getattr(model.Movement, column) == of.c.id, of=of)

    return read(One(rows=rows), arguments={"as_known_on": date | None},
                defaults={"as_known_on": None},
                description=f"{description} With `asKnownOn`, by what had been recorded when that "
                            "day was over in China.")


def _due(tranche: FromClause) -> ColumnElement[date]:
    """The day an instalment is due; the last day there is, of one that has none."""
    day = tranche.c.due_on
    return case((day.is_(None), literal_column(f"'{LAST_DAY}'::date", Date())), else_=day)


TRANCHE_PAGE = Page(
    orders={"project": ("project_id", "seq"), "due": (_due,), "amount": ("amount_fen",)},
    default_order="project",
    filters=_tranche_filters,
)
MOVEMENT_PAGE = Page(
    orders={"recorded": ("recorded_at",), "occurred": ("occurred_on",),
            "amount": ("amount_fen",), "project": ("project_id", "seq")},
    default_order="recorded",
    filters=_movement_filters,
    newest_first=True,
)
REQUEST_PAGE = Page(
    orders={"recorded": ("recorded_at",)}, default_order="recorded", filters=_request_filters)
