"""Row security: on every table, for every role, read and written at the database itself."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
from asyncpg import Connection
from sqlalchemy.engine import URL

from aid.access.actor import Actor, Role
from aid.access.policy import Permission, Reach, reach
from aid.access.roles import Inner
from aid.database.engine import Database, UnsafeRole
from tests.conftest import as_admin, as_app, copied
from tests.integration.walled import (
    FURNISH,
    ROLES,
    claim,
    everything,
    recipients,
    rows_of,
)
from tests.visible import REFERENCE, SECRET, may_add, visible

READABLE = {"SELECT"}
CHANGEABLE = {"SELECT", "INSERT", "UPDATE"}
GROWING = {"SELECT", "INSERT"}
REWRITABLE = {"SELECT", "INSERT", "UPDATE", "DELETE"}
LINKED = {"SELECT", "INSERT", "DELETE"}
SHOWN = {"SELECT"}
GRANTS = {
    "alembic_version": {"SELECT"},
    "account": GROWING,
    "account_region": {"SELECT", "INSERT", "DELETE"},
    "api_token": GROWING,
    "audit_entry": {"SELECT"},
    "change": {"SELECT"},
    "credential": CHANGEABLE,
    "discrepancy": REWRITABLE,
    "division": CHANGEABLE,
    "division_period": REWRITABLE,
    "failed_sign_in": {"SELECT", "INSERT", "DELETE"},
    "figure_breakdown": CHANGEABLE,
    "figure_breakdown_part": REWRITABLE,
    "indicator": CHANGEABLE,
    "pairing": CHANGEABLE,
    "plan": CHANGEABLE,
    "plan_section": CHANGEABLE,
    "plan_target": CHANGEABLE,
    "plan_target_adjustment": {"SELECT"},
    "plan_target_year": REWRITABLE,
    "published_figure": CHANGEABLE,
    "region_group": CHANGEABLE,
    "region_group_member": REWRITABLE,
    "sign_in_session": REWRITABLE,
    "supporting_city": CHANGEABLE,
    "supporting_district": CHANGEABLE,
    **dict.fromkeys((
        "sector", "acceptance_criterion", "batch", "project", "milestone", "key_village",
        "natural_village", "village_work", "cadre", "post", "secondment"), CHANGEABLE),
    **dict.fromkeys((
        "stage_change", "project_adjustment", "rescheduling", "milestone_correction",
        "progress_report", "assessment", "document", "work_adjustment", "village_report",
        "village_acceptance", "extension"),
        READABLE),
    **dict.fromkeys(("content", "acceptance_score", "progress_document",
                     "village_report_document"), GROWING),
    **dict.fromkeys(("project_term", "key_village_term", "project_place", "village_progress",
                     "milestone_total"), READABLE),
    **dict.fromkeys(("project_village", "secondment_project"), LINKED),
    "fund_source": CHANGEABLE,
    "schedule": CHANGEABLE,
    "schedule_part": REWRITABLE,
    "tranche": GROWING,
    **dict.fromkeys((
        "movement", "chain", "tranche_balance", "fund_total", "disbursement_request",
        "disbursement_decision", "two_persons", "incarnation"), SHOWN),
    **dict.fromkeys(("checkpoint_key", "checkpoint", "checkpoint_head"), GROWING),
}
"""All that aid_app may do to whole tables."""
SIGNED = frozenset({"disbursement_request", "disbursement_decision", "two_persons"})
"""Of which everybody adds rows in their own name only."""
LEDGER = frozenset({"movement", "chain", "tranche_balance", "fund_total", "incarnation"})
"""To which nobody adds rows but aid_append, and a restore."""
WITNESSED = frozenset({"checkpoint_key", "checkpoint", "checkpoint_head"})
"""To which the gate adds rows that nobody changes."""
RECORDED = SIGNED | {
    "audit_entry", "change", "plan_target_adjustment", "stage_change", "project_adjustment",
    "rescheduling", "milestone_correction", "progress_report", "assessment", "document",
    "work_adjustment", "village_report", "village_acceptance", "extension"}
"""Of which the application may add rows, all but the moment: that is the database's."""
AT_ONCE = frozenset({"progress_document", "village_report_document"})
"""Which are added with what they belong to, and never later."""
KEPT = frozenset({
    "project_term", "key_village_term", "project_place", "village_progress", "milestone_total"})
