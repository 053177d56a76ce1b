"""`aid demo` as somebody at a terminal meets it: simulated records, said to be simulated."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import URL

from aid.projects.model import Project
from tests.actors import LOCAL
from tests.conftest import SECRET_KEY, Peopled, as_admin, as_app, copied, patient, serving


async def _projects(url: str) -> int:
    database = patient(url)
    await database.open()
    try:
        async with database.reading(LOCAL) as session:
            return await session.scalar(
                select(func.count()).select_from(Project).where(Project.simulated)) or 0
    finally:
        await database.close()


def _served(url: str, folder: Path, *more: str, **environment: str) -> str:
    """What `aid demo` said by the time it served."""
    folder.mkdir()
    with serving(url, folder, "demo", *more, AID_LOCALE="en", COLUMNS="200", **environment):
        [log] = folder.glob("*.log")
        return log.read_text()


def test_what_is_simulated_is_said_to_be(admin_url: URL, seeded_name: str, tmp_path: Path) -> None:
    """With how many there are; the second start makes none; another scale is refused.

    Without the administrator's login nothing is done.
    """
    url = as_app(admin_url, seeded_name)
    owner = {"AID_ADMIN_DATABASE_URL": as_admin(admin_url, seeded_name)}
    refused = _refused(url)
    assert "AID_ADMIN_DATABASE_URL" in refused
    assert asyncio.run(_projects(url)) == 0
    first = _served(url, tmp_path / "first", **owner)
    assert "simulated records (none of them real)" in first
    assert "1 × the published totals" in first
    made = asyncio.run(_projects(url))
    assert f"{made:,}" in first
    again = _served(url, tmp_path / "again", "--scale", "1", **owner)
    assert "simulated records (none of them real)" in again
    assert "1 × the published totals" not in again
    assert asyncio.run(_projects(url)) == made
    assert "AID_DATA_DIR" in _refused(url, "--scale", "2", **owner)


def _refused(url: str, *more: str, **environment: str) -> str:
    """What `aid demo` said that does not come to serve."""
    refused = subprocess.run(
        [sys.executable, "-m", "aid.cli", "demo", *more], text=True, capture_output=True,
        env={**os.environ, "AID_DATABASE_URL": url, "AID_SECRET_KEY": SECRET_KEY,
             "AID_LOCALE": "en", "COLUMNS": "200", **environment}, timeout=120)
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    return refused.stderr


def test_where_people_have_accounts_nothing_is_simulated(
    admin_url: URL, inhabited: Peopled, tmp_path: Path
) -> None:
    """A database somebody works in, or is about to."""
    with copied(admin_url, inhabited.name) as name:
        said = _served(as_app(admin_url, name), tmp_path / "said",
                       AID_ADMIN_DATABASE_URL=as_admin(admin_url, name))
        assert "holds real accounts" in said
        assert asyncio.run(_projects(as_app(admin_url, name))) == 0
