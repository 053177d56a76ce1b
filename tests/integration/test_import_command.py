"""`aid import` as somebody at a terminal meets it: real processes."""

import asyncio
import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy.engine import URL

from aid.interchange.imports.terms import ImportKind
from tests import forking
from tests.conftest import SECRET_KEY, Peopled, as_admin, as_app, copied
from tests.integration.bringing import (
    BUILT,
    SCHOOL,
    comma_separated,
    grid,
    workbook,
)

KIND = ImportKind.PROJECTS


def run(url: str, *arguments: str, locale: str = "zh") -> "subprocess.CompletedProcess[str]":
    """`aid import …` on a database."""
    return forking.run("import", *arguments, environment=forking.bare(
        AID_DATABASE_URL=url, AID_SECRET_KEY=SECRET_KEY, COLUMNS="200", AID_LOCALE=locale))


def test_a_sheet_is_looked_at_and_then_brought_in(
    admin_url: URL, inhabited: Peopled, tmp_path: Path
) -> None:
    """A dry run keeps nothing; the history names who was at the terminal; changes are shown."""
    file = workbook(tmp_path / "台账.xlsx", grid(KIND, [SCHOOL, BUILT]))
    with copied(admin_url, inhabited.name) as name:
        url = as_app(admin_url, name)
        looked = run(url, "projects", str(file), "--dry-run", "--json")
        assert looked.returncode == 0, looked.stderr
        told = json.loads(looked.stdout)
        assert (told["added"], told["dryRun"], told["sheet"]) == (2, True, "填报")
        assert told["changes"][1] == {"row": 3, "name": "310000-532600-2007-0002 文山州卫生院",
                                      "added": True, "fields": {}}
        done = run(url, "projects", str(file))
        assert done.stdout.split() == ["新增", "变更", "不变", "2", "0", "0"]
        changed = workbook(tmp_path / "b.xlsx", grid(KIND, [
            BUILT | {"delivery_mode": "交支票", "planned_end": "2008年3月31日"}]))
        shown = run(url, "projects", str(changed), locale="en")
        assert "Delivery" in shown.stdout and "cheque" in shown.stdout
        assert "2008-03-31" in shown.stdout
        [noted, *more] = asyncio.run(_noted(as_admin(admin_url, name)))
        assert (noted["actor"][:6], noted["outcome"], noted["subject"], len(more)) == (
            "shell:", "done", "import projects", 1)
        detail = json.loads(noted["detail"])
        assert (detail["added"], detail["file"], detail["bytes"]) == (
            2, "台账.xlsx", file.stat().st_size)
        assert detail["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
        actors = asyncio.run(_actors(as_admin(admin_url, name)))
        assert len(actors) == 1 and actors[0].startswith("shell:")


async def _noted(url: str) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(
            "SELECT * FROM audit_entry WHERE kind = 'operation' AND subject LIKE 'import %'"
            " ORDER BY id"))
    finally:
        await connection.close()


async def _actors(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch(
            "SELECT DISTINCT actor FROM change WHERE entity = 'project'")]
    finally:
        await connection.close()


def test_mistakes_are_listed_by_their_cells(
    admin_url: URL, inhabited: Peopled, tmp_path: Path
) -> None:
    """All of them on standard error, and nothing is done; so of a file that cannot be read."""
    file = tmp_path / "台账.csv"
    file.write_bytes(comma_separated(grid(KIND, [
        SCHOOL, SCHOOL | {"name": "二", "sector": "航天", "planned_end": "2006-01-01"},
    ])).encode("gb18030"))
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 nothing more")
    with copied(admin_url, inhabited.name) as name:
        url = as_app(admin_url, name)
        done = run(url, "projects", str(file))
        assert done.returncode == 1
        assert done.stderr.splitlines()[-3:] == [
            "台账.csv!C3 领域: 「航天」——没有这个领域",
            "台账.csv!H3 计划完工: 「2006-01-01」——不应早于计划开工日期",
            "有2处错误，全部拒绝，未作任何更改。",
        ]
        unread = run(url, "projects", str(tmp_path / "x.xlsx"), locale="en")
        assert unread.returncode == 1 and "Traceback" not in unread.stderr
        assert "x.xlsx cannot be read" in unread.stderr
        assert run(url, "projects", str(file), "--as", "nobody").returncode == 1


def test_somebody_else_may_only_what_they_may(
    admin_url: URL, inhabited: Peopled, tmp_path: Path
) -> None:
    """A recipient brings in its own proposals, a leader nothing."""
    own = workbook(tmp_path / "own.xlsx", grid(KIND, [SCHOOL]))
    others = workbook(tmp_path / "others.xlsx", grid(KIND, [SCHOOL | {"recipient": "540200"}]))
    with copied(admin_url, inhabited.name) as name:
        url = as_app(admin_url, name)
        assert run(url, "projects", str(own), "--as", "wenshan").returncode == 0
        refused = run(url, "projects", str(others), "--as", "wenshan")
        assert refused.returncode == 1 and "只能为本地区申报" in refused.stderr
        refused = run(url, "projects", str(own), "--as", "leader")
        assert refused.returncode == 1 and "无权导入" in refused.stderr


@pytest.mark.parametrize("kind", ["projects", "cadres"])
def test_a_template_is_made_once(
    kind: str, admin_url: URL, inhabited: Peopled, tmp_path: Path
) -> None:
    """What is there is not written over."""
    file = tmp_path / "模板.xlsx"
    with copied(admin_url, inhabited.name) as name:
        url = as_app(admin_url, name)
        assert run(url, "template", kind, "-o", str(file)).returncode == 0
        made = file.read_bytes()
        again = run(url, "template", kind, "-o", str(file))
        assert again.returncode == 1 and "已存在" in again.stderr
        assert file.read_bytes() == made
