"""What a mapping file may say. `docs/mapping.schema.json` is made of these classes."""

from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def write_scalar(value: Any) -> Any:
    """Write a number, truth or day of YAML as text; anything else stays as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) else value


def check_zone(name: str) -> str:
    """Refuse what is no time zone."""
    if name not in available_timezones():
        raise ValueError(f"{name} is no time zone; write one such as Europe/Amsterdam")
    return name


# YAML reads 16 as a number and true as a truth; both are texts here.
Scalar = Annotated[
    str,
    BeforeValidator(write_scalar, json_schema_input_type=str | int | float | bool),
]
Zone = Annotated[str, AfterValidator(check_zone)]


class Section(BaseModel):
    """A part of a mapping; a word that it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Value(Section):
    """Where a column's value comes from: one of column, sql, constant and key."""

    column: str | None = Field(
        default=None,
        description="A column of the source, as it is spelt there; alias.column in a join.",
    )
    sql: str | None = Field(
        default=None, description="An SQL expression over the source's columns."
    )
    constant: Scalar | None = Field(default=None, description="The same value for every row.")
    key: list[str] | None = Field(
        default=None,
        min_length=1,
        description="Columns of the source that together tell rows apart.",
    )
    values: dict[Scalar, Scalar] | None = Field(
        default=None, description="What each value of the source becomes, such as open: PENDING."
    )
    otherwise: Scalar | None = Field(
        default=None, description="What every other value becomes, and where there is none."
    )
    time_zone: Zone | None = Field(
        default=None, description="The zone of times without an offset, instead of the mapping's."
    )

    @model_validator(mode="after")
    def name_one_origin(self) -> "Value":
        """Refuse values of no origin, or of several."""
        given = [
            name for name in ("column", "sql", "constant", "key") if getattr(self, name) is not None
        ]
        if len(given) != 1:
            raise ValueError("give exactly one of column, sql, constant and key")
        if self.otherwise is not None and self.values is None:
            raise ValueError("otherwise goes with values")
        return self

    def describe(self) -> str:
        """Say in a line where the value comes from."""
        origin = self.column or self.sql or ", ".join(self.key or ())
        text = " ".join(origin.split()) if origin else f"'{self.constant}'"
        changes = [f"{old} → {new}" for old, new in (self.values or {}).items()]
        if self.otherwise is not None:
            changes.append(f"otherwise {self.otherwise}")
        return f"{text} ({', '.join(changes)})" if changes else text


class Join(Section):
    """Another table of the source whose columns are used too."""

    table: str = Field(description="A table of the source: name or schema.name.")
    alias: str | None = Field(
        default=None, alias="as", description="What it is called in expressions."
    )
    on: str = Field(description="The SQL condition that finds its row.")
    optional: bool = Field(default=False, description="Whether rows without one are kept.")


class TableMapping(Section):
    """Where the rows of one table of the contract come from: a table, or a query."""

    from_: str | None = Field(
        default=None, alias="from", description="A table of the source: name or schema.name."
    )
    query: str | None = Field(
        default=None, description="A select of one's own, whose columns are then the source's."
    )
    alias: str | None = Field(
        default=None, alias="as", description="What it is called in expressions."
    )
    join: list[Join] = Field(default_factory=list)
    where: str | None = Field(default=None, description="The SQL condition of the rows that count.")
    changed_at: str | Value | None = Field(
        default=None,
        description="What grows with every change of a row; by default updated_at's column.",
    )
    columns: dict[str, str | Value] = Field(
        description="Columns of the contract, each with a column of the source or more."
    )

    @model_validator(mode="after")
    def name_one_origin(self) -> "TableMapping":
        """Refuse tables of no origin, or of two."""
        if (self.from_ is None) == (self.query is None):
            raise ValueError("give either from (a table of the source) or query (a select)")
        return self

    def find_value(self, column: str) -> Value | None:
        """Return where a column of the contract comes from, or None where it is not mapped."""
        return as_value(self.columns.get(column))


class Mapping(Section):
    """A mapping file: how another app's tables give the rows of the source contract."""

    schema_: str = Field(
        default="public", alias="schema", description="The source's schema where none is named."
    )
    time_zone: Zone | None = Field(
        default=None, description="The zone of the source's times without an offset."
    )
    namespace: str | None = Field(
        default=None, description="Keeps the converted keys of one source apart from another's."
    )
    tables: dict[str, TableMapping] = Field(
        min_length=1, description="Tables of the contract that the source has."
    )


def as_value(given: str | Value | None) -> Value | None:
    """Return the long form of a value; the short one names a column."""
    return Value(column=given) if isinstance(given, str) else given
