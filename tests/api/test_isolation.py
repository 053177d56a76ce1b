"""What is another region's is, for a recipient, as if it were not there: to the last byte."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.errors import AidError, NotFound
from aid.plans.queries import discrepancy_rows, figure_rows, target_rows
from aid.plans.service import Grounds, adjust_target
from aid.regions.drafts import PairingDraft
from aid.regions.service import agree_pairing, end_pairing
from aid.regions.terms import Programme
from tests.actors import AUDITOR, LEADER, LOCAL, recipient
from tests.api.conftest import World
from tests.api.entries import CompiledOnly, Entry, OrdinaryOnly
from tests.api.operations import Operation
from tests.api.pages import ORDERS, in_order
from tests.api.rows import Row, Rows
from tests.api.values import global_id

PLAN = "shanghai-2006-2010"
NOWHERE = 987654321
REGIONS = ("540200", "420506", "533400", "532600", "652900")


class Theirs:
    """A recipient's two entries, the rows they are to see, and some that they are not."""

    def __init__(self, world: World, code: str) -> None:
        self.code, self.place = code, _place(world.rows, code)
        self.actor = recipient(self.place)
        self.rows = world.rows.seen_by(self.actor)
        self.entries = [Entry(kind, world.database, self.actor)
                        for kind in (CompiledOnly, OrdinaryOnly)]
        self.world = world

    def foreign(self, kind: str) -> list[Row]:
        """Rows that are others'."""
        seen = {row["id"] for row in self.rows.all(kind)}
        return [row for row in self.world.rows.all(kind) if row["id"] not in seen]

    async def same(self, text: str, *variables: dict[str, Any]) -> bytes:
        """The answer to an operation, if it is the same for all these variables."""
        answers = {await entry.raw(Operation(text, each))
                   for entry in self.entries for each in variables}
        assert len(answers) == 1, answers
        return answers.pop()


def _place(rows: Rows, code: str) -> int:
    found: list[int] = [row["id"] for row in rows.where("RecipientRegion", "code", code)
                        if row["ended_on"] is None]
    return found[0]


@pytest.fixture(params=REGIONS)
def theirs(world: World, request: pytest.FixtureRequest) -> Theirs:
    """Each of a few recipients."""
    return Theirs(world, request.param)


OF_PLANS = [("PlanTarget", "planTargets"), ("PublishedFigure", "publishedFigures")]
OF_PROJECTS = [("AidProject", "aidProjects"), ("Milestone", "milestones")]
LISTS = [*OF_PLANS, *OF_PROJECTS]


WORK = [("KeyVillage", "keyVillages"), ("VillageReport", "villageReports"),
        ("SecondedCadre", "secondedCadres"), ("Secondment", "secondments"), ("Post", "posts")]


@pytest.mark.parametrize(("kind", "field"), [*LISTS, *WORK])
async def test_a_list_and_its_count_hold_ones_own(
    theirs: Theirs, kind: str, field: str
) -> None:
    """And the aggregates of the page: where it ends, whether it goes on."""
    expected = {global_id(kind, row["id"]) for row in theirs.rows.all(kind)}
    assert 0 < len(expected) < len(theirs.world.rows.all(kind))
    for entry in theirs.entries:
        found: set[str] = set()
        after = None
        while True:
            page = (await entry.data(Operation(
                f"query ($after: String) {{ {field}(first: 7, after: $after) {{ totalCount"
                " nodes { id } pageInfo { hasNextPage endCursor } } }", {"after": after})))[field]
            assert page["totalCount"] == len(expected)
            found |= {node["id"] for node in page["nodes"]}
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert found == expected


@pytest.mark.parametrize(("kind", "field"), LISTS)
async def test_a_cursor_of_a_foreign_row_is_a_place_and_no_more(
    theirs: Theirs, kind: str, field: str
) -> None:
    """An office's cursor, given by a recipient, leads to the recipient's own rows after it."""
    foreign, order = theirs.foreign(kind)[0], next(iter(ORDERS[kind]))
    cursor = theirs.world.cursors[kind, order, "ASC", foreign["id"]]
    ordered = [row["id"] for row in in_order(theirs.world.rows, kind, order)]
    own = {row["id"] for row in theirs.rows.all(kind)}
    expected = [number for number in ordered[ordered.index(foreign["id"]) :] if number in own]
    for entry in theirs.entries:
        page = (await entry.data(Operation(
            f"query ($after: String) {{ {field}(first: 100, after: $after) {{ nodes {{ id }} }} }}",
            {"after": cursor})))[field]
        assert [node["id"] for node in page["nodes"]] == [
            global_id(kind, number) for number in expected]


