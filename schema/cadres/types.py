"""Types of seconded people: the person, the agreed post, the term in it."""

from datetime import date, datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, FromClause, select

from aid.access.policy import Permission
from aid.cadres import model
from aid.cadres.terms import CadreCategory, Direction
from schema.cadres import filters
from schema.node import Change, Node, history_of
from schema.projects.types import AidProject
from schema.read.arguments import Arguments
from schema.read.fields import Expression, Many, One, as_of, expression, read, reads, row_of
from schema.read.needs import needs
from schema.read.tables import linked, rows_of
from schema.regions.types import Pairing, RecipientRegion, SupportingCity, SupportingDistrict
from schema.scalars import Percent


def _recipient(description: str) -> Any:
    return read(One(where=lambda own, parent, _: [own.c.id == row_of(parent).c.recipient_id]),
                description=description)


def _of(model_: type[Any], link: str, column: str, description: str) -> Any:
    """A value of the row that a column of the object names."""

    def sql(table: FromClause, _: Arguments) -> ColumnElement[Any]:
        named = rows_of(model_)
        return select(named.c[column]).where(named.c.id == table.c[link]).scalar_subquery()

    return expression(sql, description=description)


def _holders(own: FromClause, parent: FromClause | None, given: Arguments) -> list[Any]:
    return [own.c.post_id == row_of(parent).c.id, filters.holds(own, given.day("asOf"))]


def _successor(own: FromClause, parent: FromClause | None, _: Arguments) -> list[Any]:
    return [own.c.predecessor_id == row_of(parent).c.id]


@reads(model.Batch, needs=Permission.PLAN_READ)
@strawberry.type(description="People who are sent together (批次).")
class Batch:
    code: str
    name: str
    name_en: str | None
    direction: Direction
    starts_on: date
    simulated: bool = strawberry.field(description="A record of the demonstration, not a fact.")
    months: int = strawberry.field(description="How long their term is.")


@reads(model.Extension, needs=Permission.CADRE_READ)
@strawberry.type(description="A term was made longer (延期). Never changed.")
class SecondmentExtension:
    old_end: date
    new_end: date
    reason: str
    actor: str
    recorded_at: datetime = strawberry.field(description="When it was recorded (UTC).")


@reads(model.Cadre, needs=Permission.CADRE_READ)
@strawberry.type(description="A person who is or was seconded (援派干部): no telephone, no "
                             "identity number. A recipient sees who is or was sent to it.")
class SecondedCadre(Node):
    code: str
    name: str
    category: CadreCategory
    home_unit: str | None
    supporter: SupportingCity
    district: SupportingDistrict | None
    simulated: bool = strawberry.field(description="A record of the demonstration, not a fact.")
    secondments: list["Secondment"] = strawberry.field(description="By their start.")
    version: int
    history: list[Change] = history_of("cadre")


@reads(model.Post, needs=Permission.CADRE_READ)
@strawberry.type(description="A post that supporter and recipient agreed to fill (挂任职务).")
class Post(Node):
    code: str
    region: RecipientRegion = _recipient("The recipient.")
    pairing: Pairing | None
    unit: str = strawberry.field(description="Where the post is.")
    title: str
    title_en: str | None
    category: CadreCategory = strawberry.field(description="What it wants.")
    direction: Direction
    agreed_from: date
    agreed_until: date | None = strawberry.field(description="The last day; null: still.")
    simulated: bool = strawberry.field(description="A record of the demonstration, not a fact.")
    vacant: bool = as_of(
        Expression(lambda table, given: filters.vacant(table, given.day("asOf"))),
        "Whether it is to be filled and nobody is in it.")
    holders: list["Secondment"] = as_of(
        Many(where=_holders, order_by=("starts_on",)), "Who is in it; two while they hand over.")
    secondments: list["Secondment"] = strawberry.field(description="By their start.")


@reads(model.Secondment, needs=Permission.CADRE_READ)
@strawberry.type(description="A person in a post for a term (挂职).")
class Secondment(Node):
    cadre: SecondedCadre
    region: RecipientRegion = _recipient("The recipient.")
    post: Post
    batch: Batch | None
    category: CadreCategory = _of(model.Cadre, "cadre_id", "category", "What the person is.")
    direction: Direction = _of(model.Post, "post_id", "direction", "Of the post.")
    start: date = expression(lambda table, _: table.c.starts_on, description="The first day.")
    planned_end: date = strawberry.field(description="The last day as it is planned.")
    end: date | None = expression(
        lambda table, _: table.c.ended_on, description="The actual last day, once it was ended.")
    end_reason: str | None
    ends_within_days: int | None = as_of(
        Expression(lambda table, given: filters.days_left(table, given.day("asOf"))),
        "In how many days it is planned to end; null when it does not hold, or was ended.")
    predecessor: "Secondment | None" = strawberry.field(description="Whom it succeeded.")
    successor: "Secondment | None" = read(
        One(where=_successor, order_by=("id",), limit_one=True), description="Who succeeded it.")
    projects: list[AidProject] = read(
        Many(where=linked(model.SecondmentProject, "project_id", "secondment_id"),
             order_by=("code",)),
        description="Projects the person answers for in it, by code.")
    extensions: list[SecondmentExtension] = strawberry.field(description="The oldest first.")
    version: int = strawberry.field(description="Give it back as expectedVersion to change it.")
    history: list[Change] = history_of("secondment")


@needs(Permission.CADRE_READ)
@strawberry.type(description="Agreed posts of a recipient, a category and a direction, against "
                             "those that are filled, on a day.")
class PostFill:
    region: RecipientRegion = _recipient("The recipient.")
    category: CadreCategory
    direction: Direction
    agreed: int = strawberry.field(description="Posts to be filled on the day.")
    filled: int = strawberry.field(description="Those with somebody in them.")
    vacant: int = strawberry.field(description="Those without.")
    rate: Percent = strawberry.field(description="岗位到岗率: filled ÷ agreed.")
