"""The `tat` command, for people and scripts alike."""

import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.markup import escape

from database.connect import Database, DatabaseError, connect, open_database
from database.migrate import migrate_database
from database.server import EmbeddedServer, ServerError
from database.settings import SettingsError, load_settings
from database.statements import Rows
from ingestion.load import BundleError, validate_bundle
from ingestion.simulator import simulate_bundle
from orchestration.commands.calendars import calendar_app, holiday_app
from orchestration.commands.console import (
    OutputFormat,
    err,
    out,
    print_error,
    print_rows,
    show_load,
    show_step,
    show_ticks,
)
from orchestration.commands.explaining import explain_level
from orchestration.commands.metrics import metrics_app
from orchestration.commands.policies import policy_app
from orchestration.commands.reconciling import run_reconciliation
from orchestration.commands.shared import FormatOption, open_migrated_database
from orchestration.commands.status import show_status
from orchestration.commands.summary import print_load
from orchestration.commands.up import bring_up, load_with_progress, remember
from orchestration.dagster_process import DagsterError, build_environment
from orchestration.engine.tick import (
    TickBusyError,
    read_database_time,
    rehearse_ticks,
    run_ticks,
)
from orchestration.loading import read_span
from orchestration.paths import CHECKOUT, DBT_EXECUTABLE, DBT_PROJECT_DIR
from orchestration.reading import query_as_bi, read_sql

KNOWN_ERRORS = (
    SettingsError,
    DatabaseError,
    ServerError,
    BundleError,
    TickBusyError,
    DagsterError,
    psycopg.Error,
    ValueError,
    OSError,
)

app = typer.Typer(
    help="Turnaround: warn approvers before a TAT is missed, and show how the operation performs.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
db_app = typer.Typer(help="The database's address.", no_args_is_help=True)
app.add_typer(db_app, name="db")
app.add_typer(calendar_app, name="calendar")
app.add_typer(holiday_app, name="holiday")
app.add_typer(policy_app, name="policy")
app.add_typer(metrics_app, name="metrics")
app.command("status")(show_status)
app.command("explain")(explain_level)
app.command("reconcile")(run_reconciliation)

BundleFolder = Annotated[
    Path, typer.Argument(help="Folder with one <table>.csv or .jsonl, plain or .gz, per table.")
]


@app.command()
def up(
    bundle: Annotated[
        Path | None, typer.Option(help="Load this bundle into a database of its own.")
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Go back to the sample after a bundle.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="End after the summary.")] = False,
    port: Annotated[
        int | None, typer.Option(help="Port of the Dagster UI (3000, or a free one).")
    ] = None,
) -> None:
    """Set up, load, raise alerts, build the views, print the figures and serve the Dagster UI.

    Without a bundle it goes on with the database that was loaded last, at first with a sample.
    """
    if sample and bundle is not None:
        raise ValueError("Give --bundle or --sample, not both.")
    bring_up(load_settings(), bundle=bundle, sample=sample, once=once, port=port)


@app.command()
def down() -> None:
    """Stop the embedded database."""
    settings = load_settings()
    if settings.database_url is not None:
        raise ValueError("TAT_DATABASE_URL is set: that database is not Turnaround's to stop.")
    EmbeddedServer(settings.home).stop()
    out.print("The embedded database is stopped.")


@db_app.command("url")
def db_url(
    role: Annotated[
        str | None, typer.Option(help="Act as this role instead of the read-only BI role.")
    ] = None,
) -> None:
    """Print the connection string for psql and BI tools; it holds a password."""
    database = open_database(load_settings(), create=False)
    address = database.bi_url() if role is None else database.url(role)
    sys.stdout.write((address or database.url("tat_bi")) + "\n")


@app.command()
def migrate() -> None:
    """Bring the database to the current schema; a second run changes nothing."""
    settings = load_settings()
    with show_step("Bringing the schema up to date"):
        migrate_database(open_database(settings), settings=settings)


