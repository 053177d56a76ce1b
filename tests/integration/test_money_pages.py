"""What the pages of money show adds up to the metrics, the commitments and the export, to the fen.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import URL

from aid.access.actor import Actor
from aid.database.engine import Database
from aid.funds import listing
from aid.funds.commitments import Part
from aid.funds.matters import Matter
from aid.funds.queue import counted, tallied
from aid.funds.terms import MovementKind
from aid.interchange.exports.terms import Kind
from aid.metrics.queries import measured
from aid.metrics.terms import Scope
from dashboards.pages.funds import FUND_SHEETS
from dashboards.pages.funds_due import LATER_SHEETS
from dashboards.pages.invested import INVESTMENT_SHEETS
from dashboards.pages.off_track import OFF_TRACK_SHEETS, lines_of
from dashboards.reading_funds import Dues, QueueData, read_funds, read_later
from dashboards.reading_investment import CODES, InvestmentData, read_investment
from dashboards.reading_overview import CODES as OVERVIEW
from dashboards.reading_overview import read_off_track, read_overview
from dashboards.view import View
from tests.actors import LOCAL, recipient
from tests.conftest import TODAY, as_admin
from tests.integration.exported import rows
from tests.integration.moving import History, history

KINDS = {"investment_committed": "commit", "investment_disbursed": "disburse",
         "investment_received": "receive", "investment_paid": "pay"}


async def _exported(database: Database, actor: Actor, **filters: str) -> list[int]:
    """Fen of each of CODES, as the export of movements adds up."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in await rows(database, Kind.MOVEMENTS, actor=actor, **filters):
        sums[row["counted_as"]] += Decimal(row["counted_yuan"])
    return [int(100 * sums[KINDS[code]]) for code in CODES]


def _summed(sheet: Any) -> list[int]:
    return [sum(row[at] for row in sheet.rows) for at in range(2, 6)]


async def _page(database: Database, actor: Actor, view: View) -> InvestmentData:
    found = await read_investment(database, actor, view)
    assert found.ledger is not None
    return found


async def test_the_pages_the_metrics_and_the_export_say_the_same(
    seeded_database: Database, admin_url: URL, seeded_name: str
) -> None:
    """Whole, of a region, a sector, a county, as known on a day; and each sees its own alone."""
    made = await history(seeded_database, as_admin(admin_url, seeded_name), 3)
    mine = recipient(made.places[1])
    county = await _in_a_county(seeded_database, made)
    for actor, view, filters in (
        (LOCAL, View(), {}), (LOCAL, View(region=("532600",)), {"region": "532600"}),
        (LOCAL, View(sector="health"), {"sector": "health"}),
        (LOCAL, View(region=(county,)), {"region": county}),
        (LOCAL, View(known_on=date(2008, 9, 1)), {"as_known_on": "2008-09-01"}),
        (mine, View(), {}), (mine, View(region=("532600",)), {"region": "532600"}),
    ):
        expected = await _exported(seeded_database, actor, **filters)
        page = await _page(seeded_database, actor, view.to("investment"))
        assert page.ledger is not None
        assert [int(one.numerator * 100) for one in page.ledger.whole] == expected
        for part in ("regions", "years", "sectors"):
            assert _summed(INVESTMENT_SHEETS[part](view, page)) == expected, (view, part)
        below = view.region == (("532600",) if actor is LOCAL else ())
        assert (page.ledger.places is not None) == below, view
        if below:
            assert _summed(INVESTMENT_SHEETS["counties"](view, page)) == expected
        overview = await read_overview(seeded_database, actor, view)
        assert [int(overview.metrics[code].numerator * 100) for code in CODES] == expected
        funds = await read_funds(seeded_database, actor, view.to("funds"))
        dues = await read_later(seeded_database, actor, view.to("funds"))
        assert isinstance(dues, Dues)
        assert [dues.figures.committed, dues.figures.disbursed, dues.figures.received,
                dues.figures.paid] == expected
        _flows_add_up(funds, dues)
    assert any(expected for expected in await _exported(seeded_database, mine))


def _flows_add_up(funds: Any, dues: Dues) -> None:
    """Every layer of the flows is what is awaited, on its way, held and paid."""
    figures = dues.figures
    stands = {"state:committed": figures.awaiting, "state:in_transit": figures.in_transit,
              "state:held": figures.held, "state:spent": figures.paid}
    layers: defaultdict[str, int] = defaultdict(int)
    for one in funds.flows.nodes:
        layers[one.layer] += one.fen
        assert stands.get(one.key, one.fen) == one.fen
    assert set(layers.values()) <= {sum(stands.values())}
    view = View(page="funds")
    assert sum(row[2] for row in FUND_SHEETS["flows"](view, funds).rows) == 3 * sum(
        stands.values())
    assert sum(row[1] for row in LATER_SHEETS["ages"](view, dues).rows) == figures.in_transit


