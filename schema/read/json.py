"""JSON made in SQL. Concatenation of text beats row_to_json, which beats json_build_object."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLEnumType, GraphQLNamedType
from sqlalchemy import ColumnElement, Numeric, Text, cast, func, literal_column

Sql = ColumnElement[Any]


def text(value: str) -> ColumnElement[str]:
    """A constant of the statement. Only names of the schema come here, never a client's values."""
    quoted = value.replace("'", "''")
    return literal_column(f"'{quoted}'", Text())


def joined(parts: Sequence[Sql]) -> Sql:
    """The texts one after the other; null if any is null.

    In pairs, then pairs of pairs: one after the other, each step would copy all before it.
    """
    left = list(parts)
    while len(left) > 1:
        odd = left[len(left) & ~1 :]
        left = [a.concat(b) for a, b in zip(left[::2], left[1::2], strict=False)] + odd
    return left[0]


def quoted(value: Sql) -> Sql:
    """A text that needs no escaping, in quotes."""
    return joined([text('"'), value, text('"')])


def or_null(value: Sql) -> Sql:
    """JSON null where SQL has none."""
    return func.coalesce(value, text("null"))


def _string(value: Sql) -> Sql:
    return cast(func.to_json(cast(value, Text())), Text())


def _digits(value: Sql) -> Sql:
    return cast(value, Text())


def _quoted_digits(value: Sql) -> Sql:
    return quoted(cast(value, Text()))


def _moment(value: Sql) -> Sql:
    return quoted(func.to_char(func.timezone("UTC", value),
                               text('YYYY-MM-DD"T"HH24:MI:SS.US"Z"')))


def _yuan(fen: Sql) -> Sql:
    # Times 0.01, not through 100: a quotient has only as many digits as PostgreSQL thinks fit.
    return quoted(cast(cast(fen, Numeric()) * literal_column("0.01"), Text()))


def _percent(value: Sql) -> Sql:
    return quoted(cast(func.round(value, literal_column("2")), Text()))


def _enum(value: Sql) -> Sql:
    return quoted(func.upper(value))


_SCALARS: dict[str, Callable[[Sql], Sql]] = {
    "String": _string,
    "ID": _string,
    "Int": _digits,
    "Boolean": _digits,
    "Date": _quoted_digits,
    "DateTime": _moment,
    "Decimal": _quoted_digits,
    "Percent": _percent,
    "Yuan": _yuan,
}


def scalar(type_: GraphQLNamedType, value: Sql) -> Sql:
    """The value as JSON of a leaf type. Enums are stored as their names in lower case."""
    if isinstance(type_, GraphQLEnumType):
        return _enum(value)
    return _SCALARS[type_.name](value)
