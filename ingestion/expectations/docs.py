"""The data docs of Great Expectations: what must hold of each table, and what was found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from database.statements import Rows
from ingestion.contract import TABLES
from ingestion.expectations.expectation import list_expectations
from ingestion.expectations.loaded import describe_format, name_schema
from ingestion.expectations.suites import build_suite, import_gx, open_context
from ingestion.tables import Table

SITE = "turnaround"
RUN = "loaded"
INDEX = Path(__file__).with_name("templates") / "docs.html"


@dataclass(frozen=True)
class TablePage:
    """What was found in a loaded table, and the page of it, from the folder on."""

    table: str
    expectations: int
    broken: tuple[str, ...]
    path: str


def write_docs(connection_url: str, schema: str, folder: Path, kept_out: Rows) -> Path:
    """Validate every loaded table, write its pages into `folder`, and return the first page.

    `connection_url` is as for `validate_table`, `kept_out` the rows in quarantine by table and
    reason. The first page is ours: that of Great Expectations is empty without scripts of others.
    Raises ConnectionError when the tables can't be reached.
    """
    context = open_context()
    context.add_data_docs_site(SITE, describe_site(folder))
    source = context.data_sources.add_postgres(
        "loaded", connection_string=name_schema(connection_url, schema)
    )
    try:
        results = {table: validate(context, source, table, schema) for table in TABLES}
        context.build_data_docs(build_index=False)
    finally:
        source.get_engine().dispose()
    return write_index(folder, list(list_pages(folder, results)), kept_out)


def validate(context: Any, source: Any, table: Table, schema: str) -> Any:
    """Validate a table and keep the result for its page."""
    asset = source.add_table_asset(table.name, table_name=table.name)
    suite = build_suite(table.name, list_expectations(table.name), schema=schema)
    definition = import_gx().ValidationDefinition(
        name=table.name,
        data=asset.add_batch_definition_whole_table("all"),
        suite=context.suites.add(suite),
    )
    run_id = import_gx().RunIdentifier(run_name=RUN)
    return context.validation_definitions.add(definition).run(
        result_format=describe_format(), run_id=run_id
    )


def list_pages(folder: Path, results: dict[Table, Any]) -> Iterator[TablePage]:
    """Yield what the first page says of each table."""
    for table, result in results.items():
        run_time = result.meta["run_id"].run_time.strftime("%Y%m%dT%H%M%S.%fZ")
        (page,) = folder.glob(f"validations/{table.name}/{RUN}/{run_time}/*.html")
        broken = tuple(
            found.expectation_config.description for found in result.results if not found.success
        )
        path = page.relative_to(folder).as_posix()
        yield TablePage(table.name, len(result.results), broken, path)


def write_index(folder: Path, pages: list[TablePage], kept_out: Rows) -> Path:
    """Write the first page, which needs nothing from other servers."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(INDEX.read_text(encoding="utf-8"))
    index = folder / "index.html"
    written_at = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    html = template.render(pages=pages, kept_out=kept_out, written_at=written_at)
    index.write_text(html, encoding="utf-8")
    return index


def describe_site(folder: Path) -> dict[str, Any]:
    """Describe the pages of Great Expectations: files without hints for its own commands."""
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(folder.absolute()),
        },
    }