async def _in_a_county(database: Database, made: History) -> str:
    """Put a project into a county below its recipient; the county's code."""
    async with database.writing(LOCAL) as session:
        row = (await session.execute(text(
            "SELECT id, code FROM division WHERE parent_id = :place AND code IS NOT NULL"
            " ORDER BY code LIMIT 1"), {"place": made.places[0]})).one()
        await session.execute(text("UPDATE project SET region_id = :county WHERE id = :id"),
                              {"county": row.id, "id": made.planned[0].project})
    return str(row.code)


async def test_the_work_queue_is_counted_and_turned_whole(
    seeded_database: Database, admin_url: URL, seeded_name: str
) -> None:
    """Counts and amounts are those of its rows; the overview and the page say the same."""
    await history(seeded_database, as_admin(admin_url, seeded_name), 3)
    queue = await read_later(seeded_database, LOCAL, View(page="funds", part="queue"))
    assert isinstance(queue, QueueData)
    tallies = {one: tally for one, tally in queue.tallies.items() if tally.count}
    assert tallies
    for matter in Matter:
        found = [one for one in queue.items if one.matter is matter]
        assert queue.tallies[matter].count == len(found)
        assert queue.tallies[matter].fen == sum(one.fen for one in found)
        one = await read_later(seeded_database, LOCAL, View(
            page="funds", part="queue", kind=matter.value))
        assert isinstance(one, QueueData)
        assert list(one.items) == found
    async with seeded_database.reading(LOCAL) as session:
        assert await counted(session, Part(), today=TODAY) == {
            one: tally.count for one, tally in
            (await tallied(session, Part(), today=TODAY)).items()}
    off = await read_off_track(seeded_database, LOCAL, View())
    lines = lines_of(View(), off)
    assert {line.key: (line.count, line.fen) for line in lines if line.turn} == {
        one.value: (tally.count, tally.fen) for one, tally in tallies.items()}
    amounts = [line.fen for line in lines if line.fen is not None]
    assert amounts == sorted(amounts, reverse=True)
    assert len(OFF_TRACK_SHEETS["off-track"](View(), off).rows) == len(lines)


async def test_movements_are_turned_without_gap_and_narrowed_as_the_export_is(
    seeded_database: Database, admin_url: URL, seeded_name: str
) -> None:
    """Of a period, a region, a sector, a kind."""
    made = await history(seeded_database, as_admin(admin_url, seeded_name), 3)
    since, until = date(2008, 2, 1), date(2009, 1, 31)
    exported = await rows(seeded_database, Kind.MOVEMENTS, region="532600", from_=str(since),
                          to=str(until), sector="education")
    async with seeded_database.reading(LOCAL) as session:
        found = await listing.movements(session, listing.Asked(
            part=Part(recipients=[made.places[0]]), since=since, until=until), at=None, first=500)
        paid = await listing.movements(session, listing.Asked(
            part=Part(), kind=MovementKind.PAY), at=None, first=500)
    assert sorted((row.project_code, row.seq, row.fen) for row in found.rows) == sorted(
        (row["project"], row["seq"], int(100 * Decimal(row["amount_yuan"]))) for row in exported)
    assert {row.kind for row in paid.rows} == {MovementKind.PAY}
    days = [(row.occurred_on, row.id) for row in found.rows]
    assert days == sorted(days, reverse=True)
    seen = await read_funds(seeded_database, recipient(made.places[1]),
                            View(page="funds", part="movements"))
    assert seen.movements is not None
    assert {row.project_code for row in seen.movements.rows}.isdisjoint(
        row.project_code for row in found.rows)


async def test_the_overview_is_what_the_metrics_say(demo_database: Database) -> None:
    """Each of its figures; as known on a day, all but money is the state of that day."""
    for view in (View(), View(known_on=date(2008, 6, 30))):
        found = await read_overview(demo_database, LOCAL, view)
        later = await read_off_track(demo_database, LOCAL, view)
        async with demo_database.reading(LOCAL) as session:
            for code in set(OVERVIEW) - set(CODES) - {"arrival_rate"}:
                one = (await measured(session, [code], Scope(), as_of=found.on))[0]
                assert found.metrics[code] == later.metrics[code].now == one
        assert found.on == (view.known_on or found.choices.today)
    assert later.late.projects == later.late.late
    assert later.milestones.milestones >= len(later.worst) > 0
    unfit = await read_overview(demo_database, LOCAL, View(sector="health"))
    assert {"village_progress", "cadre_fill", "target_attainment"}.isdisjoint(unfit.metrics)
    assert unfit.goals is None
