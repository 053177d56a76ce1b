"""A person's name is taken out of the system for good, and the ledger holds."""

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from aid.access.actor import Actor, Role, gate
from aid.accounts.service import NewAccount, add_account
from aid.audit.service import Asker
from aid.database.engine import Database
from aid.funds import service
from aid.funds.checkpoints import Witness
from aid.funds.entries import entered
from aid.funds.model import Movement
from aid.funds.moving import record
from aid.funds.of_project import money_of
from aid.funds.offline import verify
from aid.funds.request_model import DisbursementRequest
from aid.funds.terms import Decision, MovementKind
from aid.funds.verifying import verify_ledger
from aid.funds.witnesses import Known
from aid.interchange.exports.producing import produce
from aid.interchange.exports.terms import Kind, Order
from aid.secrets import Keys
from aid.sheets.writing import Form
from tests.actors import AUDITOR, LOCAL
from tests.conftest import SECRET_KEY, TODAY
from tests.integration.door import administrator
from tests.integration.funding import Funded, a_slip, check_books, funded

ERASE = ("UPDATE account SET name = 'erased-' || id, display_name = '已注销', issuer = NULL,"
         " subject = NULL WHERE name = $1 RETURNING name")
"""As docs/operations.md has it."""
ASKER = Asker("tests")
COMMIT = a_slip(90_000)
WAITING = a_slip(300)


@dataclass(frozen=True, slots=True)
class Office:
    """Li Na asked for a disbursement that Wang Wei approved, and for one that waits."""

    database: Database
    admin: asyncpg.Connection
    witness: Witness
    at: Funded
    li: Actor
    wang: Actor
    committed: int
    waiting: DisbursementRequest

    async def erase(self, actor: Actor) -> Actor:
        """The same person, whom nobody can name any more."""
        return replace(actor, name=await self.admin.fetchval(ERASE, actor.name))

    async def export(self, form: Form, asker: Actor = AUDITOR) -> bytes:
        """All movements."""
        order = Order(kind=Kind.MOVEMENTS, form=form, locale="zh", today=TODAY)
        with TemporaryFile() as file:
            await produce(self.database, order, file, actor=asker, asker=ASKER,
                          witness=self.witness)
            file.seek(0)
            return file.read()

    async def found(self) -> list[object]:
        """What the verifier finds."""
        report = await verify_ledger(
            self.database, Known(self.witness.keys, self.witness.file), project=None)
        return list(report.findings)


async def _account(database: Database, name: str) -> Actor:
    async with database.writing(gate("tests")) as session:
        account = await add_account(
            session, NewAccount(name=name, role=Role.OFFICE), asker=ASKER)
        return Actor(name, Role.OFFICE, account_id=account.id)


@pytest.fixture
async def office(
    seeded_database: Database, admin_url: URL, seeded_name: str, tmp_path: Path
) -> AsyncIterator[Office]:
    """Three movements and a request, by two accounts and somebody who is none."""
    database, at = seeded_database, await funded(seeded_database)
    li, wang = await _account(database, "li.na"), await _account(database, "wang.wei")
    [tranche] = at.tranches
    async with database.writing(gate("tests")) as session:
        await service.set_two_persons(session, 100, reason="试行", asker=ASKER)
    async with database.writing(li) as session:
        commit = await service.commit(session, tranche, COMMIT, today=TODAY)
        request, waiting = [await service.request_disbursement(
            session, tranche, slip, actor=li, today=TODAY) for slip in (a_slip(500), WAITING)]
    async with database.writing(wang) as session:
        await service.decide_disbursement(
            session, request.id, Decision.APPROVED, actor=wang, today=TODAY)
    async with database.writing(LOCAL) as session:
        await service.disburse(session, tranche, a_slip(7), today=TODAY)
    async with administrator(admin_url, seeded_name) as admin:
        yield Office(database, admin, Witness(Keys(SECRET_KEY), tmp_path / "kept.jsonl"), at, li,
                     wang, commit.id, waiting)


def _marks(*people: Actor) -> list[str]:
    return [f"account-{person.account_id}" for person in people]


