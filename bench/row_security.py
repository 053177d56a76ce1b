"""What row security costs: the same statements with it and without it, on 100,000 targets.

Without it they run as the administrator, whom row security does not hold; for a recipient with the
condition written out that row security would have added. Both on one server, in turn.
"""

import asyncio
import re
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from graphql.execution.values import VariableValues
from sqlalchemy.engine import make_url

from aid.access.actor import SEED, Actor, Role
from aid.clock import today
from aid.database import embedded
from aid.database.embedded import EmbeddedServer
from aid.database.engine import Database, asyncpg_dsn
from aid.database.provision import APP, create_database, provision
from bench.operations import NESTED
from schema.read.prepared import Documents
from schema.schema import schema
from seeds.load import load, shipped

PROMISED_RATIO, PROMISED_CLAIMS_MS = 1.5, 0.5
TARGETS = 100_000
PLAN = "rows-2011-2015"
REGIONS = ("542300", "652900", "532600", "532500", "532700", "533400", "512200", "422721")
"""Keys of the places that the targets are spread over; a recipient is the first of them."""

OPERATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "list of 20": (
        """query ($plan: String!) { planTargets(first: 20, filter: {planCode: $plan}) {
          nodes { code statement region { name } target unit } pageInfo { endCursor } } }""",
        {"plan": PLAN}),
    "nested 50": (NESTED.replace("totalCount", ""), {"plan": PLAN}),  # counted by itself
    "count": (
        """query ($plan: String!) {
          planTargets(first: 1, filter: {planCode: $plan}) { totalCount } }""",
        {"plan": PLAN}),
    "one by code": (
        """query ($plan: String!, $code: String!) { planTarget(planCode: $plan, code: $code) {
          id code statement kind unit target region { code name } indicator { name } } }""",
        {"plan": PLAN, "code": "t-050000"}),
}

KEYS = f"ARRAY{list(REGIONS)}"
FILL = f"""
INSERT INTO plan (code, title, supporter_id, period_start, period_end, version)
  SELECT '{PLAN}', 'Rows', min(id), '2011-01-01', '2015-12-31', 1 FROM supporting_city;
INSERT INTO plan_section (plan_id, number, ordinal, title)
  SELECT p.id, n::text, n, 'Section ' || n FROM plan p, generate_series(1, 40) n
  WHERE p.code = '{PLAN}';
INSERT INTO region_group (plan_id, code, name)
  SELECT p.id, 'g' || n, 'Group ' || n FROM plan p, generate_series(0, 3) n
  WHERE p.code = '{PLAN}';
INSERT INTO region_group_member
  SELECT g.id, d.id FROM region_group g JOIN plan p ON p.id = g.plan_id, division d
  WHERE p.code = '{PLAN}' AND array_position({KEYS}, d.key) % 4 = right(g.code, 1)::int;
INSERT INTO indicator (code, name, unit, money) VALUES ('rows', '整村推进村', '个', false);
CREATE TEMPORARY TABLE place AS
  SELECT d.id, row_number() OVER (ORDER BY d.key) - 1 AS at FROM division d
  WHERE d.key = ANY ({KEYS}) OR d.parent_id IN (SELECT id FROM division WHERE key = ANY ({KEYS}));
INSERT INTO plan_target (plan_id, section_id, code, ordinal, theme, kind, statement, region_id,
                         group_id, indicator_id, unit, target, version)
  SELECT p.id, s.id, 't-' || lpad(n::text, 6, '0'), n, 'villages', 'quantitative',
    '第' || n || '项：建成一批重点村，改善基本生产生活条件，并使农户增加收入',
    CASE WHEN n % 20 > 2 THEN place.id END, CASE WHEN n % 20 IN (1, 2) THEN g.id END,
    i.id, '个', 10 + n % 90, 1
  FROM generate_series(0, {TARGETS} - 1) n
  JOIN plan p ON p.code = '{PLAN}'
  JOIN plan_section s ON s.plan_id = p.id AND s.ordinal = n % 40 + 1
  JOIN indicator i ON i.code = 'rows'
  JOIN region_group g ON g.plan_id = p.id AND g.code = 'g' || n / 20 % 4
  JOIN place ON place.at = n * 7919 % (SELECT count(*) FROM place);
INSERT INTO plan_target_year (target_id, year, value)
  SELECT t.id, year, 2 FROM plan_target t JOIN plan p ON p.id = t.plan_id,
    generate_series(2011, 2013) year WHERE p.code = '{PLAN}';
INSERT INTO plan_target_adjustment (target_id, field, old_value, new_value, reason, adjusted_on,
                                    actor)
  SELECT t.id, 'target', '1', '2', '中期调整', '2013-07-01', 'bench' FROM plan_target t
  JOIN plan p ON p.id = t.plan_id WHERE p.code = '{PLAN}' AND t.ordinal % 3 = 0;
"""
"""Thousands of targets: of one place, of a group (a tenth), of no region (a twentieth)."""

