"""Sources, schedules and instalments as brought in by files and forms."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from aid.drafts import Day, Draft, Line, OptionalLine, Prose
from aid.funds.terms import SourceKind
from aid.projects.drafts import Code, DivisionCode, YuanAmount
from aid.projects.terms import Stage

Percentage = Annotated[
    Decimal, Field(gt=0, le=100, decimal_places=2, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=3660)]


class SourceDraft(Draft):
    """sources.csv: whose money it is. Supporter and district by today's codes."""

    code: Code
    kind: SourceKind
    supporter: DivisionCode
    district: DivisionCode | None = None
    name: Line
    name_en: OptionalLine = None
    note: Prose = None


class ScheduleDraft(Draft):
    """schedules.csv: ways of dividing an amount, in the order in which they are listed."""

    code: Code
    name: Line
    name_en: Line
    note: Prose = None
    note_en: Prose = None


class PartDraft(Draft):
    """schedule_parts.csv: an instalment of a schedule, its share in percent, what it waits for."""

    schedule: Code
    name: Line
    name_en: Line
    share: Percentage
    at_stage: Stage | None = None
    at_progress: Percentage | None = None
    after_days: Days = 0
    retention: bool = False


class TrancheDraft(Draft):
    """An instalment to plan: from which source, how much, and what it waits for.

    It waits for a milestone of the project, a stage (and so many days after), a progress in
    percent; or for a day alone. A day beside one of those is the day it is expected.
    """

    name: Line
    name_en: OptionalLine = None
    source: Code
    amount_yuan: YuanAmount
    due_on: Day | None = None
    milestone_id: int | None = None
    at_stage: Stage | None = None
    at_progress: Percentage | None = None
    after_days: Days = 0
    retention: bool = False

    @property
    def amount_fen(self) -> int:
        """The amount in fen."""
        return int(self.amount_yuan * 100)