@pytest.mark.parametrize("kind", [
    "PlanTarget", "PublishedFigure", "Pairing", "Discrepancy", "AidProject", "Milestone",
    "Document", "VillageWork", *(kind for kind, _ in WORK)])
async def test_a_foreign_id_is_answered_like_one_of_nothing(theirs: Theirs, kind: str) -> None:
    """`node` knows neither; its history, its type and its plan are not said either."""
    uncoded = ("Discrepancy", "Milestone", "Document", "VillageReport", "Secondment")
    fragments = "" if kind in uncoded else f"... on {kind} {{ code }}"
    if kind in ("PlanTarget", "Pairing", "AidProject", "Milestone", "KeyVillage", "VillageWork",
                "SecondedCadre", "Secondment"):
        fragments += f"... on {kind} {{ history {{ field old new actor at }} }}"
    ids = [row["id"] for row in theirs.foreign(kind)]
    assert ids
    answer = await theirs.same(
        f"query ($id: ID!) {{ node(id: $id) {{ __typename id {fragments} }} }}",
        *({"id": global_id(kind, number)} for number in (*ids, NOWHERE)))
    assert answer == b'{"data":{"node":null}}'


async def test_a_foreign_code_is_answered_like_one_of_nothing(theirs: Theirs) -> None:
    """A target by plan and code."""
    plan = theirs.world.rows.one("Plan", "code", PLAN)
    assert plan is not None
    codes = [row["code"] for row in theirs.foreign("PlanTarget") if row["plan_id"] == plan["id"]]
    assert codes
    answer = await theirs.same(
        """query ($plan: String!, $code: String!) {
          planTarget(planCode: $plan, code: $code) { id statement adjustments { reason } } }""",
        *({"plan": PLAN, "code": code} for code in (*codes, "nobody-has-this")))
    assert answer == b'{"data":{"planTarget":null}}'


async def test_a_foreign_projects_code_is_answered_like_one_of_nothing(theirs: Theirs) -> None:
    """By itself, and where its milestones are asked for."""
    codes = [row["code"] for row in theirs.foreign("AidProject")]
    assert codes
    answer = await theirs.same(
        """query ($code: String!) { aidProject(code: $code) { id name stage }
          milestones(filter: {projectCode: $code}) { totalCount nodes { id } } }""",
        *({"code": code} for code in (*codes, "NOBODY-HAS-THIS")))
    assert answer == (
        b'{"data":{"aidProject":null,"milestones":{"totalCount":0,"nodes":[]}}}')


async def test_hidden_and_absent_are_asked_by_one_statement(theirs: Theirs) -> None:
    """The database does the same for both: the same text, once, with another value."""
    asked: list[str] = []
    pool = theirs.world.database._pool
    assert pool is not None
    foreign = theirs.foreign("PlanTarget")[0]
    plan = theirs.world.rows.one("Plan", "id", foreign["plan_id"])
    assert plan is not None
    async with pool.acquire() as connection:  # the only one of this pool
        connection.add_query_logger(lambda record: asked.append(record.query))
    try:
        for code in (foreign["code"], "nobody-has-this"):
            await theirs.entries[0].data(Operation(
                """query ($plan: String!, $code: String!) {
                  planTarget(planCode: $plan, code: $code) { id } }""",
                {"plan": plan["code"], "code": code}))
    finally:
        async with pool.acquire() as connection:
            connection._con._query_loggers.clear()
    assert len(asked) == 2
    assert asked[0] == asked[1]


# A region is public; what is said of it is not.

async def test_of_a_foreign_region_there_is_its_name_and_nothing_else(theirs: Theirs) -> None:
    """Its codes and names are public; pairings and figures are empty, whoever else has them."""
    for code in {*REGIONS} - {theirs.code}:
        assert theirs.world.rows.where(
            "Pairing", "recipient_id", _place(theirs.world.rows, code))
        for entry in theirs.entries:
            found = await entry.data(Operation(
                """query ($code: String!) { recipientRegion(code: $code) {
                  code name periods { name } pairings { id } publishedFigures { id }
                  aidProjects { totalCount nodes { id } } } }""",
                {"code": code}))
            place = found["recipientRegion"]
            assert place["code"] == code
            assert place["periods"]
            assert (place["pairings"], place["publishedFigures"]) == ([], [])
            assert place["aidProjects"] == {"totalCount": 0, "nodes": []}


