"""`aid key`: a fresh key, and changing the one in use without anybody losing a second factor."""

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from aid.access.actor import gate
from aid.accounts.model import Account, Credential
from aid.accounts.rotation import UnreadableFactors, rotate_keys
from aid.audit.model import AuditEntry
from aid.database.engine import Database
from aid.secrets import Keys
from tests.actors import AUDITOR
from tests.conftest import as_app, patient
from tests.integration.test_backup import run

OLD, NEW = "old-" * 10, "new-" * 10


async def enrolled(database: Database, **encrypted: str) -> None:
    """Accounts with these encrypted second factors, and one without."""
    async with database.writing(gate("tests")) as session:
        for name in (*encrypted, "nobody"):
            account = Account(name=name, display_name=name, role="office")
            session.add(account)
            await session.flush()
            session.add(Credential(account_id=account.id, totp_secret=encrypted.get(name)))


async def kept(database: Database) -> dict[str, str]:
    """The second factors as they are kept, by account."""
    async with database.reading(gate("tests")) as session:
        rows = await session.execute(
            select(Account.name, Credential.totp_secret)
            .join(Credential, Credential.account_id == Account.id)
            .where(Credential.totp_secret.is_not(None)))
        return {name: secret or "" for name, secret in rows}


async def test_all_second_factors_are_encrypted_with_the_new_key(empty_database: Database) -> None:
    """Those of the old key and those of the new; the audit log says how many, and under which."""
    await enrolled(empty_database, anna=Keys(OLD).encrypt("A"), boris=Keys(NEW).encrypt("B"))
    keys = Keys(f"{NEW},{OLD}")
    assert await rotate_keys(empty_database, keys, actor="shell:root") == 2
    now = await kept(empty_database)
    assert {name: Keys(NEW).decrypt(secret) for name, secret in now.items()} == {
        "anna": "A", "boris": "B"}
    async with empty_database.reading(AUDITOR) as session:
        entry = (await session.scalars(select(AuditEntry))).one()
    assert (entry.kind, entry.actor, entry.subject) == ("operation", "shell:root", "key rotate")
    assert entry.detail == {"second_factors": 2, "key": Keys(NEW).fingerprints[0]}


async def test_one_that_cannot_be_read_is_named_and_nothing_is_changed(
    empty_database: Database,
) -> None:
    """Else its owner could not sign in any more and nobody would know why."""
    await enrolled(empty_database, anna=Keys(OLD).encrypt("A"), lost=Keys("gone" * 8).encrypt("B"))
    before = await kept(empty_database)
    with pytest.raises(UnreadableFactors, match="lost") as refused:
        await rotate_keys(empty_database, Keys(f"{NEW},{OLD}"), actor="shell:root")
    assert "anna" not in str(refused.value).split(".")[0]
    assert await kept(empty_database) == before
    async with empty_database.reading(AUDITOR) as session:
        assert (await session.scalars(select(AuditEntry))).all() == []


def test_the_commands_say_what_they_did(admin_url: URL, empty_name: str) -> None:
    """A fresh key is long enough and never the same; rotating names the key, not its value."""
    made = [run("key", "new") for _ in range(2)]
    assert [done.returncode for done in made] == [0, 0]
    first, second = (done.stdout.strip() for done in made)
    assert first != second
    assert Keys(first).fingerprints[0] in made[0].stderr

    async def prepare() -> None:
        database = patient(as_app(admin_url, empty_name))
        await database.open()
        await enrolled(database, anna=Keys(second).encrypt("A"))
        await database.close()

    asyncio.run(prepare())
    place = {"AID_DATABASE_URL": as_app(admin_url, empty_name)}
    without = run("key", "rotate", AID_SECRET_KEY=first, **place)
    assert without.returncode == 1
    assert "second factors of: anna." in without.stderr
    done = run("key", "rotate", AID_SECRET_KEY=f"{first},{second}", **place)
    assert done.returncode == 0, done.stderr
    assert f"1 second factors are encrypted with key {Keys(first).fingerprints[0]}" in done.stdout
    assert first not in done.stdout + done.stderr
    assert run("key", "rotate", AID_SECRET_KEY=first, **place).returncode == 0
