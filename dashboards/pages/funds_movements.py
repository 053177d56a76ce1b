"""The movements of money as a list of a page at a time, and as files with the same filters."""

from dash import html

from aid.database.paging import Place, Turned
from aid.funds.listing import ListedMovement
from aid.funds.terms import KIND_NAMES
from aid.interchange.exports.terms import Kind
from aid.sheets.writing import Form
from dashboards.format import moment, short_place
from dashboards.i18n import Words, words
from dashboards.light import Light, element
from dashboards.marks import actor_name, money, simulated_mark
from dashboards.pages.choices import choice
from dashboards.pages.tables import project_named, table
from dashboards.parts import Node, exports
from dashboards.turning import turn
from dashboards.view import View


def kind_choice(view: View) -> Node:
    """The kinds of movements."""
    w = words(view.locale)
    return choice("kind", w("funds.kind"), [
        (kind.value, name.to(view.locale)) for kind, name in KIND_NAMES.items()],
        view.kind or "", view)


def movement_list(view: View, page: Turned[ListedMovement]) -> list[Node]:
    """The list with its exports; nothing where there are no movements."""
    w, rows = words(view.locale), page.rows
    if not rows:
        return []
    return [
        html.Div([html.Span(), exports(
            view, Kind.MOVEMENTS, w("funds.exports.kind" if view.kind else "funds.exports"), Form)],
            className="count-line"),
        table("movements", [
            ("on", w("ledger.on")), ("kind", w("ledger.kind")), ("amount", w("funds.amount")),
            ("project", w("moved.project")), ("place", w("moved.place")),
            ("tranche", w("funds.instalment")), ("source", w("moved.source")),
            ("paper", w("ledger.paper")), ("at", w("ledger.at"))],
            [_line(row, view, w) for row in rows]),
        turn(view, _place(rows[0]) if page.more_before else None,
             _place(rows[-1]) if page.more_after else None),
    ]


def _place(row: ListedMovement) -> Place:
    return Place(row.occurred_on, row.id)


def _line(row: ListedMovement, view: View, w: Words) -> list[Light | list[Light]]:
    locale = view.locale
    undoes = [element("span", " " + w("ledger.reverses", seq=row.reverses), cls="muted")
              ] if row.reverses else []
    marks = [simulated_mark(locale)] if row.simulated else []
    paper = " · ".join(said for said in (row.voucher_no, row.document_no, row.reason) if said)
    return [
        element("time", row.occurred_on.isoformat()),
        [element("span", KIND_NAMES[row.kind].to(locale)), *undoes],
        money(row.fen, locale),
        project_named(row.project.to(locale), row.project_code, view, marks),
        element("span", short_place(row.recipient, locale), title=row.recipient.to(locale)),
        element("span", f"{row.tranche_seq}. {row.tranche.to(locale)}"),
        element("span", row.source.to(locale)),
        element("span", paper),
        element("time", moment(row.recorded_at)[:16], title=f"{moment(row.recorded_at)} · "
                f"{actor_name(row.actor, locale)}"),
    ]
