"""The database's history, one linear line of Alembic revisions. Newest first is `head`."""
