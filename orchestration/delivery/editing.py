"""Change channels, what people want of them, and who stands in for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import psycopg

from database.statements import Row, fetch
from ingestion.following.owner import refuse_followed
from orchestration.delivery import load
from orchestration.delivery.urls import REFERENCE
from orchestration.engine.calendars.editing import RuleError

KINDS = ("in_app", "folder", "smtp", "webhook", "apprise")
WITHOUT_URL = ("in_app", "folder")
# Nobody is woken by what waits in a list or a folder.
SILENT = WITHOUT_URL
SUMMARY_ABOVE = 5


def set_channel(connection: psycopg.Connection, name: str, changes: Mapping[str, Any]) -> None:
    """Change a channel or add one; what is not in `changes` stays. Raises RuleError.

    A channel of another kind than before begins with the defaults of its kind.
    """
    found = fetch(connection, load("read_channel"), {"channel": name})
    kind = changes.get("kind") or (found[0]["kind"] if found else None)
    if kind is None:
        raise RuleError(f"There is no channel {name!r} yet: say its --kind ({', '.join(KINDS)}).")
    kept = found[0] if found and found[0]["kind"] == kind else list_defaults(name, kind)
    channel = kept | {field: value for field, value in changes.items() if value is not None}
    check_channel(channel)
    try:
        connection.execute(load("set_channel"), channel)
    except psycopg.errors.CheckViolation as error:
        raise RuleError(f"This channel can't be: {error.diag.constraint_name}.") from error


def list_defaults(name: str, kind: str) -> Row:
    """What a new channel of a kind is like."""
    return {
        "channel_name": name,
        "kind": kind,
        "url": None,
        "is_active": True,
        "keeps_quiet_hours": kind not in SILENT,
        "digest": "none",
        "summary_above": None if kind == "in_app" else SUMMARY_ABOVE,
        "messages_per_minute": 600,
        "attempts": 8,
        "is_private_allowed": False,
        "language": "en",
        "operators": None,
    }


def check_channel(channel: Mapping[str, Any]) -> None:
    """Raise RuleError for an unknown kind, and an address that is missing or tells a secret."""
    kind, url = channel["kind"], channel["url"]
    if kind not in KINDS:
        raise RuleError(f"{kind!r} is not one of {', '.join(KINDS)}.")
    if kind in WITHOUT_URL:
        if url is not None:
            raise RuleError(f"A channel of the kind {kind} has no --url.")
        return
    if url is None:
        raise RuleError(f"A channel of the kind {kind} needs a --url.")
    if secret_is_written_out(kind, url):
        raise RuleError(
            "Keep the secret out of the address: put it into the environment or .env, such as "
            "MAIL_PASSWORD, and write ${MAIL_PASSWORD} in its place."
        )


def secret_is_written_out(kind: str, url: str) -> bool:
    """Whether an address holds what should come from the environment."""
    if kind == "apprise":
        return REFERENCE.search(url) is None
    if kind == "webhook":
        secret: str | None = parse_qs(urlsplit(url).query).get("secret", [None])[0]
    else:
        secret = urlsplit(url).password
    return secret is not None and REFERENCE.fullmatch(secret) is None


def find_person(connection: psycopg.Connection, person: str) -> Row:
    """Whom an e-mail address or a key means. Raises RuleError for nobody and for several."""
    found = fetch(connection, load("find_people"), {"person": person})
    if not found:
        raise RuleError(f"Nobody has the e-mail address or key {person!r}.")
    if len(found) > 1:
        keys = ", ".join(str(row["user_id"]) for row in found)
        raise RuleError(f"Several people have the address {person!r}; name one by key: {keys}.")
    return found[0]


def set_person(
    connection: psycopg.Connection,
    person: str,
    channel: str,
    *,
    address: str | None,
    is_wanted: bool,
) -> None:
    """Give a person an address of their own on a channel, or none of it. Raises RuleError."""
    parameters = {
        "user_id": find_person(connection, person)["user_id"],
        "channel": channel,
        "address": address,
        "is_wanted": is_wanted,
    }
    try:
        connection.execute(load("set_person"), parameters)
    except psycopg.errors.ForeignKeyViolation as error:
        raise RuleError(f"There is no channel {channel!r}; see `tat channel list`.") from error


def add_delegation(
    connection: psycopg.Connection,
    person: str,
    delegate: str,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    reason: str | None,
) -> UUID:
    """Let `delegate` stand in for `person`; return the delegation's key.

    Raises RuleError, FollowedTableError.
    """
    refuse_followed(connection, "delegations")
    person_id, delegate_id = (
        find_person(connection, name)["user_id"] for name in (person, delegate)
    )
    if person_id == delegate_id:
        raise RuleError("A delegate is somebody else.")
    parameters = {
        "user_id": person_id,
        "delegate_id": delegate_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "reason": reason,
    }
    try:
        (added,) = fetch(connection, load("add_delegation"), parameters)
    except psycopg.errors.CheckViolation as error:
        raise RuleError("A delegation ends after it begins.") from error
    key: UUID = added["delegation_id"]
    return key


def end_delegations(connection: psycopg.Connection, person: str) -> int:
    """End all that stand in for a person; return how many. Raises as add_delegation does."""
    refuse_followed(connection, "delegations")
    parameters = {"user_id": find_person(connection, person)["user_id"]}
    return len(fetch(connection, load("end_delegations"), parameters))


def check_channels(connection: psycopg.Connection, names: Sequence[str]) -> None:
    """Raise RuleError for a name that no channel has."""
    known = {row["channel"] for row in fetch(connection, load("list_channels")) if row["state"]}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise RuleError(
            f"There is no channel {', '.join(unknown)}; `tat channel set` adds one. "
            f"There are: {', '.join(sorted(known))}."
        )


@dataclass(frozen=True)
class Telling:
    """Changes of whom a threshold tells; None leaves as it is.

    `channels` are those of this threshold, an empty list those of the policy. `repeat_every` is in
    TAT hours of the level's clock, 0 for not again.
    """

    recipients: Sequence[str] | None = None
    channels: Sequence[str] | None = None
    is_at_once: bool | None = None
    repeat_every: float | None = None
    repeat_at_most: int | None = None


def change_telling(
    connection: psycopg.Connection,
    priority: str,
    threshold: int,
    telling: Telling,
    department: str | None = None,
) -> None:
    """Change whom a threshold (50, 75 or 100) of a policy tells. Raises RuleError."""
    check_channels(connection, telling.channels or ())
    parameters = {
        "priority": priority,
        "department": department,
        "threshold": threshold,
        "recipients": list(telling.recipients) if telling.recipients else None,
        "own_channels": telling.channels is not None,
        "channels": list(telling.channels) if telling.channels else None,
        "is_at_once": telling.is_at_once,
        "repeat_every": telling.repeat_every,
        "repeat_at_most": telling.repeat_at_most,
    }
    try:
        found = fetch(connection, load("change_telling"), parameters)
    except psycopg.errors.CheckViolation as error:
        raise RuleError(
            "Recipients are approver and manager; only 100 repeats, 1 to 50 times."
        ) from error
    if not found:
        raise RuleError(
            "There is no such policy or threshold; `tat policy list` shows them, and "
            "`tat policy set` with a department makes one for it."
        )
