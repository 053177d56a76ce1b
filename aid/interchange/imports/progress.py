"""Bringing in progress of projects and of villages' works. Append-only, keyed by thing and day.

A row that says again what is there changes nothing. One that says otherwise is refused, unless it
is a correction: then it is a report of its own, later than the other.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import any_, select

from aid.database.bulk import ids, texts
from aid.errors import Complaint
from aid.interchange.imports.work import Work, drafted, placed
from aid.projects.model import ProgressReport, Project
from aid.projects.rules import Neighbours, check_progress
from aid.projects.terms import STAGE_NAMES, Stage
from aid.sheets.headings import Row
from aid.text import Text
from aid.villages.checks import check_report
from aid.villages.drafts import WorkReportDraft
from aid.villages.model import KeyVillage, VillageReport, VillageWork


@dataclass(slots=True)
class _Reported:
    """What was reported of a thing: days in order, and for each the values in order."""

    days: list[date] = field(default_factory=list)
    values: dict[date, list[Decimal]] = field(default_factory=lambda: defaultdict(list))

    def add(self, on: date, value: Decimal) -> None:
        """A report that comes after those there are."""
        if on not in self.values:
            self.days.insert(bisect_right(self.days, on), on)
        self.values[on].append(value)

    def before(self, on: date) -> Decimal | None:
        """What stands on a day."""
        at = bisect_right(self.days, on)
        return self.values[self.days[at - 1]][-1] if at else None

    def after(self, on: date) -> Decimal | None:
        """What was reported next after a day."""
        at = bisect_right(self.days, on)
        return self.values[self.days[at]][-1] if at < len(self.days) else None

    def on(self, day: date) -> Sequence[Decimal]:
        """What was reported for a day."""
        return self.values.get(day, ())


class Reports:
    """Brings in reports."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def glance(self, row: Row) -> list[Complaint]:
        """Nothing more is seen of a row that cannot be read."""
        return []

    async def take(self, rows: Sequence[Row]) -> None:
        """Bring in these rows; those with mistakes are left out."""
        read = [row for row in rows if not self._work.complain(_check_cells(row))]
        projects = await self._projects({row["project"].upper() for row in read if row["project"]})
        works = await self._works({row["village"].upper() for row in read if row["village"]})
        of_projects = await self._reported(ProgressReport.project_id, ProgressReport.percent, {
            project.id for project in projects.values()})
        of_works = await self._reported(VillageReport.work_id, VillageReport.done, {
            work.id for work in works.values()})
        for row in read:
            if row["project"]:
                self._of_project(row, projects.get(row["project"].upper()), of_projects)
            else:
                key = (row["village"].upper(), row["work"].upper())
                self._of_work(row, works.get(key), of_works)
        await self._work.session.flush()
        self._work.session.expunge_all()

    async def _projects(self, codes: Set[str]) -> dict[str, Project]:
        return {project.code: project for project in await self._work.session.scalars(
            select(Project).where(Project.code == any_(texts(codes))))}

    async def _works(self, villages: Set[str]) -> dict[tuple[str, str], VillageWork]:
        return {(code, work.code.upper()): work for code, work in await self._work.session.execute(
            select(KeyVillage.code, VillageWork)
            .join(VillageWork, VillageWork.village_id == KeyVillage.id)
            .where(KeyVillage.code == any_(texts(villages))))}

    async def _reported(self, thing: Any, value: Any, things: Set[int]) -> dict[int, _Reported]:
        model = thing.class_
        found: dict[int, _Reported] = defaultdict(_Reported)
        for thing_id, on, said in await self._work.session.execute(
                select(thing, model.reported_on, value).where(thing == any_(ids(things)))
                .order_by(model.id)):
            found[thing_id].add(on, said)
        return found

    def _of_project(
        self, row: Row, project: Project | None, reported: dict[int, _Reported]
    ) -> None:
        work, on = self._work, row["reported_on"]
        if project is None:
            work.complain([row.complaint("project", Text("没有这个项目", "a project's code"))])
            return
        there, percent = reported[project.id], row["percent"]
        if self._is_there(row, "percent", there):
            return
        if project.stage == Stage.CANCELLED or project.started_on is None:
            name = STAGE_NAMES[Stage(project.stage)]
            work.complain([row.complaint("project", Text(
                f"项目现为「{name.zh}」，没有可上报的进度",
                f"a project that has started; it is {name.en}"))])
            return
        complaints = check_progress(
            percent, on, note=row["note"], started_on=project.started_on,
            neighbours=Neighbours(there.before(on), there.after(on)), today=work.today)
        if work.complain(placed(row, complaints)):
            return
        there.add(on, percent)
        work.session.add(ProgressReport(
            project_id=project.id, recipient_id=project.recipient_id, reported_on=on,
            percent=percent, note=row["note"], actor=work.actor.name))
        work.recorder.note(row.number, f"{project.code} {on}")

    def _of_work(
        self, row: Row, found: VillageWork | None, reported: dict[int, _Reported]
    ) -> None:
        work, on = self._work, row["reported_on"]
        if found is None:
            work.complain([row.complaint("work", Text(
                "该村没有这项建设内容", "a work of that village"))])
            return
        there = reported[found.id]
        draft, complaints = drafted(
            WorkReportDraft, row, reported_on=on, done=row["done"], note=row["note"])
        if not complaints and self._is_there(row, "done", there):
            return
        if draft is not None:
            complaints += placed(row, check_report(
                draft, unit=found.unit, before=there.before(on), after=there.after(on),
                today=work.today))
        if work.complain(complaints) or draft is None:
            return
        there.add(on, draft.done)
        work.session.add(VillageReport(
            work_id=found.id, recipient_id=found.recipient_id, reported_on=on, done=draft.done,
            note=draft.note, actor=work.actor.name))
        work.recorder.note(row.number, f"{row['village'].upper()} {found.code} {on}")

    def _is_there(self, row: Row, key: str, reported: _Reported) -> bool:
        """Whether a row says what is there, or may not say otherwise: then it is done with."""
        there = reported.on(row["reported_on"])
        if not there or (row["correction"] and there[-1] != row[key]):
            return False
        if row[key] in there:
            self._work.recorder.note(row.number, "", {})
        else:
            self._work.complain([row.complaint(key, Text(
                f"当天已报 {there[-1]}；要更正，请在“更正”填 是",
                f"{there[-1]}, as reported for that day; to correct it, say so"))])
        return True


def _check_cells(row: Row) -> list[Complaint]:
    """A row is of a project or of a village's work, and has that one's value."""
    if bool(row["project"]) == bool(row["village"] or row["work"]):
        return [row.complaint("project", Text(
            "填项目编号，或重点村和建设内容编号，二者之一",
            "a project's code, or a village's and a work's, not both"))]
    needed = ("percent",) if row["project"] else ("village", "work", "done")
    other = "done" if row["project"] else "percent"
    found = [row.complaint(key, Text("此项必填", "a value is required"))
             for key in needed if row[key] is None]
    if row[other] is not None:
        found.append(row.complaint(other, Text("应空白", "nothing")))
    return found
