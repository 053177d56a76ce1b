"""Loading folders through the services of aid, never through its tables. All of it or nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from aid.access.actor import SEED
from aid.database.engine import Database
from aid.database.merge import Progress, Tally, one_import_at_a_time, silent
from aid.errors import Complaint, InputRefused
from aid.funds.importing import import_schedules, import_sources
from aid.plans.importing import import_plan, plan_complaints
from aid.plans.queries import DiscrepancyRow, discrepancy_rows
from aid.projects.importing import import_sectors
from aid.regions.importing import import_divisions, import_pairings, import_supporters
from aid.villages.importing import import_criteria
from seeds import DATA
from seeds.read import Folder, read_folder


@dataclass(frozen=True, slots=True)
class Report:
    """What a load did, by kind of row, and what does not add up in the plans it loaded."""

    tallies: dict[str, Tally]
    discrepancies: dict[str, list[DiscrepancyRow]]
    dry_run: bool


class _Undo(Exception):
    """Ends a dry run's transaction without keeping it."""


def shipped() -> list[Path]:
    """The folders the project ships: regions, the plans, what projects, villages, money need."""
    plans = sorted(path.parent for path in DATA.glob("*/plan.csv"))
    return [DATA / "regions", *plans,
            *(DATA / name for name in ("sectors", "acceptance", "sources", "schedules"))]


async def load(
    database: Database,
    paths: Sequence[Path],
    *,
    today: date,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Report:
    """Load folders in order, in one transaction; a dry run does all of it and keeps nothing.

    Raises InputRefused with every mistake; nothing has changed then.
    """
    tallies: dict[str, Tally] = defaultdict(Tally)
    discrepancies: dict[str, list[DiscrepancyRow]] = {}
    complaints: list[Complaint] = []
    try:
        async with database.writing(SEED) as session:
            await one_import_at_a_time(session)
            for folder in map(read_folder, paths):
                found = list(folder.complaints)
                try:
                    async with session.begin_nested():  # a refused folder does not stop the next
                        found += await _load_folder(session, folder, today, tallies, progress)
                except InputRefused as refused:
                    found += refused.complaints
                if folder.plan is not None and not found:
                    code = folder.plan.head.code
                    discrepancies[code] = await discrepancy_rows(session, code)
                several = len(paths) > 1
                complaints += [_within(folder, said) if several else said for said in found]
            if complaints:
                raise InputRefused(complaints)
            if dry_run:
                raise _Undo
    except _Undo:
        pass
    return Report(dict(tallies), discrepancies, dry_run)


def _within(folder: Folder, complaint: Complaint) -> Complaint:
    return replace(complaint, place=f"{folder.path.name}/{complaint.place}")


async def _load_folder(
    session: AsyncSession,
    folder: Folder,
    today: date,
    tallies: dict[str, Tally],
    progress: Progress,
) -> list[Complaint]:
    """Load a folder, or say what more is wrong with one in which some rows could not be read."""
    if folder.complaints and (folder.plan is None or not folder.whole):
        return []
    if folder.divisions:
        tallies["divisions"] += await import_divisions(session, folder.divisions, progress)
    if folder.supporters:
        tallies["supporters"] += await import_supporters(session, folder.supporters, on=today)
    if folder.pairings:
        tallies["pairings"] += await import_pairings(session, folder.pairings, on=today)
    if folder.sectors:
        tallies["sectors"] += await import_sectors(session, folder.sectors)
    if folder.acceptance:
        tallies["acceptance"] += await import_criteria(session, folder.acceptance)
    if folder.sources:
        tallies["sources"] += await import_sources(session, folder.sources)
    if folder.schedules or folder.schedule_parts:
        tallies["schedules"] += await import_schedules(
            session, folder.schedules, folder.schedule_parts)
    if folder.plan is None:
        return []
    if folder.complaints:
        return await plan_complaints(session, folder.plan)
    for name, tally in (await import_plan(session, folder.plan, progress)).items():
        tallies[name] += tally
    return []
