"""What a recipient is answered: what plain Python answers from the rows that are theirs to see."""

from typing import Any, cast

import orjson
import pytest
from graphql import GraphQLObjectType
from hypothesis import given, settings
from hypothesis import strategies as st

from aid.access.actor import Actor
from schema.read.prepared import Documents
from schema.schema import schema
from tests.actors import recipient
from tests.api.conftest import World
from tests.api.entries import CompiledOnly, Entry, OrdinaryOnly
from tests.api.operations import Operation, all_of, lists, operations
from tests.api.reference import Reference, committed_schema
from tests.api.test_differential import QUIET
from tests.api.tricky import TRICKY
from tests.api.values import NODES

SCHEMA = committed_schema()
"""What a recipient may ask for: nothing of discrepancies, which add up several regions, nor what
an office asks itself."""
CLOSED = (("Query", "discrepancies"), ("Plan", "discrepancies"), ("Query", "disbursementRequests"))
for kind_, field in CLOSED:
    del cast(GraphQLObjectType, SCHEMA.type_map[kind_]).fields[field]
DOCUMENTS = Documents(schema._schema)
REGIONS = (("540200",), ("420506",), ("532600", "540222"), ("652900",), ())
"""Of a prefecture, of a county, of two places, of one whose pairing ended, of none."""


class Asking:
    """A recipient and the three that answer them."""

    def __init__(self, world: World, actor: Actor) -> None:
        self.world, self.actor = world, actor
        self.entries = [Entry(kind, world.database, actor)
                        for kind in (CompiledOnly, OrdinaryOnly)]
        self.reference = Reference(world.rows.seen_by(actor), world.cursors)

    async def agree(self, operation: Operation) -> dict[str, Any] | None:
        """The answer, if all give the same; None if all of it is refused as it has to be."""
        operation = self.world.with_cursors(operation)
        prepared = DOCUMENTS.prepare(operation.text, operation.name)
        if not prepared.needs <= self.actor.permissions:
            for entry in self.entries:
                answer = await entry.ask(operation)
                assert "data" not in answer
                codes = [error["extensions"]["code"] for error in answer["errors"]]
                assert codes == ["FORBIDDEN"]
            return None
        expected = self.reference.answer(operation.text, operation.variables, operation.name)
        for entry in self.entries:
            answer = await entry.data(operation)
            assert orjson.dumps(answer) == orjson.dumps(expected)
        return expected


@pytest.fixture(scope="session")
def asking(world: World) -> list[Asking]:
    """A few recipients."""
    return [Asking(world, recipient(*(
        place["id"] for code in codes for place in world.rows.where("RecipientRegion", "code", code)
        if place["ended_on"] is None))) for codes in REGIONS]


@settings(max_examples=150, deadline=None, print_blob=True, suppress_health_check=QUIET)
@given(operation=operations(SCHEMA), who=st.sampled_from(range(len(REGIONS))))
async def test_recipients_get_their_rows(
    asking: list[Asking], operation: Operation, who: int
) -> None:
    """For any operation, on both entries: no row more, no row less, no error."""
    await asking[who].agree(operation)


@settings(max_examples=100, deadline=None, print_blob=True, suppress_health_check=QUIET)
@given(operation=lists(SCHEMA), who=st.sampled_from(range(len(REGIONS))))
async def test_recipients_get_their_rows_of_lists(
    asking: list[Asking], operation: Operation, who: int
) -> None:
    """Filters, orders, counts, and cursors that an office was given."""
    await asking[who].agree(operation)


@pytest.mark.parametrize("who", range(len(REGIONS)))
@pytest.mark.parametrize("operation", TRICKY, ids=range(len(TRICKY)))
async def test_recipients_get_their_rows_of_what_looks_tricky(
    asking: list[Asking], operation: Operation, who: int
) -> None:
    """Shapes that went wrong once."""
    await asking[who].agree(operation)


@pytest.mark.parametrize("kind", [
    kind for kind in NODES if kind not in ("Discrepancy", "DisbursementRequest")])
async def test_recipients_get_every_field_of_their_rows(
    asking: list[Asking], kind: str
) -> None:
    """Every field of every type, of rows that are theirs, of others' and of none."""
    for each in asking:
        seen = [row["id"] for row in each.reference._rows.all(kind)]
        others = sorted({row["id"] for row in each.world.rows.all(kind)} - {*seen})
        chosen = [*seen[:3], *seen[-3:], *others[:3], *others[-3:], 10**9]
        for number in chosen:
            assert await each.agree(all_of(kind, SCHEMA, number)) is not None


def test_the_recipients_see_different_rows(asking: list[Asking]) -> None:
    """Or the comparison would prove little."""
    targets = [{row["id"] for row in each.reference._rows.all("PlanTarget")} for each in asking]
    assert len({frozenset(ids) for ids in targets}) == len(asking)
    whole = {row["id"] for row in asking[0].world.rows.all("PlanTarget")}
    assert all(ids < whole for ids in targets)
    assert targets[-1] == set()
