"""The simulator keeps the source contract, and its company behaves like one."""

import hashlib
import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from ingestion.simulator import FileFormat, simulate_bundle
from tests.distribution import several

KOLKATA = ZoneInfo("Asia/Kolkata")
WEEKDAY_NOON = datetime(2025, 11, 19, 12, 0, tzinfo=KOLKATA)
SUNDAY_NIGHT = datetime(2025, 11, 23, 2, 30, tzinfo=KOLKATA)
DAYS = 90
HOUR = timedelta(hours=1)

Bundle = dict[str, pd.DataFrame]

COLUMNS = {
    "users": "user_id employee_id email display_name department designation location "
    "reporting_manager_id is_active created_at updated_at",
    "workflow_requests": "request_id request_number initiator_id template_type title description "
    "priority status current_level total_levels total_tat_hours submission_date closure_date "
    "conclusion_remark is_draft is_deleted created_at updated_at",
    "approval_levels": "level_id request_id level_number level_name approver_id status tat_hours "
    "level_start_time level_end_time tat_start_time action_date comments rejection_reason "
    "breach_reason is_final_approver is_skipped skipped_at skipped_by skip_reason created_at "
    "updated_at",
    "participants": "participant_id request_id user_id participant_type added_at is_active",
    "work_notes": "note_id request_id user_id message is_deleted created_at",
    "work_note_attachments": "attachment_id note_id file_name uploaded_at",
    "documents": "document_id request_id uploaded_by file_name file_size category is_deleted "
    "uploaded_at",
    "activities": "activity_id request_id user_id user_name activity_type activity_description "
    "metadata is_system_event created_at",
    "holidays": "holiday_id holiday_date holiday_name holiday_type is_recurring is_active "
    "applies_to_departments applies_to_locations",
    "level_pauses": "pause_id level_id paused_at resumed_at reason",
}
OPTIONAL = {
    "users": "department reporting_manager_id",
    "workflow_requests": "description submission_date closure_date conclusion_remark",
    "approval_levels": "level_start_time level_end_time tat_start_time action_date comments "
    "rejection_reason breach_reason skipped_at skipped_by skip_reason",
    "activities": "user_id metadata",
    "holidays": "applies_to_departments applies_to_locations",
    "level_pauses": "resumed_at",
}
ENUMS = {
    ("workflow_requests", "priority"): "STANDARD EXPRESS",
    ("workflow_requests", "status"): "DRAFT PENDING IN_PROGRESS APPROVED REJECTED CLOSED",
    ("approval_levels", "status"): "PENDING IN_PROGRESS APPROVED REJECTED SKIPPED",
    ("participants", "participant_type"): "INITIATOR APPROVER SPECTATOR",
    ("holidays", "holiday_type"): "NATIONAL REGIONAL ORGANIZATIONAL OPTIONAL",
}
REFERENCES = (
    ("users", "reporting_manager_id", "users"),
    ("workflow_requests", "initiator_id", "users"),
    ("approval_levels", "request_id", "workflow_requests"),
    ("approval_levels", "approver_id", "users"),
    ("approval_levels", "skipped_by", "users"),
    ("participants", "request_id", "workflow_requests"),
    ("participants", "user_id", "users"),
    ("work_notes", "request_id", "workflow_requests"),
    ("work_notes", "user_id", "users"),
    ("work_note_attachments", "note_id", "work_notes"),
    ("documents", "request_id", "workflow_requests"),
    ("documents", "uploaded_by", "users"),
    ("activities", "request_id", "workflow_requests"),
    ("activities", "user_id", "users"),
    ("level_pauses", "level_id", "approval_levels"),
)
INSTANTS = ("_at", "_time", "submission_date", "closure_date", "action_date")
UUID_PATTERN = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def read_bundle(directory: Path, file_format: FileFormat = "csv.gz") -> Bundle:
    """Read every table as text, an empty field as null, instants as instants."""
    tables = {}
    for name in COLUMNS:
        table = pd.read_csv(directory / f"{name}.{file_format}", dtype=str, encoding="utf-8")
        for column in [column for column in table if str(column).endswith(INSTANTS)]:
            table[column] = pd.to_datetime(table[column], format="ISO8601", utc=True)
        tables[name] = table
    return tables


