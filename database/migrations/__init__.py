"""Tables, indexes, constraints and data: Alembic keeps the order, SQL says what is done."""

from pathlib import Path
from typing import Any

SQL_FOLDER = Path(__file__).parent / "sql"


def run_sql(revision: str) -> None:
    """Run every file of `sql/<revision>/` by name, on the migration's own connection."""
    from alembic import op

    driver_connection: Any = op.get_bind().connection.driver_connection
    for file in sorted((SQL_FOLDER / revision).glob("*.sql")):
        driver_connection.execute(file.read_text(encoding="utf-8"))
