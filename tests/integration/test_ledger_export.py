"""The auditor's export: whole, verified by a machine that has nothing but Python."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import URL

from aid.access.actor import Actor
from aid.audit.service import Asker
from aid.database.engine import Database
from aid.errors import InputRefused
from aid.funds.checkpoints import Witness
from aid.funds.model import FundTotal
from aid.funds.offline import verify
from aid.funds.proof import EXPORT
from aid.funds.terms import Balance, MovementKind
from aid.interchange.exports.producing import produce
from aid.interchange.exports.terms import Kind, Order, Produced
from aid.metrics.queries import measured
from aid.metrics.terms import Scope
from aid.money import parse_yuan, yuan
from aid.secrets import Keys
from aid.sheets.writing import Form
from aid.text import Locale
from tests.actors import AUDITOR, LOCAL
from tests.conftest import SECRET_KEY, TODAY, as_admin
from tests.integration.funding import Funded, a_tranche, funded, move, moved_to


@dataclass(frozen=True, slots=True)
class House:
    """A database with money in it: two recipients, two sources, a reversal, tricky text."""

    database: Database
    witness: Witness
    wenshan: Funded
    rikaze: Funded

    async def export(
        self, form: Form, *, actor: Actor = LOCAL, locale: Locale = "zh", **filters: str
    ) -> tuple[Produced, bytes]:
        """An export of movements; `from_` stands for from."""
        given = {name.rstrip("_"): value for name, value in filters.items()}
        order = Order(kind=Kind.MOVEMENTS, form=form, locale=locale, today=TODAY, filters=given)
        with TemporaryFile() as file:
            made = await produce(self.database, order, file, actor=actor,
                                 asker=Asker(actor.name), witness=self.witness)
            file.seek(0)
            return made, file.read()

    async def unpacked(self, place: Path, **more: Any) -> dict[str, Any]:
        """A ZIP, unpacked; its manifest."""
        _, data = await self.export(Form.ZIP, **more)
        zipfile.ZipFile(io.BytesIO(data)).extractall(place)
        found: dict[str, Any] = json.loads((place / "manifest.json").read_text())
        return found


@pytest.fixture
async def house(seeded_database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """Sixteen movements of three projects."""
    database = seeded_database
    wenshan = await funded(database, a_tranche(900), a_tranche(100, source="310115-district"))
    rikaze = await funded(database, recipient="540200", region="540200")
    other = await funded(database)
    await moved_to(database, wenshan, Balance.SPENT, 10_000)
    second = wenshan.tranches[1]
    await move(database, LOCAL, second, MovementKind.COMMIT, 5_000, occurred_on=date(2008, 6, 1))
    sent = await move(database, LOCAL, second, MovementKind.DISBURSE, 4_000,
                      occurred_on=date(2008, 6, 2))
    await move(database, LOCAL, second, MovementKind.REVERSE, 4_000, reverses_id=sent.id,
               occurred_on=date(2008, 7, 1), reason="'=拨错，\"重来\"\n换行")
    await moved_to(database, wenshan, Balance.HELD, 70)
    await moved_to(database, rikaze, Balance.HELD, 777)
    await moved_to(database, other, Balance.SPENT, 1)
    yield House(database, Witness(Keys(SECRET_KEY), tmp_path / "kept.jsonl"), wenshan, rikaze)


def run(place: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """What the auditor's Python says: alone, away from everything that is installed here."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(place / "verify.py"), *arguments], text=True,
        capture_output=True, timeout=60, env={"PYTHONIOENCODING": "utf-8"}, cwd="/")


async def test_an_auditor_verifies_the_whole(house: House, tmp_path: Path) -> None:
    """Beside the files, of the ZIP as well, in two languages; the key is told."""
    place = tmp_path / "out"
    manifest = await house.unpacked(place)
    done = run(place, "--en")
    assert done.returncode == 0, done.stdout
    key = manifest_key(house)
    assert done.stdout == (
        f"17 movements of 3 projects, 0 after checkpoint 1 ({manifest['checkpoint']['made_at']});"
        f" key {key}\nall is as it was recorded and signed\n")
    assert "核验通过" in run(place).stdout
    assert manifest["counts"] == {"movements": 17, "links": 0, "projects": 3, "actors": 2}
    assert manifest["opening"] == dict.fromkeys(manifest["closing"], "0.00")
    (tmp_path / "a.zip").write_bytes((await house.export(Form.ZIP))[1])
    assert run(place, str(tmp_path / "a.zip"), "--key", key[:20]).returncode == 0
    assert run(place, "--key", "00ff").returncode == 1


