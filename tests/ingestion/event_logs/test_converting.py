"""Event logs: activities become levels by rules, whatever the file holds, and nothing silently."""

import csv
import gzip
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from database.connect import Database, connect
from database.statements import Row, fetch
from ingestion.event_logs.converting import Conversion, convert_log
from ingestion.load import load_bundle
from ingestion.mapping.errors import MappingError
from ingestion.sources.limits import BundleError
from tests.ingestion.event_logs.files import read_table
from tests.ingestion.mapping.conftest import EXAMPLES

EXAMPLE = EXAMPLES / "event-log"
MAPPING = EXAMPLE / "mapping.yaml"
LOG = EXAMPLE / "log.xes"
LEVELS = """
select
    levels.level_id, requests.request_number, requests.priority,
    requests.status as request_status, levels.level_number, levels.level_name,
    users.display_name, users.department, levels.status, levels.tat_hours,
    levels.level_start_time, levels.level_end_time,
    (select sum(resumed_at - paused_at) from workflow.level_pauses as pauses
     where pauses.level_id = levels.level_id) as paused
from workflow.approval_levels as levels
inner join workflow.workflow_requests as requests using (request_id)
inner join workflow.users on levels.approver_id = users.user_id
order by requests.request_number, levels.level_number
"""


def convert(log: Path, folder: Path, mapping: Path = MAPPING) -> Conversion:
    """Convert a log into a bundle in a folder of its own."""
    return convert_log(log, mapping, folder / "bundle")


def load_levels(database: Database, bundle: Path) -> list[Row]:
    """Load a bundle, of which no row may be kept out; return its levels."""
    with connect(database, "tat_ingest", autocommit=True) as connection:
        report = load_bundle(connection, bundle)
        assert sum(table.quarantined + table.waiting for table in report.tables) == 0
    with connect(database, "tat_owner") as owner:
        return fetch(owner, LEVELS)


def test_activities_become_levels_with_their_pauses(database: Database, tmp_path: Path) -> None:
    conversion = convert(LOG, tmp_path)
    levels = load_levels(database, tmp_path / "bundle")
    told = [
        (row["request_number"], row["level_name"], row["status"], row["display_name"])
        for row in levels
    ]
    assert told == [
        ("A-1", "Check", "APPROVED", "Ben Iyer"),
        ("A-1", "Decision", "APPROVED", "Chitra Nair"),
        ("A-2", "Check", "APPROVED", "Ben Iyer"),
        ("A-2", "Decision", "REJECTED", "Chitra Nair"),
        ("A-3", "Check", "SKIPPED", "Ben Iyer"),
        ("A-3", "Decision", "IN_PROGRESS", "Chitra Nair"),
    ]
    check = levels[2]
    assert check["level_start_time"] == datetime.fromisoformat("2026-03-02T15:00:00+05:30")
    assert check["level_end_time"] == datetime.fromisoformat("2026-03-04T18:00:00+05:30")
    assert str(check["paused"]) == "1 day, 18:00:00"
    assert check["department"] == "Finance"
    assert levels[0]["priority"] == "EXPRESS"
    assert {row["request_status"] for row in levels} == {"APPROVED", "REJECTED", "IN_PROGRESS"}
    assert conversion.unmatched == {"Remind+complete": 1, "Draft+complete": 1}


def test_a_case_that_was_not_submitted_is_a_draft(tmp_path: Path) -> None:
    convert(LOG, tmp_path)
    requests = read_table(tmp_path / "bundle", "workflow_requests")
    drafts = [row["request_number"] for row in requests if row["status"] == "DRAFT"]
    assert drafts == ["A-4"]


