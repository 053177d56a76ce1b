"""Columns of sheets, the same for templates, imports and exports. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from aid.text import Text


class Shape(StrEnum):
    """What stands in the cells of a column."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    QUANTITY = "quantity"
    YUAN = "yuan"
    PERCENT = "percent"
    DAY = "day"
    FLAG = "flag"
    CHOICE = "choice"


YES, NO = Text("是", "yes"), Text("否", "no")
"""What is written for a FLAG."""
TOTAL = Text("合计", "Total")
"""Begins the last line of an export's sheet, below an empty one: sums, and no record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a sheet.

    `key` names the field it fills, and heads the column in CSV for machines and in JSON lines;
    `title` heads it elsewhere. `choices` are the values of a CHOICE by their stored form. `note`
    tells whoever fills it in what is expected. `total`: an export adds the column up. `derived`: it
    says what follows from other things, so an export writes it and an import passes over it.
    """

    key: str
    title: Text
    shape: Shape = Shape.TEXT
    required: bool = False
    note: Text | None = None
    choices: Mapping[Any, Text] = field(default_factory=lambda: MappingProxyType({}))
    total: bool = False
    derived: bool = False
