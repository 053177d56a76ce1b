"""A server to record things at by hand, and what its database holds afterwards."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import text
from sqlalchemy.engine import URL

from aid.database.engine import Database
from tests.actors import LOCAL
from tests.conftest import as_app, copied, patient, peopled, serving

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0"
    "f01f0005000fff26c6a2450000000049454e44ae426082")
"""The smallest picture."""


@dataclass
class Site:
    """A server, its database, and the codes of what is filled in for, by what they are called."""

    base: str
    url: str
    codes: Mapping[str, str]

    @property
    def project(self) -> str:
        """The code of the project that most is filled in for."""
        return self.codes["project"]

    @property
    def village(self) -> str:
        """The code of the village."""
        return self.codes["village"]

    def rows(self, sql: str) -> list[Any]:
        """What the database holds."""
        async def read() -> list[Any]:
            database = patient(self.url)
            await database.open()
            try:
                async with database.reading(LOCAL) as session:
                    return [tuple(row) for row in await session.execute(text(sql))]
            finally:
                await database.close()

        with ThreadPoolExecutor(1) as aside:  # the browser's driver has a loop in this thread
            return aside.submit(asyncio.run, read()).result()


@contextmanager
def recording(
    admin_url: URL, seeded: str, folder: Path,
    fill: Callable[[Database], Awaitable[Mapping[str, str]]],
) -> Iterator[Site]:
    """A real server over a database with the usual accounts, filled; `fill` gives the codes."""

    async def filled(url: str) -> Mapping[str, str]:
        database = patient(url)
        await database.open()
        try:
            return await fill(database)
        finally:
            await database.close()

    with peopled(admin_url, seeded, with_regions=True) as people, \
            copied(admin_url, people.name) as name:
        url = as_app(admin_url, name)
        codes = asyncio.run(filled(url))
        with serving(url, folder) as base:
            yield Site(base, url, codes)


async def code_of(database: Database, project: int) -> str:
    """The code of a project."""
    async with database.reading(LOCAL) as session:
        found = await session.scalar(
            text("SELECT code FROM project WHERE id = :id"), {"id": project})
    return str(found)


def open_log(page: Page, site: Site, address: str, mark: str) -> None:
    """Open the log at an address, until a mark is seen."""
    page.goto(f"{site.base}/dashboards/log{address}")
    expect(page.locator(mark).first).to_be_visible()


def send(page: Page, **values: str) -> None:
    """Fill in fields by name, `__` for a dot, and send the form."""
    for name, value in values.items():
        page.fill(f"[name='{name.replace('__', '.')}']", value)
    page.click("button.main")


def accepted(page: Page, *said: str) -> None:
    """The form was accepted, and says so."""
    for one in ("✓ 已登记", *said):
        expect(page.locator(".accepted")).to_contain_text(one)


def complained(page: Page, field: str, said: str) -> None:
    """Beside a field stands what is wrong with it."""
    expect(page.locator(f"[data-field='{field}'] .complaint")).to_contain_text(said)
