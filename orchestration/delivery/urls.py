"""Addresses of channels: secrets come from the environment, and never leave through an error."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from dotenv import dotenv_values

from database.settings import CHECKOUT
from orchestration.delivery.errors import ChannelUnavailableError

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
SHOWN_INSTEAD = "***"


@dataclass(frozen=True)
class ChannelUrl:
    """An address with its secrets filled in; its text shows none."""

    value: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False, default=())

    def redact(self, text: str) -> str:
        """The text without the secrets."""
        for secret in self.secrets:
            text = text.replace(secret, SHOWN_INSTEAD)
        return text


def read_environment() -> Mapping[str, str]:
    """The environment, and behind it `.env` of the checkout."""
    own = {name: value for name, value in dotenv_values(CHECKOUT / ".env").items() if value}
    return own | os.environ


def fill_in(url: str, environment: Mapping[str, str]) -> ChannelUrl:
    """Fill `${NAME}` in from the environment: an address as it is, a part of one encoded.

    Raises ChannelUnavailableError that names the variables which are not set.
    """
    names = REFERENCE.findall(url)
    missing = sorted({name for name in names if not environment.get(name)})
    if missing:
        raise ChannelUnavailableError(f"not set in the environment: {', '.join(missing)}")
    is_whole = REFERENCE.fullmatch(url) is not None
    filled = REFERENCE.sub(
        lambda match: environment[match[1]] if is_whole else quote(environment[match[1]], safe=""),
        url,
    )
    secrets = {form for name in names for form in list_forms(environment[name])}
    return ChannelUrl(filled, tuple(sorted(secrets, key=len, reverse=True)))


def list_forms(secret: str) -> set[str]:
    """A secret as it is and as it stands in an address."""
    return {secret, quote(secret, safe="")}
