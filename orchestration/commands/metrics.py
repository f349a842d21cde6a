"""`tat metrics`: the KPIs by any dimension, asked instead of written."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from database.connect import Database, open_database
from database.settings import load_settings
from orchestration.commands.console import OutputFormat, print_rows
from orchestration.commands.shared import DAY, INSTANTS, FormatOption
from orchestration.dagster_process import build_environment, prepare_manifest
from orchestration.metrics.asking import Question, answer, write_sql
from orchestration.metrics.catalog import Catalog, list_group_bys, list_metrics, open_catalog
from orchestration.paths import SEMANTIC_MANIFEST

app = typer.Typer()
metrics_app = typer.Typer(help="The KPIs by any dimension.", no_args_is_help=True)
app.add_typer(metrics_app, name="metrics")


@metrics_app.command("list")
def show_metrics(
    metrics: Annotated[
        str, typer.Argument(help="Show what these can be asked by; commas between them.")
    ] = "",
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """List the metrics, or what some of them can be asked by.

    Changes nothing.
    """
    catalog, _ = open_metrics()
    if metrics:
        print_rows(
            list_group_bys(catalog, split_names(metrics)), ["by", "description"], output_format
        )
    else:
        print_rows(list_metrics(catalog), ["metric", "label", "description"], output_format)


@metrics_app.command("ask")
def ask_metrics(
    metrics: Annotated[str, typer.Argument(help="Metrics, with commas between them.")],
    by: Annotated[
        str, typer.Option(help="Dimensions and grains of time (day, week, ...), with commas.")
    ] = "",
    only: Annotated[
        list[str] | None,
        typer.Option(help="NAME=VALUE: count these rows only. Of one name, any value will do."),
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=DAY, help="The first local day to count.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=DAY, help="The last local day to count.")
    ] = None,
    order: Annotated[str, typer.Option(help="Names to order by; a minus first descends.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="How many rows at most.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=INSTANTS,
            help="Measure what is open up to this instant, with its offset, instead of now.",
        ),
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead of the rows.")] = False,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Ask metrics by dimensions: tat metrics ask tat_compliance --by department,week

    Changes nothing.
    """
    question = Question(
        metrics=split_names(metrics),
        by=split_names(by),
        only=[split_condition(condition) for condition in only or ()],
        since=since.date() if since else None,
        until=until.date() if until else None,
        order=split_names(order),
        limit=limit,
    )
    catalog, database = open_metrics()
    if sql:
        sys.stdout.write(write_sql(catalog, question) + "\n")
    else:
        rows = answer(catalog, database, question, as_of=as_of)
        print_rows(rows, [*question.by, *question.metrics], output_format)


def open_metrics() -> tuple[Catalog, Database]:
    """The metrics as the project's files define them now, and the database they are asked of."""
    settings = load_settings()
    database = open_database(settings, create=False)
    prepare_manifest(build_environment(settings, database))
    return open_catalog(SEMANTIC_MANIFEST), database


def split_names(text: str) -> Sequence[str]:
    """The names in a list with commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def split_condition(text: str) -> tuple[str, str]:
    """NAME and VALUE of NAME=VALUE.

    Raises ValueError without an equals sign.
    """
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"--only takes NAME=VALUE, not {text}.")
    return name.strip(), value.strip()
