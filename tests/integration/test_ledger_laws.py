"""Laws of the ledger: whatever is tried, money is conserved and nothing is below zero."""

from dataclasses import dataclass, field
from random import Random

import pytest
from sqlalchemy import text

from aid.access.actor import Actor
from aid.access.roles import Role
from aid.database.engine import Database
from aid.errors import AidError
from aid.funds.rules import NOTHING, Balances, moved
from aid.funds.terms import MOVER, Balance, MovementKind
from tests.actors import LOCAL
from tests.integration.funding import Funded, a_tranche, balances, check_books, funded, move

SENT = (MovementKind.COMMIT, MovementKind.DISBURSE, MovementKind.CANCEL)


@dataclass
class Plainly:
    """The same ledger in a few lines: what is planned, and the movements so far."""

    planned: dict[int, int]
    approved: int
    stands: dict[int, Balances] = field(default_factory=dict)
    lines: dict[int, tuple[int, MovementKind, int]] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)

    def taken(self, tranche: int) -> int:
        return -self.stands.get(tranche, NOTHING)[Balance.APPROPRIATION]

    def told(
        self, role: Role, tranche: int, kind: MovementKind, fen: int, undoes: int | None
    ) -> tuple[str, Balances]:
        """What is answered: the code of a refusal or none, and the balances then."""
        before, was = self.stands.get(tranche, NOTHING), None
        if undoes is not None:
            _, was, of_it = self.lines[undoes]
            if was is MovementKind.REVERSE or of_it != fen or undoes in self.undone:
                return "NOT_REVERSIBLE", before
        if MOVER[was or kind] is not role:
            return "NOT_YOURS", before
        after = moved(before, kind, fen, was)
        if after is None or -after[Balance.APPROPRIATION] > self.planned[tranche]:
            return "OVERDRAWN", before
        others = sum(self.taken(other) for other in self.planned if other != tranche)
        takes = after[Balance.APPROPRIATION] < before[Balance.APPROPRIATION]
        if takes and others - after[Balance.APPROPRIATION] > self.approved:
            return "OVERDRAWN", before
        return "", after


async def _tried(
    database: Database, at: Funded, plain: Plainly, random: Random
) -> str:
    """Try one movement, legal or not, and hold it against the plain ledger; the answer."""
    actor: Actor = random.choice([LOCAL, at.recipient])
    tranche, undoes = random.choice(at.tranches), None
    kind = random.choice([kind for kind in MOVER if random.random() < 0.15
                          or MOVER[kind] is actor.role] or list(MOVER))
    fen = random.choice([1, random.randint(1, 400), random.randint(1, 60_000)])
    if plain.lines and random.random() < 0.25:
        undoes = random.choice(list(plain.lines))
        tranche, was, of_it = plain.lines[undoes]
        kind, fen = MovementKind.REVERSE, of_it if random.random() < 0.9 else fen
        if was is not MovementKind.REVERSE and random.random() < 0.8:
            actor = LOCAL if was in SENT else at.recipient
    expected, after = plain.told(actor.role, tranche, kind, fen, undoes)  # type: ignore[arg-type]
    try:
        row = await move(database, actor, tranche, kind, fen, reverses_id=undoes)
        answer = ""
        plain.lines[row.id] = (tranche, kind, fen)
        plain.undone |= {undoes} if undoes is not None else set()
    except AidError as refused:
        answer = refused.code
    assert answer == expected, (kind, fen, undoes)
    plain.stands[tranche] = after
    async with database.reading(LOCAL) as session:
        assert await balances(session, tranche) == {
            name.value: after[name] for name in Balance if name is not Balance.APPROPRIATION}
    assert sum(after.values()) == 0, "money came from nowhere or went nowhere"
    return answer