def hash_files(directory: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.iterdir()
    }


@pytest.fixture(scope="module")
def weekday_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("weekday")
    simulate_bundle(directory, ends_at=WEEKDAY_NOON, days=DAYS)
    return directory


@pytest.fixture(scope="module")
def bundle(weekday_directory: Path) -> Bundle:
    return read_bundle(weekday_directory)


@pytest.fixture(scope="module")
def night_bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    directory = tmp_path_factory.mktemp("night")
    simulate_bundle(directory, ends_at=SUNDAY_NIGHT, seed=2)
    return read_bundle(directory)


@pytest.fixture(scope="module", params=["weekday noon", "sunday night"])
def either(
    request: pytest.FixtureRequest, bundle: Bundle, night_bundle: Bundle
) -> tuple[Bundle, datetime]:
    if request.param == "weekday noon":
        return bundle, WEEKDAY_NOON
    return night_bundle, SUNDAY_NIGHT


def join_requests(tables: Bundle, name: str) -> pd.DataFrame:
    return tables[name].merge(
        tables["workflow_requests"], on="request_id", suffixes=("", "_of_request")
    )


# Determinism


def test_the_same_arguments_give_the_same_bytes(weekday_directory: Path, tmp_path: Path) -> None:
    counts = simulate_bundle(tmp_path, ends_at=WEEKDAY_NOON.astimezone(UTC), days=DAYS)
    assert hash_files(tmp_path) == hash_files(weekday_directory)
    assert counts == {name: len(table) for name, table in read_bundle(tmp_path).items()}


def test_another_seed_gives_other_files(weekday_directory: Path, tmp_path: Path) -> None:
    simulate_bundle(tmp_path, ends_at=WEEKDAY_NOON, days=DAYS, seed=2)
    ours, theirs = hash_files(tmp_path), hash_files(weekday_directory)
    assert ours.keys() == theirs.keys()
    assert not [name for name in ours if ours[name] == theirs[name]]


def test_batches_do_not_share_keys_or_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.simulator.bundle.BATCH_SIZE", 300)
    batches: list[str] = []
    simulate_bundle(
        tmp_path,
        requests=1000,
        ends_at=WEEKDAY_NOON,
        progress=lambda table, rows: batches.append(table),
    )
    assert batches.count("workflow_requests") == 5
    requests = pd.read_csv(tmp_path / "workflow_requests.csv.gz")
    levels = pd.read_csv(tmp_path / "approval_levels.csv.gz")
    assert len(requests) == 1000
    assert requests["request_id"].is_unique
    assert levels["level_id"].is_unique
    in_order = requests.sort_values("created_at", kind="stable")["request_number"]
    assert in_order.is_monotonic_increasing
    assert in_order.is_unique


# The source contract


def test_columns_are_those_of_the_contract(bundle: Bundle) -> None:
    assert {name: list(table) for name, table in bundle.items()} == {
        name: columns.split() for name, columns in COLUMNS.items()
    }


@pytest.mark.parametrize("name", COLUMNS)
def test_keys_are_unique_uuids_and_required_columns_are_filled(bundle: Bundle, name: str) -> None:
    table = bundle[name]
    key = table.iloc[:, 0]
    assert key.is_unique
    assert key.str.fullmatch(UUID_PATTERN).all()
    required = [column for column in table if column not in OPTIONAL.get(name, "").split()]
    assert table[required].notna().all().all()


@pytest.mark.parametrize(("name", "column", "parent"), REFERENCES)
def test_references_are_known(bundle: Bundle, name: str, column: str, parent: str) -> None:
    referring = bundle[name][column].dropna()
    assert len(referring) > 0
    assert referring.isin(bundle[parent].iloc[:, 0]).all()


