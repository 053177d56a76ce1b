"""Large disbursements take two persons: one asks, another decides, and it happens once."""

import subprocess

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from aid.access.actor import gate
from aid.audit.service import Asker
from aid.database.engine import Database
from aid.errors import AidError, InputRefused, NotFound
from aid.funds import service
from aid.funds.terms import Decision, MovementKind
from tests import forking
from tests.actors import AUDITOR, LEADER, LOCAL
from tests.conftest import TODAY, as_app
from tests.integration.funding import (
    SECOND,
    Funded,
    a_slip,
    balances,
    check_books,
    funded,
    move,
)

SET = Asker("shell:root")


@pytest.fixture
async def at(seeded_database: Database) -> Funded:
    """A project whose disbursements above 100 fen take two persons; 1,000 are committed."""
    async with seeded_database.writing(gate(SET.name)) as session:
        await service.set_two_persons(session, 100, reason="试行", asker=SET)
    found = await funded(seeded_database)
    await move(seeded_database, LOCAL, found.tranches[0], MovementKind.COMMIT, 1000)
    return found


async def test_small_sums_take_one_person_and_large_ones_two(
    seeded_database: Database, at: Funded
) -> None:
    """Who asked is on the line and in what is hashed, beside who approved."""
    [tranche] = at.tranches
    await move(seeded_database, LOCAL, tranche, MovementKind.DISBURSE, 100)
    with pytest.raises(service.TwoPersonsNeeded):
        await move(seeded_database, LOCAL, tranche, MovementKind.DISBURSE, 101)
    slip = a_slip(101)
    async with seeded_database.writing(LOCAL) as session:
        request = await service.request_disbursement(
            session, tranche, slip, actor=LOCAL, today=TODAY)
        again = await service.request_disbursement(
            session, tranche, slip, actor=LOCAL, today=TODAY)
    assert request.id == again.id
    async with seeded_database.reading(LOCAL) as session:
        assert (await balances(session, tranche))["in_transit"] == 100
    async with seeded_database.writing(SECOND) as session:
        row = await service.decide_disbursement(
            session, request.id, Decision.APPROVED, actor=SECOND, today=TODAY)
    assert row is not None
    assert (row.actor, row.requested_by, row.amount_fen) == ("second", "local", 101)
    async with seeded_database.writing(SECOND) as session:
        same = await service.decide_disbursement(
            session, request.id, Decision.APPROVED, actor=SECOND, today=TODAY)
    assert same is not None
    assert same.id == row.id
    assert await check_books(seeded_database) == 3


async def test_nobody_decides_on_their_own_request(
    seeded_database: Database, at: Funded
) -> None:
    """Nor in another's name, nor a reader, nor a recipient: refused by the database as well."""
    async with seeded_database.writing(LOCAL) as session:
        request = await service.request_disbursement(
            session, at.tranches[0], a_slip(500), actor=LOCAL, today=TODAY)
    with pytest.raises(service.SamePerson):
        async with seeded_database.writing(LOCAL) as session:
            await service.decide_disbursement(
                session, request.id, Decision.APPROVED, actor=LOCAL, today=TODAY)
    for actor, name in ((LOCAL, "local"), (LOCAL, "second"), (SECOND, "third"),
                        (LEADER, "leader"), (AUDITOR, "auditor"), (at.recipient, "wenshan")):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with seeded_database.writing(actor) as session:
                await session.execute(text(
                    "INSERT INTO disbursement_decision (request_id, recipient_id, decision, actor)"
                    " VALUES (:id, :recipient, 'approved', :name)"),
                    {"id": request.id, "recipient": request.recipient_id, "name": name})
    with pytest.raises(NotFound):
        async with seeded_database.writing(at.recipient) as session:
            await service.decide_disbursement(
                session, request.id, Decision.APPROVED, actor=at.recipient, today=TODAY)


async def test_an_approval_serves_once_and_for_what_was_asked(
    seeded_database: Database, at: Funded
) -> None:
    """Not again once it was undone, not for another sum, not for whoever did not decide."""
    [tranche] = at.tranches
    async with seeded_database.writing(LOCAL) as session:
        request = await service.request_disbursement(
            session, tranche, a_slip(500), actor=LOCAL, today=TODAY)
    async with seeded_database.writing(SECOND) as session:
        row = await service.decide_disbursement(
            session, request.id, Decision.APPROVED, actor=SECOND, today=TODAY)
    assert row is not None
    await move(seeded_database, LOCAL, tranche, MovementKind.REVERSE, 500, reverses_id=row.id)
    append = ("SELECT * FROM aid_append(:tranche, 'disburse', :fen, :day, :key, :voucher,"
              " :document, NULL, :reason, NULL, :asked)")
    given = {"tranche": tranche, "fen": 500, "day": row.occurred_on, "voucher": row.voucher_no,
             "document": row.document_no, "reason": row.reason, "asked": request.id,
             "key": f"request-{request.id}"}
    for actor, changed, code in (
        (LOCAL, {}, "AD007"), (SECOND, {"fen": 501}, "AD004"), (SECOND, {"fen": 5}, "AD004"),
        (SECOND, {"key": "another key"}, "AD008"), (SECOND, {"key": "request-0"}, "AD007"),
        (SECOND, {"asked": None, "key": "another key"}, "AD007"),
    ):
        with pytest.raises(DBAPIError) as refused:
            async with seeded_database.writing(actor) as session:
                await session.execute(text(append), given | changed)
        assert getattr(refused.value.orig, "sqlstate", None) == code, changed
    async with seeded_database.writing(SECOND) as session:
        again = (await session.execute(text(append), given)).one()
    assert again.id == row.id, "the same key is the same movement, undone as it is"
    assert await check_books(seeded_database) == 3


