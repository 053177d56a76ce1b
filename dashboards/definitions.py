"""What a figure means, said beside it: its formula, what counts, and the day it is of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aid.metrics.registry import Metric
from aid.text import Locale
from dashboards.format import day
from dashboards.i18n import words
from dashboards.light import Light, element, light
from dashboards.parts import Node


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure's name, what it is, and more of it by label; `as_of` is the day it is of."""

    name: str
    said: str
    as_of: date
    more: Sequence[tuple[str, str]] = ()


def of_metric(metric: Metric, as_of: date, locale: Locale) -> Definition:
    """What the registry says of a metric."""
    w = words(locale)
    return Definition(metric.name.to(locale), metric.formula.to(locale), as_of, (
        (w("about.numerator"), metric.numerator.to(locale)),
        (w("about.denominator"), metric.denominator.to(locale)),
        (w("about.dates"), metric.dates.to(locale)),
        (w("about.version"), f"{metric.code} v{metric.version}"),
    ))


def about(definition: Definition, locale: Locale) -> Node:
    """A mark that opens the definition, by pointer or keyboard; it closes by Escape."""
    return light(_mark(definition, locale), className="about-place")


def about_light(definition: Definition, locale: Locale) -> Light:
    """The same inside a light table."""
    return _mark(definition, locale)


def _mark(definition: Definition, locale: Locale) -> Light:
    w = words(locale)
    lines = [(w("about.is"), definition.said), *definition.more,
             (w("about.as_of"), day(definition.as_of, locale))]
    return element(
        "details",
        element("summary", "ⓘ", aria_label=w("about.label", name=definition.name),
                title=f"{definition.said} · {w('about.as_of')} {day(definition.as_of, locale)}"),
        element("div", element("strong", definition.name),
                element("dl", [part for label, said in lines for part in (
                    element("dt", label), element("dd", said))]), cls="pop-body"),
        cls="about pop")
