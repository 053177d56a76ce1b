"""What a page shows, as its URL says it. Reading a URL and writing one are inverse. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from urllib.parse import parse_qs, quote, urlencode

from aid.text import LOCALES, Locale
from dashboards.theme import BASE

Page = Literal["investment", "plan", "audit", "accounts"]
Part = Literal["targets", "figures"]
PAGES: tuple[Page, ...] = ("investment", "plan", "audit", "accounts")
PARTS: tuple[Part, ...] = ("targets", "figures")
ROWS = 200
"""How many rows are drawn before somebody asks for more."""
LONGEST = 200
"""Characters of one filter; nobody types more by hand."""


@dataclass(frozen=True, slots=True)
class View:
    """A page and its filters. `region` holds today's codes of the places chosen, sorted.

    Of the audit page: events of a `kind` and `outcome`, of `actor`, from the first of `since` to
    the last moment of `until` in China, older than `before`.
    """

    page: Page = "investment"
    locale: Locale = "zh"
    plan: str | None = None
    indicator: str | None = None
    region: tuple[str, ...] = ()
    part: Part = "targets"
    theme: str | None = None
    text: str = ""
    section: str | None = None
    rows: int = ROWS
    kind: str | None = None
    outcome: str | None = None
    actor: str | None = None
    since: date | None = None
    until: date | None = None
    before: str | None = None

    def with_(self, **changes: Any) -> "View":
        """The same view with some filters changed."""
        return replace(self, **changes)

    @property
    def filtered(self) -> bool:
        """Whether the targets are narrowed down."""
        return bool(self.region or self.theme or self.text)


def read_view(
    path: str, search: str, *, remembered: str | None, default: Locale, first: Page = PAGES[0]
) -> View:
    """The view behind an address. Anything unknown in it falls back to what a first visit shows.

    `first` is the page of an address that names none.
    """
    given = {
        key: _clean(values[-1])
        for key, values in parse_qs(search.lstrip("?")[:4000]).items()
    }
    page = path.removeprefix(BASE).strip("/")
    rows = given.get("rows", "")
    return View(
        page=page if page in PAGES else first,
        locale=_locale((given.get("lang"), remembered), default),
        plan=given.get("plan"),
        indicator=given.get("indicator"),
        region=region_codes(given.get("region", "")),
        part="figures" if given.get("part") == "figures" else "targets",
        theme=given.get("theme"),
        text=given.get("q", "").strip(),
        section=given.get("section"),
        rows=min(int(rows), 100_000) if rows.isdecimal() and rows.isascii() else ROWS,
        kind=given.get("kind"),
        outcome=given.get("outcome"),
        actor=given.get("actor", "").strip() or None,
        since=_date(given.get("since", "")),
        until=_date(given.get("until", "")),
        before=given.get("before"),
    )


def _clean(text: str) -> str:
    """The text as a database can hold it, and not endlessly long."""
    return text[:LONGEST].replace("\x00", "").encode(errors="replace").decode()


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _locale(wishes: Sequence[str | None], default: Locale) -> Locale:
    return next((wish for wish in wishes if wish in LOCALES), default)


def region_codes(text: str) -> tuple[str, ...]:
    """The codes in "530800,532500", sorted and each once."""
    return tuple(sorted({code.strip() for code in text.split(",") if code.strip()}))


def region_key(codes: Sequence[str]) -> str:
    """The codes as one piece of a URL, the inverse of `region_codes`."""
    return ",".join(sorted(codes))


def href(view: View) -> str:
    """The address of a view. What is as on a first visit is left out, the language never."""
    first = View()
    given = {
        "plan": view.plan,
        "indicator": view.indicator,
        "region": region_key(view.region),
        "part": view.part if view.part != first.part else None,
        "theme": view.theme,
        "q": view.text,
        "section": view.section,
        "rows": str(view.rows) if view.rows != first.rows else None,
        "kind": view.kind,
        "outcome": view.outcome,
        "actor": view.actor,
        "since": view.since.isoformat() if view.since else None,
        "until": view.until.isoformat() if view.until else None,
        "before": view.before,
        "lang": view.locale,
    }
    query = urlencode({key: value for key, value in given.items() if value}, safe=",",
                      quote_via=quote)
    return f"{BASE}{view.page}?{query}"
