"""The fields of forms: each is one of its mutation's input, and what that needs is asked for."""

from datetime import date
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type, is_required_input_field

from aid.access.actor import Actor
from aid.access.roles import Role
from aid.plans.queries import ServedRow
from aid.projects.queries import SectorRow
from aid.regions.queries import PairingRow, PlaceRow
from aid.text import Text
from dashboards.forms import FORMS, Field
from dashboards.pages.log_fields import FIELDS
from dashboards.reading_log import LogData, Proposing
from dashboards.view import View
from schema.schema import schema

PAIRING = PairingRow(
    7, "sh-wenshan", PlaceRow(1, "532600", Text("文山州", "Wenshan")), "310000",
    Text("上海市", "Shanghai"), 1, None, None, date(1996, 1, 1), None)
DATA: dict[str, dict[str, Any]] = {
    "propose": {"pairings": (PAIRING,), "proposing": Proposing(
        (PlaceRow(2, "532621", Text("砚山县", "Yanshan")),),
        (SectorRow(1, "education", Text("教育", "Education")),),
        (ServedRow("sh-2006", "t-1", Text("改" * 90, "Build")),))},
}


def _fields(name: str) -> list[Field]:
    data = LogData(date(2026, 1, 1), Actor("x", Role.OFFICE), None, name, **DATA[name])
    return list(FIELDS[name](View(page="log", form=name, item="7"), data))


def _input(type_name: str) -> GraphQLInputObjectType:
    found = schema._schema.type_map[type_name]
    assert isinstance(found, GraphQLInputObjectType)
    return found


def _places(fields: list[Field]) -> set[str]:
    return {place for field in fields for place in field.name.split(" ")}


@pytest.mark.parametrize("name", DATA)
def test_a_forms_fields_are_those_of_what_it_sends(name: str) -> None:
    """None is unknown to the input; what the input cannot do without is there, and required."""
    fields, of = _fields(name), _input(FORMS[name].mutation.input)
    for place in _places(fields):
        inside: Any = of
        for step in place.split("."):
            assert step in inside.fields, place
            inside = get_named_type(inside.fields[step].type)
    given = {field.name for field in fields if field.required or field.chosen}
    needed = {field for field, type_ in of.fields.items() if is_required_input_field(type_)}
    assert needed <= given | {place.split(".")[0] for place in given}


def test_a_target_is_chosen_with_its_plan_and_read_in_a_line() -> None:
    """Both codes are sent; a long statement is cut short."""
    [target] = [one for one in _fields("propose") if one.name == "planCode targetCode"]
    [(value, said)] = target.options
    assert value == "sh-2006 t-1"
    assert len(said) < 70
