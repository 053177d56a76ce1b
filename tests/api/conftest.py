"""One furnished database for all tests that only read it, and the three that answer from it."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import orjson
import pytest
from sqlalchemy.engine import URL

from aid.database.engine import Database
from tests.api.entries import CompiledOnly, Entry, OrdinaryOnly
from tests.api.operations import Operation
from tests.api.pages import ORDERS, Cursors
from tests.api.reference import Reference
from tests.api.rows import Rows, all_rows
from tests.api.values import number_of_id
from tests.api.world import furnish
from tests.conftest import TODAY, as_admin, as_app, copied, patient
from tests.people import settle

LISTS = {"RecipientRegion": "recipientRegions", "PlanTarget": "planTargets",
         "PublishedFigure": "publishedFigures", "AidProject": "aidProjects",
         "Milestone": "milestones", "KeyVillage": "keyVillages",
         "VillageReport": "villageReports", "SecondedCadre": "secondedCadres",
         "Secondment": "secondments", "Post": "posts", "FundingTranche": "fundingTranches",
         "Movement": "movements", "DisbursementRequest": "disbursementRequests"}
_ALL = {"RecipientRegion": "paired", "FundingTranche": "withdrawn",
        "DisbursementRequest": "waiting"}
"""What is null in the filter of a list that else leaves some out."""
_PLACE = re.compile(r"«(\w+):(\w+):(\w+):(\d+)»", re.ASCII)


class World:
    """The furnished database, and the three that answer from it."""

    def __init__(self, database: Database, rows: Rows, cursors: Cursors) -> None:
        self.database, self.rows, self.cursors = database, rows, cursors
        self.compiled, self.ordinary = Entry(CompiledOnly, database), Entry(OrdinaryOnly, database)
        self.reference = Reference(rows, cursors)

    def with_cursors(self, operation: Operation) -> Operation:
        """The operation with real cursors in place of «KIND:ORDER:DIRECTION:N»."""
        variables = orjson.loads(_PLACE.sub(self._real, orjson.dumps(operation.variables).decode()))
        text = _PLACE.sub(self._real, operation.text)
        return replace(operation, text=text, variables=variables)

    def _real(self, found: re.Match[str]) -> str:
        kind, order, direction, number = found.groups()
        given = [c for key, c in self.cursors.items() if key[:3] == (kind, order, direction)]
        return given[int(number) % len(given)]


@pytest.fixture(scope="session")
def furnished_name(admin_url: URL, seeded: str) -> Iterator[str]:
    """The name of the furnished database, before it is furnished."""
    with copied(admin_url, seeded) as name:
        yield name


@pytest.fixture(scope="session")
async def world(
    admin_url: URL, furnished_name: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Read it only: all tests share it."""
    database = patient(as_app(admin_url, furnished_name), pool_size=1)
    await database.open()
    try:
        await furnish(database, tmp_path_factory.mktemp("plans"), today=TODAY)
        await settle(database)
        cursors = await all_cursors(Entry(CompiledOnly, database))
        rows = await all_rows(as_admin(admin_url, furnished_name))
        yield World(database, rows, cursors)
    finally:
        await database.close()


async def all_cursors(entry: Entry) -> Cursors:
    """Every cursor there is, from walking every list in every order, page by page."""
    return {
        (kind, order, direction, row): cursor
        for kind, orders in ORDERS.items()
        for order in orders
        for direction in ("ASC", "DESC")
        for row, cursor in await _walk(entry, kind, order, direction)
    }


async def _walk(entry: Entry, kind: str, order: str, direction: str) -> list[tuple[int, str]]:
    field = LISTS[kind]
    filter_ = f"filter: {{{_ALL[kind]}: null}}, " if kind in _ALL else ""
    found: list[tuple[int, str]] = []
    after: str | None = None
    while True:
        answer = await entry.data(Operation(
            f"query ($after: String) {{ {field}(first: 100, after: $after, {filter_}"
            f"orderBy: {{field: {order}, direction: {direction}}})"
            " { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }",
            {"after": after},
        ))
        page = answer[field]
        found += [(number_of_id(edge["node"]["id"]), edge["cursor"]) for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
