"""Rebuilding balances and sums from the movements: the same again, whatever was done to them."""

import json
from datetime import datetime, timedelta

import asyncpg
from sqlalchemy.engine import URL

from aid.database.engine import Database
from aid.funds.rebuilding import rebuild
from tests.conftest import as_admin, as_app
from tests.integration.moving import history
from tests.integration.test_backup import run

SPOILED = """
ALTER TABLE tranche_balance DISABLE TRIGGER USER;
ALTER TABLE fund_total DISABLE TRIGGER USER;
UPDATE tranche_balance SET committed = committed + 700, total_commit = total_commit + 700
  WHERE tranche_id = (SELECT min(tranche_id) FROM tranche_balance);
DELETE FROM tranche_balance WHERE tranche_id = (SELECT max(tranche_id) FROM tranche_balance);
UPDATE tranche_balance SET moved_at = moved_at + interval '1 day', sector_id = sector_id + 1
  WHERE tranche_id = (SELECT min(tranche_id) FROM tranche_balance);
UPDATE fund_total SET fen = fen - 1, movements = movements + 1 WHERE kind = 'commit';
INSERT INTO fund_total SELECT recipient_id, 1980, kind, sector_id, source_id, supporter_id,
  district_id, slot, 5, 1 FROM fund_total LIMIT 1;
DELETE FROM fund_total WHERE kind = 'receive';
ALTER TABLE tranche_balance ENABLE ALWAYS TRIGGER never;
ALTER TABLE fund_total ENABLE ALWAYS TRIGGER never;
"""


async def _kept(admin: asyncpg.Connection) -> list[list[asyncpg.Record]]:
    return [await admin.fetch("SELECT * FROM tranche_balance ORDER BY 1"),
            await admin.fetch("SELECT * FROM fund_total WHERE (fen, movements) <> (0, 0)"
                              " ORDER BY 1, 2, 3, 4, 5, 6, 7, 8")]


async def test_what_is_rebuilt_is_what_was_kept(
    seeded_database: Database, admin_url: URL, seeded_name: str
) -> None:
    """A preview names every difference and changes nothing; after a rebuild there is none."""
    url = as_admin(admin_url, seeded_name)
    await history(seeded_database, url, 3)
    admin = await asyncpg.connect(url)
    try:
        before = await _kept(admin)
        assert all(before)
        assert await rebuild(url) == []
        assert await _kept(admin) == before
        await admin.execute(SPOILED)
        spoiled = await _kept(admin)
        previewed = await rebuild(url, dry_run=True)
        assert await _kept(admin) == spoiled != before
        assert {one.anew - one.kept for one in previewed
                if isinstance(one.anew, int) and isinstance(one.kept, int)} >= {-700, 1, -5}
        assert [one.kept - one.anew for one in previewed
                if isinstance(one.anew, datetime) and isinstance(one.kept, datetime)
                ] == [timedelta(1)]
        place = {"AID_DATABASE_URL": as_app(admin_url, seeded_name),
                 "AID_ADMIN_DATABASE_URL": url}
        shown = run("funds", "rebuild", "--json", **place)
        assert shown.returncode == 0, shown.stderr
        assert len(json.loads(shown.stdout)) == len(previewed)
        assert await _kept(admin) == before
        assert await admin.fetchval(
            "SELECT count(*) FROM audit_entry WHERE subject = 'funds_rebuild'") == 1
        assert await rebuild(url, dry_run=True) == []
    finally:
        await admin.close()