@pytest.mark.parametrize(("name", "column"), ENUMS)
def test_all_values_of_an_enumeration_occur_and_no_others(
    bundle: Bundle, name: str, column: str
) -> None:
    assert set(bundle[name][column]) == set(ENUMS[name, column].split())


def test_levels_are_numbered_without_gaps_and_add_up(either: tuple[Bundle, datetime]) -> None:
    tables, _ = either
    levels = join_requests(tables, "approval_levels")
    numbers = ["level_number", "total_levels", "tat_hours", "total_tat_hours", "current_level"]
    levels[numbers] = levels[numbers].astype(int)
    by_request = levels.groupby("request_id")
    assert not levels.duplicated(["request_id", "level_number"]).any()
    assert (by_request["level_number"].max() == by_request["total_levels"].first()).all()
    assert (by_request.size() == by_request["total_levels"].first()).all()
    assert (by_request["tat_hours"].sum() == by_request["total_tat_hours"].first()).all()
    assert levels["tat_hours"].min() > 0
    assert set(levels["level_number"]) == {1, 2, 3, 4, 5}
    final = levels["level_number"] == levels["total_levels"]
    assert (levels["is_final_approver"] == final.map({True: "true", False: "false"})).all()


def test_each_level_begins_where_the_one_before_ended(either: tuple[Bundle, datetime]) -> None:
    tables, _ = either
    levels = join_requests(tables, "approval_levels").sort_values(["request_id", "level_number"])
    first = levels["level_number"] == "1"
    before = levels["level_end_time"].shift().where(~first, levels["submission_date"])
    started = levels["level_start_time"].notna()
    assert (levels["level_start_time"] == before)[started].all()
    pd.testing.assert_series_equal(
        levels["level_start_time"], levels["tat_start_time"], check_names=False
    )
    ended = levels["level_end_time"].notna()
    assert (levels["level_end_time"] >= levels["level_start_time"])[ended].all()


def test_level_statuses_agree_with_their_times(either: tuple[Bundle, datetime]) -> None:
    levels = either[0]["approval_levels"]
    started, ended = levels["level_start_time"].notna(), levels["level_end_time"].notna()
    status = levels["status"]
    assert (status[~started] == "PENDING").all()
    assert (status[started & ~ended] == "IN_PROGRESS").all()
    assert status[ended].isin(["APPROVED", "REJECTED", "SKIPPED"]).all()
    skipped, rejected = status == "SKIPPED", status == "REJECTED"
    assert (levels["is_skipped"].eq("true") == skipped).all()
    assert (levels["skipped_at"].notna() == skipped).all()
    assert (levels["skip_reason"].notna() == skipped).all()
    assert (levels["rejection_reason"].notna() == rejected).all()
    assert (levels["action_date"].notna() == (ended & ~skipped)).all()


def test_request_statuses_agree_with_their_levels(either: tuple[Bundle, datetime]) -> None:
    tables, _ = either
    requests = tables["workflow_requests"].set_index("request_id")
    levels = tables["approval_levels"]
    rejected = requests.index.isin(levels["request_id"][levels["status"] == "REJECTED"])
    last_end = levels[levels["is_final_approver"] == "true"].set_index("request_id")
    approved = last_end["status"].eq("APPROVED").reindex(requests.index)
    status = requests["status"]
    decided = status.isin(["APPROVED", "REJECTED", "CLOSED"])
    assert (decided == (rejected | approved)).all()
    assert not (rejected & approved).any()
    assert rejected[status == "REJECTED"].all()
    assert approved[status == "APPROVED"].all()
    assert (requests["closure_date"].notna() == decided).all()
    assert (requests["conclusion_remark"].notna() == status.eq("CLOSED")).all()
    assert (requests["is_draft"].eq("true") == status.eq("DRAFT")).all()
    assert (requests["submission_date"].isna() == status.eq("DRAFT")).all()


def test_current_level_is_the_open_one(either: tuple[Bundle, datetime]) -> None:
    levels = join_requests(either[0], "approval_levels")
    running = levels[levels["status"] == "IN_PROGRESS"]
    assert running["request_id"].is_unique
    assert (running["level_number"] == running["current_level"]).all()
    assert running["status_of_request"].isin(["PENDING", "IN_PROGRESS"]).all()
    assert (running["status_of_request"].eq("PENDING") == running["level_number"].eq("1")).all()


