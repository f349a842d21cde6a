"""What a message says: subject, plain text and HTML, from templates that users may replace."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from orchestration.delivery.messages import Message, to_local

TEMPLATES = Path(__file__).with_name("templates")
DEFAULT_LANGUAGE = "en"
LISTED_REMINDERS = 50
LONGEST_SUBJECT = 200
# Control characters, line and paragraph separators, and marks that turn the direction of text.
UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+", re.UNICODE
)


@dataclass(frozen=True)
class Content:
    """A message in words. The subject is one line; the parts say the same."""

    subject: str
    text: str
    html: str


def render(message: Message, language: str = DEFAULT_LANGUAGE, own: Path | None = None) -> Content:
    """Render a message. Templates in `own` stand before ours, English behind other languages.

    Raises jinja2.TemplateError where a template is wrong.
    """
    environment = build_environment(language, own)
    kind = choose_template(message)
    facts = {"message": message, "receiver": message.receiver, "listed": LISTED_REMINDERS}
    subject, text, html = (
        environment.get_template(f"{kind}.{part}").render(facts)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Content(clean_line(subject), text.strip() + "\n", html)


def choose_template(message: Message) -> str:
    """The template of what a message tells."""
    if message.files:
        return "report"
    if message.notices:
        return "notice"
    return "summary" if message.is_summary else "reminder"


@lru_cache
def build_environment(language: str, own: Path | None) -> ImmutableSandboxedEnvironment:
    """Templates in a sandbox: HTML escapes what it is given, a misspelt name is an error."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(list_folders(language, own)),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "hours": format_hours,
        "percent": format_percent,
        "local": format_local,
        "line": clean_line,
    }
    return environment


def list_folders(language: str, own: Path | None) -> Sequence[Path]:
    """Where templates are looked for, first to last."""
    roots = [root for root in (own, TEMPLATES) if root is not None]
    languages = dict.fromkeys((language, DEFAULT_LANGUAGE))
    return [root / name for name in languages for root in roots]


def clean_line(text: str) -> str:
    """One line without characters that a header, a terminal or a mail program would obey."""
    return " ".join(UNSAFE.sub(" ", text).split())[:LONGEST_SUBJECT]


def format_hours(hours: Decimal) -> str:
    """A span of hours, to the minute below a hundred: `45 min`, `27 h 20 min`, `1,204 h`."""
    minutes = round(abs(hours) * 3600) // 60
    if minutes < 1:
        return "less than a minute"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 6000 and minutes % 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // 60:,} h"


def format_percent(share: Decimal) -> str:
    """A share of 1 as whole percent, rounded down."""
    return f"{int(share * 100)} %"


def format_local(instant: datetime | None, time_zone: str) -> str:
    """A moment on the receiver's clock: `Wed 2 Dec 2026, 12:00`."""
    if instant is None:
        return "beyond the generated calendar"
    local = to_local(instant, time_zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"
