"""Projects and their milestones, a row each."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Numeric,
    Subquery,
    and_,
    case,
    cast,
    func,
    null,
    select,
)
from sqlalchemy import Text as Words
from sqlalchemy.orm import aliased

from aid.interchange.exports.lives import Lives
from aid.interchange.exports.selecting import (
    SIMULATED,
    Giver,
    Query,
    extended,
    keyed,
    named,
    narrowed_to,
    of_model,
    within,
)
from aid.interchange.exports.terms import Wanted
from aid.interchange.imports import project_columns as imports
from aid.plans.model import Plan, PlanTarget
from aid.projects.correction_model import MilestoneCorrection
from aid.projects.listing import Asked, narrowed_by
from aid.projects.model import Milestone, Project, Rescheduling, Sector
from aid.projects.rules import ENDED
from aid.projects.terms import STAGE_NAMES, Delay, Stage
from aid.regions.model import Division, Pairing
from aid.sheets.columns import Column, Shape
from aid.text import Text

_DERIVED = (
    Column(key="recipient_name", title=Text("受援地", "Recipient name")),
    Column(key="region_name", title=Text("所在区划", "Region name")),
    Column(key="giver_name", title=Text("支援方", "Supporter name")),
    Column(key="sector_name", title=Text("领域名称", "Sector name")),
    Column(key="progress", title=Text("形象进度", "Progress"), shape=Shape.PERCENT),
    Column(key="progress_on", title=Text("进度日期", "Progress as of"), shape=Shape.DAY),
    Column(key="completed_yuan", title=Text("完成投资（元）", "Completed (yuan)"),
           shape=Shape.YUAN, total=True),
    Column(key="late", title=Text("逾期", "Late"), shape=Shape.FLAG),
    Column(key="late_milestones", title=Text("逾期里程碑", "Late milestones"),
           shape=Shape.INTEGER, total=True),
    SIMULATED,
)
PROJECT_COLUMNS = extended(imports.PROJECT_COLUMNS, _DERIVED, total={
    "proposed_yuan", "approved_yuan", "settled_yuan"})

_RECIPIENT, _REGION = aliased(Division), aliased(Division)


def project_rows(wanted: Wanted) -> Query:
    """Projects by code, with how they came here and how they stand today."""
    giver, lives = Giver(), Lives()
    overdue = _overdue_milestones(wanted)
    done = func.round(cast(Project.approved_fen, Numeric) * Project.progress / 100)
    values: dict[str, Any] = {
        **lives.values, **of_model(PROJECT_COLUMNS, Project),
        **dict.fromkeys(("adjusted_because", "adjustment_no"), cast(null(), Words)),
        "adjusted_on": cast(null(), Date),
        "recipient": _RECIPIENT.code, "region": _REGION.code, "locality": Project.place,
        "supporter": giver.city.code, "district": giver.district.code, "pairing": Pairing.code,
        "plan": Plan.code, "target": PlanTarget.code, "sector": Sector.code,
        "proposed_yuan": Project.proposed_fen, "approved_yuan": Project.approved_fen,
        "recipient_name": named(_RECIPIENT.name, _RECIPIENT.name_en, wanted.locale),
        "region_name": named(_REGION.name, _REGION.name_en, wanted.locale),
        "giver_name": giver.name(wanted.locale),
        "sector_name": named(Sector.name, Sector.name_en, wanted.locale),
        "completed_yuan": done,
        "late": and_(goes_on(), Project.completed_on.is_(None),
                     Project.planned_end < wanted.today),
        "late_milestones": case((and_(goes_on(), Project.stage != Stage.SUSPENDED),
                                 func.coalesce(overdue.c.number, 0)), else_=0),
    }
    query: Query = (
        select(*keyed(PROJECT_COLUMNS, values))
        .select_from(Project)
        .join(_RECIPIENT, _RECIPIENT.id == Project.recipient_id)
        .join(_REGION, _REGION.id == Project.region_id)
        .join(Sector, Sector.id == Project.sector_id)
        .outerjoin(Pairing, Pairing.id == Project.pairing_id)
        .outerjoin(PlanTarget, PlanTarget.id == Project.target_id)
        .outerjoin(Plan, Plan.id == PlanTarget.plan_id)
        .outerjoin(lives.moves, lives.moves.c.project_id == Project.id)
        .outerjoin(lives.judgements, lives.judgements.c.project_id == Project.id)
        .outerjoin(overdue, overdue.c.project_id == Project.id)
        .where(*narrowed_by(_asked(wanted)))
        .order_by(Project.code.collate("C"))
    )
    return giver.joined(query, Project.supporter_id, Project.district_id)


MILESTONE_COLUMNS = (
    Column(key="project", title=Text("项目编号", "Project code"), shape=Shape.CODE),
    Column(key="project_name", title=Text("项目名称", "Project")),
    Column(key="recipient", title=Text("受援地代码", "Recipient code"), shape=Shape.CODE),
    Column(key="recipient_name", title=Text("受援地", "Recipient name")),
    Column(key="stage", title=Text("所属阶段", "Stage"), shape=Shape.CHOICE, choices=STAGE_NAMES),
    Column(key="name", title=Text("里程碑", "Milestone")),
    Column(key="name_en", title=Text("英文名称", "English name")),
    Column(key="planned_on", title=Text("计划日期", "Planned on"), shape=Shape.DAY),
    Column(key="met_on", title=Text("实际日期", "Met on"), shape=Shape.DAY),
    Column(key="evidence_no", title=Text("凭证编号", "Evidence no.")),
    Column(key="note", title=Text("说明", "Note")),
    Column(key="late", title=Text("逾期", "Late"), shape=Shape.FLAG),
    Column(key="days_late", title=Text("逾期天数", "Days late"), shape=Shape.INTEGER),
    Column(key="first_planned_on", title=Text("原计划日期", "First planned on"), shape=Shape.DAY),
    Column(key="reschedulings", title=Text("改期次数", "Reschedulings"), shape=Shape.INTEGER,
           total=True),
    Column(key="corrections", title=Text("更正次数", "Corrections"), shape=Shape.INTEGER,
           total=True),
    SIMULATED,
)


def milestone_rows(wanted: Wanted) -> Query:
    """Milestones by project and planned day. Days late: until met, or until today."""
    moved = (
        select(Rescheduling.milestone_id, func.count().label("number"),
               func.array_agg(Rescheduling.old_on.op("ORDER BY")(Rescheduling.id))[1]
               .label("first_on"))
        .group_by(Rescheduling.milestone_id)
        .subquery("moved")
    )
    corrected = (
        select(func.count()).where(MilestoneCorrection.milestone_id == Milestone.id)
        .scalar_subquery())
    until = func.coalesce(Milestone.met_on, wanted.today)
    values: dict[str, Any] = {
        **of_model(MILESTONE_COLUMNS, Milestone),
        "project": Project.code, "simulated": Project.simulated,
        "project_name": named(Project.name, Project.name_en, wanted.locale),
        "recipient": _RECIPIENT.code,
        "recipient_name": named(_RECIPIENT.name, _RECIPIENT.name_en, wanted.locale),
        "late": _is_overdue(wanted),
        "days_late": func.greatest(until - Milestone.planned_on, 0),
        "first_planned_on": moved.c.first_on,
        "reschedulings": func.coalesce(moved.c.number, 0), "corrections": corrected,
    }
    return (
        select(*keyed(MILESTONE_COLUMNS, values))
        .select_from(Milestone)
        .join(Project, Project.id == Milestone.project_id)
        .join(_RECIPIENT, _RECIPIENT.id == Milestone.recipient_id)
        .outerjoin(moved, moved.c.milestone_id == Milestone.id)
        .where(*_asked_for(wanted), *within(Milestone.planned_on, wanted))
        .order_by(Project.code.collate("C"), Milestone.planned_on, Milestone.id)
    )


def goes_on() -> ColumnElement[bool]:
    """Whether a project is neither closed nor cancelled."""
    return Project.stage.not_in(sorted(ENDED))


def _asked(wanted: Wanted) -> Asked:
    """The same as lists on pages ask for."""
    return Asked(
        today=wanted.today, region_ids=wanted.region_ids, city_id=wanted.city_id,
        district_id=wanted.district_id, sector_id=wanted.sector_id, since=wanted.since,
        until=wanted.until, stage=wanted.stage, kind=wanted.kind, text=wanted.text,
        late=wanted.delay is Delay.LATE, behind=wanted.delay is Delay.BEHIND)


def _asked_for(wanted: Wanted) -> list[ColumnElement[bool]]:
    return narrowed_to(wanted, region=Project.region_id, city=Project.supporter_id,
                       district=Project.district_id, sector=Project.sector_id)


def _is_overdue(wanted: Wanted) -> ColumnElement[bool]:
    """As lists of late milestones have it: of projects that are neither ended nor suspended."""
    return and_(Milestone.met_on.is_(None), Milestone.planned_on < wanted.today, goes_on(),
                 Project.stage != Stage.SUSPENDED)


def _overdue_milestones(wanted: Wanted) -> Subquery:
    """How many milestones of each project were to be met by yesterday and are not."""
    return (
        select(Milestone.project_id, func.count().label("number"))
        .where(Milestone.met_on.is_(None), Milestone.planned_on < wanted.today)
        .group_by(Milestone.project_id)
        .subquery("overdue")
    )
