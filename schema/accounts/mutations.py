"""Mutations of accounts: the system administrator keeps them, the security administrator grants.

The gate writes on their behalf, as nobody else may; the audit log names who asked for it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import gate
from aid.access.policy import Permission
from aid.accounts import service
from aid.accounts.passwords import random_password
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import Asker, note
from aid.errors import AidError
from schema.accounts.types import Account
from schema.action import action
from schema.context import Context
from schema.errors import Conflict, InvalidInput, NotFound
from schema.read.execution import check_result
from schema.read.fields import NodeOf, read
from schema.read.needs import STRUCTURE, needs
from schema.roles import Role

Info = strawberry.Info[Context, None]


@strawberry.input(description="An account to add. It may do nothing until it is granted a role.")
class AccountAddInput:
    name: str = strawberry.field(description="To sign in with: a-z, 0-9, and . _ - inside.")
    display_name: str | None = None
    issuer: str | None = strawberry.field(
        default=None, description="The identity provider's address, with `subject`.")
    subject: str | None = strawberry.field(
        default=None, description="Who it is at the identity provider.")


@needs(STRUCTURE)
@strawberry.type(description="The account as added.")
class AccountAdded:
    row_id: strawberry.Private[int]
    account: Account = read(NodeOf("row_id"))
    password: str = strawberry.field(
        description="To sign in with once and change then. It is shown here and nowhere again.")


@strawberry.input(description="Which account.")
class AccountNameInput:
    name: str


@needs(STRUCTURE)
@strawberry.type(description="The account; its sessions are ended, its tokens revoked.")
class AccountDisabled:
    row_id: strawberry.Private[int]
    account: Account = read(NodeOf("row_id"))


@needs(STRUCTURE)
@strawberry.type(description="The account, which may come in again.")
class AccountEnabled:
    row_id: strawberry.Private[int]
    account: Account = read(NodeOf("row_id"))


@strawberry.input(description="The role of an account, given once and for good.")
class AccountGrantInput:
    name: str
    role: Role
    region_codes: list[str] = strawberry.field(
        default_factory=list, description="A recipient's regions, by codes of today or former.")


@needs(STRUCTURE)
@strawberry.type(description="The account with its role and regions.")
class AccountGranted:
    row_id: strawberry.Private[int]
    account: Account = read(NodeOf("row_id"))


AccountAddResult = Annotated[AccountAdded | InvalidInput, strawberry.union("AccountAddResult")]
AccountDisableResult = Annotated[
    AccountDisabled | NotFound | Conflict, strawberry.union("AccountDisableResult")]
AccountEnableResult = Annotated[AccountEnabled | NotFound, strawberry.union("AccountEnableResult")]
AccountGrantResult = Annotated[
    AccountGranted | InvalidInput | NotFound | Conflict, strawberry.union("AccountGrantResult")]


@strawberry.type
class AccountMutations:
    @action(needs=Permission.ACCOUNT_KEEP, description="Add an account, without a role.")
    async def account_add(self, info: Info, input: AccountAddInput) -> AccountAddResult:
        check_result(info, AccountAdded)
        new = service.NewAccount(
            name=input.name, display_name=input.display_name, issuer=input.issuer,
            subject=input.subject, password=random_password())
        async with _by_the_gate(info, AuditKind.ACCOUNT, input.name) as (session, asker):
            account = await service.add_account(session, new, asker=asker)
        return AccountAdded(row_id=account.id, password=str(new.password))

    @action(needs=Permission.ACCOUNT_KEEP, description="Let an account in no more.")
    async def account_disable(self, info: Info, input: AccountNameInput) -> AccountDisableResult:
        check_result(info, AccountDisabled)
        async with _by_the_gate(info, AuditKind.ACCOUNT, input.name) as (session, asker):
            account = await service.account_named(session, input.name)
            await service.disable_account(session, account, asker=asker)
        return AccountDisabled(row_id=account.id)

    @action(needs=Permission.ACCOUNT_KEEP, description="Let a disabled account in again.")
    async def account_enable(self, info: Info, input: AccountNameInput) -> AccountEnableResult:
        check_result(info, AccountEnabled)
        async with _by_the_gate(info, AuditKind.ACCOUNT, input.name) as (session, asker):
            account = await service.account_named(session, input.name)
            await service.enable_account(session, account, asker=asker)
        return AccountEnabled(row_id=account.id)

    @action(needs=Permission.ACCOUNT_GRANT,
            description="Grant an account its role, and a recipient's its regions.")
    async def account_grant(self, info: Info, input: AccountGrantInput) -> AccountGrantResult:
        check_result(info, AccountGranted)
        async with _by_the_gate(info, AuditKind.RIGHTS, input.name) as (session, asker):
            account = await service.account_named(session, input.name)
            await service.grant_role(
                session, account, input.role, input.region_codes, asker=asker)
        return AccountGranted(row_id=account.id)


@asynccontextmanager
async def _by_the_gate(
    info: Any, kind: AuditKind, name: str
) -> AsyncIterator[tuple[AsyncSession, Asker]]:
    """A transaction of the gate, and who it is for. What is refused is in the audit log as well."""
    context: Context = info.context
    asker = Asker(context.actor.name, context.actor.role.value, context.address or None)
    try:
        async with context.database.writing(gate(context.actor.name)) as session:
            yield session, asker
    except AidError as refused:
        await note(context.database, kind=kind, outcome=Outcome.REFUSED, actor=asker.name,
                   role=asker.role, subject=name, address=asker.address,
                   detail={"reason": refused.code})
        raise
