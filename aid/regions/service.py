"""Verbs on pairings: agree on one, end one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from aid.errors import Complaint, Conflict, InputRefused, NotFound, StaleVersion
from aid.regions import queries
from aid.regions.drafts import PairingDraft
from aid.regions.model import Pairing
from aid.regions.rules import check_pairing_dates
from aid.text import Text


class PairingOverlaps(Conflict):
    """The same supporter and recipient are paired already in that time."""

    code = "PAIRING_OVERLAPS"


@dataclass(frozen=True, slots=True)
class PairingPlaces:
    """The places of a pairing, by id."""

    supporter_id: int
    district_id: int | None
    recipient_id: int


async def agree_pairing(session: AsyncSession, draft: PairingDraft) -> Pairing:
    """Pair a supporter with a recipient (结对). Codes are those in force when it starts.

    Raises InputRefused for unknown codes or dates, PairingOverlaps when the two are paired already.
    """
    places = await _places(session, draft)
    pairing = Pairing(
        **draft.model_dump(exclude={"place", "supporter", "district", "recipient"}),
        supporter_id=places.supporter_id,
        district_id=places.district_id,
        recipient_id=places.recipient_id,
    )
    session.add(pairing)
    await flush_pairings(session)
    return pairing


async def end_pairing(
    session: AsyncSession, pairing_id: int, *, expected_version: int, ends_on: date
) -> Pairing:
    """End a pairing on its last day. The row stays; history keeps that it was open.

    Raises NotFound, StaleVersion, or InputRefused when the day lies before the pairing's start.
    """
    pairing = await session.scalar(
        select(Pairing).where(Pairing.id == pairing_id).with_for_update()
    )
    if pairing is None:
        raise NotFound(Text("没有这个结对关系。", "There is no such pairing."))
    if pairing.version != expected_version:
        raise StaleVersion(expected=expected_version, current=pairing.version)
    if ends_on < pairing.starts_on:
        expected = Text(f"不应早于开始日期 {pairing.starts_on}",
                        f"not before the pairing's start, {pairing.starts_on}")
        raise InputRefused([Complaint("", "endsOn", str(ends_on), expected)])
    pairing.ends_on = ends_on
    await flush_pairings(session)
    return pairing


async def _places(session: AsyncSession, draft: PairingDraft) -> PairingPlaces:
    cities = await queries.supporting_cities(session)
    districts = await queries.supporting_districts(session, of=cities.get(draft.supporter, 0))
    recipients = await queries.divisions_on(session, [draft.recipient], draft.starts_on)
    complaints = check_pairing_dates(draft, draft.starts_on, draft.ends_on)
    if draft.supporter not in cities:
        complaints.append(draft.complain("supporter", draft.supporter, Text(
            "不是已登记的支援城市", "a supporting city's code")))
    if draft.district is not None and draft.district not in districts:
        complaints.append(draft.complain("district", draft.district, Text(
            "不是该城市的支援区县", "the code of a supporting district of that city")))
    if draft.recipient in (draft.supporter, draft.district):
        complaints.append(draft.complain("recipient", draft.recipient, Text(
            "不能与支援方相同", "another place than the supporter")))
    elif draft.recipient not in recipients:
        complaints.append(draft.complain("recipient", draft.recipient, Text(
            f"{draft.starts_on} 没有这个区划代码",
            f"a division code in force on {draft.starts_on}")))
    if complaints:
        raise InputRefused(complaints)
    return PairingPlaces(
        cities[draft.supporter],
        districts[draft.district] if draft.district else None,
        recipients[draft.recipient],
    )


async def flush_pairings(session: AsyncSession) -> None:
    """Flush, turning the constraints of this table into plain refusals."""
    try:
        await session.flush()
    except IntegrityError as failure:
        refused = str(failure.orig)
        if "ex_pairing_one_at_a_time" in refused:
            raise PairingOverlaps(
                Text("这两地在该时段内已有结对关系。", "These two are paired already in that time.")
            ) from failure
        if "uq_pairing_code" in refused:
            raise InputRefused([Complaint("", "code", "", Text(
                "该代码已被使用", "a code that no other pairing has"))]) from failure
        raise
