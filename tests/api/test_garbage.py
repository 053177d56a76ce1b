"""Whatever is sent, by whomever: an answer or a refusal; never a fault, and nobody else's data."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aid.access.actor import Actor, Role
from schema.endpoint import Endpoint
from tests.api.conftest import World
from tests.api.entries import Entry
from tests.api.matrix import recipient_of
from tests.api.operations import Operation, operations
from tests.api.reference import committed_schema
from tests.api.ways import OTHER, place_of

SCHEMA = committed_schema()
ROLES = (Role.OFFICE, Role.RECIPIENT, Role.AUDITOR, Role.SECURITY_ADMIN)
SQL = ("SELECT ", "asyncpg", "sqlalchemy", "relation \"", "pg_", "row-level", "Traceback")
LOOSE = settings(max_examples=150, deadline=None, suppress_health_check=tuple(HealthCheck))

LEAVES = (st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
          | st.text(max_size=6))
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(("code", "first", "filter", "id", "input", "", "é")), inner, max_size=3),
    max_leaves=8)


def _body(query: str, variables: Mapping[str, Any] | Any, name: Any) -> bytes:
    return _json({"query": query, "variables": variables, "operationName": name})


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _actor(world: World, role: Role) -> Actor:
    return recipient_of(world) if role is Role.RECIPIENT else Actor(role.value, role)


@cache
def _hidden(world: World, role: Role) -> frozenset[str]:
    """Texts that may not come into an answer: what is said of others alone."""
    if role in (Role.OFFICE, Role.AUDITOR):
        return frozenset()
    own = frozenset(recipient_of(world).recipients)
    shown: set[str] = set()
    hidden: set[str] = set()
    for kind in ("PlanTarget", "PublishedFigure"):
        for row in world.rows.all(kind):
            foreign = role is not Role.RECIPIENT or place_of(world.rows, own, kind, row) == OTHER
            texts = {row.values.get("statement"), row["note"]}
            (hidden if foreign else shown).update(text for text in texts if text)
    if role is Role.SECURITY_ADMIN:
        hidden |= {row["title"] for row in world.rows.all("Plan")}
    return frozenset(text for text in hidden - shown if len(text) > 6)


def _check(world: World, role: Role, answer: httpx.Response, sent: bytes) -> None:
    assert answer.status_code < 500, (role, sent, answer.text)
    assert "INTERNAL_ERROR" not in answer.text, (role, sent, answer.text)
    assert not [word for word in SQL if word in answer.text and word.encode() not in sent]
    asked = sent.decode(errors="replace")
    found = [text for text in _hidden(world, role) if text in answer.text and text not in asked]
    assert found == [], (role, sent)


async def _send(world: World, role: Role, body: bytes) -> None:
    answer = await Entry(Endpoint, world.database, _actor(world, role)).send(body)
    _check(world, role, answer, body)


@LOOSE
@given(operation=operations(SCHEMA), role=st.sampled_from(ROLES))
async def test_valid_operations_of_anybody(world: World, operation: Operation, role: Role) -> None:
    """As generated for the office: others are refused, or shown what is theirs."""
    operation = world.with_cursors(operation)
    await _send(world, role, _body(operation.text, operation.variables, operation.name))


@LOOSE
@given(
    operation=operations(SCHEMA), role=st.sampled_from(ROLES), cut=st.integers(0, 400),
    put=st.sampled_from(("", "{", "}", "$v1", "!", '"', "...F1", "@skip", "\0", "é", "null")),
)
async def test_operations_with_something_broken(
    world: World, operation: Operation, role: Role, cut: int, put: str
) -> None:
    """A character missing, or something there that does not belong."""
    text = operation.text
    at = cut % (len(text) + 1)
    await _send(world, role, _body(text[:at] + put + text[at + 1 :], operation.variables, None))


@LOOSE
@given(operation=operations(SCHEMA), role=st.sampled_from(ROLES),
       values=st.lists(ANYTHING, min_size=1, max_size=4), name=ANYTHING)
async def test_operations_with_any_variables(
    world: World, operation: Operation, role: Role, values: list[Any], name: Any
) -> None:
    """Variables of the wrong type, the wrong name, or no object at all."""
    named = [*operation.variables, "other"]
    variables = {key: values[at % len(values)] for at, key in enumerate(named)}
    await _send(world, role, _body(operation.text, variables, operation.name))
    await _send(world, role, _body(operation.text, values[0], name))


@LOOSE
@given(body=st.binary(max_size=60) | ANYTHING.map(_json) | st.dictionaries(
    st.sampled_from(("query", "variables", "operationName", "extensions", "id")), ANYTHING
).map(_json), role=st.sampled_from(ROLES))
async def test_any_body(world: World, body: bytes, role: Role) -> None:
    """Bytes, and JSON that is no operation."""
    await _send(world, role, body)


INPUTS = {
    "planTargetAdjust": "PlanTargetAdjustInput", "pairingAgree": "PairingAgreeInput",
    "pairingEnd": "PairingEndInput", "accountAdd": "AccountAddInput",
    "accountGrant": "AccountGrantInput", "accountDisable": "AccountNameInput",
}


@LOOSE
@given(data=st.data(), name=st.sampled_from(sorted(INPUTS)), role=st.sampled_from(ROLES))
async def test_mutations_with_any_input(
    world: World, data: st.DataObject, name: str, role: Role
) -> None:
    """What cannot be is refused; nothing is generated here that could be."""
    fields = SCHEMA.type_map[INPUTS[name]].fields  # type: ignore[attr-defined]
    given_ = data.draw(st.fixed_dictionaries(dict.fromkeys(fields, ANYTHING)))
    impossible: dict[str, Any] = {"id": "???", "expectedVersion": -1, "name": "?", "code": "?"}
    given_ |= {key: value for key, value in impossible.items() if key in fields}
    query = (f"mutation ($input: {INPUTS[name]}!) {{ {name}(input: $input) {{ __typename"
             " ... on UserError { code message } ... on InvalidInput { problems { path message"
             " value } } } }")
    await _send(world, role, _body(query, {"input": given_}, None))


@pytest.mark.parametrize("role", [Role.RECIPIENT, Role.SECURITY_ADMIN])
def test_there_is_something_to_hide(world: World, role: Role) -> None:
    """Or nothing above would say much."""
    assert len(_hidden(world, role)) > 10
