"""Who sees which rows, in plain Python over rows in memory: written without the SQL policies."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from aid.access.actor import Actor
from aid.access.policy import Permission, Reach, reach
from aid.access.roles import Inner, Role


class TableRow(Protocol):
    """A row, by the names of its columns."""

    def __getitem__(self, column: str, /) -> Any: ...


Found = TypeVar("Found", bound=TableRow)

READ_WITH = {
    "division": Permission.REGION_READ,
    "division_period": Permission.REGION_READ,
    "supporting_city": Permission.REGION_READ,
    "supporting_district": Permission.REGION_READ,
    "plan": Permission.PLAN_READ,
    "plan_section": Permission.PLAN_READ,
    "region_group": Permission.PLAN_READ,
    "region_group_member": Permission.PLAN_READ,
    "indicator": Permission.PLAN_READ,
    "pairing": Permission.PAIRING_READ,
    "plan_target": Permission.TARGET_READ,
    "plan_target_year": Permission.TARGET_READ,
    "plan_target_adjustment": Permission.TARGET_READ,
    "published_figure": Permission.FIGURE_READ,
    "figure_breakdown": Permission.DISCREPANCY_READ,
    "figure_breakdown_part": Permission.DISCREPANCY_READ,
    "discrepancy": Permission.DISCREPANCY_READ,
    "sector": Permission.PLAN_READ,
    "acceptance_criterion": Permission.PLAN_READ,
    "batch": Permission.PLAN_READ,
    "project": Permission.PROJECT_READ,
    "project_term": Permission.PROJECT_READ,
    "project_place": Permission.PROJECT_READ,
    "stage_change": Permission.PROJECT_READ,
    "project_adjustment": Permission.PROJECT_READ,
    "milestone": Permission.PROJECT_READ,
    "milestone_total": Permission.PROJECT_READ,
    "rescheduling": Permission.PROJECT_READ,
    "milestone_correction": Permission.PROJECT_READ,
    "progress_report": Permission.PROJECT_READ,
    "progress_document": Permission.PROJECT_READ,
    "assessment": Permission.PROJECT_READ,
    "document": Permission.PROJECT_READ,
    "content": Permission.PROJECT_READ,
    "key_village": Permission.VILLAGE_READ,
    "key_village_term": Permission.VILLAGE_READ,
    "village_progress": Permission.VILLAGE_READ,
    "project_village": Permission.VILLAGE_READ,
    "natural_village": Permission.VILLAGE_READ,
    "village_work": Permission.VILLAGE_READ,
    "work_adjustment": Permission.VILLAGE_READ,
    "village_report": Permission.VILLAGE_READ,
    "village_report_document": Permission.VILLAGE_READ,
    "village_acceptance": Permission.VILLAGE_READ,
    "acceptance_score": Permission.VILLAGE_READ,
    "cadre": Permission.CADRE_READ,
    "post": Permission.CADRE_READ,
    "secondment": Permission.CADRE_READ,
    "extension": Permission.CADRE_READ,
    "secondment_project": Permission.CADRE_READ,
    "fund_source": Permission.PLAN_READ,
    "schedule": Permission.PLAN_READ,
    "schedule_part": Permission.PLAN_READ,
    "two_persons": Permission.PLAN_READ,
    "tranche": Permission.FUND_READ,
    "tranche_balance": Permission.FUND_READ,
    "chain": Permission.FUND_READ,
    "movement": Permission.FUND_READ,
    "fund_total": Permission.FUND_READ,
    "incarnation": Permission.PLAN_READ,
    "checkpoint_key": Permission.PLAN_READ,
    "checkpoint": Permission.PLAN_READ,
    "checkpoint_head": Permission.FUND_READ,
    "disbursement_request": Permission.REQUEST_READ,
    "disbursement_decision": Permission.REQUEST_READ,
    "account": Permission.ACCOUNT_READ,
    "account_region": Permission.ACCOUNT_READ,
    "audit_entry": Permission.AUDIT_READ,
}
"""What one needs to be allowed to read a table's rows. Of `change`, what the changed thing needs;
the tables that are missing are the gate's."""

