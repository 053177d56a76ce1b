"""What was published and what it does not say, in plain sentences made from the rows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aid.plans.queries import DiscrepancyRow, FigureRow
from aid.text import Locale, Text
from dashboards.format import period, short_place, years_of
from dashboards.i18n import Words, listing, words
from dashboards.published import (
    Breakdown,
    discrepancy_of,
    parts_equal_total,
    reading,
    summed,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing to know. `warns` where numbers contradict each other."""

    text: str
    warns: bool = False


def sentences(
    breakdown: Breakdown,
    *,
    unsplit: Sequence[FigureRow],
    discrepancies: Sequence[DiscrepancyRow] | None,
    names: Mapping[str, Text],
    locale: Locale,
) -> list[Sentence]:
    """Everything a reader of one indicator must know before quoting it.

    `names` are the recipients by code; `unsplit` the totals whose indicator has no parts by region.
    """
    w = words(locale)
    return [
        _sum(breakdown, discrepancies, w, locale),
        *_groups(breakdown, names, w, locale),
        *_uncovered(breakdown, names, w, locale),
        *_years(breakdown, w, locale),
        *_unsplit("said.unsplit", unsplit, w, locale),
        *_notes(breakdown, w, locale),
    ]


def own_sentences(
    breakdown: Breakdown,
    *,
    unsplit: Sequence[FigureRow],
    names: Mapping[str, Text],
    locale: Locale,
) -> list[Sentence]:
    """The same for who sees own places only: `names` are those. Nothing is said of other places,
    nor of how parts and totals fit, since most parts are not to be seen.
    """
    w, total = words(locale), breakdown.total
    whole = [] if total is None else [Sentence(w(
        "said.own_total", indicator=breakdown.name.to(locale), total=reading(total, locale),
        scope=total.scope.to(locale) if total.scope else "",
    ))]
    groups = [
        Sentence(w("said.own_group", scope=part.scope.to(locale) if part.scope else "",
                   indicator=breakdown.name.to(locale), amount=reading(part, locale)))
        for part in breakdown.parts
        if len(part.region_codes) > 1
    ]
    return [
        *whole,
        *groups,
        *_uncovered(breakdown, names, w, locale),
        *_years(breakdown, w, locale),
        *_unsplit("said.own_unsplit", unsplit, w, locale),
        *_notes(breakdown, w, locale),
    ]


def _sum(
    breakdown: Breakdown, found: Sequence[DiscrepancyRow] | None, w: Words, locale: Locale
) -> Sentence:
    name, total = breakdown.name.to(locale), breakdown.total
    if total is None:
        return Sentence(w("said.no_total", indicator=name))
    if wrong := discrepancy_of(total, breakdown.parts, found):
        colon = "：" if locale == "zh" else ": "
        return Sentence(f"{name}{colon}{wrong.explanation.to(locale)}", warns=True)
    key = "said.agrees" if parts_equal_total(breakdown) else "said.rounding"
    added = summed(breakdown.parts, locale)
    return Sentence(w(key, indicator=name, count=len(breakdown.parts), sum=added,
                      total=reading(total, locale)))


def _groups(
    breakdown: Breakdown, names: Mapping[str, Text], w: Words, locale: Locale
) -> list[Sentence]:
    return [
        Sentence(w(
            "said.group",
            scope=part.scope.to(locale) if part.scope else "",
            amount=reading(part, locale),
            members=_places(part.region_codes, names, locale),
        ))
        for part in breakdown.parts
        if len(part.region_codes) > 1
    ]


def _uncovered(
    breakdown: Breakdown, names: Mapping[str, Text], w: Words, locale: Locale
) -> list[Sentence]:
    missing = [code for code in names if code not in breakdown.covered]
    if not missing:
        return []
    return [Sentence(w("said.uncovered", members=_places(missing, names, locale)))]


def _places(codes: Sequence[str], names: Mapping[str, Text], locale: Locale) -> str:
    return listing([short_place(names[c], locale) if c in names else c for c in codes], locale)


def _years(breakdown: Breakdown, w: Words, locale: Locale) -> list[Sentence]:
    if years_of(breakdown.start, breakdown.end) < 2:
        return []
    return [Sentence(w("said.years", period=period(breakdown.start, breakdown.end, locale)))]


def _unsplit(
    key: str, unsplit: Sequence[FigureRow], w: Words, locale: Locale
) -> list[Sentence]:
    said = [f"{figure.indicator.to(locale)} {reading(figure, locale)}" for figure in unsplit]
    return [Sentence(w(key, figures=listing(said, locale)))] if said else []


def _notes(breakdown: Breakdown, w: Words, locale: Locale) -> list[Sentence]:
    """The notes that came with the figures shown, each beside the figure it belongs to."""
    shown = list(breakdown.parts)
    if breakdown.total and not parts_equal_total(breakdown):
        shown.insert(0, breakdown.total)
    return [
        Sentence(w("said.note", figure=_called(figure, locale), note=note))
        for figure in shown
        if (note := figure.note.to(locale))
    ]


def _called(figure: FigureRow, locale: Locale) -> str:
    scope = figure.scope.to(locale) if figure.scope else ""
    gap = "" if locale == "zh" else " "
    return f"{scope}{gap}{figure.indicator.to(locale)} {reading(figure, locale)}"