OWN = (
    "region_id IS NULL AND group_id IS NULL OR region_id = ANY ({ids}::bigint[])"
    " OR group_id = ANY (ARRAY(SELECT m.group_id FROM region_group_member m"
    " WHERE m.division_id = ANY ({ids}::bigint[])))"
)
"""What a recipient may see of targets, as one would write it by hand."""


Call = Callable[[], Awaitable[Any]]
SAMPLES = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement with its values, ready to run as often as one likes."""

    sql: str
    values: Sequence[Any]

    def on(self, connection: asyncpg.Connection) -> Call:
        """Running it on a connection (which prepares it once, and then its generic plan)."""
        return lambda: connection.fetchval(self.sql, *self.values)


def bench_row_security(data: Path, rounds: int) -> dict[str, Any]:
    """Row security on and off. Promised: at most half as long again, and claims in 0.5 ms."""
    server = embedded.start(data, say=lambda _: None)
    try:
        return asyncio.run(_bench(server, rounds))
    finally:
        server.stop()


async def _bench(server: EmbeddedServer, rounds: int) -> dict[str, Any]:
    name = "bench_rows"
    await create_database(server.admin_url, name)
    admin_url = make_url(server.admin_url).set(database=name).render_as_string(hide_password=False)
    await provision(admin_url, app_password=server.password(APP))
    free = await asyncpg.connect(asyncpg_dsn(make_url(admin_url)))
    held = await asyncpg.connect(asyncpg_dsn(make_url(server.url(APP, name))))
    try:
        await _fill(Database(server.url(APP, name)), free)
        own = await _below(free, REGIONS[0])
        figures: dict[str, Any] = {"claims_ms": await _claims(held, rounds)}
        for actor in (Actor("bench", Role.OFFICE),
                      Actor("bench", Role.RECIPIENT, recipients=own[:1]),
                      Actor("bench", Role.RECIPIENT, recipients=own)):
            figures[f"{actor.role}, {len(actor.recipients)} places"] = await _ratios(
                actor, held, free, rounds)
        figures["absent"] = await _absent(held, free, own, rounds)
    finally:
        await held.close()
        await free.close()
    return figures


async def _fill(database: Database, admin: asyncpg.Connection) -> None:
    if await admin.fetchval("SELECT count(*) FROM plan WHERE code = $1", PLAN):
        return
    await database.open()
    try:
        await load(database, shipped(), today=today())
    finally:
        await database.close()
    await admin.execute(FILL)
    await admin.execute("VACUUM ANALYZE")


async def _below(admin: asyncpg.Connection, key: str) -> tuple[int, ...]:
    rows = await admin.fetch(
        "SELECT id FROM division WHERE key = $1 UNION ALL SELECT id FROM division WHERE parent_id"
        " = (SELECT id FROM division WHERE key = $1)", key)
    return tuple(row["id"] for row in rows)


def _asked(actor: Actor, query: str, variables: dict[str, Any]) -> Asked:
    documents = Documents(schema._schema)
    prepared = documents.prepare(query, None)
    coerced = documents.variables(prepared, variables)
    assert isinstance(coerced, VariableValues), prepared.errors
    statement = documents.statement(prepared, coerced, actor)
    assert statement is not None
    return Asked(statement.sql, [*statement.values(coerced.coerced), *actor.claims.values()])


def _by_hand(actor: Actor, asked: Asked) -> Asked:
    """The same statement with the recipient's condition written out."""
    if actor.sees_all:
        return asked
    own = OWN.format(ids=f"${len(asked.values) + 1}")
    rows = f"(SELECT * FROM plan_target WHERE {own}) AS"
    return Asked(re.sub(r"\bplan_target AS", rows, asked.sql), [*asked.values, actor.recipients])


