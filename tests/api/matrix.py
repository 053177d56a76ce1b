"""The matrix of permissions: every field, every role, every place, as it is really served."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from graphql import get_named_type, is_composite_type

from aid.access.actor import Actor
from aid.access.roles import Role
from schema.endpoint import Endpoint
from schema.schema import schema
from tests.api.conftest import World
from tests.api.entries import A_FILE, Entry
from tests.api.operations import Operation
from tests.api.ways import MUTATIONS, SPOT, Way, arguments, ways

GOLDEN = Path(__file__).parent / "golden" / "permissions.csv"
SERVED, EMPTY, REFUSED = "served", "empty", "refused"

Cell = tuple[str, str, str]
"""A field as Type.field, a place, a role."""


def committed() -> dict[Cell, str]:
    """The matrix as it was last agreed on."""
    with GOLDEN.open(newline="", encoding="utf-8") as file:
        return {(row["field"], row["place"], role.value): row[role.value]
                for row in csv.DictReader(file) for role in Role}


def write(cells: Mapping[Cell, str]) -> None:
    """Commit a matrix, to be looked at before it is agreed on."""
    GOLDEN.parent.mkdir(exist_ok=True)
    with GOLDEN.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["field", "place", *(role.value for role in Role)])
        for field, place in dict.fromkeys(key[:2] for key in cells):
            writer.writerow([field, place, *(cells[field, place, role.value] for role in Role)])


def recipient_of(world: World) -> Actor:
    """The recipient whose own region is 日喀则, with all that lies or lay below it."""
    top = next(row["id"] for row in world.rows.all("RecipientRegion") if row["code"] == "540200")
    below = {period["division_id"] for period in world.rows.where(
        "DivisionPeriod", "parent_id", top)}
    return Actor("recipient", Role.RECIPIENT, (top, *sorted(below)))


async def measured(world: World) -> dict[Cell, str]:
    """The matrix as the endpoint serves it now."""
    own = recipient_of(world)
    actors = {role: own if role is Role.RECIPIENT else Actor(role.value, role) for role in Role}
    entries = {role: Entry(Endpoint, world.database, actor) for role, actor in actors.items()}
    cells: dict[Cell, str] = {}
    for way in ways(world.rows, frozenset(own.recipients)):
        spelled = _spelled(world, frozenset(own.recipients), way)
        for role, entry in entries.items():
            for field, found in (await _asked(entry, way, spelled)).items():
                key = (f"{way.kind}.{field}", way.place, role.value)
                cells[key] = max(cells.get(key, found), found, key=(REFUSED, EMPTY, SERVED).index)
    return dict(sorted(cells.items(), key=lambda item: item[0][:2]))


def _spelled(world: World, own: frozenset[int], way: Way) -> dict[str, str]:
    """Each field as it is selected."""
    type_: Any = schema._schema.type_map[way.kind]
    spelled = {}
    for name in way.fields or type_.fields:
        given = arguments(world.rows, own, way.kind, name, way.place)
        if way.kind == "Mutation":
            given = f"(input: {MUTATIONS[name][0]})"
        inner: Any = get_named_type(type_.fields[name].type)
        below = ""
        if is_composite_type(inner):
            below = " { nodes { __typename } }" if "nodes" in getattr(inner, "fields", ()) \
                else " { __typename }"
        spelled[name] = f"{name}{given}{below}"
    return spelled


async def _asked(entry: Entry, way: Way, spelled: Mapping[str, str]) -> dict[str, str]:
    """What becomes of each field: all are asked at once, then those that were not refused."""
    found: dict[str, str] = {}
    left = dict(spelled)
    while left:
        text = way.text.replace("%s", " ".join(left.values()))
        answer = await entry.ask(Operation(text, {"file": A_FILE} if "$file" in text else {}))
        refused = _refused(answer, left)
        if refused is None:
            assert "errors" not in answer, (way, answer)
            objects = list(_objects(answer["data"], way))
            found |= {name: SERVED if any(_says(way, thing, name) for thing in objects) else EMPTY
                      for name in left}
            break
        found |= dict.fromkeys(refused, REFUSED)
        left = {name: text for name, text in left.items() if name not in refused}
    return {name: found[name] for name in spelled}


def _refused(answer: Mapping[str, Any], asked: Iterable[str]) -> Sequence[str] | None:
    """The fields that a refusal names; all of them if it names the way to them."""
    for error in answer.get("errors", ()):
        assert error["extensions"]["code"] == "FORBIDDEN", error
        assert "data" not in answer
        named = {path.rpartition(".")[2] for path in error["extensions"]["fields"]}
        return [name for name in asked if name in named] or list(asked)
    return None


def _objects(data: Any, way: Way) -> Iterable[Mapping[str, Any]]:
    """The objects at the spot."""
    if way.fields is not None:
        yield data
    elif isinstance(data, list):
        for item in data:
            yield from _objects(item, way)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key == SPOT:
                yield from (value if isinstance(value, list) else [value] if value else [])
            else:
                yield from _objects(value, way)


def _says(way: Way, thing: Mapping[str, Any], name: str) -> bool:
    """Whether the field says anything: a plain value even if it is null, objects if there are."""
    if name not in thing:
        return False
    type_: Any = schema._schema.type_map[way.kind]
    if not is_composite_type(get_named_type(type_.fields[name].type)):
        return True
    value = thing[name]
    if isinstance(value, dict) and "nodes" in value:
        return bool(value["nodes"])
    return bool(value)
