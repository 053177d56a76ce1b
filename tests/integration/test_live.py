"""Open pages are told of what is new: by triggers, through every process, each what it may see."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from itertools import count

import asyncpg
import httpx
import pytest
from sqlalchemy.engine import URL

from aid.access.changes import ANYTHING, NEEDS, Change, Kind, read_change
from aid.database.engine import Database
from aid.database.telling import CHANGED, CHANNEL
from aid.edge.changes import OF_ONE
from aid.projects import service
from aid.projects.drafts import MilestoneDraft
from aid.projects.terms import Stage
from tests.actors import LOCAL
from tests.api.client import send_form, sign_in
from tests.conftest import Peopled, as_admin, as_app
from tests.integration.following import CHANGES, Stream, settled, stream
from tests.integration.living import Living, living
from tests.integration.working import WENSHAN, a_step, division, led_to
from tests.people import bearer

_numbers = count(1)
LISTENING = "application_name = 'aid-listening' AND datname = current_database()"

EVERYWHERE = """
WITH made AS (INSERT INTO project (code, name, recipient_id, region_id, supporter_id, sector_id,
    kind, delivery_mode, stage, proposed_fen, planned_start, planned_end, version)
  SELECT 'B' || id, '项目', id, id, (SELECT min(id) FROM supporting_city),
    (SELECT min(id) FROM sector), 'fixed_asset', 'cheque', 'reserve', 1, '2006-01-01',
    '2007-01-01', 1 FROM (SELECT DISTINCT recipient_id AS id FROM pairing ORDER BY 1 LIMIT 9) p
  RETURNING id, recipient_id)
INSERT INTO progress_report (project_id, recipient_id, reported_on, percent, actor)
  SELECT id, recipient_id, '2007-05-01', 5, 'x' FROM made
"""
"""Progress of nine recipients in one statement."""


@pytest.fixture(scope="module")
def site(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Living]:
    """Two servers over one database."""
    with living(admin_url, inhabited, tmp_path_factory.mktemp("live")) as found:
        yield found


def _ask(admin_url: URL, site: Living, sql: str) -> list[asyncpg.Record]:
    async def asked() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(as_admin(admin_url, site.name))
        try:
            return list(await connection.fetch(sql))
        finally:
            await connection.close()

    return asyncio.run(asked())


async def test_what_was_committed_is_told_once_and_of_whom(
    seeded_database: Database, seeded_name: str, admin_url: URL
) -> None:
    """And nothing of what was undone."""
    place = await division(seeded_database, WENSHAN)
    project = await led_to(seeded_database, Stage.APPROVED)
    await seeded_database._teller.finish()
    said: list[str] = []
    app = await asyncpg.connect(as_app(admin_url, seeded_name))
    await app.add_listener(CHANNEL, lambda *told: said.append(told[3]))
    try:
        with pytest.raises(ZeroDivisionError):
            async with seeded_database.writing(LOCAL) as session:
                await service.plan_milestones(session, project.id)
                await session.flush()
                raise ZeroDivisionError
        async with seeded_database.writing(LOCAL) as session:
            await service.advance(
                session, project.id, Stage.TENDERED, expected_version=project.version,
                step=a_step(date(2007, 3, 1)), judgement=None, actor=LOCAL, today=date(2008, 1, 1))
        for _ in range(2):
            async with seeded_database.writing(LOCAL) as session:
                await service.plan_milestones(session, project.id, [MilestoneDraft(
                    stage=Stage.STARTED, name=f"第{next(_numbers)}", planned_on=date(2007, 9, 1))])
        await seeded_database._teller.finish()
        await app.execute("SELECT 1")
        assert sorted(set(said)) == [f"milestone:{place}", f"stage_change:{place}"]
    finally:
        await app.close()


async def test_a_trigger_notes_each_thing_once(
    seeded_database: Database, seeded_name: str, admin_url: URL
) -> None:
    """Of many recipients: all. Nothing of what is undone, nor while rows are brought back."""
    project = await led_to(seeded_database, Stage.STARTED)
    place = project.recipient_id
    admin = await asyncpg.connect(as_admin(admin_url, seeded_name))

    async def noted(*statements: str) -> list[str]:
        async with admin.transaction():
            for statement in statements:
                await admin.execute(statement)
            return sorted((await admin.fetchval(CHANGED) or "").split())

    reports = ("INSERT INTO progress_report (project_id, recipient_id, reported_on, percent, actor)"
               f" SELECT {project.id}, {place}, '2007-05-01', n, 'x' FROM generate_series(1, 50) n")
    try:
        assert await noted(reports, reports) == [f"progress_report:{place}"]
        assert await noted("SAVEPOINT a", reports, "ROLLBACK TO a") == []
        assert await noted("SET LOCAL session_replication_role = replica", reports) == []
        assert await noted("UPDATE milestone SET note = 'z' WHERE false") == []
        assert await noted(EVERYWHERE, reports) == [f"progress_report:{place}",
                                                    "progress_report:all"]
        triggered = await admin.fetch(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname ~ '^tell_'")
        assert {row[0] for row in triggered} == set(Kind) == NEEDS.keys()
    finally:
        await admin.close()


def test_what_is_told_is_read_as_it_was_meant() -> None:
    """And nothing else is."""
    for change in (*ANYTHING, Change(Kind.MOVEMENT, 17)):
        assert read_change(str(change)) == change
    for said in ("", "movement", "movement:", "movement:x", "account:1", "movement:-1", "x:all"):
        assert read_change(said) is None


def test_what_is_logged_at_one_server_is_told_at_the_other(
    site: Living, admin_url: URL
) -> None:
    """To the office and to whose region it is of; another recipient hears nothing of it.

    A lost connection is made again, and whoever waited is told that anything may be new.
    """
    settled(site.bases[0], "office")
    with stream(site.bases[0], "office") as office, stream(site.bases[0], "wenshan") as mine, \
            stream(site.bases[0], "recipient") as other:
        place = _ask(admin_url, site, "SELECT recipient_id FROM project")[0][0]
        site.log()
        assert office.next() == mine.next() == f"changed milestone:{place}"
        with stream(site.bases[1], "office", seen=600_000) as later:
            assert "milestone:" in str(later.next())
        lost = _ask(admin_url, site, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                     f" WHERE {LISTENING}")
        assert len(lost) == 2
        for one in (office, mine, other):
            assert one.next() == "state polling"
            assert one.next(20) == "state live"
            assert str(one.next()).startswith("changed ")
        site.log()
        assert office.next() == mine.next() == f"changed milestone:{place}"


def test_a_recipient_is_told_of_its_own_region_alone(site: Living, admin_url: URL) -> None:
    """Up to what is of its own it hears nothing of the other's, which the office does."""
    place = dict(_ask(admin_url, site, "SELECT code, id FROM division WHERE ended_on IS NULL"
                                       " AND code IN ('532600', '540200')"))

    def until(one: Stream, *told: str) -> set[str]:
        """All that a stream says of places until it has told these."""
        said: set[str] = set()
        while not said >= set(told):
            said |= set(str(one.next()).split())
        return {word for word in said if word[-1].isdecimal()}

    mine, theirs = (f"stage_change:{place[code]}" for code in ("532600", "540200"))
    logged = f"milestone:{place['532600']}"
    with stream(site.bases[0], "office") as office, stream(site.bases[0], "wenshan") as here, \
            stream(site.bases[0], "recipient") as there:
        site.log()
        for code in ("540200", "532600", "540200"):
            site.propose(code)
        assert until(office, logged, mine, theirs) == {logged, mine, theirs}
        assert until(here, mine) == {logged, mine}
        assert until(there, theirs) == {theirs}


