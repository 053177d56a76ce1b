"""The ledger on the audit page: its state, one chain verified on demand, files for the auditor."""

from dash import html

from aid.clock import today
from aid.funds.overview import Ledger
from dashboards.definitions import Definition
from dashboards.format import CHINA, count, exact_moment, moment
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.pages.chain import verified
from dashboards.pages.figure_tiles import Tile, tile_row
from dashboards.pages.tables import table
from dashboards.parts import Node
from dashboards.reading_administration import AuditData
from dashboards.view import View, href

FORMS = ("csv", "xlsx", "zip")


def ledger_sections(view: View, data: AuditData) -> list[Node]:
    """What stands above the log: the ledger for who may read of money, the newest exports."""
    w = words(view.locale)
    found = [] if data.ledger is None else [
        _state(view, data.ledger, w), _verify(view, data, w)]
    return [*found, _exports(view, data, w)]


def _state(view: View, ledger: Ledger, w: Words) -> Node:
    signed = ledger.signed
    last: list[Light] = [w("ledger.unsigned_yet")]
    if signed is not None:
        last = [w("ledger.last", number=signed.number, at=moment(signed.made_at)), " ",
                element("code", signed.key, title=w("ledger.key"))]
    look = "waits" if ledger.unsigned else "holds"
    said = (w("ledger.newer", count=f"{ledger.unsigned:,}") if ledger.unsigned
            else w("ledger.all_signed"))
    life = w(f"ledger.life.{ledger.cause}", number=ledger.life, at=moment(ledger.began_at))
    links = [html.A(form.upper(), id=f"export-movements-{form}", download="",
                    href=f"/exports/movements.{form}?lang={view.locale}") for form in FORMS]
    return html.Section([
        html.Div([html.H2(w("ledger.state")), html.Span(
            [html.Span(w("ledger.files"), className="label"), *links],
            className="exports")], className="panel-head"),
        tile_row(_tiles(view, ledger, w), view.locale),
        light(element("p", element("span", f"{'…' if ledger.unsigned else '✓'} {said}", cls=look),
                      element("br"), last, element("br"), element("span", life, cls="muted")),
              className="chain", id="checkpoint"),
        html.P(w("ledger.offline"), className="hint"),
    ], className="panel", id="ledger-state")


def _tiles(view: View, ledger: Ledger, w: Words) -> list[Tile]:
    figures = (("figure.chains", ledger.chains, "条"), ("figure.movements", ledger.movements, "笔"),
               ("figure.checkpoints", ledger.signed.number if ledger.signed else 0, "个"),
               ("figure.unsigned", ledger.unsigned, "笔"))
    return [Tile(name.replace(".", "-"), count(number, counter, view.locale),
                 Definition(w(f"ledger.{name}"), w(f"ledger.{name}.is"), today()))
            for name, number, counter in figures]


def _verify(view: View, data: AuditData, w: Words) -> Node:
    return html.Section([
        html.H2(w("ledger.verify")),
        html.Div(_code_field(view, w), className="filters", role="search",
                 **{"aria-label": w("ledger.verify")}),
        *([] if view.of is None else [_came_to(view, data, view.of, w)]),
    ], className="panel", id="verify")


def _code_field(view: View, w: Words) -> Node:
    field = element("input", type="search", id="filter-of", data_param="of", value=view.of,
                    placeholder=w("ledger.verify.hint"), maxlength="100", autocomplete="off",
                    spellcheck="false")
    return light(element("label", element("span", w("project.code"), cls="label"), field),
                 className="field")


def _came_to(view: View, data: AuditData, code: str, w: Words) -> Node:
    if data.chain is None:
        return html.P(w("project.none", code=code), className="hint", id="verified", role="status")
    there = href(view.to("projects", code))
    return light(element(
        "p", element("a", code, href=there), " ", verified(data.chain, view.locale)),
        className="chain", id="verified", role="status")


def _exports(view: View, data: AuditData, w: Words) -> Node:
    rows: list[list[Light | list[Light]]] = [[
        element("time", f"{one.at.astimezone(CHINA):%Y-%m-%d %H:%M}", title=exact_moment(one.at)),
        element("a", one.actor, href=href(View(
            page="audit", locale=view.locale, kind="export", actor=one.actor))),
        element("span", one.subject or "—"),
        element("span", one.address or "—"),
    ] for one in data.exports]
    body = table("exports", [
        ("at", w("audit.at")), ("actor", w("audit.actor")), ("subject", w("audit.subject")),
        ("address", w("audit.address"))], rows) if rows else html.P(
            w("ledger.no_exports"), className="muted", id="no-exports")
    return html.Section([html.H2(w("ledger.exports")), body], className="panel", id="made-exports")
