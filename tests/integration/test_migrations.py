"""The migrations make exactly what the models say, once, in one line, under concurrency too."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

import aid.accounts.model
import aid.audit.model
import aid.cadres.model
import aid.funds.checkpoint_model
import aid.funds.model
import aid.funds.request_model
import aid.history
import aid.plans.model
import aid.projects.model
import aid.regions.model
import aid.villages.model  # noqa: F401
from aid.database.base import Base
from aid.database.provision import (
    NotMigrated,
    _config,
    create_database,
    newest_revision,
    prepare_roles,
    provision,
    require_migrated,
)
from tests.conftest import _PASSWORD, _drop, _unique, as_admin, as_app, copied, patient


async def test_the_migrated_schema_is_that_of_the_models(admin_url: URL, migrated: str) -> None:
    """Comparing them finds no difference."""
    engine = create_async_engine(
        admin_url.set(drivername="postgresql+asyncpg", database=migrated))
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), Base.metadata))
    await engine.dispose()
    assert differences == []


def test_the_history_is_one_line() -> None:
    """One base, one head, every revision with one parent."""
    script = ScriptDirectory.from_config(_config())
    assert len(script.get_heads()) == len(script.get_bases()) == 1


async def test_provisioning_twice_changes_nothing(admin_url: URL, empty_name: str) -> None:
    """It can be run at every start."""
    assert await provision(as_admin(admin_url, empty_name), app_password=None) == newest_revision()


async def test_two_that_migrate_at_once_wait_for_each_other(admin_url: URL) -> None:
    """Both succeed; the tables are made once."""
    name = _unique("race")
    await create_database(as_admin(admin_url, admin_url.database or "postgres"), name)
    try:
        found = await asyncio.gather(*(
            provision(as_admin(admin_url, name), app_password=None) for _ in range(3)))
        assert set(found) == {newest_revision()}
    finally:
        await _drop(admin_url, name)


def test_databases_of_one_server_can_be_brought_up_at_once(admin_url: URL, migrated: str) -> None:
    """Roles are the server's: whoever meets another at them begins again."""

    async def brought_up(names: Sequence[str]) -> None:
        for _ in range(5):
            await asyncio.gather(*(
                prepare_roles(as_admin(admin_url, name), app_password=_PASSWORD)
                for name in names))

    with ExitStack() as stack:
        asyncio.run(brought_up([
            stack.enter_context(copied(admin_url, migrated)) for _ in range(4)]))


async def test_a_database_that_was_never_migrated_is_not_served(admin_url: URL) -> None:
    """It says so and names the command."""
    name = _unique("bare")
    await create_database(as_admin(admin_url, admin_url.database or "postgres"), name)
    database = patient(as_app(admin_url, name))
    try:
        await database.open()
        with pytest.raises(NotMigrated, match="aid migrate"):
            await require_migrated(database)
    finally:
        await database.close()
        await _drop(admin_url, name)
