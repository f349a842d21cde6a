"""`tat up`: from nothing to alerts, views and a served UI."""

import contextlib
import signal
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from database.connect import (
    Database,
    DatabaseError,
    connect,
    database_name_for,
    open_database,
    read_remembered,
    remember_database,
    restart_if_killed,
)
from database.migrate import migrate_database
from database.settings import Settings
from database.statements import fetch
from ingestion.load import LoadReport
from ingestion.simulator import simulate_bundle
from ingestion.sources.bundle import open_bundle
from orchestration.commands.console import (
    err,
    out,
    print_error,
    show_load,
    show_step,
    show_ticks,
)
from orchestration.commands.sourcing import follow_to_the_end
from orchestration.commands.summary import print_load, print_summary
from orchestration.dagster_process import (
    DEFAULT_PORT,
    HOST,
    build_environment,
    choose_port,
    prepare_manifest,
    start_dagster,
    stop_dagster,
    wait_for_dagster,
)
from orchestration.delivery.channels.folder import find_mail_folder
from orchestration.delivery.sending import deliver
from orchestration.loading import land_bundle, settle_database
from orchestration.sourcing import SOURCE_ERRORS, choose_source
from orchestration.warehouse.building import build_models
from orchestration.warehouse.built_models import is_build_needed
from orchestration.warehouse.daily import describe_days

SAMPLE_NAME = "sample"
SOURCE_NAME = "followed"
SAMPLE_REQUESTS = 2000
WATCH_SECONDS = 5
SENDING_SECONDS = 60


def choose_name(settings: Settings, bundle: Path | None, sample: bool) -> str:
    """The bundle's own database, that of the source, the sample, or the one loaded last."""
    if bundle is not None:
        return database_name_for(bundle)
    if settings.source_url is not None and not sample:
        return SOURCE_NAME
    return SAMPLE_NAME if sample else read_remembered(settings) or SAMPLE_NAME


def prepare(settings: Settings, name: str) -> Database:
    """Start PostgreSQL if needed and bring the database to the current schema."""
    with show_step("Starting PostgreSQL and bringing the schema up to date"):
        database = open_database(settings, name)
        migrate_database(database, settings=settings)
    return database


def remember(settings: Settings, database: Database) -> None:
    """Let every command use the database that has just been loaded."""
    if database.is_embedded:
        remember_database(settings, database.name)


def load_data(
    database: Database, settings: Settings, bundle: Path | None, accept_bad: bool
) -> LoadReport | None:
    """Load the bundle, or the sample where nothing is loaded yet, and record what has crossed.

    Where a source is set, what changed there is loaded in place of both; if it is away, Dagster
    follows it once it is back.
    """
    if bundle is None and has_source(database, settings):
        try:
            follow_to_the_end(database, settings)
        except SOURCE_ERRORS as error:
            print_error(str(error))
    elif bundle is not None:
        loaded = load_with_progress(database, bundle, accept_bad=accept_bad)
        print_load(loaded)
        return loaded
    elif is_for_sample(database) and is_empty(database):
        return load_sample(database, settings)
    with show_ticks() as report:
        settle_database(database, progress=report)
    return None


def has_source(database: Database, settings: Settings) -> bool:
    """Whether this database follows an app, by an address or in a schema of its own."""
    is_sample = database.name == SAMPLE_NAME
    return not is_sample and choose_source(database, settings).source_url is not None


def load_sample(database: Database, settings: Settings) -> LoadReport:
    """Simulate a bundle that ends now and load it."""
    with tempfile.TemporaryDirectory(prefix="turnaround-sample-") as folder:
        with show_step(f"Simulating {SAMPLE_REQUESTS:,} requests that end now"):
            simulate_bundle(
                Path(folder),
                requests=SAMPLE_REQUESTS,
                ends_at=datetime.now(UTC),
                timezone=settings.timezone,
            )
        return load_with_progress(database, Path(folder))


def load_with_progress(database: Database, bundle: Path, *, accept_bad: bool = False) -> LoadReport:
    """Load with a bar per table, then settle with a count of alerts."""
    with show_load() as progress:
        report = land_bundle(database, bundle, accept_bad=accept_bad, progress=progress)
    with show_ticks() as tick_progress:
        settle_database(database, progress=tick_progress)
    return report


