"""Progress in the API is that of the pages' SQL and of the pure rules, as of any day."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from aid.villages.queries import progress_rows, village_rows
from aid.villages.rules import actual_progress, planned_progress, standing
from aid.villages.terms import Component
from tests.actors import LOCAL
from tests.api.conftest import World
from tests.api.operations import Operation
from tests.api.work_meaning import accepted_by, works_on_day

DAYS = [date(2005, 1, 1), date(2006, 7, 15), date(2007, 2, 28), date(2008, 5, 1),
        date(2009, 1, 1), date(2026, 11, 21)]
QUERY = """query ($day: Date) { keyVillages(first: 100) { nodes { code progress(asOf: $day)
  components(asOf: $day) { component progress planned }
  standing(asOf: $day) { progress planned late stalled accepted } } }
  late: keyVillages(first: 100, filter: {late: true, asOf: $day}) { nodes { code } }
  stalled: keyVillages(first: 100, filter: {stalled: true, asOf: $day}) { nodes { code } } }"""


def _shown(percent: Decimal) -> str:
    return str(percent.quantize(Decimal("0.01"), ROUND_HALF_UP))


@pytest.mark.parametrize("day", DAYS, ids=str)
async def test_progress_is_that_of_the_pages_and_of_the_rules(world: World, day: date) -> None:
    """Village by village, component by component; and who is late, who is stalled."""
    answer = await world.compiled.data(Operation(QUERY, {"day": day.isoformat()}))
    ids = [row["id"] for row in world.rows.all("KeyVillage")]
    async with world.database.reading(LOCAL) as session:
        pages = {row.village_id: row for row in await progress_rows(session, ids, on=day)}
        listed = await village_rows(session, on=day)
    found = {node["code"]: node for node in answer["keyVillages"]["nodes"]}
    assert len(found) == len(ids) > len(pages) > 5
    for row in world.rows.all("KeyVillage"):
        works = works_on_day(world.rows, row, day)
        node, page = found[row["code"]], pages.get(row["id"])
        ruled, due = actual_progress(works), planned_progress(works, day)
        if page is None:
            assert (node["progress"], node["components"], node["standing"]) == (None, [], None)
            continue
        assert ruled.village is not None
        assert node["progress"] == _shown(page.progress) == _shown(ruled.village)
        by_rules: list[dict[str, Any]] = [
            {"component": component.name, "progress": _shown(ruled.components[component]),
             "planned": _shown(due.components[component])}
            for component in Component if component in ruled.components]
        assert node["components"] == by_rules == [
            {"component": one.component.name, "progress": _shown(one.progress),
             "planned": _shown(one.planned)} for one in page.components]
        stood = standing(works, day, accepted=accepted_by(world.rows, row, day))
        assert (node["standing"]["late"], node["standing"]["stalled"]) == (
            stood.late, stood.stalled)
    for name in ("late", "stalled"):
        codes = [node["code"] for node in answer[name]["nodes"]]
        assert codes == [code for code, node in found.items()
                         if node["standing"] and node["standing"][name]]
        assert set(codes) >= {row.code for row in listed if getattr(row, name)}
