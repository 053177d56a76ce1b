"""`aid verify`, `aid checkpoint` and the drill, as somebody at a terminal meets them."""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import pytest
from sqlalchemy.engine import URL

from aid.funds.terms import Balance
from tests.conftest import Peopled, as_admin, as_app, copied, patient, serving
from tests.integration.funding import funded, moved_to
from tests.integration.test_backup import bare, external, run
from tests.people import TOKENS, bearer

MANY = """
SELECT set_config('aid.actor', 'office', true), set_config('aid.role', 'office', true);
SELECT count(aid_append(t.id, 'commit', 1, '2008-05-06', 'many-' || t.id || '-' || n,
  document => '沪合〔2008〕12号')) FROM tranche t, generate_series(1, 1500) n;
"""
"""Three thousand movements of two projects."""


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs commands on a database with money in it."""

    name: str
    place: dict[str, str]

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """What `aid` with these arguments does."""
        return run(*arguments, **self.place)

    def execute(self, admin_url: URL, statement: str) -> None:
        """Run a statement as superuser."""
        async def work() -> None:
            admin = await asyncpg.connect(as_admin(admin_url, self.name))
            try:
                await admin.execute(statement)
            finally:
                await admin.close()

        asyncio.run(work())


@pytest.fixture
def shell(admin_url: URL, inhabited: Peopled, tmp_path: Path) -> Iterator[Shell]:
    """Two funded projects with four movements."""
    async def fund(name: str) -> None:
        database = patient(as_app(admin_url, name))
        await database.open()
        try:
            await moved_to(database, await funded(database), Balance.SPENT)
            await funded(database)
        finally:
            await database.close()

    with copied(admin_url, inhabited.name) as name:
        asyncio.run(fund(name))
        yield Shell(name, {**external(admin_url, name), "AID_DATA_DIR": str(tmp_path / "kept")})


def test_a_good_ledger_is_said_to_be_good(shell: Shell, tmp_path: Path) -> None:
    """Signed by a command, verified by another, exported and verified there by a third."""
    signed = shell.run("checkpoint")
    assert signed.returncode == 0, signed.stderr
    assert "Checkpoint 1: 4 movements of 1 chains" in signed.stdout
    assert json.loads(shell.run("checkpoint", "--json").stdout)["body"]["number"] == 1
    done = shell.run("verify")
    assert done.returncode == 0, done.stderr
    assert "4 movements of 1 chains, 1 checkpoints" in done.stdout
    assert "All is as it was recorded and signed" in done.stdout
    file = tmp_path / "all.zip"
    assert shell.run("export", "movements", "-o", str(file)).returncode == 0
    offline = shell.run("verify", str(file))
    assert offline.returncode == 0, offline.stdout
    assert "4 movements of 1 projects, 0 after checkpoint 1" in offline.stdout
    told = json.loads(shell.run("verify", str(file), "--json").stdout)
    assert (told["movements"], told["findings"]) == (4, [])
    assert shell.run("verify", "--project", "nowhere").returncode == 1


def test_what_is_wrong_is_named_and_exits_with_one(shell: Shell, admin_url: URL) -> None:
    """For people and for programs."""
    shell.run("checkpoint")
    shell.execute(admin_url, (
        "SET session_replication_role = replica; ALTER TABLE movement DISABLE TRIGGER never;"
        " UPDATE movement SET amount_fen = 1 WHERE seq = 2"))
    done = shell.run("verify")
    assert done.returncode == 1
    assert "#2 amount_fen shows 1, recorded was 1000 [column]" in done.stderr
    assert "findings" in done.stderr
    told = json.loads(shell.run("verify", "--json").stdout)
    assert {one["what"] for one in told["findings"]} == {"column", "total"}
    assert told["incarnation"]["number"] == 1


@pytest.fixture
def empty(admin_url: URL) -> Iterator[str]:
    """The name of a database that holds nothing at all."""
    yield from bare.__wrapped__(admin_url)  # type: ignore[attr-defined]


def test_a_ledger_of_thousands_comes_back_whole(
    shell: Shell, admin_url: URL, empty: str, tmp_path: Path
) -> None:
    """Backed up, restored elsewhere, verified; the restore is another incarnation, and signed."""
    shell.execute(admin_url, MANY)
    assert shell.run("checkpoint").returncode == 0
    file = tmp_path / "all.aid-backup"
    assert shell.run("backup", str(file)).returncode == 0
    drill = shell.run("restore", "--drill", str(file))
    assert drill.returncode == 0, drill.stderr
    assert "3004 movements of 2 chains, 1 checkpoints" in drill.stdout
    there = external(admin_url, empty) | {"AID_DATA_DIR": shell.place["AID_DATA_DIR"]}
    restored = run("restore", str(file), **there)
    assert restored.returncode == 0, restored.stderr
    assert "All is as it was recorded and signed" in restored.stdout
    told = json.loads(run("verify", "--json", **there).stdout)
    assert (told["movements"], told["found"], told["checkpoints"]) == (3004, 0, 2)
    assert (told["incarnation"]["number"], told["incarnation"]["cause"]) == (2, "restore")
    assert told["remarks"] == []
    replayed = shell.run("verify")
    assert replayed.returncode == 1
    assert "[replayed]" in replayed.stderr


def test_the_server_signs_and_exports(
    shell: Shell, admin_url: URL, inhabited: Peopled, tmp_path: Path
) -> None:
    """An auditor downloads a ZIP, and the checkpoint is in the data directory."""
    (tmp_path / "serve").mkdir()
    with serving(as_app(admin_url, shell.name), tmp_path / "serve",
                 AID_DATA_DIR=shell.place["AID_DATA_DIR"]) as base:
        TOKENS[base] = inhabited.tokens
        answer = httpx.get(f"{base}/exports/movements.zip?region=532600",
                           headers=bearer(base, "auditor"), timeout=60)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/zip"
        assert httpx.get(f"{base}/exports/projects.zip",
                         headers=bearer(base, "auditor")).status_code == 404
        none = httpx.get(f"{base}/exports/movements.zip", headers=bearer(base, "audit_admin"))
        assert none.status_code == 403
    (tmp_path / "a.zip").write_bytes(answer.content)
    assert shell.run("verify", str(tmp_path / "a.zip")).returncode == 0
    kept = Path(shell.place["AID_DATA_DIR"], "checkpoints.jsonl")
    assert len(kept.read_text().splitlines()) == 1


def test_a_server_that_stops_signs_what_has_moved(
    shell: Shell, admin_url: URL, tmp_path: Path
) -> None:
    """Once, however often it is started and stopped."""
    for _ in range(2):
        with serving(as_app(admin_url, shell.name), tmp_path,
                     AID_DATA_DIR=shell.place["AID_DATA_DIR"]):
            pass
    kept = Path(shell.place["AID_DATA_DIR"], "checkpoints.jsonl")
    assert len(kept.read_text().splitlines()) == 1
    assert shell.run("verify").returncode == 0
