"""Report 报告: a year, a recipient, and the yearly report as a file."""

from dash import html

from aid.projects.narrowing import Choices
from aid.report.terms import Form
from dashboards.i18n import Words, words
from dashboards.light import element, light
from dashboards.pages.filter_bar import FIRST_YEAR
from dashboards.parts import Drawn, Node
from dashboards.view import View, region_key


def report_page(view: View, data: Choices) -> Drawn:
    """The page: assets/report.js sends the form off and shows each step."""
    w = words(view.locale)
    return Drawn([
        html.Div([html.H1(w("report.title")), html.P(w("report.lead"), className="lead muted")],
                 className="heading"),
        html.Form([
            html.Div([
                _select("year", w("report.year"), [
                    (str(year), str(year)) for year in range(data.today.year, FIRST_YEAR - 1, -1)],
                    str(view.start.year if view.start else data.today.year)),
                _select("region", w("report.region"), [
                    ("", w("report.all" if data.own is None else "report.own")),
                    *((row.code, row.name.to(view.locale)) for row in data.regions)],
                    region_key(view.region)),
                _known_on(view, w),
            ], className="filters"),
            light(element("input", type="hidden", name="lang", value=view.locale)),
            html.Div([
                html.Button(w(f"make.{form}"), type="submit", id=f"make-{form}",
                            className="button", formAction=f"/reports/yearly.{form}")
                for form in Form], className="actions"),
            _progress(w),
        ], action=f"/reports/yearly.{Form.PDF}", method="get", id="report", **{"data-report": ""}),
    ], own=data.own)


def _select(name: str, label: str, options: list[tuple[str, str]], chosen: str) -> Node:
    return html.Label([
        html.Span(label, className="label"),
        html.Select([html.Option(text, value=value, selected=value == chosen)
                     for value, text in options], name=name, id=f"report-{name}"),
    ])


def _known_on(view: View, w: Words) -> Node:
    field = element("input", type="date", name="as_known_on", id="report-known-on",
                    value=view.known_on.isoformat() if view.known_on else None)
    return light(element("label", [element("span", w("report.known_on"), cls="label"), field],
                         title=w("report.known_on.hint")), className="field")


def _progress(w: Words) -> Node:
    """Empty until a report is made; what it will say comes along."""
    return html.Div([
        html.Progress(value="0", max="1", id="report-bar", hidden=True,
                      **{"aria-label": w("report.title")}),
        html.P("", id="report-said", role="status", **{
            "data-working": w("report.working", step="{step}"),
            "data-done": w("report.done", name="{name}"), "data-failed": w("report.failed")}),
    ], className="progress")
