"""Bringing in projects: a new one comes with its whole life, a known one goes on with it.

The natural key is the project's code; where a row has none, its recipient and name.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import any_, select

from aid.access.policy import Permission
from aid.access.roles import Role
from aid.database.bulk import add_rows, ids, texts
from aid.errors import Complaint
from aid.interchange.imports.project_columns import STAGES
from aid.interchange.imports.project_life import Life, Stood, later_life, new_life
from aid.interchange.imports.project_naming import Named, named, recipient_of
from aid.interchange.imports.project_past import stood_of
from aid.interchange.imports.project_writing import (
    Adjusted,
    Entering,
    adjusted,
    adjustment_rows,
    assessment_rows,
    stage_rows,
    standing,
)
from aid.interchange.imports.work import (
    ANYWHERE,
    Work,
    besides,
    carry_out,
    differing,
    drafted,
    placed,
)
from aid.money import yuan
from aid.projects.codes import Series, last_number, project_code
from aid.projects.drafts import ProjectDraft
from aid.projects.model import Assessment, Project, ProjectAdjustment, StageChange
from aid.projects.rules import DATED, FIRST, check_planned
from aid.projects.terms import ProjectKind, Stage
from aid.sheets.headings import Row
from aid.text import Text

_SAME = {"recipient_id": "recipient", "supporter_id": "supporter", "kind": "kind"}
"""What a known project keeps, and the column that would say otherwise."""
_COLUMNS = {"place": "locality", "region_id": "region", "district_id": "district",
            "pairing_id": "pairing", "target_id": "target", "sector_id": "sector",
            "proposed_fen": "proposed_yuan", "approved_fen": "approved_yuan"}
"""The columns of attributes of a project that are not called like them."""
_DAYS = (*(one.on for one in STAGES.values()), "ended_on")
_BEYOND = tuple(key for one in STAGES.values() for key in (one.on, one.number, one.judge) if key)
_ONLY_DECIDED = (*_BEYOND, "approved_yuan", "settled_yuan", "ended_on", "ended_because",
                 "adjusted_on", "adjusted_because", "adjustment_no")
"""What only those say who decide on projects."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A row, the recipient and the code it says, its draft, what is wrong with it so far."""

    row: Row
    recipient_id: int
    code: str | None
    draft: ProjectDraft
    complaints: Sequence[Complaint]


