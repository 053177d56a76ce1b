"""Ids and cursors: what we gave out we take back, everything else is refused plainly."""

import base64
from datetime import date

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.ids import decode_id, decode_id_of, encode_id
from schema.read.arguments import ArgumentRefused
from schema.read.cursor import key_from_cursor


@given(st.sampled_from(["Plan", "PlanTarget"]), st.integers(0, 10**17))
def test_an_id_survives_a_round_trip(name: str, row_id: int) -> None:
    """Type and row come back."""
    assert decode_id(encode_id(name, row_id)) == (name, row_id)


@given(st.text(max_size=60))
def test_what_we_never_gave_out_is_refused_and_never_crashes(text: str) -> None:
    """Any text is an id or is refused."""
    try:
        decode_id(text)
    except ArgumentRefused:
        return
    assert encode_id(*decode_id(text))


def test_an_id_of_another_type_is_refused() -> None:
    """An id of a plan is no id of a target."""
    with pytest.raises(ArgumentRefused, match="PlanTarget"):
        decode_id_of(encode_id("Plan", 1), "PlanTarget")


def _cursor(*keys: object) -> str:
    return base64.b64encode(orjson.dumps(list(keys))).decode()


def test_a_cursor_gives_its_keys_with_their_types() -> None:
    """Numbers, texts and dates."""
    cursor = _cursor("o:asc", "7", "2006-01-01", "x")
    assert key_from_cursor("o:asc", 0, 3, int)(cursor) == 7
    assert key_from_cursor("o:asc", 1, 3, date)(cursor) == date(2006, 1, 1)
    assert key_from_cursor("o:asc", 2, 3, str)(cursor) == "x"


@pytest.mark.parametrize("cursor", [
    "", "???", _cursor("o:desc", "7"), _cursor("o:asc", "7", "8"), _cursor("o:asc", "seven"),
    base64.b64encode(b"{}").decode(), base64.b64encode(b"\xff").decode(),
])
def test_a_cursor_of_another_page_or_damaged_is_refused(cursor: str) -> None:
    """Another order, another width, no number: all refused."""
    with pytest.raises(ArgumentRefused):
        key_from_cursor("o:asc", 0, 1, int)(cursor)
