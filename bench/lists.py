"""Lists of projects, filtered, ordered, searched, at 100,000: promised 20 ms in the database each.

The statements are those of the API, prepared once and run as an office and as a recipient, on the
first page and on one far down; what is counted is asked for by itself.
"""

import asyncio
import statistics
import time
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from graphql.execution.values import VariableValues
from sqlalchemy.engine import make_url

from aid.access.actor import Actor, Role
from aid.database import embedded
from aid.database.embedded import EmbeddedServer
from aid.database.engine import asyncpg_dsn
from aid.database.provision import APP
from bench.work import NAME, PROJECTS, RARE, worked
from schema.read.prepared import Documents, Statement
from schema.schema import schema

PROMISED_MS = 20
DEEP = 2_000
"""The page far down, of 20 each."""
LISTED = """query ($filter: AidProjectFilter, $order: AidProjectOrder, $after: String) {
  aidProjects(first: 20, filter: $filter, orderBy: $order, after: $after) {
    nodes { code name stage plannedEnd approvedInvestment progress } pageInfo { endCursor } } }"""
COUNTED = """query ($filter: AidProjectFilter) {
  aidProjects(first: 1, filter: $filter) { totalCount } }"""

COLUMNS = {
    "CODE": "code",
    "PLANNED_START": "planned_start",
    "PLANNED_END": "planned_end",
    "INVESTMENT": "coalesce(approved_fen, proposed_fen)",
    "PROGRESS": "progress_hundredths",
}
FILTERS: Mapping[str, Mapping[str, Any]] = {
    "all": {},
    "region": {"regionCode": "652900"},
    "county": {"regionCode": "652901"},
    "sector and stages": {"sectorCodes": ["bench-3"], "stages": ["RESERVE", "STARTED"]},
    "district, kind": {"districtCode": "310115", "kinds": ["NON_FIXED_ASSET"]},
    "late": {"late": True},
    "year and amount": {"year": 2009, "approvedInvestmentFrom": "800000.00",
                        "approvedInvestmentTo": "801000.00"},
}
SEARCHES = {
    "rare": RARE,
    "none": "没有这样的",
    "some": "卫生院门诊楼建设项目",
    "two words": "小学 拜城县",
    "common": "项目",
    "one character": "水",
    "by code": "652900-2008",
    "latin": "Bench",
}


def bench_lists(data: Path, rounds: int) -> dict[str, Any]:
    """Each list in milliseconds, by actor."""
    server = embedded.start(data, say=lambda _: None)
    try:
        return asyncio.run(_bench(server, rounds))
    finally:
        server.stop()


async def _bench(server: EmbeddedServer, rounds: int) -> dict[str, Any]:
    async with worked(server) as (_, admin):
        own = await admin.fetchval("SELECT max(recipient_id) FROM project")
        deep = {order: await _cursor(admin, order) for order in COLUMNS}
        app = await asyncpg.connect(asyncpg_dsn(make_url(server.url(APP, NAME))))
        try:
            return {
                str(actor.role): await _measure(app, actor, deep, rounds)
                for actor in (Actor("bench", Role.OFFICE),
                              Actor("bench", Role.RECIPIENT, recipients=(own,)))
            }
        finally:
            await app.close()


async def _cursor(admin: asyncpg.Connection, order: str) -> str:
    """Where the page far down begins."""
    key, number = await admin.fetchrow(
        f"SELECT ({COLUMNS[order]})::text, id FROM project ORDER BY {COLUMNS[order]}, id"
        f" OFFSET {DEEP * 20 - 1} LIMIT 1")
    named = f"AidProject:{order.lower()}:asc"
    return b64encode(orjson.dumps([named, key, str(number)])).decode()


async def _measure(
    app: asyncpg.Connection, actor: Actor, deep: Mapping[str, str], rounds: int
) -> dict[str, float]:
    print(f"\nlists of {PROJECTS:,} projects, {actor.role}, ms     "
          f"first page   from page {DEEP:,}   counted   promised")
    figures: dict[str, float] = {}
    lists: list[tuple[str, str, Mapping[str, Any]]] = [
        (f"by {order.lower()}", order, {}) for order in COLUMNS]
    lists += [(name, "CODE", filter_) for name, filter_ in FILTERS.items() if filter_]
    lists += [(f"{name}, by end", "PLANNED_END", filter_)
              for name, filter_ in FILTERS.items() if filter_]
    for name, words in SEARCHES.items():
        lists += [(f"search: {name}", "CODE", {"search": words}),
                  (f"search: {name}, in a region", "CODE",
                   {"search": words, "regionCode": "652900"}),
                  (f"search: {name}, by end", "PLANNED_END", {"search": words})]
    for name, order, filter_ in lists:
        asked = {"filter": filter_, "order": {"field": order}}
        first = await _took(app, actor, LISTED, {**asked, "after": None}, rounds)
        further = await _took(app, actor, LISTED, {**asked, "after": deep[order]}, rounds)
        counted = await _took(app, actor, COUNTED, {"filter": filter_}, rounds)
        figures |= {name: first, f"{name}, deep": further, f"{name}, counted": counted}
        print(f"  {name:<36} {first:>8.1f} {further:>16.1f} {counted:>9.1f}   ≤ {PROMISED_MS}")
    return figures


DOCUMENTS = Documents(schema._schema)


async def _took(
    app: asyncpg.Connection, actor: Actor, query: str, given: Mapping[str, Any], rounds: int
) -> float:
    """The median milliseconds of a statement once its generic plan is made."""
    statement, variables = _statement(actor, query, given)
    values = [*statement.values(variables), *actor.claims.values()]
    took = []
    for _ in range(6 + rounds):
        began = time.perf_counter()
        await app.fetchval(statement.sql, *values)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took[6:])


def _statement(
    actor: Actor, query: str, given: Mapping[str, Any]
) -> tuple[Statement, Mapping[str, Any]]:
    prepared = DOCUMENTS.prepare(query, None)
    known = {name: value for name, value in given.items() if value is not None}
    variables = DOCUMENTS.variables(prepared, known)
    assert isinstance(variables, VariableValues), variables
    statement = DOCUMENTS.statement(prepared, variables, actor)
    assert statement is not None
    return statement, variables.coerced
