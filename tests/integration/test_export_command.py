"""`aid export` as somebody at a terminal meets it: real processes, real files."""

import asyncio
import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy.engine import URL

from aid.interchange.exports.terms import Kind
from tests import forking
from tests.conftest import SECRET_KEY, Peopled, as_app, copied
from tests.integration.exported import administering, furnish, lines_of, sheet_of, table_of

AID = [sys.executable, "-m", "aid.cli"]


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs commands on a database with something to export, in a folder."""

    url: str
    name: str
    folder: Path

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
        """What `aid export` with these arguments does."""
        return forking.run_in(
            self.folder, "export", *arguments,
            environment=forking.bare(
                AID_DATABASE_URL=self.url, AID_SECRET_KEY=SECRET_KEY, AID_LOCALE="en",
                COLUMNS="200", USER="operator", LOGNAME="operator") | environment)


@pytest.fixture(scope="module")
def furnished(admin_url: URL, inhabited: Peopled) -> Iterator[str]:
    """The name of a database with something to export, and accounts."""
    with copied(admin_url, inhabited.name) as name:
        asyncio.run(furnish(admin_url, name))
        yield name


@pytest.fixture
def shell(admin_url: URL, furnished: str, tmp_path: Path) -> Shell:
    """A shell in an empty folder."""
    return Shell(as_app(admin_url, furnished), furnished, tmp_path)


async def test_a_file_is_made_and_reported(shell: Shell, admin_url: URL) -> None:
    """The form follows the name; the report and the audit log name the file's digest."""
    done = shell.run("projects", "-o", "projects.xlsx", "--region", "540200", "--json")
    assert done.returncode == 0, done.stderr
    data = (shell.folder / "projects.xlsx").read_bytes()
    report = json.loads(done.stdout)
    assert report == {"kind": "projects", "format": "xlsx", "rows": 2, "bytes": len(data),
                      "sha256": hashlib.sha256(data).hexdigest()}
    assert {row["code"] for row in sheet_of(data, Kind.PROJECTS, "en")[0]} == {
        "P-540200-1", "P-540200-2"}
    assert stat.S_IMODE((shell.folder / "projects.xlsx").stat().st_mode) == 0o600
    async with administering(admin_url, shell.name) as admin:
        entry = await admin.fetchrow(
            "SELECT kind, outcome, actor, role, subject, detail FROM audit_entry"
            " ORDER BY id DESC LIMIT 1")
    assert (entry["kind"], entry["outcome"], entry["role"], entry["subject"]) == (
        "export", "done", "office", "projects")
    assert entry["actor"].startswith("shell:")
    assert json.loads(entry["detail"])["sha256"] == report["sha256"]


def test_a_workbook_says_what_it_is(shell: Shell) -> None:
    """On a sheet of its own: of which records, of which period, made when and by whom."""
    shell.run("villages", "-o", "v.xlsx", "--region", "540200", "--from", "2006-01-01",
              "--locale", "zh")
    said = {row[0].value: row[1].value
            for row in openpyxl.load_workbook(shell.folder / "v.xlsx")["说明"].iter_rows()}
    assert list(said) == ["内容", "导出时间", "导出人", "地区", "起始日期", "期间口径", "记录数"]
    assert (said["内容"], said["地区"], said["起始日期"], said["记录数"]) == (
        "重点村", "540200", "2006-01-01", "2")


def test_stdout_is_the_file_and_nothing_else(shell: Shell) -> None:
    """The report goes to stderr."""
    done = shell.run("milestones", "-o", "-", "--format", "jsonl", "--json")
    assert done.returncode == 0
    found = lines_of(done.stdout)
    assert len(found) == 8
    assert json.loads(done.stderr)["sha256"] == hashlib.sha256(done.stdout).hexdigest()
    assert list(shell.folder.iterdir()) == []


def test_a_file_that_is_there_is_replaced_whole_or_stays(shell: Shell) -> None:
    """A refusal leaves the former file, and nothing beside it."""
    path = shell.folder / "projects.csv"
    path.write_text("former")
    refused = shell.run("projects", "-o", "projects.csv", "--region", "999999", "--from", "x",
                        "--sector", "none")
    assert refused.returncode == 1
    said = refused.stderr.decode()
    assert all(field in said for field in ("region: '999999'", "from: 'x'", "sector: 'none'"))
    assert "Traceback" not in said
    assert path.read_text() == "former"
    assert list(shell.folder.iterdir()) == [path]
    assert shell.run("projects", "-o", "projects.csv").returncode == 0
    assert len(table_of(path.read_bytes(), Kind.PROJECTS, "en")) == 8
    assert list(shell.folder.iterdir()) == [path]


async def test_as_an_account_one_gets_what_it_may_read(shell: Shell, admin_url: URL) -> None:
    """A recipient's region; nothing for an administrator, or for nobody; the log says who asked."""
    done = shell.run("projects", "-o", "-", "--as", "wenshan", "--locale", "zh")
    assert {row["code"] for row in table_of(done.stdout, Kind.PROJECTS)} == {
        "P-532600-1", "P-532600-2"}
    refused = shell.run("projects", "-o", "admin.csv", "--as", "system_admin")
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert b"may not export" in refused.stderr
    async with administering(admin_url, shell.name) as admin:
        entry = await admin.fetchrow(
            "SELECT kind, outcome, actor, role, detail FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert (entry["kind"], entry["outcome"], entry["role"]) == (
        "export", "refused", "system_admin")
    assert entry["actor"].startswith("shell:")
    assert json.loads(entry["detail"])["as"] == "system_admin"
    nobody = shell.run("projects", "-o", "nobody.csv", "--as", "nobody.here")
    assert nobody.returncode == 1
    assert list(shell.folder.iterdir()) == []


@pytest.mark.parametrize(("arguments", "status"), [
    (("projects", "-o", "no/such/folder/p.csv"), 1), (("projects", "-o", "."), 2),
    (("roads", "-o", "-"), 2), (("projects",), 2),
    (("projects", "-o", "-", "--format", "pdf"), 2), (("projects", "-o", "-", "--locale", "fr"), 2),
])
def test_what_cannot_be_done_is_said_plainly(
    shell: Shell, arguments: tuple[str, ...], status: int
) -> None:
    """One sentence or the usage; nothing is left behind."""
    done = shell.run(*arguments)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    assert done.stdout == b""
    assert list(shell.folder.iterdir()) == []


def test_whoever_reads_stdout_may_have_enough(shell: Shell) -> None:
    """`| head -1` is no mistake."""
    done = subprocess.run(
        ["sh", "-c", f"{' '.join(AID)} export plan -o - --format jsonl | head -c 10"],
        cwd=shell.folder, capture_output=True, timeout=120,
        env={**os.environ, "AID_DATABASE_URL": shell.url, "AID_SECRET_KEY": SECRET_KEY})
    assert done.stdout == b'{"plan":"s'
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr
