"""Alembic environment: `database.migrate` hands the connection in; nothing is configured here."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    version_table="schema_version",
    version_table_schema="tat",
)
with context.begin_transaction():
    context.run_migrations()
