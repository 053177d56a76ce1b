"""Projects and milestones as the API tells of them: what is said, found, counted, in what order."""

from datetime import timedelta
from typing import Any

import pytest

from aid.clock import today
from schema.endpoint import Endpoint
from tests.actors import LOCAL, recipient
from tests.api.conftest import World
from tests.api.entries import CompiledOnly, Entry, OrdinaryOnly
from tests.api.operations import Operation
from tests.api.projects import CLOSED, FURTHER, RIKAZE

LIST = """query ($first: Int!, $filter: AidProjectFilter, $order: AidProjectOrder, $after: String) {
  aidProjects(first: $first, filter: $filter, orderBy: $order, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { code name stage heldStage late progress progressOn simulated
            proposedInvestment approvedInvestment plannedStart plannedEnd sector { code }
            region { code name } milestones { name plannedOn metOn late } } } }"""


async def _listed(world: World, first: int = 100, **given: Any) -> dict[str, Any]:
    answer = await world.compiled.data(Operation(LIST, {"first": first, **given}))
    found: dict[str, Any] = answer["aidProjects"]
    return found


async def _codes(world: World, **filter_: Any) -> set[str]:
    return {node["code"] for node in (await _listed(world, filter=filter_))["nodes"]}


# One project.

async def test_a_project_tells_its_whole_life(world: World) -> None:
    """Who, where, for what, by which path, for how much, shown by what."""
    found = (await world.compiled.data(Operation("""query ($code: String!) {
      aidProject(code: $code) {
        code name nameEn recipient { name } region { code } place supporter { code }
        district { code } pairing { code } plan { code } target { code } sector { name }
        kind deliveryMode stage heldStage proposedInvestment approvedInvestment approvedOn
        completedOn closedOn version stageHistory { fromStage toStage evidence override } } }""",
        {"code": CLOSED})))["aidProject"]
    assert [found["recipient"]["name"], found["region"]["code"], found["place"]] == [
        "日喀则市", "540222", "江孜镇"]
    assert [found[name]["code"] for name in (
        "supporter", "district", "pairing", "plan", "target")] == [
        "310000", "310101", "310000-540200-tibet", "shanghai-2006-2010", "rikaze-housing"]
    assert [found[name] for name in (
        "kind", "deliveryMode", "stage", "heldStage", "approvedInvestment", "closedOn")] == [
        "FIXED_ASSET", "TURNKEY", "CLOSED", None, "1000000.00", "2008-04-01"]
    assert [move["toStage"] for move in found["stageHistory"]] == [
        "RESERVE", "APPROVED", "TENDERED", "STARTED", "COMPLETED", "ACCEPTED", "AUDITED",
        "HANDED_OVER", "EVALUATED", "CLOSED"]
    assert found["stageHistory"][1] == {
        "fromStage": "RESERVE", "toStage": "APPROVED", "evidence": "APPROVAL_NO",
        "override": False}
    assert found["stageHistory"][7]["override"]


async def test_a_project_shows_its_papers(world: World) -> None:
    """Documents with their hash and path; what acceptance, audit and third party found."""
    found = (await world.compiled.data(Operation("""query ($code: String!) {
      aidProject(code: $code) {
        documents { id title fileName mediaType size sha256 url recordedAt actor
                    project { code } }
        evaluations { kind assessor passed score settledInvestment document { title } }
        history { field old new actor } } }""", {"code": CLOSED})))["aidProject"]
    [document] = found["documents"]
    assert document["project"]["code"] == CLOSED
    assert (document["fileName"], document["mediaType"]) == ("决算 100%#1.pdf", "application/pdf")
    assert document["url"].startswith("/documents/")
    assert document["url"].endswith("/决算 100%25%231.pdf")
    assert len(bytes.fromhex(document["sha256"])) == 32
    assert document["size"] > 0
    kinds = [one["kind"] for one in found["evaluations"]]
    assert kinds == ["ACCEPTANCE", "FINAL_AUDIT", "FINAL_AUDIT", "THIRD_PARTY"]
    second = found["evaluations"][2]
    assert (second["passed"], second["settledInvestment"]) == (False, "999999.99")
    assert second["document"]["title"] == document["title"]
    assert found["evaluations"][3]["score"] == "92.5"
    assert ("stage", "evaluated", "closed") in {
        (one["field"], one["old"], one["new"]) for one in found["history"]}


