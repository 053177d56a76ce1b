"""Gathering what a report says of money: as the metrics and the commitments say it, to the fen."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from aid.funds.commitments import Part, by_recipient, commitments, known
from aid.funds.flows import Layer, fund_flows
from aid.metrics.queries import broken_down
from aid.metrics.terms import By, Measured
from aid.projects import listing
from aid.projects.queries import sector_rows
from aid.report.gathered import Money, Moved, MovedPart, ProjectPart, StandingPart
from aid.report.places import by_place_below
from aid.report.scope import About
from aid.text import Text

MOVED: Mapping[str, str] = {
    f"investment_{name}": name for name in ("committed", "disbursed", "received", "paid")}
"""The metrics of money by what they are called here."""
LARGEST = 20
"""So many of the largest projects are listed."""
ELSEWHERE = Text("其他", "other")


async def gather_money(session: AsyncSession, about: About) -> Money:
    """The money of what a report is about, and its largest projects."""
    order, part = about.order, Part(recipients=about.ids)
    flows = await fund_flows(session, part, today=order.today, as_known_on=about.known)
    sectors = {row.id: row.name for row in await sector_rows(session)}
    recipients = {row.id: row.name for row in about.recipients}
    asked = listing.Asked(today=order.today, region_ids=about.ids, until=about.until)
    return Money(
        recipients=() if about.place else await _parts(session, about, By.RECIPIENT, recipients),
        sectors=await _parts(session, about, By.SECTOR, sectors),
        years=await _years(session, about),
        standing=await commitments(
            session, part, today=order.today, as_known_on=about.known),
        places=await _places(session, about, part),
        sources=tuple((node.name, node.fen) for node in flows.nodes if node.layer is Layer.SOURCE),
        counted=await listing.sums(session, asked),
        projects=await _largest(session, about),
    )


async def _parts(
    session: AsyncSession, about: About, by: By, names: Mapping[int, Text]
) -> tuple[MovedPart, ...]:
    """What moved by recipient or sector, in the order of the names; what has nothing is left out.
    """
    year = moved(await _measured(session, about, by, year=True))
    in_all = moved(await _measured(session, about, by, year=False))
    places = {key: at for at, key in enumerate(names)}
    order = sorted(in_all, key=lambda key: places.get(key or 0, len(places)))
    return tuple(MovedPart(names.get(key or 0, ELSEWHERE), year.get(key, Moved()), in_all[key])
                 for key in order)


async def _years(session: AsyncSession, about: About) -> tuple[tuple[int, Moved], ...]:
    found = moved(await _measured(session, about, By.YEAR, year=False))
    return tuple(sorted((key, sums) for key, sums in found.items() if key is not None))


async def _measured(
    session: AsyncSession, about: About, by: By, *, year: bool
) -> list[Measured]:
    return await broken_down(
        session, list(MOVED), about.scope(year=year, money=True), by=by, as_of=about.as_of,
        today=about.order.today)


def moved(found: Iterable[Measured]) -> dict[int | None, Moved]:
    """The metrics of MOVED as fen, by their key."""
    sums: defaultdict[int | None, dict[str, int]] = defaultdict(dict)
    for one in found:
        sums[one.key][MOVED[one.code]] = int(one.numerator * 100)
    return {key: Moved(**of) for key, of in sums.items()}


async def _places(session: AsyncSession, about: About, part: Part) -> tuple[StandingPart, ...]:
    today = about.order.today
    if about.place is not None:
        return tuple(await by_place_below(
            session, part, about.place.id, known(today, about.known)))
    return tuple(StandingPart(one.recipient, one.figures) for one in await by_recipient(
        session, part, today=today, as_known_on=about.known))


async def _largest(session: AsyncSession, about: About) -> tuple[ProjectPart, ...]:
    asked = listing.Asked(today=about.order.today, region_ids=about.ids, since=about.since,
                          until=about.until)
    found = await listing.listed(
        session, asked, order="investment", descending=True, at=None, first=LARGEST)
    return tuple([ProjectPart(row, await commitments(
        session, Part(project=row.id), today=about.order.today, as_known_on=about.known))
        for row in found.rows])
