"""Cadres, posts, batches and terms as brought in."""

from typing import Annotated

from pydantic import Field

from aid.cadres.terms import CadreCategory, Direction
from aid.drafts import CODE, DIVISION, Day, Draft, Line, OptionalLine

DivisionCode = Annotated[str, Field(pattern=DIVISION)]
Code = Annotated[str, Field(pattern=CODE)]
Reason = Annotated[str, Field(min_length=1, max_length=4000)]


class CadreDraft(Draft):
    """A person to register. No telephone and no identity number: they are not needed."""

    name: Line
    category: CadreCategory
    home_unit: OptionalLine = None
    supporter: DivisionCode
    district: DivisionCode | None = None
    simulated: bool = False


class PostDraft(Draft):
    """A post to agree on. The recipient's code is the one in force on `agreed_from`, or the last it
    bore; `pairing` is the code of a pairing under which it is agreed.
    """

    recipient: DivisionCode
    pairing: Code | None = None
    unit: Line
    title: Line
    title_en: OptionalLine = None
    category: CadreCategory
    direction: Direction = Direction.OUT
    agreed_from: Day
    agreed_until: Day | None = None


class BatchDraft(Draft):
    """People sent together. `months` is the length of their term: 36 for officials, for example."""

    code: Code
    name: Line
    name_en: OptionalLine = None
    direction: Direction = Direction.OUT
    starts_on: Day
    months: Annotated[int, Field(ge=1, le=120)]


class TermDraft(Draft):
    """A person's term in a post. `batch` is a batch's code.

    The start left out is the batch's; the planned end left out follows from the batch's months.
    """

    batch: Code | None = None
    starts_on: Day | None = None
    planned_end: Day | None = None


class ExtensionDraft(Draft):
    """A term that is made longer: its new last day, and why."""

    new_end: Day
    reason: Reason


class EndDraft(Draft):
    """A term that is over before its planned end: its last day, and why."""

    ended_on: Day
    reason: Reason
