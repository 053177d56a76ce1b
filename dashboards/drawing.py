"""From a view to what is drawn: its data read as the one who asks may see it, then the page."""


import structlog

from dashboards.asking import Asking
from dashboards.live import followed
from dashboards.parts import Drawn, Node, failed, forbidden, frame
from dashboards.remembering import Remembering
from dashboards.rooms import room_of
from dashboards.view import View

log = structlog.get_logger()


async def drawn(remembering: Remembering, asking: Asking, view: View) -> Node:
    """The page, or what to do instead. A failure is logged and never shows its insides."""
    room = room_of(view)
    try:
        page = await remembering.drawn(room, asking.actor, view)
    except Exception:
        log.exception("page_failed", page=view.page, code=view.code, plan=view.plan)
        page = Drawn(failed(view))
    return frame(asking, view, page, followed(asking.actor, room.follows, view),
                 waits=room.later is not None)


async def drawn_later(
    remembering: Remembering, asking: Asking, view: View
) -> list[Node]:
    """What of a page takes its time, and is asked for once the rest is drawn; or why it is not."""
    later = room_of(view).later
    if later is None:
        return []
    try:
        return list((await remembering.drawn(later, asking.actor, view)).body)
    except Exception:
        log.exception("later_failed", page=view.page, part=view.part)
        return failed(view)


def refused(asking: Asking, view: View) -> Node:
    """The frame around a plain sentence: this page is not for the one who asks."""
    return frame(asking, view, Drawn(forbidden(asking, view)))
