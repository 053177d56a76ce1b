"""What is proposed, planned and brought in of projects, by forms and by files."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from aid.drafts import CODE, DIVISION, Day, Draft, Line, OptionalLine, Prose
from aid.money import parse_yuan
from aid.projects.terms import DeliveryMode, ProjectKind, Stage


def _yuan(value: object) -> object:
    """Text as exact yuan; anything else is left for the type to judge."""
    if not isinstance(value, str):
        return value
    try:
        return Decimal(parse_yuan(value.strip())).scaleb(-2)
    except ValueError as failure:
        raise ValueError("yuan such as 4130000.00 / 金额（元），形如 4130000.00") from failure


DivisionCode = Annotated[str, Field(pattern=DIVISION)]
Code = Annotated[str, Field(pattern=CODE)]
YuanAmount = Annotated[
    Decimal, BeforeValidator(_yuan),
    Field(gt=0, lt=Decimal(10**13), decimal_places=2, allow_inf_nan=False)]


class SectorDraft(Draft):
    """sectors.csv: fields of aid, in the order in which they are listed."""

    code: Code
    name: Line
    name_en: Line


class ProjectDraft(Draft):
    """A project as proposed (项目申报).

    Codes of places are those in force on the planned start, or the last that the place bore. A
    blank region is the recipient itself, a blank pairing the one in force on the planned start. A
    target is named by its plan's code and its own. `proposed_on` is the day it was proposed; today
    if left out.
    """

    name: Line
    name_en: OptionalLine = None
    description: Prose = None
    recipient: DivisionCode
    region: DivisionCode | None = None
    locality: OptionalLine = None
    supporter: DivisionCode
    district: DivisionCode | None = None
    pairing: Code | None = None
    plan: Code | None = None
    target: Code | None = None
    sector: Code
    kind: ProjectKind
    delivery_mode: DeliveryMode
    proposed_yuan: YuanAmount
    planned_start: Day
    planned_end: Day
    proposed_on: Day | None = None

    @property
    def proposed_fen(self) -> int:
        """The proposed investment in fen."""
        return int(self.proposed_yuan * 100)


class MilestoneDraft(Draft):
    """A milestone to plan. It belongs to a stage of its project's path."""

    stage: Stage
    name: Line
    name_en: OptionalLine = None
    planned_on: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How a project goes on to a stage: the day, what shows it, and why if anything is missing.

    `evidence_no` is the number of what GATES asks for, `document_id` a document of the project.
    `override` passes over missing evidence, for the reason given.
    """

    on: date
    evidence_no: str | None = None
    document_id: int | None = None
    override: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What acceptance, the final audit or a third party found. `settled_fen`: what was spent."""

    assessor: str
    passed: bool = True
    score: Decimal | None = None
    settled_fen: int | None = None
    findings: str | None = None