def test_pauses_lie_within_their_levels(either: tuple[Bundle, datetime]) -> None:
    pauses = either[0]["level_pauses"].merge(either[0]["approval_levels"], on="level_id")
    closed = pauses["resumed_at"].notna()
    assert (pauses["paused_at"] >= pauses["level_start_time"]).all()
    assert (pauses["resumed_at"] >= pauses["paused_at"])[closed].all()
    ended = pauses["level_end_time"].notna()
    assert (pauses["resumed_at"] <= pauses["level_end_time"])[ended].all()
    assert (pauses["status"][~closed] == "IN_PROGRESS").all()


def test_nobody_takes_part_twice_or_approves_their_own(either: tuple[Bundle, datetime]) -> None:
    tables, _ = either
    assert not tables["participants"].duplicated(["request_id", "user_id"]).any()
    levels = join_requests(tables, "approval_levels")
    assert (levels["approver_id"] != levels["initiator_id"]).all()


def test_only_participants_write_and_only_after_submission(
    either: tuple[Bundle, datetime],
) -> None:
    tables, _ = either
    notes = join_requests(tables, "work_notes")
    people = set(
        tables["participants"][["request_id", "user_id"]].itertuples(index=False, name=None)
    )
    assert set(notes[["request_id", "user_id"]].itertuples(index=False, name=None)) <= people
    assert (notes["created_at"] >= notes["submission_date"]).all()


# Time


def test_everything_lies_between_the_first_day_and_the_end(
    either: tuple[Bundle, datetime],
) -> None:
    tables, ends_at = either
    for name, table in tables.items():
        for column in table.select_dtypes("datetimetz"):
            instants = table[column].dropna()
            assert instants.max() <= ends_at, (name, column)
            if name != "users":
                assert instants.min() >= ends_at - timedelta(days=DAYS), (name, column)


def test_the_last_change_is_no_earlier_than_what_changed(
    either: tuple[Bundle, datetime],
) -> None:
    tables, _ = either
    changes = {
        "users": ["created_at"],
        "workflow_requests": ["created_at", "submission_date", "closure_date"],
        "approval_levels": ["created_at", "level_start_time", "level_end_time", "skipped_at"],
    }
    for name, columns in changes.items():
        table = tables[name]
        assert (table[columns].max(axis=1) <= table["updated_at"]).all(), name


@pytest.mark.parametrize("seed", several([1, 7, 11]))
@pytest.mark.parametrize("ends_at", [WEEKDAY_NOON, SUNDAY_NIGHT])
def test_thresholds_are_crossed_in_each_of_the_next_minutes(
    tmp_path: Path, ends_at: datetime, seed: int
) -> None:
    simulate_bundle(tmp_path, requests=500, ends_at=ends_at, seed=seed)
    levels = join_requests(read_bundle(tmp_path), "approval_levels")
    running = levels[(levels["status"] == "IN_PROGRESS") & (levels["priority"] == "EXPRESS")]
    tat = pd.to_timedelta(running["tat_hours"].astype(int), unit="h")
    crossings = pd.concat(
        [running["tat_start_time"] + tat * percent / 100 for percent in (50, 75, 100)]
    )
    minutes = (crossings - ends_at) // timedelta(minutes=1)
    assert all((minutes == minute).sum() >= 3 for minute in range(10))
    assert all(minutes.between(ten, ten + 9).sum() >= 5 for ten in range(10, 60, 10))
    assert minutes.between(-10, -1).sum() >= 5


def test_people_keep_office_hours_mostly(bundle: Bundle) -> None:
    submitted = bundle["workflow_requests"]["submission_date"].dropna().dt.tz_convert(KOLKATA)
    weekend = submitted.dt.day_of_week >= 5
    in_hours = submitted.dt.hour.between(8, 18) & ~weekend
    assert 0.80 < in_hours.mean() < 0.99
    assert 0 < weekend.mean() < 0.1
    hours = submitted.dt.hour.value_counts()
    assert hours[10] > hours[13] < hours[15]


