"""The app's tables that alerts and flags are written to, and whether they can be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from database.statements import Row, Rows, fetch
from orchestration.write_back import load
from orchestration.write_back.keys import KeyLookup, MappedKeys

TableName = Literal["tat_alerts", "approval_levels"]
ALERTS: TableName = "tat_alerts"
LEVELS: TableName = "approval_levels"
KEYS = {ALERTS: "alert_id", LEVELS: "level_id"}
FLAGS = ("tat50_alert_sent", "tat75_alert_sent", "tat_breached")
ALERT_COLUMNS = (
    "alert_id",
    "request_id",
    "level_id",
    "approver_id",
    "alert_type",
    "threshold_percentage",
    "tat_hours_allocated",
    "tat_hours_elapsed",
    "tat_hours_remaining",
    "level_start_time",
    "alert_sent_at",
    "expected_completion_time",
    "alert_message",
    "notification_sent",
    "notification_channels",
    "is_breached",
    "was_completed_on_time",
    "completion_time",
    "metadata",
    "created_at",
    "cycle",
    "threshold_crossed_at",
)
COLUMNS = {ALERTS: ALERT_COLUMNS, LEVELS: ("level_id", *FLAGS)}


@dataclass(frozen=True)
class Target:
    """A table of the app by schema and name, and its name of each column that is written.

    `lookups` find the app's own keys, by our columns whose UUIDs were made of them.
    """

    table_name: TableName
    schema: str
    name: str
    columns: Mapping[str, str]
    lookups: Mapping[str, KeyLookup]

    @property
    def relation(self) -> sql.Identifier:
        """The quoted name."""
        return sql.Identifier(self.schema, self.name)

    @property
    def key(self) -> str:
        """The app's name of the key column."""
        return self.columns[KEYS[self.table_name]]

    @property
    def values(self) -> list[str]:
        """The app's names of the other columns that are written."""
        return [column for column in self.columns.values() if column != self.key]


def list_targets(warehouse: psycopg.Connection) -> list[Target]:
    """Return the tables that are written to: alerts first, none where that is switched off."""
    return [
        Target(
            row["table_name"],
            row["target_schema"],
            row["target_name"],
            row["columns"],
            {column: KeyLookup(**lookup) for column, lookup in row["lookups"].items()},
        )
        for row in fetch(warehouse, load("list_targets"))
    ]


def find_target(
    source: psycopg.Connection,
    table_name: TableName,
    schema: str,
    name: str,
    mapped: MappedKeys | None = None,
) -> Target:
    """Look at a table of the app and return it as a target, with the columns that it has.

    A column may be spelt as tat50AlertSent there; the key of levels is called as the mapping has
    it, if there is one. Raises ValueError with what keeps the table from being written.
    """
    mapped = mapped or MappedKeys({})
    relation = sql.Identifier(schema, name).as_string(source)
    found = {
        row["column_name"]: row
        for row in fetch(source, load("describe_target"), {"target": relation})
    }
    alike = {simplify(name): name for name in found}
    names = {column: alike.get(simplify(column)) for column in COLUMNS[table_name]}
    if table_name == LEVELS and mapped.level_key is not None:
        names["level_id"] = mapped.level_key
    columns = {column: own for column, own in names.items() if own is not None and own in found}
    lookups = {name: lookup for name, lookup in mapped.lookups.items() if name in columns}
    target = Target(table_name, schema, name, columns, lookups)
    refuse_unfit(source, target, found)
    return target


def simplify(name: str) -> str:
    """Write tat50_alert_sent and tat50AlertSent alike."""
    return name.replace("_", "").lower()


def refuse_unfit(source: psycopg.Connection, target: Target, found: Mapping[str, Row]) -> None:
    """Raise ValueError where a table lacks what is to be written, or may not be written."""
    label, user = f"{target.schema}.{target.name}", source.info.user
    if not found:
        option = "--alerts" if target.table_name == ALERTS else "--levels"
        raise ValueError(
            f"The source has no table {label}, or {user} may not use its schema. Name another with "
            f"{option}, or leave it out with {option} none."
        )
    key = KEYS[target.table_name]
    if key not in target.columns or not target.values:
        wanted = [column for column in COLUMNS[target.table_name] if column not in target.columns]
        raise ValueError(f"{label} lacks the columns {', '.join(wanted)}: nothing can be written.")
    refuse_other_keys(target, found, label)
    if target.table_name == ALERTS:
        refuse_unfit_alerts(target, found, label)
    kinds = ("select", "insert", "update") if target.table_name == ALERTS else ("select", "update")
    for kind in kinds:
        columns = target.values if kind == "update" else list(target.columns.values())
        if not all(found[column][f"may_{kind}"] for column in columns):
            raise ValueError(
                f"{user} may not {kind} the columns that are written. Ask an administrator to run, "
                f"at the source: grant {kind} on {label} to {user};"
            )


def refuse_other_keys(target: Target, found: Mapping[str, Row], label: str) -> None:
    """Raise ValueError where keys are of a type that can't hold ours."""
    for column, own in target.columns.items():
        if column in target.lookups:
            continue
        if column.endswith("_id") and not found[own]["holds_keys"]:
            raise ValueError(
                f"{own} of {label} is {found[own]['type_name']}, and keys here are UUIDs. Where "
                "the app has others, TAT_SOURCE_MAPPING says what they are."
            )


def refuse_unfit_alerts(target: Target, found: Mapping[str, Row], label: str) -> None:
    """Raise ValueError where alerts could come twice, or each row would be refused."""
    if not found[target.key]["is_unique"]:
        raise ValueError(
            f"{target.key} of {label} is not unique, so that an alert could be written twice. "
            "Give it a primary key or a unique index."
        )
    written = set(target.columns.values())
    missing = [name for name, row in found.items() if row["is_required"] and name not in written]
    if missing:
        raise ValueError(
            f"{label} wants a value for {', '.join(missing)}, which alerts have not. Give these "
            "columns a default, or name them in the mapping."
        )


def switch_on(owner: psycopg.Connection, targets: list[Target], *, with_past: bool) -> None:
    """Write to these tables alone from now on; `with_past` also what was recorded before.

    `owner` is a connection in the role tat_owner.
    """
    queue = {ALERTS: "queue_alerts", LEVELS: "queue_levels"}
    with owner.transaction():
        names = [target.table_name for target in targets]
        owner.execute(load("keep_targets"), {"table_names": names})
        for target in targets:
            parameters = {
                "table_name": target.table_name,
                "schema": target.schema,
                "name": target.name,
                "columns": Jsonb(dict(target.columns)),
                "lookups": Jsonb({name: vars(found) for name, found in target.lookups.items()}),
            }
            owner.execute(load("switch_on"), parameters)
            if with_past:
                owner.execute(load(queue[target.table_name]))


def switch_off(owner: psycopg.Connection) -> list[str]:
    """Write nothing any more, and forget what waits; return the tables that were written to."""
    rows = fetch(owner, load("switch_off"))
    return [f"{row['target_schema']}.{row['target_name']}" for row in rows]


def count_unwritten(warehouse: psycopg.Connection) -> Rows:
    """Return what waits for each table that is written to, how old it is, and what is refused."""
    return fetch(warehouse, load("count_unwritten"))