"""What triggers keep: nobody else writes it."""
COMPUTED = {"sought", "progress_hundredths"}
"""Columns that the database computes from others."""
COLUMNS = {
    "account": {"display_name", "role", "issuer", "subject", "disabled_at"},
    "api_token": {"used_at", "revoked_at"},
    "tranche": {"name", "name_en", "source_id", "amount_fen", "due_on", "milestone_id", "at_stage",
                "at_progress", "after_days", "retention", "reason", "withdrawn_on", "withdrawn_by",
                "version"},
}
"""All that aid_app may update of tables whose other columns stay."""


@pytest.fixture(scope="module")
def walled_name(admin_url: URL, seeded: str) -> Iterator[str]:
    """A database with rows in every table. What tests write there, they take back."""
    with copied(admin_url, seeded) as name:
        yield name


@pytest.fixture(scope="module")
async def furnished(admin_url: URL, walled_name: str) -> str:
    """The same, furnished."""
    admin = await asyncpg.connect(as_admin(admin_url, walled_name))
    await admin.execute(FURNISH)
    await admin.close()
    return walled_name


@pytest.fixture
async def admin(admin_url: URL, furnished: str) -> AsyncIterator[Connection]:
    """A connection that row security does not hold."""
    connection = await asyncpg.connect(as_admin(admin_url, furnished))
    yield connection
    await connection.close()


@pytest.fixture
async def app(admin_url: URL, furnished: str) -> AsyncIterator[Connection]:
    """A connection of the application's login."""
    connection = await asyncpg.connect(as_app(admin_url, furnished))
    yield connection
    await connection.close()


# What the catalogue says.

async def test_every_table_is_walled(admin: Connection) -> None:
    """Enabled and forced, owned by aid_owner, with policies for all four commands."""
    found = await admin.fetch("""
        SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced,
          c.relowner::regrole::text AS owner,
          (SELECT array_agg(DISTINCT p.polcmd::text ORDER BY p.polcmd::text) FROM pg_policy p
           WHERE p.polrelid = c.oid AND p.polcmd <> '*') AS commands,
          (SELECT bool_and(p.polpermissive) FROM pg_policy p WHERE p.polrelid = c.oid) AS permissive
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND c.relname <> 'alembic_version'""")
    assert {row["relname"] for row in found} == GRANTS.keys() - {"alembic_version"}
    for row in found:
        assert tuple(row.values())[1:] == (True, "aid_owner", ["a", "d", "r", "w"], True), row


