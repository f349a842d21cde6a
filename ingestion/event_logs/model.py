"""What the mapping of an event log may say. `docs/event-log.schema.json` is made of these."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from ingestion.mapping.model import Scalar, Section, Zone

RequestStatus = Literal["DRAFT", "PENDING", "IN_PROGRESS", "APPROVED", "REJECTED", "CLOSED"]


def list_one(value: object) -> object:
    """Take a text for a list of one."""
    return [value] if isinstance(value, str) else value


def lower_all(names: list[str]) -> list[str]:
    """Names of attributes are matched in lower case, as those of a bundle's columns are."""
    return [name.strip().lower() for name in names]


Attributes = Annotated[
    list[str],
    BeforeValidator(list_one, json_schema_input_type=str | list[str]),
    AfterValidator(lower_all),
]
Activities = Annotated[list[str], BeforeValidator(list_one, json_schema_input_type=str | list[str])]


class EventColumns(Section):
    """Which attributes of an event, or columns of a CSV file, say what."""

    case: Attributes = Field(default=["case:concept:name"], min_length=1)
    activity: Attributes = Field(
        default=["concept:name"],
        min_length=1,
        description="Several are joined with +, such as concept:name and lifecycle:transition.",
    )
    resource: Attributes = Field(
        default=["org:resource"], description="Who did it; several are joined with a blank."
    )
    timestamp: Attributes = Field(default=["time:timestamp"], min_length=1, max_length=1)
    time_format: str | None = Field(
        default=None, description="As in %d.%m.%Y %H:%M:%S; without it, times are ISO 8601."
    )
    time_zone: Zone | None = Field(default=None, description="The zone of times without an offset.")
    separator: str = Field(default=",", min_length=1, max_length=1, description="Of a CSV file.")

    def read_time(self, text: str) -> datetime:
        """Read a time with its offset; raises ValueError where it has none, or is no time."""
        read = datetime.fromisoformat
        at = datetime.strptime(text, self.time_format) if self.time_format else read(text)  # noqa: DTZ007
        if at.tzinfo is None and self.zone is not None:
            at = at.replace(tzinfo=self.zone)
        if at.tzinfo is None:
            raise ValueError("no offset")
        return at

    @cached_property
    def zone(self) -> ZoneInfo | None:
        """The zone of times without an offset."""
        return ZoneInfo(self.time_zone) if self.time_zone else None


class LogValue(Section):
    """Where a text comes from: an attribute of the event or its case, or the same for all."""

    attribute: Attributes | None = Field(
        default=None, description="Several are joined with a blank."
    )
    constant: Scalar | None = None
    values: dict[Scalar, Scalar] | None = Field(
        default=None, description="What each text becomes, such as high: EXPRESS."
    )
    at_least: dict[float, Scalar] | None = Field(
        default=None, description="What numbers from a bound on become, such as 500: EXPRESS."
    )
    otherwise: Scalar | None = Field(
        default=None, description="What everything else becomes, and where there is nothing."
    )

    @model_validator(mode="after")
    def name_one_origin(self) -> "LogValue":
        """Refuse values of no origin, or of two."""
        if (self.attribute is None) == (self.constant is None):
            raise ValueError("give either attribute or constant")
        return self

    def read(self, attributes: dict[str, str]) -> str | None:
        """Return the text of an event, or None where it has none."""
        if self.constant is not None:
            return self.constant
        text = " ".join(filter(None, (attributes.get(name) for name in self.attribute or ())))
        if self.values and text in self.values:
            return self.values[text]
        if self.at_least and (found := self.find_bound(text)) is not None:
            return found
        if self.otherwise is not None and (self.values or self.at_least or not text):
            return self.otherwise
        return text or None

    def find_bound(self, text: str) -> str | None:
        """Return what a number becomes by the highest bound that it reaches."""
        try:
            number = float(text)
        except ValueError:
            return None
        reached = [bound for bound in self.at_least or () if bound <= number]
        return (self.at_least or {})[max(reached)] if reached else None


def as_value(given: object) -> object:
    """The short form of a value names an attribute."""
    return {"attribute": given} if isinstance(given, str | list) else given


TextValue = Annotated[
    LogValue, BeforeValidator(as_value, json_schema_input_type=str | list[str] | LogValue)
]


class StatusRule(Section):
    """What a request becomes with an activity."""

    activity: Activities = Field(min_length=1, description="Names; * stands for any text.")
    status: RequestStatus


class RequestRules(Section):
    """What a case's request is made of; the last activity that `statuses` know decides."""

    number: TextValue | None = Field(default=None, description="By default the case.")
    title: TextValue | None = Field(default=None, description="By default the number.")
    description: TextValue | None = None
    template: TextValue | None = None
    priority: TextValue = Field(default=LogValue(constant="STANDARD"))
    submitted: Activities = Field(
        default=[], description="The activities that submit it; by default a case's first event."
    )
    statuses: list[StatusRule] = Field(min_length=1)


class LevelRule(Section):
    """The activities of a level. Without `started` it begins with the event before its end."""

    name: str
    tat_hours: float = Field(gt=0)
    started: Activities = Field(default=[])
    approved: Activities = Field(default=[])
    rejected: Activities = Field(default=[])
    skipped: Activities = Field(default=[])
    paused: Activities = Field(default=[])
    resumed: Activities = Field(default=[])
    final: Activities = Field(default=[], description="Its decisions by the final approver.")

    @model_validator(mode="after")
    def name_an_end(self) -> "LevelRule":
        """Refuse levels that nothing ends."""
        if not (self.approved or self.rejected or self.skipped):
            raise ValueError(
                f"{self.name}: say which activities end it, under approved or rejected"
            )
        return self


class UserRules(Section):
    """What people are made of; each resource is one."""

    email: TextValue | None = Field(
        default=None, description="By default an address that no mail reaches (example.invalid)."
    )
    department: TextValue | None = None
    designation: TextValue | None = None


class EventLogMapping(Section):
    """A mapping file of an event log: how its activities give requests and levels."""

    event_log: EventColumns = Field(default=EventColumns())
    users: UserRules = Field(default=UserRules())
    requests: RequestRules
    levels: list[LevelRule] = Field(min_length=1)
    shortest_level_seconds: float = Field(
        default=0, ge=0, description="Levels that last less are left out, and counted."
    )

    def list_attributes(self) -> list[str]:
        """The attributes that the rules read."""
        values = [
            *(getattr(self.requests, name) for name in type(self.requests).model_fields),
            *(getattr(self.users, name) for name in type(self.users).model_fields),
        ]
        named = [
            name
            for value in values
            if isinstance(value, LogValue)
            for name in value.attribute or ()
        ]
        return list(dict.fromkeys(named))


def compile_patterns(patterns: Iterable[str]) -> re.Pattern[str] | None:
    """One expression for names of activities in which * stands for any text."""
    texts = [".*".join(map(re.escape, pattern.split("*"))) for pattern in patterns]
    return re.compile("|".join(texts), re.DOTALL) if texts else None
