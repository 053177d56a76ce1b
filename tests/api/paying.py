"""Money of the furnished database that somebody has to look into: late, short, not confirmed."""

from sqlalchemy import select

from aid.access.actor import Actor, Role
from aid.database.engine import Database
from aid.funds import service
from aid.funds.terms import MovementKind
from aid.projects.model import Project
from aid.projects.terms import Stage
from tests.actors import LOCAL
from tests.integration.funding import a_tranche, move

K = MovementKind


async def furnish_payments(database: Database) -> None:
    """Of every project under way: an instalment confirmed short and overdue."""
    async with database.reading(LOCAL) as session:
        projects = list(await session.scalars(
            select(Project).where(Project.stage == Stage.STARTED).order_by(Project.id)))
    for project in projects:
        async with database.writing(LOCAL) as session:
            [row] = await service.plan_tranches(
                session, project.id, [a_tranche(5, name="待查批次", name_en="To be looked into")])
        place = Actor("prefecture", Role.RECIPIENT, recipients=(project.recipient_id,))
        for actor, kind, fen in ((LOCAL, K.COMMIT, 400), (LOCAL, K.DISBURSE, 300),
                                 (place, K.RECEIVE, 200), (place, K.PAY, 100)):
            await move(database, actor, row.id, kind, fen)
