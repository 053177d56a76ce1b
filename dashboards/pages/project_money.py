"""A project's money: where it stands, its instalments, its ledger and whether that holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from dash import html

from aid.funds.of_project import SHOWN, Money, MovementRow, TrancheRow
from aid.funds.rules import state_of
from aid.funds.terms import FLOWS, KIND_NAMES, Balance, MovementKind
from aid.projects.queries import ProjectRow
from aid.projects.terms import STAGE_NAMES, Stage
from aid.sheets.columns import Column, Shape
from aid.text import Text
from dashboards.definitions import Definition
from dashboards.figure_sheet import FigureSheet
from dashboards.figures.waterfall import Step, waterfall
from dashboards.format import CHINA, exact_yuan, moment, money_in, money_unit, plain, rounded
from dashboards.i18n import Words, words
from dashboards.light import Light, element, light
from dashboards.marks import actor_name, document_link, money
from dashboards.pages.chain import verified
from dashboards.pages.chart import chart
from dashboards.pages.tables import table
from dashboards.parts import Node
from dashboards.reading_project import ProjectData
from dashboards.view import View, href


def money_sections(view: View, data: ProjectData, row: ProjectRow) -> list[Node]:
    """The sections, once there is money or a plan of it."""
    w, found = words(view.locale), data.money
    if found is None:
        return []
    if not found.tranches and found.chain is None:
        return [html.Section([html.H2(w("funds.heading")),
                              html.P(w("funds.none"), className="muted")],
                             className="panel", id="no-money")]
    return [
        html.Div([
            html.Div(_waterfall(view, data, row, found), className="column"),
            html.Div(_instalments(view, data, row, found, w), className="column"),
        ], className="columns"),
        _ledger(view, data, row, found, w),
    ]


def leads_of(found: Money, view: View) -> list[str]:
    """Where each bar of `steps_of` leads on the page.

    What was approved leads to the stages, what of it is not committed to the instalments, all else
    to the ledger's lines of the kind that moved money there; nowhere where none of those shown did.
    """
    brings = {after: kind for kind, (_, after) in FLOWS.items()}
    moved = {one.kind for one in found.movements if one.reversed_by is None}

    def lines(balance: Balance) -> str:
        kind = brings[balance]
        return f"{href(view.with_(kind=kind.value))}#money" if kind in moved else ""

    return ["#rail", "#instalments", lines(Balance.COMMITTED), *(lines(one) for one in (
        Balance.COMMITTED, Balance.IN_TRANSIT, Balance.HELD, Balance.SPENT))]


def of_kind(rows: Sequence[MovementRow], kind: str | None) -> list[MovementRow]:
    """The lines of a kind and those that undo one of them; all where it is no kind."""
    if kind not in list(MovementKind):
        return list(rows)
    wanted = {row.seq for row in rows if row.kind == kind}
    return [row for row in rows if row.seq in wanted or row.reverses in wanted]


def _name(row: MovementRow) -> str:
    return f"line-{row.seq}"


def steps_of(row: ProjectRow, found: Money, view: View) -> list[tuple[str, int, bool]]:
    """The bars: what each is called, its fen, and whether it is a total."""
    w, at = words(view.locale), found.balances
    committed, approved = -at[Balance.APPROPRIATION], row.approved_fen or row.proposed_fen
    return [
        (w("project.approved" if row.approved_fen else "project.proposed"), approved, True),
        (w("stands.uncommitted"), approved - committed, False),
        (w("stands.committed"), committed, True),
        *((w(f"balance.{one}"), at[one], False)
          for one in (Balance.COMMITTED, Balance.IN_TRANSIT, Balance.HELD)),
        (w(f"balance.{Balance.SPENT}"), at[Balance.SPENT], True),
    ]


def _waterfall(view: View, data: ProjectData, row: ProjectRow, found: Money) -> list[Node]:
    w, locale = words(view.locale), view.locale
    bars = steps_of(row, found, view)
    unit = money_unit([fen for _, fen, _ in bars], locale)
    figure = waterfall([
        Step(name, float(money_in(fen, unit)),
             ("" if total or not fen else "−") + str(rounded(fen, locale)),
             f"{name}<br>{exact_yuan(fen, locale)}", total, there)
        for (name, fen, total), there in zip(bars, leads_of(found, view), strict=True)])
    return [chart(
        view, "balances", figure, heading=w("waterfall.heading"),
        label=w("waterfall.label"),
        definition=Definition(w("waterfall.heading"), w("waterfall.is"),
                              view.known_on or data.today))]


def _instalments(
    view: View, data: ProjectData, row: ProjectRow, found: Money, w: Words
) -> list[Node]:
    rows: list[list[Light | list[Light]]] = [[
        [element("span", f"{one.seq}. {one.name.to(view.locale)}"),
         *([element("span", w("funds.retention"), cls="tag")] if one.retention else [])],
        element("span", one.source.to(view.locale)),
        [element("span", waits_for(one, view))],
        money(one.amount_fen, view.locale),
        [element("span", w(f"instalment.{_state(one)}"), cls=f"mark {_look(one)}"),
         *_acts(view, data, row.code, one)],
    ] for one in found.tranches]
    heads = [("name", w("funds.instalment")), ("source", w("funds.source")),
             ("waits", w("funds.waits")), ("amount", w("funds.amount")),
             ("state", w("funds.state"))]
    return [html.Section([html.H2(w("funds.instalments")),
                          table("instalments", heads, rows)], className="panel")]


def _acts(view: View, data: ProjectData, code: str, one: TrancheRow) -> list[Light]:
    """What may be done about an instalment: withdraw it only if no money of it ever moved."""
    w = words(view.locale)
    names = ["change_instalment", *([] if one.moved else ["withdraw_instalment"])]
    return [part for name in names if name in data.forms and one.withdrawn_on is None
            for part in (" ", element("a", w(f"form.{name}.send"), cls="act", href=href(view.to(
                "log", form=name, of=code, item=str(one.id)))))]


def _state(row: TrancheRow) -> str:
    if row.withdrawn_on is not None:
        return "withdrawn"
    taken = row.committed + row.in_transit + row.held + row.spent
    return state_of({
        Balance.APPROPRIATION: -taken, Balance.COMMITTED: row.committed,
        Balance.IN_TRANSIT: row.in_transit, Balance.HELD: row.held, Balance.SPENT: row.spent,
    }).value


def _look(row: TrancheRow) -> str:
    return {"planned": "ended", "withdrawn": "ended", "paid": "done"}.get(_state(row), "open")


def waits_for(row: TrancheRow, view: View) -> str:
    """What an instalment waits for, in words."""
    w, locale = words(view.locale), view.locale
    said = []
    if row.milestone:
        said.append(w("waits.milestone", name=row.milestone.to(locale)))
    if row.at_stage:
        stage = STAGE_NAMES[Stage(row.at_stage)].to(locale)
        said.append(w("waits.stage", stage=stage))
    if row.after_days:
        said.append(w("waits.after", days=row.after_days))
    if row.at_progress is not None:
        said.append(w("waits.progress", percent=plain(row.at_progress)))
    if row.due_on:
        said.append(w("waits.due", day=row.due_on.isoformat()))
    return " · ".join(said)


def _ledger(
    view: View, data: ProjectData, row: ProjectRow, found: Money, w: Words
) -> Node:
    heads = [("seq", w("ledger.seq")), ("kind", w("ledger.kind")), ("tranche", w("ledger.tranche")),
             ("amount", w("funds.amount")), ("on", w("ledger.on")), ("at", w("ledger.at")),
             ("by", w("ledger.by")), ("paper", w("ledger.paper")), ("hash", w("ledger.hash"))]
    files = {one.id: one.file_name for one in row.documents}
    shown = of_kind(found.movements, view.kind)
    lines = [_line(one, view, w, files, of=row.code if one.kind in data.undoes else None)
             for one in shown]
    left = (found.chain.seq if found.chain else 0) - len(found.movements)
    known = f"&as_known_on={view.known_on}" if view.known_on else ""
    links = [html.A(form.upper(), id=f"export-movements-{form}", download="",
                    href=f"/exports/movements.{form}?project={row.code}&lang={view.locale}{known}")
             for form in ("csv", "xlsx", "zip")]
    return html.Section([
        html.Div([html.H2(w("ledger.heading")),
                  html.Span([html.Span(w("projects.export"), className="label"), *links],
                            className="exports")], className="panel-head"),
        _chain(found, view, w),
        *([html.P(w("ledger.known", day=view.known_on), className="hint")]
          if view.known_on else []),
        *_one_kind(view, w),
        table("ledger", heads, lines, [_name(one) for one in shown])
        if lines else html.P(w("ledger.none"), className="muted"),
        *([html.P(w("ledger.more", shown=SHOWN), className="hint")]
          if left > 0 and len(found.movements) == SHOWN else []),
    ], className="panel", id="money")


def _one_kind(view: View, w: Words) -> list[Node]:
    """That the ledger is narrowed to a kind, and the way to all of it."""
    if view.kind not in list(MovementKind):
        return []
    kind = KIND_NAMES[MovementKind(view.kind)].to(view.locale)
    return [html.P([w("ledger.kind_only", kind=kind), " ", html.A(
        w("ledger.all"), href=f"{href(view.with_(kind=None))}#money")],
        className="hint", id="one-kind")]


def _line(
    row: MovementRow, view: View, w: Words, files: Mapping[int, str], of: str | None
) -> list[Light | list[Light]]:
    """A line of the ledger; `of` is the project, where the actor may undo a line of this kind."""
    kind: list[Light] = [element("span", KIND_NAMES[MovementKind(row.kind)].to(view.locale))]
    if row.reverses:
        kind.append(element("span", " " + w("ledger.reverses", seq=row.reverses), cls="muted"))
    if row.reversed_by:
        kind.append(element("span", " " + w("ledger.reversed", seq=row.reversed_by), cls="warns"))
    elif of is not None:
        kind += [" ", element("a", w("form.reverse.send"), cls="act", href=href(
            view.to("log", form="reverse", of=of, item=str(row.seq))))]
    actor = actor_name(row.actor, view.locale)
    by = actor if not row.requested_by else w(
        "ledger.two", first=actor_name(row.requested_by, view.locale), second=actor)
    paper: list[Light] = [element("span", " · ".join(
        said for said in (row.voucher_no, row.document_no, row.reason) if said))]
    if row.document_id:
        known = {row.document_id: row.document} if row.document else files
        paper += [" ", document_link(row.document_id, known, w)]
    return [
        element("span", str(row.seq)), kind, element("span", str(row.tranche)),
        money(row.amount_fen, view.locale), element("time", row.occurred_on.isoformat()),
        element("time", _minute(row.recorded_at), title=moment(row.recorded_at)),
        element("span", by), paper,
        element("code", row.hash[:10], title=row.hash),
    ]


def _minute(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _chain(found: Money, view: View, w: Words) -> Node:
    """How long the chain is, its head, and what verifying it anew came to."""
    if found.chain is None:
        return html.P(w("chain.none"), className="muted", id="chain")
    head = element("span", w("chain.head", count=found.chain.seq), " ",
                   element("code", found.chain.hash), cls="chain-head")
    state = (element("span", w("chain.long"), cls="muted") if found.report is None
             else verified(found.report, view.locale))
    return light(element("p", state, element("br"), head), className="chain", id="chain")


def _balance_sheet(view: View, data: ProjectData) -> FigureSheet | None:
    row, found = data.project, data.money
    if row is None or found is None:
        return None
    return FigureSheet(Text(f"{row.code} 资金状态", f"{row.code} where the money stands"), (
        Column(key="what", title=Text("状态", "State")),
        Column(key="amount", title=Text("金额（元）", "Amount (yuan)"), shape=Shape.YUAN),
    ), [(name, fen) for name, fen, _ in steps_of(row, found, view)])


MONEY_SHEETS: Mapping[str, Any] = MappingProxyType({"balances": _balance_sheet})
