"""A table of the source of which too many rows are bad stops; the others go on."""

import pytest

from ingestion.following import cursor
from tests.ingestion.bundles import build_rows
from tests.ingestion.following.app import App, Follower

# No TAT is a thousand years long.
BREAK = (
    "update app.approval_levels set tat_hours = 9000000, updated_at = now() where level_number > 9"
)
MEND = "update app.approval_levels set tat_hours = 8, updated_at = now() where level_number > 9"
LEVELS = 80


def fill(app: App) -> None:
    """Write an app with more levels than are let pass without a look."""
    rows = build_rows()
    first = rows["approval_levels"][1]
    for number in range(10, 10 + LEVELS):
        key = f"00000000-0000-4000-8000-{number:012}"
        rows["approval_levels"].append(dict(first, level_id=key, level_number=number))
    app.insert(rows)


def test_a_broken_table_is_left_as_it_is_until_it_is_mended(app: App, follower: Follower) -> None:
    fill(app)
    follower.follow()
    app.run(BREAK)
    app.run(
        "update app.users set department = 'Legal', updated_at = now() where display_name = 'Ben'"
    )
    report = follower.follow()
    assert report.faults["approval_levels"].startswith(
        "approval_levels: 80 of 80 rows (100 %) are bad; from 40 % on a load is refused."
    )
    assert "tat source follow --accept-bad" in report.faults["approval_levels"]
    assert report.loaded.rows_loaded == 1
    assert follower.count("approval_levels", "tat_hours > 1000") == 0
    assert follower.read("select count(*) from tat.quarantine") == 0

    app.run(MEND)
    assert follower.follow().faults == {}
    assert follower.list_differences() == {}


def test_bad_rows_are_accepted_by_hand(app: App, follower: Follower) -> None:
    fill(app)
    follower.follow()
    app.run(BREAK)
    assert follower.follow(tolerance=None).faults == {}
    assert follower.read("select count(*) from tat.quarantine") == LEVELS


def test_a_first_load_goes_no_further_than_its_first_bad_page(
    app: App, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(app)
    app.run(BREAK)
    monkeypatch.setattr(cursor, "CHUNK_ROWS", 60)
    assert list(follower.follow().faults) == ["approval_levels"]
    assert follower.count("approval_levels") == 0
    app.run(MEND)
    assert follower.follow().faults == {}
    assert follower.list_differences() == {}
