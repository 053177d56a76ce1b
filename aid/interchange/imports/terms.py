"""Words of imports: what there is, and what bringing it in needs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from aid.access.policy import Permission
from aid.interchange.imports.cadre_columns import CADRE_COLUMNS
from aid.interchange.imports.fund_columns import MOVEMENT_COLUMNS, TRANCHE_COLUMNS
from aid.interchange.imports.project_columns import PROJECT_COLUMNS
from aid.interchange.imports.village_columns import (
    PROGRESS_COLUMNS,
    VILLAGE_COLUMNS,
    WORK_COLUMNS,
)
from aid.sheets.columns import Column
from aid.text import Text


class ImportKind(StrEnum):
    """What a sheet brings in: a row each."""

    PROJECTS = "projects"
    VILLAGES = "villages"
    WORKS = "works"
    PROGRESS = "progress"
    CADRES = "cadres"
    TRANCHES = "tranches"
    MOVEMENTS = "movements"


@dataclass(frozen=True, slots=True)
class Brought:
    """What is said of a kind: its name, what it needs (one of several), its columns."""

    title: Text
    needs: tuple[Permission, ...]
    columns: Sequence[Column]


IMPORTS: Mapping[ImportKind, Brought] = MappingProxyType({
    ImportKind.PROJECTS: Brought(
        Text("帮扶项目", "Projects"), (Permission.PROJECT_PROPOSE,), PROJECT_COLUMNS),
    ImportKind.VILLAGES: Brought(
        Text("重点村", "Key villages"), (Permission.VILLAGE_KEEP,), VILLAGE_COLUMNS),
    ImportKind.WORKS: Brought(
        Text("重点村建设内容", "Village works"), (Permission.VILLAGE_KEEP,), WORK_COLUMNS),
    ImportKind.PROGRESS: Brought(
        Text("进度", "Progress"), (Permission.PROGRESS_REPORT,), PROGRESS_COLUMNS),
    ImportKind.CADRES: Brought(
        Text("援派干部", "Cadres"), (Permission.CADRE_POST,), CADRE_COLUMNS),
    ImportKind.TRANCHES: Brought(
        Text("资金批次", "Instalments"), (Permission.FUND_PLAN,), TRANCHE_COLUMNS),
    ImportKind.MOVEMENTS: Brought(
        Text("资金流水", "Movements"), (Permission.FUND_COMMIT, Permission.FUND_CONFIRM),
        MOVEMENT_COLUMNS),
})
