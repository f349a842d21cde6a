"""Schema migrations: Alembic keeps their order, the SQL beside it says what they do."""

from pathlib import Path
from typing import Any

SQL_FOLDER = Path(__file__).parent / "sql"


def run_sql(name: str) -> None:
    """Run `sql/<name>.sql` on the migration's own connection, all statements in one go."""
    from alembic import op

    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute((SQL_FOLDER / f"{name}.sql").read_text())
