"""Codes of projects: supporter, recipient, year and a number, such as 310000-540200-2007-0012.

The divisions' own codes are used, so that no list of abbreviations has to be kept; that of the
recipient is the one in force on the planned start. Numbers run without a gap within a supporter, a
recipient and the year of the planned start, whichever code the recipient had in it.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.turns import take_turn
from aid.projects.model import Project
from aid.regions.model import Division, DivisionPeriod, SupportingCity
from aid.regions.queries import in_force

_GENERATED = "^[0-9]{{6}}-[0-9]{{6}}-{year}-[0-9]{{4,9}}$"


@dataclass(frozen=True, slots=True)
class Series:
    """What is numbered together: the projects of a supporter and a recipient in a year."""

    supporter_id: int
    recipient_id: int
    year: int


async def next_codes(session: AsyncSession, series: Series, days: list[date]) -> list[str]:
    """A code for each planned start of the series' year, in order.

    Whoever asks has the turn at the series until the transaction ends, so that no number is given
    twice and none is lost.
    """
    number = await last_number(session, series)
    supporter = await session.scalar(
        select(Division.code)
        .join(SupportingCity, SupportingCity.division_id == Division.id)
        .where(SupportingCity.id == series.supporter_id))
    codes = {day: await _code_on(session, series.recipient_id, day) for day in set(days)}
    return [project_code(supporter, codes[day], series.year, number + at)
            for at, day in enumerate(days, 1)]


def project_code(supporter: str | None, recipient: str | None, year: int, number: int) -> str:
    """The code of the project with a number in its series, of the codes of both places."""
    return f"{supporter}-{recipient}-{year}-{number:04}"


async def last_number(session: AsyncSession, series: Series) -> int:
    """The highest number given in a series. The turn at it is taken until the transaction ends."""
    await take_turn(
        session, f"project code {series.supporter_id} {series.recipient_id} {series.year}")
    found = await session.scalar(
        select(func.max(cast(func.split_part(Project.code, "-", 4), BigInteger))).where(
            Project.supporter_id == series.supporter_id,
            Project.recipient_id == series.recipient_id,
            Project.code.regexp_match(_GENERATED.format(year=series.year)),
        ))
    return found or 0


async def _code_on(session: AsyncSession, division_id: int, on: date) -> str | None:
    """The code of a place on a day, or that of today where no period is known for the day."""
    found = await session.scalar(
        select(DivisionPeriod.code).where(
            DivisionPeriod.division_id == division_id, in_force(on)))
    return found or await session.scalar(select(Division.code).where(Division.id == division_id))
