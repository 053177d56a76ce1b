"""Scalars of the API: exact texts where a float would lie."""

from typing import NewType

import strawberry
from strawberry.schema.config import StrawberryConfig

from aid.money import parse_yuan, yuan

Yuan = NewType("Yuan", int)
Percent = NewType("Percent", str)

CONFIG = StrawberryConfig(
    scalar_map={
        Yuan: strawberry.scalar(
            name="Yuan",
            description="An exact amount of yuan (元) as a decimal text with two places: "
            '"4130000.00".',
            serialize=yuan,
            parse_value=parse_yuan,
        ),
        Percent: strawberry.scalar(
            name="Percent",
            description='A percentage as a decimal text with two places: "84.50" is 84.5 %.',
            serialize=str,
            parse_value=str,
        ),
    }
)
