"""Key villages and their works, a row each, with how they stand today."""

from typing import Any

from sqlalchemy import ColumnElement, and_, cast, false, func, literal, null, select
from sqlalchemy import Text as Words
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from aid.interchange.exports.selecting import (
    SIMULATED,
    Giver,
    Query,
    Value,
    extended,
    keyed,
    named,
    narrowed_to,
    of_model,
    overlapping,
)
from aid.interchange.exports.terms import Wanted
from aid.interchange.imports import village_columns as imports
from aid.projects.model import Project
from aid.regions.model import Division
from aid.sheets.columns import Column, Shape
from aid.text import Text
from aid.villages.model import KeyVillage, NaturalVillage, VillageWork
from aid.villages.progress import components_of, each_of, percent, villages_of, works_on
from aid.villages.queries import accepted
from aid.villages.terms import STALLED_AFTER_DAYS

_OF_VILLAGES = (
    Column(key="recipient_name", title=Text("受援地", "Recipient name")),
    Column(key="region_name", title=Text("所在区划", "Region name")),
    Column(key="works", title=Text("建设内容", "Works"), shape=Shape.INTEGER, total=True),
    Column(key="unfinished", title=Text("未完成", "Unfinished"), shape=Shape.INTEGER, total=True),
    Column(key="late_works", title=Text("逾期建设内容", "Late works"), shape=Shape.INTEGER,
           total=True),
    Column(key="cost_yuan", title=Text("计划造价（元）", "Planned cost (yuan)"), shape=Shape.YUAN,
           total=True),
    Column(key="progress", title=Text("进度", "Progress"), shape=Shape.PERCENT),
    Column(key="planned_progress", title=Text("应有进度", "Planned progress"),
           shape=Shape.PERCENT),
    Column(key="planned_end", title=Text("计划完成", "Planned end"), shape=Shape.DAY),
    Column(key="reported_on", title=Text("最近报告", "Last report"), shape=Shape.DAY),
    Column(key="accepted", title=Text("验收合格", "Accepted"), shape=Shape.FLAG),
    Column(key="late", title=Text("逾期", "Late"), shape=Shape.FLAG),
    Column(key="stalled", title=Text("停滞", "Stalled"), shape=Shape.FLAG),
    SIMULATED,
)
VILLAGE_COLUMNS = extended(
    imports.VILLAGE_COLUMNS, _OF_VILLAGES, total={"households", "population"})
_RECIPIENT, _REGION = aliased(Division), aliased(Division)


def village_rows(wanted: Wanted) -> Query:
    """Key villages by code."""
    giver = Giver()
    standing = villages_of(components_of(works_on(each_of([wanted.today])).subquery("work_on_day"))
                           .subquery("component_on_day"),
                           stalled_after=STALLED_AFTER_DAYS).subquery("standing")
    costs = (select(VillageWork.village_id, func.sum(VillageWork.cost_fen).label("fen"))
             .group_by(VillageWork.village_id).subquery("costs"))
    s = standing.c
    values: dict[str, Any] = {
        **of_model(VILLAGE_COLUMNS, KeyVillage),
        "recipient": _RECIPIENT.code, "region": _REGION.code,
        "supporter": giver.city.code, "district": giver.district.code,
        "recipient_name": named(_RECIPIENT.name, _RECIPIENT.name_en, wanted.locale),
        "region_name": named(_REGION.name, _REGION.name_en, wanted.locale),
        **{key: func.coalesce(s[key], 0) for key in ("works", "unfinished", "late_works")},
        "natural_villages": _natural_villages(), "cost_yuan": costs.c.fen,
        "progress": func.round(percent(s.actual), 2),
        "planned_progress": func.round(percent(s.planned), 2), "planned_end": s.planned_end,
        "reported_on": s.reported_on, "accepted": accepted(wanted.today),
        "late": func.coalesce(s.late, false()), "stalled": func.coalesce(s.stalled, false()),
    }
    query: Query = (
        select(*keyed(VILLAGE_COLUMNS, values))
        .select_from(KeyVillage)
        .join(_RECIPIENT, _RECIPIENT.id == KeyVillage.recipient_id)
        .join(_REGION, _REGION.id == KeyVillage.region_id)
        .outerjoin(standing, s.village_id == KeyVillage.id)
        .outerjoin(costs, costs.c.village_id == KeyVillage.id)
        .where(*_asked_for(wanted), *_designated(wanted))
        .order_by(KeyVillage.code.collate("C"))
    )
    return giver.joined(query, KeyVillage.supporter_id, KeyVillage.district_id)


