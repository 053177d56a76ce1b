"""Words of exports: what there is, who may have it, what it can be narrowed to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from aid.access.policy import Permission
from aid.projects.terms import Delay, ProjectKind, Stage
from aid.sheets.writing import Form
from aid.text import Locale, Text


class Kind(StrEnum):
    """What is exported: a row each."""

    PROJECTS = "projects"
    MILESTONES = "milestones"
    VILLAGES = "villages"
    WORKS = "works"
    PROGRESS = "progress"
    CADRES = "cadres"
    PLAN = "plan"
    TRANCHES = "tranches"
    MOVEMENTS = "movements"


class Filter(StrEnum):
    """What an export is narrowed by, as it is asked for; lists on pages have the same names."""

    REGION = "region"
    SUPPORTER = "supporter"
    SECTOR = "sector"
    FROM = "from"
    TO = "to"
    STAGE = "stage"
    KIND = "kind"
    STATE = "state"
    TEXT = "q"
    PROJECT = "project"
    SOURCE = "source"
    AS_KNOWN_ON = "as_known_on"


class Said(NamedTuple):
    """What is said of a kind: its name, all it needs, its filters, what its period is about.

    `forms` are those it comes in.
    """

    title: Text
    needs: tuple[Permission, ...]
    filters: frozenset[Filter]
    period: Text
    forms: frozenset[Form] = frozenset({Form.CSV, Form.XLSX, Form.JSONL})


_ALL = frozenset({Filter.REGION, Filter.SUPPORTER, Filter.SECTOR, Filter.FROM, Filter.TO})
_OF_MONEY = _ALL | {Filter.PROJECT, Filter.SOURCE}
_NO_SECTOR = _ALL - {Filter.SECTOR}

KINDS: Mapping[Kind, Said] = MappingProxyType({
    Kind.PROJECTS: Said(
        Text("帮扶项目", "Projects"), (Permission.PROJECT_READ,),
        _ALL | {Filter.STAGE, Filter.KIND, Filter.STATE, Filter.TEXT},
        Text("计划工期与期间有重叠", "planned, on some day of it, to be under way")),
    Kind.MILESTONES: Said(
        Text("里程碑", "Milestones"), (Permission.PROJECT_READ,), _ALL,
        Text("计划日期在期间内", "planned for a day of it")),
    Kind.VILLAGES: Said(
        Text("重点村", "Key villages"), (Permission.VILLAGE_READ,), _NO_SECTOR,
        Text("确定年度在期间内", "designated in a year of it")),
    Kind.WORKS: Said(
        Text("重点村建设内容", "Village works"), (Permission.VILLAGE_READ,), _NO_SECTOR,
        Text("计划工期与期间有重叠", "planned, on some day of it, to be under way")),
    Kind.PROGRESS: Said(
        Text("进度报告", "Progress reports"),
        (Permission.PROJECT_READ, Permission.VILLAGE_READ), _ALL,
        Text("报告日期在期间内", "reported for a day of it")),
    Kind.CADRES: Said(
        Text("援派干部", "Seconded cadres"), (Permission.CADRE_READ,), _NO_SECTOR,
        Text("任期与期间有重叠", "in a post on some day of it")),
    Kind.PLAN: Said(
        Text("规划目标", "Plan targets"),
        (Permission.TARGET_READ, Permission.PLAN_READ), _NO_SECTOR,
        Text("到期日在期间内", "due on a day of it")),
    Kind.TRANCHES: Said(
        Text("资金批次", "Instalments"), (Permission.FUND_READ, Permission.PROJECT_READ),
        _OF_MONEY,
        Text("到期日或预计日期在期间内", "due, or expected, on a day of it")),
    Kind.MOVEMENTS: Said(
        Text("资金流水", "Movements"), (Permission.FUND_READ, Permission.PROJECT_READ),
        _OF_MONEY | {Filter.AS_KNOWN_ON},
        Text("发生日期在期间内", "happened on a day of it"), frozenset(Form)),
})


class Wanted(NamedTuple):
    """What is asked for, by ids. None does not narrow; names are wanted in `locale`.

    `region_ids` are places with all that lies below them. Stage, kind, delay and `text` are of
    projects.
    """

    region_ids: tuple[int, ...] | None
    city_id: int | None
    district_id: int | None
    sector_id: int | None
    since: date | None
    until: date | None
    today: date
    locale: Locale
    project_id: int | None = None
    source_id: int | None = None
    known_before: datetime | None = None
    """Of movements, those alone that were recorded before this moment."""
    stage: Stage | None = None
    kind: ProjectKind | None = None
    delay: Delay | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be exported. `filters` are as they were typed, by the names of Filter."""

    kind: Kind
    form: Form
    locale: Locale
    today: date
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Produced:
    """What an export came to; `sha256` of the file, in hexadecimal, `size` in bytes."""

    rows: int
    size: int
    sha256: str
