"""What child processes are told of the database."""

from psycopg import pq

from database.connect import Database
from database.roles import DBT


def environment_for_children(database: Database) -> dict[str, str]:
    """Variables with which Dagster and dbt, as child processes, reach the database.

    TAT_PG_HOST, _PORT, _USER, _PASSWORD and _DBNAME, plus libpq's own for what else the
    address says, such as PGSSLMODE.
    """
    user, password, _ = database.credentials(DBT)
    variables = {
        "TAT_PG_HOST": database.host,
        "TAT_PG_PORT": str(database.port),
        "TAT_PG_USER": user,
        "TAT_PG_PASSWORD": password,
        "TAT_PG_DBNAME": database.name,
    }
    defaults = pq.Conninfo.get_defaults()
    names = {entry.keyword.decode(): entry.envvar.decode() for entry in defaults if entry.envvar}
    for parameter, value in database.parameters:
        if parameter in names:
            variables[names[parameter]] = value
    return variables
