"""What an open page follows, and the sign that says so; assets/live.js does the rest. Pure."""

from collections.abc import Iterable

from dash import html

from aid.access.actor import Actor
from aid.access.changes import NEEDS, Kind
from dashboards.i18n import words
from dashboards.view import View


def followed(actor: Actor, kinds: Iterable[Kind], view: View) -> tuple[Kind, ...]:
    """The kinds of changes that a view is drawn again for: none of what is asked of the past."""
    if view.known_on is not None:
        return ()
    return tuple(sorted(kind for kind in kinds if actor.may(NEEDS[kind])))


def live_sign(view: View) -> html.Span:
    """Whether changes are told as they happen or asked for, and that there are some."""
    w = words(view.locale)
    return html.Span([
        html.Span(w(f"live.{state}"), title=w(f"live.{state}.is"), className=f"live-{state}")
        for state in ("now", "polling")
    ] + [html.Button(w("live.newer"), type="button", className="newer", **{"data-newer": ""})],
        className="live", id="live", role="status")
