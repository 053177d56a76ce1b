"""Ordinary completion: graphql-core's own executor over the committed SDL and rows in memory.

It shares nothing with the compiler: field by field, from the documented meaning of each field.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from graphql import (
    ExecutionResult,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    execute,
    get_named_type,
    is_enum_type,
    is_list_type,
    parse,
)

from tests.api.meaning import FIELDS, place_of_code
from tests.api.meaning_of_projects import PROJECT_FIELDS
from tests.api.money_meaning import FIELDS as OF_MONEY
from tests.api.money_meaning import ROOT as MONEY_ROOT
from tests.api.pages import WITHIN, Cursors, page
from tests.api.rows import TABLES, Row, Rows
from tests.api.work_meaning import FIELDS as OF_WORK
from tests.api.work_meaning import ROOT

Info = GraphQLResolveInfo[Any]
_SPECIAL = {**FIELDS, **PROJECT_FIELDS, **OF_WORK, **OF_MONEY}
SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _yuan(fen: int) -> str:
    return f"{Decimal(fen) / 100:.2f}"


def _digits(value: Decimal) -> str:
    return f"{value:f}"


def committed_schema() -> GraphQLSchema:
    """The schema as committed, its scalars completed as the API documents them."""
    schema = build_schema(SDL.read_text("utf-8"))
    completed: dict[str, Callable[[Any], str]] = {
        "Date": date.isoformat, "DateTime": _moment, "Decimal": _digits, "Percent": _digits,
        "Yuan": _yuan,
    }
    for name, coerce in completed.items():
        cast(GraphQLScalarType, schema.type_map[name]).coerce_output_value = coerce
    day = cast(GraphQLScalarType, schema.type_map["Date"])
    day.coerce_input_value = date.fromisoformat
    return schema


class Reference:
    """Answers operations from rows in memory. `cursors` are those the API gave out."""

    def __init__(self, rows: Rows, cursors: Cursors) -> None:
        self._rows, self._cursors = rows, cursors
        self.schema = committed_schema()

    def answer(
        self, text: str, variables: Mapping[str, Any], name: str | None = None
    ) -> dict[str, Any]:
        """The data of a valid operation."""
        result = execute(
            self.schema, parse(text), variable_values=dict(variables), operation_name=name,
            field_resolver=self._resolve, type_resolver=lambda row, *_: row.kind,
        )
        assert isinstance(result, ExecutionResult)
        assert not result.errors, result.errors
        assert result.data is not None
        return result.data

    def _resolve(self, source: Any, info: Info, **given: Any) -> Any:
        if source is None:
            of_work = {**ROOT, **MONEY_ROOT}.get(info.field_name)
            if of_work is not None:
                return of_work(self._rows, given)
            root = _ROOT.get(info.field_name)
            return root(self, info, given) if root else self._connection(info, given)
        if isinstance(source, Mapping):  # the parts of a connection
            return source[info.field_name]
        special = _SPECIAL.get((source.kind, info.field_name))
        if special is not None:
            return special(self._rows, source, given)
        return self._plain(source, info, given)

    def _plain(self, source: Row, info: Info, given: Mapping[str, Any]) -> Any:
        named = get_named_type(info.return_type)
        column = re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", info.field_name)
        if info.field_name == "id":
            return b64encode(f"{source.kind}:{source['id']}".encode()).decode()
        if named.name.endswith("Connection"):
            belongs = WITHIN[source.kind, info.field_name]
            return self._connection(info, given, lambda row: belongs(self._rows, row, source))
        if named.name in TABLES:
            assert not is_list_type(getattr(info.return_type, "of_type", None)), info.field_name
            return self._rows.one(named.name, "id", source[f"{column}_id"])
        value = source[column]
        return value.upper() if is_enum_type(named) and value is not None else value

    def _connection(
        self,
        info: Info,
        given: Mapping[str, Any],
        within: Callable[[Row], bool] = lambda _: True,
    ) -> dict[str, Any]:
        kind = str(get_named_type(info.return_type)).removesuffix("Connection")
        return page(self._rows, self._cursors, kind, given, within)

    def _node(self, _: Info, given: Mapping[str, Any]) -> Row | None:
        kind, number = b64decode(given["id"]).decode().split(":")
        nodes = self.schema.get_possible_types(cast(Any, self.schema.type_map["Node"]))
        known = kind in {node.name for node in nodes}
        return self._rows.one(kind, "id", int(number)) if known else None

    def _place(self, _: Info, given: Mapping[str, Any]) -> Row | None:
        place = place_of_code(self._rows, given["code"], given["on"])
        return self._rows.one("RecipientRegion", "id", place)

    def _city(self, _: Info, given: Mapping[str, Any]) -> Row | None:
        place = place_of_code(self._rows, given["code"])
        return self._rows.one("SupportingCity", "division_id", place)

    def _plan(self, code: str) -> Row | None:
        return self._rows.one("Plan", "code", code)

    def _plans(self, _: Info, __: Mapping[str, Any]) -> list[Row]:
        return sorted(self._rows.all("Plan"), key=lambda row: (
            row["period_start"], self._rows.rank[row["code"]], row["id"]))

    def _target(self, _: Info, given: Mapping[str, Any]) -> Row | None:
        plan = self._plan(given["planCode"])
        found = [row for row in self._rows.where("PlanTarget", "code", given["code"])
                 if plan is not None and row["plan_id"] == plan["id"]]
        return found[0] if found else None

    def _discrepancies(self, _: Info, given: Mapping[str, Any]) -> list[Row]:
        plan = self._plan(given["planCode"])
        return self._rows.where("Discrepancy", "plan_id", plan["id"]) if plan else []


_ROOT: dict[str, Callable[[Reference, Info, Mapping[str, Any]], Any]] = {
    "node": Reference._node,
    "supportingCities": lambda self, *_: self._rows.all("SupportingCity"),
    "supportingCity": Reference._city,
    "recipientRegion": Reference._place,
    "plans": Reference._plans,
    "plan": lambda self, _, given: self._plan(given["code"]),
    "planTarget": Reference._target,
    "discrepancies": Reference._discrepancies,
    "aidProject": lambda self, _, given: self._rows.one("AidProject", "code", given["code"]),
    "sectors": lambda self, *_: sorted(
        self._rows.all("Sector"), key=lambda row: (row["ordinal"], row["id"])),
}
