"""The figures that `tat up` and `tat load` end with."""

import json
import sys
from typing import Any

from database.connect import Database
from database.statements import Rows
from ingestion.load import LoadReport
from orchestration.commands.console import OutputFormat, out, print_rows
from orchestration.reading import fetch_rows

LOAD_COLUMNS = ["table", "read", "loaded", "unchanged", "quarantined", "waiting"]
LOAD_CSV_COLUMNS = [*LOAD_COLUMNS, "unknown_columns", "reasons", "warnings"]


def print_load(report: LoadReport, output_format: OutputFormat = OutputFormat.TABLE) -> None:
    """What a load did, a line a table, then each reason with its count and each warning."""
    if output_format is OutputFormat.JSON:
        sys.stdout.write(json.dumps(to_dict(report), indent=2) + "\n")
    elif output_format is OutputFormat.CSV:
        print_rows(list_csv_rows(report), LOAD_CSV_COLUMNS, output_format)
    else:
        print_load_tables(report)


def to_dict(report: LoadReport) -> dict[str, Any]:
    """The whole report for machines."""
    return {
        "batch_id": report.batch_id,
        "source": report.source,
        "tables": [
            {column: getattr(table, column) for column in [*LOAD_COLUMNS, "unknown_columns"]}
            for table in report.tables
        ],
        "reasons": list_reasons(report),
        "warnings": report.warnings,
        "refusals": report.refusals,
    }


def list_reasons(report: LoadReport) -> list[dict[str, str | int]]:
    """A row for each reason to keep rows of a table out."""
    return [
        {"table": table, "reason": reason, "rows": rows} for table, reason, rows in report.reasons
    ]


def list_csv_rows(report: LoadReport) -> list[dict[str, str | int]]:
    """A row for each table, and one without a table where something in the folder is no table's."""
    rows = [
        {column: getattr(table, column) for column in LOAD_COLUMNS}
        | {
            "unknown_columns": ", ".join(table.unknown_columns),
            "reasons": "; ".join(f"{reason}: {rows}" for reason, rows in table.reasons),
            "warnings": " ".join(table.warnings),
        }
        for table in report.tables
    ]
    if report.left_out:
        nothing: dict[str, str | int] = dict.fromkeys(LOAD_CSV_COLUMNS, "")
        rows.append(nothing | {"warnings": " ".join(report.left_out)})
    return rows


def print_load_tables(report: LoadReport) -> None:
    """What a load did, for people."""
    rows = [{column: getattr(table, column) for column in LOAD_COLUMNS} for table in report.tables]
    print_rows(rows, LOAD_COLUMNS, title=f"Load of {report.source}")
    if report.reasons:
        columns = ["table", "reason", "rows"]
        print_rows(list_reasons(report), columns, title="Kept out, in tat.quarantine")
    for table in report.tables:
        if table.unknown_columns:
            out.print(
                f"{table.table}: unknown columns kept out: {', '.join(table.unknown_columns)}"
            )
    for warning in report.warnings:
        out.print(f"Warning: {warning}", markup=False)


def print_summary(database: Database) -> None:
    """Rows landed, alerts raised, the KPIs of the whole operation, and what comes next."""
    print_table("Landed", fetch_rows(database, "summarize_rows"))
    print_table("Alerts", fetch_rows(database, "summarize_alerts"))
    print_table("KPIs", fetch_rows(database, "summarize_kpis", role="tat_bi"))
    upcoming = fetch_rows(database, "list_upcoming", {"rows": 5})
    if upcoming:
        print_table("Next to cross", upcoming)
    else:
        out.print("No running level crosses a threshold within the hour.")


def print_table(title: str, rows: Rows) -> None:
    """One titled table, or the title with a word that it is empty."""
    if rows:
        print_rows(rows, list(rows[0]), title=title)
    else:
        out.print(f"{title}: none")
