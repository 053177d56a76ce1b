"""The figures of money: equal to plain sums over generated histories, then, now, and behind walls.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import TypedDict

import pytest
from sqlalchemy.engine import URL

from aid.database.engine import Database
from aid.funds.commitments import Part, by_project, by_recipient, by_tranche, commitments
from aid.funds.flows import ageing, calendar, fund_flows
from aid.funds.matters import AGES, PATIENCE, Matter
from aid.funds.queue import Item, counted, items
from aid.funds.terms import MovementKind
from tests.actors import LOCAL, recipient
from tests.conftest import as_admin
from tests.integration.funding import check_books
from tests.integration.moving import ON, History, Planned, figures, history

K = MovementKind
LATER = ON + timedelta(1)
"""A today after which today's figures are read from the records."""


class AsKnown(TypedDict):
    """Of which day."""

    today: date
    as_known_on: date


@pytest.fixture
def admin(admin_url: URL, seeded_name: str) -> str:
    """The administrator's login on the test's database, who alone sets the clock of a record."""
    return as_admin(admin_url, seeded_name)


def _of(planned: Iterable[Planned], day: date, key: str) -> dict[int, dict[str, int]]:
    parts: defaultdict[int, list[Planned]] = defaultdict(list)
    for one in planned:
        parts[getattr(one, key)].append(one)
    return {at: figures(ones, day) for at, ones in parts.items()}


@pytest.mark.parametrize("seed", range(3))
async def test_commitments_are_plain_sums_then_and_now(
    seeded_database: Database, admin: str, seed: int
) -> None:
    """In all, by recipient, project and instalment, as known on any day and as kept today."""
    made = await history(seeded_database, admin, seed)
    assert sum(len(one.lines) for one in made.planned) > 30
    assert figures(made.planned, ON)["short"] or seed, "nothing was confirmed short"
    async with seeded_database.reading(LOCAL) as session:
        for day, today in [*((day, ON) for day in made.days), (ON, ON), (ON, LATER)]:
            as_known: AsKnown = {"today": today, "as_known_on": day}
            assert asdict(await commitments(session, Part(), **as_known)) == figures(
                made.planned, day), (day, today)
            for part, mine in _parts(made):
                assert asdict(await commitments(session, part, **as_known)) == {
                    **dict.fromkeys(figures(made.planned, day), 0), **figures(mine, day)}
            regions = await by_recipient(session, Part(), **as_known)
            assert {one.recipient_id: asdict(one.figures) for one in regions} == _of(
                made.planned, day, "place")
            projects = await by_project(session, Part(), **as_known, first=3)
            projects += await by_project(session, Part(), **as_known, after=projects[-1].project_id)
            assert {one.project_id: asdict(one.figures) for one in projects} == _of(
                made.planned, day, "project")
            tranches = await by_tranche(session, Part(), **as_known, first=7)
            tranches += await by_tranche(session, Part(), **as_known, after=tranches[-1].tranche_id)
            assert [one.tranche_id for one in tranches] == sorted(one.id for one in made.planned)
            assert {one.tranche_id: asdict(one.figures) for one in tranches} == _of(
                made.planned, day, "id")


def _parts(made: History) -> list[tuple[Part, list[Planned]]]:
    mine, first = made.places[1], made.planned[0].project
    return [
        (Part(recipients=[mine]), [one for one in made.planned if one.place == mine]),
        (Part(project=first), [one for one in made.planned if one.project == first]),
        (Part(recipients=[]), []), (Part(supporter=0), []), (Part(district=0), []),
    ]


@pytest.mark.parametrize("seed", range(2))
async def test_flows_ages_and_months_are_plain_sums(
    seeded_database: Database, admin: str, seed: int
) -> None:
    """Every layer of the flows adds up to the same; ages to what is in transit."""
    made = await history(seeded_database, admin, seed + 10)
    async with seeded_database.reading(LOCAL) as session:
        for day, today in [*((day, ON) for day in made.days), (ON, ON)]:
            flows = await fund_flows(session, Part(), today=today, as_known_on=day)
            assert {(link.source, link.target): link.fen for link in flows.links} == _links(
                made, day)
            layers: defaultdict[str, int] = defaultdict(int)
            for node in flows.nodes:
                layers[node.layer] += node.fen
            assert len(set(layers.values())) <= 1
            ages = await ageing(session, Part(), today=today, as_known_on=day)
            assert [one.age for one in ages] == list(AGES)
            assert [(one.fen, one.disbursements) for one in ages] == _ages(made, day)
            for part, mine in _parts(made):
                of = replace(made, planned=mine)
                narrowed = await fund_flows(session, part, today=today, as_known_on=day)
                assert {(link.source, link.target): link.fen
                        for link in narrowed.links} == _links(of, day)
                some_ages = await ageing(session, part, today=today, as_known_on=day)
                assert [(one.fen, one.disbursements) for one in some_ages] == _ages(of, day)
        months = await calendar(session, Part(), today=ON)
        assert {one.month: (one.promised, one.disbursed, one.open, one.overdue, one.tranches)
                for one in months} == _months(made)
        some = await calendar(session, Part(), today=ON, since=date(2008, 6, 1),
                              until=date(2008, 6, 30))
        assert [one.month for one in some] == [date(2008, 6, 1), None]


