"""Projects, villages and cadres at the database itself: a recipient's own, another's, nobody's."""

import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from asyncpg import Connection
from sqlalchemy.engine import URL

from aid.access.actor import Actor, Role
from tests.actors import LOCAL, recipient
from tests.conftest import as_admin, as_app
from tests.integration.walled import FURNISH, ROLES, claim, rows_of
from tests.visible import OF_A_RECIPIENT

RIKAZE, WENSHAN = "540200", "532600"


@pytest.fixture
async def admin(admin_url: URL, seeded_name: str) -> AsyncIterator[Connection]:
    """A connection that row security does not hold, to a furnished database."""
    connection = await asyncpg.connect(as_admin(admin_url, seeded_name))
    await connection.execute(FURNISH)
    yield connection
    await connection.close()


@pytest.fixture
async def app(admin_url: URL, seeded_name: str, admin: Connection) -> AsyncIterator[Connection]:
    """A connection of the application's login to the same."""
    connection = await asyncpg.connect(as_app(admin_url, seeded_name))
    yield connection
    await connection.close()


async def _place(admin: Connection, code: str) -> int:
    return int(await admin.fetchval(
        "SELECT id FROM division WHERE code = $1 AND ended_on IS NULL", code))


async def _tried(app: Connection, actor: Actor, statement: str, *values: Any) -> str:
    """What becomes of a statement of an actor: what it did, or why it was refused."""
    transaction = app.transaction()
    await transaction.start()
    try:
        await claim(app, actor.claims)
        return str(await app.execute(statement, *values))
    except asyncpg.InsufficientPrivilegeError:
        return "refused"
    except asyncpg.ForeignKeyViolationError:
        return "not its own"
    finally:
        await transaction.rollback()


GIVEN = frozenset({"id", "recorded_at", "sought", "progress_hundredths"})
"""What the database itself says of a row."""


async def _copied(app: Connection, actor: Actor, table: str, row: Any, **other: Any) -> str:
    """What becomes of a new row like another, with some values of its own."""
    fresh = {key: value for key, value in {**row, **other}.items() if key not in GIVEN}
    names = ", ".join(fresh)
    return await _tried(
        app, actor, f"INSERT INTO {table} ({names}) SELECT {names}"
        f" FROM jsonb_populate_record(NULL::{table}, $1)", json.dumps(fresh))


@pytest.mark.parametrize("table", sorted(OF_A_RECIPIENT))
async def test_a_recipient_sees_its_own_and_nobody_elses(
    app: Connection, admin: Connection, table: str
) -> None:
    """Of every table; administrators and the gate see nothing, and nobody without a role."""
    own = await _place(admin, RIKAZE)
    whole = await rows_of(admin, table)
    for actor in (recipient(own), *ROLES, Actor("nobody", Role.RECIPIENT)):
        async with app.transaction():
            await claim(app, actor.claims)
            seen = await rows_of(app, table)
        if actor.recipients:
            assert seen == [row for row in whole if row["recipient_id"] == own] != []
        else:
            assert len(seen) == (len(whole) if actor.sees_all else 0), actor


async def test_a_recipient_reports_of_its_own_and_nothing_else(
    app: Connection, admin: Connection
) -> None:
    """Progress of projects and works, documents: never in another's name, nor of another's."""
    own, other = await _place(admin, RIKAZE), await _place(admin, WENSHAN)
    actor = recipient(own)
    for table in ("progress_report", "village_report", "document"):
        rows = await rows_of(admin, table)
        mine = next(row for row in rows if row["recipient_id"] == own)
        theirs = next(row for row in rows if row["recipient_id"] == other)
        new = {"title": "b"} if table == "document" else {}
        assert await _copied(app, actor, table, mine, **new) == "INSERT 0 1"
        assert await _copied(app, actor, table, theirs, **new) == "refused"
        assert await _copied(app, actor, table, mine, recipient_id=other, **new) == "refused"
        assert await _copied(
            app, actor, table, theirs, recipient_id=own, **new) == "not its own"


async def test_a_recipient_changes_nothing_of_a_project(
    app: Connection, admin: Connection
) -> None:
    """Nor of milestones and villages; nobody changes or takes away what is written down."""
    own = recipient(await _place(admin, RIKAZE))
    for table in ("project", "milestone", "key_village", "village_work", "secondment", "cadre"):
        assert await _tried(app, own, f"UPDATE {table} SET version = version") == "UPDATE 0"
        assert await _tried(app, own, f"DELETE FROM {table}") == "refused"
        assert await _tried(app, LOCAL, f"DELETE FROM {table}") == "refused"
    for table in ("progress_report", "stage_change", "document", "content", "village_report"):
        for actor in (own, LOCAL):
            assert await _tried(app, actor, f"DELETE FROM {table}") == "refused"
    for table in ("milestone", "project_adjustment", "rescheduling", "assessment", "key_village",
                  "village_work", "village_acceptance", "post", "secondment", "project_village"):
        mine = next(row for row in await rows_of(admin, table)
                    if row["recipient_id"] in own.recipients)
        assert await _copied(app, own, table, mine) == "refused"


