"""Rows that bring in divisions, supporters and pairings (see docs/plan-file.md)."""

from datetime import date
from typing import Annotated

from pydantic import Field

from aid.drafts import CODE, DIVISION, Draft
from aid.regions.terms import Level, Precision, Programme

DivisionCode = Annotated[str, Field(pattern=DIVISION)]
Code = Annotated[str, Field(pattern=CODE)]


class DivisionDraft(Draft):
    """One period of one place. `division` and `parent` are the table's own keys of places."""

    division: str
    code: DivisionCode
    name: str
    name_en: str | None = None
    level: Level
    parent: str | None = None
    valid_from: date
    valid_to: date | None = None
    precision: Precision
    source: str
    note: str | None = None


class SupporterDraft(Draft):
    """A supporting city (district blank) or one of its districts, by today's codes."""

    city: DivisionCode
    district: DivisionCode | None = None


class PairingDraft(Draft):
    """A supporter and a recipient by today's codes, from a day on."""

    code: Code
    supporter: DivisionCode
    district: DivisionCode | None = None
    recipient: DivisionCode
    programme: Programme
    starts_on: date
    start_precision: Precision = Precision.DAY
    ends_on: date | None = None
    document_no: str | None = None
    note: str | None = None
    note_en: str | None = None