def manifest_key(house: House) -> str:
    """The fingerprint of the key that signs here."""
    return hashlib.sha256(house.witness.keys.public_keys[0]).hexdigest()


@pytest.mark.parametrize(("filters", "rows", "links"), [
    ({"region": "540200"}, 3, 0),
    ({"project": "?"}, 10, 0),
    ({"source": "310115-district"}, 3, 3),
    ({"from_": "2008-06-01", "to": "2008-06-30"}, 2, 4),
    ({"from_": "2008-05-07"}, 3, 3),
    ({"to": "2008-05-31"}, 14, 3),
    ({"from_": "2009-01-01"}, 0, 0),
    ({"as_known_on": "2007-01-01"}, 0, 0),
    ({"supporter": "310000", "as_known_on": "2100-01-01"}, 17, 0),
])
async def test_any_part_hangs_together(
    house: House, tmp_path: Path, filters: dict[str, str], rows: int, links: int
) -> None:
    """What lies between is carried as links; balances before and after are told, and add up."""
    if "project" in filters:
        filters = {"project": await code_of(house, house.wenshan.project)}
    for locale in ("zh", "en"):
        place = tmp_path / locale
        manifest = await house.unpacked(place, locale=locale, **filters)
        assert (manifest["counts"]["movements"], manifest["counts"]["links"]) == (rows, links)
        done = run(place)
        assert done.returncode == 0, done.stdout


async def code_of(house: House, project: int) -> str:
    """A project's code."""
    async with house.database.reading(LOCAL) as session:
        return str(await session.scalar(text("SELECT code FROM project WHERE id = :id"),
                                        {"id": project}))


async def test_opening_and_movements_make_the_closing_balance(
    house: House, tmp_path: Path
) -> None:
    """To the fen, and by kind as the totals have it, reversals taken off."""
    manifest = await house.unpacked(tmp_path / "a", from_="2008-06-01")
    assert manifest["opening"] == {
        "committed": "0.00", "in_transit": "0.00", "held": "8.47", "spent": "100.01"}
    assert manifest["closing"] == manifest["opening"] | {"committed": "50.00"}
    assert manifest["sums"]["disburse"] == "0.00"
    assert manifest["sums"]["commit"] == "50.00"
    whole = await house.unpacked(tmp_path / "b")
    async with house.database.reading(LOCAL) as session:
        totals: dict[str, int] = {}
        for total in await session.scalars(select(FundTotal)):
            totals[total.kind] = totals.get(total.kind, 0) + total.fen
    assert {kind: yuan(fen) for kind, fen in totals.items() if fen} == {
        kind: said for kind, said in whole["sums"].items() if said != "0.00"}


@pytest.mark.parametrize(("since", "until"), [
    (None, None), (date(2008, 6, 1), date(2008, 6, 30)), (date(2008, 7, 1), date(2008, 7, 31)),
    (date(2008, 5, 1), date(2008, 7, 31)), (date(2009, 1, 1), None),
])
async def test_sums_come_to_the_metrics(
    house: House, tmp_path: Path, since: date | None, until: date | None
) -> None:
    """To the fen, also where a movement and its reversal lie in two periods; told step by step."""
    days = {name: day.isoformat() for name, day in (("from_", since), ("to", until)) if day}
    manifest = await house.unpacked(tmp_path, **days)
    assert run(tmp_path).returncode == 0
    codes = {"commit": "committed", "disburse": "disbursed", "receive": "received", "pay": "paid"}
    async with house.database.reading(LOCAL) as session:
        found = await measured(session, [f"investment_{code}" for code in codes.values()],
                                 Scope(since=since, until=until), as_of=TODAY, today=TODAY)
    for (kind, code), metric in zip(codes.items(), found, strict=True):
        said = manifest["metrics"][kind]
        assert said["sum"] == manifest["sums"][kind]
        assert parse_yuan(said["metric"]) == metric.numerator * 100, code
    across = [said for said in manifest["metrics"].values()
              if {said["reversed_outside"], said["undone_from_outside"]} != {"0.00"}]
    assert len(across) == (since is not None and since.month in (6, 7))


