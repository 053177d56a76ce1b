"""Whatever is sent to change a real project, by whomever: an answer or a refusal, never a fault."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from graphql import (
    GraphQLInputObjectType,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from schema.schema import schema
from tests.api.doing import INPUTS, SCHOOL, act_with_file, form, operation, started
from tests.conftest import Peopled, server
from tests.integration.paper import PDF
from tests.people import bearer

NAMES = sorted({
    *INPUTS, "projectTender", "projectStart", "projectComplete", "projectHandOver", "projectClose"})
ODD = ("", " ", "\0", "山" * 5000, "'; DROP TABLE project; --", "\u202e", "😀", "{}", "{0}", "%s")
DAYS = ("0001-01-01", "1066-10-14", "1978-12-31", "2007-03-20", "2026-11-21", "9999-12-31", "x")
AMOUNTS = ("0.00", "-1.00", "1.00", "1050000.00", "9999999999999999.99", "10000000000000.00", "1e9")
NUMBERS = ("0", "-1", "92.5", "100.001", "NaN", "sNaN", "Infinity", "-0", "1e400", "1e-400", "x")
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "String": st.sampled_from((*ODD, *map(str, SCHOOL.values()), "开工")) | st.text(max_size=20),
    "Int": st.sampled_from((-1, 0, 1, 2, 3, 4, 5, 2**31 - 1, 2**31)),
    "Boolean": st.booleans(),
    "Date": st.sampled_from(DAYS),
    "Yuan": st.sampled_from(AMOUNTS),
    "Percent": st.sampled_from((*NUMBERS, "1234567890", "50.00")),
    "Decimal": st.sampled_from(NUMBERS),
    "Upload": st.none(),
}


class Place(NamedTuple):
    """A server and the ids of what is on it."""

    base: str
    ids: tuple[str, ...]


@pytest.fixture(scope="module")
def place(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """A started project of each of two prefectures, with milestones and a document."""
    with server(admin_url, inhabited, tmp_path_factory.mktemp("garbage")) as base:
        ids = ["QWlkUHJvamVjdDo5OTk5OTk5OTk=", "UGxhbjox", "?", "", "\0"]
        for code in ("532600", "540200"):
            project = started(base, recipientCode=code)
            document = act_with_file(
                base, "documentAttach", ("批复.pdf", PDF), projectId=project["id"])["document"]
            ids += [project["id"], document["id"], *(one["id"] for one in project["milestones"])]
        yield Place(base, tuple(ids))


def _values(of: Any, ids: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Values of an input, as JSON."""
    type_ = get_nullable_type(of)
    if is_list_type(type_):
        found: st.SearchStrategy[Any] = st.lists(_values(type_.of_type, ids), max_size=3)
    elif is_enum_type(type_):
        found = st.sampled_from(list(type_.values))
    elif is_input_object_type(type_):
        found = _inputs(type_, ids)
    else:
        found = st.sampled_from(ids) if str(type_) == "ID" else LEAVES[str(type_)]
    return found if is_non_null_type(of) else st.none() | found


def _inputs(of: GraphQLInputObjectType, ids: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    needed = {name: field for name, field in of.fields.items() if is_non_null_type(field.type)}
    return st.fixed_dictionaries(
        {name: _values(field.type, ids) for name, field in needed.items()},
        optional={name: _values(field.type, ids) for name, field in of.fields.items()
                  if name not in needed})


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_is_sent_fails_inside(place: Place, name: str) -> None:
    """Sense and nonsense, with ids that are real, of others, or of nothing, with and without file.
    """
    of: Any = schema._schema.type_map[INPUTS.get(name, "ProjectStepInput")]
    takes_file = "file" in of.fields

    @settings(max_examples=40, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))
    @given(given_=_inputs(of, place.ids), who=st.sampled_from(("office", "office", "wenshan")),
           file=st.sampled_from((None, ("a.pdf", PDF), ("a\0.html", b"<")))
           if takes_file else st.none())
    def ask(given_: dict[str, Any], who: str, file: Any) -> None:
        sent: dict[str, Any] = {"query": operation(name), "variables": {"input": given_}}
        if file is not None:
            given_["file"] = None
            more = form(sent, {"0": ["variables.input.file"]}, {"0": file})
        else:
            more = {"json": sent}
        answer = httpx.post(f"{place.base}/graphql", headers=bearer(place.base, who), timeout=30,
                            **more)
        assert answer.status_code == 200, (given_, answer.text)
        assert "INTERNAL_ERROR" not in answer.text, (given_, answer.text)
        for word in ("asyncpg", "sqlalchemy", "Traceback", "row-level"):
            assert word not in answer.text, (given_, answer.text)

    ask()
