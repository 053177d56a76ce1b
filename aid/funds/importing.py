"""Bringing in sources of money and schedules of instalments, repeatably."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.database.merge import Tally, merge
from aid.drafts import duplicates
from aid.errors import Complaint, InputRefused
from aid.funds.checks import check_schedules
from aid.funds.drafts import PartDraft, ScheduleDraft, SourceDraft
from aid.funds.model import FundSource, Schedule, SchedulePart
from aid.funds.terms import SourceKind
from aid.regions.queries import supporting_cities, supporting_districts
from aid.text import Text


async def import_sources(session: AsyncSession, drafts: Sequence[SourceDraft]) -> Tally:
    """Sources by code. Those the file does not name stay. Raises InputRefused.

    A source's supporter, district and kind stay: money was counted under them.
    """
    cities = await supporting_cities(session)
    districts = {code: await supporting_districts(session, of=city)
                 for code, city in cities.items()}
    complaints = duplicates(drafts, "code")
    values = {}
    for draft in drafts:
        complaints += _check_source(draft, cities, districts)
        values[draft.code] = draft.model_dump(exclude={"place", "supporter", "district"}) | {
            "supporter_id": cities.get(draft.supporter),
            "district_id": districts.get(draft.supporter, {}).get(draft.district or "")}
    known = {row.code: row for row in await session.scalars(select(FundSource))}
    for draft in drafts:
        row = known.get(draft.code)
        for name in ("kind", "supporter_id", "district_id"):
            if row is not None and getattr(row, name) != values[draft.code][name]:
                complaints.append(draft.complain("code", draft.code, Text(
                    "此来源已登记，类别与支援方不能更改；请另立一个",
                    "another code: the kind and the supporter of this one stay")))
                break
    if complaints:
        raise InputRefused(complaints)
    tally = Tally()
    for code, wanted in values.items():
        merge(session, tally, FundSource, known.get(code), wanted)
    tally.absent += len(known.keys() - values.keys())
    await session.flush()
    return tally


def _check_source(
    draft: SourceDraft, cities: dict[str, int], districts: dict[str, dict[str, int]]
) -> list[Complaint]:
    complaints = []
    if draft.supporter not in cities:
        complaints.append(draft.complain("supporter", draft.supporter, Text(
            "没有这个支援城市", "a supporting city's code in force today")))
    elif draft.district is not None and draft.district not in districts[draft.supporter]:
        complaints.append(draft.complain("district", draft.district, Text(
            f"不是 {draft.supporter} 的支援区县",
            f"the code of a supporting district of {draft.supporter}")))
    if draft.kind is SourceKind.DISTRICT_BUDGET and draft.district is None:
        complaints.append(draft.complain("district", "", Text(
            "区县财政应有区县代码", "the district whose budget it is")))
    return complaints


async def import_schedules(
    session: AsyncSession, drafts: Sequence[ScheduleDraft], parts: Sequence[PartDraft]
) -> Tally:
    """Schedules by code, each with its parts as in the file. Those it does not name stay.

    What was planned by a schedule before stays as it was planned. Raises InputRefused.
    """
    if complaints := check_schedules(drafts, parts):
        raise InputRefused(complaints)
    tally = Tally()
    known = {row.code: row for row in await session.scalars(select(Schedule))}
    rows = {draft.code: merge(session, tally, Schedule, known.get(draft.code),
                              draft.model_dump(exclude={"place"}) | {"ordinal": ordinal})
            for ordinal, draft in enumerate(drafts, 1)}
    tally.absent += len(known.keys() - rows.keys())
    await session.flush()
    of_it: dict[str, list[PartDraft]] = defaultdict(list)
    for part in parts:
        of_it[part.schedule].append(part)
    for code, schedule in rows.items():
        await _import_parts(session, tally, schedule, of_it[code])
    await session.flush()
    return tally


async def _import_parts(
    session: AsyncSession, tally: Tally, schedule: Schedule, parts: Sequence[PartDraft]
) -> None:
    known = {row.ordinal: row for row in await session.scalars(
        select(SchedulePart).where(SchedulePart.schedule_id == schedule.id))}
    for ordinal, part in enumerate(parts, 1):
        merge(session, tally, SchedulePart, known.pop(ordinal, None),
              part.model_dump(exclude={"place", "schedule"})
              | {"schedule_id": schedule.id, "ordinal": ordinal})
    for left in known.values():
        await session.delete(left)
        tally.changed += 1
