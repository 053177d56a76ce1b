"""A database with something of everything: two more plans, adjustments, projects, odd texts."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.cadres.model import Secondment
from aid.cadres.service import assign_project
from aid.database.engine import Database
from aid.plans.model import Plan, PlanTarget
from aid.plans.service import Grounds, adjust_target
from aid.projects.model import Project
from aid.regions.model import Pairing
from aid.regions.service import end_pairing
from aid.villages.model import KeyVillage
from aid.villages.service import link_project
from seeds.load import load
from tests.actors import LOCAL
from tests.api.fieldwork import people, villages
from tests.api.paying import furnish_payments
from tests.api.projects import furnish_projects

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "plan"
PLANS = ("example-2011-2015", "twin-2011-2015")
ODD = (
    'say "no" to \\ and \\" and \'\' and `',
    "two\nlines\r\n\tand\x01\x1f\x7f\u2028 controls",
    "</script><script>alert(1)</script>",
    "🎓 培训 教师 𠀀",
    "100 % of $1, %s, :p0 and {braces}",
)
"""Texts that go wrong wherever somebody forgets to escape."""

Cells = Mapping[str, str]
_TARGETS: tuple[Cells, ...] = (
    {"code": "tenth", "section": "十", "target": "80", "actual": "33.335", "annual": "2012=0.5"},
    {"code": "eleventh", "section": "十一", "target": "0", "actual": "5"},
    {"code": "nobody-says", "section": "二10", "target": "0.3", "baseline": "-0.50"},
    {"code": "beyond", "section": "二1", "target": "0.00001", "actual": "123456789.125"},
    {"code": "less", "section": "二", "target": "3.00", "actual": "-0.0001", "region": "542300"},
)
_SECTIONS: tuple[Cells, ...] = tuple(
    {"number": number, "parent": parent, "title": ODD[at % len(ODD)]}
    for at, (number, parent) in enumerate(
        (("二1", "二"), ("二10", "二"), ("十", ""), ("十一", ""), ("十(一)", "十")))
)
_FIGURES: tuple[Cells, ...] = tuple(
    {"code": f"more-{at}", "section": "十(一)", "indicator": "project_funds", "value": value,
     "unit": unit, "period_start": "2006-01-01", "period_end": "2010-12-31", "note": ODD[at % 5]}
    for at, (value, unit) in enumerate((
        ("9800.0", "万元"), ("0", "元"), ("-0.05", "元"), ("90071992547409.93", "元"),
        ("3600.00", "万元"),
    ))
)


async def furnish(database: Database, folder: Path, *, today: date) -> None:
    """Load the plans and let an office work on them."""
    paths = [_written(folder / code, code) for code in PLANS]
    await load(database, paths, today=today)
    await _adjust(database, today)
    await furnish_projects(database, ODD)
    await furnish_payments(database)
    async with database.writing(LOCAL) as session:
        pairing = (await session.scalars(
            select(Pairing).where(Pairing.code == "310000-533400-east-west"))).one()
        await end_pairing(session, pairing.id, expected_version=pairing.version,
                          ends_on=date(2020, 12, 31))
    async with database.writing(LOCAL) as session:
        await villages(session, ODD, today=today)
        await people(session, ODD, today=today)
        await _link(session)


async def _link(session: AsyncSession) -> None:
    """Of each recipient: projects done in a village, and what a person answers for."""
    for recipient_id in list(await session.scalars(select(KeyVillage.recipient_id).distinct())):
        projects = list(await session.scalars(
            select(Project.id).where(Project.recipient_id == recipient_id).order_by(Project.id)))
        village, term = [await session.scalar(
            select(func.min(model.id)).where(model.recipient_id == recipient_id))
            for model in (KeyVillage, Secondment)]
        for project_id in projects[:2]:
            await link_project(session, village or 0, project_id)
            await assign_project(session, term or 0, project_id)


async def _adjust(database: Database, today: date) -> None:
    for at, statement in enumerate(ODD):
        changes: dict[str, Any] = {"statement": statement, "due_on": date(2015, 1, 1 + at)}
        if at % 2:
            changes |= {"statement_en": f"IN ENGLISH {statement}", "indicator_code": "aid_projects",
                        "target": 10 ** at}
        async with database.writing(LOCAL) as session:
            targets = select(PlanTarget).join(Plan, Plan.id == PlanTarget.plan_id)
            targets = targets.where(Plan.code.not_like("example%")).order_by(PlanTarget.id)
            target = (await session.scalars(targets.offset(at * 9).limit(1))).one()
            await adjust_target(
                session, target.id, expected_version=target.version, changes=changes, today=today,
                grounds=Grounds(reason=ODD[-at], adjusted_on=today, document_no=ODD[at],
                                actor=ODD[at]),
            )


def _written(folder: Path, code: str) -> Path:
    """The example plan under another code, with more rows."""
    folder.mkdir()
    for path in EXAMPLE.iterdir():
        (folder / path.name).write_text(path.read_text("utf-8").replace(PLANS[0], code), "utf-8")
    _append(folder / "sections.csv", _SECTIONS)
    _append(folder / "figures.csv", _FIGURES)
    _append(folder / "targets.csv", tuple(
        {"theme": "overall", "kind": "quantitative", "statement": f"to {row['code']}",
         "indicator": "village_clinics", "unit": "个", **row} for row in _TARGETS))
    return folder


def _append(path: Path, rows: tuple[Cells, ...]) -> None:
    with path.open(newline="", encoding="utf-8") as file:
        header = next(csv.reader(file))
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, header).writerows(rows)
