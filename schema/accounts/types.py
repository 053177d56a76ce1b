"""Types of accounts: who may come in, as what, for which regions. Nothing of how they prove it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import FromClause, func, or_

from aid.access.policy import Permission
from aid.accounts import model
from aid.regions.model import Division
from schema.connection import OrderDirection
from schema.node import Node
from schema.read.arguments import Arguments
from schema.read.fields import Page, expression, reads
from schema.read.json import text
from schema.roles import Role


@reads(Division, needs=Permission.ACCOUNT_READ)
@strawberry.type(description="A region that an account is for: its name only. Who keeps accounts "
                             "sees nothing of a region.")
class AccountRegion:
    code: str = strawberry.field(description="GB/T 2260 code of today.")
    name: str
    name_en: str | None


@reads(model.Account, needs=Permission.ACCOUNT_READ)
@strawberry.type(description="Somebody, or a program, that may come in (账户).")
class Account(Node):
    name: str = strawberry.field(description="The name to sign in with.")
    display_name: str
    role: Role | None = strawberry.field(description="Null until one is granted; it then stays.")
    regions: list[AccountRegion] = strawberry.field(
        description="A recipient's regions; everything below them is included.")
    demo: bool = strawberry.field(description="Whether it came with the demonstration.")
    disabled: bool = expression(
        lambda table, _: table.c.disabled_at.is_not(None),
        description="Whether it may not come in any more.")
    disabled_at: datetime | None = strawberry.field(description="Since when it may not (UTC).")
    created_at: datetime = strawberry.field(description="When it was added (UTC).")


@strawberry.input(description="Which accounts.")
class AccountFilter:
    role: Role | None = None
    disabled: bool | None = None
    granted: bool | None = strawberry.field(
        default=None, description="Only those with a role; false: those that wait for one.")
    search: str | None = strawberry.field(default=None, description="Part of either name.")


@strawberry.enum(description="What accounts are ordered by.")
class AccountOrderField(StrEnum):
    NAME = "name"
    CREATED = "created"


@strawberry.input(description="Order of accounts.")
class AccountOrder:
    field: AccountOrderField = AccountOrderField.NAME
    direction: OrderDirection = OrderDirection.ASC


def _filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions: list[Any] = []
    if given.plain("role") is not None:
        conditions.append(own.c.role == text(given.plain("role").value))
    for name, column in (("disabled", own.c.disabled_at), ("granted", own.c.role)):
        if given.plain(name) is not None:
            conditions.append(column.is_not(None) if given.plain(name) else column.is_(None))
    if given.given("search"):
        words = func.lower(given.bind("search"))
        conditions.append(or_(func.strpos(own.c.name, words) > 0,
                              func.strpos(func.lower(own.c.display_name), words) > 0))
    return conditions


ACCOUNT_PAGE = Page(
    orders={"name": ("name",), "created": ("created_at",)}, default_order="name",
    filters=_filters,
)
