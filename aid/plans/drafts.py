"""A plan as brought in: the rows of its files (docs/plan-file.md says what each means)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from aid.drafts import CODE, DIVISION, Draft
from aid.plans.terms import Qualifier, TargetKind, Theme

Number = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=30)]
Code = Annotated[str, Field(pattern=CODE)]
DivisionCode = Annotated[str, Field(pattern=DIVISION)]


def _words(value: object) -> object:
    return value.split() if isinstance(value, str) else value


def _annual(value: object) -> object:
    """`2011=10 2012=12` as pairs; anything else is left for the type to refuse."""
    if not isinstance(value, str):
        return value
    pairs = [part.split("=") for part in value.split()]
    if any(len(pair) != 2 or not pair[0].isdigit() for pair in pairs):
        raise ValueError("years and numbers such as 2011=10 2012=12 / 形如 2011=10 2012=12")
    if len({year for year, _ in pairs}) < len(pairs):
        raise ValueError("each year once / 每年只写一次")
    return {int(year): number for year, number in pairs}


class PlanHead(Draft):
    """plan.csv: the one row that says which plan this is."""

    code: Code
    title: str
    title_en: str | None = None
    supporter: DivisionCode
    period_start: date
    period_end: date
    review_start: date | None = None
    review_end: date | None = None
    document: str | None = None
    source: str | None = None


class SectionDraft(Draft):
    """sections.csv, in reading order."""

    number: str
    parent: str | None = None
    title: str
    title_en: str | None = None


class IndicatorDraft(Draft):
    """indicators.csv: kinds of quantity, shared by all plans."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    name_en: str | None = None
    unit: str
    money: bool
    note: str | None = None
    note_en: str | None = None


class GroupDraft(Draft):
    """groups.csv: several places that the plan speaks of as one."""

    code: Code
    name: str
    name_en: str | None = None
    members: Annotated[list[DivisionCode], BeforeValidator(_words)]
    note: str | None = None


class TargetDraft(Draft):
    """targets.csv, in reading order; a parent stands before its children."""

    code: Code
    section: str
    parent: str | None = None
    theme: Theme
    kind: TargetKind
    statement: str
    statement_en: str | None = None
    region: DivisionCode | None = None
    group: str | None = None
    indicator: str | None = None
    unit: str | None = None
    baseline: Number | None = None
    target: Number | None = None
    actual: Number | None = None
    annual: Annotated[dict[int, Number], BeforeValidator(_annual)] = Field(default_factory=dict)
    due_on: date | None = None
    note: str | None = None


class FigureDraft(Draft):
    """figures.csv: a number a report states; `value` as printed, for its digits tell precision."""

    code: Code
    section: str
    indicator: str
    region: DivisionCode | None = None
    group: str | None = None
    value: Number
    unit: str
    qualifier: Qualifier = Qualifier.EXACT
    period_start: date
    period_end: date
    as_of: date | None = None
    note: str | None = None
    note_en: str | None = None


class BreakdownDraft(Draft):
    """breakdowns.csv: which figures are stated as parts of which total."""

    code: Code
    total: str
    parts: Annotated[list[str], BeforeValidator(_words)]
    exhaustive: bool
    name: str
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A whole plan as brought in.

    `unread` has, by file, the keys of rows that could not be read: what refers to them is not
    wrong for that.
    """

    head: PlanHead
    sections: Sequence[SectionDraft]
    indicators: Sequence[IndicatorDraft]
    groups: Sequence[GroupDraft]
    targets: Sequence[TargetDraft]
    figures: Sequence[FigureDraft]
    breakdowns: Sequence[BreakdownDraft]
    unread: Mapping[str, Collection[str]] = field(default_factory=dict)

    def keys(self, file: str, key: str) -> set[str]:
        """The keys that rows of a file have, those that could not be read among them."""
        return {getattr(row, key) for row in getattr(self, file)} | set(self.unread.get(file, ()))

    def scoped(self) -> Iterator[TargetDraft | FigureDraft]:
        """All rows that name a region or a group."""
        yield from self.targets
        yield from self.figures
