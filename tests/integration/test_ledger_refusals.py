"""What the ledger refuses: at the database itself, by every code, and as people are told."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import asyncpg
import pytest
from asyncpg import Connection
from sqlalchemy import text
from sqlalchemy.engine import URL

from aid.access.actor import Actor, gate
from aid.database.engine import Database
from aid.errors import AidError, Conflict, InputRefused, NotFound
from aid.funds import service
from aid.funds.entries import entered
from aid.funds.moving import record
from aid.funds.terms import Balance, MovementKind
from aid.projects import service as projects
from aid.projects.documents import Upload
from tests.actors import AUDITOR, LEADER, LOCAL, recipient
from tests.conftest import TODAY, as_admin, as_app
from tests.integration.funding import (
    DAY,
    SECOND,
    Funded,
    a_slip,
    check_books,
    funded,
    move,
    moved_to,
)
from tests.integration.paper import PDF
from tests.integration.walled import claim
from tests.integration.working import a_step, chunks

COMMIT, DISBURSE, RECEIVE, PAY, RETURN, CANCEL, REVERSE = MovementKind
LEDGER = ("movement", "chain", "tranche_balance", "fund_total")


@pytest.fixture
async def at(seeded_database: Database) -> Funded:
    """A project with an instalment of a thousand yuan, of which 1,000 fen are held."""
    found = await funded(seeded_database)
    await moved_to(seeded_database, found, Balance.HELD)
    return found


@pytest.fixture
async def app(admin_url: URL, seeded_name: str) -> AsyncIterator[Connection]:
    """A connection of the application's login."""
    connection = await asyncpg.connect(as_app(admin_url, seeded_name))
    yield connection
    await connection.close()


@pytest.fixture
async def admin(admin_url: URL, seeded_name: str) -> AsyncIterator[Connection]:
    """A connection of the administrator, a superuser here."""
    connection = await asyncpg.connect(as_admin(admin_url, seeded_name))
    yield connection
    await connection.close()


APPEND = "SELECT * FROM aid_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
GIVEN: dict[str, Any] = {
    "tranche": None, "kind": "commit", "fen": 10, "on": DAY, "key": "a key of mine",
    "voucher": "V-0", "document": "沪合1号", "attached": None, "reason": "因故", "undone": None,
    "asked": None}


async def _append(app: Connection, actor: Actor, **given: Any) -> Any:
    async with app.transaction():
        await claim(app, actor.claims)
        return await app.fetchrow(APPEND, *(GIVEN | given).values())


@pytest.mark.parametrize(("code", "given"), [
    ("AD001", {"tranche": 10**9}),
    ("AD001", {"tranche": None}),
    ("AD001", {"kind": "reverse", "undone": 10**9}),
    ("AD002", {"kind": "receive"}),
    ("AD002", {"kind": "pay"}),
    ("AD002", {"kind": "return"}),
    ("AD003", {"fen": 99_001}),
    ("AD003", {"kind": "disburse", "fen": 1}),
    ("AD003", {"kind": "cancel", "fen": 1}),
    ("AD003", {"fen": 2**62}),
    ("AD007", {"kind": "disburse", "fen": 500_000_001}),
    ("AD007", {"kind": "disburse", "asked": 10**9, "key": f"request-{10**9}"}),
    ("AD008", {"fen": 0}),
    ("AD008", {"fen": -5}),
    ("AD008", {"fen": None}),
    ("AD008", {"kind": None}),
    ("AD008", {"kind": "COMMIT"}),
    ("AD008", {"on": None}),
    ("AD008", {"on": date(2999, 1, 1)}),
    ("AD008", {"key": ""}),
    ("AD008", {"key": None}),
    ("AD008", {"key": "request-12"}),
    ("AD008", {"asked": 12}),
    ("AD008", {"document": " "}),
    ("AD008", {"kind": "disburse", "voucher": None}),
    ("AD008", {"kind": "cancel", "reason": "  "}),
    ("AD008", {"kind": "reverse"}),
    ("AD008", {"undone": 1}),
    ("AD011", {"attached": 10**9}),
], ids=str)
async def test_the_function_refuses_by_itself(
    app: Connection, at: Funded, code: str, given: dict[str, Any]
) -> None:
    """Whatever the program in front of it has checked."""
    with pytest.raises(asyncpg.PostgresError) as refused:
        await _append(app, LOCAL, **{"tranche": at.tranches[0], **given})
    assert refused.value.sqlstate == code


