"""Types of the audit log: its entries, which of them, in which order."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, DateTime, FromClause, Text

from aid.access.policy import Permission
from aid.audit import model
from aid.audit.model import AuditKind, Outcome
from schema.connection import OrderDirection
from schema.node import Node
from schema.read.arguments import Arguments
from schema.read.fields import Page, expression, reads
from schema.read.json import text
from schema.roles import Role

strawberry.enum(AuditKind, description="What an entry of the audit log tells of.")
strawberry.enum(Outcome, name="AuditOutcome", description="Whether it was done, or refused.")


def _detail(table: FromClause, _: Arguments) -> ColumnElement[Any]:
    return table.c.detail.cast(Text())


@reads(model.AuditEntry, needs=Permission.AUDIT_READ)
@strawberry.type(description="One event of the audit log (审计日志). Never changed, never deleted.")
class AuditEntry(Node):
    at: datetime = strawberry.field(description="When (UTC).")
    kind: AuditKind
    outcome: Outcome
    actor: str = strawberry.field(description="Who acted or tried to, by the name they gave.")
    role: Role | None = strawberry.field(description="Their role then.")
    subject: str | None = strawberry.field(description="What or whom it was done to.")
    address: str | None = strawberry.field(description="The network address it came from.")
    detail: str = expression(_detail, description="All else that is known, as a JSON object.")


@strawberry.input(description="Which events.")
class AuditLogFilter:
    kind: AuditKind | None = None
    outcome: Outcome | None = None
    actor: str | None = strawberry.field(default=None, description="The name of who acted.")
    since: datetime | None = strawberry.field(
        name="from", default=None, description="From this moment on.")
    until: datetime | None = strawberry.field(
        name="to", default=None, description="Before this moment.")


@strawberry.enum(description="What events are ordered by.")
class AuditLogOrderField(StrEnum):
    AT = "at"


@strawberry.input(description="Order of events.")
class AuditLogOrder:
    field: AuditLogOrderField = AuditLogOrderField.AT
    direction: OrderDirection = OrderDirection.DESC


def _filters(own: FromClause, _: FromClause | None, given: Arguments) -> list[Any]:
    conditions: list[Any] = [
        own.c[name] == text(given.plain(name).value)
        for name in ("kind", "outcome") if given.plain(name) is not None
    ]
    if given.given("actor"):
        conditions.append(own.c.actor == given.bind("actor"))
    moment = DateTime(timezone=True)
    if given.given("from"):
        conditions.append(own.c.at >= given.bind("from", moment))
    if given.given("to"):
        conditions.append(own.c.at < given.bind("to", moment))
    return conditions


AUDIT_PAGE = Page(orders={"at": ("at",)}, default_order="at", newest_first=True, filters=_filters)
