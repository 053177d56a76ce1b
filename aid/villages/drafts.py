"""Key villages, works, reports and score sheets as brought in."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from aid.drafts import CODE, DIVISION, Day, Draft, Line, OptionalLine, Prose
from aid.villages.terms import Component

DivisionCode = Annotated[str, Field(pattern=DIVISION)]
People = Annotated[int, Field(ge=0, le=10_000_000)]
Fen = Annotated[int, Field(gt=0, le=10**17)]
Quantity = Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=18, decimal_places=4)]
Unit = Annotated[str, Field(min_length=1, max_length=20)]
Reason = Annotated[str, Field(min_length=1, max_length=4000)]
Points = Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=6, decimal_places=2)]


class VillageDraft(Draft):
    """A village to designate. `region` is the county it lies in; blank: the recipient itself.

    Their codes are those in force on the first day of that year, or the last that the place bore.
    """

    recipient: DivisionCode
    region: DivisionCode | None = None
    name: Line
    name_en: OptionalLine = None
    township: OptionalLine = None
    supporter: DivisionCode
    district: DivisionCode | None = None
    designated_in: Annotated[int, Field(ge=1979, le=2100)]
    households: People | None = None
    population: People | None = None
    simulated: bool = False


class NaturalVillageDraft(Draft):
    """A hamlet of a key village."""

    name: Line
    households: People | None = None
    population: People | None = None


class WorkDraft(Draft):
    """A work to plan. `natural_village` is a hamlet's name, `project` a project's code."""

    component: Component
    name: Line
    unit: Unit
    planned: Annotated[Quantity, Field(gt=0)]
    cost_fen: Fen | None = None
    planned_start: Day
    planned_end: Day
    natural_village: OptionalLine = None
    project: OptionalLine = None


class WorkChangeDraft(Draft):
    """What of a planned work is to be otherwise, and why. What is not given stays as it is.

    `cost_fen` null takes the cost away.
    """

    planned: Annotated[Quantity, Field(gt=0)] | None = None
    unit: Unit | None = None
    cost_fen: Fen | None = None
    planned_start: Day | None = None
    planned_end: Day | None = None
    reason: Reason

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were given a value, and the cost if it was given at all."""
        values = self.model_dump(exclude={"place", "reason"}, exclude_unset=True)
        return {name: value for name, value in values.items()
                if value is not None or name == "cost_fen"}


class WorkReportDraft(Draft):
    """How much of a work is done in all by a day, in the work's unit."""

    reported_on: Day
    done: Quantity
    note: Prose = None


class AcceptanceDraft(Draft):
    """A score sheet as filled in: the points of each line, by the line's code."""

    sheet: Line
    accepted_on: Day
    assessor: Line
    points: Mapping[str, Points]
    note: Prose = None
    document_id: int | None = None


class CriterionDraft(Draft):
    """acceptance.csv: a line of a score sheet, in reading order. No component: the village whole.
    """

    sheet: Annotated[str, Field(pattern=CODE)]
    code: Annotated[str, Field(pattern=CODE)]
    component: Component | None = None
    name: Line
    name_en: Line
    points: Annotated[Points, Field(gt=0)]
