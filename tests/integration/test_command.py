"""The `aid` command as somebody at a terminal meets it: real processes, real signals."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from sqlalchemy.engine import URL

from aid.database.provision import create_database
from tests import forking
from tests.api.client import sign_in
from tests.conftest import (
    SECRET_KEY,
    Peopled,
    _drop,
    _unique,
    as_admin,
    as_app,
    copied,
    free_port,
    patient,
    serving,
)

AID = [sys.executable, "-m", "aid.cli"]
DEMO_PASSWORD = "a tour of the river"
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "plan"


def _environment(**more: str) -> dict[str, str]:
    """What a command is given; the key that a database of one's own needs comes with it."""
    key = {"AID_SECRET_KEY": SECRET_KEY} if "AID_DATABASE_URL" in more else {}
    return forking.bare(COLUMNS="200", AID_LOCALE="en") | key | more


def _run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*AID, *arguments], env=_environment(**environment), text=True,
                          capture_output=True, timeout=120)


@contextmanager
def _demo(data: Path) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    port = free_port()
    log = data / f"demo-{port}.log"
    with log.open("w") as said:
        process = subprocess.Popen([*AID, "demo", "--port", str(port)],
                                   env=_environment(AID_DATA_DIR=str(data),
                                                    AID_DEMO_PASSWORD=DEMO_PASSWORD),
                                   stdout=said, stderr=said)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(2400):
            try:
                with urllib.request.urlopen(f"{base}/health/ready", timeout=2) as answer:  # noqa: S310
                    if answer.status == 200:
                        break
            except OSError:
                assert process.poll() is None, log.read_text()[-3000:]
                time.sleep(0.05)
        else:
            raise AssertionError(f"the demonstration did not become ready: {log.read_text()}")
        yield process, base
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)


def _servers_of(data: Path) -> list[int]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(str(data) in part for part in process.info["cmdline"] or ()):
            found.append(process.pid)
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_and_the_next_start_finds_the_data(
    tmp_path: Path, number: signal.Signals
) -> None:
    """Exit status 0, no PostgreSQL left; the second start imports nothing anew."""
    with _demo(tmp_path) as (process, _):
        process.send_signal(number)
        assert process.wait(30) == 0
    assert _servers_of(tmp_path) == []
    again = _run("seed", "--json", AID_DATA_DIR=str(tmp_path))
    assert again.returncode == 0, again.stderr
    tables = json.loads(again.stdout)["tables"]
    assert all((table["added"], table["changed"]) == (0, 0) for table in tables.values())
    assert _servers_of(tmp_path) == []


