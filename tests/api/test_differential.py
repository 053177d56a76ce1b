"""Three ways to answer one operation: compiled whole, through strawberry, and by plain Python."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, given, settings
from sqlalchemy.engine import URL

from aid.database.engine import Database
from tests.api.entries import CompiledOnly, Entry, OrdinaryOnly
from tests.api.operations import Operation, operations
from tests.api.pages import ORDERS, Cursors
from tests.api.reference import Reference, committed_schema
from tests.api.rows import all_rows
from tests.api.values import number_of_id
from tests.api.world import furnish
from tests.conftest import TODAY, as_admin, as_app, copied

EXAMPLES = 300
LISTS = {"RecipientRegion": "recipientRegions", "PlanTarget": "planTargets",
         "PublishedFigure": "publishedFigures"}
SCHEMA = committed_schema()
_PLACE = re.compile("«(.+?):(.+?):(.+?):(.+?)»")


class World:
    """The furnished database, and the three that answer from it."""

    def __init__(self, database: Database, reference: Reference, cursors: Cursors) -> None:
        self.database, self.reference, self.cursors = database, reference, cursors
        self.compiled, self.ordinary = Entry(CompiledOnly, database), Entry(OrdinaryOnly, database)

    def with_cursors(self, operation: Operation) -> Operation:
        """The operation with real cursors in place of «KIND:ORDER:DIRECTION:N»."""
        def real(found: re.Match[str]) -> str:
            kind, order, direction, number = found.groups()
            given = [c for key, c in self.cursors.items() if key[:3] == (kind, order, direction)]
            return given[int(number) % len(given)]

        variables = orjson.loads(_PLACE.sub(real, orjson.dumps(operation.variables).decode()))
        return replace(operation, text=_PLACE.sub(real, operation.text), variables=variables)


@pytest.fixture(scope="module")
def furnished_name(admin_url: URL, seeded: str) -> Iterator[str]:
    with copied(admin_url, seeded) as name:
        yield name


@pytest.fixture(scope="module")
async def world(
    admin_url: URL, furnished_name: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Read it only: all tests of the module share it."""
    database = Database(as_app(admin_url, furnished_name), pool_size=1)
    await database.open()
    try:
        await furnish(database, tmp_path_factory.mktemp("plans"), today=TODAY)
        cursors = await _all_cursors(Entry(CompiledOnly, database))
        rows = await all_rows(as_admin(admin_url, furnished_name))
        yield World(database, Reference(rows, cursors), cursors)
    finally:
        await database.close()


async def _all_cursors(entry: Entry) -> Cursors:
    """Every cursor there is, from walking every list in every order, page by page."""
    found: dict[tuple[str, str, str, int], str] = {}
    for kind, orders in ORDERS.items():
        for order in orders:
            for direction in ("ASC", "DESC"):
                for row, cursor in await _walk(entry, kind, order, direction):
                    found[kind, order, direction, row] = cursor
    return found


async def _walk(entry: Entry, kind: str, order: str, direction: str) -> list[tuple[int, str]]:
    field = LISTS[kind]
    filter_ = "filter: {paired: null}, " if kind == "RecipientRegion" else ""
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


@settings(max_examples=EXAMPLES, deadline=None, print_blob=True,
          suppress_health_check=list(HealthCheck))
@given(operation=operations(SCHEMA))
async def test_all_ways_of_answering_agree(world: World, operation: Operation) -> None:
    """For any valid operation the two entries and ordinary completion give the same JSON."""
    await _agree(world, operation)


async def _agree(world: World, operation: Operation) -> dict[str, Any]:
    operation = world.with_cursors(operation)
    assert not validate(SCHEMA, parse(operation.text)), operation.text
    expected = world.reference.answer(operation.text, operation.variables, operation.name)
    compiled = await world.compiled.data(operation)
    ordinary = await world.ordinary.data(operation)
    assert compiled == expected
    assert ordinary == expected
    assert orjson.dumps(compiled) == orjson.dumps(expected), "the keys are in another order"
    assert orjson.dumps(ordinary) == orjson.dumps(expected), "the keys are in another order"
    return expected