@pytest.mark.parametrize("given", [
    {"stage": "approved", "approved_fen": 100},
    {"approved_fen": 100},
    {"stage": "suspended", "held_stage": "reserve"},
    {"held_stage": "started"},
    {"started_on": "2007-01-01"},
    {"progress": 50},
    {"progress_on": "2007-01-01"},
], ids=str)
async def test_a_proposal_is_no_more_than_a_proposal(
    app: Connection, admin: Connection, given: dict[str, Any]
) -> None:
    """A recipient proposes, for itself; nothing of it is approved, begun or advanced."""
    own, other = await _place(admin, RIKAZE), await _place(admin, WENSHAN)
    mine = next(row for row in await rows_of(admin, "project")
                if row["recipient_id"] == own and row["stage"] == "reserve")
    actor, new = recipient(own), {"code": "NEW-1"}
    assert await _copied(app, actor, "project", mine, **new) == "INSERT 0 1"
    assert await _copied(app, actor, "project", mine, **new, recipient_id=other) == "refused"
    assert await _copied(app, actor, "project", mine, **new, **given) == "refused"


@pytest.mark.parametrize(("given", "said"), [
    ({}, "INSERT 0 1"),
    ({"from_stage": "reserve", "to_stage": "approved"}, "refused"),
    ({"from_stage": "reserve"}, "refused"),
    ({"to_stage": "approved"}, "refused"),
])
async def test_a_recipient_writes_no_stage_but_the_first(
    app: Connection, admin: Connection, given: dict[str, Any], said: str
) -> None:
    """That a project is in reserve."""
    own = await _place(admin, RIKAZE)
    mine = next(row for row in await rows_of(admin, "stage_change")
                if row["recipient_id"] == own and row["from_stage"] is None)
    assert await _copied(app, recipient(own), "stage_change", mine, **given) == said


async def test_bytes_are_seen_and_added_only_with_a_document_of_them(
    app: Connection, admin: Connection
) -> None:
    """Leaders and auditors see them and add none."""
    own, other = await _place(admin, RIKAZE), await _place(admin, WENSHAN)
    rows = await rows_of(admin, "document")
    files = {place: {row["sha256"] for row in rows if row["recipient_id"] == place}
             for place in (own, other)}
    mine, theirs = min(files[own]), min(files[other] - files[own])
    statement = "INSERT INTO content VALUES ($1::text::bytea, 1, 'x')"
    assert await _tried(app, recipient(own), statement, mine) == "INSERT 0 1"
    assert await _tried(app, recipient(own), statement, theirs) == "refused"
    for actor in ROLES:
        assert await _tried(app, actor, statement, mine) == (
            "INSERT 0 1" if actor is LOCAL else "refused"), actor
    async with app.transaction():
        await claim(app, recipient(own).claims)
        assert {row["sha256"] for row in await rows_of(app, "content")} == files[own]


async def test_a_report_of_a_recipient_counts_for_its_project_alone(
    app: Connection, admin: Connection
) -> None:
    """The owner's trigger writes what the latest day says, and nothing else of the project."""
    own = await _place(admin, RIKAZE)
    mine = next(row for row in await rows_of(admin, "progress_report")
                if row["recipient_id"] == own)
    before = {row["id"]: row for row in await rows_of(admin, "project")}
    async with app.transaction():
        await claim(app, recipient(own).claims)
        for day, percent in (("2007-08-01", 60), ("2007-07-01", 50)):
            await app.execute(
                "INSERT INTO progress_report (project_id, recipient_id, reported_on, percent,"
                " actor) VALUES ($1, $2, $3::text::date, $4, 'x')",
                mine["project_id"], own, day, percent)
    after = {row["id"]: row for row in await rows_of(admin, "project")}
    changed = before.pop(mine["project_id"]) | {
        "progress": 60, "progress_hundredths": 6000, "progress_on": "2007-08-01"}
    assert after.pop(mine["project_id"]) == changed
    assert after == before


async def test_a_cadre_is_seen_where_they_serve_or_served(
    app: Connection, admin: Connection
) -> None:
    """One was in two regions, one in none."""
    seen = {}
    for code in (RIKAZE, WENSHAN, "652900", "420506"):
        async with app.transaction():
            await claim(app, recipient(await _place(admin, code)).claims)
            seen[code] = sorted(row["code"] for row in await rows_of(app, "cadre"))
    assert seen == {RIKAZE: ["C-1"], WENSHAN: ["C-1", "C-2"], "652900": ["C-3"], "420506": []}