async def test_every_form_says_the_same(house: House, tmp_path: Path) -> None:
    """CSV, JSON lines and the CSV in the ZIP; counted amounts add up to the sums."""
    manifest = await house.unpacked(tmp_path)
    _, lines = await house.export(Form.JSONL)
    rows = [json.loads(line) for line in lines.decode().splitlines()]
    _, data = await house.export(Form.CSV)
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1:]
    bundled = list(csv.reader((tmp_path / "movements.csv").open(
        encoding="utf-8-sig", newline="")))[1:]
    assert table == [line[:-1] for line in bundled]
    assert len(rows) == len(table) == 17
    assert [row["hash"] for row in rows] == [line[30] for line in table]
    sums: dict[str, int] = {}
    for row in rows:
        sums[row["counted_as"]] = sums.get(row["counted_as"], 0) + parse_yuan(row["counted_yuan"])
    assert {kind: parse_yuan(said) for kind, said in manifest["sums"].items()
            if said != "0.00"} == {kind: fen for kind, fen in sums.items() if fen}
    made, book = await house.export(Form.XLSX)
    assert (made.rows, book[:2]) == (17, b"PK")


async def test_a_recipient_proves_its_own_with_the_others_roots_alone(
    house: House, tmp_path: Path
) -> None:
    """Nothing else of another region is in its export."""
    manifest = await house.unpacked(tmp_path, actor=house.wenshan.recipient)
    assert manifest["counts"] == {"movements": 14, "links": 0, "projects": 2, "actors": 2}
    assert run(tmp_path).returncode == 0
    proof = json.loads((tmp_path / "checkpoint.json").read_text())
    assert len(proof["recipients"]) == 2
    assert [len(leaves) for leaves in proof["leaves"].values()] == [2]
    foreign = await code_of(house, house.rikaze.project)
    assert not [name for name in (*manifest["files"], "manifest.json")
                if foreign in (tmp_path / name).read_text(encoding="utf-8")]


async def test_what_was_recorded_after_the_checkpoint_is_counted(
    house: House, tmp_path: Path, admin_url: URL, seeded_name: str
) -> None:
    """It hangs on what was signed, and no checkpoint knows it yet."""
    await house.export(Form.ZIP)
    order = Order(kind=Kind.MOVEMENTS, form=Form.ZIP, locale="zh", today=TODAY)
    await moved_to(house.database, house.rikaze, Balance.COMMITTED, 5)
    admin = await asyncpg.connect(as_admin(admin_url, seeded_name))
    try:  # an older head is refused, so that the export stands on the checkpoint before
        await admin.execute("SET session_replication_role = replica; ALTER TABLE checkpoint_head"
                            " DISABLE TRIGGER never; UPDATE checkpoint_head SET hash = sha256('')"
                            " WHERE project = $q$" + await code_of(house, house.wenshan.project)
                            + "$q$")
    finally:
        await admin.close()
    with (tmp_path / "b.zip").open("w+b") as file:
        await produce(house.database, order, file, actor=AUDITOR, asker=Asker("auditor"),
                      witness=house.witness)
    findings, found = verify(tmp_path / "b.zip")
    assert found.uncovered == 1
    assert {one.what for one in findings} == {"refused", "checkpoint", "rewritten"}


async def test_exports_are_in_the_audit_log(
    house: House, admin_url: URL, seeded_name: str
) -> None:
    """With what was asked for and the digest of what was given."""
    made, _ = await house.export(Form.ZIP, actor=AUDITOR, region="540200")
    admin = await asyncpg.connect(as_admin(admin_url, seeded_name))
    try:
        row = await admin.fetchrow(
            "SELECT subject, detail FROM audit_entry WHERE kind = 'export'")
    finally:
        await admin.close()
    assert row["subject"] == "movements"
    assert json.loads(row["detail"]) == {
        "form": "zip", "filters": {"region": "540200"}, "rows": 3, "bytes": made.size,
        "sha256": made.sha256}


Lines = list[list[str]]


def _changed(number: int, column: int, value: str) -> Callable[[Lines], None]:
    def change(lines: Lines) -> None:
        lines[number][column] = value
    return change


def _without(*numbers: int) -> Callable[[Lines], None]:
    def change(lines: Lines) -> None:
        lines[:] = [line for at, line in enumerate(lines) if at not in numbers]
    return change


def _twice(lines: Lines) -> None:
    lines.insert(3, lines[3])


