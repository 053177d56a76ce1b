"""What a superuser of the database does to the ledger is found, and named."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import URL

from aid.database.engine import Database
from aid.funds.checkpoints import Witness, make_checkpoint
from aid.funds.findings import Report
from aid.funds.terms import Balance
from aid.funds.verifying import verify_ledger
from aid.funds.witnesses import Known
from aid.secrets import Keys
from tests.conftest import SECRET_KEY, as_admin
from tests.integration.funding import Funded, a_tranche, funded, moved_to

FREE = """
SET session_replication_role = replica;
ALTER TABLE movement DISABLE TRIGGER never;
ALTER TABLE chain DISABLE TRIGGER never;
ALTER TABLE tranche_balance DISABLE TRIGGER never;
ALTER TABLE fund_total DISABLE TRIGGER never;
ALTER TABLE checkpoint DISABLE TRIGGER never;
ALTER TABLE checkpoint_head DISABLE TRIGGER never;
ALTER TABLE checkpoint_key DISABLE TRIGGER never;
ALTER TABLE incarnation DISABLE TRIGGER never;
ALTER TABLE movement DROP CONSTRAINT ck_movement_hash;
ALTER TABLE movement DROP CONSTRAINT uq_movement_project_id_seq;
"""
"""What a superuser can do away with first."""
REWRITE = """
DO $$ DECLARE it record; before bytea; BEGIN
  FOR it IN SELECT * FROM movement WHERE project_id = {project} AND seq >= {seq} ORDER BY seq LOOP
    SELECT hash INTO before FROM movement WHERE project_id = {project} AND seq = it.seq - 1;
    UPDATE movement SET prev_hash = coalesce(before, prev_hash),
      hash = sha256(coalesce(before, prev_hash) || body) WHERE id = it.id;
  END LOOP;
  UPDATE chain SET hash = (SELECT hash FROM movement m WHERE m.project_id = chain.project_id
    AND m.seq = chain.seq) WHERE project_id = {project};
END $$
"""
"""Hashes made good along the chain, up to its head."""
INSERT = """
INSERT INTO movement OVERRIDING SYSTEM VALUE SELECT (m).* FROM (
  SELECT jsonb_populate_record(m, '{{"id": 999999, "seq": {new}, "idempotency_key": "x"}}') m
  FROM movement m WHERE project_id = {project} AND seq = {old}) r
