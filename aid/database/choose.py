"""Which database: the one AID_DATABASE_URL names, or an embedded PostgreSQL of our own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

from aid.database import embedded
from aid.database.engine import Database
from aid.database.owning import owning
from aid.database.provision import APP, create_database, provision, require_migrated
from aid.errors import AidError
from aid.secrets import BadSecretKey, kept_key
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
    admin_url: str | None = field(default=None, repr=False)

    @asynccontextmanager
    async def owning(self) -> AsyncIterator[Database]:
        """The database as the owner of its tables. Raises NoAdministrator."""
        if self.admin_url is None:
            raise _no_administrator()
        async with owning(self.admin_url) as database:
            yield database

    def database(self) -> Database:
        """The database, not yet opened."""
        return Database(
            self.url,
            pool_size=self.settings.pool_size,
            statement_timeout_ms=self.settings.statement_timeout_ms,
        )

    def secret_key(self) -> str:
        """AID_SECRET_KEY, or the key that an embedded installation keeps for itself.

        Raises BadSecretKey where a database of one's own comes without a key.
        """
        if self.settings.secret_key is not None:
            return self.settings.secret_key.get_secret_value()
        if self.embedded:
            return kept_key(self.settings.data_dir)
        raise BadSecretKey(Text(
            "使用自己的数据库时须设置 AID_SECRET_KEY（`aid key new` 可生成一个）：所有进程相同，"
            "与数据库备份分开保管。",
            "A database of your own needs AID_SECRET_KEY (`aid key new` makes one): the same for "
            "all processes, kept apart from the database's backups."))


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
        admin = settings.admin_database_url
        yield Chosen(settings.database_url.get_secret_value(), False, settings,
                     admin.get_secret_value() if admin else None)
        return
    with embedded_database(settings.data_dir, say) as found:
        asyncio.run(provision(found.admin_url, app_password=found.app_password, say=say))
        yield Chosen(found.app_url, True, settings, found.admin_url)


@dataclass(frozen=True, slots=True)
class Administered:
    """The chosen database as its administrator's login, for what needs one."""

    admin_url: str = field(repr=False)
    app_url: str = field(repr=False)
    app_password: str | None = field(repr=False)
    embedded: bool


@contextmanager
def administered_database(
    settings: Settings, say: Callable[[str], None]
) -> Iterator[Administered]:
    """The database with its administrator's login, as it is: neither created tables nor moved on.

    The embedded one is started first; its database is created where absent.
    """
    if settings.database_url is not None:
        admin_url, app_url = _external(settings)
        if make_url(admin_url).database != make_url(app_url).database:
            raise NoAdministrator(
                Text("AID_ADMIN_DATABASE_URL 与 AID_DATABASE_URL 不是同一个数据库。",
                     "AID_ADMIN_DATABASE_URL and AID_DATABASE_URL name different databases.")
            )
        yield Administered(admin_url, app_url, make_url(app_url).password, False)
        return
    with embedded_database(settings.data_dir, say) as administered:
        yield administered


@contextmanager
def embedded_database(data_dir: Path, say: Callable[[str], None]) -> Iterator[Administered]:
    """The embedded server of a directory, with a database that may be empty still."""
    server = _started(data_dir, say)
    try:
        asyncio.run(create_database(server.admin_url, NAME))
        admin = make_url(server.admin_url).set(database=NAME)
        yield Administered(admin.render_as_string(hide_password=False), server.url(APP, NAME),
                           server.password(APP), True)
    finally:
        server.stop()


def _started(data_dir: Path, say: Callable[[str], None]) -> embedded.EmbeddedServer:
    try:
        return embedded.start(data_dir, say=say)
    except embedded.EmbeddedServerError as failure:
        raise CannotStart(Text(f"内嵌数据库无法启动：{failure}",
                               f"The embedded database does not start: {failure}")) from failure


def _external(settings: Settings) -> tuple[str, str]:
    """The addresses for the administrator and for the application. Raises NoAdministrator."""
    if settings.admin_database_url is None or settings.database_url is None:
        raise _no_administrator()
    admin, app = (url.get_secret_value()
                  for url in (settings.admin_database_url, settings.database_url))
    return admin, app


def _no_administrator() -> NoAdministrator:
    return NoAdministrator(
        Text("请在 AID_ADMIN_DATABASE_URL 中给出该数据库所有者（可建立角色）的登录地址。",
             "Give AID_ADMIN_DATABASE_URL: the same database as a login that owns it and may "
             "create roles."))


def migrate_external(settings: Settings, say: Callable[[str], None]) -> str:
    """Bring the database of AID_DATABASE_URL to the newest revision, as its administrator."""
    admin, app = _external(settings)
    return asyncio.run(provision(admin, app_password=make_url(app).password, say=say))
