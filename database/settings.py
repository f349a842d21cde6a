"""Settings from the environment and `.env`, checked once at start."""

import base64
import difflib
import logging
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

logger = logging.getLogger(__name__)

CHECKOUT = Path(__file__).resolve().parents[1]
PREFIX = "TAT_"
# Roles that may have a login of their own instead of that of TAT_DATABASE_URL.
LOGIN_FIELDS = ("owner_login", "engine_login", "ingest_login", "dbt_login", "bi_login")
SECRETS = {"database_url", "source_url", "source_write_url", "heartbeat_url", *LOGIN_FIELDS}
SECRETS |= {"screen_secret", "events_secret"}
# Variables of ours that are not settings: what child processes and the tests are given.
NOT_SETTINGS = ("TAT_PG_", "TAT_TEST_DATABASE_URL")
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")

EXPECTED = {
    "database_url": "a PostgreSQL address such as postgresql://user:password@host:5432/name",
    **dict.fromkeys(LOGIN_FIELDS, "user:password, beside TAT_DATABASE_URL"),
    "source_url": "a PostgreSQL address such as postgresql://reader:password@host:5432/app",
    "source_write_url": "a PostgreSQL address such as postgresql://writer:password@host:5432/app",
    "source_schema": "the schema of the app's tables, such as public",
    "source_mapping": "a mapping file such as mapping.yaml",
    "source_overlap": "seconds from 0 to 86400 that the clocks of the app's servers may be behind "
    "that of its database, such as 60",
    "home": "a directory that can be created, such as .turnaround",
    "timezone": "an IANA time zone such as Asia/Kolkata or Europe/Berlin",
    "test_mode": "true or false",
    "thresholds": "two increasing whole percentages from 1 to 99, such as 50,75",
    "earliest_year": "a year from 1900 to this one, such as 1970",
    "years_ahead": "a whole number of years from 0 to 100, such as 10",
    "refuse_percent": "a whole percentage from 0 (nothing is refused) to 100, such as 40",
    "refuse_rows": "a whole number from 1 on, such as 50",
    "request_url": "an address such as https://app.example.com/requests/{request_number}, which "
    "may name {request_id}, {request_number} and {level_id}",
    "templates": "a folder with a folder for each language, such as en",
    "reports_to": "addresses of mail with commas between them, such as boss@example.com",
    "heartbeat_url": "an address that is called while the engine ticks, such as https://host/ping",
    "allowed_hosts": "host names without scheme and port, such as dagster.example.com",
    "screen_secret": "32 characters or more that nobody can guess, such as openssl rand -hex 32 "
    "prints",
    "events_secret": "32 characters or more that nobody can guess, or whsec_ and the base64 of 24 "
    "bytes or more",
    "screen_url": "the address that people use, without a path, such as https://tat.example.com",
    "screen_user_header": "the name of the header in which a proxy says who asks, such as "
    "X-Forwarded-Email",
}


class SettingsError(ValueError):
    """A setting is wrong. The message has one line per wrong setting."""