OF_A_RECIPIENT = frozenset(
    table for table, permission in READ_WITH.items()
    if permission in (Permission.PROJECT_READ, Permission.VILLAGE_READ, Permission.CADRE_READ,
                      Permission.FUND_READ)
) - {"content", "cadre"}
"""Whose rows say whose data they are."""

SECRET = frozenset({"credential", "sign_in_session", "api_token", "failed_sign_in"})
REFERENCE = frozenset(
    table for table, permission in READ_WITH.items()
    if permission in (Permission.REGION_READ, Permission.PLAN_READ)
)
GATE = REFERENCE | SECRET | {"pairing", "account", "account_region"}
"""What the program's own door reads."""


def visible(tables: Mapping[str, Sequence[Found]], actor: Actor) -> dict[str, list[Found]]:
    """The rows of each table that the actor is to see."""
    own = _own(tables, frozenset(actor.recipients))

    def fits(table: str, row: TableRow) -> bool:
        if table == "change":
            changed = row["entity"]
            if actor.role is Inner.GATE:
                return bool(changed == "account")
            return fits(changed, _thing(tables[changed], row["entity_id"]))
        if actor.role is Inner.GATE:
            return table in GATE
        if table in SECRET:
            return False
        how_far = reach(actor.role, READ_WITH[table])
        return how_far is Reach.ALL or (how_far is Reach.OWN and own[table](row))

    found = {table: [row for row in rows if fits(table, row)] for table, rows in tables.items()}
    if reach(actor.role, Permission.ACCOUNT_READ) is Reach.ALL:  # of which places an account is
        found["division"] = list(tables["division"])
    return found


def _own(
    tables: Mapping[str, Sequence[TableRow]], own: frozenset[int]
) -> dict[str, Callable[[TableRow], bool]]:
    groups = {row["group_id"] for row in tables["region_group_member"]
              if row["division_id"] in own}

    def scoped(row: TableRow) -> bool:
        if row["region_id"] is None and row["group_id"] is None:
            return bool(own)
        return row["region_id"] in own or row["group_id"] in groups

    def recipients(row: TableRow) -> bool:
        return row["recipient_id"] in own

    targets = {row["id"] for row in tables["plan_target"] if scoped(row)}
    cadres = {row["cadre_id"] for row in tables.get("secondment", ()) if recipients(row)}
    files = {row["sha256"] for row in tables.get("document", ()) if recipients(row)}
    return {
        **dict.fromkeys(OF_A_RECIPIENT, recipients),
        "cadre": lambda row: row["id"] in cadres,
        "content": lambda row: row["sha256"] in files,
        "pairing": recipients,
        "plan_target": scoped,
        "published_figure": scoped,
        "plan_target_year": lambda row: row["target_id"] in targets,
        "plan_target_adjustment": lambda row: row["target_id"] in targets,
    }


def may_add(
    tables: Mapping[str, Sequence[Found]], actor: Actor, table: str, row: TableRow
) -> bool:
    """Whether a recipient may add a row: what it reports of its own region, and proposals."""
    if actor.role is not Role.RECIPIENT:
        return False
    if table in ("progress_report", "village_report", "document"):
        return row["recipient_id"] in actor.recipients
    if table == "content":
        return any(one["sha256"] == row["sha256"] and one["recipient_id"] in actor.recipients
                   for one in tables["document"])
    if table == "stage_change":
        return (row["recipient_id"] in actor.recipients and row["from_stage"] is None
                and row["to_stage"] == "reserve")
    if table == "change":
        return (row["entity"] == "project" and row["field"] is None and row["old"] is None
                and _is_proposal(_thing(tables["project"], row["entity_id"]), actor))
    return table == "project" and _is_proposal(row, actor)


def _is_proposal(project: TableRow, actor: Actor) -> bool:
    return (project["recipient_id"] in actor.recipients and project["stage"] == "reserve"
            and project["held_stage"] is None and project["approved_fen"] is None
            and project["progress"] == 0)


def _thing(rows: Sequence[TableRow], number: int) -> TableRow:
    return next(row for row in rows if row["id"] == number)
