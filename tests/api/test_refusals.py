"""Arguments that are refused: the same answer from both entries, and never a word of SQL."""

import base64
from collections.abc import Sequence
from typing import Any, cast

import asyncpg
import orjson
import pytest

from aid.database.engine import Claimant, Database
from schema.endpoint import Endpoint
from tests.api.conftest import World
from tests.api.entries import Entry, OrdinaryOnly
from tests.api.operations import Operation


def _cursor(*keys: str) -> str:
    return base64.b64encode(orjson.dumps(keys)).decode()


def _after(list_: str, cursor: str, order: str) -> Operation:
    return Operation(
        f"query ($after: String) {{ plans {{ code }} {list_}(after: $after, "
        f"orderBy: {{field: {order}}}) {{ nodes {{ id }} }} }}", {"after": cursor})


FIGURES_BY_VALUE = "PublishedFigure:value:asc"
TARGETS_BY_READING = "PlanTarget:reading:asc"
REFUSED = (
    Operation('{ plans { code } node(id: "???") { id } }'),
    Operation('{ plans { code } node(id: "UGxhbjo=") { id } }'),
    Operation("query ($id: ID!) { node(id: $id) { id } plans { code } }", {"id": "日喀则"}),
    Operation('{ plans { code } recipientRegion(code: "54\\u00000200") { name } }'),
    Operation("query ($s: String) { planTargets(filter: {search: $s}) { totalCount } }",
              {"s": "a\0b"}),
    Operation("{ plans { code } planTargets(first: 0) { totalCount } }"),
    Operation("{ planTargets(first: 101) { totalCount } }"),
    Operation("query ($n: Int!) { plans { targets(first: $n) { totalCount } } }", {"n": -1}),
    Operation("query ($n: Int!) { planTargets(first: $n) { totalCount } }", {"n": 2**31 - 1}),
    _after("planTargets", "not a cursor", "READING"),
    _after("planTargets", "«PlanTarget:READING:DESC:3»", "READING"),
    _after("planTargets", "«PlanTarget:CODE:ASC:3»", "READING"),
    _after("planTargets", "«PublishedFigure:READING:ASC:3»", "READING"),
    _after("planTargets", "«RecipientRegion:CODE:ASC:3»", "CODE"),
    _after("planTargets", _cursor(TARGETS_BY_READING, "1", "2"), "READING"),
    _after("planTargets", _cursor(TARGETS_BY_READING, "1", "two", "3"), "READING"),
    _after("planTargets", _cursor(TARGETS_BY_READING, "1", str(2**63), "3"), "READING"),
    _after("publishedFigures", _cursor(FIGURES_BY_VALUE, "1,5", "3"), "VALUE"),
    _after("publishedFigures", _cursor(FIGURES_BY_VALUE, "NaN", "3"), "VALUE"),
    _after("publishedFigures", _cursor(FIGURES_BY_VALUE, "1e999999999", "3"), "VALUE"),
    _after("publishedFigures", _cursor("PublishedFigure:period:asc", "soon", "1", "2", "3"),
           "PERIOD"),
)


@pytest.mark.parametrize("operation", REFUSED, ids=range(len(REFUSED)))
async def test_a_refused_argument_is_refused_alike(world: World, operation: Operation) -> None:
    """One error, at the root field, that says what was wrong; nothing of how it is read."""
    operation = world.with_cursors(operation)
    served = await Entry(Endpoint, world.database).ask(operation)
    assert served == await world.ordinary.ask(operation)
    [error] = served["errors"]
    assert error["extensions"] == {"code": "ARGUMENT_REFUSED"}
    assert len(error["path"]) == 1
    _says_no_sql(error["message"])


async def test_a_refused_nullable_field_alone_is_null(world: World) -> None:
    """The other root fields are answered."""
    answer = await Entry(Endpoint, world.database).ask(REFUSED[0])
    assert answer["data"]["node"] is None
    assert answer["data"]["plans"]


@pytest.mark.parametrize("operation", [
    Operation("query ($n: Int = 3) { planTargets(first: $n) { totalCount } }", {"n": None}),
    Operation("query ($t: PlanTheme = EXPO) { planTargets(filter: {themes: [$t]}) { totalCount } }",
              {"t": None}),
    Operation("query ($on: Date) { recipientRegion(code: \"540200\", on: $on) { name } }",
              {"on": "soon"}),
])
async def test_what_graphql_refuses_is_refused_alike(world: World, operation: Operation) -> None:
    """A null where none may be, an ill-formed day: said plainly, not masked."""
    served = await Entry(Endpoint, world.database).ask(operation)
    assert served == await world.ordinary.ask(operation)
    [error] = served["errors"]
    assert "extensions" not in error
    _says_no_sql(error["message"])


class _Failing:
    """A database in which every statement fails, saying what it was."""

    async def read_json(self, _: Claimant | None, sql: str, __: Sequence[Any]) -> str:
        raise asyncpg.PostgresSyntaxError(f"syntax error in {sql}")


@pytest.mark.parametrize("kind", [Endpoint, OrdinaryOnly])
async def test_a_failing_statement_is_masked(kind: type[Endpoint]) -> None:
    """Each root field fails for itself, with a number to quote and nothing of the statement."""
    entry = Entry(kind, cast(Database, _Failing()))
    answer = await entry.ask(Operation(
        '{ a: plan(code: "x") { code } __typename b: supportingCity(code: "y") { code } }'))
    assert answer["data"] == {"a": None, "__typename": "Query", "b": None}
    for error in answer["errors"]:
        assert error["extensions"]["code"] == "INTERNAL_ERROR"
        assert error["extensions"]["incident"] in error["message"]
        _says_no_sql(error["message"])


def _says_no_sql(message: str) -> None:
    for word in ("SELECT", "select", "asyncpg", "sqlalchemy", "syntax", "$1", "plan_target"):
        assert word not in message
