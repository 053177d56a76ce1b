"""The figures of money through the API: what the domain says, by both entries, behind the walls."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.engine import URL

from aid.access.actor import Actor, Role
from aid.clock import today
from aid.database.engine import Database
from aid.funds.commitments import Part, by_place, commitments
from aid.funds.flows import ageing, calendar, fund_flows
from aid.funds.matters import Matter
from aid.funds.queue import Item, counted, items
from aid.metrics.queries import measured
from aid.metrics.terms import Scope
from aid.money import yuan
from tests.actors import AUDITOR, LEADER, LOCAL
from tests.api.entries import CompiledOnly, Entry, OrdinaryOnly
from tests.api.operations import Operation
from tests.conftest import as_admin
from tests.integration.moving import History, figures, history

DAY = date(2008, 12, 31)
SUMS = """promised committed disbursed received paid returned cancelled awaiting inTransit held
  short overdue overdueTranches trancheCount turn"""
MONEY = ("promised", "committed", "disbursed", "received", "paid", "returned", "cancelled",
         "awaiting", "in_transit", "held", "short", "overdue")


def _camel(name: str) -> str:
    first, *more = name.split("_")
    return first + "".join(word.title() for word in more)


def _said(of: dict[str, int]) -> dict[str, Any]:
    """Figures as the API spells them."""
    turn = "OFFICE" if of["overdue"] else "RECIPIENT" if of["in_transit"] + of["held"] else "NOBODY"
    return {**{_camel(name): yuan(of[name]) for name in MONEY}, "turn": turn,
            "overdueTranches": of["overdue_tranches"], "trancheCount": of["tranche_count"]}


@pytest.fixture
async def made(seeded_database: Database, admin_url: URL, seeded_name: str) -> History:
    """A history of money in the test's own database."""
    return await history(seeded_database, as_admin(admin_url, seeded_name), 2)


async def _both(
    database: Database, text: str, actor: Actor = LOCAL, **variables: Any
) -> dict[str, Any]:
    """The answer that both entries give."""
    operation = Operation(text, variables)
    compiled, ordinary = [await Entry(kind, database, actor).ask(operation)
                          for kind in (CompiledOnly, OrdinaryOnly)]
    assert compiled == ordinary
    assert "errors" not in compiled, compiled["errors"]
    found: dict[str, Any] = compiled["data"]
    return found


COMMITMENTS = f"""query ($code: String, $day: Date, $after: String) {{
  commitments(regionCode: $code, asKnownOn: $day) {{ {SUMS}
    regions {{ {SUMS} region {{ code }} }}
    projects(first: 3) {{ totalCount nodes {{ {SUMS} project {{ code }} }} }}
    tranches(first: 6, after: $after) {{ totalCount pageInfo {{ hasNextPage endCursor }}
      nodes {{ trancheId seq name promised committed overdue short turn dueOn expectedOn dueSince
        project {{ code recipient {{ code }} }} }} }} }} }}"""


async def test_commitments_say_what_the_domain_says(
    seeded_database: Database, made: History
) -> None:
    """In all and of a region, now and as known; down to the project and, page by page, the tranche.
    """
    places = {"532600": made.places[0], "540200": made.places[1], "530000": made.places[0],
              "000000": 0, None: None}
    for day in (None, DAY):
        for code, place in places.items():
            mine = [one for one in made.planned if place in (None, one.place)]
            nothing = dict.fromkeys(figures(made.planned, DAY), 0)
            found = (await _both(seeded_database, COMMITMENTS, code=code,
                                 day=day and str(day)))["commitments"]
            of = nothing | figures(mine, day or today())
            assert {name: found[name] for name in _said(of)} == _said(of), (day, code)
            assert {one["region"]["code"]: one["promised"] for one in found["regions"]} == {
                code: yuan(sum(one.fen for one in mine if one.place == place))
                for code, place in places.items()
                if code in ("532600", "540200") and place in {one.place for one in mine}}
            assert found["projects"]["totalCount"] == len({one.project for one in mine})
            walked, after = list(found["tranches"]["nodes"]), found["tranches"]["pageInfo"]
            while after["hasNextPage"]:
                page = (await _both(seeded_database, COMMITMENTS, code=code, day=day and str(day),
                                    after=after["endCursor"]))["commitments"]["tranches"]
                walked, after = walked + page["nodes"], page["pageInfo"]
            assert found["tranches"]["totalCount"] == len(mine) == len(walked)
            assert [(one["promised"], one["committed"], one["overdue"], one["short"])
                    for one in walked] == [
                tuple(_said(figures([one], day or today()))[name]
                      for name in ("promised", "committed", "overdue", "short"))
                for one in sorted(mine, key=lambda one: one.id)]


