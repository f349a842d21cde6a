"""Keeping each day's figures as they are known when the day has ended."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from database.connect import Database
from database.statements import Rows
from orchestration.reading import fetch_rows
from orchestration.warehouse.facts import refresh_facts


class DaysError(ValueError):
    """Days that can't be kept; the message says why and what to do."""


def keep_days(database: Database, days: Sequence[date]) -> Rows:
    """Bring the rollups up to the source, then keep the figures of those days.

    Figures kept once never change. Returns a row for each day between the first and the last of
    `days`: its figures now, and whether they are kept since now (`is_new`). Raises DaysError
    and keeps nothing when one of them is not over.
    """
    check_days_are_over(database, days)
    refresh_facts(database)
    span = {"first_day": min(days), "last_day": max(days)}
    return fetch_rows(database, "keep_days_as_known", span, role="tat_dbt")


def choose_days(database: Database, first: date | None, last: date | None) -> Sequence[date]:
    """The days from `first` to `last`: without them, from the first missed one to yesterday.

    Raises DaysError when there are none.
    """
    if last is None:
        (present,) = fetch_rows(database, "read_local_day")
        last = present["local_day"] - timedelta(days=1)
    first = first or find_first_missed_day(database, last) or last
    if first > last:
        raise DaysError(f"The first day, {first}, is after the last, {last}.")
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def find_first_missed_day(database: Database, last_day: date) -> date | None:
    """The earliest day up to `last_day` that was missed after the first one kept; None if none."""
    (row,) = fetch_rows(database, "read_first_missed_day", {"last_day": last_day})
    first: date | None = row["first_day"]
    return first


def check_days_are_over(database: Database, days: Sequence[date]) -> None:
    """Raise DaysError unless all of them are over in the zone that the database counts in."""
    (present,) = fetch_rows(database, "read_local_day")
    early, zone = [day for day in days if day >= present["local_day"]], present["time_zone"]
    if early:
        raise DaysError(
            f"{min(early)} is not over in {zone}, whose days this database counts, so nothing was"
            " kept. Run it again when the day is over. If Dagster counts the days of another zone,"
            f" start it with `tat up`, or with TAT_TIMEZONE={zone}."
        )


def list_corrections(database: Database) -> Rows:
    """The days whose figures differ from those kept, the latest first, with what differs."""
    return fetch_rows(database, "list_corrected_days", role="tat_bi")


def find_first_day(database: Database) -> date:
    """The first local day that was kept; the present one before any was."""
    (row,) = fetch_rows(database, "read_first_day")
    first: date = row["first_day"]
    return first


def describe_days(database: Database) -> dict[str, str]:
    """What Dagster is told of the database's days, as variables: their zone and the first one."""
    (present,) = fetch_rows(database, "read_local_day")
    first_day = find_first_day(database).isoformat()
    return {"TAT_TIMEZONE": present["time_zone"], "TAT_FIRST_DAY": first_day}


def describe_corrections(corrected: Sequence[Mapping[str, Any]], limit: int) -> str:
    """The latest corrected days as a list in Markdown."""
    lines = [f"- {row['kpi_date']}: {row['corrections']}" for row in corrected[:limit]]
    if len(corrected) > limit:
        lines.append(f"- {len(corrected) - limit} more in rpt_daily_corrections")
    return "\n".join(lines)