async def test_paired_regions_are_ones_own(theirs: Theirs) -> None:
    """The filter knows only of the pairings one sees; for all others a region counts as none."""
    for entry in theirs.entries:
        found = await entry.data(Operation(
            """{ yes: recipientRegions(filter: {paired: true}) { totalCount nodes { code } }
                 no: recipientRegions(filter: {paired: false}) { totalCount }
                 all: recipientRegions(filter: {paired: null}) { totalCount }
                 supportingCities { pairings { recipient { code } } } }"""))
        assert found["yes"] == {"totalCount": 1, "nodes": [{"code": theirs.code}]}
        assert found["no"]["totalCount"] == found["all"]["totalCount"] - 1
        assert {pairing["recipient"]["code"] for city in found["supportingCities"]
                for pairing in city["pairings"]} == {theirs.code}


@pytest.mark.parametrize(("kind", "field"), OF_PLANS)
async def test_asking_by_a_foreign_region_gives_what_is_said_of_both(
    theirs: Theirs, kind: str, field: str
) -> None:
    """Rows of a group that has both regions; where there is none, as for a code of nothing."""
    rows = theirs.rows
    text = f"""query ($code: String) {{ {field}(first: 100, filter: {{regionCode: $code}}) {{
      totalCount nodes {{ id }} pageInfo {{ hasNextPage startCursor endCursor }} }} }}"""
    for code in ("653100", "632600", "110000"):  # paired later, or never: in no group of a plan
        assert not rows.where("RegionGroupMember", "division_id", _place(theirs.world.rows, code))
        await theirs.same(text, {"code": code}, {"code": "999999"})
    for code in {*REGIONS} - {theirs.code}:
        groups = {row["group_id"] for row in rows.where(
            "RegionGroupMember", "division_id", _place(theirs.world.rows, code))}
        shared = {global_id(kind, row["id"]) for row in rows.all(kind) if row["group_id"] in groups}
        for entry in theirs.entries:
            page = (await entry.data(Operation(text, {"code": code})))[field]
            assert {node["id"] for node in page["nodes"]} == shared


@pytest.mark.parametrize(("kind", "field"), OF_PROJECTS)
async def test_a_foreign_region_has_no_projects(theirs: Theirs, kind: str, field: str) -> None:
    """Asked for by its code it is as a code of nothing; nor does the whole tell of others."""
    text = f"""query ($code: String) {{ {field}(first: 100, filter: {{regionCode: $code}}) {{
      totalCount nodes {{ id }} pageInfo {{ hasNextPage startCursor endCursor }} }} }}"""
    await theirs.same(text, *({"code": code} for code in ({*REGIONS} - {theirs.code}) | {"999999"}))
    own = {global_id(kind, row["id"]) for row in theirs.rows.all(kind)}
    for entry in theirs.entries:
        page = (await entry.data(Operation(text, {"code": theirs.code})))[field]
        assert {node["id"] for node in page["nodes"]} == own
        found = await entry.data(Operation(
            "{ supportingCities { aidProjects { totalCount } districts { aidProjects { nodes {"
            " recipient { code } } } } } sectors { code } }"))
        assert [city["aidProjects"]["totalCount"] for city in found["supportingCities"]] == [
            len(theirs.rows.all("AidProject"))]
        assert {project["recipient"]["code"] for city in found["supportingCities"]
                for district in city["districts"]
                for project in district["aidProjects"]["nodes"]} <= {theirs.code}
        assert found["sectors"]


# Writing: refused before anything is looked up, and found nowhere when it is not.

ADJUST = """mutation ($id: ID!) {
  planTargetAdjust(input: {id: $id, expectedVersion: 1, reason: "x", target: "1"}) {
    __typename ... on UserError { code message } } }"""
END = """mutation ($id: ID!) {
  pairingEnd(input: {id: $id, expectedVersion: 1, endsOn: "2020-01-01"}) {
    __typename ... on UserError { code message } } }"""