async def test_progress_is_what_was_reported_last(world: World) -> None:
    """With two places; every report stands."""
    found = await world.compiled.data(Operation(
        '{ aidProjects(filter: {stages: [STARTED], regionCode: "540200"}) { nodes {'
        " progress progressOn approvedInvestment adjustments { oldInvestment newInvestment"
        " reapproval } reports { reportedOn percent documents { title } } } } }"))
    [project] = found["aidProjects"]["nodes"]
    assert (project["progress"], project["progressOn"]) == ("39.99", "2007-07-20")
    assert [report["percent"] for report in project["reports"]] == ["12.50", "40.00", "39.99"]
    assert [report["documents"] for report in project["reports"]] == [[], [{"title": "b"}], []]
    assert project["adjustments"] == [{
        "oldInvestment": "1000000.00", "newInvestment": "1000000.01", "reapproval": False}]
    assert project["approvedInvestment"] == "1000000.01"


async def test_what_is_not_there_is_null(world: World) -> None:
    """No error, no guess."""
    assert await world.compiled.data(Operation('{ aidProject(code: "NONE") { code } }')) == {
        "aidProject": None}


# Lists.

@pytest.mark.parametrize("kind", [CompiledOnly, OrdinaryOnly])
async def test_fifty_projects_are_one_statement(world: World, kind: type[Any]) -> None:
    """With region, progress and milestones, and with the count: as for one."""
    entry, asked = Entry(kind, world.database), list[str]()
    pool = world.database._pool
    assert pool is not None
    async with pool.acquire() as connection:  # the only one of this pool
        connection.add_query_logger(lambda record: asked.append(record.query))
    try:
        for first in (1, 50):
            asked.clear()
            found = (await entry.data(Operation(LIST, {"first": first})))["aidProjects"]
            assert len(found["nodes"]) == first
            assert sum(query.startswith("SELECT") for query in asked) == len(asked) == 1
    finally:
        async with pool.acquire() as connection:
            connection._con._query_loggers.clear()
    assert sum(len(project["milestones"]) for project in found["nodes"]) > 10


async def test_a_region_has_what_lies_below_it(world: World) -> None:
    """By a county, its prefecture, the prefecture's former code, its region, and from the region.
    """
    county, prefecture = await _codes(world, regionCode="540222"), await _codes(
        world, regionCode=RIKAZE)
    assert CLOSED in county < prefecture
    for code in ("542300", "540000"):
        assert await _codes(world, regionCode=code) == prefecture
    found = await world.compiled.data(Operation(
        '{ recipientRegion(code: "540000") { aidProjects(first: 100) { totalCount nodes { code'
        " } } } }"))
    below = found["recipientRegion"]["aidProjects"]
    assert {node["code"] for node in below["nodes"]} == prefecture
    assert below["totalCount"] == len(prefecture)


async def test_a_stage_finds_what_is_set_aside_at_it(world: World) -> None:
    """Suspended when tendered, back in reserve after completion: found by both."""
    for stages, stage, held in ((["TENDERED"], "SUSPENDED", "TENDERED"),
                                (["COMPLETED"], "RESERVE", "COMPLETED")):
        nodes = (await _listed(world, filter={"stages": stages}))["nodes"]
        assert (stage, held) in {(node["stage"], node["heldStage"]) for node in nodes}
        again = (await _listed(world, filter={"stages": [stage]}))["nodes"]
        assert {node["code"] for node in nodes if node["heldStage"]} <= {
            node["code"] for node in again}


