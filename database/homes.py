"""What the home of the embedded server keeps: the database in use, the passwords of its logins."""

import re
from pathlib import Path

from database.roles import DatabaseError
from database.server.files import ServerFiles, read_text, write_file
from database.settings import Settings

RECORD = "database"
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
RESERVED = {"postgres", "template0", "template1"}


def database_name_for(path_or_name: str | Path) -> str:
    """Derive a database name (lowercase letters, digits, underscore) from a folder or a name.

    "data/BPIC 2020" gives "bpic_2020". Raises DatabaseError when nothing usable is left.
    """
    base = Path(path_or_name).name.lower()
    name = re.sub(r"[^a-z0-9]+", "_", base).strip("_")
    if not name:
        raise DatabaseError(f"No database name can be made of {str(path_or_name)!r}.")
    if not name[0].isalpha() or name in RESERVED:
        name = f"tat_{name}"
    return name[:63].rstrip("_")


def check_name(name: str) -> str:
    """Return the name, or raise DatabaseError when it is none of ours."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise DatabaseError(
            f"{name!r} can't name a database here: use lowercase letters, digits and "
            "underscores, with a letter first."
        )
    return name


def read_remembered(settings: Settings) -> str | None:
    """The embedded database that `open_database` opens if not told otherwise; None at first."""
    return read_text(settings.home / RECORD)


def remember_database(settings: Settings, name: str) -> None:
    """Make `name` the embedded database that `open_database` opens from now on."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_file(settings.home / RECORD, check_name(name))


def server_files(home: Path) -> ServerFiles:
    """Where the embedded server of this home keeps its files."""
    return ServerFiles(home.resolve() / "postgres")


def read_password(home: Path, login: str) -> str:
    """The password of one of the embedded server's logins."""
    password = read_text(server_files(home).secret(login))
    if password is None:
        raise DatabaseError(f"The login {login} is not set up yet; run `tat migrate`.")
    return password