def test_a_log_that_has_grown_keeps_its_keys(database: Database, tmp_path: Path) -> None:
    whole = LOG.read_text()
    cut = whole.index("<event>", whole.index('value="resume"') - 200)
    end = whole.index("</trace>", cut)
    earlier = tmp_path / "log.xes"
    earlier.write_text(whole[:cut] + whole[end:])
    convert(earlier, tmp_path / "before")
    before = load_levels(database, tmp_path / "before" / "bundle")
    assert [row["status"] for row in before[2:4]] == ["IN_PROGRESS", "SKIPPED"]
    convert(LOG, tmp_path / "after")
    after = load_levels(database, tmp_path / "after" / "bundle")
    assert len(after) == len(before) + 1
    assert {row["level_id"] for row in before} < {row["level_id"] for row in after}


def write_csv(path: Path, *, separator: str = ",", written: str = "iso") -> Path:
    """The example's log as CSV, as spreadsheets and process-mining tools export it."""
    import xml.etree.ElementTree as ElementTree

    space = "{http://www.xes-standard.org/}"
    rows = []
    for trace in ElementTree.parse(LOG).getroot().iter(f"{space}trace"):
        of_case = {f"case:{item.get('key')}": item.get("value", "") for item in trace}
        of_case.pop("case:None", None)
        for event in trace.iter(f"{space}event"):
            rows.append(of_case | {item.get("key", ""): item.get("value", "") for item in event})
    for row in rows:
        if written == "local":
            at = datetime.fromisoformat(row["time:timestamp"])
            row["time:timestamp"] = at.strftime("%d.%m.%Y %H:%M:%S")
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, delimiter=separator)
        writer.writeheader()
        # Tools sort by time as often as by case.
        writer.writerows(sorted(rows, key=lambda row: str(row["time:timestamp"])))
    return path


def read_bundle(folder: Path) -> dict[str, list[dict[str, str]]]:
    """All rows of a bundle, by table, in no order."""
    return {
        path.name: sorted(read_table(folder, path.name.split(".")[0]), key=str)
        for path in folder.iterdir()
    }


def test_a_log_of_csv_gives_what_the_log_of_xes_gives(tmp_path: Path) -> None:
    convert(LOG, tmp_path / "xes")
    convert(write_csv(tmp_path / "log.csv"), tmp_path / "csv")
    assert read_bundle(tmp_path / "csv" / "bundle") == read_bundle(tmp_path / "xes" / "bundle")


def test_a_packed_log_gives_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "log.xes.gz"
    packed.write_bytes(gzip.compress(LOG.read_bytes()))
    convert(LOG, tmp_path / "plain")
    convert(packed, tmp_path / "packed")
    assert read_bundle(tmp_path / "packed" / "bundle") == read_bundle(tmp_path / "plain" / "bundle")


def change_mapping(folder: Path, lines: str) -> Path:
    """The example's mapping with more lines under event_log."""
    path = folder / "mapping.yaml"
    path.write_text(MAPPING.read_text().replace("event_log:\n", f"event_log:\n{lines}"))
    return path


def test_times_of_another_form_are_read_as_the_mapping_says(tmp_path: Path) -> None:
    lines = '  time_format: "%d.%m.%Y %H:%M:%S"\n  time_zone: Asia/Kolkata\n  separator: ";"\n'
    log = write_csv(tmp_path / "log.csv", separator=";", written="local")
    convert(LOG, tmp_path / "xes")
    convert(log, tmp_path / "csv", change_mapping(tmp_path, lines))
    assert read_bundle(tmp_path / "csv" / "bundle") == read_bundle(tmp_path / "xes" / "bundle")