def test_a_kill_hinders_no_later_start(tmp_path: Path) -> None:
    """kill -9 of the server, then of PostgreSQL as well: the next demo serves the same data."""
    with _demo(tmp_path) as (process, _):
        process.kill()
        process.wait(30)
    with _demo(tmp_path) as (process, _):
        postmaster = int((tmp_path / "postgresql" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        process.kill()
        process.wait(30)
    with _demo(tmp_path) as (process, base):
        with sign_in(base, "demo-office", password=DEMO_PASSWORD) as browser:
            assert browser.get("/dashboards/plan").status_code == 200
            assert browser.get("/graphql").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert _servers_of(tmp_path) == []


def test_what_may_not_listen_says_why(tmp_path: Path) -> None:
    """Another address than the loopback, or a port that is taken: one sentence, status 1."""
    outside = _run("serve", "--host", "0.0.0.0", AID_DATA_DIR=str(tmp_path))  # noqa: S104
    assert outside.returncode == 1
    assert "loopback" in outside.stderr
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = _run("serve", "--port", port, AID_DATA_DIR=str(tmp_path))
    assert refused.returncode == 1
    assert "--port" in refused.stderr
    assert "Traceback" not in outside.stderr + refused.stderr


def test_a_database_of_ones_own_needs_a_key_of_ones_own() -> None:
    """Said before anything is tried; a bad one, and roles that are none, as well."""
    url = f"postgresql://aid_app:x@127.0.0.1:{free_port()}/aid"
    for environment, said in (({"AID_SECRET_KEY": ""}, "AID_SECRET_KEY"),
                              ({"AID_SECRET_KEY": "short"}, "AID_SECRET_KEY"),
                              ({"AID_TOTP_ROLES": "sysadmin"}, "sysadmin")):
        refused = _run("serve", AID_DATABASE_URL=url, **environment)
        assert refused.returncode == 1
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr


def test_a_database_that_is_not_there_is_said_plainly() -> None:
    """With its address and without its password."""
    nowhere = f"postgresql://aid_app:very-secret@127.0.0.1:{free_port()}/aid"
    for done in (_run("serve", AID_DATABASE_URL=nowhere), _run("seed", AID_DATABASE_URL=nowhere)):
        assert done.returncode == 1
        assert "Cannot connect" in done.stderr
        assert "very-secret" not in done.stderr
        assert "Traceback" not in done.stderr


def test_wrong_usage_has_a_status_of_its_own() -> None:
    """Status 2, with what is allowed."""
    assert _run("seed", "/nowhere").returncode == 2
    assert _run("serve", "--port", "70000").returncode == 2


def test_a_broken_plan_is_refused_at_the_command_line(
    admin_url: URL, seeded_name: str, tmp_path: Path
) -> None:
    """Every mistake on its own line of stderr, status 1."""
    folder = tmp_path / "plan"
    shutil.copytree(EXAMPLE, folder)
    plan = folder / "plan.csv"
    plan.write_text(plan.read_text().replace("310000", "110000"))
    with (folder / "sections.csv").open("a") as sections:
        sections.write("九,八,无上级,\n")
    done = _run("seed", str(folder), AID_DATABASE_URL=as_app(admin_url, seeded_name))
    assert done.returncode == 1
    assert "plan.csv:2 supporter: '110000'" in done.stderr
    assert "parent: '八'" in done.stderr
    assert "2 mistakes" in done.stderr
    assert done.stdout == ""


@pytest.mark.usefixtures("migrated")  # the login exists, as on any server with another database
def test_a_database_of_ones_own_is_migrated_seeded_and_served(
    admin_url: URL, tmp_path: Path
) -> None:
    """As docs/operations.md says: aid migrate with the administrator's login, then as aid_app."""
    import asyncio

    name = _unique("own")
    asyncio.run(create_database(as_admin(admin_url, admin_url.database or "postgres"), name))
    try:
        app = as_app(admin_url, name)
        without = _run("migrate", AID_DATABASE_URL=app)
        assert without.returncode == 1
        assert "AID_ADMIN_DATABASE_URL" in without.stderr
        wrong = _run("migrate", AID_DATABASE_URL=app,
                     AID_ADMIN_DATABASE_URL=as_admin(admin_url, "no_such_database"))
        assert wrong.returncode == 1
        assert "Cannot connect" in wrong.stderr
        for refused in (_run("serve", AID_DATABASE_URL=app), _run("seed", AID_DATABASE_URL=app)):
            assert refused.returncode == 1
            assert "aid migrate" in refused.stderr
            assert "Traceback" not in refused.stderr
        assert _run("migrate", AID_DATABASE_URL=app,
                    AID_ADMIN_DATABASE_URL=as_admin(admin_url, name)).returncode == 0
        seeded = _run("seed", AID_DATABASE_URL=app)
        assert seeded.returncode == 0, seeded.stderr
        assert "2,490" in seeded.stdout
        with serving(app, tmp_path, "serve", "--host", "0.0.0.0",  # noqa: S104
                     AID_PUBLIC_URL="https://aid.example") as base:
            with urllib.request.urlopen(f"{base}/health/ready") as answer:  # noqa: S310
                assert answer.status == 200
    finally:
        asyncio.run(_drop(admin_url, name))


def test_several_processes_serve_one_database(
    admin_url: URL, inhabited: Peopled, tmp_path: Path
) -> None:
    """--workers N answers too, each knows a session of the others, and stops with its parent."""
    with copied(admin_url, inhabited.name) as name:
        _serve_many(as_app(admin_url, name), tmp_path)


def _serve_many(url: str, tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [*AID, "serve", "--workers", "2", "--port", str(port)], cwd=tmp_path,
        env=_environment(AID_DATABASE_URL=url),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/health/ready", timeout=2
                ) as answer:
                    assert answer.status == 200
                    break
            except OSError:
                time.sleep(0.1)
        else:
            raise AssertionError("the workers did not become ready")
        for _ in range(4):  # each time a new connection, which any of the processes may take
            with sign_in(f"http://127.0.0.1:{port}") as browser:
                sent = {"x-csrf-token": browser.cookies["aid-csrf"]}
                answer = browser.post("/graphql", json={"query": "{ __typename }"}, headers=sent)
                assert answer.status_code == 200
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) >= 2
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
    _, left = psutil.wait_procs(children, timeout=10)
    assert left == []


async def test_readiness_says_no_when_the_database_is_gone(
    admin_url: URL, empty_name: str
) -> None:
    """/health/ready asks the database itself."""
    database = patient(as_app(admin_url, empty_name))
    assert not await database.answers()
    await database.open()
    assert await database.answers()
    await _drop(admin_url, empty_name)
    assert not await database.answers()
    await database.close()
