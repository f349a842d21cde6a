"""Bundles: a folder with one CSV or JSONL file a table, gzipped or not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingestion.contract import TABLES, find_table
from ingestion.sources.files import CsvFile, JsonlFile
from ingestion.sources.limits import BundleError, BundleSize
from ingestion.tables import Table

FORMATS = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz")
FILE_NAME = re.compile(r"(?P<table>.+?)(?P<format>\.(?:csv|jsonl)(?:\.gz)?)", re.IGNORECASE)

BundleFile = CsvFile | JsonlFile


@dataclass(frozen=True)
class Bundle:
    """The files of a folder by table, in load order, and what in it is no table's."""

    directory: Path
    files: dict[str, BundleFile]
    warnings: tuple[str, ...]


def open_bundle(directory: Path) -> Bundle:
    """Find the files of a bundle and read their headers.

    Raises BundleError, with a line per problem, when the folder is missing, holds no table or
    two files for one, or a file can't be read or lacks a required column.
    """
    if not directory.is_dir():
        raise BundleError(f"{directory} is not a folder. Give the folder that holds the files.")
    paths, warnings = sort_entries(sorted(directory.iterdir()))
    if not paths:
        expected = ", ".join(f"{table.name}.csv" for table in TABLES[:3])
        raise BundleError(
            f"{directory} holds no table. Expected files such as {expected}, "
            f"each ending in {' or '.join(FORMATS)}."
        )
    refuse_rivals(paths)
    size = BundleSize()
    files = {
        table.name: open_file(paths[table.name][0], size) for table in TABLES if table.name in paths
    }
    refuse_missing_columns(files)
    return Bundle(directory, files, tuple(warnings))


def sort_entries(entries: Iterable[Path]) -> tuple[dict[str, list[Path]], list[str]]:
    """Split the entries of a folder into the files of each table and warnings for the rest."""
    names = {table.name for table in TABLES}
    paths: dict[str, list[Path]] = {}
    warnings = []
    for entry in entries:
        match = FILE_NAME.fullmatch(entry.name)
        table = match["table"].lower() if match else ""
        if entry.name.startswith("."):
            continue
        if table in names and entry.is_file():
            paths.setdefault(table, []).append(entry)
        else:
            warnings.append(f"{entry.name} is not the file of a table and was left out.")
    return paths, warnings


def refuse_rivals(paths: dict[str, list[Path]]) -> None:
    """Raise BundleError where a table has more than one file."""
    rivals = [
        f"{' and '.join(path.name for path in found)} both hold {table}. Keep one of them."
        for table, found in paths.items()
        if len(found) > 1
    ]
    if rivals:
        raise BundleError("\n".join(rivals))


def open_file(path: Path, bundle_size: BundleSize) -> BundleFile:
    """Return the reader that the name of a file asks for; raises BundleError if it is too large."""
    bundle_size.note(path, path.stat().st_size)
    if ".jsonl" in path.name.lower():
        return JsonlFile(path, bundle_size)
    return CsvFile(path, bundle_size)


def refuse_missing_columns(files: dict[str, BundleFile]) -> None:
    """Raise BundleError where the header of a CSV file lacks a required column.

    JSONL has no header: there a row that lacks one is kept out by itself.
    """
    problems = []
    for name, file in files.items():
        if isinstance(file, CsvFile):
            header = file.read_header()
            missing = list_missing_columns(find_table(name), header)
            if missing:
                problems.append(describe_missing(file.path, header, missing))
    if problems:
        raise BundleError("\n".join(problems))


def list_missing_columns(table: Table, header: list[str]) -> list[str]:
    """Return the required columns of a table that a header lacks."""
    return [
        column.name for column in table.columns if column.is_required and column.name not in header
    ]


def describe_missing(path: Path, header: list[str], missing: list[str]) -> str:
    """Say which columns a file lacks, and why when its separator is not a comma."""
    hint = ""
    for separator, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and separator in header[0]:
            hint = f" It is separated by {word}; save it with commas."
    columns = "column" if len(missing) == 1 else "columns"
    return f"{path.name} lacks the required {columns} {', '.join(missing)}.{hint}"
