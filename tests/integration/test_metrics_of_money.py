"""Metrics of money: kept sums, the movements and plain Python say the same, to the fen."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from aid.database.engine import Database
from aid.funds.terms import MovementKind
from aid.metrics.queries import broken_down, measured, money_divided
from aid.metrics.registry import METRICS
from aid.metrics.terms import By, Measured, Scope, Source, percent
from tests.actors import LOCAL, recipient
from tests.conftest import as_admin
from tests.integration.moving import ON, History, Line, Planned, history

K = MovementKind
MONEY = [code for code, metric in METRICS.items() if metric.source is Source.MONEY]
LATER = ON + timedelta(1)
"""A today after which a day's figures are added up from the movements."""
Key = int | None


def _counted(made: History, as_of: date, known: date | None) -> list[tuple[Planned, Line]]:
    """The movements that count: happened by a day, known by another, and not undone by both."""
    found = []
    for one in made.planned:
        then = [line for line in one.lines
                if line.on <= as_of and line.recorded <= (known or date.max)]
        undone = {line.undoes for line in then}
        found += [(one, line) for line in then
                  if line.kind is not K.REVERSE and line.id not in undone]
    return found


def _plainly(
    made: History, keys: dict[int, dict[By, Key]], scope: Scope, by: By | None, as_of: date
) -> dict[tuple[str, Key], tuple[D, D, D | None]]:
    sums: defaultdict[Key, defaultdict[MovementKind, list[int]]] = defaultdict(
        lambda: defaultdict(list))
    for one, line in _counted(made, as_of, scope.known):
        of = keys[one.project]
        inside = (scope.since or date.min) <= line.on <= (scope.until or date.max)
        if (inside and (scope.recipients is None or one.place in scope.recipients)
                and (scope.places is None or of[By.PLACE] in scope.places)
                and scope.sector in (None, of[By.SECTOR])
                and scope.supporter in (None, of[By.SUPPORTER])
                and scope.district in (None, of[By.DISTRICT])):
            key = line.on.year if by is By.YEAR else of[by] if by else None
            sums[key][line.kind].append(line.fen)
    if by is None and not sums:
        sums[None] = defaultdict(list)
    found = {}
    for key, of_kind in sums.items():
        for code in MONEY:
            moving = METRICS[code].moving
            assert moving is not None
            above = D(sum(of_kind[moving.above])) / 100
            below = D(len(of_kind[moving.above])) if moving.below is None else D(
                sum(of_kind[moving.below])) / 100
            value = percent(above, below) if moving.below else above if below else None
            if below or by is None:
                found[code, key] = above, below, value
    return found


def _found(measured_: list[Measured]) -> dict[tuple[str, Key], tuple[D, D, D | None]]:
    return {(one.code, one.key): (one.numerator, one.denominator, one.value) for one in measured_}


async def _keys(database: Database, made: History) -> dict[int, dict[By, Key]]:
    """What each project is counted under. One of them is a district's."""
    async with database.writing(LOCAL) as session:
        await session.execute(text(
            "UPDATE project SET district_id = (SELECT min(id) FROM supporting_district)"
            " WHERE id = :id"), {"id": made.planned[0].project})
        rows = (await session.execute(text(
            "SELECT id, recipient_id, region_id, sector_id, supporter_id, district_id"
            " FROM project"))).all()
    return {row.id: {By.RECIPIENT: row.recipient_id, By.PLACE: row.region_id,
                     By.SECTOR: row.sector_id, By.SUPPORTER: row.supporter_id,
                     By.DISTRICT: row.district_id} for row in rows}


@pytest.mark.parametrize("seed", [4, 5])
async def test_kept_sums_and_movements_equal_the_plain_sum(
    seeded_database: Database, admin_url: URL, seeded_name: str, seed: int
) -> None:
    """Whole years and odd ones, any day, any narrowing, divided by everything."""
    made = await history(seeded_database, as_admin(admin_url, seeded_name), seed)
    keys = await _keys(seeded_database, made)
    one = keys[made.planned[0].project]
    scopes = [
        Scope(), Scope(since=date(2008, 1, 1), until=date(2008, 12, 31)),
        Scope(since=date(2008, 1, 1)), Scope(until=date(2007, 12, 31)),
        Scope(since=date(2008, 2, 10), until=date(2009, 5, 5)), Scope(recipients=()),
        Scope(recipients=(made.places[0],), sector=one[By.SECTOR]),
        Scope(supporter=one[By.SUPPORTER], district=one[By.DISTRICT]),
        Scope(supporter=0), Scope(district=0), Scope(places=(one[By.PLACE] or 0,)),
        Scope(known=date(2008, 9, 1)), Scope(known=date(2009, 1, 1), district=0),
        Scope(known=date(2009, 3, 31), until=date(2008, 12, 31), sector=one[By.SECTOR]),
        Scope(known=date.max, since=date(2009, 1, 1)),
        Scope(known=date(2008, 12, 31), recipients=(made.places[0],)),
        Scope(known=date(2009, 2, 2), since=date(2007, 3, 3), supporter=one[By.SUPPORTER]),
        Scope(known=date(2008, 6, 30), district=one[By.DISTRICT], until=date(2008, 6, 30)),
    ]
    values = set()
    async with seeded_database.reading(LOCAL) as session:
        for scope in scopes:
            for as_of, today in ((ON, ON), (ON, LATER), (date(2008, 10, 10), ON),
                                 (date(2008, 12, 31), ON)):
                whole = await measured(session, MONEY, scope, as_of=as_of, today=today)
                assert _found(whole) == _plainly(made, keys, scope, None, as_of), (scope, as_of)
                values |= {figure.value for figure in whole}
                for bys in ((None, By.YEAR), (None, By.YEAR, By.SECTOR, By.RECIPIENT),
                            (By.SUPPORTER, By.DISTRICT, By.PLACE)):
                    some = await money_divided(
                        session, MONEY, scope, bys=bys, as_of=as_of, today=today)
                    assert {by: _found(found) for by, found in some.items()} == {
                        by: _plainly(made, keys, scope, by, as_of) for by in bys}
                for by in By:
                    parts = await broken_down(
                        session, MONEY, scope, by=by, as_of=as_of, today=today)
                    assert _found(parts) == _plainly(made, keys, scope, by, as_of), (scope, by)
    assert len(values) > 20
    mine = made.places[1]
    async with seeded_database.reading(recipient(mine)) as session:
        for scope in (Scope(), Scope(since=date(2008, 2, 10)), Scope(known=date(2008, 9, 1))):
            own = await measured(session, MONEY, scope, as_of=ON, today=ON)
            only = replace(scope, recipients=(mine,))
            assert _found(own) == _plainly(made, keys, only, None, ON)
        foreign = await measured(
            session, MONEY, Scope(recipients=(made.places[0],)), as_of=ON, today=ON)
        assert {figure.value for figure in foreign} == {None}
