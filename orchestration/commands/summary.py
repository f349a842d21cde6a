"""The figures that `tat up` and `tat load` end with."""

from database.connect import Database
from database.statements import Rows
from ingestion.load import LoadReport
from orchestration.commands.console import OutputFormat, out, print_rows
from orchestration.reading import fetch_rows

LOAD_COLUMNS = ["table", "read", "loaded", "unchanged", "quarantined", "waiting"]


def print_load(report: LoadReport, output_format: OutputFormat = OutputFormat.TABLE) -> None:
    """What a load did, a line a table, then each reason with its count."""
    rows = [{column: getattr(table, column) for column in LOAD_COLUMNS} for table in report.tables]
    if output_format is not OutputFormat.TABLE:
        print_rows(rows, LOAD_COLUMNS, output_format)
        return
    print_rows(rows, LOAD_COLUMNS, title=f"Load of {report.source}")
    if report.reasons:
        reasons = [
            {"table": table, "reason": reason, "rows": rows}
            for table, reason, rows in report.reasons
        ]
        print_rows(reasons, ["table", "reason", "rows"], title="Kept out, in tat.quarantine")
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
