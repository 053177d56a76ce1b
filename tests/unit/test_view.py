"""A page's address says what it shows, and a shared address shows the same."""

from hypothesis import given
from hypothesis import strategies as st

from dashboards.view import PAGES, PARTS, View, href, read_view, region_codes, region_key

_WORD = (
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1,
            max_size=30)
    .map(str.strip).filter(bool)
)
_CODES = st.lists(st.from_regex(r"[0-9]{6}", fullmatch=True), unique=True, max_size=8)
_VIEWS = st.builds(
    View, page=st.sampled_from(PAGES), locale=st.sampled_from(["zh", "en"]),
    plan=st.none() | _WORD, indicator=st.none() | _WORD,
    region=_CODES.map(lambda codes: tuple(sorted(codes))),
    part=st.sampled_from(PARTS),
    theme=st.none() | _WORD, text=st.just("") | _WORD, section=st.none() | _WORD,
    rows=st.integers(1, 100_000),
    kind=st.none() | _WORD, outcome=st.none() | _WORD, actor=st.none() | _WORD,
    since=st.none() | st.dates(), until=st.none() | st.dates(), before=st.none() | _WORD,
    supporter=st.none() | _WORD, sector=st.none() | _WORD, start=st.none() | st.dates(),
    end=st.none() | st.dates(), on=st.none() | st.dates(), known_on=st.none() | st.dates(),
    stage=st.none() | _WORD, state=st.none() | _WORD, order=st.none() | _WORD,
    after=st.none() | _WORD, form=st.none() | _WORD, of=st.none() | _WORD, item=st.none() | _WORD,
)


@given(_VIEWS)
def test_writing_and_reading_an_address_are_inverse(view: View) -> None:
    """Whatever is typed into a filter."""
    path, _, search = href(view).partition("?")
    assert read_view(path, search, remembered=None, default="zh") == view


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_address_breaks_a_page(path: str, search: str) -> None:
    """Anything unknown falls back to a first visit."""
    assert read_view(path, search, remembered="??", default="zh").page in PAGES


def test_the_address_decides_the_language_then_what_was_chosen_then_the_default() -> None:
    """A shared English page stays English."""
    def locale(search: str, remembered: str | None) -> str:
        return read_view("/dashboards/", search, remembered=remembered, default="zh").locale

    assert locale("?lang=en", "zh") == "en"
    assert locale("", "en") == "en"
    assert locale("?lang=de", None) == "zh"


def test_an_address_without_a_page_is_that_of_the_first() -> None:
    """There is no page without a name."""
    assert read_view("/dashboards/", "", remembered=None, default="zh") == View()
    audit = read_view("/dashboards/", "", remembered=None, default="zh", first="audit")
    assert audit == View(page="audit")


def test_what_no_database_can_hold_is_taken_out_of_an_address() -> None:
    """Zero bytes and halves of characters."""
    seen = read_view("/dashboards/audit", "?actor=a%00b&kind=\ud800", remembered=None,
                     default="zh")
    assert (seen.actor, seen.kind) == ("ab", "?")


def test_codes_of_a_group_travel_as_one_filter() -> None:
    """Sorted, each once."""
    assert region_codes("532500,530800,,532500") == ("530800", "532500")
    assert region_key(("532500", "530800")) == "530800,532500"
