"""Refused loads and the rows in quarantine, as somebody types it."""

from pathlib import Path

import psycopg
import pytest

from tests.ingestion.bundles import build_level, build_rows, build_user, key_of, write_bundle
from tests.orchestration.test_commands import Tat, tat

__all__ = ["tat"]


@pytest.fixture
def kept_out(tat: Tat, tmp_path: Path) -> Tat:
    """The command once a bundle with a level of nobody and one of a bad status is loaded."""
    rows = build_rows()
    rows["approval_levels"] += [
        build_level("waits", approver_id=key_of("cyd"), status="IN_PROGRESS"),
        build_level("broken", status="DONE"),
    ]
    assert tat("load", str(write_bundle(tmp_path / "bundle", rows))).code == 0
    return tat


def test_a_broken_source_is_refused_until_somebody_accepts_it(
    tat: Tat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = [build_user(f"user {number}", email="") for number in range(30)]
    good = [build_user(f"user {number}") for number in range(30, 60)]
    folder = str(write_bundle(tmp_path / "bundle", {"users": bad + good}))
    rehearsed = tat("load", folder, "--dry-run")
    assert rehearsed.code == 1
    assert "This load would be refused." in rehearsed.err
    assert "email is missing" in rehearsed.out
    told = tat("load", folder, "--dry-run", "--format", "json").data
    assert told["refusals"][0].startswith("users: 30 of 60 rows")
    refused = tat("load", folder)
    assert refused.code == 1
    assert "users: 30 of 60 rows (50 %) are bad; from 40 % on a load is refused." in refused.err
    assert "email is missing: 30 rows, such as row 2: email is missing" in refused.err
    assert "--accept-bad" in refused.err
    assert tat("quarantine", "list", "--format", "json").data == []
    assert tat("load", folder, "--accept-bad").code == 0
    (row,) = tat("quarantine", "list", "--format", "json").data
    assert (row["table"], row["reason"], row["rows"]) == ("users", "email is missing", 30)
    monkeypatch.setenv("TAT_REFUSE_PERCENT", "0")
    assert tat("load", folder).code == 0


def test_kept_out_rows_are_listed_shown_and_tried_again(
    kept_out: Tat, connection: psycopg.Connection
) -> None:
    rows = kept_out("quarantine", "list", "--by", "row", "--format", "json").data
    ids = {row["reasons"].split()[0]: str(row["id"]) for row in rows}
    shown = kept_out("quarantine", "show", ids["status"])
    assert "status 'DONE' is not one of" in shown.out
    assert "As the source gave it" in shown.out
    connection.execute(
        "insert into workflow.users (user_id, email, display_name) values (%s, 'c@x', 'Cyd')",
        (key_of("cyd"),),
    )
    tried = kept_out("quarantine", "retry")
    assert tried.code == 0
    assert "2 rows were chosen: 1 are out of quarantine, 1 are still kept out." in tried.out
    assert [row["example"] for row in kept_out("quarantine", "list", "--format", "json").data] == [
        int(ids["status"])
    ]
    (clock,) = connection.execute(
        "select count(*) from tat.level_clock where level_id = %s", (key_of("waits"),)
    ).fetchall()
    assert clock == (1,), "what landed is settled"


def test_rows_are_given_up_once_they_were_shown(
    kept_out: Tat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.confirm", lambda text, abort: print(text))  # noqa: T201
    asked = kept_out("quarantine", "drop", "--reason", "is not known")
    assert "approver_id is not known" in asked.out
    assert "Give up these 1 rows?" in asked.out
    assert "1 rows are given up." in asked.out
    assert "1 rows are given up." in kept_out("quarantine", "drop", "--yes").out
    nothing = kept_out("quarantine", "drop")
    assert "0 rows are given up." in nothing.out
    assert kept_out("quarantine", "show", "999").code == 1
