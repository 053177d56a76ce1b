"""What the page of the yearly report needs to know."""

from aid.access.actor import Actor
from aid.clock import today
from aid.database.engine import Database
from aid.projects.narrowing import Choices, read_choices
from dashboards.view import View


async def read_report(database: Database, actor: Actor, view: View) -> Choices:
    """The recipients that there can be a report of, and today."""
    async with database.reading(actor) as session:
        return await read_choices(session, actor, regions=(), supporter=None, sector=None,
                                  today=today())
