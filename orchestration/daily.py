"""Keeping each day's figures as they are known when the day has ended."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ingestion.database import Database
from orchestration.facts import refresh_facts
from orchestration.reading import Rows, fetch_rows


def keep_days(database: Database, days: Sequence[date]) -> Rows:
    """Bring the rollups up to the source, then keep the figures of those days that have ended.

    Figures kept once never change. Returns a row for each ended day between the first and the
    last of `days`: its figures now, and whether they are kept since now (`is_new`).
    """
    refresh_facts(database)
    span = {"first_day": min(days), "last_day": max(days)}
    return fetch_rows(database, "keep_days_as_known", span, role="tat_dbt")


def list_corrections(database: Database) -> Rows:
    """The days whose figures differ from those kept, the latest first, with what differs."""
    return fetch_rows(database, "list_corrected_days", role="tat_bi")


def find_first_day(database: Database) -> date | None:
    """The local day of the earliest request; None before any has landed."""
    (row,) = fetch_rows(database, "read_first_day")
    first: date | None = row["first_day"]
    return first


def describe_corrections(corrected: Sequence[Mapping[str, Any]], limit: int) -> str:
    """The latest corrected days as a list in Markdown."""
    lines = [f"- {row['kpi_date']}: {row['corrections']}" for row in corrected[:limit]]
    if len(corrected) > limit:
        lines.append(f"- {len(corrected) - limit} more in rpt_daily_corrections")
    return "\n".join(lines)
