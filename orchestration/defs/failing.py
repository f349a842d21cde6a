"""Errors as the Dagster UI shows them: first a sentence that says what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import psycopg

from database.connect import DatabaseError
from ingestion.load import BundleError
from orchestration.engine.tick import TickBusyError
from orchestration.sourcing import SOURCE_ERRORS
from orchestration.warehouse.daily import DaysError

NOT_SET_UP = (
    psycopg.errors.InvalidSchemaName,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.UndefinedTable,
)


class ExplainedError(dg.DagsterError):
    """An error whose message says all that its reader needs.

    Dagster wraps other errors: their message then stands below the trace of "Error occurred
    during the execution of". Its own it shows as they are.
    """


@contextmanager
def explain_errors() -> Iterator[None]:
    """Raise ExplainedError in place of an error that an operator can mend."""
    try:
        yield
    except NOT_SET_UP as error:
        reason = f"{error.diag.message_primary}. Run `tat migrate`, then `tat build`."
        raise ExplainedError(reason) from error
    except psycopg.OperationalError as error:
        raise ExplainedError(f"The database failed: {' '.join(str(error).split())}") from error
    except (DatabaseError, BundleError, DaysError, TickBusyError, *SOURCE_ERRORS) as error:
        raise ExplainedError(str(error)) from None
