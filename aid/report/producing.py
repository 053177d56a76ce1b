"""Making a report: gathered under the walls of whoever asks, set, and noted in the audit log.

Nobody holds any of it before it is whole and noted.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, Any

from aid.access.actor import Actor
from aid.audit.model import AuditKind, Outcome
from aid.audit.service import Asker, note, storable
from aid.database.engine import Database
from aid.errors import AidError
from aid.report.gathered import Gathered
from aid.report.gathering import gather
from aid.report.layout import lay_out
from aid.report.terms import NEEDS, STEPS, TITLE, Form, Order, Produced
from aid.text import Text

SUBJECT = "report"
"""What the audit log calls it."""

Progress = Callable[[Text, int, int], None]
"""Told the step that begins, how many are done, and of how many."""


class NotYours(AidError):
    """Whoever asks may not read all that a report shows."""

    code = "NOT_ALLOWED"

    def __init__(self) -> None:
        super().__init__(Text(f"您无权编制{TITLE.zh}。", f"You may not make a {TITLE.en.lower()}."))


async def produce(
    database: Database, order: Order, file: IO[bytes], *, actor: Actor, asker: Asker,
    progress: Progress | None = None,
) -> Produced:
    """Write a report to an empty file, and note it in the audit log as an export.

    Raises NotYours, InputRefused for a year that has not begun, NotFound for a place that is no
    recipient or not the actor's, TooSlow.
    """
    said = {"form": order.form.value, "filters": {
        "year": order.year,
        **({} if order.region is None else {"region": storable(order.region)}),
        **({} if order.as_known_on is None else {"as_known_on": order.as_known_on.isoformat()})}}
    if not all(actor.may(need) for need in NEEDS):
        await _note(database, actor, asker, Outcome.REFUSED, said)
        raise NotYours

    def tell(at: int) -> None:
        if progress is not None:
            progress(STEPS[min(at, len(STEPS) - 1)], at, len(STEPS))

    async with database.reading(actor) as session:
        found = await gather(session, actor, order, tell)
    tell(len(STEPS) - 1)
    content = await asyncio.to_thread(partial(written, found, order))
    await asyncio.to_thread(file.write, content)
    made = Produced(len(content), hashlib.sha256(content).hexdigest())
    await _note(database, actor, asker, Outcome.DONE, said | {
        "bytes": made.size, "sha256": made.sha256})
    tell(len(STEPS))
    return made


def written(found: Gathered, order: Order) -> bytes:
    """What was gathered, as a file of the form asked for."""
    document = lay_out(found, order.locale)
    if order.form is Form.PDF:
        from aid.report.typesetting import pdf  # with the libraries it needs

        return pdf(document, order.today)
    from aid.report.word import docx

    return docx(document, order.today)


async def _note(
    database: Database, actor: Actor, asker: Asker, outcome: Outcome, said: Mapping[str, Any]
) -> None:
    on_behalf = {} if asker.name == actor.name else {"as": actor.name}
    await note(database, kind=AuditKind.EXPORT, outcome=outcome, actor=asker.name,
               role=actor.role.value, subject=SUBJECT, address=asker.address,
               detail={**said, **on_behalf})
