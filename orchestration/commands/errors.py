"""The errors that people are told in a line; others are faults of the product."""

import psycopg

from database.connect import DatabaseError
from database.server import ServerError
from ingestion.following.changes import NotLoadedError
from ingestion.following.lock import FollowerBusyError
from ingestion.following.source import SourceAwayError
from ingestion.load import BundleError
from orchestration.dagster_process import DagsterError
from orchestration.engine.tick import TickBusyError

KNOWN_ERRORS = (
    DatabaseError,
    ServerError,
    BundleError,
    FollowerBusyError,
    NotLoadedError,
    SourceAwayError,
    TickBusyError,
    DagsterError,
    psycopg.Error,
    ValueError,
    OSError,
)
