"""What lists are narrowed by: places, supporters and sectors to choose among, and those chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import Actor
from aid.projects.queries import SectorRow, sector_rows
from aid.regions.places import place_of
from aid.regions.queries import (
    PlaceRow,
    SupporterRow,
    at_or_below,
    places_below,
    recipient_rows,
    supporter_rows,
    topmost,
)
from aid.text import Text


@dataclass(frozen=True, slots=True)
class Choices:
    """What one may choose among, and what was chosen, as ids. None does not narrow.

    `below` are the places below the chosen one, if it is a single one. `own` names the places of
    who sees those only, None for who sees all; `hidden` chosen places that are none of them.
    """

    today: date
    supporters: tuple[SupporterRow, ...]
    regions: tuple[PlaceRow, ...]
    sectors: tuple[SectorRow, ...]
    chosen: tuple[PlaceRow, ...] = ()
    below: tuple[PlaceRow, ...] = ()
    own: tuple[Text, ...] | None = None
    hidden: tuple[Text, ...] = ()
    region_ids: tuple[int, ...] | None = None
    city_id: int | None = None
    district_id: int | None = None
    sector_id: int | None = None


    @property
    def above(self) -> bool:
        """Whether a recipient is among the places chosen, or none are: else they lie below one."""
        return self.region_ids is None or any(
            row.id in self.region_ids for row in self.regions)


NONE = 0
"""The id of nothing: what an unknown code comes to, so that it finds nothing rather than all."""


async def read_choices(
    session: AsyncSession, actor: Actor, *, regions: Sequence[str], supporter: str | None,
    sector: str | None, today: date,
) -> Choices:
    """What the actor may choose among, and what was chosen, by codes."""
    own = None if actor.sees_all else [
        PlaceRow(one.id, one.code, Text(one.name, one.name_en or one.name))
        for one in await topmost(session, actor.recipients)]
    chosen, ids = await _places(session, regions, today)
    supporters, sectors = await supporter_rows(session), await sector_rows(session)
    city_id, district_id = _giver(supporter, supporters)
    return Choices(
        today, tuple(supporters),
        tuple(await recipient_rows(session)) if own is None else tuple(own), tuple(sectors),
        chosen=tuple(chosen),
        below=tuple(await places_below(session, chosen[0].id)) if len(chosen) == 1 else (),
        own=None if own is None else tuple(place.name for place in own),
        hidden=() if own is None else tuple(
            place.name for place in chosen if place.id not in actor.recipients),
        region_ids=ids, city_id=city_id, district_id=district_id,
        sector_id=_sector(sector, sectors),
    )


async def _places(
    session: AsyncSession, codes: Sequence[str], today: date
) -> tuple[list[PlaceRow], tuple[int, ...] | None]:
    """The chosen places, and the ids of all that is of or below them."""
    if not codes:
        return [], None
    chosen, ids = [], {NONE}
    for code in codes:
        place = await place_of(session, code, today) if code.isalnum() else None
        if place is not None:
            chosen.append(PlaceRow(place.id, code, Text(place.name, place.name_en or place.name)))
            ids |= set(await at_or_below(session, place.id))
    return chosen, tuple(sorted(ids))


def _giver(
    code: str | None, supporters: Iterable[SupporterRow]
) -> tuple[int | None, int | None]:
    if code is None:
        return None, None
    row = next((row for row in supporters if row.code == code), None)
    if row is None:
        return NONE, None
    return (None, row.district_id) if row.district_id else (row.city_id, None)


def _sector(code: str | None, sectors: Iterable[SectorRow]) -> int | None:
    if code is None:
        return None
    return next((row.id for row in sectors if row.code == code), NONE)
