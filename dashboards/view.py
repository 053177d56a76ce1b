"""What a page shows, as its URL says it. Reading a URL and writing one are inverse. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from urllib.parse import parse_qs, quote, urlencode

from aid.interchange.exports.terms import KINDS, Kind
from aid.sheets.writing import Form
from aid.text import LOCALES, Locale
from dashboards.theme import BASE

Page = Literal["overview", "investment", "villages", "projects", "funds", "cadres", "plan",
               "report", "log", "audit", "accounts"]
Part = Literal["targets", "figures", "posts", "batches", "people", "vacancies", "published",
               "queue", "movements"]
PAGES: tuple[Page, ...] = (
    "overview", "investment", "villages", "projects", "funds", "cadres", "plan", "report", "log",
    "audit", "accounts")
THINGS: tuple[Page, ...] = ("villages", "projects")
"""Pages below which each thing has a page of its own: /dashboards/projects/CODE."""
PARTS: tuple[Part, ...] = ("targets", "figures", "posts", "batches", "people", "vacancies",
                           "published", "queue", "movements")
ROWS = 200
"""How many rows are drawn before somebody asks for more."""
LONGEST = 200
"""Characters of one filter; nobody types more by hand."""


SHARED = ("locale", "plan", "indicator", "supporter", "region", "sector", "start", "end", "on",
          "known_on")
"""What goes along from page to page."""


@dataclass(frozen=True, slots=True)
class View:
    """A page and its filters; with a `code` the page of one thing.

    Shared by the pages, and kept on the way from one to another: `supporter`, `region` (today's
    codes of the places chosen, sorted), `sector`, the period from `start` to `end`, the day `on`
    whose state is shown, and the day up to which records were known, `known_on`.

    Of the audit page: events of a `kind` and `outcome`, of `actor`, from the first of `since` to
    the last moment of `until` in China, older than `before`. Of the projects: those that the person
    of the code `cadre` answers for. Lists are ordered by `order` (with a
    hyphen: the other way) and turned by `after` and `before`.

    Of the log: the `form` that is filled in, the code of what it is `of` (a project, a village; on
    the audit page the chain that is verified), and the number of the `item` chosen in it.
    """

    page: Page = "overview"
    locale: Locale = "zh"
    code: str | None = None
    plan: str | None = None
    indicator: str | None = None
    supporter: str | None = None
    region: tuple[str, ...] = ()
    sector: str | None = None
    start: date | None = None
    end: date | None = None
    on: date | None = None
    known_on: date | None = None
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
    cadre: str | None = None
    stage: str | None = None
    state: str | None = None
    order: str | None = None
    after: str | None = None
    before: str | None = None
    form: str | None = None
    of: str | None = None
    item: str | None = None

    def with_(self, **changes: Any) -> "View":
        """The same view with some filters changed."""
        return replace(self, **changes)

    def to(self, page: Page, code: str | None = None, **changes: Any) -> "View":
        """Another page, or the page of a thing, with what is shared by the pages."""
        kept = {name: getattr(self, name) for name in SHARED}
        return View(page=page, code=code, **{**kept, **changes})

    @property
    def bare(self) -> bool:
        """Whether nothing is chosen but which part of the page is shown, and in which order."""
        chosen = self.with_(part=PARTS[0], order=None)
        return chosen == View(page=self.page, locale=self.locale, plan=self.plan)

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
    page, code = read_path(path) or (first, None)
    chosen: dict[str, Any] = {
        **{field: given.get(name, "").strip() or None for field, name in _TEXTS.items()},
        **{field: _date(given.get(name, "")) for field, name in _DAYS.items()},
    }
    rows = given.get("rows", "")
    return View(
        page=page,
        code=code,
        locale=_locale((given.get("lang"), remembered), default),
        region=region_codes(given.get("region", "")),
        part=next((part for part in PARTS if part == given.get("part")), PARTS[0]),
        text=given.get("q", "").strip(),
        rows=min(int(rows), 100_000) if rows.isdecimal() and rows.isascii() else ROWS,
        **chosen,
    )


_TEXTS = {name: name for name in (
    "plan", "indicator", "supporter", "sector", "theme", "section", "kind", "outcome", "actor",
    "cadre", "stage", "state", "order", "after", "before", "form", "of", "item")}
_DAYS = {"start": "from", "end": "to", "on": "on", "known_on": "as_known_on", "since": "since",
         "until": "until"}
"""Fields of a view by their names in an address: as those of exports are."""
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,99}")


def read_path(path: str) -> tuple[Page, str | None] | None:
    """The page that a path names, and the code of a thing; None for a path of no page."""
    name, _, code = path.removeprefix(BASE).strip("/").partition("/")
    page = next((page for page in PAGES if page == name), None)
    if page is None or (code and (page not in THINGS or not _CODE.fullmatch(code))):
        return None
    return page, code or None


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
    return f"{path_of(view)}?{_query(params(view))}"


def params(view: View) -> dict[str, str]:
    """What is said of a view in its address, by name."""
    first = View()
    given = {name: getattr(view, field) for field, name in _TEXTS.items()} | {
        "region": region_key(view.region),
        "part": view.part if view.part != first.part else None,
        "q": view.text,
        "rows": str(view.rows) if view.rows != first.rows else None,
        **{name: day.isoformat() for field, name in _DAYS.items()
           if (day := getattr(view, field)) is not None},
        "lang": view.locale,
    }
    return {name: value for name, value in given.items() if value}


def path_of(view: View) -> str:
    """The path of a view's page."""
    return f"{BASE}{view.page}" + (f"/{view.code}" if view.code else "")


def exported(view: View, kind: Kind, form: Form) -> str:
    """The address of a list's rows as a file, with those of its filters that the export knows."""
    known = KINDS[kind].filters | {"lang"}
    given = {name: value for name, value in params(view).items() if name in known}
    return f"/exports/{kind}.{form}?{_query(given)}"


def _query(given: Mapping[str, str]) -> str:
    return urlencode(given, safe=",", quote_via=quote)
