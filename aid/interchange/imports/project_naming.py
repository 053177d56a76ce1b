"""From what a row of a project names to the rows it means. As aid/projects/resolving.py does."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from aid.access.actor import Actor
from aid.access.roles import Role
from aid.errors import Complaint
from aid.interchange.imports.references import Giver, References
from aid.projects.model import Project
from aid.regions.gazetteer import Paired
from aid.sheets.headings import Row
from aid.text import Text


@dataclass(frozen=True, slots=True)
class Named:
    """The rows that a project's row names, by id; None where it leaves that blank."""

    supporter_id: int
    recipient_id: int
    sector_id: int
    region_id: int | None
    district_id: int | None
    pairing: Paired | None
    target_id: int | None

    def values(self) -> dict[str, Any]:
        """What the row names by attribute of a project."""
        return {"supporter_id": self.supporter_id, "recipient_id": self.recipient_id,
                "sector_id": self.sector_id, "region_id": self.region_id,
                "district_id": self.district_id, "target_id": self.target_id,
                "pairing_id": self.pairing.id if self.pairing else None}


def recipient_of(
    references: References, row: Row, actor: Actor, on: date
) -> tuple[int | None, list[Complaint]]:
    """The recipient of a row; a recipient brings in its own projects only."""
    found, complaints = references.place(row, "recipient", on)
    if found is None or actor.role is not Role.RECIPIENT or found in actor.recipients:
        return found, complaints
    return None, [row.complaint("recipient", Text(
        "只能为本地区申报", "your own region: a recipient proposes only for itself"))]


def named(
    references: References, row: Row, recipient_id: int, project: Project | None
) -> tuple[Named | None, list[Complaint]]:
    """What a row names, or everything wrong with it. `project` is the one it means, if known."""
    on: date = row["planned_start"]
    giver, complaints = references.giver(row)
    sector_id, wrong = references.sector(row)
    complaints += wrong
    region_id = None
    if row["region"] is not None:
        region_id, wrong = references.place(row, "region", on, below=recipient_id)
        complaints += wrong
    if giver is None:
        return None, complaints
    places = {recipient_id, region_id or (project.region_id if project else recipient_id)}
    target_id, wrong = references.target(row, giver.city_id, places)
    complaints += wrong
    pairing = None
    if project is None or row["pairing"] is not None or project.planned_start != on:
        pairing, wrong = _pairing(references, row, giver, recipient_id)
        complaints += wrong
    if complaints or sector_id is None:
        return None, complaints
    kept = project is not None and row["pairing"] is None
    return Named(giver.city_id, recipient_id, sector_id, region_id, giver.district_id,
                 None if kept else pairing, target_id), []


def _pairing(
    references: References, row: Row, giver: Giver, recipient_id: int
) -> tuple[Paired | None, list[Complaint]]:
    """The pairing that a row names, or the one in force on the planned start."""
    on: date = row["planned_start"]
    found, complaints = references.paired(row, giver.city_id, recipient_id, on, on)
    if complaints:
        return None, complaints
    if row["pairing"] is not None:
        given = next((one for one in found if one.code == row["pairing"]), None)
        if given is not None and (
                giver.district_id is None or given.district_id in (None, giver.district_id)):
            return given, []
        return None, [row.complaint("pairing", Text(
            f"应为该支援方与受援地在 {on} 有效的结对关系",
            f"a pairing of this supporter and recipient in force on {on}"))]
    own = [one for one in found if one.district_id == giver.district_id]
    citys = [one for one in found if one.district_id is None]
    if own or citys:
        return (own or citys)[0], []
    return None, [row.complaint("district", Text(
        f"应为在 {on} 与受援地结对的区县", f"a district that is paired with it on {on}"))]