@pytest.mark.parametrize("claims", [
    {}, {"aid.role": "office"}, {"aid.actor": "office"}, {"aid.role": "office", "aid.actor": ""},
    LEADER.claims, AUDITOR.claims, gate("door").claims,
    {"aid.role": "system_admin", "aid.actor": "root"},
], ids=str)
async def test_nobody_else_moves_money(
    app: Connection, at: Funded, claims: dict[str, str]
) -> None:
    """Neither who has no name, nor who reads everything, nor an administrator."""
    with pytest.raises(asyncpg.PostgresError) as refused:
        async with app.transaction():
            await claim(app, claims)
            await app.fetchrow(APPEND, *(GIVEN | {"tranche": at.tranches[0]}).values())
    assert refused.value.sqlstate == "AD002"


async def test_each_side_does_its_own_part(seeded_database: Database, at: Funded) -> None:
    """The recipient commits, sends and cancels nothing; what the office said it does not undo."""
    [tranche] = at.tranches
    sent = await move(seeded_database, LOCAL, tranche, COMMIT, 5)
    got = await move(seeded_database, at.recipient, tranche, PAY, 5)
    for actor, kind, undone in (
        (at.recipient, COMMIT, None), (at.recipient, DISBURSE, None), (at.recipient, CANCEL, None),
        (LOCAL, RECEIVE, None), (LOCAL, PAY, None), (LOCAL, RETURN, None),
        (at.recipient, REVERSE, sent.id), (LOCAL, REVERSE, got.id),
    ):
        with pytest.raises(service.NotYours):
            await move(seeded_database, actor, tranche, kind, 5, reverses_id=undone)
    assert await check_books(seeded_database) == 5


async def test_another_regions_money_is_not_there(seeded_database: Database, at: Funded) -> None:
    """Not to be received, paid, undone or read; nor told from what does not exist."""
    stranger = recipient(10**6)
    row = await move(seeded_database, at.recipient, at.tranches[0], PAY, 5)
    said = set()
    for tranche in (at.tranches[0], 10**9):
        with pytest.raises(NotFound) as refused:
            await move(seeded_database, stranger, tranche, PAY, 5)
        said.add(refused.value.said)
    assert len(said) == 1
    with pytest.raises(NotFound):
        async with seeded_database.writing(stranger) as session:
            await service.reverse(session, row.id, service.Reversal(
                occurred_on=DAY, key="to be undone", reason="误记"), today=TODAY)
    async with seeded_database.reading(stranger) as session:
        for table in (*LEDGER, "tranche", "disbursement_request"):
            assert not await session.scalar(text(f"SELECT count(*) FROM {table}"))
        assert not (await session.execute(text("SELECT * FROM aid_rebuilt_totals()"))).all()