def list_days_off(holidays: pd.DataFrame) -> set[date]:
    kept = holidays[
        holidays["is_active"].eq("true")
        & holidays["applies_to_departments"].isna()
        & holidays["applies_to_locations"].isna()
    ]
    days = {date.fromisoformat(day) for day in kept["holiday_date"]}
    yearly = kept["holiday_date"][kept["is_recurring"] == "true"]
    return days | {date(2025, *map(int, day.split("-")[1:])) for day in yearly}


def count_working_time(start: datetime, end: datetime, days_off: set[date]) -> timedelta:
    """Add up, day by day, what lies between 09:00 and 18:00 of working days in Kolkata."""
    day, total = start.astimezone(KOLKATA).date(), timedelta()
    while datetime.combine(day, time(9), KOLKATA) < end:
        opens = max(start, datetime.combine(day, time(9), KOLKATA))
        closes = min(end, datetime.combine(day, time(18), KOLKATA))
        if day.weekday() < 5 and day not in days_off:
            total += max(closes - opens, timedelta())
        day += timedelta(days=1)
    return total


@pytest.fixture(scope="module")
def decided(bundle: Bundle) -> pd.DataFrame:
    """Decided levels without a pause, with their elapsed time and TAT."""
    levels = join_requests(bundle, "approval_levels")
    levels = levels[
        levels["status"].isin(["APPROVED", "REJECTED"])
        & ~levels["level_id"].isin(bundle["level_pauses"]["level_id"])
    ].copy()
    days_off = list_days_off(bundle["holidays"])
    spans = zip(
        levels["priority"],
        levels["level_start_time"].dt.to_pydatetime(),
        levels["level_end_time"].dt.to_pydatetime(),
        strict=True,
    )
    levels["elapsed"] = [
        end - start if priority == "EXPRESS" else count_working_time(start, end, days_off)
        for priority, start, end in spans
    ]
    levels["tat"] = [int(hours) * HOUR for hours in levels["tat_hours"]]
    return levels


def test_most_levels_are_decided_in_time(decided: pd.DataFrame) -> None:
    in_time = decided["elapsed"] <= decided["tat"]
    compliance = in_time.groupby(decided["priority"]).mean()
    assert 0.80 <= compliance["STANDARD"] <= 0.88
    assert 0.70 <= compliance["EXPRESS"] <= 0.92


def test_some_levels_are_decided_on_the_dot_and_some_nearly(decided: pd.DataFrame) -> None:
    left = decided["tat"] - decided["elapsed"]
    standard = decided["priority"] == "STANDARD"
    assert (left[standard] == timedelta()).sum() >= 3
    assert (left[~standard] == timedelta()).sum() >= 3
    assert left.between(timedelta(microseconds=1), HOUR / 6).sum() >= 30
    assert left.between(-HOUR / 6, -timedelta(microseconds=1)).sum() >= 15


def test_late_levels_have_a_reason_sometimes_and_others_never(
    bundle: Bundle, decided: pd.DataFrame
) -> None:
    late = decided["elapsed"] > decided["tat"]
    explained = decided["breach_reason"].notna()
    assert not (explained & ~late).any()
    assert 0.3 < explained[late].mean() < 0.9
    open_levels = bundle["approval_levels"]["level_end_time"].isna()
    assert bundle["approval_levels"]["breach_reason"][open_levels].isna().all()


def test_some_approvers_are_chronically_late(decided: pd.DataFrame) -> None:
    in_time = (decided["elapsed"] <= decided["tat"]).groupby(decided["approver_id"])
    compliance = in_time.mean()[in_time.size() >= 20]
    assert compliance.min() < 0.7
    assert compliance.max() > 0.92


# Rare things