async def test_of_what_belongs_together_only_that_is_found(world: World) -> None:
    """By supporter, district, pairing, plan and target; none of them is a code of nothing."""
    everything = await _codes(world)
    assert await _codes(world, supporterCode="310000") == everything
    assert await _codes(world, districtCode="310101") == {CLOSED}
    assert CLOSED in await _codes(world, pairingCode="310000-540200-tibet") < everything
    of_plan = await _codes(world, planCode="shanghai-2006-2010")
    assert await _codes(world, targetCode="rikaze-housing") == of_plan > {CLOSED}
    assert await _codes(world, planCode="twin-2011-2015", targetCode="rikaze-housing") == set()
    for name in ("supporterCode", "districtCode", "pairingCode", "planCode", "regionCode"):
        assert await _codes(world, **{name: "000000"}) == set(), name


async def test_words_are_looked_for_as_they_are(world: World) -> None:
    """Whatever the case; punctuation is a blank, and no wildcard."""
    for words, names in (("cistern", {"Cistern"}), ("水窖%", {"水窖", "水窖%"}), ("_", set())):
        nodes = (await _listed(world, filter={"search": words}))["nodes"]
        assert {node["name"] for node in nodes} == names
    assert (await _listed(world, filter={"search": "SCHOOL IN wenshan"}))["totalCount"] > 0