def test_events_that_lack_something_are_left_out_and_told(tmp_path: Path) -> None:
    text = LOG.read_text()
    text = text.replace('value="2026-03-02T09:30:00.000+05:30"', 'value="2026-03-02T09:30:00"')
    log = tmp_path / "log.xes"
    log.write_text(text)
    conversion = convert(log, tmp_path)
    assert conversion.events == 16
    assert conversion.left_out == {
        "events with a time that can't be read, or has no offset: set time_format or time_zone; "
        "the first is of the case A-1": 1
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<log><trace>", "is not sound XML: no element found"),
        ("not XML", "is not sound XML: syntax error"),
        ("<log></log>", "holds no event that can be used."),
        (
            '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><log>&b;</log>',
            "is refused: it declares a document type, as no event log does",
        ),
        (
            '<!DOCTYPE log SYSTEM "file:///etc/hostname"><log/>',
            "is refused: it declares a document type",
        ),
        ("<log>" * 200, "is refused: it nests more than 100 deep"),
        (f'<log><string key="k" value="{"x" * 20_000_000}"/></log>', "is refused: no element ends"),
    ],
    ids=["cut", "text", "empty", "entities", "external", "deep", "long"],
)
def test_what_is_no_log_is_refused_and_leaves_nothing(
    tmp_path: Path, text: str, message: str
) -> None:
    log = tmp_path / "log.xes"
    log.write_text(text)
    with pytest.raises(BundleError) as raised:
        convert(log, tmp_path)
    assert str(raised.value).startswith(f"log.xes {message}")
    assert list(tmp_path.iterdir()) == [log]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("log.csv", b"case,activity\n1,a\n", "has no column case:concept:name, concept:name"),
        ("log.xes.gz", gzip.compress(b"<log/>", mtime=0)[:-4], "is not a whole gzip file"),
        ("log.txt", b"", "is no event log: its name ends in .xes, .csv"),
    ],
)
def test_what_can_not_be_read_is_told(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    log = tmp_path / name
    log.write_bytes(content)
    with pytest.raises(BundleError, match=message):
        convert(log, tmp_path)


def test_a_log_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "log.xes.gz"
    log.write_bytes(gzip.compress(b"<log>" + b" " * 60_000_000))
    with pytest.raises(BundleError, match="unpacks to more than 250"):
        convert(log, tmp_path)


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "users.csv").write_text("mine")
    with pytest.raises(BundleError, match="is there already"):
        convert(LOG, tmp_path)
    assert (tmp_path / "bundle" / "users.csv").read_text() == "mine"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tat_hours: 8", "tat_hours: 0", "levels.0.tat_hours: Input should be greater than 0"),
        ("status: APPROVED", "status: DONE", "requests.statuses.1.status: Input should be 'DRAFT'"),
        ("started: Check+start", "begun: Check+start", "levels.0.begun: is no word of a mapping"),
        ("    approved: Approve+complete\n    rejected: Refuse+complete\n", "", "Decision: say wh"),
    ],
)
def test_a_fault_of_the_rules_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "rules.yaml"
    text = MAPPING.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(MappingError) as raised:
        convert(LOG, tmp_path, path)
    assert str(raised.value).startswith("rules.yaml: ")
    assert message in str(raised.value)


MEASURE = """
import resource, sys
from pathlib import Path
from ingestion.event_logs.converting import convert_log
log, mapping, folder = map(Path, sys.argv[1:])
conversion = convert_log(log, mapping, folder)
print(conversion.events, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
def test_a_large_log_takes_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    taken = {}
    for cases in (400, 8_000):
        log = tmp_path / f"{cases}.xes"
        write_large_log(log, cases)
        folder = tmp_path / f"bundle-{cases}"
        command = [sys.executable, "-c", MEASURE, str(log), str(MAPPING), str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        events, megabytes = map(int, done.stdout.split())
        assert events == 5 * cases
        taken[cases] = megabytes
    assert taken[8_000] < taken[400] + 25


def write_large_log(path: Path, cases: int) -> None:
    """The first case of the example, again and again."""
    text = LOG.read_text()
    begin, end = text.index("  <trace>"), text.index("</trace>") + len("</trace>\n")
    with path.open("w", encoding="utf-8") as file:
        file.write(text[:begin])
        file.writelines(text[begin:end].replace("A-1", f"B-{case}") for case in range(cases))
        file.write("</log>")
