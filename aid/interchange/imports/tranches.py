"""Bringing in planned instalments: told by project, source and name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import any_, select

from aid.database.bulk import ids, texts
from aid.errors import Complaint
from aid.funds.checks import Known, check_change, check_tranche
from aid.funds.drafts import TrancheDraft
from aid.funds.model import Tranche, TrancheBalance
from aid.interchange.imports.sources import Sources, the_sources
from aid.interchange.imports.work import Work, carry_out, drafted, placed
from aid.projects.model import Milestone, Project
from aid.projects.rules import ENDED
from aid.projects.terms import STAGE_NAMES, ProjectKind, Stage
from aid.sheets.headings import Row
from aid.text import Text

_COLUMNS = {"milestone_id": "milestone", "amount": "amount_yuan", "amount_fen": "amount_yuan",
            "source_id": "source"}
_CONDITIONS = ("milestone_id", "at_stage", "at_progress")
_SAID = ("name", "name_en", "amount_fen", "due_on", *_CONDITIONS, "after_days", "retention")


@dataclass(frozen=True, slots=True)
class _There:
    """What rows name, as far as it is there. `taken` is what is committed, in fen."""

    projects: Mapping[str, Project]
    milestones: Mapping[int, Sequence[tuple[int, str]]]
    tranches: Mapping[int, list[Tranche]]
    taken: Mapping[int, int]


class Tranches:
    """Brings in instalments."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._sources: Sources | None = None

    def glance(self, row: Row) -> list[Complaint]:
        """Nothing more is seen of a row that cannot be read."""
        return []

    async def take(self, rows: Sequence[Row]) -> None:
        """Bring in these rows; those with mistakes are left out."""
        sources = self._sources = self._sources or await the_sources(self._work.session)
        there = await self._there({row["project"].upper() for row in rows})
        for row in rows:
            self._bring_in(row, there, sources)
        await self._work.session.flush()
        self._work.session.expunge_all()

    async def _there(self, codes: Set[str]) -> _There:
        session = self._work.session
        projects = {one.code: one for one in await session.scalars(
            select(Project).where(Project.code == any_(texts(codes))).order_by(Project.id)
            .with_for_update(key_share=True))}
        of = ids(one.id for one in projects.values())
        milestones: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for project_id, number, name in await session.execute(
                select(Milestone.project_id, Milestone.id, Milestone.name)
                .where(Milestone.project_id == any_(of))):
            milestones[project_id].append((number, name))
        tranches: dict[int, list[Tranche]] = defaultdict(list)
        for one in await session.scalars(
                select(Tranche).where(Tranche.project_id == any_(of)).order_by(Tranche.seq)):
            tranches[one.project_id].append(one)
        at = TrancheBalance
        taken = dict((await session.execute(
            select(at.tranche_id, at.committed + at.in_transit + at.held + at.spent)
            .where(at.project_id == any_(of)))).all())
        return _There(projects, milestones, tranches, taken)

    def _bring_in(self, row: Row, there: _There, sources: Sources) -> None:
        work = self._work
        project = there.projects.get(row["project"].upper())
        if project is None:
            work.complain([row.complaint("project", Text("没有这个项目", "a project's code"))])
            return
        code = sources.code(row["source"], project.supporter_id)
        if code is None:
            work.complain([row.complaint("source", Text(
                "支援方没有这个资金来源", "the code of one of the supporter's sources"))])
            return
        source_id = sources.of(project.supporter_id)[code]
        found = next((one for one in there.tranches[project.id]
                      if (one.source_id, one.name) == (source_id, row["name"])
                      and one.withdrawn_on is None), None)
        milestone_id, complaints = _milestone(row, there.milestones[project.id])
        complaints += work.once(row, "name", (project.id, source_id, row["name"]))
        draft, wrong = drafted(TrancheDraft, row, _COLUMNS, **_merged(
            row, found, code=code, milestone_id=milestone_id))
        complaints += wrong
        if draft is not None:
            complaints += placed(row, [
                *check_tranche(draft, _known(project, there, sources)),
                *check_change(draft, source=code,
                              taken_fen=there.taken.get(found.id) if found else None)], _COLUMNS)
        if work.complain(complaints) or draft is None:
            return
        values = {name: getattr(draft, name) for name in _SAID}
        if found is not None:
            self._change(row, project, found, values)
        elif not self._closed(row, project):
            made = Tranche(project_id=project.id, recipient_id=project.recipient_id,
                           seq=max((one.seq for one in there.tranches[project.id]), default=0) + 1,
                           source_id=source_id, **values)
            there.tranches[project.id].append(made)
            work.session.add(made)
            work.recorder.note(row.number, f"{project.code} {draft.name}")

    def _change(
        self, row: Row, project: Project, found: Tranche, values: Mapping[str, Any]
    ) -> None:
        work = self._work
        fields = {name: (getattr(found, name), value) for name, value in values.items()
                  if getattr(found, name) != value}
        if fields and row["reason"] is None:
            work.complain([row.complaint("reason", Text(
                "更改已有批次须说明原因", "why a known instalment is changed"))])
            return
        if fields and self._closed(row, project):
            return
        work.recorder.note(row.number, f"{project.code} {found.name}",
                           work.shown(fields, _COLUMNS))
        if fields:
            carry_out(found, fields | {"reason": (found.reason, row["reason"])})

    def _closed(self, row: Row, project: Project) -> bool:
        """Whether nothing is planned of a project any more, which is then said."""
        name = STAGE_NAMES[Stage(project.stage)]
        return project.stage in ENDED and self._work.complain([row.complaint("project", Text(
            f"项目已「{name.zh}」，不能再安排资金批次",
            f"a project that goes on: this one is {name.en}"))])


def _known(project: Project, there: _There, sources: Sources) -> Known:
    return Known(ProjectKind(project.kind), sources.of(project.supporter_id),
                 {number for number, _ in there.milestones[project.id]})


def _milestone(
    row: Row, known: Sequence[tuple[int, str]]
) -> tuple[int | None, list[Complaint]]:
    """The milestone of the project that a row names, if it names one."""
    if row["milestone"] is None:
        return None, []
    found = [number for number, name in known if name == row["milestone"]]
    if len(found) == 1:
        return found[0], []
    return None, [row.complaint("milestone", Text(
        "项目没有这个里程碑，或不止一个", "the name of one milestone of the project"))]


def _merged(
    row: Row, found: Tranche | None, *, code: str, milestone_id: int | None
) -> dict[str, Any]:
    """What an instalment is to be: as the row says, and where it is blank, as it was.

    A condition replaces the one there was.
    """
    said = {"milestone_id": milestone_id, "at_stage": row["at_stage"],
            "at_progress": row["at_progress"]}
    anew = any(value is not None for value in said.values())
    values: dict[str, Any] = {
        "name": row["name"], "source": code,
        "amount_yuan": Decimal(row["amount_yuan"]).scaleb(-2),
        "name_en": row["name_en"], "due_on": row["due_on"], "retention": row["retention"],
        "after_days": row["after_days"], **said}
    if found is None:
        return values
    kept = ["name_en", "due_on", "retention", *(() if anew else _CONDITIONS)]
    if not anew or row["at_stage"] == found.at_stage:
        kept.append("after_days")
    return values | {name: getattr(found, name) for name in kept if values[name] is None}