def _links(made: History, day: date) -> dict[tuple[str, str], int]:
    codes = dict(zip(made.places, ("532600", "540200"), strict=True))
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    for one in made.planned:
        of = figures([one], day)
        for state, fen in (("committed", of["awaiting"]), ("in_transit", of["in_transit"]),
                           ("held", of["held"]), ("spent", of["paid"])):
            region, sector = f"region:{codes[one.place]}", f"sector:{one.sector}"
            for link in ((f"source:{one.source}", region), (region, sector),
                         (sector, f"state:{state}")):
                found[link] += fen
    return {link: fen for link, fen in found.items() if fen}


def _ages(made: History, day: date) -> list[tuple[int, int]]:
    open_ = [((day - line.on).days, fen) for one in made.planned
             for line, fen in one.staying(K.DISBURSE, day)]
    inside = [[fen for days, fen in open_ if age.since <= days <= (age.until or days)]
              for age in AGES]
    assert sum(map(sum, inside)) == figures(made.planned, day).get("in_transit", 0)
    return [(sum(fens), len(fens)) for fens in inside]


def _months(made: History) -> dict[date | None, tuple[int, ...]]:
    found: defaultdict[date | None, list[Planned]] = defaultdict(list)
    for one in made.planned:
        found[one.expected and one.expected.replace(day=1)].append(one)
    return {month: (sum(one.fen for one in ones), figures(ones, ON)["disbursed"],
                    sum(max(0, one.fen - one.total(K.DISBURSE, ON)) for one in ones),
                    figures(ones, ON)["overdue"], len(ones)) for month, ones in found.items()}


def _queue(made: History) -> dict[tuple[Matter, int], tuple[int, date]]:
    """What there is to look into, in plain Python."""
    found: dict[tuple[Matter, int], tuple[int, date]] = {}

    def add(matter: Matter, one: Planned, parts: list[tuple[date, int]]) -> None:
        if parts:
            found[matter, one.id] = sum(fen for _, fen in parts), min(day for day, _ in parts)

    for one in made.planned:
        if one.due(ON) and one.due_from and one.total(K.DISBURSE, ON) < one.fen:
            add(Matter.DUE, one, [(one.due_from, one.fen - one.total(K.DISBURSE, ON))])
        open_ = one.staying(K.DISBURSE, ON)
        add(Matter.UNCONFIRMED, one, [
            (line.on, fen) for line, fen in open_
            if fen == line.fen and (ON - line.on).days > PATIENCE.unconfirmed])
        add(Matter.SHORT, one, [(line.on, fen) for line, fen in open_ if fen < line.fen])
        add(Matter.IDLE, one, [(line.on, fen) for line, fen in one.staying(K.RECEIVE, ON)
                               if (ON - line.on).days > PATIENCE.idle])
        known = one.known(ON)
        add(Matter.NO_EVIDENCE, one, [(line.on, line.fen) for line in known if line.kind is K.PAY])
        if not one.due(ON):
            add(Matter.UNMET, one, [
                (line.on, line.fen) for line in known if line.kind is K.DISBURSE])
    return found


def _found(queue: list[Item]) -> dict[tuple[Matter, int], tuple[int, date]]:
    return {(one.matter, one.tranche_id or 0): (one.fen, one.since) for one in queue}


@pytest.mark.parametrize("seed", range(3))
async def test_the_queue_holds_what_does_not_match(
    seeded_database: Database, admin: str, seed: int
) -> None:
    """Every item and no other; page by page, counted by kind, narrowed, in words."""
    made = await history(seeded_database, admin, seed + 20)
    expected = _queue(made)
    async with seeded_database.reading(LOCAL) as session:
        walked: list[Item] = []
        while page := await items(session, Part(), today=ON, first=4,
                                  after=walked[-1].at if walked else None):
            walked += page
        assert [one.at for one in walked] == sorted({one.at for one in walked})
        assert _found(walked) == expected
        assert await counted(session, Part(), today=ON) == {
            matter: sum(key[0] is matter for key in expected) for matter in Matter}
        for matter in Matter:
            some = await items(session, Part(), today=ON, matters=[matter], first=100)
            assert _found(some) == {key: of for key, of in expected.items() if key[0] is matter}
        mine = made.places[0]
        own = {one.id for one in made.planned if one.place == mine}
        some = await items(session, Part(recipients=[mine]), today=ON, first=100)
        assert _found(some) == {key: of for key, of in expected.items() if key[1] in own}
        for one in walked:
            assert one.days == (ON - one.since).days
            assert "{" not in one.said.zh + one.said.en
            assert f"{one.fen // 100:,}.{one.fen % 100:02d}" in one.said.en
    async with seeded_database.reading(recipient(mine)) as session:
        assert await items(session, Part(), today=ON, first=100) == some
        assert asdict(await commitments(session, Part(), today=ON)) == figures(
            [one for one in made.planned if one.place == mine], ON)
        assert await by_recipient(session, Part(recipients=[made.places[1]]), today=ON) == []
        past = await commitments(session, Part(), today=ON, as_known_on=made.days[2])
        assert asdict(past) == figures(
            [one for one in made.planned if one.place == mine], made.days[2])


async def test_what_is_made_here_is_a_true_ledger(seeded_database: Database, admin: str) -> None:
    """The histories that figures are compared with were not made up beside the ledger."""
    made = await history(seeded_database, admin, 1, moves=0)
    assert await check_books(seeded_database) == 0
    assert len(made.planned) == 20
