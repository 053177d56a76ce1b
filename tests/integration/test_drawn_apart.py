"""What is simulated is drawn in a process of its own, which outlives nobody."""

from contextlib import aclosing
from datetime import date
from typing import cast

import psutil
import pytest

from aid.access.actor import SIMULATION
from aid.database.engine import Database
from seeds.demo.apart import drawn_apart
from seeds.demo.budgets import the_budgets
from seeds.demo.order import Order, filled
from seeds.demo.world import the_world


def _drawers() -> list[psutil.Process]:
    """The processes that draw for this one."""
    return [one for one in psutil.Process().children() if "seeds.demo.drawer" in one.cmdline()]


async def _ordered(database: Database) -> Order:
    async with database.reading(SIMULATION) as session:
        return Order(world=await the_world(session), budgets=await the_budgets(session),
                     batches={}, given={"project": 41}, scale=1, seed=7, today=date(2026, 8, 1))


async def test_it_is_what_is_drawn_here(seeded_read_database: Database) -> None:
    """Part by part; and the first project has the id after the last given."""
    order = await _ordered(seeded_read_database)
    async with aclosing(drawn_apart(order)) as parts:
        found = [part async for part in parts]
    assert found == list(filled(order))
    assert len(found) == order.parts
    assert found[0][0].values["id"].split("\x1f")[0] == "42"


async def test_who_has_enough_ends_it(seeded_read_database: Database) -> None:
    """Nothing goes on in the background."""
    async with aclosing(drawn_apart(await _ordered(seeded_read_database))) as parts:
        await anext(parts)
        assert len(_drawers()) == 1
    assert not _drawers()


async def test_what_cannot_be_drawn_is_not_taken_for_nothing(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """An end before its time is an error, and the process says why."""
    with pytest.raises(RuntimeError, match="before its time"):
        async with aclosing(drawn_apart(cast(Order, "nonsense"))) as parts:
            await anext(parts)
    assert "AssertionError" in capfd.readouterr().err