async def test_amounts_days_and_years_bound_a_list(world: World) -> None:
    """Both ends inclusive; what is not approved has no approved investment."""
    exactly = {"approvedInvestmentFrom": "1000000.01", "approvedInvestmentTo": "1000000.01"}
    [one] = (await _listed(world, filter=exactly))["nodes"]
    assert one["approvedInvestment"] == "1000000.01"
    any_amount = (await _listed(world, filter={"approvedInvestmentFrom": "0.00"}))["nodes"]
    assert None not in {node["approvedInvestment"] for node in any_amount}
    by_year = await _codes(world, year=2009)
    assert by_year
    assert by_year == await _codes(
        world, plannedStartFrom="2009-01-01", plannedStartTo="2009-12-31")
    assert await _codes(world, plannedEndFrom="2009-01-01", plannedEndTo="2009-01-01") == {
        FURTHER}


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
async def test_a_list_by_investment_leaves_nothing_out(world: World, direction: str) -> None:
    """What is not approved stands where its proposal puts it; every page begins after the last."""
    amounts: list[float] = []
    after = None
    while True:
        page = await _listed(
            world, 7, after=after, order={"field": "INVESTMENT", "direction": direction})
        amounts += [float(node["approvedInvestment"] or node["proposedInvestment"])
                    for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(amounts) == page["totalCount"] == len(world.rows.all("AidProject"))
    assert amounts == sorted(amounts, reverse=direction == "DESC")


# Late, and due.

async def test_a_milestone_is_late_the_day_after(world: World) -> None:
    """Not on the day itself, and no longer once it is met."""
    found = await world.compiled.data(Operation(f"""{{
      due: milestones(filter: {{dueWithinDays: 1, met: false}}) {{ nodes {{ plannedOn late
        tomorrow: late(on: "{today() + timedelta(1)}") }} }}
      late: milestones(first: 100, filter: {{late: true}}) {{ nodes {{ plannedOn metOn late }} }}
      met: milestones(filter: {{met: true, late: true}}) {{ totalCount }} }}"""))
    assert [(node["plannedOn"], node["late"], node["tomorrow"]) for node in found["due"]["nodes"]
            ] == [(str(today()), False, True), (str(today() + timedelta(1)), False, False)]
    late = found["late"]["nodes"]
    assert all(node["late"] and node["metOn"] is None for node in late)
    days = [node["plannedOn"] for node in late]
    assert days == sorted(days)
    assert days[-1] == str(today() - timedelta(1))
    assert found["met"]["totalCount"] == 0


async def test_milestones_of_what_goes_on_are_told_from_others(world: World) -> None:
    """Closed, cancelled and suspended projects have theirs; nobody waits for them."""
    text = """{{ milestones(first: 100, filter: {{open: {open}}}) {{ totalCount nodes {{
      project {{ stage }} }} }} }}"""
    counts = []
    for open_, aside in (("true", False), ("false", True)):
        found = (await world.compiled.data(Operation(text.format(open=open_))))["milestones"]
        stages = {node["project"]["stage"] for node in found["nodes"]}
        assert bool(stages & {"CLOSED", "CANCELLED", "SUSPENDED"}) is aside
        assert bool(stages - {"CLOSED", "CANCELLED", "SUSPENDED"}) is not aside
        counts.append(found["totalCount"])
    assert sum(counts) == len(world.rows.all("Milestone"))


async def test_what_is_late_is_so_today(world: World) -> None:
    """A project whose end passed, unless it was completed or ended; `on` asks for another day."""
    late = await _listed(world, filter={"late": True})
    assert {node["stage"] for node in late["nodes"]}.isdisjoint({"CLOSED", "CANCELLED"})
    assert FURTHER in {node["code"] for node in late["nodes"]}
    assert late["totalCount"] + (await _listed(world, filter={"late": False}))["totalCount"] == (
        await _listed(world))["totalCount"]
    found = await world.compiled.data(Operation("""query ($code: String!, $on: Date) {
      aidProject(code: $code) { late day: late(on: $on) after: late(on: "2009-01-02") } }""",
      {"code": FURTHER, "on": "2009-01-01"}))
    assert found["aidProject"] == {"late": True, "day": False, "after": True}


@pytest.mark.parametrize("text", [
    "{ milestones(filter: {dueWithinDays: -1}) { totalCount } }",
    "{ milestones(filter: {dueWithinDays: 3661}) { totalCount } }",
    "{ aidProjects(first: 101) { totalCount } }",
    '{ aidProjects(filter: {sectorCodes: ["\\u0000"]}) { totalCount } }',
])
async def test_what_cannot_be_is_refused_plainly(world: World, text: str) -> None:
    """With a code, on both entries."""
    for kind in (Endpoint, OrdinaryOnly):
        answer = await Entry(kind, world.database).ask(Operation(text))
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["ARGUMENT_REFUSED"]


async def test_an_order_of_projects_is_no_order_of_milestones(world: World) -> None:
    """A cursor of one list, or of another order, is refused by the other."""
    cursor = (await _listed(world, 1))["pageInfo"]["endCursor"]
    for text in ("query ($a: String) { milestones(after: $a) { totalCount nodes { id } } }",
                 "query ($a: String) { aidProjects(after: $a, orderBy: {field: PROGRESS}) {"
                 " nodes { id } } }"):
        answer = await Entry(Endpoint, world.database).ask(Operation(text, {"a": cursor}))
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["ARGUMENT_REFUSED"]


async def test_a_recipient_counts_its_own(world: World) -> None:
    """Totals, sectors' projects and what falls due are the same as for a world without others."""
    place = next(row["id"] for row in world.rows.all("RecipientRegion")
                 if row["code"] == "532600" and row["ended_on"] is None)
    text = """{ aidProjects(first: 100) { totalCount nodes { recipient { code } code } }
      milestones(first: 100) { totalCount nodes { project { recipient { code } } } } }"""
    own = await Entry(CompiledOnly, world.database, recipient(place)).data(Operation(text))
    for name in ("aidProjects", "milestones"):
        assert own[name]["totalCount"] == len(own[name]["nodes"]) > 0
    assert {node["recipient"]["code"] for node in own["aidProjects"]["nodes"]} == {"532600"}
    whole = await Entry(CompiledOnly, world.database, LOCAL).data(Operation(text))
    assert whole["aidProjects"]["totalCount"] > own["aidProjects"]["totalCount"]
