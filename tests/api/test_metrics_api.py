"""Metrics over real HTTP: the registry, what it measures, and that both entries measure the same.
"""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import URL

from aid.database.engine import Database
from aid.metrics.queries import by_place, measured
from aid.metrics.registry import METRICS
from aid.metrics.terms import Scope
from aid.regions.queries import at_or_below
from tests.actors import LOCAL, recipient
from tests.api.client import ask, data
from tests.api.conftest import World
from tests.api.doing import proposed, started
from tests.api.entries import CompiledOnly, Entry, OrdinaryOnly
from tests.api.operations import Operation
from tests.api.test_villages_changing import REPORT, designated, done, planned
from tests.conftest import as_admin
from tests.integration.measuring import TODAY, places, random_world, settle

MEASURED = """query ($codes: [String!], $region: String, $day: Date) {
  metrics(codes: $codes, regionCode: $region, asOf: $day) {
    code name nameEn formula numerator denominator countedIn value unit asOf version
    region { code } year sectorCode } }"""


def _two_villages(base: str) -> None:
    """One of Rikaze, half done in 2006; one of Wenshan, not begun."""
    mine = planned(base, designated(base))
    planned(base, designated(base, recipientCode="532600", regionCode=None, designatedIn=2007))
    done(base, REPORT, {"workId": mine["id"], "reportedOn": "2006-08-01", "done": "40"})


def test_the_registry_says_how_each_metric_is_defined(server_url: str) -> None:
    """Every metric, in its order, in both languages."""
    found = data(server_url, """{ metricDefinitions { code version name nameEn formula formulaEn
      numerator numeratorEn denominator denominatorEn dates datesEn unit countedIn } }""")
    assert found["metricDefinitions"] == [{
        "code": metric.code, "version": metric.version, "unit": metric.unit,
        "countedIn": metric.counted, **{f"{word}{end}": getattr(getattr(metric, word), locale)
                                        for word in ("name", "formula", "numerator", "denominator",
                                                     "dates")
                                        for end, locale in (("", "zh"), ("En", "en"))},
    } for metric in METRICS.values()]


def test_metrics_are_measured_as_of_a_day_and_of_a_region(own_server: str) -> None:
    """A region's code of then or now, with its definition beside it."""
    _two_villages(own_server)
    [found] = data(own_server, MEASURED, {
        "codes": ["village_progress"], "region": "542300", "day": "2007-12-31"})["metrics"]
    defined = METRICS["village_progress"]
    assert found == {
        "code": "village_progress", "name": defined.name.zh, "nameEn": defined.name.en,
        "formula": defined.formula.zh, "numerator": "0.5", "denominator": "1", "countedIn": "个",
        "value": "50.00", "unit": "%", "asOf": "2007-12-31", "version": 1,
        "region": {"code": "540200"}, "year": None, "sectorCode": None}
    whole = data(own_server, MEASURED, {})["metrics"]
    assert [one["code"] for one in whole] == list(METRICS)
    assert next(one for one in whole if one["code"] == "village_progress")["value"] == "25.00"
    again = data(own_server, MEASURED, {"codes": ["cadre_fill", "start_rate", "cadre_fill"]})
    assert [one["code"] for one in again["metrics"]] == ["cadre_fill", "start_rate"]


def test_a_county_is_measured_by_what_is_done_in_it(own_server: str) -> None:
    """Of what knows where that is; the recipient above it has it too, another county has not."""
    started(own_server, regionCode="532601")
    proposed(own_server, name="二", regionCode="532622")
    query = """query ($code: String) {
      metrics(codes: ["start_rate", "on_time_rate"], regionCode: $code) { numerator denominator }
      whole: metrics(regionCode: $code) { code } }"""
    county, prefecture, other = (
        data(own_server, query, {"code": code}) for code in ("532601", "532600", "532622"))
    assert county["metrics"] == prefecture["metrics"] == [
        {"numerator": "1", "denominator": "1"}, {"numerator": "0", "denominator": "8"}]
    assert [one["denominator"] for one in other["metrics"]] == ["0", "0"]
    assert {one["code"] for one in prefecture["whole"]} - {
        one["code"] for one in county["whole"]} == {
        "target_attainment", "village_progress", "cadre_fill"}
    hidden, nothing = (data(own_server, query, {"code": code}, as_="recipient")
                       for code in ("532601", "999999"))
    assert hidden == nothing
    answer = ask(own_server, '{ metrics(codes: ["cadre_fill"], regionCode: "532601") { value } }')
    assert answer["errors"][0]["message"] == "“岗位到岗率”不能按受援地以下的区划统计。"


@pytest.mark.parametrize(("by", "expected"), [
    ("RECIPIENT", [("540200", None, "50.00"), ("532600", None, "0.00")]),
    ("YEAR", [(None, 2006, "50.00"), (None, 2007, "0.00")]),
])
def test_metrics_are_divided(own_server: str, by: str, expected: list[Any]) -> None:
    """By recipient or year; what has nothing is left out."""
    _two_villages(own_server)
    found = data(own_server, """query ($by: MetricBy!) { metricBreakdown(
      by: $by, codes: ["village_progress"]) { region { code } year value } }""", {"by": by})
    rows = [(one["region"] and one["region"]["code"], one["year"], one["value"])
            for one in found["metricBreakdown"]]
    assert sorted(rows, key=str) == sorted(expected, key=str)


