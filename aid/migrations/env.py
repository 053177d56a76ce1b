"""Alembic's entry. The connection is handed in by aid.database.provision, already as aid_owner.

A new revision: `aid migrate --draft "what changes"` compares the models with the database.
"""

from alembic import context

from aid.database.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