def _rewritten(lines: Lines) -> None:
    """An edit, its hash made good, and those of all that follow."""
    for at in range(3, 11):
        line = lines[at]
        if at == 3:
            line[21] = "nobody"
            line[-1] = line[-1].replace('"actor": "wenshan"', '"actor": "nobody"')
        else:
            line[29] = lines[at - 1][30]
        line[30] = hashlib.sha256(bytes.fromhex(line[29]) + line[-1].encode()).hexdigest()


@pytest.mark.parametrize(("change", "expected"), [
    pytest.param(_changed(2, 15, "99.99"), {("column", 2), ("figure", None)}, id="column"),
    pytest.param(_changed(2, 21, "nobody"), {("column", 2)}, id="actor"),
    pytest.param(_changed(2, -1, '{"v": 1}'), {("hash", 2), ("column", 2), ("body", 2)},
                 id="body"),
    pytest.param(_without(3, 4), {("missing", 3), ("missing", None), ("figure", None)},
                 id="deleted"),
    pytest.param(_without(9, 10), {("truncated", 9), ("missing", None), ("figure", None)},
                 id="truncated"),
    pytest.param(_without(*range(1, 11)), {("missing", None), ("figure", None)}, id="dropped"),
    pytest.param(_twice, {("order", 3), ("missing", None), ("figure", None)}, id="inserted"),
    pytest.param(_rewritten, {("head", 10), ("rewritten", 10)}, id="rewritten"),
])
async def test_what_is_done_to_an_export_is_named(
    house: House, tmp_path: Path, change: Callable[[Lines], None],
    expected: set[tuple[str, int | None]],
) -> None:
    """The row, and what is wrong with it; even where whoever did it signs it anew."""
    manifest = await house.unpacked(tmp_path)
    path = tmp_path / "movements.csv"
    lines = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    change(lines)
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    path.write_text(text.getvalue(), "utf-8-sig")
    findings, _ = verify(tmp_path)
    code = await code_of(house, house.wenshan.project)
    assert {(one.what, one.seq) for one in findings} == expected | {("file", None)}
    assert {one.project for one in findings} <= {code, ""}
    shown = run(tmp_path, "--en")
    assert shown.returncode == 1
    theirs = Keys("somebody-else-" * 3)
    manifest["files"]["movements.csv"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "manifest.signature").write_text(
        theirs.seal(EXPORT + (tmp_path / "manifest.json").read_bytes()).hex())
    findings, _ = verify(tmp_path)
    assert {(one.what, one.seq) for one in findings} == expected | {("signature", None)}
    (tmp_path / "public_key").write_text(theirs.public_keys[0].hex())
    findings, _ = verify(tmp_path, manifest_key(house)[:16])
    assert {"key", "checkpoint", "file"} <= {one.what for one in findings}


async def test_a_tampered_checkpoint_is_named(house: House, tmp_path: Path) -> None:
    """Its text, a recipient's root, a leaf; a file that is missing stops the rest."""
    await house.unpacked(tmp_path)
    path = tmp_path / "checkpoint.json"
    good = json.loads(path.read_text())
    code = next(iter(good["leaves"]))
    for bad in (
        good | {"body": good["body"].replace('"movements":17', '"movements":18')},
        good | {"recipients": good["recipients"] | {code: "00" * 32}},
        good | {"leaves": good["leaves"] | {code: good["leaves"][code][1:]}},
    ):
        path.write_text(json.dumps(bad))
        assert "checkpoint" in {one.what for one in verify(tmp_path)[0]}
    (tmp_path / "links.csv").unlink()
    assert verify(tmp_path)[0][-1].what == "unreadable"


async def test_what_is_not_there_is_said(house: House) -> None:
    """Each mistake of the filters; a form that a kind has not."""
    with pytest.raises(InputRefused) as refused:
        await house.export(Form.CSV, project="?", source="\x00", as_known_on="soon")
    assert [one.field for one in refused.value.complaints] == [
        "project", "source", "as_known_on"]
    with pytest.raises(InputRefused):
        await house.export(Form.CSV, actor=house.rikaze.recipient,
                           project=await code_of(house, house.wenshan.project))
    order = Order(kind=Kind.PROJECTS, form=Form.ZIP, locale="zh", today=TODAY)
    with TemporaryFile() as file, pytest.raises(InputRefused):
        await produce(house.database, order, file, actor=LOCAL, asker=Asker("local"))