def _actors(bundle: bytes) -> dict[str, str]:
    """Whom the marks stand for, in an export."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as files:
        table = csv.reader(io.StringIO(files.read("actors.csv").decode("utf-8-sig")))
        return {row[0]: row[1] for row in list(table)[1:]}


async def test_what_was_recorded_is_verified_without_the_name(
    office: Office, tmp_path: Path
) -> None:
    """In the database, and in exports of before and of after; no body ever held a name."""
    li, wang = _marks(office.li, office.wang)
    before = await office.export(Form.ZIP)
    assert _actors(before) == {li: "li.na", wang: "wang.wei", "local": "local"}
    gone = await office.erase(office.li)
    assert gone.name == f"erased-{office.li.account_id}"
    assert await office.found() == []
    assert await check_books(office.database) == 3
    after = await office.export(Form.ZIP)
    assert _actors(after) == {li: gone.name, wang: "wang.wei", "local": "local"}
    for name, data in (("before", before), ("after", after)):
        (tmp_path / name).write_bytes(data)
        findings, told = verify(tmp_path / name)
        assert (findings, told.movements) == ([], 3)
        with zipfile.ZipFile(io.BytesIO(data)) as files:
            held = {file for file in files.namelist() if b"wang.wei" in files.read(file)}
        assert held == {"actors.csv"}
    async with office.database.reading(AUDITOR) as session:
        rows = (await session.execute(text(
            "SELECT actor, requested_by, convert_from(body, 'UTF8') AS body FROM movement"
            " ORDER BY seq"))).all()
    assert [(row.actor, row.requested_by) for row in rows] == [
        (li, None), (wang, li), ("local", None)]
    for row in rows:
        said = json.loads(row.body)
        assert (said["actor"], said["requested_by"]) == (row.actor, row.requested_by)


async def test_an_export_in_other_hands_loses_its_names_and_holds(
    office: Office, tmp_path: Path
) -> None:
    """Without actors.csv it is verified as before; with an altered one it is not."""
    zipfile.ZipFile(io.BytesIO(await office.export(Form.ZIP))).extractall(tmp_path)
    names = tmp_path / "actors.csv"
    names.write_text(names.read_text("utf-8-sig").replace("li.na", "zhang.san"), "utf-8-sig")
    assert [(one.what, "actors.csv" in one.en) for one in verify(tmp_path)[0]] == [("file", True)]
    names.unlink()
    assert verify(tmp_path)[0] == []


async def test_readers_are_told_the_name_of_today(office: Office) -> None:
    """On the page and in the plain export; administrators, who read no money, are told nothing."""
    _, wang = _marks(office.li, office.wang)
    gone = await office.erase(office.li)
    async with office.database.reading(AUDITOR) as session:
        money = await money_of(session, office.at.project)
        nobody = await session.scalar(text("SELECT aid_who('account-999999999999999999')"))
    told = [(row.actor, row.requested_by) for row in reversed(money.movements)]
    assert told == [(gone.name, None), ("wang.wei", gone.name), ("local", None)]
    assert nobody == "account-999999999999999999"
    lines = [json.loads(line) for line in (await office.export(Form.JSONL)).splitlines()]
    assert [(line["actor"], line["requested_by"]) for line in lines] == told
    for actor in (Actor("sun.lei", Role.SECURITY_ADMIN), gate("door")):
        async with office.database.reading(actor) as session:
            assert await session.scalar(text("SELECT aid_who(:mark)"), {"mark": wang}) is None


async def test_another_name_makes_nobody_another_person(office: Office) -> None:
    """A retry finds its movement and its request; nobody decides on what they asked for."""
    [tranche] = office.at.tranches
    gone = await office.erase(office.li)
    async with office.database.writing(gone) as session:
        again: Movement = await service.commit(session, tranche, COMMIT, today=TODAY)
        asked = await service.request_disbursement(
            session, tranche, WAITING, actor=gone, today=TODAY)
    assert (again.id, asked.id) == (office.committed, office.waiting.id)
    with pytest.raises(service.SamePerson):
        async with office.database.writing(gone) as session:
            await service.decide_disbursement(
                session, asked.id, Decision.APPROVED, actor=gone, today=TODAY)
    with pytest.raises(DBAPIError, match="row-level security"):
        async with office.database.writing(gone) as session:
            await session.execute(text(
                "INSERT INTO disbursement_decision (request_id, recipient_id, decision, actor)"
                " VALUES (:id, :recipient, 'approved', aid_mark())"),
                {"id": asked.id, "recipient": asked.recipient_id})
    async with office.database.writing(office.wang) as session:
        row = await service.decide_disbursement(
            session, asked.id, Decision.APPROVED, actor=office.wang, today=TODAY)
    assert row is not None
    assert [row.actor, row.requested_by] == _marks(office.wang, office.li)
    with pytest.raises(service.AlreadyDecided) as late:
        async with office.database.writing(LOCAL) as session:
            await service.decide_disbursement(
                session, asked.id, Decision.APPROVED, actor=LOCAL, today=TODAY)
    assert late.value.said.en.startswith("wang.wei has decided")


async def test_nobody_poses_as_a_mark(office: Office) -> None:
    """Who says they are called so is nobody, and moves no money."""
    [mark] = _marks(office.li)
    with pytest.raises(service.NotYours):
        async with office.database.writing(Actor(mark, Role.OFFICE)) as session:
            await record(session, entered(
                office.at.tranches[0], MovementKind.DISBURSE, a_slip(1)), today=TODAY)