async def test_the_application_has_these_grants_and_no_others(admin: Connection) -> None:
    """No TRUNCATE, REFERENCES, TRIGGER; nothing by way of everybody."""
    found: dict[str, set[str]] = {}
    for row in await admin.fetch(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'aid_app' AND table_schema = 'public'"):
        found.setdefault(row["table_name"], set()).add(row["privilege_type"])
    assert found == GRANTS
    columns: dict[str, set[str]] = {}
    for row in await admin.fetch(
            "SELECT table_name, column_name FROM information_schema.column_privileges"
            " WHERE grantee = 'aid_app' AND privilege_type = 'UPDATE' AND table_name = ANY ($1)",
            [table for table, grants in GRANTS.items() if "UPDATE" not in grants]):
        columns.setdefault(row["table_name"], set()).add(row["column_name"])
    assert columns == COLUMNS
    dated = await admin.fetch(
        "SELECT table_name, column_name FROM information_schema.column_privileges"
        " WHERE grantee = 'aid_app' AND privilege_type = 'INSERT' AND column_name IN"
        " ('at', 'recorded_at') AND table_name = ANY ($1)", list(RECORDED))
    assert not dated, "the database alone says when something was recorded"
    assert not await admin.fetch("SELECT FROM information_schema.role_table_grants"
                                 " WHERE grantee = 'PUBLIC' AND table_schema = 'public'")


OPEN = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
AND (relkind = 'v' AND NOT coalesce(reloptions @> '{security_invoker=true}', false)
     OR relkind = 'm' AND EXISTS (SELECT FROM aclexplode(relacl) WHERE grantee <> relowner))
UNION ALL
SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef ORDER BY 1
"""
"""Ways around row security: who reads through them reads as their owner."""
CALLED = ["aid_append", "aid_hold", "aid_mark", "aid_who"]
"""Functions of the owner's rights that the application may run: the ledger's."""
TRIGGERED = [
    "aid_approved_covers", "aid_log_stays", "aid_milestones_follow",
    "aid_note_key_village_terms", "aid_note_milestones", "aid_note_progress",
    "aid_note_project_places", "aid_note_project_terms", "aid_note_village_progress",
    "aid_totals_follow", "aid_tranche_stays"]
"""Functions of the owner's rights that only a trigger runs: they answer nothing."""


async def test_there_is_no_way_around(admin: Connection) -> None:
    """No view but those of the asker's own rights, no granted materialised view, no definer.

    What a trigger runs as the owner is a trigger and nothing else, and nobody may run it. What
    runs as the owner looks for tables nowhere before the program's own.
    """
    definers = sorted([*CALLED, *TRIGGERED])
    assert [row[0] for row in await admin.fetch(OPEN)] == definers
    assert await admin.fetchval(
        "SELECT bool_and(proconfig = '{\"search_path=pg_catalog, public, pg_temp\"}'"
        " AND NOT EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))"
        " FROM pg_proc WHERE proname = ANY ($1)", definers)
    assert await admin.fetchval(
        "SELECT bool_and(prorettype = 'trigger'::regtype AND proconfig IS NOT NULL"
        " AND NOT has_function_privilege('aid_app', oid, 'EXECUTE'))"
        " FROM pg_proc WHERE proname = ANY ($1)", TRIGGERED)
    transaction = admin.transaction()
    await transaction.start()
    await admin.execute("""
        CREATE VIEW leaking AS SELECT * FROM plan_target;
        CREATE VIEW sound WITH (security_invoker=true) AS SELECT * FROM plan_target;
        CREATE MATERIALIZED VIEW kept AS SELECT * FROM plan_target;
        CREATE MATERIALIZED VIEW shown AS SELECT * FROM plan_target;
        GRANT SELECT ON shown TO aid_app;
        CREATE FUNCTION above() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1""")
    assert [row[0] for row in await admin.fetch(OPEN)] == [
        "above", *definers, "leaking", "shown"]
    await transaction.rollback()


# Nothing without claims.

@pytest.mark.parametrize("claims", [
    {},
    {"aid.role": "", "aid.recipients": "", "aid.actor": ""},
    {"aid.role": "nobody"},
    {"aid.role": "OFFICE"},
    {"aid.role": " office"},
    {"aid.role": "office,leader"},
    {"aid.role": "aid_owner"},
    {"aid.actor": "office", "aid.recipients": "{1,2,3}"},
    {"aid.role": "nobody", "aid.recipients": "{1,2,3}"},
    {"aid.role": "", "aid.recipients": "{1,x}"},
], ids=str)
async def test_nobody_sees_anything(app: Connection, claims: dict[str, str]) -> None:
    """Without a role that is known there is no row of any table."""
    async with app.transaction():
        await claim(app, claims)
        assert not any((await everything(app)).values())


@pytest.mark.parametrize("claims", [
    {"aid.role": "recipient"},
    {"aid.role": "recipient", "aid.recipients": ""},
    {"aid.role": "recipient", "aid.recipients": "{}"},
], ids=str)
async def test_a_recipient_of_nothing_sees_nothing_of_regions(
    app: Connection, claims: dict[str, str]
) -> None:
    """Not even what is said of no region: only what a plan is, and which divisions there are."""
    async with app.transaction():
        await claim(app, claims)
        seen = {table for table, rows in (await everything(app)).items()
                if any(row.get("entity") not in ("plan", "indicator", "division",
                                                 "division_period", "fund_source")
                       for row in rows)}
        assert seen == REFERENCE


@pytest.mark.parametrize("table", [
    "pairing", "plan_target", "published_figure", "plan_target_year", "plan_target_adjustment",
    "change", "project", "milestone", "document", "content", "key_village", "cadre", "secondment",
])
async def test_recipients_that_are_none_are_an_error(app: Connection, table: str) -> None:
    """Nothing is shown on a guess."""
    with pytest.raises(asyncpg.InvalidTextRepresentationError):
        async with app.transaction():
            await claim(app, {"aid.role": "recipient", "aid.recipients": "{1,x}"})
            await rows_of(app, table)


# Every table, every role.

async def test_each_sees_what_the_policy_says(app: Connection, admin: Connection) -> None:
    """Row by row, for every role and recipients of one region, several, none."""
    whole = await everything(admin)
    assert all(whole.values()), "a table without rows proves nothing"
    seen_of_targets = set()
    for actor in (*ROLES, *await recipients(admin)):
        expected = visible(whole, actor)
        async with app.transaction():
            await claim(app, actor.claims)
            for table, rows in expected.items():
                found = await rows_of(app, table)
                assert _sorted(found) == _sorted(rows), (actor, table)
        seen_of_targets.add(len(expected["plan_target"]))
    assert len(seen_of_targets) > 4, "the actors see too much alike"


def _sorted(rows: Any) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def _writes(actor: Actor, table: str) -> bool:
    """Whether the policy lets the actor write a table: office the plans, the gate the accounts."""
    if table in LEDGER | KEPT | AT_ONCE:
        return False
    of_accounts = table in SECRET | WITNESSED | {
        "account", "account_region", "audit_entry", "two_persons"}
    if actor.role is Inner.GATE:
        return of_accounts
    return not of_accounts and reach(actor.role, Permission.TARGET_ADJUST) is Reach.ALL


async def test_each_writes_what_the_policy_says(app: Connection, admin: Connection) -> None:
    """Adding, changing and taking away a row of every table, by every role, all taken back."""
    whole = await everything(admin)
    for table, rows in whole.items():
        changed = min(COLUMNS.get(table, rows[0].keys() - {"id", *COMPUTED}))
        may_update = table in COLUMNS or "UPDATE" in GRANTS[table]
        for actor in (*ROLES, *await recipients(admin)):
            writes, grants = _writes(actor, table), GRANTS[table]
            if table == "change":
                writes = actor.role is Role.OFFICE
                rows = [row for row in rows if row["entity"] != "account"]
            said = (actor, table)
            for row in (rows[0], rows[-1]):
                row = {**row, "actor": await _signed(app, actor, table)} if table in SIGNED else row
                adds = writes or may_add(whole, actor, table, row)
                assert (await _added(app, actor, table, row) is None) == adds, said
            reached = len(rows) if writes else 0
            updated = await _touched(app, actor, f"UPDATE {table} SET {changed} = {changed}")
            assert updated == (reached if may_update else None), said
            removed = await _touched(app, actor, f"DELETE FROM {table}")
            assert removed == (reached if "DELETE" in grants else None), said


async def _signed(app: Connection, actor: Actor, table: str) -> str:
    """What the actor calls themselves in a table."""
    if table == "two_persons":
        return actor.name
    async with app.transaction():
        await claim(app, actor.claims)
        found: str = await app.fetchval("SELECT aid_mark()")
        return found


async def _added(app: Connection, actor: Actor, table: str, row: Any) -> str | None:
    """Add a row that is there already: None where only its being there is in the way.

    Of records, which say themselves when they were made, another of the kind is added. Taken back.
    """
    left_out = {"id", "at", "recorded_at"} if table in RECORDED else COMPUTED
    columns = ", ".join(name for name in row if name not in left_out)
    chosen = f"({columns}) OVERRIDING SYSTEM VALUE SELECT {columns}"
    transaction = app.transaction()
    await transaction.start()
    try:
        await claim(app, actor.claims)
        await app.execute(f"INSERT INTO {table} {chosen}"
                          f" FROM jsonb_populate_record(NULL::{table}, $1)", json.dumps(row))
    except asyncpg.InsufficientPrivilegeError as refused:
        return str(refused)
    except asyncpg.IntegrityConstraintViolationError:
        return None
    finally:
        await transaction.rollback()
    assert table in RECORDED, "a row was added twice"
    return None


async def _touched(app: Connection, actor: Actor, statement: str) -> int | None:
    """How many rows a statement changes; None where the login may not run it. Taken back."""
    transaction = app.transaction()
    await transaction.start()
    try:
        await claim(app, actor.claims)
        return int((await app.execute(statement)).split()[-1])
    except asyncpg.InsufficientPrivilegeError:
        return None
    finally:
        await transaction.rollback()


async def test_what_belongs_to_accounts_is_not_the_offices_history(
    app: Connection, admin: Connection
) -> None:
    """Only the gate writes that an account changed, and it writes of nothing else."""
    rows = await rows_of(admin, "change")
    of_account = next(row for row in rows if row["entity"] == "account")
    of_plan = next(row for row in rows if row["entity"] == "plan")
    for actor in (*ROLES, *await recipients(admin)):
        by_gate, by_office = actor.role is Inner.GATE, actor.role is Role.OFFICE
        assert (await _added(app, actor, "change", of_account) is None) == by_gate
        assert (await _added(app, actor, "change", of_plan) is None) == by_office


# Constraints say nothing of rows one does not see.

async def test_an_error_tells_nobody_of_rows_that_are_not_theirs(
    app: Connection, admin: Connection
) -> None:
    """The refusal is the same for a code that is taken, one that is free, and a wrong reference."""
    taken = next(row for row in await rows_of(admin, "plan_target") if row["region_id"])
    free = {**taken, "id": 10**9, "code": "nobody-has-this", "parent_id": None}
    astray = {**free, "id": 10**9 + 1, "region_id": 10**9}
    wrong = {**free, "id": 10**9 + 2, "kind": "nonsense"}
    for actor in (*ROLES, *await recipients(admin)):
        if actor.role is not Role.OFFICE:
            said = {await _added(app, actor, "plan_target", row)
                    for row in (taken, free, astray, wrong)}
            assert said == {
                'new row violates row-level security policy for table "plan_target"'}


@pytest.mark.parametrize("clause", ["DO NOTHING", "DO UPDATE SET note = excluded.note"])
async def test_on_conflict_tells_nobody_either(
    app: Connection, admin: Connection, clause: str
) -> None:
    """Whether the row is there or not."""
    actor = (await recipients(admin))[0]
    taken = next(row for row in await rows_of(admin, "plan_target") if row["region_id"])
    for code in (taken["code"], "nobody-has-this"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            async with app.transaction():
                await claim(app, actor.claims)
                await app.execute(
                    "INSERT INTO plan_target (plan_id, section_id, code, ordinal, theme, kind,"
                    " statement, version) VALUES ($1, $2, $3, 1, 'overall', 'qualitative', 'x', 1)"
                    f" ON CONFLICT (plan_id, code) {clause}",
                    taken["plan_id"], taken["section_id"], code)


async def test_nobody_locks_what_they_may_not_change(app: Connection, admin: Connection) -> None:
    """FOR UPDATE finds a recipient's own rows no more than another's."""
    actor = (await recipients(admin))[0]
    async with app.transaction():
        await claim(app, actor.claims)
        assert await app.fetch("SELECT id FROM plan_target")
        assert await app.fetch("SELECT id FROM plan_target FOR UPDATE") == []


# Who the server does not run as.

@pytest.mark.parametrize("made", [
    "CREATE ROLE {role} LOGIN SUPERUSER",
    "CREATE ROLE {role} LOGIN BYPASSRLS",
    "CREATE ROLE {role} LOGIN; GRANT USAGE, CREATE ON SCHEMA public TO {role};"
    " ALTER TABLE plan_section OWNER TO {role}",
    "CREATE ROLE {role} LOGIN IN ROLE aid_owner",
    "CREATE ROLE {role} LOGIN NOINHERIT IN ROLE aid_owner",
    "CREATE ROLE {role}_above SUPERUSER; CREATE ROLE {role} LOGIN NOINHERIT IN ROLE {role}_above",
    "CREATE ROLE {role}_above BYPASSRLS; CREATE ROLE {role} LOGIN IN ROLE {role}_above",
])
async def test_a_login_that_could_step_over_the_wall_is_refused(
    admin_url: URL, empty_name: str, made: str
) -> None:
    """Because of what it is, or of what it may become."""
    admin = await asyncpg.connect(as_admin(admin_url, empty_name))
    role = f"{empty_name}_above"
    try:
        await admin.execute(f"{made}; ALTER ROLE {{role}} PASSWORD 'only-for-tests'".format(
            role=role))
        url = admin_url.set(username=role, password="only-for-tests", database=empty_name)  # noqa: S106
        with pytest.raises(UnsafeRole, match=role):
            await Database(url.render_as_string(hide_password=False)).open()
    finally:
        await admin.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")
        await admin.execute(f"DROP ROLE IF EXISTS {role}_above")
        await admin.close()
