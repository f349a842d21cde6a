"""Keeping each day's figures as they are known when the day has ended."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from database.connect import Database
from database.statements import Rows
from orchestration.reading import fetch_rows
from orchestration.warehouse.facts import refresh_facts


class DayNotOverError(ValueError):
    """A day is not over yet in the database's zone; the message says what to do."""


def keep_days(database: Database, days: Sequence[date]) -> Rows:
    """Bring the rollups up to the source, then keep the figures of those days.

    Figures kept once never change. Returns a row for each day between the first and the last of
    `days`: its figures now, and whether they are kept since now (`is_new`). Raises DayNotOverError
    and keeps nothing when one of them is not over.
    """
    check_days_are_over(database, days)
    refresh_facts(database)
    span = {"first_day": min(days), "last_day": max(days)}
    return fetch_rows(database, "keep_days_as_known", span, role="tat_dbt")


def find_first_missed_day(database: Database, last_day: date) -> date | None:
    """The earliest day up to `last_day` that was missed after the first one kept; None if none."""
    (row,) = fetch_rows(database, "read_first_missed_day", {"last_day": last_day})
    first: date | None = row["first_day"]
    return first


def check_days_are_over(database: Database, days: Sequence[date]) -> None:
    """Raise DayNotOverError unless all of them are over in the zone that the database counts in."""
    (present,) = fetch_rows(database, "read_local_day")
    early, zone = [day for day in days if day >= present["local_day"]], present["time_zone"]
    if early:
        raise DayNotOverError(
            f"{min(early)} is not over in {zone}, whose days this database counts, so nothing was"
            " kept. Run it again when the day is over. If Dagster counts the days of another zone,"
            f" start it with `tat up`, or with TAT_TIMEZONE={zone}."
        )


def list_corrections(database: Database) -> Rows:
    """The days whose figures differ from those kept, the latest first, with what differs."""
    return fetch_rows(database, "list_corrected_days", role="tat_bi")


def find_first_day(database: Database) -> date | None:
    """The local day of the earliest request; None before any has landed."""
    (row,) = fetch_rows(database, "read_first_day")
    first: date | None = row["first_day"]
    return first


def describe_days(database: Database) -> dict[str, str]:
    """What Dagster is told of the database's days, as variables: their zone and the first one."""
    (present,) = fetch_rows(database, "read_local_day")
    first_day = find_first_day(database)
    first = {"TAT_FIRST_DAY": first_day.isoformat()} if first_day else {}
    return {"TAT_TIMEZONE": present["time_zone"], **first}


def describe_corrections(corrected: Sequence[Mapping[str, Any]], limit: int) -> str:
    """The latest corrected days as a list in Markdown."""
    lines = [f"- {row['kpi_date']}: {row['corrections']}" for row in corrected[:limit]]
    if len(corrected) > limit:
        lines.append(f"- {len(corrected) - limit} more in rpt_daily_corrections")
    return "\n".join(lines)
