"""The state of the ledger in a few figures, and one chain held against what was signed of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from aid.funds.checkpoints import incarnation, newest
from aid.funds.findings import Report
from aid.funds.model import Chain
from aid.funds.verifying import verify_chain
from aid.funds.witnessed import check_checkpoints
from aid.funds.witnesses import Known
from aid.projects.model import Project


@dataclass(frozen=True, slots=True)
class Signed:
    """The last checkpoint: how many movements it signed, and its key by fingerprint."""

    number: int
    made_at: datetime
    movements: int
    key: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """How many chains and movements there are, what was signed of them last, and in which life of
    the database, since when and why it began.
    """

    chains: int
    movements: int
    signed: Signed | None
    life: int
    cause: str
    began_at: datetime

    @property
    def unsigned(self) -> int:
        """How many movements came after the last checkpoint."""
        return self.movements - (self.signed.movements if self.signed else 0)


async def ledger_state(session: AsyncSession) -> Ledger:
    """The ledger as it stands, for who sees all of it."""
    chains, movements = (await session.execute(
        select(func.count(), func.coalesce(func.sum(Chain.seq), 0)).where(Chain.seq > 0))).one()
    last, life = await newest(session), await incarnation(session)
    signed = Signed(last.number, last.made_at, last.movements, last.key) if last else None
    return Ledger(chains, int(movements or 0), signed, life.number, life.cause, life.began_at)


async def chain_checked(session: AsyncSession, code: str) -> Report | None:
    """A project's chain recomputed and held against the checkpoints; None: no such project."""
    number = await session.scalar(select(Project.id).where(Project.code == code))
    if number is None:
        return None
    report = await verify_chain(session, number)
    await check_checkpoints(session, Known(), 0, report, project=code)
    return report
