"""Bringing in works of key villages: by the codes of village and work, or by what and where."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, any_, cast, func, select
from sqlalchemy.dialects.postgresql import insert

from aid.database.bulk import ids, texts
from aid.errors import Complaint
from aid.interchange.imports.work import Work, carry_out, differing, drafted, placed
from aid.projects.model import Project
from aid.sheets.headings import Row
from aid.text import Text
from aid.villages.changing import CHANGEABLE, adjustments
from aid.villages.checks import check_work
from aid.villages.drafts import WorkDraft
from aid.villages.model import (
    KeyVillage,
    NaturalVillage,
    ProjectVillage,
    VillageReport,
    VillageWork,
)

_COLUMNS = {"natural_village_id": "natural_village", "project_id": "project",
            "cost_fen": "cost_yuan"}
_SAID = ("component", "name", "unit", "planned", "planned_start", "planned_end", "cost_fen")


@dataclass(frozen=True, slots=True)
class _Read:
    """A row with its draft, the codes it names, what is wrong with it so far."""

    row: Row
    village: str
    code: str | None
    project: str | None
    draft: WorkDraft | None
    complaints: Sequence[Complaint]


@dataclass(frozen=True, slots=True)
class _There:
    """What rows name, as far as it is there."""

    villages: Mapping[str, KeyVillage]
    hamlets: Mapping[tuple[int, str], int]
    projects: Mapping[str, tuple[int, int]]
    works: Mapping[object, Sequence[VillageWork]]
    numbers: dict[int, int]
    reported: Set[int]


class Works:
    """Brings in works."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def glance(self, row: Row) -> list[Complaint]:
        """Nothing more is seen of a row that cannot be read."""
        return []

    async def take(self, rows: Sequence[Row]) -> None:
        """Bring in these rows; those with mistakes are left out."""
        read = [self._read(row) for row in rows]
        there = await self._there(read)
        links: list[dict[str, int]] = []
        for one in read:
            self._bring_in(one, there, links)
        await self._work.session.flush()
        if links:
            await self._work.session.execute(
                insert(ProjectVillage).on_conflict_do_nothing(), links)
        self._work.session.expunge_all()

    def _read(self, row: Row) -> _Read:
        draft, complaints = drafted(
            WorkDraft, row, {"cost_fen": "cost_yuan"}, component=row["component"],
            name=row["name"], unit=row["unit"], planned=row["planned"],
            cost_fen=row["cost_yuan"], planned_start=row["planned_start"],
            planned_end=row["planned_end"], natural_village=row["natural_village"],
            project=row["project"])
        code, wrong = self._work.code(row)
        complaints += wrong
        village, project = row["village"].upper(), row["project"]
        if draft is not None:
            complaints += placed(row, check_work(draft))
            natural = (village, draft.component, draft.natural_village, draft.name)
            key = None if code is None else f"{village} {code}"
            complaints += self._work.told_apart(row, key, natural)
        return _Read(row, village, code, project and project.upper(), draft, complaints)

    async def _there(self, read: Sequence[_Read]) -> _There:
        session = self._work.session
        villages = {one.code: one for one in await session.scalars(
            select(KeyVillage).where(KeyVillage.code == any_(texts({r.village for r in read})))
            .with_for_update())}
        of_villages = ids(one.id for one in villages.values())
        hamlets = {(village_id, name): number for number, village_id, name in await session.execute(
            select(NaturalVillage.id, NaturalVillage.village_id, NaturalVillage.name)
            .where(NaturalVillage.village_id == any_(of_villages)))}
        projects = {code: (number, recipient_id) for number, recipient_id, code in
                    await session.execute(
            select(Project.id, Project.recipient_id, Project.code)
            .where(Project.code == any_(texts({r.project for r in read if r.project}))))}
        works: dict[object, list[VillageWork]] = defaultdict(list)
        for work in await session.scalars(
                select(VillageWork).where(VillageWork.village_id == any_(of_villages))
                .order_by(VillageWork.id)):
            works[work.village_id, work.code].append(work)
            works[work.village_id, work.component, work.natural_village_id, work.name].append(work)
        number = cast(func.substring(VillageWork.code, "[0-9]{1,9}$"), BigInteger)
        numbers = {village_id: last or 0 for village_id, last in await session.execute(
            select(VillageWork.village_id, func.max(number))
            .where(VillageWork.village_id == any_(of_villages))
            .group_by(VillageWork.village_id))}
        reported = set(await session.scalars(
            select(VillageReport.work_id)
            .join(VillageWork, VillageWork.id == VillageReport.work_id)
            .where(VillageWork.village_id == any_(of_villages)).distinct()))
        return _There(villages, hamlets, projects, works, numbers, reported)

    def _bring_in(self, one: _Read, there: _There, links: list[dict[str, int]]) -> None:
        work, row, draft = self._work, one.row, one.draft
        values, complaints = _named(one, there)
        if work.complain([*one.complaints, *complaints]) or values is None or draft is None:
            return
        found = there.works.get((values["village_id"], one.code)) if one.code else there.works.get(
            (values["village_id"], draft.component, values["natural_village_id"], draft.name))
        if found and len(found) > 1:
            work.complain([row.complaint("code", Text(
                f"有 {len(found)} 项同名建设内容，请填编号",
                f"a code, as there are {len(found)} works of this name"))])
            return
        values |= {name: getattr(draft, name) for name in _SAID}
        if found:
            if not self._change(one, found[0], values, there):
                return
        else:
            number = there.numbers[values["village_id"]] = (
                there.numbers.get(values["village_id"], 0) + 1)
            code = one.code or f"W{number:03d}"
            if one.code is None:
                work.complain(work.once(row, "code", f"{one.village} {code}"))
            work.session.add(VillageWork(**values, code=code))
            work.recorder.note(row.number, f"{one.village} {code} {draft.name}")
        if values["project_id"] is not None:
            links.append({name: values[name]
                          for name in ("village_id", "project_id", "recipient_id")})

    def _change(
        self, one: _Read, found: VillageWork, values: Mapping[str, Any], there: _There
    ) -> bool:
        work, row = self._work, one.row
        fields = differing(found, values)
        complaints = work.once(row, "code", ("work", found.id))
        complaints += [row.complaint(key, Text(
            "已有进度报告，此项不能更改", "as it is: it was reported upon"))
            for key in ("unit", "component") if key in fields and found.id in there.reported]
        adjusted = {name: after for name, (_, after) in fields.items() if name in CHANGEABLE}
        if adjusted and row["reason"] is None:
            complaints.append(row.complaint("reason", Text(
                "更改计划量、单位、造价或工期须说明原因",
                "why quantity, unit, cost or days are changed")))
        if work.complain(complaints):
            return False
        names = {number: name for (_, name), number in there.hamlets.items()}
        codes = {number: code for code, (number, _) in there.projects.items()}
        shown = work.shown(fields, _COLUMNS)
        for key, says in (("natural_village", names), ("project", codes)):
            if key in shown:
                shown[key] = tuple(  # type: ignore[assignment]
                    says.get(int(value), value) if value else None for value in shown[key])
        work.recorder.note(row.number, f"{one.village} {found.code} {found.name}", shown)
        work.session.add_all(
            adjustments(found, adjusted, reason=row["reason"] or "", actor=work.actor))
        carry_out(found, fields)
        return True


def _named(one: _Read, there: _There) -> tuple[dict[str, Any] | None, list[Complaint]]:
    """The rows that a work's row names, by attribute of a work."""
    row, village = one.row, there.villages.get(one.village)
    if village is None:
        return None, [row.complaint("village", Text("没有这个重点村", "a key village's code"))]
    complaints = []
    hamlet_id = project_id = None
    if row["natural_village"] is not None:
        hamlet_id = there.hamlets.get((village.id, row["natural_village"]))
        if hamlet_id is None:
            complaints.append(row.complaint("natural_village", Text(
                "该村没有这个自然村", "the name of a hamlet of the village")))
    if one.project is not None:
        project_id, recipient_id = there.projects.get(one.project, (None, None))
        if recipient_id != village.recipient_id:
            complaints.append(row.complaint("project", Text(
                "该受援地没有这个项目", "the code of a project of the same recipient")))
    return {"village_id": village.id, "recipient_id": village.recipient_id,
            "natural_village_id": hamlet_id, "project_id": project_id}, complaints