async def test_commitments_are_filtered_and_ordered(
    seeded_database: Database, made: History
) -> None:
    """Whose turn, what is overdue, the largest first."""
    query = """query ($filter: CommitmentFilter) { commitments { tranches(first: 100,
      filter: $filter, orderBy: {field: OVERDUE, direction: DESC}) {
        nodes { overdue short turn seq project { code } } } } }"""
    whole = (await _both(seeded_database, query))["commitments"]["tranches"]["nodes"]
    amounts = [float(one["overdue"]) for one in whole]
    assert amounts == sorted(amounts, reverse=True) and len(whole) == len(made.planned)
    narrowed: list[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
        ({"turn": "RECIPIENT"}, lambda one: one["turn"] == "RECIPIENT"),
        ({"overdue": True}, lambda one: one["overdue"] != "0.00"),
        ({"overdue": False, "turn": "NOBODY"}, lambda one: one["turn"] == "NOBODY"),
        ({"short": True}, lambda one: one["short"] != "0.00"),
    ]
    for asked, so in narrowed:
        some = await _both(seeded_database, query, filter=asked)
        assert some["commitments"]["tranches"]["nodes"] == [one for one in whole if so(one)]


QUEUE = """query ($after: String, $filter: WorkFilter) {
  workQueue(first: 5, after: $after, filter: $filter) { totalCount
    pageInfo { hasNextPage endCursor }
    nodes { matter turn amount since days said saidEn trancheId region { code } project { code } } }
  workQueueCounts { matter name turn items } }"""


async def test_the_queue_is_what_the_domain_finds(
    seeded_database: Database, made: History
) -> None:
    """Page by page, by kind, turn, region and patience."""
    async with seeded_database.reading(LOCAL) as session:
        expected = await items(session, Part(), today=today(), first=100)
        counts = await counted(session, Part(), today=today())
    walked: list[dict[str, Any]] = []
    after, more = None, True
    while more:
        found = await _both(seeded_database, QUEUE, after=after)
        page = found["workQueue"]
        walked, after = walked + page["nodes"], page["pageInfo"]["endCursor"]
        more = page["pageInfo"]["hasNextPage"]
    assert [(one["matter"], one["turn"], one["amount"], one["since"], one["days"], one["said"],
             one["saidEn"], one["project"]["code"]) for one in walked] == [
        (one.matter.name, one.turn.name, yuan(one.fen), str(one.since), one.days, *one.said,
         one.project_code) for one in expected]
    assert page["totalCount"] == len(expected) > 10
    assert {one["matter"]: one["items"] for one in found["workQueueCounts"]} == {
        matter.name: number for matter, number in counts.items()}
    narrowed: list[tuple[dict[str, Any], Callable[[Item], bool]]] = [
        ({"matters": ["IDLE", "DUE"]}, lambda one: one.matter in (Matter.IDLE, Matter.DUE)),
        ({"turn": "RECIPIENT"}, lambda one: one.turn.name == "RECIPIENT"),
        ({"regionCode": "540200"}, lambda one: one.recipient_id == made.places[1]),
        ({"unconfirmedDays": 100_000, "idleDays": 100_000},
         lambda one: one.matter not in (Matter.IDLE, Matter.UNCONFIRMED)),
        ({"regionCode": "000000"}, lambda _: False),
    ]
    for asked, so in narrowed:
        some = await _both(seeded_database, QUEUE, filter=asked)
        assert some["workQueue"]["totalCount"] == sum(map(so, expected)), asked


REST = """query ($day: Date, $code: String) {
  fundFlows(asKnownOn: $day, regionCode: $code) {
    nodes { key layer name amount } links { source target amount } }
  fundsInTransit(asKnownOn: $day, regionCode: $code) { sinceDays untilDays amount disbursements }
  trancheCalendar(regionCode: $code) { month promised disbursed open overdue tranches }
  recipientRegions(first: 100) { nodes { code
    commitments(asKnownOn: $day) { promised inTransit turn }
    investment(from: "2008-02-01", to: "2009-01-15") { committed disbursed received paid } } } }"""


