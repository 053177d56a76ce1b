"""A code or a name, on a date, finds the place; pairings keep to their times."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on

from aid.database.engine import Database
from aid.errors import InputRefused, NotFound, StaleVersion
from aid.history import Change
from aid.regions import queries
from aid.regions.drafts import PairingDraft
from aid.regions.model import Division, DivisionPeriod, Pairing
from aid.regions.service import PairingOverlaps, agree_pairing, end_pairing
from aid.regions.terms import Programme
from tests.actors import LOCAL


@pytest.mark.parametrize(("code", "on", "today"), [
    ("542300", date(2005, 6, 1), "540200"),
    ("540200", date(2020, 1, 1), "540200"),
    ("532700", date(2001, 6, 1), "530800"),
    ("530800", date(2005, 6, 1), "530800"),
    ("420521", date(2000, 6, 1), "420506"),
    ("512200", date(1992, 6, 1), "500101"),
    ("652923", date(2010, 1, 1), "652902"),
])
async def test_a_code_on_a_date_finds_the_place_of_today(
    seeded_read_database: Database, code: str, on: date, today: str
) -> None:
    """Old codes of the recipients lead to the same places as the new ones."""
    async with seeded_read_database.reading(LOCAL) as session:
        found = await queries.division_by_code(session, code, on=on)
    assert found is not None
    assert found.code == today


async def test_a_code_that_was_not_in_force_finds_nothing(seeded_read_database: Database) -> None:
    """542300 did not exist any more in 2020, 540200 not yet in 2005."""
    async with seeded_read_database.reading(LOCAL) as session:
        assert await queries.division_by_code(session, "542300", on=date(2020, 1, 1)) is None
        assert await queries.division_by_code(session, "540200", on=date(2005, 1, 1)) is None


async def test_an_old_code_without_a_date_finds_who_bore_it_last(
    seeded_read_database: Database,
) -> None:
    """Whoever types 542300 means 日喀则市."""
    async with seeded_read_database.reading(LOCAL) as session:
        found = await queries.division_by_code(session, "542300")
    assert found is not None
    assert found.name == "日喀则市"


async def test_the_newest_period_stands_on_the_place_itself(seeded_read_database: Database) -> None:
    """Code, name, level, parent and end of every place are those of its newest period."""
    newest = (
        select(DivisionPeriod)
        .ext(distinct_on(DivisionPeriod.division_id))
        .order_by(DivisionPeriod.division_id, DivisionPeriod.valid_from.desc())
    )
    async with seeded_read_database.reading(LOCAL) as session:
        places = {row.id: row for row in await session.scalars(select(Division))}
        periods = list(await session.scalars(newest))
    assert len(places) == len(periods) > 500
    for period in periods:
        place = places[period.division_id]
        assert (place.code, place.name, place.level, place.parent_id, place.ended_on) == (
            period.code, period.name, period.level, period.parent_id, period.valid_to)


def _draft(**changed: object) -> PairingDraft:
    values = {
        "code": "310000-533100-test", "supporter": "310000", "recipient": "533100",
        "programme": Programme.EAST_WEST, "starts_on": date(2012, 1, 1),
    }
    return PairingDraft.model_validate({**values, **changed})


async def test_two_pairings_of_the_same_two_do_not_overlap(seeded_database: Database) -> None:
    """The database itself refuses it, as a plain sentence."""
    async with seeded_database.writing(LOCAL) as session:
        await agree_pairing(session, _draft(ends_on=date(2012, 12, 31)))
    with pytest.raises(PairingOverlaps):
        async with seeded_database.writing(LOCAL) as session:
            await agree_pairing(session, _draft(code="again", starts_on=date(2012, 12, 31)))
    async with seeded_database.writing(LOCAL) as session:
        await agree_pairing(session, _draft(code="after", starts_on=date(2013, 1, 1)))


async def test_all_unknown_places_of_a_pairing_are_complained_of(
    seeded_database: Database,
) -> None:
    """Every code with what was expected."""
    wrong = _draft(supporter="110000", district="310999", recipient="999999",
                   ends_on=date(2011, 1, 1))
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(LOCAL) as session:
            await agree_pairing(session, wrong)
    fields = [complaint.field for complaint in refused.value.complaints]
    assert sorted(fields) == ["district", "ends_on", "recipient", "supporter"]


async def test_ending_a_pairing_keeps_its_history(seeded_database: Database) -> None:
    """Old and new value, who, when; the version moves on."""
    async with seeded_database.writing(LOCAL) as session:
        pairing = await session.scalar(
            select(Pairing).where(Pairing.code == "310000-540200-tibet"))
        assert pairing is not None
        await end_pairing(session, pairing.id, expected_version=1, ends_on=date(2030, 12, 31))
    async with seeded_database.reading(LOCAL) as session:
        change = await session.scalar(select(Change).where(
            Change.entity == "pairing", Change.entity_id == pairing.id,
            Change.field == "ends_on"))
        assert change is not None
        assert (change.old, change.new, change.actor) == (None, "2030-12-31", "local")
        assert await session.scalar(
            select(Pairing.version).where(Pairing.id == pairing.id)) == 2


async def test_an_end_before_the_start_or_of_nothing_is_refused(
    seeded_database: Database,
) -> None:
    """And so is one decided on an old version."""
    async with seeded_database.reading(LOCAL) as session:
        pairing_id = await session.scalar(
            text("SELECT id FROM pairing WHERE code = '310000-540200-tibet'"))
    for wrong, version, on, which in (
        (InputRefused, 1, date(1990, 1, 1), pairing_id),
        (StaleVersion, 7, date(2030, 1, 1), pairing_id),
        (NotFound, 1, date(2030, 1, 1), 10**9),
    ):
        with pytest.raises(wrong):
            async with seeded_database.writing(LOCAL) as session:
                await end_pairing(session, which, expected_version=version, ends_on=on)
