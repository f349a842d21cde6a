"""The files of a converted bundle."""

import csv
import gzip
from pathlib import Path

Row = dict[str, str]


def read_table(folder: Path, table: str) -> list[Row]:
    """The rows of one file of a bundle."""
    with gzip.open(folder / f"{table}.csv.gz", "rt", newline="") as lines:
        return list(csv.DictReader(lines))