def test_each_rare_thing_occurs(either: tuple[Bundle, datetime]) -> None:
    tables, _ = either
    requests, levels = tables["workflow_requests"], tables["approval_levels"]
    whole = join_requests(tables, "approval_levels")
    rejected_of = set(levels["request_id"][levels["status"] == "REJECTED"])
    closed = requests["status"] == "CLOSED"
    early_rejection = (
        whole["status"].eq("REJECTED")
        & whole["level_number"].eq("1")
        & whole["total_levels"].astype(int).ge(3)
    )
    spectators = tables["participants"].query("participant_type == 'SPECTATOR'")
    authors = set(
        tables["work_notes"][["request_id", "user_id"]].itertuples(index=False, name=None)
    )
    silent = [
        pair
        for pair in spectators[["request_id", "user_id"]].itertuples(index=False, name=None)
        if pair not in authors
    ]
    initiators = requests.merge(tables["users"], left_on="initiator_id", right_on="user_id")
    occurrences = {
        "draft": (requests["is_draft"] == "true").sum(),
        "deleted": (requests["is_deleted"] == "true").sum(),
        "skipped": (levels["status"] == "SKIPPED").sum(),
        "open pause": tables["level_pauses"]["resumed_at"].isna().sum(),
        "closed pause": tables["level_pauses"]["resumed_at"].notna().sum(),
        "rejection at level 1 of 3 or more": early_rejection.sum(),
        "request without department": initiators["department"].isna().sum(),
        "inactive user": (tables["users"]["is_active"] == "false").sum(),
        "silent spectator": len(silent),
        "writing spectator": len(spectators) - len(silent),
        "spectator who left": (spectators["is_active"] == "false").sum(),
        "closed after rejection": requests["request_id"][closed].isin(rejected_of).sum(),
        "closed after approval": (~requests["request_id"][closed].isin(rejected_of)).sum(),
        "deleted note": (tables["work_notes"]["is_deleted"] == "true").sum(),
        "deleted document": (tables["documents"]["is_deleted"] == "true").sum(),
    }
    assert not [name for name, count in occurrences.items() if count == 0]


def test_holidays_reach_two_years_on_and_some_are_special(bundle: Bundle) -> None:
    holidays = bundle["holidays"]
    assert (holidays["is_active"] == "false").any()
    assert (holidays["is_recurring"] == "true").any()
    assert holidays["holiday_date"].max() >= "2027-10-01"
    departments = [json.loads(text) for text in holidays["applies_to_departments"].dropna()]
    locations = [json.loads(text) for text in holidays["applies_to_locations"].dropna()]
    assert departments == [["Finance"]]
    assert sorted(locations) == [["Bengaluru"], ["Chennai"]]
    assert "Finance" in set(bundle["users"]["department"])
    assert {"Bengaluru", "Chennai"} <= set(bundle["users"]["location"])


def test_good_friday_falls_where_the_calendar_has_it(bundle: Bundle) -> None:
    fridays = bundle["holidays"].query("holiday_name == 'Good Friday'")["holiday_date"]
    assert list(fridays) == ["2025-04-18", "2026-04-03", "2027-03-26"]


def test_activities_tell_each_step(bundle: Bundle) -> None:
    counts = bundle["activities"]["activity_type"].value_counts()
    requests, levels = bundle["workflow_requests"], bundle["approval_levels"]
    assert counts["created"] == len(requests)
    assert counts["submitted"] == requests["submission_date"].notna().sum()
    assert counts["assignment"] == levels["level_start_time"].notna().sum()
    assert counts["approval"] == (levels["status"] == "APPROVED").sum()
    assert counts["rejection"] == (levels["status"] == "REJECTED").sum()
    assert counts["comment"] == len(bundle["work_notes"])
    assert counts["document_added"] == len(bundle["documents"])
    assert counts["closed"] == (requests["status"] == "CLOSED").sum()
    assert counts["paused"] == len(bundle["level_pauses"])


