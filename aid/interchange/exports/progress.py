"""What was reported: progress of projects in percent, of village works in their units; a row each.
"""

from typing import Any

from sqlalchemy import Boolean, Numeric, cast, func, null, select, union_all
from sqlalchemy import Text as Words
from sqlalchemy.orm import aliased

from aid.interchange.exports.selecting import (
    SIMULATED,
    Query,
    extended,
    keyed,
    named,
    narrowed_to,
    within,
)
from aid.interchange.exports.terms import Wanted
from aid.interchange.imports import village_columns as imports
from aid.projects.model import ProgressReport, Project
from aid.regions.model import Division
from aid.sheets.columns import Column, Shape
from aid.text import Text
from aid.villages.model import KeyVillage, VillageReport, VillageWork

_DERIVED = (
    Column(key="unit", title=Text("单位", "Unit")),
    Column(key="planned", title=Text("计划量", "Planned"), shape=Shape.QUANTITY),
    Column(key="rate", title=Text("完成率", "Rate"), shape=Shape.PERCENT),
    Column(key="name", title=Text("名称", "Name")),
    Column(key="recipient_name", title=Text("受援地", "Recipient name")),
    Column(key="reporter", title=Text("报告人", "Reported by")),
    SIMULATED,
)
PROGRESS_COLUMNS = extended(imports.PROGRESS_COLUMNS, _DERIVED)
_RECIPIENT = aliased(Division)


def progress_rows(wanted: Wanted) -> Query:
    """Reports by project, village and work, in the order of their days."""
    reports = union_all(*_reports(wanted)).subquery("report")
    c = reports.c
    return select(*(c[column.key] for column in PROGRESS_COLUMNS)).order_by(
        c.project.collate("C"), c.village.collate("C"), c.work.collate("C"), c.reported_on, c.id)


def _reports(wanted: Wanted) -> list[Query]:
    """Of projects and of works; works are of no sector."""
    of_works = [] if wanted.sector_id is not None else [_of_works(wanted)]
    return [_of_projects(wanted), *of_works]


def _of_projects(wanted: Wanted) -> Query:
    nothing, none = cast(null(), Words), cast(null(), Numeric)
    values: dict[str, Any] = {
        "project": Project.code, "village": nothing, "work": nothing,
        "reported_on": ProgressReport.reported_on, "percent": ProgressReport.percent,
        "done": none, "note": ProgressReport.note, "unit": nothing, "planned": none,
        "correction": cast(null(), Boolean), "rate": ProgressReport.percent,
        "reporter": ProgressReport.actor,
        "name": named(Project.name, Project.name_en, wanted.locale),
        "recipient_name": named(_RECIPIENT.name, _RECIPIENT.name_en, wanted.locale),
        "simulated": Project.simulated,
    }
    return (
        select(*keyed(PROGRESS_COLUMNS, values), ProgressReport.id.label("id"))
        .select_from(ProgressReport)
        .join(Project, Project.id == ProgressReport.project_id)
        .join(_RECIPIENT, _RECIPIENT.id == ProgressReport.recipient_id)
        .where(*narrowed_to(wanted, region=Project.region_id, city=Project.supporter_id,
                            district=Project.district_id, sector=Project.sector_id),
               *within(ProgressReport.reported_on, wanted))
    )


def _of_works(wanted: Wanted) -> Query:
    share = func.least(VillageReport.done / VillageWork.planned, 1)
    values: dict[str, Any] = {
        "project": cast(null(), Words), "village": KeyVillage.code, "work": VillageWork.code,
        "reported_on": VillageReport.reported_on, "percent": cast(null(), Numeric),
        "done": VillageReport.done, "note": VillageReport.note, "unit": VillageWork.unit,
        "correction": cast(null(), Boolean), "planned": VillageWork.planned,
        "rate": func.round(share * 100, 2),
        "reporter": VillageReport.actor, "name": VillageWork.name,
        "recipient_name": named(_RECIPIENT.name, _RECIPIENT.name_en, wanted.locale),
        "simulated": KeyVillage.simulated,
    }
    return (
        select(*keyed(PROGRESS_COLUMNS, values), VillageReport.id)
        .select_from(VillageReport)
        .join(VillageWork, VillageWork.id == VillageReport.work_id)
        .join(KeyVillage, KeyVillage.id == VillageWork.village_id)
        .join(_RECIPIENT, _RECIPIENT.id == VillageReport.recipient_id)
        .where(*narrowed_to(wanted, region=KeyVillage.region_id, city=KeyVillage.supporter_id,
                            district=KeyVillage.district_id),
               *within(VillageReport.reported_on, wanted))
    )
