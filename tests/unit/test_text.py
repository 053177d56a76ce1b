"""Which language a client prefers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aid.text import preferred_locale


@pytest.mark.parametrize(("header", "locale"), [
    (None, "zh"), ("", "zh"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("zh-CN,en;q=0.9", "zh"),
    ("fr,en;q=0.3,zh;q=0.2", "en"), ("en;q=0.2,zh;q=0.8", "zh"), ("de", "zh"), ("en;q=x", "zh"),
])
def test_the_first_known_language_by_weight_is_chosen(header: str | None, locale: str) -> None:
    """Unknown languages and unreadable weights are passed over."""
    assert preferred_locale(header, "zh") == locale


@given(st.text(max_size=600))
def test_no_header_breaks_it(header: str) -> None:
    """Whatever is sent, one of our languages comes out."""
    assert preferred_locale(header, "en") in ("zh", "en")
