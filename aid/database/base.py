"""What every table shares: the naming of constraints, exact types, the version of a row."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, MetaData, Numeric, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ex": "ex_%(table_name)s_%(constraint_name)s",
}

Id = Annotated[int, mapped_column(BigInteger, Identity(always=True), primary_key=True)]


class Base(DeclarativeBase):
    """The declarative base. Texts have no length limit in the column, only in rules."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012  read by SQLAlchemy, not changed
        str: Text(),
        int: BigInteger(),
        Decimal: Numeric(),
        datetime: DateTime(timezone=True),
    }


def columns_of(row: Base) -> dict[str, Any]:
    """The row's column values by attribute name, those already loaded or set."""
    state = row.__dict__
    return {key: state[key] for key in row.__mapper__.column_attrs.keys() if key in state}  # noqa: SIM118


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A check that a text column holds a value of the enumeration."""
    allowed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)
