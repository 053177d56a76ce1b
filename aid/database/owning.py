"""The owner's way in, for filling a database in one go before anybody works with it."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.engine import Database
from aid.database.provision import OWNER

_SETTINGS = {"role": OWNER, "statement_timeout": "0", "lock_timeout": "60000",
             "idle_in_transaction_session_timeout": "0", "work_mem": "128MB",
             "maintenance_work_mem": "256MB"}
"""One session alone, with time and memory for whole tables."""

_REFERENCES = text("""
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
  format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
    pg_get_constraintdef(oid))
FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace
  AND conrelid = ANY (
    SELECT to_regclass('public.' || name) FROM unnest(CAST(:tables AS text[])) name)
ORDER BY conrelid::regclass::text, conname
""")

_INDEXES = text("""
SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index
WHERE NOT indisunique AND NOT indisexclusion AND indrelid = ANY (
    SELECT to_regclass('public.' || name) FROM unnest(CAST(:tables AS text[])) name)
ORDER BY indexrelid::regclass::text
""")

_SEQUENCES = text("""
SELECT name, pg_get_serial_sequence('public.' || name, 'id')
FROM unnest(CAST(:tables AS text[])) name
WHERE EXISTS (SELECT FROM pg_attribute WHERE attname = 'id' AND attidentity <> ''
  AND attrelid = to_regclass('public.' || name))
""")
_LAST = text("SELECT pg_sequence_last_value(to_regclass(:sequence))")


@asynccontextmanager
async def owning(admin_url: str) -> AsyncIterator[Database]:
    """The database as the owner of its tables, whom row security holds as it holds everybody.

    For sessions alone, not for the reads of the API. `admin_url` is a login that may become it.
    """
    database = Database(admin_url, pool_size=1, settings=_SETTINGS)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def references_later(
    session: AsyncSession, tables: Collection[str], unindexed: Collection[str] = ()
) -> AsyncIterator[None]:
    """Check what these tables refer to at the end and all at once, as their owner.

    Many new rows take a third less time. Tables that nobody looks at meanwhile may be `unindexed`:
    but for what is unique, they are indexed at the end, too. Others wait for the tables until the
    transaction ends.
    """
    rows = [*(await session.execute(_REFERENCES, {"tables": list(tables)})).all(),
            *(await session.execute(_INDEXES, {"tables": list(unindexed)})).all()]
    connection = await session.connection()
    for drop, _ in rows:
        await connection.exec_driver_sql(drop)
    yield
    for _, add in rows:
        await connection.exec_driver_sql(add)


async def last_ids(session: AsyncSession, tables: Collection[str]) -> dict[str, int]:
    """The last id that each of these tables has given, 0 for none: of those that number rows."""
    return {
        table: await session.scalar(_LAST, {"sequence": sequence}) or 0
        for table, sequence in (await session.execute(_SEQUENCES, {"tables": list(tables)})).all()
    }


async def go_on_from(session: AsyncSession, tables: Collection[str]) -> None:
    """Let these tables number their next rows after the last there is, as rows came with ids."""
    for table, sequence in (await session.execute(_SEQUENCES, {"tables": list(tables)})).all():
        await session.execute(text(
            f"SELECT setval('{sequence}', max(id)) FROM {table}"  # noqa: S608  of the catalogue
            f" HAVING max(id) > coalesce(pg_sequence_last_value('{sequence}'), 0)"))