async def test_the_application_writes_the_ledger_by_no_other_way(
    app: Connection, at: Funded
) -> None:
    """It adds, changes, removes and empties nothing, whoever asks."""
    for actor in (LOCAL, at.recipient, gate("door")):
        for table in LEDGER:
            for statement in (f"INSERT INTO {table} (recipient_id) VALUES (1)",
                              f"UPDATE {table} SET recipient_id = recipient_id",
                              f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    async with app.transaction():
                        await claim(app, actor.claims)
                        await app.execute(statement)
    for name in ("totals_follow", "tranche_stays", "approved_covers"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(f"SELECT aid_{name}()")


async def test_not_even_the_owner_changes_what_was_recorded(
    admin: Connection, at: Funded
) -> None:
    """The triggers hold for the owner and the superuser, replication role and all."""
    for role in ("SET ROLE aid_owner", "SET session_replication_role = replica"):
        for statement in ("UPDATE movement SET amount_fen = 1", "DELETE FROM movement",
                          "TRUNCATE movement CASCADE", "DELETE FROM chain",
                          "TRUNCATE chain CASCADE", "DELETE FROM tranche_balance",
                          "DELETE FROM fund_total", "TRUNCATE two_persons",
                          "UPDATE disbursement_request SET actor = 'x'"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
                async with admin.transaction():
                    await admin.execute(f"{role}; {statement}")
    assert at.tranches


async def test_a_table_of_ones_own_stands_for_none_of_ours(
    app: Connection, at: Funded
) -> None:
    """A temporary table is looked for last: nobody sends large sums past the second person."""
    await app.execute("CREATE TEMPORARY TABLE two_persons (id bigint, above_fen bigint)")
    await app.execute("INSERT INTO two_persons VALUES (1, 9000000000000000)")
    await app.execute("CREATE TEMPORARY TABLE tranche_balance AS SELECT 1 AS committed")
    with pytest.raises(asyncpg.PostgresError) as refused:
        await _append(app, LOCAL, tranche=at.tranches[0], kind="disburse", fen=500_000_001)
    assert refused.value.sqlstate == "AD007"


async def test_a_key_and_a_voucher_are_used_once(seeded_database: Database, at: Funded) -> None:
    """The same again is the same; another with the key, or the voucher in the instalment, is not.

    What was undone gives its voucher free.
    """
    [tranche] = at.tranches
    slip = a_slip(7, voucher_no=" V-77 ", reason="  ")
    async with seeded_database.writing(at.recipient) as session:
        first = await service.pay(session, tranche, slip, today=TODAY)
        again = await service.pay(session, tranche, slip, today=TODAY)
    assert (first.id, first.voucher_no, first.reason) == (again.id, "V-77", None)
    for given in ({"fen": 8}, {"voucher_no": "V-78"}, {"occurred_on": date(2008, 5, 7)},
                  {"reason": "补记"}, {"document_no": None}):
        values = {name: getattr(slip, name) for name in slip.__slots__} | given
        with pytest.raises(service.KeyReused):
            async with seeded_database.writing(at.recipient) as session:
                await service.pay(session, tranche, service.Slip(**values), today=TODAY)
    with pytest.raises(service.VoucherRecorded):
        await move(seeded_database, at.recipient, tranche, PAY, 7, voucher_no="V-77")
    await move(seeded_database, at.recipient, tranche, RETURN, 7, voucher_no="V-77")
    await move(seeded_database, at.recipient, tranche, REVERSE, 7, reverses_id=first.id)
    await move(seeded_database, at.recipient, tranche, PAY, 7, voucher_no="V-77")
    assert await check_books(seeded_database) == 7


async def test_a_movement_is_undone_once_in_full_and_not_before_it_was_done(
    seeded_database: Database, at: Funded
) -> None:
    """Nor is an undoing undone, nor what has moved on."""
    [tranche] = at.tranches
    paid = await move(seeded_database, at.recipient, tranche, PAY, 300)
    with pytest.raises(service.NotReversible):
        await move(seeded_database, at.recipient, tranche, REVERSE, 299, reverses_id=paid.id)
    with pytest.raises(InputRefused):
        await move(seeded_database, at.recipient, tranche, REVERSE, 300, reverses_id=paid.id,
                   occurred_on=date(2008, 5, 5))
    async with seeded_database.writing(at.recipient) as session:
        reversal = service.Reversal(occurred_on=DAY, key="undone once", reason="误记")
        undone = await service.reverse(session, paid.id, reversal, today=TODAY)
        again = await service.reverse(session, paid.id, reversal, today=TODAY)
    assert (undone.id, undone.debit, undone.credit) == (again.id, "spent", "held")
    for other in (paid.id, undone.id):
        with pytest.raises(service.NotReversible):
            await move(seeded_database, at.recipient, tranche, REVERSE, 300, reverses_id=other)
    async with seeded_database.reading(LOCAL) as session:
        received = await session.scalar(text("SELECT id FROM movement WHERE kind = 'receive'"))
    await move(seeded_database, at.recipient, tranche, PAY, 1)
    with pytest.raises(service.Overdrawn) as refused:
        await move(seeded_database, at.recipient, tranche, REVERSE, 1000, reverses_id=received)
    assert refused.value.available_fen == 999


@pytest.mark.parametrize("aside", ["suspend", "cancel"])
async def test_a_project_set_aside_gets_no_money_but_gives_it_back(
    seeded_database: Database, at: Funded, aside: str
) -> None:
    """Nothing is committed or sent; what is there is paid, returned, cancelled, undone."""
    [tranche] = at.tranches
    row = await move(seeded_database, LOCAL, tranche, COMMIT, 100)
    async with seeded_database.writing(LOCAL) as session:
        version = await session.scalar(text("SELECT version FROM project"))
        await getattr(projects, aside)(
            session, at.project, expected_version=version,
            step=a_step(DAY, reason="洪灾"), actor=LOCAL, today=TODAY)
    for kind in (COMMIT, DISBURSE):
        with pytest.raises(service.NotAtThisStage):
            await move(seeded_database, LOCAL, tranche, kind, 1)
    await move(seeded_database, LOCAL, tranche, CANCEL, 20)
    with pytest.raises(service.Overdrawn):
        await move(seeded_database, LOCAL, tranche, REVERSE, 100, reverses_id=row.id)
    await move(seeded_database, at.recipient, tranche, PAY, 1)
    await move(seeded_database, at.recipient, tranche, RETURN, 1)
    await check_books(seeded_database)


async def test_an_investment_is_not_approved_below_what_is_committed(
    seeded_database: Database, at: Funded
) -> None:
    """Neither adjusted nor approved anew; nobody is told by a fault."""
    async with seeded_database.writing(LOCAL) as session:
        await session.execute(text("UPDATE project SET approved_fen = 1040"))
        version = await session.scalar(text("SELECT version FROM project"))
    change = projects.InvestmentChange(new_fen=999, adjusted_on=DAY, reason="审减")
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(LOCAL) as session:
            await projects.adjust_investment(
                session, at.project, expected_version=version, change=change, actor=LOCAL,
                today=TODAY)
    assert [(one.field, one.value) for one in refused.value.complaints] == [
        ("approved_investment", "9.99")]
    assert "10.00" in refused.value.complaints[0].expected.en


async def test_what_shows_a_movement_is_of_its_project(
    seeded_database: Database, at: Funded
) -> None:
    """Its digest is in what is hashed; another project's document is refused."""
    other = await funded(seeded_database)
    async with seeded_database.writing(LOCAL) as session:
        documents = [(await projects.attach_document(
            session, project, Upload(file_name="回单.pdf"), chunks(PDF), actor=LOCAL)).id
            for project in (at.project, other.project)]
    await move(seeded_database, at.recipient, at.tranches[0], PAY, 5, document_id=documents[0])
    with pytest.raises(InputRefused) as refused:
        await move(seeded_database, at.recipient, at.tranches[0], PAY, 5,
                   document_id=documents[1])
    assert refused.value.complaints[0].field == "document_id"
    assert await check_books(seeded_database) == 4


async def test_all_that_is_wrong_with_a_slip_is_said_at_once(
    seeded_database: Database, at: Funded
) -> None:
    """Amount, day, key, papers, reason."""
    slip = service.Slip(fen=-1, occurred_on=date(2999, 1, 1), key="short",
                        voucher_no="V" * 201, reason="x" * 4001)
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(at.recipient) as session:
            await service.give_back(session, at.tranches[0], slip, today=TODAY)
    assert [one.field for one in refused.value.complaints] == [
        "amount", "occurred_on", "idempotency_key", "voucher_no", "reason"]
    for kind, missing in ((COMMIT, ["document_no"]), (DISBURSE, ["voucher_no"]),
                          (CANCEL, ["reason"])):
        with pytest.raises(InputRefused) as refused:
            await move(seeded_database, LOCAL, at.tranches[0], kind, 1, voucher_no=None,
                       document_no=" ", reason=None)
        assert [one.field for one in refused.value.complaints] == missing
    with pytest.raises(InputRefused):
        await move(seeded_database, LOCAL, at.tranches[0], COMMIT, 1, key="request-123456")


async def test_whoever_waits_too_long_is_told_so(seeded_database: Database, at: Funded) -> None:
    """Somebody else holds the project: it may be asked again."""
    entry = entered(at.tranches[0], COMMIT, a_slip(1))
    async with seeded_database.writing(SECOND) as first:
        await service.hold(first, at.tranches)
        with pytest.raises(service.Busy):
            async with seeded_database.writing(LOCAL) as session:
                await session.execute(text("SET LOCAL lock_timeout = 50"))
                await record(session, entry, today=TODAY)
    async with seeded_database.writing(LOCAL) as session:
        assert (await record(session, entry, today=TODAY)).seq == 4


def test_every_refusal_has_a_code_of_its_own() -> None:
    """Clients may test for it."""
    found: list[type[AidError]] = [
        service.Busy, service.KeyReused, service.NotAtThisStage, service.NotReversible,
        service.NotYours, service.Overdrawn, service.TwoPersonsNeeded, service.VoucherRecorded,
        service.SamePerson, service.AlreadyDecided, Conflict, NotFound, InputRefused]
    assert len({error.code for error in found}) == len(found)
