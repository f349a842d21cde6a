"""`tat build`, `tat prune` and `tat docs`: the dbt models of the database."""

import subprocess
from typing import Annotated

import typer

from database.connect import open_database
from database.settings import load_settings
from orchestration.commands.console import OutputFormat, out, print_rows
from orchestration.commands.shared import FormatOption
from orchestration.dagster_process import build_environment, build_own_environment, prepare_manifest
from orchestration.paths import (
    CHECKOUT,
    DBT_EXECUTABLE,
    DBT_MANIFEST,
    DBT_PROJECT_DIR,
    LIVE_TARGET,
)
from orchestration.warehouse.removed_models import find_removed

app = typer.Typer()

REMOVED_COLUMNS = ["relation", "kind", "read_by", "is_dropped"]
Target = Annotated[
    str, typer.Option("--target", "-t", help="prod builds the live views, dev your own.")
]


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def build(context: typer.Context, target: Target = LIVE_TARGET) -> None:
    """Run dbt build; what follows is passed on to dbt.

    Changes the live views and tables of dbt, or with --target dev your own; no source row or alert.
    """
    run_dbt(["build", *context.args], target)


@app.command()
def prune(
    drop: Annotated[bool, typer.Option("--drop", help="Drop what is listed.")] = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """List views whose model is gone from the project, and drop them.

    Nothing is dropped without --drop, what something still reads is not with it, and the eight
    KPI views never are.
    """
    settings = load_settings()
    database = open_database(settings, create=False)
    prepare_manifest(build_environment(settings, database))
    removed = find_removed(database, drop=drop)
    if not removed and output_format is OutputFormat.TABLE:
        out.print("No view is left of a model that is gone.")
        return
    print_rows(removed, REMOVED_COLUMNS, output_format)


@app.command()
def docs() -> None:
    """Write the dbt docs with lineage as one page.

    Writes a file; changes nothing in the database.
    """
    run_dbt(["docs", "generate", "--static"])
    out.print(f"Open {DBT_MANIFEST.with_name('static_index.html')}")


def run_dbt(arguments: list[str], target: str = LIVE_TARGET) -> None:
    """Run dbt in the project with the database's environment; end with its exit code."""
    settings = load_settings()
    database = open_database(settings, create=False)
    is_live = target == LIVE_TARGET
    environment = (build_environment if is_live else build_own_environment)(settings, database)
    command = [str(DBT_EXECUTABLE), *arguments]
    command += ["--project-dir", str(DBT_PROJECT_DIR), "--target", target]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False)
    if done.returncode != 0:
        raise typer.Exit(done.returncode)
