"""`tat build` and `tat docs`: dbt with the database's environment."""

import subprocess

import typer

from database.connect import open_database
from database.settings import load_settings
from orchestration.commands.console import out
from orchestration.dagster_process import build_environment
from orchestration.paths import CHECKOUT, DBT_EXECUTABLE, DBT_PROJECT_DIR

app = typer.Typer()


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def build(context: typer.Context) -> None:
    """Run dbt build; what follows is passed on to dbt."""
    run_dbt(["build", *context.args])


@app.command()
def docs() -> None:
    """Write the dbt docs with lineage as one page."""
    run_dbt(["docs", "generate", "--static"])
    out.print(f"Open {DBT_PROJECT_DIR / 'target' / 'static_index.html'}")


def run_dbt(arguments: list[str]) -> None:
    """Run dbt in the project with the database's environment; end with its exit code."""
    settings = load_settings()
    environment = build_environment(settings, open_database(settings, create=False))
    command = [str(DBT_EXECUTABLE), *arguments]
    command += ["--project-dir", str(DBT_PROJECT_DIR)]
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, check=False)
    if done.returncode != 0:
        raise typer.Exit(done.returncode)
