"""Opening and reading bundles: what is a bundle, and what is said of what is not."""

import gzip
from pathlib import Path

import psycopg
import pytest

from ingestion.load import BundleError, load_bundle
from ingestion.sources.bundle import open_bundle
from tests.ingestion.bundles import build_rows, build_user, write_bundle, write_csv
from tests.ingestion.conftest import Load

USERS = write_csv([build_user("ada"), build_user("ben")])


def write_users(directory: Path, data: bytes, name: str = "users.csv") -> Path:
    """A bundle of one file."""
    (directory / name).write_bytes(data)
    return directory


def read_all(directory: Path) -> list[list[str]]:
    """The e-mail addresses of every chunk."""
    return [chunk.columns["email"] for chunk in open_bundle(directory).files["users"].read()]


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="nowhere is not a folder"):
        open_bundle(tmp_path / "nowhere")


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    with pytest.raises(BundleError, match=r"holds no table. Expected files such as users\.csv"):
        open_bundle(tmp_path)


def test_two_files_for_one_table_are_refused(tmp_path: Path) -> None:
    write_users(tmp_path, b"", "users.csv")
    write_users(tmp_path, b"", "users.jsonl.gz")
    with pytest.raises(BundleError, match=r"users\.csv and users\.jsonl\.gz both hold users"):
        open_bundle(tmp_path)


def test_other_files_are_named_and_left_out(tmp_path: Path) -> None:
    write_bundle(tmp_path, build_rows())
    (tmp_path / "README.md").write_text("about", encoding="utf-8")
    (tmp_path / "user.csv").write_text("a,b", encoding="utf-8")
    (tmp_path / ".DS_Store").write_bytes(b"\x00")
    assert open_bundle(tmp_path).warnings == (
        "README.md is not the file of a table and was left out.",
        "user.csv is not the file of a table and was left out.",
    )


def test_every_missing_required_column_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("user_id,display_name\n", encoding="utf-8")
    (tmp_path / "holidays.csv").write_text("holiday_date\n", encoding="utf-8")
    with pytest.raises(BundleError) as caught:
        open_bundle(tmp_path)
    assert str(caught.value).splitlines() == [
        "users.csv lacks the required column email.",
        "holidays.csv lacks the required columns holiday_id, holiday_name.",
    ]


def test_nothing_is_written_when_a_later_file_is_unsound(
    ingest: psycopg.Connection, tmp_path: Path
) -> None:
    write_bundle(tmp_path, build_rows(), "csv.gz")
    broken = tmp_path / "level_pauses.csv.gz"
    broken.write_bytes(broken.read_bytes()[:-12])
    with pytest.raises(BundleError, match=r"level_pauses\.csv\.gz is not a whole gzip file"):
        load_bundle(ingest, tmp_path)
    counts = "select (select count(*) from users), (select count(*) from tat.load_batch)"
    assert ingest.execute(counts).fetchone() == (0, 0)


def test_a_wrong_separator_is_named(tmp_path: Path) -> None:
    write_users(tmp_path, b"user_id;email;display_name\n")
    with pytest.raises(BundleError, match="separated by semicolons; save it with commas"):
        open_bundle(tmp_path)


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_csv_file_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BundleError, match=r"users\.csv is empty"):
        open_bundle(write_users(tmp_path, data))


def test_a_column_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="names a column twice: email"):
        open_bundle(write_users(tmp_path, b"user_id,email,display_name,EMAIL\n"))


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    text = USERS.replace("Ada", "Adä")
    write_users(tmp_path, text.encode(encoding))
    with pytest.raises(BundleError, match=r"is not UTF-8 text\. Save it again"):
        read_all(tmp_path)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("users.csv.gz", gzip.compress(USERS.encode(), mtime=0)[:60]),
        ("users.csv.gz", b""),
        ("users.jsonl.gz", b""),
        ("users.csv.gz", USERS.encode()),
    ],
)
def test_a_broken_gzip_file_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    write_users(tmp_path, data, name)
    with pytest.raises(BundleError, match="is not a whole gzip file"):
        read_all(tmp_path)


@pytest.mark.parametrize("field", ['"never closed', '"closed" early'])
def test_unbalanced_quotes_are_refused_with_their_line(tmp_path: Path, field: str) -> None:
    write_users(tmp_path, f"{USERS}{field},b,c\n".encode())
    with pytest.raises(BundleError, match=r"is not sound CSV: .* about line 4"):
        read_all(tmp_path)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path, end: str) -> None:
    text = end.join(USERS.splitlines())
    write_users(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert read_all(tmp_path) == [["ada@example.com", "ben@example.com"]]


def test_quoted_and_bare_rows_read_as_the_csv_module_reads_them(tmp_path: Path) -> None:
    text = 'user_id,email,display_name\n1,a,b\n\n"2","x, ""y""\nz",c\n3,,"d"\n4,"",e\n'
    write_users(tmp_path, text.encode())
    (chunk,) = open_bundle(tmp_path).files["users"].read()
    assert dict(chunk.columns) == {
        "user_id": ["1", "2", "3", "4"],
        "email": ["a", 'x, "y"\nz', "", ""],
        "display_name": ["b", "c", "d", "e"],
    }
    assert chunk.row_numbers == [2, 4, 5, 6]


def test_what_spreadsheets_leave_at_the_edges_is_left_out(
    ingest: psycopg.Connection, tmp_path: Path
) -> None:
    lines = [f"{line},," for line in USERS.splitlines()]
    write_users(tmp_path, "\n".join([*lines, ",,,,", ","]).encode())
    report = load_bundle(ingest, tmp_path)
    (table,) = report.tables
    assert (table.read, table.inserted, table.quarantined) == (2, 2, 0)
    width = len(USERS.splitlines()[0].split(","))
    assert table.unknown_columns == (f"(column {width + 1})", f"(column {width + 2})")


def test_column_names_match_in_any_case_and_with_spaces(load: Load, tmp_path: Path) -> None:
    text = USERS.replace("email,display_name", " Email ,DISPLAY_NAME")
    write_users(tmp_path, text.encode())
    assert read_all(tmp_path) == [["ada@example.com", "ben@example.com"]]


def test_a_header_alone_is_an_empty_table(ingest: psycopg.Connection, tmp_path: Path) -> None:
    write_users(tmp_path, (USERS.splitlines()[0] + "\n").encode())
    report = load_bundle(ingest, tmp_path)
    assert [(table.table, table.read) for table in report.tables] == [("users", 0)]


@pytest.mark.slow
def test_a_file_that_changes_while_it_is_read_stops_the_load(
    ingest: psycopg.Connection, tmp_path: Path
) -> None:
    write_users(tmp_path, (USERS + USERS.split("\n", 1)[1]).encode())

    def cut_file(stage: str, *_: object) -> None:
        if stage == "merging":
            write_users(tmp_path, USERS.splitlines(keepends=True)[0].encode())

    with pytest.raises(BundleError, match="changed while they were read"):
        load_bundle(ingest, tmp_path, progress=cut_file)
    assert ingest.execute("select count(*) from users").fetchone() == (0,)
