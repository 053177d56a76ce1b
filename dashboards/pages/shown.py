"""What the investment page was asked for: a view, its plan, and one indicator broken down."""

from dataclasses import dataclass

from aid.text import Locale, Text
from dashboards.i18n import Words, words
from dashboards.published import Breakdown, breakdowns
from dashboards.reading import PlanData
from dashboards.view import View


@dataclass(frozen=True, slots=True)
class Shown:
    """The page's choice made: which breakdown of which plan is shown."""

    view: View
    data: PlanData
    breakdown: Breakdown
    all: tuple[Breakdown, ...]

    @property
    def locale(self) -> Locale:
        """The language of the page."""
        return self.view.locale

    @property
    def w(self) -> Words:
        """The page's words."""
        return words(self.view.locale)

    @property
    def names(self) -> dict[str, Text]:
        """The names of the recipients whose rows are here, by today's code, in the order in which
        figures speak of them.
        """
        names = {region.code: region.name for region in self.data.shown}
        parts = sorted(self.breakdown.parts, key=self.data.figures.index)
        order = dict.fromkeys(code for part in parts for code in part.region_codes)
        return {code: names[code] for code in [*order, *names] if code in names}


def choose(view: View, data: PlanData) -> Shown | None:
    """The breakdown that the view asks for, else the first; None where the plan has none.

    Of who sees one place only, that place's figure is all there is of a breakdown.
    """
    found = breakdowns(data.figures, data.everyone, least=2 if data.whole else 1)
    if not found:
        return None
    breakdown = next((b for b in found if b.indicator == view.indicator), found[0])
    return Shown(view, data, breakdown, tuple(found))
