"""What is kept of milestones by month is what counting them anew makes, whatever becomes of it."""

import asyncpg
import pytest
from sqlalchemy.engine import URL

from aid.database.engine import Database
from tests.conftest import as_admin
from tests.integration.measuring import places, random_world, settle

CHANGES = (
    "UPDATE milestone SET planned_on = planned_on + 45 WHERE id % 3 = 0",
    "UPDATE milestone SET met_on = planned_on - 1 WHERE id % 4 = 0",
    "UPDATE milestone SET met_on = NULL WHERE id % 5 = 0",
    "UPDATE milestone SET note = 'nothing that is counted' WHERE id % 2 = 0",
    "UPDATE project SET sector_id = (SELECT max(sector_id) FROM project) WHERE id % 2 = 0",
    "UPDATE project SET district_id = NULL WHERE id % 3 = 0",
    "UPDATE project SET stage = 'cancelled', held_stage = NULL WHERE id % 3 = 1",
    "UPDATE milestone SET planned_on = planned_on - 400 WHERE id % 2 = 1",
    "UPDATE project SET stage = 'approved' WHERE stage = 'cancelled'"
    " AND approved_on IS NOT NULL",
    "DELETE FROM milestone m WHERE id % 7 = 0"
    " AND NOT EXISTS (SELECT FROM rescheduling r WHERE r.milestone_id = m.id)"
    " AND NOT EXISTS (SELECT FROM milestone_correction c WHERE c.milestone_id = m.id)",
)
DIFFERING = """
SELECT * FROM (SELECT * FROM milestone_total WHERE (due, in_time) <> (0, 0)) k
FULL JOIN aid_rebuilt_milestones() a
  USING (recipient_id, month, sector_id, supporter_id, district_id)
WHERE (k.due, k.in_time) IS DISTINCT FROM (a.due, a.in_time)
"""


@pytest.mark.parametrize("seed", range(2))
async def test_totals_follow_milestones_and_projects(
    seeded_database: Database, admin_url: URL, seeded_name: str, seed: int
) -> None:
    """New, met, planned anew, taken away; of another sector or district, cancelled, taken up."""
    url = as_admin(admin_url, seeded_name)
    await settle(seeded_database, await places(seeded_database), random_world(seed), url)
    admin = await asyncpg.connect(url)
    await admin.execute("ALTER TABLE milestone DISABLE TRIGGER log_stays")
    try:
        assert await admin.fetchval("SELECT sum(due) > 5 FROM milestone_total")
        assert await admin.fetch(DIFFERING) == []
        for change in CHANGES:
            assert await admin.execute(change) not in ("UPDATE 0", "DELETE 0"), change
            assert await admin.fetch(DIFFERING) == [], change
    finally:
        await admin.close()