@pytest.mark.parametrize(("kind", "text"), [("PlanTarget", ADJUST), ("Pairing", END)])
async def test_a_change_is_refused_alike_whatever_it_names(
    theirs: Theirs, kind: str, text: str
) -> None:
    """Own, foreign, absent, no id at all: the same bytes."""
    own, foreign = theirs.rows.all(kind)[0], theirs.foreign(kind)[0]
    answer = await theirs.same(text, *(
        {"id": global_id(kind, number)} for number in (own["id"], foreign["id"], NOWHERE)),
        {"id": "???"})
    assert b"FORBIDDEN" in answer
    assert b'"data"' not in answer


async def _refusal(theirs: Theirs, change: Callable[[AsyncSession], Awaitable[object]]) -> str:
    """What a service says that is asked on behalf of a recipient."""
    try:
        async with theirs.world.database.writing(theirs.actor) as session:
            await change(session)
    except (AidError, DBAPIError) as refused:
        return f"{type(refused).__name__}: {getattr(refused, 'orig', refused)}"
    raise AssertionError("a recipient wrote")


async def _of(verb: Callable[..., Awaitable[object]], what: object, session: AsyncSession) -> None:
    await verb(session, what)


async def test_the_services_find_nothing_to_change_for_a_recipient(theirs: Theirs) -> None:
    """Had nobody refused before: own, foreign and absent rows are equally not there."""
    grounds = Grounds(reason="x", adjusted_on=date(2008, 1, 1), document_no=None, actor="x")
    adjust = partial(adjust_target, expected_version=7, changes={"target": 1}, grounds=grounds,
                     today=date(2008, 1, 1))
    end = partial(end_pairing, expected_version=7, ends_on=date(2008, 1, 1))
    said = {
        await _refusal(theirs, partial(_of, verb, number))
        for kind, verb in (("PlanTarget", adjust), ("Pairing", end))
        for number in (theirs.rows.all(kind)[0]["id"], theirs.foreign(kind)[0]["id"], NOWHERE)
    }
    assert len(said) == 2
    assert all(each.startswith(NotFound.__name__) for each in said)


async def test_a_taken_code_is_not_told_from_a_free_one(theirs: Theirs) -> None:
    """A pairing that another region has already, and one that nobody has."""
    taken = theirs.foreign("Pairing")[0]
    place = theirs.rows.one("RecipientRegion", "id", taken["recipient_id"])
    assert place is not None
    drafts = [PairingDraft(
        code=code, supporter="310000", recipient=place["code"], programme=Programme.EAST_WEST,
        starts_on=date(2021, 1, 1)) for code in (taken["code"], "nobody-has-this")]
    said = {await _refusal(theirs, partial(_of, agree_pairing, draft)) for draft in drafts}
    assert len(said) == 1
    assert "row-level security" in said.pop()


# Pages.

async def test_pages_show_ones_own(theirs: Theirs) -> None:
    """The rows that pages read are those that are seen; of a hidden parent not even the code."""
    plan = theirs.world.rows.one("Plan", "code", PLAN)
    assert plan is not None

    def codes(kind: str) -> set[str]:
        return {row["code"] for row in theirs.rows.all(kind) if row["plan_id"] == plan["id"]}

    async with theirs.world.database.reading(theirs.actor) as session:
        targets = await target_rows(session, PLAN)
        figures = await figure_rows(session, PLAN)
        assert await discrepancy_rows(session, PLAN) == []
    assert {row.code for row in targets} == codes("PlanTarget")
    assert {row.parent for row in targets} - {None} <= codes("PlanTarget")
    assert {row.code for row in figures} == codes("PublishedFigure")
    for row in targets:
        kept = next(each for each in theirs.rows.where("PlanTarget", "code", row.code)
                    if each["plan_id"] == plan["id"])
        adjusted = theirs.rows.where("PlanTargetAdjustment", "target_id", kept["id"])
        assert row.adjustments == len(adjusted)


async def test_those_who_see_all_do(world: World) -> None:
    """Office, leader and auditor count the same."""
    actors: tuple[Actor, ...] = (LOCAL, LEADER, AUDITOR)
    for actor in actors:
        entry = Entry(CompiledOnly, world.database, actor)
        found = await entry.data(Operation("{ planTargets { totalCount } }"))
        assert found["planTargets"]["totalCount"] == len(world.rows.all("PlanTarget"))
