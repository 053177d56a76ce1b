"""`aid user`, `aid token` and the accounts of `aid demo`, as somebody at a terminal meets them."""

import asyncio
import json
import os
import pty
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from aid.access.policy import Permission
from aid.access.roles import Role
from aid.accounts.sessions import sign_in
from aid.accounts.tokens import visitor_of_token
from aid.accounts.visitor import Visitor
from aid.commands.common import operator
from tests import forking
from tests.conftest import as_admin, as_app, patient, serving
from tests.integration.door import as_another_process, said

AID = [sys.executable, "-m", "aid.cli"]
PASSWORD = "a ferry on the Huangpu"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(admin_url: URL, seeded_name: str) -> Run:
    """`aid` over a seeded database of the test's own."""
    environment = forking.bare(
        COLUMNS="200", AID_LOCALE="en", AID_DATABASE_URL=as_app(admin_url, seeded_name))

    def aid(*arguments: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        return forking.run(*arguments, environment=environment, stdin=stdin)

    aid.environment = environment  # type: ignore[attr-defined]
    return aid


def _visitor(url: str, name: str, password: str) -> Visitor:
    """Who comes in with a password, over a connection of its own."""
    async def come() -> Visitor:
        database = patient(url)
        await database.open()
        try:
            return (await sign_in(database, name=name, password=password, address="192.0.2.7",
                                  agent=None, totp_roles=frozenset(), demo=False)).visitor
        finally:
            await database.close()

    return asyncio.run(come())


def _by_token(url: str, token: str) -> Visitor | None:
    async def come() -> Visitor | None:
        database = patient(url)
        await database.open()
        try:
            return await visitor_of_token(database, token)
        finally:
            await database.close()

    return asyncio.run(come())


def test_an_account_from_its_making_to_its_end(
    run: Run, admin_url: URL, seeded_name: str
) -> None:
    """Add, list, passwd, disable, enable: each says what it did, on stderr."""
    url = as_app(admin_url, seeded_name)
    added = run("user", "add", "shigatse", "--role", "recipient", "--region", "542300",
                "--region", "530800", "--display-name", "日喀则")
    assert added.returncode == 0, added.stderr
    password = added.stdout.strip()
    assert re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}", password)
    assert _visitor(url, "shigatse", password).stage == "new_password"
    piped = run("user", "passwd", "shigatse", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert (piped.returncode, piped.stdout) == (0, ""), piped.stderr
    assert _visitor(url, "shigatse", PASSWORD).name == "shigatse"
    assert run("user", "reset-totp", "shigatse").returncode == 0
    assert run("user", "disable", "shigatse").returncode == 0
    (row,) = json.loads(run("user", "list", "--json").stdout)
    assert row["regions"] == [{"code": "530800", "name": "普洱市"},
                              {"code": "540200", "name": "日喀则市"}]
    assert (row["name"], row["displayName"], row["role"]) == ("shigatse", "日喀则", "recipient")
    assert row["disabledAt"]
    assert row["lastSignIn"]
    shown = run("user", "list")
    assert "日喀则市" in shown.stdout
    assert "disabled" in shown.stdout
    assert run("user", "enable", "shigatse").returncode == 0
    assert _visitor(url, "shigatse", PASSWORD).stage == "new_password"


def test_all_mistakes_are_said_at_once(run: Run) -> None:
    """Plainly, on stderr, status 1; nothing is done."""
    refused = run("user", "add", "Li Na", "--role", "boss", "--region", "999999", "--issuer",
                  "https://id.example", "--password-stdin", stdin="short\n")
    assert refused.returncode == 1
    assert refused.stdout == ""
    for part in ("name: 'Li Na'", "role: 'boss'", "security_admin", "regions: '999999'",
                 "identity:", "password: '•••'", "5 mistakes"):
        assert part in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "short" not in refused.stderr
    for arguments in (("--role", "recipient"), ("--role", "office", "--region", "540200")):
        wrong = run("user", "add", "li.na", *arguments)
        assert (wrong.returncode, wrong.stdout) == (1, "")
        assert "1 mistake." in wrong.stderr
    assert json.loads(run("user", "list", "--json").stdout) == []
    nothing = run("user", "add", "li.na", "--role", "office", "--password-stdin")
    assert nothing.returncode == 1
    assert "no password" in nothing.stderr
    assert run("user", "add", "li.na").returncode == 2


@pytest.mark.parametrize("arguments", [
    ("user", "disable"), ("user", "enable"), ("user", "passwd"), ("user", "reset-totp"),
    ("token", "create"), ("token", "list"), ("token", "revoke")])
def test_what_is_not_there_is_said_plainly(run: Run, arguments: tuple[str, str]) -> None:
    """With what was asked for; status 1."""
    done = run(*arguments, "nobody")
    assert done.returncode == 1
    assert "nobody" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_somebody_of_the_provider_needs_no_password(run: Run) -> None:
    """None is made, none is printed."""
    added = run("user", "add", "wang", "--role", "leader", "--identity", "8f2c", "--issuer",
                "https://id.example")
    assert (added.returncode, added.stdout) == (0, "")
    (row,) = json.loads(run("user", "list", "--json").stdout)
    assert row["provider"] is True


def test_on_a_terminal_the_password_is_asked_for_twice(
    run: Any, admin_url: URL, seeded_name: str
) -> None:
    """And not shown; a difference is asked again."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*AID, "user", "add", "li.na", "--role", "office"], env=run.environment, stdin=theirs,
        stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown = b""
    try:
        for prompt, answer in (("New password", PASSWORD), ("Once more", "something else"),
                               ("New password", PASSWORD), ("Once more", PASSWORD)):
            already = len(shown)
            while f"{prompt}: ".encode() not in shown[already:]:
                shown += os.read(ours, 1000)
            os.write(ours, f"{answer}\n".encode())
        with suppress(OSError):  # the other end is closed
            while more := os.read(ours, 1000):
                shown += more
        assert process.wait(30) == 0, shown
    finally:
        process.kill()
        os.close(ours)
    assert shown.count(b"New password") == 2
    assert PASSWORD.encode() not in shown
    url = as_app(admin_url, seeded_name)
    assert _visitor(url, "li.na", PASSWORD).stage == "new_password"


def test_a_token_from_its_making_to_its_end(run: Run, admin_url: URL, seeded_name: str) -> None:
    """It alone is printed on stdout, this once; the list does not know it."""
    url = as_app(admin_url, seeded_name)
    assert run("user", "add", "reports", "--role", "office").returncode == 0
    made = run("token", "create", "reports", "--days", "30", "--scope", "plan.read", "--scope",
               "target.read", "--note", "nightly")
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    came = _by_token(url, token)
    assert came is not None
    assert came.actor.scopes == frozenset({Permission.PLAN_READ, Permission.TARGET_READ})
    listed = run("token", "list", "--json")
    (row,) = json.loads(listed.stdout)
    assert (row["account"], row["note"], row["scopes"]) == (
        "reports", "nightly", ["plan.read", "target.read"])
    assert row["usedAt"]
    assert token.startswith(row["prefix"])
    assert token[-43:] not in listed.stdout + run("token", "list", "reports").stdout
    assert row["prefix"] in run("token", "list", "reports").stdout
    assert run("token", "revoke", row["prefix"]).returncode == 0
    as_another_process(came.account_id)
    assert _by_token(url, token) is None
    wrong = run("token", "create", "reports", "--days", "0", "--scope", "audit.read")
    assert wrong.returncode == 1
    assert "2 mistakes" in wrong.stderr


def test_what_is_done_at_the_terminal_is_in_the_audit_log(
    run: Run, admin_url: URL, seeded_name: str
) -> None:
    """Under the name of who is at the terminal."""
    assert run("user", "add", "li.na", "--role", "office").returncode == 0

    async def log() -> set[str]:
        database = patient(as_app(admin_url, seeded_name))
        await database.open()
        try:
            return {entry.actor for entry in await said(database)}
        finally:
            await database.close()

    assert asyncio.run(log()) == {operator()}


def _ask(base: str, token: str) -> int:
    """The status of a question asked with a token."""
    request = urllib.request.Request(  # noqa: S310
        f"{base}/graphql", json.dumps({"query": "{ __typename }"}).encode(),
        {"authorization": f"Bearer {token}", "content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_demo_accounts_live_in_the_demo_only(
    run: Run, admin_url: URL, seeded_name: str, tmp_path: Path
) -> None:
    """`aid demo` shows one a role and lets them in; `aid serve` over the same data does not."""
    url = as_app(admin_url, seeded_name)
    with serving(url, tmp_path, "demo", AID_DEMO_PASSWORD="[b]only here",  # noqa: S106
                 AID_ADMIN_DATABASE_URL=as_admin(admin_url, seeded_name)) as base:
        token = run("token", "create", "demo-leader").stdout.strip()
        assert _ask(base, token) == 200
    (log,) = tmp_path.glob("serve-*.log")
    shown = log.read_text()
    assert re.findall(r"(demo-\w+) +\[b\]only here", shown) == [f"demo-{role}" for role in Role]
    with serving(url, tmp_path) as base:
        assert _ask(base, token) == 401


def test_a_demo_over_real_accounts_goes_on_without_demo_accounts(
    run: Run, admin_url: URL, seeded_name: str, tmp_path: Path
) -> None:
    """It says so; the real ones come in."""
    assert run("user", "add", "li.na", "--role", "office").returncode == 0
    token = run("token", "create", "li.na").stdout.strip()
    with serving(as_app(admin_url, seeded_name), tmp_path, "demo", AID_LOCALE="en",
                 AID_ADMIN_DATABASE_URL=as_admin(admin_url, seeded_name)) as base:
        assert _ask(base, token) == 200
    (log,) = tmp_path.glob("serve-*.log")
    assert "no demo accounts are made" in " ".join(log.read_text().split())
    assert [row["name"] for row in json.loads(run("user", "list", "--json").stdout)] == ["li.na"]


@pytest.mark.parametrize("command", [
    ("user",), ("user", "add"), ("user", "list"), ("user", "disable"), ("user", "enable"),
    ("user", "passwd"), ("user", "reset-totp"), ("token",), ("token", "create"),
    ("token", "list"), ("token", "revoke")])
def test_help_teaches_by_example(run: Run, command: tuple[str, ...]) -> None:
    """Each command shows a line one could type."""
    shown = run(*command, "--help")
    assert shown.returncode == 0
    assert f"aid {' '.join(command)}" in shown.stdout.split("Options")[0].split("\n", 2)[2]
