"""What an error of the database says of the values it was given: nothing."""

import traceback

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from aid.database.engine import Database
from tests.actors import LOCAL

SECRET = "a-name-or-a-hash"


async def test_a_failing_statement_is_logged_without_its_values(empty_database: Database) -> None:
    """The traceback that goes into the log holds the statement and not what was bound to it."""
    with pytest.raises(DBAPIError) as failed:
        async with empty_database.writing(LOCAL) as session:
            await session.execute(
                select(text("no_such_column")).where(text("'x' = :value")), {"value": SECRET})
    said = "".join(traceback.format_exception(failed.value))
    assert "no_such_column" in said
    assert SECRET not in said