class Settings(BaseSettings):
    """What the environment decides; policies and calendars live in tables and are only seeded."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=CHECKOUT / ".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=True,
    )

    database_url: SecretStr | None = None
    owner_login: SecretStr | None = None
    engine_login: SecretStr | None = None
    ingest_login: SecretStr | None = None
    dbt_login: SecretStr | None = None
    bi_login: SecretStr | None = None
    source_url: SecretStr | None = None
    source_write_url: SecretStr | None = None
    source_schema: str = Field(default="public", min_length=1)
    source_mapping: Path | None = None
    source_overlap: int = Field(default=60, ge=0, le=86_400)
    home: Path = Path(".turnaround")
    timezone: str = "Asia/Kolkata"
    test_mode: bool = False
    thresholds: Annotated[tuple[int, int], NoDecode] = Field(default=(50, 75))
    earliest_year: int = Field(default=1970, ge=1900, le=datetime.now(UTC).year)
    years_ahead: int = Field(default=10, ge=0, le=100)
    refuse_percent: int = Field(default=40, ge=0, le=100)
    refuse_rows: int = Field(default=50, ge=1)
    request_url: str | None = None
    templates: Path | None = None
    reports_to: str = ""
    heartbeat_url: SecretStr | None = None
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    screen_secret: SecretStr | None = Field(default=None, min_length=32)
    events_secret: SecretStr | None = Field(default=None, min_length=32)
    screen_url: str | None = None
    screen_user_header: str | None = Field(default=None, pattern=r"^[A-Za-z][A-Za-z0-9-]*$")

    @field_validator("database_url", "source_url", "source_write_url", mode="after")
    @classmethod
    def check_database_url(cls, url: SecretStr | None) -> SecretStr | None:
        """Refuse what libpq can't read; its own message may hold the password, so drop that."""
        try:
            conninfo_to_dict(url.get_secret_value() if url else "")
        except ProgrammingError:
            raise ValueError("not an address of PostgreSQL") from None
        return url

    @field_validator(*LOGIN_FIELDS, mode="after")
    @classmethod
    def check_login(cls, login: SecretStr | None) -> SecretStr | None:
        """Refuse what is no user with a password."""
        user, _, password = login.get_secret_value().partition(":") if login else ("", "", "")
        if login and not (user and password):
            raise ValueError("not a user and a password")
        return login

    @property
    def report_addresses(self) -> list[str]:
        """Who gets the reports of each morning."""
        return [address.strip() for address in self.reports_to.split(",") if address.strip()]

    @field_validator("reports_to", mode="after")
    @classmethod
    def check_reports_to(cls, addresses: str) -> str:
        """Refuse what is no address of mail."""
        if any("@" not in address for address in addresses.split(",") if address.strip()):
            raise ValueError("not addresses of mail")
        return addresses

    @property
    def logins(self) -> dict[str, tuple[str, str]]:
        """User and password of each role that has a login of its own, such as tat_engine."""
        found = {}
        for name in LOGIN_FIELDS:
            login = getattr(self, name)
            if login is not None:
                user, _, password = login.get_secret_value().partition(":")
                found["tat_" + name.removesuffix("_login")] = (user, password)
        return found

    @field_validator("home", mode="after")
    @classmethod
    def make_home_absolute(cls, home: Path) -> Path:
        """Expand `~` and anchor a relative path in the checkout, wherever one stands."""
        return CHECKOUT / home.expanduser()

    @field_validator("request_url", mode="after")
    @classmethod
    def check_request_url(cls, template: str | None) -> str | None:
        """Refuse what is no address, or names what a request has not."""
        if template is not None:
            try:
                example = template.format(request_id="1", request_number="1", level_id="1")
            except (KeyError, IndexError, AttributeError):
                raise ValueError("not a template") from None
            if not example.startswith(("http://", "https://")):
                raise ValueError("not an address")
        return template

    @field_validator("templates", mode="after")
    @classmethod
    def check_templates(cls, folder: Path | None) -> Path | None:
        """Anchor a relative path in the checkout; refuse a folder that is not there."""
        if folder is None:
            return None
        folder = CHECKOUT / folder.expanduser()
        if not folder.is_dir():
            raise ValueError("not a folder")
        return folder

    @field_validator("source_mapping", mode="after")
    @classmethod
    def check_source_mapping(cls, path: Path | None) -> Path | None:
        """Anchor a relative path in the checkout; refuse a file that is not there."""
        if path is None:
            return None
        path = CHECKOUT / path.expanduser()
        if not path.is_file():
            raise ValueError("not a file")
        return path

    @field_validator("heartbeat_url", mode="after")
    @classmethod
    def check_heartbeat_url(cls, url: SecretStr | None) -> SecretStr | None:
        """Refuse what is no address."""
        if url and not url.get_secret_value().startswith(("http://", "https://")):
            raise ValueError("not an address")
        return url

    @field_validator("events_secret", mode="after")
    @classmethod
    def check_events_secret(cls, secret: SecretStr | None) -> SecretStr | None:
        """Refuse what says that it is base64 and is not, or is short."""
        text = secret.get_secret_value() if secret else ""
        if text.startswith("whsec_") and len(base64.b64decode(text[6:], validate=True)) < 24:
            raise ValueError("too short")
        return secret

    @field_validator("screen_url", mode="after")
    @classmethod
    def check_screen_url(cls, url: str | None) -> str | None:
        """Refuse what is more or less than scheme and host; a slash at the end is dropped."""
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise ValueError("not an address")
        if parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError("an address with a path")
        return url.rstrip("/")

    @field_validator("timezone", mode="after")
    @classmethod
    def check_timezone(cls, name: str) -> str:
        """Refuse names that the time zone database does not have."""
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError):
            raise ValueError("not a time zone") from None
        return name

    @field_validator("thresholds", mode="before")
    @classmethod
    def read_thresholds(cls, value: str | Iterable[int]) -> tuple[int, ...]:
        """Read "50,75" as two numbers that hold 0 < lower < upper < 100."""
        parts = value.split(",") if isinstance(value, str) else value
        thresholds = tuple(int(part) for part in parts)
        if len(thresholds) != 2 or not 0 < thresholds[0] < thresholds[1] < 100:
            raise ValueError("not two increasing percentages")
        return thresholds

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def read_allowed_hosts(cls, value: str | Iterable[str]) -> tuple[str, ...]:
        """Read "one.example.com, two.example.com" as names in lower case."""
        parts = value.split(",") if isinstance(value, str) else value
        names = tuple(part.strip().lower() for part in parts)
        if not all(map(HOST_NAME.fullmatch, names)):
            raise ValueError("not names of hosts")
        return names


def load_settings() -> Settings:
    """Read the settings from the environment and from `.env` in the checkout.

    The environment wins over `.env`; an empty variable counts as absent. Raises SettingsError
    with a line per wrong setting, which names the variable, its value (unless it is a secret)
    and what is expected.
    """
    warn_about_misspelt(os.environ)
    try:
        return Settings()
    except ValidationError as error:
        lines = [describe_error(detail) for detail in error.errors(include_url=False)]
    # Raised outside the handler: the original error would carry the secrets along.
    raise SettingsError("\n".join(dict.fromkeys(lines)))


def describe_error(detail: ErrorDetails) -> str:
    """Say in one line which variable is wrong, what it holds and what it should hold."""
    field = str(detail["loc"][0]).lower().removeprefix(PREFIX.lower())
    variable = PREFIX + field.upper()
    if field in SECRETS:
        return f"{variable} is wrong (its value is not shown): expected {EXPECTED[field]}."
    value = os.environ.get(variable, detail["input"])
    return f"{variable}={value} is wrong: expected {EXPECTED[field]}."


def warn_about_misspelt(environment: Mapping[str, str]) -> list[str]:
    """Log a warning for each variable that is nearly the name of a setting; return their names."""
    known = [PREFIX + field.upper() for field in Settings.model_fields]
    misspelt = []
    for variable in environment:
        if not variable.startswith(PREFIX) or variable.startswith(NOT_SETTINGS):
            continue
        nearest = difflib.get_close_matches(variable, known, n=1, cutoff=0.8)
        if nearest and variable not in known:
            logger.warning("%s is not a setting; did you mean %s?", variable, nearest[0])
            misspelt.append(variable)
    return misspelt