def test_a_recipient_measures_its_own(own_server: str) -> None:
    """The whole is what it sees; of another region there is nothing to count."""
    _two_villages(own_server)
    query = """{ metrics(codes: ["village_progress"]) { value denominator }
      other: metrics(codes: ["village_progress"], regionCode: "532600") { value denominator }
      none: metrics(codes: ["village_progress"], regionCode: "000000") { value denominator }
      metricBreakdown(by: RECIPIENT, codes: ["village_progress"]) { region { code } }
      mine: recipientRegion(code: "540200") { metrics { code value } }
      theirs: recipientRegion(code: "532600") { metrics { code value } } }"""
    found = data(own_server, query, as_="recipient")
    nothing = [{"value": None, "denominator": "0"}]
    assert found == {
        "metrics": [{"value": "50.00", "denominator": "1"}], "other": nothing, "none": nothing,
        "metricBreakdown": [{"region": {"code": "540200"}}],
        "mine": {"metrics": [{"code": "village_progress", "value": "50.00"}]},
        "theirs": {"metrics": []}}


@pytest.mark.parametrize(("asked", "code"), [
    ('metrics(codes: ["profit"])', "UNKNOWN_METRIC"),
    ('metrics(codes: ["village_progress"], sectorCode: "education")', "NOT_MEASURED_SO"),
    ('metricBreakdown(by: SECTOR, codes: ["cadre_fill"])', "NOT_MEASURED_SO"),
])
def test_what_cannot_be_measured_is_refused(server_url: str, asked: str, code: str) -> None:
    """In words for people and a code for programs; never as a fault."""
    answer = ask(server_url, f"{{ {asked} {{ value }} }}", accept_language="en")
    [error] = answer["errors"]
    assert error["extensions"] == {"code": code}


def test_metrics_know_the_first_day_and_the_last(server_url: str) -> None:
    """However far away a day is, nothing fails inside."""
    for day in ("0001-01-01", "9999-12-31"):
        found = data(server_url, f"""{{
          metrics(asOf: "{day}", from: "{day}", to: "{day}") {{ asOf }}
          metricBreakdown(by: YEAR, asOf: "{day}", to: "{day}") {{ year }} }}""")
        assert len(found["metrics"]) == len(METRICS)


def test_metrics_are_not_for_administrators(server_url: str) -> None:
    """Nor their definitions."""
    answer = ask(server_url, "{ metricDefinitions { code } metrics { code } }", as_="audit_admin")
    assert answer["errors"][0]["extensions"]["fields"] == ["metricDefinitions", "metrics"]


def test_reckonings_are_bounded(server_url: str) -> None:
    """Each counts for several reads."""
    asked = " ".join(f"m{at}: metrics {{ code }}" for at in range(9))
    assert ask(server_url, f"{{ {asked} }}")["errors"][0]["extensions"]["code"] == "TOO_COSTLY"


WHOLE = """query ($codes: [String!], $one: String!, $day: Date, $first: Int) {
  metrics(codes: ["start_rate", $one], asOf: $day) { ...M }
  metricBreakdown(by: RECIPIENT, codes: $codes, from: "2006-01-01", asOf: $day) { ...M }
  recipientRegions(first: $first) { nodes { code metrics(asOf: $day) { ...M } } } }
  fragment M on MetricValue { __typename code v: value numerator region { name parent { code } } }
"""


async def test_both_entries_measure_the_same(world: World) -> None:
    """With variables inside lists, fragments, aliases, pages of regions; of any day."""
    for actor in (LOCAL, recipient(*[row["id"] for row in world.rows.all("RecipientRegion")
                                     if row["code"] == "540200"])):
        for day in (None, "2008-06-30"):
            operation = Operation(WHOLE, {
                "codes": ["village_progress", "cadre_fill"], "one": "village_progress",
                "day": day, "first": 30})
            compiled, ordinary = [
                await Entry(kind, world.database, actor).raw(operation)
                for kind in (CompiledOnly, OrdinaryOnly)]
            assert compiled == ordinary
            assert b'"v":"' in compiled


@pytest.mark.parametrize("first", [1, 100])
async def test_metrics_of_many_regions_take_as_many_statements_as_of_one(
    world: World, first: int
) -> None:
    """One a source and one for the divisions, and the one that reads them; the claims aside."""
    asked: list[str] = []

    def note(_: Any, __: Any, sql: str, *___: Any) -> None:
        asked.append(sql)

    engine = world.database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        await Entry(CompiledOnly, world.database).data(Operation(
            f"{{ recipientRegions(first: {first}, filter: {{paired: null}}) {{ nodes {{"
            " metrics { code value } } } }"))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    counting = [sql for sql in asked if sql.lstrip().startswith(("SELECT", "WITH"))
                and "set_config" not in sql]
    assert len(counting) == 7


async def test_a_places_metrics_are_those_of_it_and_all_below_it(
    seeded_database: Database, admin_url: URL, seeded_name: str,
) -> None:
    """As measured with the place and what lies below it as the scope, for every metric but targets
    of several places at once."""
    await settle(seeded_database, await places(seeded_database), random_world(5),
                 as_admin(admin_url, seeded_name))
    day = date(2009, 3, 31)
    async with seeded_database.reading(LOCAL) as session:
        found = await by_place(session, None, Scope(), as_of=day, today=TODAY)
        keys = {one.key for one in found if one.key is not None}
        assert len(keys) > 3
        for place in sorted(keys):
            scope = Scope(recipients=await at_or_below(session, place))
            whole = {one.code: one for one in await measured(
                session, None, scope, as_of=day, today=TODAY)}
            own = {one.code: one for one in found if one.key == place}
            for code, one in own.items():
                expected = whole[code]
                assert (one.numerator, one.denominator, one.value) == (
                    expected.numerator, expected.denominator, expected.value), code
            assert {code for code, one in whole.items()
                    if one.denominator and code != "target_attainment"} <= own.keys()