@pytest.mark.parametrize("seed", range(6))
async def test_any_sequence_of_movements_does_what_the_plain_ledger_does(
    seeded_database: Database, seed: int
) -> None:
    """Legal and illegal, by both sides, of three instalments that want more than is approved."""
    random = Random(seed)  # noqa: S311  to be repeated
    at = await funded(seeded_database, a_tranche(500), a_tranche(400, source="310115-district"),
                      a_tranche(300, source="310000-donations"), proposed_yuan="1000000.00")
    plain = Plainly(dict(zip(at.tranches, (50_000, 40_000, 30_000), strict=True)), 90_000)
    async with seeded_database.writing(LOCAL) as session:
        await session.execute(text("UPDATE project SET approved_fen = 90000 WHERE id = :id"),
                              {"id": at.project})
    answers = [await _tried(seeded_database, at, plain, random) for _ in range(120)]
    assert set(answers) == {"", "OVERDRAWN", "NOT_YOURS", "NOT_REVERSIBLE"}
    assert await check_books(seeded_database) == answers.count("") > 20


async def test_sums_follow_a_project_to_another_sector_supporter_or_district(
    seeded_database: Database
) -> None:
    """Before, between and after movements and reversals, and back again."""
    one, other = [await funded(seeded_database, a_tranche(500), a_tranche(500)) for _ in range(2)]
    random = Random(7)  # noqa: S311
    async with seeded_database.reading(LOCAL) as session:
        sectors = list(await session.scalars(text("SELECT id FROM sector ORDER BY id LIMIT 4")))
        districts = [None, *await session.scalars(text(
            "SELECT id FROM supporting_district ORDER BY id LIMIT 2"))]
    undone = None
    for number in range(12):
        at = random.choice([one, other])
        for tranche in at.tranches:
            row = await move(seeded_database, LOCAL, tranche, MovementKind.COMMIT, 100 + number)
        if number % 3 == 0:
            undone = await move(seeded_database, LOCAL, row.tranche_id, MovementKind.REVERSE,
                                row.amount_fen, reverses_id=row.id)
        async with seeded_database.writing(LOCAL) as session:
            await session.execute(
                text("UPDATE project SET sector_id = :sector, district_id = :district"
                     " WHERE id = :id"),
                {"sector": random.choice(sectors), "district": random.choice(districts),
                 "id": at.project})
        await check_books(seeded_database)
    assert undone is not None


KINDS = (MovementKind.COMMIT, MovementKind.DISBURSE, MovementKind.RECEIVE, MovementKind.PAY)


@pytest.mark.parametrize("kind", list(MOVER))
async def test_a_reversal_restores_every_balance(
    seeded_database: Database, kind: MovementKind
) -> None:
    """Of each kind, with money on all balances."""
    at = await funded(seeded_database)
    [tranche] = at.tranches
    for number, step in enumerate(KINDS):
        await move(seeded_database, LOCAL if step in SENT else at.recipient, tranche, step,
                   1000 - 200 * number)
    async with seeded_database.reading(LOCAL) as session:
        before = await balances(session, tranche)
    actor = LOCAL if kind in SENT else at.recipient
    row = await move(seeded_database, actor, tranche, kind, 77)
    async with seeded_database.reading(LOCAL) as session:
        assert await balances(session, tranche) != before
    await move(seeded_database, actor, tranche, MovementKind.REVERSE, 77, reverses_id=row.id)
    async with seeded_database.reading(LOCAL) as session:
        assert await balances(session, tranche) == before
    assert await check_books(seeded_database) == 6


async def test_the_order_of_independent_movements_does_not_matter(
    seeded_database: Database
) -> None:
    """Of two instalments of one project: the same balances and sums, however they interleave."""
    script = [(kind, 900 - 100 * number) for number, kind in enumerate(KINDS)]
    found = []
    for seed in range(4):
        random = Random(seed)  # noqa: S311
        at = await funded(seeded_database, a_tranche(10), a_tranche(20), sector="health")
        left = {tranche: list(script) for tranche in at.tranches}
        while any(left.values()):
            tranche = random.choice([tranche for tranche, steps in left.items() if steps])
            kind, fen = left[tranche].pop(0)
            await move(seeded_database, LOCAL if kind in SENT else at.recipient, tranche, kind, fen)
        async with seeded_database.reading(LOCAL) as session:
            found.append([await balances(session, tranche) for tranche in at.tranches])
            sums = {row.kind: row.fen for row in await session.execute(text(
                "SELECT kind, sum(fen) AS fen FROM fund_total GROUP BY 1"))}
        assert sums == {kind.value: 2 * fen * (seed + 1) for kind, fen in script}
    assert found == [found[0]] * 4
    await check_books(seeded_database)