class Projects:
    """Brings in projects."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._decides = (work.actor.may(Permission.PROJECT_DECIDE)
                         and work.actor.may(Permission.PROJECT_ADVANCE))
        self._numbers: dict[Series, int] = {}

    def glance(self, row: Row) -> list[Complaint]:
        """Whether places and sector are known, and what only the office says is blank."""
        return self._work.glance(row, row["planned_start"]) + self._only_decided(row)

    async def take(self, rows: Sequence[Row]) -> None:
        """Bring in these rows; those with mistakes are left out."""
        read = [one for one in map(self._read, rows) if one is not None]
        known = await self._known(read)
        stood = await stood_of(self._work.session, {one.id for found in known.values()
                                                    for one in found})
        last = await self._last_approved(read, known)
        entering = []
        for one in read:
            found = known.get(_key(one), [])
            if len(found) > 1:
                self._work.complain([one.row.complaint("code", Text(
                    f"该受援地有 {len(found)} 个同名项目，请填项目编号",
                    f"a code, as the recipient has {len(found)} projects of this name"))])
            elif found:
                entering.append(self._later(one, found[0], stood[found[0].id],
                                            last.get(found[0].id, 0)))
            else:
                entering.append(await self._new(one))
        await self._write([one for one in entering if one is not None])

    def _read(self, row: Row) -> _Read | None:
        references, on = self._work.references, row["planned_start"]
        recipient_id, complaints = recipient_of(references, row, self._work.actor, on)
        code, wrong = self._work.code(row)
        complaints += wrong + self._only_decided(row)
        proposed = row["proposed_yuan"] or row["approved_yuan"]
        if proposed is None:
            complaints.append(row.complaint("proposed_yuan", Text(
                "申报投资、批准投资至少填一项", "an amount, proposed or approved")))
        draft, wrong = drafted(
            ProjectDraft, row, name=row["name"], name_en=row["name_en"],
            description=row["description"], locality=row["locality"], kind=row["kind"],
            delivery_mode=row["delivery_mode"], planned_start=on,
            planned_end=row["planned_end"], proposed_on=row["proposed_on"],
            proposed_yuan=Decimal(proposed or 1).scaleb(-2),
            recipient=ANYWHERE, supporter=ANYWHERE, sector="any")
        complaints += wrong
        if draft is not None:
            complaints += placed(row, check_planned(draft, today=self._work.today))
        complaints += [row.complaint(key, Text(f"不早于 {FIRST} 年", f"not before {FIRST}"))
                       for key in _DAYS if row[key] is not None and row[key].year < FIRST]
        complaints += self._work.told_apart(
            row, code, (recipient_id or row["recipient"], row["name"]))
        if recipient_id is None or draft is None or self._only_decided(row):
            self._work.complain([*complaints, *besides(self.glance(row), complaints)])
            return None
        return _Read(row, recipient_id, code, draft, complaints)

    def _only_decided(self, row: Row) -> list[Complaint]:
        """Who does not decide on projects brings in proposals."""
        if self._decides:
            return []
        beyond = [key for key in _ONLY_DECIDED if row[key] is not None]
        if row["stage"] not in (None, Stage.RESERVE):
            beyond.append("stage")
        only = Text("应空白：只能申报储备项目", "nothing: only proposals are brought in")
        return [row.complaint(key, only) for key in beyond]

    async def _known(self, read: Sequence[_Read]) -> dict[object, list[Project]]:
        """The projects there are, by code and by recipient and name."""
        codes = {one.code for one in read if one.code}
        names = {one.row["name"] for one in read if not one.code}
        places = {one.recipient_id for one in read if not one.code}
        found: dict[object, list[Project]] = defaultdict(list)
        query = select(Project).order_by(Project.id)
        if self._decides:
            query = query.with_for_update()
        for project in await self._work.session.scalars(
                query.where(Project.code == any_(texts(codes)))):
            found[project.code].append(project)
        for project in await self._work.session.scalars(query.where(
                Project.recipient_id == any_(ids(places)), Project.name == any_(texts(names)))):
            found[project.recipient_id, project.name].append(project)
        return found

    async def _last_approved(
        self, read: Sequence[_Read], known: Mapping[object, Sequence[Project]]
    ) -> dict[int, int]:
        """What their last approval gave the projects whose approved investment is to change."""
        amounts = {project.id: project.approved_fen for one in read
                   for project in known.get(_key(one), ())
                   if project.approved_fen is not None
                   and one.row["approved_yuan"] not in (None, project.approved_fen)}
        rows = await self._work.session.execute(
            select(ProjectAdjustment.project_id, ProjectAdjustment.old_fen,
                   ProjectAdjustment.reapproval)
            .where(ProjectAdjustment.project_id == any_(ids(amounts)))
            .order_by(ProjectAdjustment.id.desc()))
        over = set()
        for project_id, old_fen, reapproval in rows:
            if reapproval:
                over.add(project_id)
            elif project_id not in over:
                amounts[project_id] = old_fen
        return {key: value for key, value in amounts.items() if value is not None}

    async def _new(self, one: _Read) -> Entering | None:
        row, work = one.row, self._work
        kind = ProjectKind(one.draft.kind)
        found, wrong = named(work.references, row, one.recipient_id, None)
        complaints = [*one.complaints, *wrong]
        proposed_on = one.draft.proposed_on or min(
            [row[key] for key in _DAYS if row[key] is not None], default=work.today)
        life = new_life(row, kind, proposed_on=min(proposed_on, work.today), today=work.today)
        complaints += life.complaints + self._check_approved(row, life)
        complaints += [row.complaint(key, Text("应空白：新项目没有概算调整",
                                               "nothing: a new project has no adjustments"))
                       for key in ("adjusted_on", "adjusted_because", "adjustment_no")
                       if row[key] is not None]
        if one.code is not None and work.actor.role is Role.RECIPIENT:
            complaints.append(row.complaint("code", Text(
                "应空白：新项目由系统编号", "nothing: a new project gets its code here")))
        if work.complain(complaints) or found is None or found.pairing is None:
            return None
        code = one.code or await self._next_code(found, one.draft.planned_start)
        project = Project(**_values(one, found), **standing([], life, None), code=code,
                          proposed_fen=one.draft.proposed_fen,
                          approved_fen=row["approved_yuan"])
        project.region_id = found.region_id or one.recipient_id
        project.district_id = found.district_id or found.pairing.district_id
        work.complain(work.once(row, "code", code))
        work.recorder.note(row.number, f"{code} {project.name}")
        return Entering(project, life)

    def _check_approved(self, row: Row, life: Life) -> list[Complaint]:
        """Whoever becomes approved has an approved investment; nobody has one before."""
        approved = any(step.move.to_stage is Stage.APPROVED for step in life.steps)
        given = row["approved_yuan"]
        if approved and (given is None or given <= 0):
            return [row.complaint("approved_yuan", Text("立项及以后必填，大于零",
                                                        "an amount above zero, as it is approved"))]
        if not approved and given is not None and not life.complaints:
            return [row.complaint("approved_yuan", Text("应空白：项目未立项",
                                                        "nothing: it is not approved"))]
        return []

    async def _next_code(self, found: Named, on: date) -> str:
        series = Series(found.supporter_id, found.recipient_id, on.year)
        if series not in self._numbers:
            self._numbers[series] = await last_number(self._work.session, series)
        self._numbers[series] += 1
        places = self._work.references.places
        return project_code(places.city_codes[found.supporter_id],
                            places.period(found.recipient_id, on).code, on.year,
                            self._numbers[series])

    def _later(
        self, one: _Read, project: Project, stood: Stood, last_fen: int
    ) -> Entering | None:
        row, work = one.row, self._work
        found, wrong = named(work.references, row, one.recipient_id, project)
        complaints = [*one.complaints, *wrong]
        if found is None:
            work.complain(complaints)
            return None
        values = _values(one, found)
        complaints += [row.complaint(_SAME[name], Text(
            f"与已有项目 {project.code} 不同，此项不能更改", f"as project {project.code} has it"))
            for name in _SAME if values.pop(name) != getattr(project, name)]
        complaints += work.once(row, "code", ("project", project.id))
        life = later_life(row, ProjectKind(project.kind), stood, today=work.today)
        complaints += life.complaints + _check_proposed(row, project, stood)
        change, wrong = self._approved(row, project, stood, life, last_fen)
        if work.complain(complaints + wrong):
            return None
        if project.approved_fen is None:
            if any(step.move.to_stage is Stage.APPROVED for step in life.steps):
                values["approved_fen"] = row["approved_yuan"]
            if project.stage == Stage.RESERVE and row["proposed_yuan"] is not None:
                values["proposed_fen"] = row["proposed_yuan"]
        stands = standing(stood.moves, life, change)
        first = {name: value for name, value in stands.items()
                 if name not in DATED.values() or getattr(project, name) is None}
        fields = differing(project, values | first)
        if project.held_stage is not None and stands["held_stage"] is None:
            fields["held_stage"] = (project.held_stage, None)
        if not self._decides and work.complain([row.complaint(_COLUMNS.get(name, name), Text(
                f"只有合作交流办可以更改已有项目 {project.code}",
                f"as project {project.code} has it: only the office changes one"))
                for name in fields]):
            return None
        work.recorder.note(row.number, f"{project.code} {project.name}", work.shown(
            {name: pair for name, pair in fields.items() if name != "held_stage"}, _COLUMNS))
        carry_out(project, fields)
        return Entering(project, life, change)

    def _approved(
        self, row: Row, project: Project, stood: Stood, life: Life, last_fen: int
    ) -> tuple[Adjusted | None, list[Complaint]]:
        given = row["approved_yuan"]
        if project.approved_fen is None:
            return None, self._check_approved(row, life)
        awaited = project.proposed_fen if Stage.RESERVE in (stood.stage, stood.held) else None
        if given in (None, project.approved_fen, awaited):
            return None, []
        return adjusted(row, project, stood, life, last_fen, today=self._work.today)

    async def _write(self, entering: Sequence[Entering]) -> None:
        work = self._work
        work.session.add_all(one.project for one in entering if one.project not in work.session)
        await work.session.flush()
        for model, rows_of in ((StageChange, stage_rows), (ProjectAdjustment, adjustment_rows),
                               (Assessment, assessment_rows)):
            await add_rows(work.session, model, [
                row for one in entering for row in rows_of(one, work.actor)])
        work.session.expunge_all()


def _key(one: _Read) -> object:
    return one.code or (one.recipient_id, one.row["name"])


def _values(one: _Read, found: Named) -> dict[str, Any]:
    draft = one.draft
    return found.values() | {
        "name": draft.name, "name_en": draft.name_en, "description": draft.description,
        "place": draft.locality, "kind": draft.kind, "delivery_mode": draft.delivery_mode,
        "planned_start": draft.planned_start, "planned_end": draft.planned_end}


def _check_proposed(row: Row, project: Project, stood: Stood) -> list[Complaint]:
    """What was proposed, and when, stays once a project is approved."""
    given, on = row["proposed_yuan"], stood.moves[0].on
    found = []
    if (given not in (None, project.proposed_fen) and project.approved_fen is not None
            and Stage.RESERVE not in [move.to_stage for move in stood.moves[1:]]):
        found.append(row.complaint("proposed_yuan", Text(
            f"立项后不再更改，现为 {yuan(project.proposed_fen)}",
            f"{yuan(project.proposed_fen)}, as it was approved")))
    if row["proposed_on"] not in (None, on):
        found.append(row.complaint("proposed_on", Text(
            f"已登记为「{on}」，不能由导入更改", f"what is recorded: {on}")))
    return found