def test_who_may_follow(site: Living) -> None:
    """Whoever sees projects, with a browser, so many pages at a time."""
    base = site.bases[0]
    assert httpx.get(f"{base}{CHANGES}").status_code == 401
    token = httpx.get(f"{base}{CHANGES}", headers=bearer(base))
    assert token.json()["errors"][0]["extensions"]["code"] == "BROWSER_ONLY"
    with sign_in(base, "system_admin") as administrator:
        assert administrator.get(CHANGES).status_code == 403
    with ExitStack() as stack, sign_in(base, "leader") as one_more:
        for _ in range(OF_ONE):
            stack.enter_context(stream(base, "leader"))
        assert one_more.get(CHANGES).status_code == 429


def test_what_a_page_asks_by_itself_keeps_no_session(site: Living, admin_url: URL) -> None:
    """Neither its stream nor what it asks for when it is told; what somebody does keeps it."""
    idle = "SELECT now() - max(seen_at) > '4 minutes' FROM sign_in_session"
    with sign_in(site.bases[0], "second") as client:
        _ask(admin_url, site, "UPDATE sign_in_session SET seen_at = now() - interval '5 minutes'")
        others = Stream(httpx.Client(base_url=site.bases[1], cookies=client.cookies))
        assert others.next() == "state live"
        elsewhere = client.get(f"{site.bases[1]}/dashboards/_dash-layout",
                               headers={"x-by-itself": "1"})
        assert elsewhere.status_code == 200
        assert _ask(admin_url, site, idle)[0][0] is True
        assert client.get("/dashboards/_dash-layout").status_code == 200
        assert _ask(admin_url, site, idle)[0][0] is False


def test_a_stream_ends_with_its_session_and_with_its_server(
    admin_url: URL, inhabited: Peopled, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """And not cut off: its last piece says that it is the last."""
    with ExitStack() as stack:
        with living(admin_url, inhabited, tmp_path_factory.mktemp("ending")) as site:
            left = stack.enter_context(stream(site.bases[0], "auditor"))
            stays = [stack.enter_context(stream(base, "office")) for base in site.bases]
            send_form(left.client, "/logout")
            assert left.next(40) is None
        for one in stays:
            assert not [said for said in one.rest() if "Error" in said]
