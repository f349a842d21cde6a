"""How much a row, a file and a bundle may hold. What holds more is refused while it is read."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

# A rejected row is kept as jsonb, whose strings have up to 256 MB: escapes and UTF-8 take up to
# four bytes a character.
ROW_CHARACTERS = 16_000_000
# Of a chunk, beside its number of rows: it bounds the memory where rows are long.
CHUNK_CHARACTERS = 16_000_000
# Of levels some 27 million rows.
FILE_BYTES = 10_000_000_000
BUNDLE_BYTES = 40_000_000_000
# The contract's tables have up to 24. All rows of a chunk get each column that one of them names.
COLUMNS = 1_000
# Keys and times keep real tables near 5 times; gzip's most is about 1,030.
PACKED_TIMES = 250
PACKED_FROM_BYTES = 10_000_000


class BundleError(Exception):
    """A bundle can't be read. Nothing was written; the message says what to mend."""


@dataclass
class BundleSize:
    """The bytes of the files of a bundle: as stored, and unpacked as far as they were read."""

    files: dict[Path, int] = field(default_factory=dict)

    def note(self, path: Path, size: int, where: str = "") -> None:
        """Note what a file holds at least; raises BundleError past the limits."""
        self.files[path] = max(size, self.files.get(path, 0))
        advice = "Split its rows over several bundles and load them one after the other."
        if size > FILE_BYTES:
            raise BundleError(
                f"{path.name} holds more than {write_gigabytes(FILE_BYTES)}{where}, the most that "
                f"a file may. {advice}"
            )
        if sum(self.files.values()) > BUNDLE_BYTES:
            raise BundleError(
                f"The bundle holds more than {write_gigabytes(BUNDLE_BYTES)} with {path.name}"
                f"{where}, the most that it may. {advice}"
            )


def write_gigabytes(size: int) -> str:
    """Write a number of bytes in GB."""
    return f"{size / 1_000_000_000:,g} GB"


def refuse_long_row(path: Path, line: int) -> NoReturn:
    """Raise BundleError for a row that is longer than any may be, by the line that it reaches."""
    raise BundleError(
        f"{path.name}, line {line:,}: the row is longer than {ROW_CHARACTERS:,} characters, the "
        "most that a row may have. Shorten it, or mend the quotes and line ends before it."
    )


def refuse_bomb(path: Path, stored: int, unpacked: int, line: int) -> None:
    """Raise BundleError where a file unpacks to far more than tables do."""
    if unpacked > PACKED_FROM_BYTES and unpacked > PACKED_TIMES * stored:
        raise BundleError(
            f"{path.name}, line {line:,}: the file unpacks to more than {PACKED_TIMES} times its "
            "size, which no export does. If its rows are real, give it unpacked."
        )


def refuse_many_columns(path: Path, columns: int, line: int) -> None:
    """Raise BundleError where rows name more columns than any table has."""
    if columns > COLUMNS:
        raise BundleError(
            f"{path.name}, line {line:,}: the rows up to here name {columns:,} columns; at most "
            f"{COLUMNS:,} may be. Give each value its column of the source contract."
        )