"""
EDIT = ("UPDATE movement SET body = convert_to(replace(convert_from(body, 'UTF8'),"
        " '\"actor\": \"wenshan\"', '\"actor\": \"nobody\"'), 'UTF8'){more}"
        " WHERE project_id = {{project}} AND seq = 3")


@dataclass(frozen=True, slots=True)
class Vault:
    """A signed ledger of two chains of six and two movements, and a superuser."""

    database: Database
    admin: asyncpg.Connection
    witness: Witness
    at: Funded
    code: str

    async def tamper(self, *statements: str) -> None:
        """As superuser, with every guard of the database taken away."""
        for statement in statements:
            await self.admin.execute(statement.format(project=self.at.project))

    async def verify(self, project: str | None = None) -> Report:
        """What the verifier says."""
        return await verify_ledger(
            self.database, Known(self.witness.keys, self.witness.file), project=project)


@pytest.fixture
async def vault(
    seeded_database: Database, admin_url: URL, seeded_name: str, tmp_path: Path
) -> AsyncIterator[Vault]:
    """Signed twice: after four movements of the first chain, and after all."""
    witness = Witness(Keys(SECRET_KEY), tmp_path / "checkpoints.jsonl")
    at = await funded(seeded_database, a_tranche(500))
    other = await funded(seeded_database, a_tranche(500))
    await moved_to(seeded_database, at, Balance.SPENT)
    await make_checkpoint(seeded_database, witness)
    await moved_to(seeded_database, at, Balance.IN_TRANSIT)
    await moved_to(seeded_database, other, Balance.IN_TRANSIT)
    await make_checkpoint(seeded_database, witness)
    admin = await asyncpg.connect(as_admin(admin_url, seeded_name))
    code = await admin.fetchval("SELECT code FROM project WHERE id = $1", at.project)
    found = Vault(seeded_database, admin, witness, at, code)
    assert (await found.verify()).findings == []
    await admin.execute(FREE)
    yield found
    await admin.close()


@pytest.mark.parametrize(("statements", "expected"), [
    pytest.param((EDIT.format(more=""),), {("hash", 3), ("column", 3)}, id="edit"),
    pytest.param((EDIT.format(more=", actor = 'nobody'"),), {("hash", 3)}, id="edit with column"),
    pytest.param(("DELETE FROM movement WHERE project_id = {project} AND seq IN (2, 3)",),
                 {("missing", 2), ("balance", None), ("total", None)}, id="delete"),
    pytest.param((INSERT.replace("{new}", "3").replace("{old}", "2"),),
                 {("order", 3), ("total", None)}, id="insert"),
    pytest.param((INSERT.replace("{new}", "7").replace("{old}", "6"),),
                 {("inserted", 7), ("column", 7), ("link", 7), ("negative", 7), ("balance", None),
                  ("total", None)}, id="insert at the end"),
    pytest.param((
        "UPDATE movement SET seq = 9 - seq WHERE project_id = {project} AND seq IN (4, 5)",),
        {("link", 4), ("link", 5), ("link", 6), ("column", 4), ("column", 5), ("moment", 5),
         ("rewritten", 1)}, id="reorder"),
    pytest.param(("DELETE FROM movement WHERE project_id = {project} AND seq > 4",),
                 {("truncated", 5), ("balance", None), ("total", None)}, id="truncate"),
    pytest.param((
        "DELETE FROM movement WHERE project_id = {project} AND seq > 4",
        "UPDATE chain SET seq = 4, hash = (SELECT hash FROM movement WHERE seq = 4 AND"
        " project_id = {project}) WHERE project_id = {project}"),
        {("truncated", 5), ("balance", None), ("total", None)}, id="truncate with its head"),
    pytest.param((
        "DELETE FROM movement WHERE project_id = {project}",
        "DELETE FROM chain WHERE project_id = {project}",
        "DELETE FROM tranche_balance WHERE project_id = {project}",
        "DELETE FROM fund_total",
        "INSERT INTO fund_total SELECT * FROM aid_rebuilt_totals()",
        "DELETE FROM tranche WHERE project_id = {project}",
        "DELETE FROM project WHERE id = {project}"), {("dropped", None)}, id="drop"),
    pytest.param(("UPDATE movement SET amount_fen = 999 WHERE project_id = {project} AND seq = 2",),
                 {("column", 2), ("total", None)}, id="amount column"),
    pytest.param((
        "UPDATE movement SET recorded_at = recorded_at - interval '1 microsecond'"
        " WHERE project_id = {project} AND seq = 2",), {("column", 2)}, id="moment column"),
    pytest.param(("UPDATE project SET code = 'X-1' WHERE id = {project}",),
                 {("column", 1), ("column", 2), ("column", 3), ("column", 4), ("column", 5),
                  ("column", 6), ("dropped", None)}, id="project code"),
    pytest.param(("UPDATE tranche SET source_id = (SELECT max(id) FROM fund_source)"
                  " WHERE project_id = {project}",),
                 {*(("column", number) for number in range(1, 7)), ("balance", None),
                  ("total", None)}, id="source"),
    pytest.param(("UPDATE tranche_balance SET source_id = source_id + 1"
                  " WHERE project_id = {project}",), {("balance", None)}, id="balance's source"),
    pytest.param(("UPDATE tranche_balance SET sector_id = sector_id + 1"
                  " WHERE project_id = {project}",), {("balance", None)}, id="balance's sector"),
    pytest.param((
        "UPDATE movement SET recipient_id = recipient_id + 1 WHERE project_id = {project}"
        " AND seq = 2",), {("column", 2), ("total", None)}, id="recipient column"),
    pytest.param((EDIT.format(more=", actor = 'nobody'"),
                  REWRITE.replace("{seq}", "3")), {("rewritten", 1)}, id="rewrite"),
    pytest.param(("UPDATE tranche_balance SET moved_at = moved_at + interval '1 second'"
                  " WHERE project_id = {project}",),
                 {("balance", None)}, id="moment"),
    pytest.param(("UPDATE tranche_balance SET committed = committed + 1,"
                  " total_commit = total_commit + 1 WHERE project_id = {project}",),
                 {("balance", None)}, id="balance"),
    pytest.param(("UPDATE fund_total SET fen = fen + 1 WHERE kind = 'pay'",), {("total", None)},
                 id="total"),
    pytest.param(("UPDATE chain SET hash = sha256('') WHERE project_id = {project}",),
                 {("head", 6)}, id="head"),
    pytest.param(("UPDATE checkpoint SET movements = 7 WHERE number = 2",),
                 {("checkpoint", None)}, id="checkpoint column"),
    pytest.param(("UPDATE checkpoint SET body = replace(body, '\"chains\":2', '\"chains\":3'),"
                  " chains = 3 WHERE number = 2",),
                 {("checkpoint", None), ("replayed", None)}, id="checkpoint body"),
    pytest.param(("UPDATE checkpoint_head SET seq = seq - 1, hash = (SELECT hash FROM movement m"
                  " WHERE m.project_id = {project} AND m.seq = 5) WHERE number = 2 AND seq = 6",),
                 {("checkpoint", None)}, id="checkpoint head"),
    pytest.param(("DELETE FROM checkpoint_head WHERE number = 1",
                  "DELETE FROM checkpoint WHERE number = 1"),
                 {("checkpoint", None), ("replayed", None)}, id="checkpoint gone"),
    pytest.param(("INSERT INTO checkpoint_key (id, public_key, signature)"
                  " SELECT encode(sha256('k'), 'hex'), 'k', ''",), {("key", None)}, id="key"),
    pytest.param(("DELETE FROM incarnation",), {("checkpoint", None)}, id="incarnation"),
])
async def test_it_is_found_and_named(
    vault: Vault, statements: tuple[str, ...], expected: set[tuple[str, int | None]]
) -> None:
    """Which project, which number, what: and nothing beside it."""
    await vault.tamper(*statements)
    report = await vault.verify()
    assert {(one.what, one.seq) for one in report.findings} == expected
    of_chains = {one.project for one in report.findings if one.project}
    assert of_chains <= {vault.code, "X-1"}
    assert all(one.zh and one.en for one in report.findings)


async def test_one_project_is_verified_by_itself(vault: Vault) -> None:
    """Its chain, its balances, what was signed of it; and nothing of others."""
    assert (await vault.verify(vault.code)).movements == 6
    await vault.tamper(EDIT.format(more=", actor = 'nobody'"), REWRITE.replace("{seq}", "3"))
    found = (await vault.verify(vault.code)).findings
    assert [(one.what, one.project, one.seq) for one in found] == [("rewritten", vault.code, 1)]
    assert "checkpoint 1" in found[0].en
    other = await vault.admin.fetchval("SELECT code FROM project WHERE id <> $1", vault.at.project)
    assert (await vault.verify(other)).findings == []


async def test_an_old_backup_in_the_place_of_the_database_is_found(vault: Vault) -> None:
    """Whole and consistent by itself; what was handed out since says what is missing."""
    await vault.tamper(*OLDER)
    report = await vault.verify()
    assert [one.what for one in report.findings] == ["replayed"]
    assert f"{vault.code} #6" in report.findings[0].en
    assert "checkpoints 2 to 2" in report.findings[0].en
    await make_checkpoint(vault.database, vault.witness)
    again = await vault.verify()
    assert [one.what for one in again.findings] == ["replayed"]


OLDER = (
    "DELETE FROM movement WHERE project_id <> {project} OR seq > 4",
    "DELETE FROM chain WHERE project_id <> {project}",
    "UPDATE chain SET seq = 4, hash = (SELECT hash FROM movement WHERE seq = 4)",
    "DELETE FROM checkpoint_head WHERE number = 2", "DELETE FROM checkpoint WHERE number = 2",
    "DELETE FROM fund_total", "INSERT INTO fund_total SELECT * FROM aid_rebuilt_totals()",
    "DELETE FROM tranche_balance WHERE project_id <> {project}",
    "UPDATE tranche_balance SET in_transit = 0, total_disburse = 1000, total_commit = 1000,"
    " moved_at = (SELECT recorded_at FROM movement WHERE seq = 4)",
)
"""The database as it was after the first checkpoint."""


async def test_a_restore_that_is_one_is_told_and_is_no_finding(vault: Vault) -> None:
    """It says what was lost; the next checkpoint is of another incarnation."""
    await vault.tamper(*OLDER, "INSERT INTO incarnation (number, cause) VALUES (2, 'restore')")
    report = await vault.verify()
    assert report.findings == []
    assert f"{vault.code} #6" in report.remarks[0].en
    made = await make_checkpoint(vault.database, vault.witness)
    assert made is not None
    assert (made.number, made.incarnation) == (2, 2)
    assert (await vault.verify()).findings == []


async def test_the_file_outside_is_held_against_its_signatures(vault: Vault) -> None:
    """A line that was altered, one of a foreign key, one that is none; half a line is a kill's."""
    lines = vault.witness.file.read_text().splitlines()
    foreign = Keys("somebody-else-" * 3)
    altered = json.loads(lines[1]) | {"body": json.loads(lines[1])["body"].replace("2", "3", 1)}
    theirs = json.loads(lines[1]) | {"public_key": foreign.public_keys[0].hex()}
    vault.witness.file.write_text("\n".join(
        [*lines, json.dumps(altered), json.dumps(theirs), "nonsense", lines[0][:50]]))
    report = await vault.verify()
    assert [one.en.partition(" of the")[0] for one in report.findings] == [
        "line 3", "line 4", "line 5"]
    assert [one.en.partition("file ")[2] for one in report.findings] == [
        "is not as it was signed", "is signed with an unknown key", "is none"]


async def test_a_ledger_that_was_signed_anew_with_another_key_is_found(vault: Vault) -> None:
    """Whoever owns the database has not the key: what they sign themselves is not this system's."""
    await vault.tamper(EDIT.format(more=", actor = 'nobody'"), REWRITE.replace("{seq}", "3"),
                       "DELETE FROM checkpoint_head", "DELETE FROM checkpoint",
                       "DELETE FROM checkpoint_key")
    vault.witness.file.unlink()
    theirs = Witness(Keys("somebody-else-" * 3), vault.witness.file)
    await make_checkpoint(vault.database, theirs)
    found = {one.what for one in (await vault.verify()).findings}
    assert found == {"key", "checkpoint", "file"}
