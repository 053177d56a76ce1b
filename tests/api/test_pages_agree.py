"""Every figure of a page is the API's and the export's: whole, of a region, of one's own.
"""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from aid.access.actor import Actor
from aid.clock import today
from aid.database.engine import Database
from aid.interchange.exports.terms import Kind
from aid.money import yuan
from aid.regions.queries import at_or_below
from dashboards.pages.cadre_fill import FILL_SHEETS
from dashboards.pages.funds import FUND_SHEETS
from dashboards.pages.funds_due import LATER_SHEETS
from dashboards.pages.invested import INVESTMENT_SHEETS
from dashboards.pages.off_track import lines_of
from dashboards.pages.overview import OVERVIEW_SHEETS
from dashboards.reading_cadres import read_cadres
from dashboards.reading_funds import Dues, QueueData, read_funds, read_later
from dashboards.reading_investment import CODES, read_investment
from dashboards.reading_overview import read_off_track, read_overview
from dashboards.reading_projects import read_projects
from dashboards.reading_villages import read_villages
from dashboards.view import View
from tests.actors import LOCAL, recipient
from tests.api.entries import CompiledOnly, Entry
from tests.api.operations import Operation
from tests.integration.exported import Read, rows

ASKED = """query ($region: String) {
  projects: aidProjects(filter: {regionCode: $region}) { totalCount }
  late: aidProjects(filter: {regionCode: $region, late: true}) { totalCount }
  villages: keyVillages(filter: {regionCode: $region}) { totalCount }
  lateVillages: keyVillages(filter: {regionCode: $region, late: true}) { totalCount }
  stalled: keyVillages(filter: {regionCode: $region, stalled: true}) { totalCount }
  fill: postFill(regionCode: $region) { agreed filled vacant }
  inPost: secondments(filter: {regionCode: $region, current: true}) { totalCount }
  ending: secondments(filter: {regionCode: $region, current: true, endingWithinDays: 90}) {
    totalCount }
}"""
MEASURED = """query ($region: String) {
  metrics(regionCode: $region) { code value numerator denominator } }"""
DIVIDED = """query ($region: String, $by: MetricBy!, $codes: [String!]) {
  metricBreakdown(by: $by, regionCode: $region, codes: $codes) {
    code numerator year sectorCode region { code } } }"""
MONEY = """query ($region: String) {
  commitments(regionCode: $region) {
    promised overdue short awaiting inTransit held paid overdueTranches trancheCount }
  fundFlows(regionCode: $region) { nodes { key amount } }
  fundsInTransit(regionCode: $region) { amount disbursements }
  trancheCalendar(regionCode: $region) { month promised disbursed open overdue tranches }
  workQueueCounts(regionCode: $region) { matter items } }"""


class Asker:
    """The API as an actor asks it of a region, or of all."""

    def __init__(self, database: Database, actor: Actor, region: str | None) -> None:
        self._entry, self._region = Entry(CompiledOnly, database, actor), region

    async def ask(self, query: str, **more: Any) -> dict[str, Any]:
        """The data of the answer."""
        answer = await self._entry.ask(Operation(query, {"region": self._region, **more}))
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        return found


async def _actor(database: Database, whose: str) -> Actor:
    if whose == "office":
        return LOCAL
    async with database.reading(LOCAL) as session:
        place = await session.scalar(text("SELECT id FROM division WHERE code = :code"),
                                     {"code": whose})
        assert place is not None
        return recipient(*await at_or_below(session, place))


@pytest.fixture(
    params=[("office", None), ("office", "540200"), ("office", "530000"), ("532600", None)],
    ids=["whole", "region", "above", "own"])
async def world(
    request: pytest.FixtureRequest, demo_database: Database
) -> tuple[Database, Actor, str | None, Asker]:
    """Who asks, and of what."""
    whose, region = request.param
    actor = await _actor(demo_database, whose)
    return demo_database, actor, region, Asker(demo_database, actor, region)


World = tuple[Database, Actor, str | None, Asker]


async def _exported(world: World, kind: Kind) -> Read:
    database, actor, region, _ = world
    filters = {"region": region} if region else {}
    return await rows(database, kind, actor=actor, on=today(), **filters)


def _view(world: World, page: Any, **more: Any) -> View:
    return View(page=page, region=(world[2],) if world[2] else (), **more)


async def test_projects_villages_and_cadres_are_counted_alike(world: World) -> None:
    """Their tiles, the matrix of posts."""
    database, actor, _, api = world
    said = {name: one["totalCount"] if isinstance(one, dict) else one
            for name, one in (await api.ask(ASKED)).items()}

    projects = (await read_projects(database, actor, _view(world, "projects"))).sums
    lines = await _exported(world, Kind.PROJECTS)
    approved = sum((Decimal(row["approved_yuan"]) for row in lines if row["approved_yuan"]),
                   Decimal())
    assert projects.projects == said["projects"] == len(lines) > 0
    assert projects.late == said["late"] == sum(row["late"] for row in lines)
    assert projects.approved_fen == 100 * approved

    villages = (await read_villages(database, actor, _view(world, "villages"))).sums
    lines = await _exported(world, Kind.VILLAGES)
    assert villages.villages == said["villages"] == len(lines) > 0
    assert villages.late == said["lateVillages"] == sum(row["late"] for row in lines)
    assert villages.stalled == said["stalled"] == sum(row["stalled"] for row in lines)
    assert villages.accepted == sum(bool(row["accepted"]) for row in lines)

    page = await read_cadres(database, actor, _view(world, "cadres"))
    lines = await _exported(world, Kind.CADRES)
    fill, sheet = said["fill"], FILL_SHEETS["fill"](_view(world, "cadres"), page).rows
    assert page.sums.agreed == sum(one["agreed"] for one in fill) == sum(row[2] for row in sheet)
    assert page.sums.filled == sum(one["filled"] for one in fill) == sum(row[3] for row in sheet)
    assert page.sums.vacant == sum(one["vacant"] for one in fill)
    standing = Counter(row["standing"] for row in lines)
    assert page.sums.in_post == said["inPost"] == standing["in_post"] > 0
    assert page.sums.ending == said["ending"] == sum(row["ending_soon"] for row in lines)


