"""Which database: the one AID_DATABASE_URL names, or an embedded PostgreSQL of our own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from sqlalchemy.engine import make_url

from aid.database import embedded
from aid.database.engine import Database
from aid.database.provision import APP, create_database, provision, require_migrated
from aid.errors import AidError
from aid.settings import Settings
from aid.text import Text

NAME = "aid"
"""The database's name in the embedded server."""


class CannotStart(AidError):
    """The embedded PostgreSQL does not start."""

    code = "EMBEDDED_DATABASE"


class NoAdministrator(AidError):
    """Migrating an external database needs a login that may."""

    code = "NO_ADMIN_DATABASE_URL"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen database: as the application's login, and whether it is the embedded one."""

    url: str
    embedded: bool
    settings: Settings

    def database(self) -> Database:
        """The database, not yet opened."""
        return Database(
            self.url,
            pool_size=self.settings.pool_size,
            statement_timeout_ms=self.settings.statement_timeout_ms,
        )


@asynccontextmanager
async def opened(chosen: Chosen) -> AsyncIterator[Database]:
    """The chosen database, open and at the revision this program needs."""
    database = chosen.database()
    await database.open()
    try:
        await require_migrated(database)
        yield database
    finally:
        await database.close()


@contextmanager
def chosen_database(settings: Settings, say: Callable[[str], None]) -> Iterator[Chosen]:
    """The database for as long as it is needed.

    The embedded one is started (and brought to the newest revision) first and stopped afterwards,
    unless another process of ours still uses it. An external one is taken as it is.
    """
    if settings.database_url is not None:
        yield Chosen(settings.database_url.get_secret_value(), False, settings)
        return
    try:
        server = embedded.start(settings.data_dir, say=say)
    except embedded.EmbeddedServerError as failure:
        raise CannotStart(Text(f"内嵌数据库无法启动：{failure}",
                               f"The embedded database does not start: {failure}")) from failure
    try:
        asyncio.run(create_database(server.admin_url, NAME))
        admin = make_url(server.admin_url).set(database=NAME)
        asyncio.run(provision(admin.render_as_string(hide_password=False),
                              app_password=server.password(APP), say=say))
        yield Chosen(server.url(APP, NAME), True, settings)
    finally:
        server.stop()


def migrate_external(settings: Settings, say: Callable[[str], None]) -> str:
    """Bring the database of AID_DATABASE_URL to the newest revision, as its administrator."""
    if settings.admin_database_url is None or settings.database_url is None:
        raise NoAdministrator(
            Text("请在 AID_ADMIN_DATABASE_URL 中给出该数据库所有者（可建立角色）的登录地址。",
                 "Give AID_ADMIN_DATABASE_URL: the same database as a login that owns it and may "
                 "create roles.")
        )
    password = make_url(settings.database_url.get_secret_value()).password
    admin = settings.admin_database_url.get_secret_value()
    return asyncio.run(provision(admin, app_password=password, say=say))