async def test_what_cannot_be_sent_is_not_approved(
    seeded_database: Database, at: Funded
) -> None:
    """The money was cancelled meanwhile: nothing is decided, and a rejection needs a reason."""
    [tranche] = at.tranches
    with pytest.raises(service.Overdrawn):
        async with seeded_database.writing(LOCAL) as session:
            await service.request_disbursement(
                session, tranche, a_slip(1001), actor=LOCAL, today=TODAY)
    slip = a_slip(900)
    async with seeded_database.writing(LOCAL) as session:
        request = await service.request_disbursement(
            session, tranche, slip, actor=LOCAL, today=TODAY)
    await move(seeded_database, LOCAL, tranche, MovementKind.CANCEL, 200)
    refusals: list[tuple[Decision, str | None, type[AidError]]] = [
        (Decision.APPROVED, None, service.Overdrawn), (Decision.REJECTED, " ", InputRefused)]
    for decision, reason, refusal in refusals:
        with pytest.raises(refusal):
            async with seeded_database.writing(SECOND) as session:
                await service.decide_disbursement(
                    session, request.id, decision, reason=reason, actor=SECOND, today=TODAY)
    async with seeded_database.writing(SECOND) as session:
        assert await service.decide_disbursement(
            session, request.id, Decision.REJECTED, reason="额度不足", actor=SECOND,
            today=TODAY) is None
    with pytest.raises(service.AlreadyDecided):
        async with seeded_database.writing(SECOND) as session:
            await service.decide_disbursement(
                session, request.id, Decision.APPROVED, actor=SECOND, today=TODAY)
    other = service.Slip(fen=800, occurred_on=slip.occurred_on, key=slip.key, voucher_no="V")
    with pytest.raises(service.KeyReused):
        async with seeded_database.writing(LOCAL) as session:
            await service.request_disbursement(
                session, tranche, other, actor=LOCAL, today=TODAY)
    assert await check_books(seeded_database) == 2


async def test_only_the_gate_sets_the_amount_and_the_audit_log_has_it(
    seeded_database: Database, at: Funded
) -> None:
    """Before and after, and why. To begin with it is five million yuan."""
    async with seeded_database.reading(LOCAL) as session:
        rows = (await session.execute(text(
            "SELECT above_fen, actor FROM two_persons ORDER BY id"))).all()
        assert await service.two_persons(session) == 100
    assert [tuple(row) for row in rows] == [(500_000_000, "seed"), (100, "shell:root")]
    async with seeded_database.reading(AUDITOR) as session:
        detail = await session.scalar(text(
            "SELECT detail FROM audit_entry WHERE subject = 'two_persons'"))
    assert detail == {"before": "5000000.00", "above": "1.00", "reason": "试行"}
    with pytest.raises(DBAPIError, match="row-level security"):
        async with seeded_database.writing(LOCAL) as session:
            await service.set_two_persons(
                session, 10**15, reason="方便", asker=Asker(LOCAL.name))
    with pytest.raises(InputRefused) as refused:
        async with seeded_database.writing(gate(SET.name)) as session:
            await service.set_two_persons(session, -1, reason=" ", asker=SET)
    assert [one.field for one in refused.value.complaints] == ["reason", "above"]
    assert at.tranches


def test_it_is_set_from_the_machine_itself(admin_url: URL, seeded_name: str) -> None:
    """`aid funds two-persons` shows it and sets it."""
    environment = forking.bare(AID_LOCALE="en", AID_DATABASE_URL=as_app(admin_url, seeded_name))

    def aid(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return forking.run("funds", "two-persons", *arguments, environment=environment)

    assert aid().stdout.strip() == "5000000.00"
    done = aid("--above", "2000000", "--reason", "沪合办〔2008〕3号")
    assert (done.returncode, done.stdout.strip()) == (0, "2000000.00"), done.stderr
    assert aid().stdout.strip() == "2000000.00"
    for arguments in (("--above", "2000000"), ("--above", "2e6", "--reason", "x")):
        refused = aid(*arguments)
        assert refused.returncode == 1
        assert "1 mistake." in refused.stderr
    assert aid().stdout.strip() == "2000000.00"