async def test_the_overview_and_the_tiles_are_the_metrics(world: World) -> None:
    """Each of them, with what it is made of."""
    database, actor, _, api = world
    said = {one["code"]: one for one in (await api.ask(MEASURED))["metrics"]}
    view = _view(world, "overview")
    overview = await read_overview(database, actor, view)
    for code, one in overview.metrics.items():
        assert (str(one.value), one.numerator, one.denominator) == (
            str(said[code]["value"]), Decimal(said[code]["numerator"]),
            Decimal(said[code]["denominator"])), code
    sheet = {row[0]: row[2] for row in OVERVIEW_SHEETS["metrics"](view, overview).rows}
    assert sheet == {code: one.value for code, one in overview.metrics.items()}
    listed = await read_projects(database, actor, _view(world, "projects"))
    assert listed.metrics
    for one in listed.metrics:
        assert str(one.value) == str(said[one.code]["value"]), one.code
    villages = (await read_villages(database, actor, _view(world, "villages"))).sums
    assert str(villages.mean) == str(said["village_progress"]["value"])


async def test_investment_is_divided_as_the_api_divides_it(world: World) -> None:
    """By recipient, year and sector; and as the export of movements adds up."""
    database, actor, _, api = world
    view = _view(world, "investment")
    page = await read_investment(database, actor, view)
    exported = await _exported(world, Kind.MOVEMENTS)
    kinds = ("commit", "disburse", "receive", "pay")
    for part, by, key in (("regions", "RECIPIENT", "region"), ("years", "YEAR", "year"),
                          ("sectors", "SECTOR", "sectorCode")):
        shown = {(row[0], code): row[2 + at] for row in INVESTMENT_SHEETS[part](view, page).rows
                 for at, code in enumerate(CODES) if row[2 + at]}
        said = {}
        for one in (await api.ask(DIVIDED, by=by, codes=list(CODES)))["metricBreakdown"]:
            name = one["region"]["code"] if key == "region" else str(one[key])
            if Decimal(one["numerator"]):
                said[name, one["code"]] = int(100 * Decimal(one["numerator"]))
        assert shown == said, part
        for code, kind in zip(CODES, kinds, strict=True):
            assert sum(fen for (_, one), fen in shown.items() if one == code) == sum(
                int(100 * Decimal(row["counted_yuan"])) for row in exported
                if row["counted_as"] == kind), (part, code)


async def test_funds_are_what_the_api_says(world: World) -> None:
    """Tiles, streams, ages, calendar, work queue; and what is off track on the overview."""
    database, actor, _, api = world
    said, view = await api.ask(MONEY), _view(world, "funds")
    sums = said["commitments"]
    funds = await read_funds(database, actor, view)
    dues = await read_later(database, actor, view)
    assert funds.flows is not None
    assert isinstance(dues, Dues)
    assert {one.key: yuan(one.fen) for one in funds.flows.nodes} == {
        one["key"]: one["amount"] for one in said["fundFlows"]["nodes"]}
    stands = {one.key: yuan(one.fen) for one in funds.flows.nodes if one.layer == "state"}
    for key, name in (("committed", "awaiting"), ("in_transit", "inTransit"), ("held", "held"),
                      ("spent", "paid")):
        assert stands.get(f"state:{key}", yuan(0)) == sums[name]
    assert [yuan(one) for one in (
        dues.figures.promised, dues.figures.overdue, dues.figures.short)] == [
            sums["promised"], sums["overdue"], sums["short"]]
    assert (dues.figures.tranche_count, dues.figures.overdue_tranches) == (
        sums["trancheCount"], sums["overdueTranches"])
    assert [(yuan(one.fen), one.disbursements) for one in dues.ages] == [
        (one["amount"], one["disbursements"]) for one in said["fundsInTransit"]]
    assert [(row[0], *(yuan(fen) for fen in row[1:5]), row[5])
            for row in LATER_SHEETS["calendar"](view, dues).rows] == [
        (one["month"] and date.fromisoformat(one["month"]), one["promised"], one["disbursed"],
         one["open"], one["overdue"], one["tranches"]) for one in said["trancheCalendar"]]
    assert len(FUND_SHEETS["flows"](view, funds).rows) == len(funds.flows.links)
    tranches = await _exported(world, Kind.TRANCHES)
    assert dues.figures.tranche_count == len(tranches)

    counts = {one["matter"].lower(): one["items"] for one in said["workQueueCounts"]}
    queue = await read_later(database, actor, _view(world, "funds", part="queue"))
    assert isinstance(queue, QueueData)
    assert {one.value: tally.count for one, tally in queue.tallies.items() if tally.count} == {
        name: count for name, count in counts.items() if count}
    off = await read_off_track(database, actor, _view(world, "overview"))
    assert {line.key: line.count for line in lines_of(view, off) if line.turn} == {
        name: count for name, count in counts.items() if count}
