"""What a laid-out report is made of: words and numbers as they are printed. Pure."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from aid.text import Locale


class Tone(StrEnum):
    """How a paragraph is meant."""

    PLAIN = "plain"
    NOTE = "note"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 begins a chapter."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `width` is its share of the page's, numbers are set to the right."""

    heading: str
    width: float = 1
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `total`: its last row is the sum of the others."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: a value a series, and each as it is printed."""

    label: str
    values: tuple[Decimal, ...]
    printed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of lying bars, longest = the largest value; `series` are named in a legend."""

    title: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]


Block = Heading | Paragraph | Table | Bars


@dataclass(frozen=True, slots=True)
class Document:
    """A report laid out. `notice` stands on every page, unless it is empty."""

    locale: Locale
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    notice: str
    running: str
    blocks: tuple[Block, ...] = field(default_factory=tuple)
