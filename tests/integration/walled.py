"""A database with rows in every table, and ways to ask it as anybody, claims and all."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from asyncpg import Connection

from aid.access.actor import Actor, Role, gate
from tests.actors import AUDITOR, LEADER, LOCAL, recipient
from tests.integration.money_rows import MONEY
from tests.integration.work_rows import WORK

Row = dict[str, Any]

FURNISH = """
INSERT INTO account (name, display_name, role, demo) VALUES
  ('office', '办公室', 'office', false), ('rikaze', '日喀则', 'recipient', false);
INSERT INTO account_region (account_id, division_id)
  SELECT a.id, d.id FROM account a, division d WHERE a.name = 'rikaze' AND d.code = '540200';
INSERT INTO credential (account_id, password_hash, must_change)
  SELECT id, 'hash', false FROM account;
INSERT INTO sign_in_session (id_hash, account_id, stage, method, expires_at)
  SELECT sha256(name::bytea), id, 'full', 'password', now() FROM account WHERE name = 'office';
INSERT INTO api_token (account_id, prefix, token_hash, expires_at)
  SELECT id, name, sha256(name::bytea), now() FROM account WHERE name = 'office';
INSERT INTO failed_sign_in (name_hash, address) VALUES ('x', '::1');
INSERT INTO audit_entry (kind, outcome, actor, detail) VALUES ('sign_in', 'done', 'office', '{}');
INSERT INTO plan_target_adjustment (target_id, field, reason, adjusted_on, actor)
  SELECT id, 'statement', '中期调整', '2008-01-01', 'office' FROM plan_target;
INSERT INTO plan_target_year (target_id, year, value) SELECT id, 2007, 1 FROM plan_target
  ON CONFLICT DO NOTHING;
INSERT INTO change (entity, entity_id, field, new, actor)
  SELECT 'account', id, 'role', to_jsonb(role), 'security' FROM account;
""" + WORK + MONEY
"""Run as the administrator over what the project ships."""

ROLES: tuple[Actor, ...] = (
    LOCAL, LEADER, AUDITOR, Actor("system", Role.SYSTEM_ADMIN),
    Actor("security", Role.SECURITY_ADMIN), Actor("audit", Role.AUDIT_ADMIN), gate("tests"),
)
"""Everybody but recipients."""


async def tables(connection: Connection) -> list[str]:
    """All tables but the one that names the revision."""
    rows = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relname <> 'alembic_version'"
        " AND relnamespace = 'public'::regnamespace ORDER BY relname")
    return [row["relname"] for row in rows]


async def claim(connection: Connection, claims: Mapping[str, str]) -> None:
    """Bind claims to the transaction that runs."""
    for name, value in claims.items():
        await connection.execute("SELECT set_config($1, $2, true)", name, value)


async def rows_of(connection: Connection, table: str) -> list[Row]:
    """All rows that this connection sees of a table."""
    found = await connection.fetch(f"SELECT to_jsonb(t)::text AS row FROM {table} t")
    return [json.loads(row["row"]) for row in found]


async def everything(connection: Connection) -> dict[str, list[Row]]:
    """All rows that this connection sees, by table."""
    return {table: await rows_of(connection, table) for table in await tables(connection)}


async def recipients(admin: Connection) -> list[Actor]:
    """Recipients of one place, of several, of a county, of one without any row, of none at all."""
    async def ids(*codes: str) -> list[int]:
        rows = await admin.fetch(
            "SELECT id FROM division WHERE code = ANY ($1) AND ended_on IS NULL ORDER BY id",
            list(codes))
        return [row["id"] for row in rows]

    chosen: Sequence[Sequence[str]] = (
        ("540200",), ("420506",), ("652900",), ("532600", "530800", "533400"), ("540222",),
        ("110000",), ())
    return [recipient(*await ids(*codes)) for codes in chosen]