_OF_WORKS = (
    Column(key="village_name", title=Text("重点村", "Village name")),
    Column(key="recipient_name", title=Text("受援地", "Recipient name")),
    Column(key="done", title=Text("累计完成量", "Done"), shape=Shape.QUANTITY),
    Column(key="reported_on", title=Text("最近报告", "Last report"), shape=Shape.DAY),
    Column(key="progress", title=Text("进度", "Progress"), shape=Shape.PERCENT),
    Column(key="planned_progress", title=Text("应有进度", "Planned progress"),
           shape=Shape.PERCENT),
    Column(key="late", title=Text("逾期", "Late"), shape=Shape.FLAG),
    SIMULATED,
)
WORK_COLUMNS = extended(imports.WORK_COLUMNS, _OF_WORKS, total={"cost_yuan"})


def work_rows(wanted: Wanted) -> Query:
    """Works by village and code."""
    state = works_on(each_of([wanted.today])).subquery("work_on_day")
    s = state.c
    values: dict[str, Any] = {
        **of_model(WORK_COLUMNS, VillageWork),
        "village": KeyVillage.code, "cost_yuan": VillageWork.cost_fen,
        "natural_village": NaturalVillage.name, "project": Project.code,
        "reason": cast(null(), Words),
        "village_name": named(KeyVillage.name, KeyVillage.name_en, wanted.locale),
        "recipient_name": named(_RECIPIENT.name, _RECIPIENT.name_en, wanted.locale),
        "done": s.done, "reported_on": s.reported_on, "progress": func.round(percent(s.actual), 2),
        "planned_progress": func.round(percent(s.planned), 2),
        "late": and_(s.unfinished, VillageWork.planned_end < wanted.today),
        "simulated": KeyVillage.simulated,
    }
    return (
        select(*keyed(WORK_COLUMNS, values))
        .select_from(VillageWork)
        .join(state, s.work_id == VillageWork.id)
        .join(KeyVillage, KeyVillage.id == VillageWork.village_id)
        .join(_RECIPIENT, _RECIPIENT.id == VillageWork.recipient_id)
        .outerjoin(NaturalVillage, NaturalVillage.id == VillageWork.natural_village_id)
        .outerjoin(Project, Project.id == VillageWork.project_id)
        .where(*_asked_for(wanted),
               *overlapping(VillageWork.planned_start, VillageWork.planned_end, wanted))
        .order_by(KeyVillage.code.collate("C"), VillageWork.code.collate("C"))
    )


def _natural_villages() -> Value:
    """Their names in one text, as an import takes it."""
    names = func.string_agg(NaturalVillage.name, aggregate_order_by(literal("、"),
                                                                    NaturalVillage.id))
    return select(names).where(NaturalVillage.village_id == KeyVillage.id).scalar_subquery()


def _asked_for(wanted: Wanted) -> list[ColumnElement[bool]]:
    return narrowed_to(wanted, region=KeyVillage.region_id, city=KeyVillage.supporter_id,
                       district=KeyVillage.district_id)


def _designated(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Designated in a year of the period."""
    year = KeyVillage.designated_in
    return [*([year >= wanted.since.year] if wanted.since else []),
            *([year <= wanted.until.year] if wanted.until else [])]


