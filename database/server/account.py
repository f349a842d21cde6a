"""As whom PostgreSQL runs. It refuses to be root, so root lends it another face."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from database.server.errors import ServerError

# In a user namespace PostgreSQL sees user 1000 while its files stay root's.
NAMESPACE = ("unshare", "-U", "--map-user=1000", "--map-group=1000")
HARMLESS_USER = "nobody"


@dataclass(frozen=True)
class Account:
    """How to start PostgreSQL's programs, and who must own their files."""

    prefix: tuple[str, ...]
    uid: int
    gid: int

    def give(self, path: Path) -> None:
        """Make this account the owner of `path` and all below it, if it is not yet."""
        owner = path.stat()
        if (owner.st_uid, owner.st_gid) == (self.uid, self.gid) or os.geteuid() != 0:
            return
        for folder, _, names in os.walk(path):
            for name in (".", *names):
                os.chown(Path(folder, name), self.uid, self.gid, follow_symlinks=False)


def choose_account(postgres: str) -> Account:
    """Return the account to run the program `postgres` under: the caller's unless that is root.

    Raises ServerError when root has neither user namespaces nor a `setpriv` that works.
    """
    if os.geteuid() != 0:
        return Account((), os.geteuid(), os.getegid())
    for account in (borrow_namespace(), borrow_nobody()):
        if account is not None and can_run(account, [postgres, "--version"]):
            return account
    raise ServerError(
        "PostgreSQL refuses to run as root, and neither `unshare` (user namespaces) nor "
        f"`setpriv` to {HARMLESS_USER} can run {postgres} here. Run as another user, put the "
        "installation where every user may read it, or set TAT_DATABASE_URL."
    )


def borrow_namespace() -> Account | None:
    """Root mapped to an ordinary user in a namespace of its own."""
    return Account(NAMESPACE, 0, 0) if shutil.which(NAMESPACE[0]) else None


def borrow_nobody() -> Account | None:
    """The user nobody, by setpriv."""
    try:
        user = pwd.getpwnam(HARMLESS_USER)
    except KeyError:
        return None
    ids = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}")
    prefix = ("setpriv", *ids, "--clear-groups")
    return Account(prefix, user.pw_uid, user.pw_gid) if shutil.which("setpriv") else None


def can_run(account: Account, command: list[str]) -> bool:
    """Whether `command` succeeds under the account."""
    answer = subprocess.run([*account.prefix, *command], capture_output=True)
    return answer.returncode == 0


def check_access(account: Account, directory: Path) -> None:
    """Raise ServerError when the account can't write to `directory`."""
    if not can_run(account, ["test", "-w", str(directory)]):
        raise ServerError(
            f"PostgreSQL can't write to {directory} as the user it runs under. "
            "Set TAT_HOME to a directory that every user may enter, or run as another user."
        )
