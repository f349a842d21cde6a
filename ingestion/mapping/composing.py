"""Writing the selects of a mapping: whatever the source holds, no row's value makes one fail.

A value that the contract has not goes through as it is, and is quarantined by the load; keys
alone are converted here, since whoever follows the source compares them.
"""

from uuid import UUID, uuid5

from psycopg import sql

from database.statements import load_statement
from ingestion.keys import find_namespace
from ingestion.mapping.model import Join, Mapping, TableMapping, Value
from ingestion.mapping.types import TEXT, SourceType
from ingestion.tables import Column

QUERY_ALIAS = "query"
# Types in which a text of the mapping stands in a select; it is a text in the others.
CAST = ("numeric(10, 2)", "integer", "bigint", "boolean", "date", "timestamptz")


def write_fragment(text: str) -> sql.Composable:
    """Put an expression of the mapping in parentheses; a comment in it ends with its line."""
    # The file is its operator's own, and is run with the rights of the source's reader alone.
    return sql.SQL("(\n{}\n)").format(sql.SQL(text.strip().rstrip(";")))


def name_column(text: str) -> sql.Identifier:
    """Name a column of the source, spelt as it is there: name or alias.name."""
    return sql.Identifier(*text.split(".", 1))


def split_name(name: str, schema: str) -> tuple[str, str]:
    """Return the schema and the table of a name."""
    first, dot, rest = name.partition(".")
    return (first, rest) if dot else (schema, first)


def compose_origin(column: Column, value: Value) -> sql.Composable:
    """Write where a value comes from, before anything is made of it."""
    if value.column is not None:
        return name_column(value.column)
    if value.sql is not None:
        return write_fragment(value.sql)
    if value.key is not None:
        parts = [sql.SQL("{}::text").format(name_column(name)) for name in value.key]
        return sql.SQL("({})").format(sql.SQL(" || '/' || ").join(parts))
    return write_constant(column, value.constant or "")


def write_constant(column: Column, text: str) -> sql.Composable:
    """Write a text of the mapping, which was held against the contract, with its type."""
    type_ = column.type if column.type in CAST else "text"
    return sql.SQL("{}::{}").format(sql.Literal(text), sql.SQL(type_))


def compose_from(mapping: Mapping, table: TableMapping) -> sql.Composable:
    """Write what stands from FROM to the end of a table's select."""
    parts: list[sql.Composable] = [sql.SQL("from "), compose_base(mapping, table)]
    parts += [compose_join(mapping, join) for join in table.join]
    if table.where:
        parts.append(sql.SQL(" where {}").format(write_fragment(table.where)))
    return sql.Composed(parts)


def compose_base(mapping: Mapping, table: TableMapping) -> sql.Composable:
    """Write the table, or the query, that the rows of a table come from."""
    if table.query is not None:
        alias = sql.Identifier(table.alias or QUERY_ALIAS)
        return sql.SQL("{} as {}").format(write_fragment(table.query), alias)
    return name_relation(mapping, table.from_ or "", table.alias)


def compose_join(mapping: Mapping, join: Join) -> sql.Composable:
    """Write another table that is used too."""
    kind = sql.SQL(" left join " if join.optional else " inner join ")
    relation = name_relation(mapping, join.table, join.alias)
    return sql.SQL("{}{} on {}").format(kind, relation, write_fragment(join.on))


def name_relation(mapping: Mapping, name: str, alias: str | None) -> sql.Composable:
    """Name a table of the source and what it is called in expressions."""
    schema, table = split_name(name, mapping.schema_)
    return sql.SQL("{} as {}").format(sql.Identifier(schema, table), sql.Identifier(alias or table))


def compose_value(
    mapping: Mapping, table: str, column: Column, value: Value, type_: SourceType
) -> sql.Composable:
    """Write a column of the contract from the value of the source, which has the type."""
    origin = compose_origin(column, value)
    if value.values is not None:
        origin, type_ = compose_values(origin, column, value), TEXT
    if column.type == "uuid":
        return convert_key(mapping, column.parent or table, origin, type_)
    if column.type in ("timestamptz", "date") and type_.is_local_time:
        return convert_time(mapping, column, value, origin, type_)
    if column.type in ("text", "boolean") and not type_.is_readable(column):
        return sql.SQL("({})::text").format(origin)
    return origin


def compose_values(origin: sql.Composable, column: Column, value: Value) -> sql.Composable:
    """Write what each of a source's values becomes; a text that is not named stays as it is."""
    text = sql.SQL("({})::text").format(origin)
    cases = [
        sql.SQL(" when {} then {}").format(sql.Literal(old), write_constant(column, new))
        for old, new in (value.values or {}).items()
    ]
    rest = text if value.otherwise is None else write_constant(column, value.otherwise)
    return sql.SQL("(case {}{} else {} end)").format(text, sql.Composed(cases), rest)


def convert_key(
    mapping: Mapping, owner: str, origin: sql.Composable, type_: SourceType
) -> sql.Composable:
    """Write a key as a uuid: one stays as it is, anything else is made one in its namespace."""
    if type_.catalog_name == "uuid":
        return origin
    text = sql.SQL("({})::text").format(origin)
    key = sql.SQL("btrim({})").format(text) if type_.is_text else text
    namespace = sql.Literal(find_key_namespace(mapping, owner).hex)
    converted = fill("convert_key", namespace=namespace, text=key)
    if not type_.is_text:
        return converted
    return fill("convert_text_key", text=text, converted=converted)


def fill(name: str, **parts: sql.Composable) -> sql.Composable:
    """Fill an expression that is kept as a file, in parentheses."""
    return sql.SQL("(\n{}\n)").format(
        sql.SQL(load_statement("ingestion.mapping", name)).format(**parts)
    )


def find_key_namespace(mapping: Mapping, owner: str) -> UUID:
    """Return the namespace of the keys that a table owns, at this source."""
    namespace = find_namespace(owner)
    return uuid5(namespace, mapping.namespace) if mapping.namespace else namespace


def convert_time(
    mapping: Mapping, column: Column, value: Value, origin: sql.Composable, type_: SourceType
) -> sql.Composable:
    """Write a time without an offset with the one of its zone, or its day."""
    if column.type == "date":
        return sql.SQL("({})::date").format(origin)
    zone = value.time_zone or mapping.time_zone
    if zone is None:
        return origin
    local = sql.SQL("({})::timestamp").format(origin) if type_.catalog_name == "date" else origin
    return sql.SQL("({} at time zone {})").format(local, sql.Literal(zone))