async def test_flows_ages_months_and_what_a_region_has(
    seeded_database: Database, made: History
) -> None:
    """As the domain says it."""
    for day in (None, DAY):
        found = await _both(seeded_database, REST, day=day and str(day))
        async with seeded_database.reading(LOCAL) as session:
            flows = await fund_flows(session, Part(), today=today(), as_known_on=day)
            ages = await ageing(session, Part(), today=today(), as_known_on=day)
            months = await calendar(session, Part(), today=today())
            of_places = await by_place(session, today=today(), as_known_on=day)
            scope = Scope(recipients=(made.places[0],), since=date(2008, 2, 1),
                          until=date(2009, 1, 15))
            moved = await measured(session, ["investment_committed", "investment_paid"], scope,
                                   as_of=today())
        assert [(one["key"], one["amount"]) for one in found["fundFlows"]["nodes"]] == [
            (one.key, yuan(one.fen)) for one in flows.nodes]
        assert {(one["source"], one["target"], one["amount"])
                for one in found["fundFlows"]["links"]} == {
            (one.source, one.target, yuan(one.fen)) for one in flows.links}
        assert [(one["sinceDays"], one["untilDays"], one["amount"], one["disbursements"])
                for one in found["fundsInTransit"]] == [
            (one.age.since, one.age.until, yuan(one.fen), one.disbursements) for one in ages]
        assert [(one["month"], one["promised"], one["open"], one["overdue"])
                for one in found["trancheCalendar"]] == [
            (one.month and str(one.month), yuan(one.promised), yuan(one.open), yuan(one.overdue))
            for one in months]
        regions = {one["code"]: one for one in found["recipientRegions"]["nodes"]}
        of = of_places[made.places[0]]
        assert regions["532600"]["commitments"] == {
            "promised": yuan(of.promised), "inTransit": yuan(of.in_transit), "turn": of.turn.name}
        assert regions["533400"]["commitments"] is None
        assert [regions["532600"]["investment"][name] for name in ("committed", "paid")] == [
            f"{one.numerator:.2f}" for one in moved]


async def test_a_recipient_sees_its_own_money_alone(
    seeded_database: Database, made: History
) -> None:
    """Named or not, another region's money is not there; administrators see none at all."""
    mine = made.places[0]
    own = Actor("wenshan", Role.RECIPIENT, recipients=(mine,))
    expected = _said(figures([one for one in made.planned if one.place == mine], today()))
    for code in (None, "532600", "530000"):
        found = (await _both(seeded_database, COMMITMENTS, own, code=code))["commitments"]
        assert {name: found[name] for name in expected} == expected
        assert [one["region"]["code"] for one in found["regions"]] == ["532600"]
    found = (await _both(seeded_database, COMMITMENTS, own, code="540200"))["commitments"]
    assert (found["promised"], found["regions"], found["tranches"]["totalCount"]) == ("0.00", [], 0)
    queue = await _both(seeded_database, QUEUE, own, filter={"regionCode": "540200"})
    assert queue["workQueue"]["totalCount"] == 0
    assert {one["region"]["code"] for one in (await _both(seeded_database, QUEUE, own))[
        "workQueue"]["nodes"]} == {"532600"}
    rest = await _both(seeded_database, REST, own)
    assert [one["key"] for one in rest["fundFlows"]["nodes"] if one["layer"] == "REGION"] == [
        "region:532600"]
    assert {one["code"] for one in rest["recipientRegions"]["nodes"] if one["commitments"]} == {
        "532600"}
    other = await _both(seeded_database, REST, own, code="540200")
    assert (other["fundFlows"]["links"], other["trancheCalendar"]) == ([], [])
    whole = await _both(seeded_database, COMMITMENTS)
    for actor in (LEADER, AUDITOR):
        assert await _both(seeded_database, COMMITMENTS, actor) == whole
    nobody = Entry(CompiledOnly, seeded_database, Actor("admin", Role.SYSTEM_ADMIN))
    for query in (COMMITMENTS, QUEUE, REST):
        answer = await nobody.ask(Operation(query, {}))
        assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_days_far_away_and_odd_numbers_are_answered(
    seeded_database: Database, made: History
) -> None:
    """However far away a day is, nothing fails inside; a day to come is today."""
    now = (await _both(seeded_database, COMMITMENTS))["commitments"]
    late = (await _both(seeded_database, COMMITMENTS, day="9999-12-31"))["commitments"]
    assert {**late, "projects": 0, "tranches": 0} == {**now, "projects": 0, "tranches": 0}
    early = (await _both(seeded_database, COMMITMENTS, day="0001-01-01"))["commitments"]
    assert early["trancheCount"] == 0
    await _both(seeded_database, """{ workQueue(filter: {unconfirmedDays: -5, idleDays: 2147483647})
      { totalCount } trancheCalendar(from: "0001-01-01", to: "9999-12-31") { month }
      fundsInTransit(asKnownOn: "0001-01-01") { amount } }""")
    async with seeded_database.reading(LOCAL) as session:
        assert (await commitments(session, Part(), today=today())).tranche_count == len(
            made.planned)