# Formats and arguments


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "jsonl.gz"])
def test_every_format_holds_the_same_rows(
    tmp_path: Path, bundle: Bundle, file_format: FileFormat
) -> None:
    simulate_bundle(tmp_path, ends_at=WEEKDAY_NOON, file_format=file_format)
    if file_format == "csv":
        tables = read_bundle(tmp_path, file_format)
        for name, table in bundle.items():
            pd.testing.assert_frame_equal(tables[name], table)
        return
    for name, table in bundle.items():
        read = pd.read_json(tmp_path / f"{name}.{file_format}", lines=True, dtype=False)
        assert list(read) == list(table)
        assert list(read.iloc[:, 0]) == list(table.iloc[:, 0])
        assert (read.isna().to_numpy() == table.isna().to_numpy()).all()


def test_json_lines_hold_real_arrays_objects_and_booleans(tmp_path: Path) -> None:
    simulate_bundle(tmp_path, requests=50, ends_at=WEEKDAY_NOON, file_format="jsonl")
    holidays = [json.loads(line) for line in (tmp_path / "holidays.jsonl").read_text().splitlines()]
    activities = [
        json.loads(line) for line in (tmp_path / "activities.jsonl").read_text().splitlines()
    ]
    assert ["Finance"] in [holiday["applies_to_departments"] for holiday in holidays]
    assert {holiday["is_active"] for holiday in holidays} == {True, False}
    assigned = [row for row in activities if row["activity_type"] == "assignment"]
    assert assigned[0]["metadata"] == {"level_number": 1, "level_name": "Reporting manager"}
    assert assigned[0]["user_id"] is None
    assert assigned[0]["is_system_event"] is True


def test_csv_metadata_is_json_text(bundle: Bundle) -> None:
    documents = [json.loads(text) for text in bundle["activities"]["metadata"].dropna()]
    assert {tuple(document) for document in documents} == {("level_number", "level_name")}


@pytest.mark.parametrize("requests", [1, 4, 30])
def test_small_bundles_are_whole(tmp_path: Path, requests: int) -> None:
    counts = simulate_bundle(tmp_path, requests=requests, ends_at=SUNDAY_NIGHT, days=7)
    tables = read_bundle(tmp_path)
    assert counts["workflow_requests"] == requests
    assert {name: list(table) for name, table in tables.items()} == {
        name: columns.split() for name, columns in COLUMNS.items()
    }


def test_another_time_zone_moves_the_office_hours(tmp_path: Path) -> None:
    ends_at = datetime(2025, 4, 30, 12, tzinfo=UTC)
    simulate_bundle(tmp_path, requests=300, ends_at=ends_at, timezone="America/New_York")
    ended = read_bundle(tmp_path)["approval_levels"]["level_end_time"].dropna()
    local = ended.dt.tz_convert("America/New_York")
    assert local.dt.hour.between(9, 18).mean() > 0.7


def test_progress_reports_every_row(tmp_path: Path) -> None:
    seen: dict[str, int] = {}

    def count_rows(table: str, rows: int) -> None:
        seen[table] = seen.get(table, 0) + rows

    counts = simulate_bundle(tmp_path, requests=200, ends_at=WEEKDAY_NOON, progress=count_rows)
    assert seen == counts


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"requests": 0}, "requests is 0"),
        ({"days": 3}, "days is 3"),
        ({"seed": -1}, "seed is -1"),
        ({"ends_at": WEEKDAY_NOON.replace(tzinfo=None)}, "has no time zone"),
        ({"timezone": "Asia/Nowhere"}, "unknown time zone 'Asia/Nowhere'"),
        ({"file_format": "xlsx"}, "file_format is 'xlsx'"),
    ],
)
def test_wrong_arguments_are_explained(
    tmp_path: Path, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        simulate_bundle(tmp_path, **{"ends_at": WEEKDAY_NOON, **arguments})  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_a_folder_with_another_format_is_refused(tmp_path: Path) -> None:
    simulate_bundle(tmp_path, requests=10, ends_at=WEEKDAY_NOON, file_format="csv")
    before = hash_files(tmp_path)
    with pytest.raises(FileExistsError, match=r"users\.csv is there already"):
        simulate_bundle(tmp_path, requests=10, ends_at=WEEKDAY_NOON, file_format="jsonl")
    assert hash_files(tmp_path) == before
