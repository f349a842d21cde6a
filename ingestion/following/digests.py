"""Digests of rows: written alike here and at the source, where equal rows have equal ones."""

from psycopg import sql

from database.statements import load_statement
from ingestion.following.pages import name
from ingestion.following.shape import Shape
from ingestion.tables import Column

# Alerts are activities of ours, which the source does not have.
OURS = {
    "activities": "not exists (select from tat.tat_alerts"
    " where tat_alerts.alert_id = source.activity_id)"
}
NOT_GONE = (
    "not exists (select from tat.gone_row"
    " where gone_row.table_name = {table} and gone_row.row_key = {key})"
)


def compose_there(statement: str, shape: Shape, **parts: sql.Composable) -> sql.Composed:
    """Compose a statement on the source's rows."""
    return compose(
        statement,
        shape,
        relation=sql.SQL(shape.source.relation),
        condition=sql.SQL("true"),
        **parts,
    )


def compose_here(statement: str, shape: Shape, **parts: sql.Composable) -> sql.Composed:
    """Compose the same statement on the rows of the warehouse that came from the source."""
    condition = sql.SQL(NOT_GONE).format(
        table=sql.Literal(shape.table.name), key=name(shape.table.key)
    ) + sql.SQL(" and {}").format(sql.SQL(OURS.get(shape.table.name, "true")))
    relation = sql.Identifier("workflow", shape.table.name)
    return compose(statement, shape, relation=relation, condition=condition, **parts)


def compose(statement: str, shape: Shape, **parts: sql.Composable) -> sql.Composed:
    """Fill a statement's braces."""
    return sql.SQL(load_statement("ingestion.following", statement)).format(
        key=sql.Identifier(shape.table.key), row_text=compose_text(shape), **parts
    )


def compose_text(shape: Shape) -> sql.Composable:
    """Compose one text of all that is compared of a row; what is missing is empty.

    Where loading changes a value, such as a number that it rounds, the texts differ for good and
    the row is only read again each time.
    """
    texts = [
        sql.SQL("coalesce({}, '')").format(compose_value(column))
        for column in shape.table.accepted_columns
        if column.name in shape.columns and is_compared(column, shape)
    ]
    return sql.SQL("concat_ws(chr(31), {})").format(sql.SQL(", ").join(texts))


def is_compared(column: Column, shape: Shape) -> bool:
    """Whether a column's values are written alike on both sides."""
    if column.type == "jsonb":
        return column.name in shape.json
    if column.type == "text[]":
        return column.name in shape.lists
    # The engine fills the others in where the source leaves them empty.
    return column.writer == "source"


def compose_value(column: Column) -> sql.Composable:
    """Compose a value's text, as close to what is loaded of it as costs nothing."""
    given = name(column.name)
    if column.type == "numeric(10, 2)":
        return sql.SQL("round({}::numeric, 2)::text").format(given)
    if column.type == "jsonb":
        return sql.SQL("{}::jsonb::text").format(given)
    if column.default is not None:
        return sql.SQL("coalesce({}::text, {})").format(given, sql.Literal(column.default))
    if column.is_trimmed:
        return sql.SQL("btrim({}::text)").format(given)
    return sql.SQL("{}::text").format(given)
