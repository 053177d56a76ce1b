"""Simulated money: what it adds up to, that it moved by the rules, what every view has of it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import URL

from aid.access.actor import SIMULATION
from aid.database.engine import Database
from aid.database.owning import references_later
from aid.funds.conditions import condition_met
from aid.funds.model import Movement, Tranche, TrancheBalance
from aid.funds.request_model import DisbursementRequest
from aid.funds.rules import NOTHING, moved
from aid.funds.terms import MovementKind
from aid.funds.verifying import verify_ledger
from aid.funds.witnesses import Known
from aid.projects.model import Project, StageChange
from aid.projects.terms import Stage
from aid.regions.model import Division
from aid.secrets import Keys
from tests.actors import LOCAL
from tests.conftest import SECRET_KEY, TODAY, as_admin
from tests.integration.replaying import projects_by_id, rows_by
from tests.integration.test_demo import GROUPS

SHUT = (Stage.RESERVE, Stage.SUSPENDED, Stage.CANCELLED)
_SUMS = """
SELECT d.key, f.kind, sum(f.fen)::bigint FROM fund_total f JOIN division d ON d.id = f.recipient_id
WHERE f.year BETWEEN 2001 AND 2005 GROUP BY 1, 2
"""


@pytest.mark.parametrize("group", GROUPS)
async def test_what_was_committed_and_paid_is_exactly_what_was_published(
    demo_database: Database, group: str
) -> None:
    """In the years 2001 to 2005, to the fen: committed, sent, received, paid, and none returned."""
    places, _, yi = GROUPS[group]
    sums: dict[str, int] = defaultdict(int)
    async with demo_database.reading(LOCAL) as session:
        for key, kind, fen in await session.execute(text(_SUMS)):
            if key in places:
                sums[kind] += fen
    published = int(Decimal(yi) * 10**10)
    assert {kind: sums[kind] for kind in ("commit", "disburse", "receive", "pay")} == dict.fromkeys(
        ("commit", "disburse", "receive", "pay"), published)
    assert sums["return"] == sums["cancel"] == 0


async def test_its_ledger_is_verified(demo_database: Database) -> None:
    """Chains, balances and totals: nothing is found."""
    report = await verify_ledger(demo_database, Known(Keys(SECRET_KEY), None))
    assert report.movements > 15_000
    assert report.findings == []


async def test_all_of_it_moved_by_the_rules(demo_database: Database) -> None:
    """Never more than there was, nor than was approved; with papers; recorded after it happened."""
    async with demo_database.reading(LOCAL) as session:
        chains = await rows_by(session, Movement, "project_id")
        projects = await projects_by_id(session)
        moves = await rows_by(session, StageChange, "project_id")
        tranches = {row.id: row for row in await session.scalars(select(Tranche))}
        alone = await session.scalar(text("SELECT max(above_fen) FROM two_persons"))
    for project, chain in chains.items():
        assert [row.seq for row in chain] == list(range(1, len(chain) + 1))
        assert [row.recorded_at for row in chain] == sorted(row.recorded_at for row in chain)
        _check_chain(chain, tranches, projects[project].approved_fen or 0)
        for row in chain:
            assert row.actor == SIMULATION.name
            assert row.occurred_on <= row.recorded_at.date() < TODAY
            if row.kind in (MovementKind.COMMIT, MovementKind.DISBURSE):
                assert _stage_on(moves[project], row) not in SHUT
                assert row.kind == MovementKind.COMMIT or row.amount_fen <= alone


def _check_chain(chain: Sequence[Movement], tranches: dict[int, Tranche], approved: int) -> None:
    balances: dict[int, Any] = defaultdict(lambda: NOTHING)
    known: dict[int, Movement] = {}
    standing: set[tuple[int, str, str | None]] = set()
    for row in chain:
        undone = known.get(row.reverses_id or 0)
        after = moved(balances[row.tranche_id], MovementKind(row.kind), row.amount_fen,
                      MovementKind(undone.kind) if undone else None)
        assert after is not None
        balances[row.tranche_id], known[row.id] = after, row
        taken = {number: -one["appropriation"] for number, one in balances.items()}
        assert taken[row.tranche_id] <= tranches[row.tranche_id].amount_fen
        assert sum(taken.values()) <= approved
        if undone is not None:
            standing.discard((undone.tranche_id, undone.kind, undone.voucher_no))
        elif row.voucher_no is not None:
            voucher = (row.tranche_id, row.kind, row.voucher_no)
            assert voucher not in standing
            standing.add(voucher)


def _stage_on(moves: Sequence[StageChange], row: Movement) -> str:
    return [move.to_stage for move in moves if move.occurred_on <= row.occurred_on][-1]


async def test_what_was_sent_too_early_says_why(demo_database: Database) -> None:
    """Wherever the condition was not met on the day there is a reason; and there are such."""
    async with demo_database.reading(LOCAL) as session:
        rows = (await session.execute(
            select(condition_met(Movement.__table__.c.occurred_on), Movement.reason)
            .join(Tranche, Tranche.id == Movement.tranche_id)
            .where(Movement.kind == MovementKind.DISBURSE))).all()
    assert all(met or reason for met, reason in rows)
    assert 20 < sum(not met for met, _ in rows) < len(rows) / 5


@pytest.mark.parametrize("place", [None, "540200"])
async def test_every_view_of_money_has_something_to_say(
    demo_database: Database, place: str | None
) -> None:
    """Of all recipients, and of the one whose account the demonstration has."""
    async with demo_database.reading(LOCAL) as session:
        own = await session.scalar(select(Division.id).where(Division.code == place))

        async def count(*where: Any) -> int:
            of_it = [] if own is None else [Tranche.recipient_id == own]
            return await session.scalar(
                select(func.count(Tranche.id.distinct())).select_from(Tranche)
                .join(Project, Project.id == Tranche.project_id)
                .outerjoin(TrancheBalance, TrancheBalance.tranche_id == Tranche.id)
                .outerjoin(Movement, Movement.tranche_id == Tranche.id)
                .where(*of_it, *where)) or 0

        at, long = TrancheBalance, TODAY - timedelta(30)
        received = Movement.kind == MovementKind.RECEIVE
        views: dict[str, list[Any]] = {
            "in transit": [at.in_transit > 0],
            "in transit for long": [at.in_transit > 0, Movement.kind == "disburse",
                                    Movement.occurred_on < long],
            "received short": [at.in_transit > 0, at.total_receive > 0],
            "idle": [at.held > 0, received, Movement.occurred_on < long],
            "committed, not sent": [at.committed > 0],
            "planned, nothing moved": [at.tranche_id.is_(None)],
            "retention outstanding": [Tranche.retention, func.coalesce(at.spent, 0) == 0],
            "paid without evidence": [Movement.kind == "pay", Movement.document_id.is_(None)],
            "returned": [at.total_return > 0],
            "reversed": [Movement.kind == "reverse"],
            "donated": [Tranche.source_id == select(
                text("id FROM fund_source WHERE kind = 'donation'")).scalar_subquery()],
        }
        for said, where in views.items():
            assert await count(*where), said
        assert place or await session.scalar(
            select(func.count()).select_from(DisbursementRequest))


async def test_references_and_indexes_are_as_they_were(
    admin_url: URL, seeded_name: str, demo_read_name: str, owned_database: Database
) -> None:
    """Set aside while rows came, and checked anew: the same constraints, all of them valid."""
    asked = ("SELECT conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(oid)"
             " FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
             " UNION ALL SELECT tablename, indexname, true, indexdef FROM pg_indexes"
             " WHERE schemaname = 'public' ORDER BY 1, 2, 4")

    async def constraints(name: str) -> list[Any]:
        connection = await asyncpg.connect(as_admin(admin_url, name))
        try:
            return [tuple(row) for row in await connection.fetch(asked)]
        finally:
            await connection.close()

    assert await constraints(demo_read_name) == await constraints(seeded_name)
    with pytest.raises(Exception, match="fk_tranche_source_id"):
        async with owned_database.writing(SIMULATION) as session:
            async with references_later(session, ["tranche"]):
                await session.execute(text(
                    "INSERT INTO project (code, name, recipient_id, region_id, supporter_id,"
                    " sector_id, kind, delivery_mode, stage, proposed_fen, planned_start,"
                    " planned_end, version) SELECT 'X', 'X', d.id, d.id, c.id, s.id, 'fixed_asset',"
                    " 'cheque', 'reserve', 1, '2006-01-01', '2006-01-02', 1 FROM division d,"
                    " supporting_city c, sector s WHERE d.code = '540200' ORDER BY s.id LIMIT 1"))
                await session.execute(text(
                    "INSERT INTO tranche (project_id, recipient_id, seq, name, source_id,"
                    " amount_fen, due_on, version) SELECT id, recipient_id, 1, 'X', 0, 1,"
                    " '2006-01-01', 1 FROM project"))
