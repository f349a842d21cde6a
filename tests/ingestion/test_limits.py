"""What is too large is refused while it is read, by file and line, and nothing is written."""

import gzip
import json
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.load import BundleError, load_bundle
from ingestion.sources.bundle import open_bundle
from ingestion.sources.files import CsvFile
from tests.ingestion.bundles import build_rows, build_user, write_bundle, write_csv
from tests.ingestion.conftest import read_one

HEADER = b"user_id,email,display_name\n"
MEGABYTE = b"a" * 999_999 + b"\n"
TOO_LONG = "the row is longer than 16,000,000 characters"


def write_gzip(directory: Path, name: str, start: bytes, part: bytes, parts: int) -> Path:
    """A bundle of one gzipped file, which unpacks to far more than it is."""
    with gzip.open(directory / name, "wb", 1) as file:
        file.write(start)
        for _ in range(parts):
            file.write(part)
    return directory


def refuse(ingest: psycopg.Connection, directory: Path) -> str:
    """What is said of a bundle that is refused, nothing of it being written."""
    with pytest.raises(BundleError) as caught:
        load_bundle(ingest, directory)
    for table in ("workflow.users", "tat.quarantine", "tat.load_batch"):
        assert read_one(ingest, f"select count(*) from {table}") == 0  # noqa: S608
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "start", "part", "line"),
    [
        ("users.jsonl.gz", b'{}\n{"email": "', MEGABYTE[:-1], "2"),
        ("users.csv.gz", HEADER + b"1,", MEGABYTE[:-1], "2"),
        ("users.csv.gz", HEADER + b'1,x,y\n2,"', MEGABYTE, "18"),
        ("users.csv.gz", HEADER + b"1,x,y\n2", b',"' + MEGABYTE + b'"', "18"),
        ("users.csv.gz", b"", MEGABYTE[:-1], "1"),
    ],
)
def test_a_row_without_an_end_is_refused_by_its_line(
    ingest: psycopg.Connection, tmp_path: Path, name: str, start: bytes, part: bytes, line: str
) -> None:
    message = refuse(ingest, write_gzip(tmp_path, name, start, part, 40))
    assert message.startswith(f"{name}, line {line}: {TOO_LONG}")
    assert "Shorten it" in message


def test_a_row_may_hold_a_long_text(ingest: psycopg.Connection, tmp_path: Path) -> None:
    rows = build_rows()
    # Of NULs nothing is longer in quarantine; of other text nothing is longer in a table.
    rows["work_notes"][0]["message"] = "ä\n" * 7_900_000
    rows["documents"][0]["file_name"] = "\x00" * 15_000_000
    report = load_bundle(ingest, write_bundle(tmp_path, rows))
    assert (report.quarantined, report.waiting) == (1, 0)
    assert read_one(ingest, "select length(message) from work_notes") == 15_800_000


@pytest.mark.parametrize(
    ("name", "start", "part"),
    [("users.jsonl.gz", b"", b"\n" * 1_000_000), ("users.csv.gz", HEADER, b"\n" * 1_000_000)],
)
def test_a_file_that_unpacks_to_far_more_than_it_is_is_refused(
    ingest: psycopg.Connection, tmp_path: Path, name: str, start: bytes, part: bytes
) -> None:
    with gzip.open(tmp_path / name, "wb") as file:
        file.write(start + part * 40)
    message = refuse(ingest, tmp_path)
    assert message.startswith(f"{name}, line 1")
    assert "the file unpacks to more than 250 times its size" in message
    assert "give it unpacked" in message


@pytest.mark.parametrize("file_format", ["csv", "csv.gz", "jsonl.gz"])
def test_a_file_and_a_bundle_have_a_size(
    ingest: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    file_format: str,
) -> None:
    users = [build_user(f"user {number}") for number in range(100)]
    write_bundle(tmp_path, build_rows() | {"users": users}, file_format)
    # A file that is not packed is refused before it is read.
    where = "" if file_format == "csv" else ", reached in line 10[01]"
    monkeypatch.setattr("ingestion.sources.limits.BUNDLE_BYTES", 12_000)
    with pytest.raises(BundleError, match=r"bundle holds more than 1.2e-05 GB with .*, the most"):
        load_bundle(ingest, tmp_path)
    monkeypatch.setattr("ingestion.sources.limits.FILE_BYTES", 9_000)
    with pytest.raises(BundleError, match=rf"users\.{file_format} holds .* GB{where}, the most"):
        load_bundle(ingest, tmp_path)
    assert read_one(ingest, "select count(*) from users") == 0


def test_a_bundle_counts_each_file_once_however_often_it_is_read(tmp_path: Path) -> None:
    bundle = open_bundle(write_bundle(tmp_path, build_rows(), "csv.gz"))
    for _ in range(2):
        for file in bundle.files.values():
            assert list(file.read())
    (size,) = {id(file.bundle_size): file.bundle_size for file in bundle.files.values()}.values()
    assert sum(size.files.values()) == sum(
        len(gzip.decompress(path.read_bytes())) for path in tmp_path.iterdir()
    )


def test_rows_that_name_too_many_columns_are_refused(
    ingest: psycopg.Connection, tmp_path: Path
) -> None:
    lines = [json.dumps({f"column {row} {place}": 1 for place in range(9)}) for row in range(200)]
    (tmp_path / "users.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert refuse(ingest, tmp_path).startswith(
        "users.jsonl, line 200: the rows up to here name 1,800 columns; at most 1,000 may be."
    )
    (tmp_path / "users.jsonl").rename(tmp_path / "users.csv")
    (tmp_path / "users.csv").write_text(",".join(f"c{place}" for place in range(1_001)) + "\n")
    assert "line 1: the rows up to here name 1,001 columns" in refuse(ingest, tmp_path)


TEXTS = st.text(st.sampled_from('ab",\n\rä'), max_size=12)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=12), most=st.integers(60, 90))
def test_chunks_by_size_read_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], most: int
) -> None:
    path = tmp_path_factory.mktemp("chunks") / "users.csv"
    users = [build_user(str(place), display_name=text) for place, text in enumerate(texts)]
    columns = ("user_id", "display_name")
    path.write_text(
        write_csv([{name: user[name] for name in columns} for user in users]),
        encoding="utf-8",
        newline="",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingestion.sources.files.CHUNK_CHARACTERS", most)
        chunks = list(CsvFile(path).read())
    assert [text for chunk in chunks for text in chunk.columns["display_name"]] == texts
    assert [number for chunk in chunks for number in chunk.row_numbers] == [
        *range(2, len(texts) + 2)
    ]
    assert all(len(chunk.row_numbers) <= most // 38 + 1 for chunk in chunks)
