"""Every kind of export: its columns and its one statement."""

from collections.abc import Mapping
from types import MappingProxyType

from aid.interchange.exports.cadres import CADRE_COLUMNS, cadre_rows
from aid.interchange.exports.movements import MOVEMENT_COLUMNS, movement_rows
from aid.interchange.exports.plan import PLAN_COLUMNS, plan_rows
from aid.interchange.exports.progress import PROGRESS_COLUMNS, progress_rows
from aid.interchange.exports.projects import (
    MILESTONE_COLUMNS,
    PROJECT_COLUMNS,
    milestone_rows,
    project_rows,
)
from aid.interchange.exports.selecting import Exported
from aid.interchange.exports.terms import Kind
from aid.interchange.exports.tranches import TRANCHE_COLUMNS, tranche_rows
from aid.interchange.exports.villages import (
    VILLAGE_COLUMNS,
    WORK_COLUMNS,
    village_rows,
    work_rows,
)

EXPORTED: Mapping[Kind, Exported] = MappingProxyType({
    Kind.PROJECTS: Exported(PROJECT_COLUMNS, project_rows),
    Kind.MILESTONES: Exported(MILESTONE_COLUMNS, milestone_rows),
    Kind.VILLAGES: Exported(VILLAGE_COLUMNS, village_rows),
    Kind.WORKS: Exported(WORK_COLUMNS, work_rows),
    Kind.PROGRESS: Exported(PROGRESS_COLUMNS, progress_rows),
    Kind.CADRES: Exported(CADRE_COLUMNS, cadre_rows),
    Kind.PLAN: Exported(PLAN_COLUMNS, plan_rows),
    Kind.TRANCHES: Exported(TRANCHE_COLUMNS, tranche_rows),
    Kind.MOVEMENTS: Exported(MOVEMENT_COLUMNS, movement_rows),
})
