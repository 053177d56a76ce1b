"""Accounts 账户: who may come in, as what, for which regions; and what each role may do."""

from collections.abc import Sequence

from dash import html

from aid.access.policy import Permission, Reach, reach
from aid.access.roles import Role
from aid.accounts.queries import AccountRow
from aid.text import Locale, Text
from dashboards.format import NOTHING, exact_moment, moment
from dashboards.i18n import Words, listing, permission_key, role_key, words
from dashboards.light import Light, element, light
from dashboards.parts import Node
from dashboards.view import View

COLUMNS = ("name", "display", "role", "regions", "seen", "state")
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
YES_OR_NO = frozenset({
    Permission.ACCOUNT_READ, Permission.ACCOUNT_KEEP, Permission.ACCOUNT_GRANT,
    Permission.AUDIT_READ, Permission.SELF,
})
"""What concerns no region: one may do it or not."""


def accounts_page(view: View, rows: Sequence[AccountRow]) -> list[Node]:
    """The body of the page."""
    w = words(view.locale)
    return [
        html.Div([
            html.H1(w("accounts.title")),
            html.P(w("accounts.lead"), className="lead muted"),
        ], className="heading"),
        *_accounts(rows, view.locale, w),
        _three(w),
        _matrix(w),
    ]


def _accounts(rows: Sequence[AccountRow], locale: Locale, w: Words) -> list[Node]:
    if not rows:
        return [html.P(w("accounts.none"), className="notice")]
    head = [element("th", w(f"accounts.{name}"), cls=name, scope="col") for name in COLUMNS]
    ordered = sorted(rows, key=lambda row: (row.disabled_at is not None, row.name))
    body = [element("tr", _cells(row, locale, w), cls="account") for row in ordered]
    table = element("table", element("thead", element("tr", head)), element("tbody", body),
                    cls="entries")
    return [
        html.H2(w("accounts.list", count=len(rows))),
        light(table, className="scroll", tabIndex=0, id="accounts"),
    ]


def _cells(row: AccountRow, locale: Locale, w: Words) -> list[Light]:
    seen: Light = element("span", w("accounts.never"), cls="muted")
    if row.last_sign_in:
        seen = element("time", moment(row.last_sign_in), title=exact_moment(row.last_sign_in),
                       datetime=row.last_sign_in.isoformat())
    return [
        element("th", row.name, scope="row", cls="name"),
        element("td", row.display_name, cls="display"),
        element("td", w(role_key(row.role)) if row.role else w("accounts.no_role"), cls="role"),
        element("td", _regions(row, locale, w), cls="regions", data_label=w("accounts.regions")),
        element("td", seen, cls="seen", data_label=w("accounts.seen")),
        element("td", _state(row, w), cls="state"),
    ]


def _regions(row: AccountRow, locale: Locale, w: Words) -> str:
    """The regions an account sees, in words."""
    if row.role is None:
        return NOTHING
    if row.role is Role.RECIPIENT:
        names = [Text(place.name, place.name_en or place.name).to(locale) for place in row.regions]
        return listing(names, locale) or w("accounts.no_region")
    everything = reach(row.role, Permission.TARGET_READ) is Reach.ALL
    return w("accounts.everywhere") if everything else w("accounts.nowhere")


def _state(row: AccountRow, w: Words) -> Light:
    if row.disabled_at:
        since = w("accounts.since", moment=moment(row.disabled_at))
        return element("span", w("state.disabled"), title=since, cls="warns")
    if row.role is None:
        return element("span", w("state.waiting"), cls="warns")
    return element("span", w("state.active"))


def _three(w: Words) -> Node:
    return html.Section([
        html.H2(w("three.heading")),
        html.P(w("three.lead"), className="hint"),
        html.Ul([html.Li(w(f"three.{role.value}")) for role in ADMINISTRATORS], className="said"),
    ], className="panel", id="three")


def _matrix(w: Words) -> Node:
    """The policy as it holds, read from the policy itself."""
    head = [element("th", w("matrix.action"), scope="col")]
    head += [element("th", w(role_key(role)), scope="col") for role in Role]
    rows = [
        element("tr", element("th", w(permission_key(permission)), scope="row"),
                [_reach(role, permission, w) for role in Role])
        for permission in Permission
    ]
    table = element("table", element("thead", element("tr", head)), element("tbody", rows),
                    cls="matrix")
    return html.Section([
        html.H2(w("matrix.heading")),
        html.P(w("matrix.lead"), className="hint"),
        light(table, className="scroll", tabIndex=0, id="matrix"),
    ], className="panel")


def _reach(role: Role, permission: Permission, w: Words) -> Light:
    how_far = reach(role, permission)
    allowed = how_far is not Reach.NONE
    said = w("matrix.allowed") if allowed and permission in YES_OR_NO else w(
        f"reach.{how_far.value}")
    return element("td", said, cls="may" if allowed else "nothing")
