"""No transaction without an actor; the application's login is walled in by the database."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from aid.access.actor import SEED
from aid.database.engine import Database, NoActor, TooSlow, UnsafeRole
from tests.actors import LOCAL
from tests.conftest import as_admin, as_app, patient


async def test_a_transaction_for_nobody_does_not_begin(empty_database: Database) -> None:
    """Neither a session without an actor nor a compiled read."""
    sessions: async_sessionmaker[AsyncSession] = empty_database._sessions
    with pytest.raises(NoActor):
        async with sessions() as session:
            await session.execute(text("SELECT 1"))
    with pytest.raises(NoActor):
        await empty_database.read_json(None, "SELECT 1", [])


async def test_the_actor_is_bound_for_the_transaction_only(empty_database: Database) -> None:
    """Its name and role can be read inside, and are gone afterwards."""
    ask = text("SELECT current_setting('aid.actor', true), current_setting('aid.role', true)")
    async with empty_database.reading(SEED) as session:
        assert tuple((await session.execute(ask)).one()) == ("seed", "office")
    async with empty_database.reading(LOCAL) as session:
        assert tuple((await session.execute(ask)).one()) == ("local", "office")


async def test_reading_cannot_write(empty_database: Database) -> None:
    """A read transaction refuses to change anything."""
    with pytest.raises(DBAPIError, match="read-only"):
        async with empty_database.reading(LOCAL) as session:
            await session.execute(text("DELETE FROM discrepancy"))


async def test_a_failed_write_leaves_nothing(empty_database: Database) -> None:
    """What raises rolls everything back."""
    insert = text("INSERT INTO indicator (code, name, unit, money) VALUES ('x', 'x', '个', false)")
    with pytest.raises(ValueError, match="enough"):
        async with empty_database.writing(LOCAL) as session:
            await session.execute(insert)
            raise ValueError("enough")
    async with empty_database.reading(LOCAL) as session:
        assert await session.scalar(text("SELECT count(*) FROM indicator")) == 0


async def test_a_superuser_is_refused(admin_url: URL, migrated: str) -> None:
    """The server does not run as a login that could step over row security."""
    database = Database(as_admin(admin_url, migrated))
    with pytest.raises(UnsafeRole):
        await database.open()


async def test_a_login_that_bypasses_row_security_is_refused(
    admin_url: URL, empty_name: str
) -> None:
    """Not being superuser is not enough."""
    admin = await asyncpg.connect(as_admin(admin_url, empty_name))
    role = f"bypass_{empty_name}"
    try:
        await admin.execute(f"CREATE ROLE {role} LOGIN BYPASSRLS PASSWORD 'only-for-tests'")
        url = admin_url.set(username=role, password="only-for-tests", database=empty_name)  # noqa: S106
        with pytest.raises(UnsafeRole):
            await Database(url.render_as_string(hide_password=False)).open()
    finally:
        await admin.execute(f"DROP ROLE IF EXISTS {role}")
        await admin.close()


async def test_no_statement_is_compiled(admin_url: URL, empty_name: str) -> None:
    """Where the server would: of one as long as ours that takes seconds."""
    database = patient(as_app(admin_url, empty_name))
    await database.open()
    try:
        compiled = await database.read_json(
            LOCAL, "SELECT current_setting('jit') || left($1 || $2 || $3, 0)", [])
        async with database.reading(LOCAL) as session:
            ordinary = await session.scalar(text("SHOW jit"))
        assert (compiled, ordinary) == ("off", "off")
    finally:
        await database.close()


async def test_a_statement_past_its_time_is_ended(admin_url: URL, empty_name: str) -> None:
    """As a refusal that says so."""
    database = Database(as_app(admin_url, empty_name), statement_timeout_ms=100)
    await database.open()
    try:
        with pytest.raises(TooSlow):
            await database.read_json(LOCAL, "SELECT pg_sleep(5)::text || $1 || $2 || $3", [])
    finally:
        await database.close()


@pytest.mark.parametrize("statement", [
    "UPDATE change SET actor = 'x'",
    "DELETE FROM change",
    "TRUNCATE change",
    "UPDATE plan_target_adjustment SET reason = 'x'",
    "DELETE FROM plan_target_adjustment",
    "DELETE FROM plan_target",
    "DELETE FROM published_figure",
    "DELETE FROM pairing",
    "UPDATE alembic_version SET version_num = 'x'",
    "CREATE TABLE mine (x int)",
    "DROP TABLE plan",
    "ALTER TABLE plan DISABLE TRIGGER ALL",
    "SET ROLE aid_owner",
])
async def test_the_application_may_not(
    admin_url: URL, empty_name: str, statement: str
) -> None:
    """History only grows, things are not deleted, tables are not ours to change."""
    connection = await asyncpg.connect(as_app(admin_url, empty_name))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_compiled_read_binds_its_claims_before_row_security_looks(
    admin_url: URL, empty_name: str
) -> None:
    """The one statement sees exactly the rows of its own actor, hundreds of times over one pool."""
    from sqlalchemy import Text, column, func, select, table

    from schema.read.arguments import Parameters
    from schema.read.prepared import CLAIMS, finished

    admin = await asyncpg.connect(as_admin(admin_url, empty_name))
    try:
        await admin.execute("""
            CREATE TABLE walled (owner text, n int);
            INSERT INTO walled SELECT 'seed', g FROM generate_series(1, 3) g;
            INSERT INTO walled SELECT 'local', g FROM generate_series(1, 5) g;
            ALTER TABLE walled ENABLE ROW LEVEL SECURITY;
            ALTER TABLE walled FORCE ROW LEVEL SECURITY;
            CREATE POLICY own ON walled
              USING (owner = (SELECT nullif(current_setting('aid.actor', true), '')));
            GRANT SELECT ON walled TO aid_app""")
    finally:
        await admin.close()
    walled = table("walled", column("owner"), column("n"))
    count = select(func.count().cast(Text())).select_from(walled).scalar_subquery()
    statement = finished(count, Parameters())
    assert "aid.actor" in CLAIMS
    database = patient(as_app(admin_url, empty_name), pool_size=2)
    await database.open()
    try:
        for _ in range(200):
            assert await database.read_json(SEED, statement.sql, []) == "3"
            assert await database.read_json(LOCAL, statement.sql, []) == "5"
        assert database._pool is not None
        assert await database._pool.fetchval("SELECT count(*) FROM walled") == 0
    finally:
        await database.close()
