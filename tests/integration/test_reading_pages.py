"""What pages read from a real database for each role, and how a refusal is noted."""

import pytest

from aid.access.actor import Actor, Role, gate
from aid.access.policy import Permission
from aid.accounts.service import NewAccount, add_account
from aid.audit.model import AuditKind
from aid.audit.queries import Wanted, entries
from aid.audit.service import Asker
from aid.database.engine import Database
from aid.regions.queries import division_by_code, topmost
from dashboards.asking import Asking, note_refusal
from dashboards.parts import Drawn, frame
from dashboards.reading import PlanData, read_plan
from dashboards.reading_administration import read_accounts, read_audit
from dashboards.view import View
from tests.actors import AUDITOR, LOCAL, recipient
from tests.people import PASSWORD

ADMIN = Actor("boss", Role.SYSTEM_ADMIN)


async def _id(database: Database, code: str) -> int:
    async with database.reading(LOCAL) as session:
        found = await division_by_code(session, code)
    assert found
    return found.id


async def _plan(database: Database, actor: Actor) -> PlanData:
    found = await read_plan(database, actor, None)
    assert found
    return found


async def test_a_recipient_reads_its_own_and_what_is_said_of_no_region(
    seeded_database: Database,
) -> None:
    """The rest is not there, and known to be not there."""
    own = await _id(seeded_database, "540200")
    whole, mine = await _plan(seeded_database, LOCAL), await _plan(
        seeded_database, recipient(own))
    assert whole.whole
    assert whole.discrepancies
    assert whole.places == ()
    assert not mine.whole
    assert mine.discrepancies is None
    assert [place.zh for place in mine.places] == ["日喀则市"]
    assert [region.code for region in mine.shown] == ["540200"]
    assert mine.everyone == whole.everyone
    assert all("540200" in row.region_codes or not row.region_codes for row in mine.figures)
    assert all("540200" in row.region_codes or not row.region_codes for row in mine.targets)
    expected = [row.code for row in whole.figures
                if "540200" in row.region_codes or not row.region_codes]
    assert [row.code for row in mine.figures] == expected
    assert "2490" not in "".join(row.note.zh for row in mine.figures)


async def test_a_recipient_without_a_region_reads_no_rows(seeded_database: Database) -> None:
    """And is told that it has no region."""
    mine = await _plan(seeded_database, recipient())
    assert mine.places == ()
    assert mine.shown == ()
    assert (mine.figures, mine.targets) == ((), ())
    assert "您的账户还没有指定地区" in str(
        frame(Asking(recipient(), "", ""), View(), Drawn([], plan=mine)).to_plotly_json())


async def test_a_token_without_a_permission_reads_nothing_it_covers(
    seeded_database: Database,
) -> None:
    """Though its role may: the map page alone opens no targets and no discrepancies."""
    narrow = Actor("program", Role.OFFICE, scopes=frozenset({Permission.FIGURE_READ}))
    found = await _plan(seeded_database, narrow)
    assert found.figures
    assert found.targets == ()
    assert found.discrepancies is None


async def test_only_the_topmost_places_are_named(seeded_database: Database) -> None:
    """A prefecture stands for the counties below it."""
    tibet, own, other = [await _id(seeded_database, code)
                         for code in ("540000", "540200", "652900")]
    async with seeded_database.reading(LOCAL) as session:
        assert [d.code for d in await topmost(session, [own, tibet, other])] == [
            "540000", "652900"]
        assert [d.code for d in await topmost(session, [own])] == ["540200"]
        assert await topmost(session, []) == []


async def test_a_refusal_is_noted_with_who_what_and_from_where(
    empty_database: Database,
) -> None:
    """For the audit log's readers."""
    asking = Asking(Actor("wang", Role.OFFICE), "王", "10.1.2.3")
    await note_refusal(
        empty_database, asking, "/dashboards/accounts", Permission.ACCOUNT_READ)
    async with empty_database.reading(AUDITOR) as session:
        page = await entries(session, Wanted(kind=AuditKind.REFUSAL, actor="wang"))
    assert [(e.subject, e.role, e.address, e.detail) for e in page.entries] == [
        ("/dashboards/accounts", "office", "10.1.2.3", {"needed": "account.read"})]


async def test_accounts_are_read_for_administrators_and_for_nobody_else(
    empty_database: Database,
) -> None:
    """The gate reads them, so who asks is looked at here."""
    async with empty_database.writing(gate("tests")) as session:
        await add_account(session, NewAccount(
            name="zhao", role=Role.LEADER, display_name="赵", password=PASSWORD),
            asker=Asker("tests"))
    assert [row.name for row in await read_accounts(empty_database, ADMIN)] == ["zhao"]
    for actor in (LOCAL, AUDITOR, recipient(1)):
        with pytest.raises(PermissionError):
            await read_accounts(empty_database, actor)


async def test_the_log_is_empty_for_who_may_not_read_it(empty_database: Database) -> None:
    """Row security says so, whatever the page did."""
    asking = Asking(Actor("sun", Role.OFFICE), "孙", "")
    await note_refusal(empty_database, asking, "/x", Permission.AUDIT_READ)
    assert (await read_audit(empty_database, AUDITOR, View(page="audit"))).entries
    for actor in (LOCAL, ADMIN, recipient(1)):
        assert (await read_audit(empty_database, actor, View(page="audit"))).entries == ()
