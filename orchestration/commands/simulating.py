"""`tat simulate`: a realistic bundle of any size."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from database.settings import load_settings
from ingestion.simulator import simulate_bundle
from orchestration.commands.console import OutputFormat, print_rows, show_step
from orchestration.commands.shared import INSTANTS, FormatOption

app = typer.Typer()


@app.command()
def simulate(
    directory: Annotated[Path, typer.Argument(help="Folder to write the bundle to.")],
    requests: Annotated[int, typer.Option(min=1, help="How many requests.")] = 2000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bundle.")] = 1,
    days: Annotated[int, typer.Option(min=1, help="How many days it spans.")] = 90,
    ends_at: Annotated[
        datetime | None,
        typer.Option(formats=INSTANTS, help="When it ends, with its offset; now by default."),
    ] = None,
    output_format: FormatOption = OutputFormat.TABLE,
) -> None:
    """Write a realistic bundle of any size.

    Writes files; changes nothing in the database.
    """
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
    counts = [{"table": table, "rows": count} for table, count in rows.items()]
    print_rows(counts, ["table", "rows"], output_format)