@app.command()
def load(
    directory: BundleFolder,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Validate only.")] = False,
) -> None:
    """Load a bundle, then record what its levels have crossed."""
    settings = load_settings()
    database = open_migrated_database(settings, create=True)
    if dry_run:
        with connect(database, "tat_ingest") as connection, show_load() as progress:
            report = validate_bundle(connection, directory, span=read_span(), progress=progress)
        print_load(report)
    else:
        print_load(load_with_progress(database, directory))
        remember(settings, database)


@app.command()
def tick(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"],
            help="Tick as of this instant, with its offset, instead of now.",
        ),
    ] = None,
    rehearse: Annotated[
        bool,
        typer.Option("--rehearse", help="Only count: whatever would be recorded is taken back."),
    ] = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Run the engine by hand until nothing is left to record."""
    database = open_migrated_database(load_settings())
    with connect(database, "tat_engine", autocommit=True) as connection:
        present = read_database_time(connection)
        moment = as_of or present
        if moment > present and not rehearse:
            raise ValueError(
                f"{moment.isoformat()} is ahead of the database's clock ({present.isoformat()}):"
                " alerts of it would be false. Add --rehearse to count them and record nothing."
            )
        run = rehearse_ticks if rehearse else run_ticks
        with show_ticks() as progress:
            report = run(connection, moment, origin="command", progress=progress)
    print_rows([vars(report)], list(vars(report)), output_format)
    if rehearse:
        err.print("A rehearsal: nothing was recorded.")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def build(context: typer.Context) -> None:
    """Run dbt build; what follows is passed on to dbt."""
    run_dbt(["build", *context.args])


@app.command()
def docs() -> None:
    """Write the dbt docs with lineage as one page."""
    run_dbt(["docs", "generate", "--static"])
    out.print(f"Open {DBT_PROJECT_DIR / 'target' / 'static_index.html'}")


@app.command()
def query(
    sql: Annotated[str | None, typer.Argument(help="The SQL to run.")] = None,
    file: Annotated[
        Path | None, typer.Option("-f", "--file", help="A file with the SQL; - is standard input.")
    ] = None,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Run SQL as the read-only BI role; columns of one name are numbered: count, count_2."""
    text = read_sql(sql, file)
    database = open_database(load_settings(), create=False)
    for columns, rows in query_as_bi(database, text):
        print_rows(rows, columns, output_format)
        if output_format is OutputFormat.TABLE:
            out.print(describe_count(rows, database))


@app.command()
def simulate(
    directory: Annotated[Path, typer.Argument(help="Folder to write the bundle to.")],
    requests: Annotated[int, typer.Option(min=1, help="How many requests.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bundle.")] = 1,
    days: Annotated[int, typer.Option(min=1, help="How many days it spans.")] = 90,
    ends_at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%dT%H:%M:%S%z"], help="When it ends, with its offset; now by default."
        ),
    ] = None,
) -> None:
    """Write a realistic bundle of any size."""
    settings = load_settings()
    with show_step(f"Simulating {requests:,} requests"):
        rows = simulate_bundle(
            directory,
            requests=requests,
            seed=seed,
            days=days,
            ends_at=ends_at or datetime.now(UTC),
            timezone=settings.timezone,
        )
    print_rows(
        [{"table": table, "rows": count} for table, count in rows.items()], ["table", "rows"]
    )


def describe_count(rows: Rows, database: Database) -> str:
    """How many rows there are; of none, in which database."""
    counted = f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}"
    return f"({counted})" if rows else f"({counted} in the database {escape(database.name)})"


def run_dbt(arguments: list[str]) -> None:
    """Run dbt in the project with the database's environment; end with its exit code."""
    settings = load_settings()
    environment = build_environment(settings, open_database(settings, create=False))
    command = [str(DBT_EXECUTABLE), *arguments]
    command += ["--project-dir", str(DBT_PROJECT_DIR)]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False)
    if done.returncode != 0:
        raise typer.Exit(done.returncode)


def show_warnings() -> None:
    """Log warnings to standard error, whatever level a library asks for."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    logging.getLogger().addHandler(handler)


def main() -> None:
    """Run the command; a known error becomes one clear line and exit code 1."""
    show_warnings()
    try:
        app()
    except KNOWN_ERRORS as error:
        print_error(str(error).strip())
        sys.exit(1)
    except KeyboardInterrupt:
        err.print("interrupted")
        sys.exit(130)
