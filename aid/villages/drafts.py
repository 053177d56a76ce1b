"""Key villages, works, reports and score sheets as brought in."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from aid.drafts import CODE, DIVISION, Day, Draft, Line, OptionalLine, Prose
from aid.villages.terms import Component

DivisionCode = Annotated[str, Field(pattern=DIVISION)]
People = Annotated[int, Field(ge=0, le=10_000_000)]
Fen = Annotated[int, Field(gt=0, le=10**17)]
Quantity = Annotated[Decimal, Field(ge=0, allow_inf_nan=False, max_digits=18, decimal_places=4)]
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
    unit: Annotated[str, Field(min_length=1, max_length=20)]
    planned: Annotated[Quantity, Field(gt=0)]
    cost_fen: Fen | None = None
    planned_start: Day
    planned_end: Day
    natural_village: OptionalLine = None
    project: OptionalLine = None


class WorkReportDraft(Draft):
    """How much of a work is done in all by a day, in the work's unit."""

    reported_on: Day
    done: Quantity
    note: Prose = None
    document_id: int | None = None


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
