"""What verifying a chain came to, in words."""

from aid.funds.findings import Report
from aid.text import Locale, Text
from dashboards.i18n import words
from dashboards.light import Light, element

NAMED = 10
"""So many findings are named, the first."""


def verified(report: Report, locale: Locale) -> Light:
    """That the chain holds, or what is wrong with it."""
    w = words(locale)
    if not report.found:
        return element("span", f"✓ {w('chain.holds', count=report.movements)}", cls="holds")
    findings = [element("li", Text(one.zh, one.en).to(locale)) for one in report.findings[:NAMED]]
    return element("span", f"⚠ {w('chain.broken', count=report.found)}", element("ul", findings),
                   cls="warns")