async def _ratios(
    actor: Actor,
    held: asyncpg.Connection,
    free: asyncpg.Connection,
    rounds: int,
) -> dict[str, dict[str, float]]:
    print(f"\nrow security, {TARGETS:,} targets, {actor.role} of {len(actor.recipients)} places"
          "\n                             with ms  without   ratio   promised")
    figures = {}
    for name, (query, variables) in OPERATIONS.items():
        asked = _asked(actor, query, variables)
        by_hand = _by_hand(actor, asked)
        assert await asked.on(held)() == await by_hand.on(free)()
        took = await _in_turn([asked.on(held), by_hand.on(free)], rounds)
        mine, bare = map(statistics.median, took)
        ratio = statistics.median(a / b for a, b in zip(*took, strict=True))
        figures[name] = {"with_ms": mine, "without_ms": bare, "ratio": ratio}
        print(f"  {name:<25} {mine:>8.2f} {bare:>8.2f}   {ratio:>5.2f}   ≤ {PROMISED_RATIO}")
    return figures


async def _claims(held: asyncpg.Connection, rounds: int) -> float:
    """What binding an actor adds to a transaction."""
    claims = SEED.claims
    settings = [f"set_config('{name}', ${at}, true)" for at, name in enumerate(claims, 1)]
    bind = f"SELECT {', '.join(settings)}"

    async def plain() -> None:
        async with held.transaction():
            await held.fetchval("SELECT 1")

    async def bound() -> None:
        async with held.transaction():
            await held.fetchrow(bind, *claims.values())
            await held.fetchval("SELECT 1")

    took = await _in_turn([bound, plain], rounds)
    added: float = statistics.median(a - b for a, b in zip(*took, strict=True))
    print(f"\nbinding the claims adds {added:.3f} ms to a transaction   ≤ {PROMISED_CLAIMS_MS}")
    return added


async def _absent(
    held: asyncpg.Connection,
    free: asyncpg.Connection,
    own: Sequence[int],
    rounds: int,
) -> dict[str, float]:
    """A target that is another region's, against one that is not there."""
    actor = Actor("bench", Role.RECIPIENT, recipients=tuple(own))
    query, variables = OPERATIONS["one by code"]
    foreign = await free.fetchval(
        "SELECT code FROM plan_target WHERE region_id <> ALL ($1::bigint[]) AND ordinal > 50000"
        " ORDER BY ordinal LIMIT 1", list(own))
    asked = [_asked(actor, query, {**variables, "code": code}) for code in (foreign, "t-nowhere")]
    assert asked[0].sql == asked[1].sql
    assert await asked[0].on(held)() == await asked[1].on(held)() == '{"planTarget":null}'
    took = await _in_turn([one.on(held) for one in asked], rounds)
    hidden, unknown = map(statistics.median, took)
    print(f"\na hidden target takes {hidden:.3f} ms, one that is not there {unknown:.3f} ms")
    return {"hidden_ms": hidden, "unknown_ms": unknown}


async def _in_turn(calls: Sequence[Call], rounds: int) -> list[list[float]]:
    """The milliseconds of each call, sample by sample, in turn, once its generic plan is made.

    A sample is a burst of 5 ms or so: what disturbs one call disturbs its neighbour as well, so
    that their ratio holds on a machine that is not idle.
    """
    took: list[list[float]] = [[] for _ in calls]
    bursts = [max(1, round(5 / await _burst(call, 10))) for call in calls]
    for _ in range(rounds * SAMPLES):
        for times, call, times_each in zip(took, calls, bursts, strict=True):
            times.append(await _burst(call, times_each))
    return took


async def _burst(call: Call, times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        await call()
    return (time.perf_counter() - began) * 1000 / times
