"""All rows of a database in memory, by plain SELECT: what the reference answers from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from aid.access.actor import Actor
from tests.visible import visible

TABLES = {
    "RecipientRegion": "division",
    "DivisionPeriod": "division_period",
    "SupportingCity": "supporting_city",
    "SupportingDistrict": "supporting_district",
    "Pairing": "pairing",
    "Plan": "plan",
    "PlanSection": "plan_section",
    "RegionGroup": "region_group",
    "RegionGroupMember": "region_group_member",
    "Indicator": "indicator",
    "PlanTarget": "plan_target",
    "PlanTargetYear": "plan_target_year",
    "PlanTargetAdjustment": "plan_target_adjustment",
    "PublishedFigure": "published_figure",
    "FigureBreakdown": "figure_breakdown",
    "FigureBreakdownPart": "figure_breakdown_part",
    "Discrepancy": "discrepancy",
    "Sector": "sector",
    "AidProject": "project",
    "StageChange": "stage_change",
    "ProjectAdjustment": "project_adjustment",
    "Milestone": "milestone",
    "Rescheduling": "rescheduling",
    "MilestoneCorrection": "milestone_correction",
    "ProgressReport": "progress_report",
    "Evaluation": "assessment",
    "Document": "document",
    "KeyVillage": "key_village",
    "NaturalVillage": "natural_village",
    "VillageWork": "village_work",
    "VillageReport": "village_report",
    "WorkAdjustment": "work_adjustment",
    "VillageAcceptance": "village_acceptance",
    "AcceptanceScore": "acceptance_score",
    "AcceptanceCriterion": "acceptance_criterion",
    "SecondedCadre": "cadre",
    "Batch": "batch",
    "Post": "post",
    "Secondment": "secondment",
    "SecondmentExtension": "extension",
    "ProjectVillageRow": "project_village",
    "ProgressDocumentRow": "progress_document",
    "VillageReportDocumentRow": "village_report_document",
    "FundSource": "fund_source",
    "Schedule": "schedule",
    "SchedulePart": "schedule_part",
    "FundingTranche": "tranche",
    "Movement": "movement",
    "ChainHead": "chain",
    "TwoPersons": "two_persons",
    "DisbursementRequest": "disbursement_request",
    "DisbursementDecision": "disbursement_decision",
    "SecondmentProjectRow": "secondment_project",
    "Change": "change",
    "Account": "account",
    "AccountRegionRow": "account_region",
    "AuditEntry": "audit_entry",
}
"""The table of each type, and of each link between types."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row, with the name of the GraphQL type it stands for."""

    kind: str
    values: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]


class Rows:
    """Every row of every table, found by the value of a column."""

    def __init__(self, tables: Mapping[str, Sequence[Row]], texts: Sequence[str]) -> None:
        self._tables = tables
        self._found: dict[tuple[str, str], dict[Any, list[Row]]] = {}
        self.rank = {text: at for at, text in enumerate(texts)}
        """The place of a text in the database's own order of texts."""
        self.whole = self
        """All rows there are, those included that one does not see."""

    def seen_by(self, actor: Actor) -> "Rows":
        """Only the rows that the actor is to see."""
        kinds = {table: kind for kind, table in TABLES.items()}
        found = visible({TABLES[kind]: rows for kind, rows in self._tables.items()}, actor)
        seen = Rows({kinds[table]: rows for table, rows in found.items()}, list(self.rank))
        seen.whole = self
        return seen

    def all(self, kind: str) -> Sequence[Row]:
        """All rows of a kind, by id."""
        return self._tables[kind]

    def where(self, kind: str, column: str, value: Any) -> list[Row]:
        """The rows whose column has the value, by id."""
        if (kind, column) not in self._found:
            grouped: dict[Any, list[Row]] = defaultdict(list)
            for row in self._tables[kind]:
                grouped[row[column]].append(row)
            self._found[kind, column] = grouped
        return self._found[kind, column].get(value, [])

    def one(self, kind: str, column: str, value: Any) -> Row | None:
        """The row whose column has the value; None when there is none."""
        found = self.where(kind, column, value)
        assert len(found) <= 1, (kind, column, value)
        return found[0] if found else None


async def all_rows(url: str) -> Rows:
    """Read everything, once."""
    connection = await asyncpg.connect(url)
    try:
        tables: dict[str, list[Row]] = {}
        for kind, table in TABLES.items():
            found = await connection.fetch(f"SELECT * FROM {table}")
            rows = [Row(kind, dict(row)) for row in found]
            tables[kind] = sorted(rows, key=lambda row: row.values.get("id", 0))
        texts = {value for rows in tables.values() for row in rows for value in row.values.values()
                 if isinstance(value, str)}
        ordered = await connection.fetch(
            "SELECT t FROM unnest($1::text[]) t ORDER BY t", list(texts))
    finally:
        await connection.close()
    return Rows(tables, [row["t"] for row in ordered])
