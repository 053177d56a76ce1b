"""Scalars of the API: exact texts where a float would lie."""

import re
from typing import NewType

import strawberry
from strawberry.schema.config import StrawberryConfig

from aid.money import parse_yuan, yuan
from schema.uploads import UPLOAD, Upload

Yuan = NewType("Yuan", int)
Percent = NewType("Percent", str)
_PERCENT = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,2})?")


def _percent(value: object) -> str:
    """Digits, and at most two after the point; whether it is at most 100 is for rules to say."""
    if not isinstance(value, str) or not _PERCENT.fullmatch(value):
        raise ValueError('expected a percentage with at most two decimals, such as "84.50"')
    return value


CONFIG = StrawberryConfig(
    scalar_map={
        Yuan: strawberry.scalar(
            name="Yuan",
            description="An exact amount of yuan (元) as a decimal text with two places: "
            '"4130000.00".',
            serialize=yuan,
            parse_value=parse_yuan,
        ),
        Upload: UPLOAD,
        Percent: strawberry.scalar(
            name="Percent",
            description='A percentage as a decimal text with two places: "84.50" is 84.5 %.',
            serialize=str,
            parse_value=_percent,
        ),
    }
)