def is_for_sample(database: Database) -> bool:
    """Whether the sample may be loaded: not beside data of one's own."""
    return not database.is_embedded or database.name == SAMPLE_NAME


def is_empty(database: Database) -> bool:
    """No request has landed yet."""
    with connect(database, "tat_engine", autocommit=True) as connection:
        return fetch(connection, "select request_id from workflow.workflow_requests limit 1") == []


def build_views(settings: Settings, database: Database, landed: LoadReport | None) -> None:
    """Build and test the dbt models where they or the data changed."""
    if not is_build_needed(database, landed):
        out.print("The models are as they were built; `tat build` builds them again.")
        return
    with show_step("Building and testing the dbt models"):
        build_models(settings, database, landed)


def send_reminders(settings: Settings, database: Database) -> None:
    """Tell people of what has crossed, as Dagster goes on to do."""
    with show_step("Sending reminders"):
        report = deliver(database, settings, seconds=SENDING_SECONDS)
    for channel in report.unavailable:
        err.print(f"The channel {channel} can't be used; see `tat channel list`.", markup=False)


def serve(settings: Settings, database: Database, port: int | None) -> None:
    """Serve the Dagster UI in the foreground until interrupted; the sensor ticks meanwhile."""
    log = settings.home / "dagster" / "dagster.log"
    chosen = choose_port(port or DEFAULT_PORT)
    listen_for_stop()
    environment = build_environment(settings, database) | describe_days(database)
    prepare_manifest(environment)
    process = start_dagster(environment, chosen, log)
    try:
        with show_step("Starting Dagster"):
            wait_for_dagster(process, chosen, log)
        print_addresses(settings, database, f"http://{HOST}:{chosen}")
        watch(process, database)
    except KeyboardInterrupt:
        out.print("Stopping Dagster.")
    finally:
        stop_dagster(process)


def watch(process: subprocess.Popen[bytes], database: Database) -> None:
    """Return when Dagster ends; until then start the embedded server again if it is killed.

    Dagster's own tables are in it: without it no sensor would tick and meet the loss.
    """
    while process.poll() is None:
        with contextlib.suppress(DatabaseError):
            restart_if_killed(database)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(WATCH_SECONDS)


def listen_for_stop() -> None:
    """Let SIGTERM end Dagster as Ctrl-C does; some shells start background jobs deaf to both."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def print_addresses(settings: Settings, database: Database, dagster_url: str | None = None) -> None:
    """Where to look next."""
    out.print()
    if dagster_url:
        out.print(f"Dagster UI   {dagster_url}   (tat_threshold_sensor ticks every minute)")
    mails = find_mail_folder(settings)
    kept = f"; mails are in {mails}" if mails.is_dir() else ""
    out.print(f"Reminders    .venv/bin/tat outbox list{kept}", soft_wrap=True)
    out.print("Requests     .venv/bin/tat screen   (pages of requests and of who has to decide)")
    out.print("Dashboards   make bi   (installs and serves Apache Superset)")
    out.print('SQL          .venv/bin/tat query "select * from vw_tat_compliance limit 5"')
    command = "url" if database.is_embedded else "bi-login"
    out.print(f"psql, BI     .venv/bin/tat db {command}")
    if database.is_embedded:
        out.print(
            "Stop         Ctrl-C ends Dagster, `make down` stops the database"
            if dagster_url
            else "Stop         the database keeps running until `make down`"
        )


def bring_up(
    settings: Settings,
    *,
    bundle: Path | None,
    accept_bad: bool,
    sample: bool,
    once: bool,
    port: int | None,
) -> None:
    """Set up, load, record, build, print the summary and, unless `once`, serve."""
    if bundle is not None:
        open_bundle(bundle)
    database = prepare(settings, choose_name(settings, bundle, sample))
    landed = load_data(database, settings, bundle, accept_bad)
    remember(settings, database)
    send_reminders(settings, database)
    build_views(settings, database, landed)
    print_summary(database)
    if once:
        print_addresses(settings, database)
    else:
        serve(settings, database, port)
