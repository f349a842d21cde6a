"""Short ways to describe the columns of the source contract."""

from decimal import Decimal

from ingestion.tables import Column, ColumnType, Order


def key(name: str) -> Column:
    """Describe a table's key."""
    return Column(name, "uuid", is_required=True, label="ids")


def link(
    name: str, parent: str, label: str = "", *, is_required: bool = False, must_exist: bool = True
) -> Column:
    """Describe a reference to the key of `parent`."""
    return Column(
        name, "uuid", is_required=is_required, parent=parent, must_exist=must_exist, label=label
    )


def needed(
    name: str,
    type_: ColumnType = "text",
    label: str = "",
    values: tuple[str, ...] = (),
    *,
    is_name: bool = False,
    at_least: str = "0",
    is_tat: bool = False,
) -> Column:
    """Describe a column that every row must fill."""
    return Column(
        name,
        type_,
        is_required=True,
        values=values,
        label=label,
        is_name=is_name,
        at_least=Decimal(at_least),
        is_tat=is_tat,
    )


def named(name: str) -> Column:
    """Describe a column that holds names."""
    return Column(name, "text", is_name=True)


def updated_after_creation(plural: str) -> Order:
    """Expect that rows are not older than their creation; those that are only bring a warning."""
    name = f"{plural}_are_updated_after_creation"
    return Order(name, "created_at", "updated_at", rejects=False, severity="warning")


def flag(name: str, default: str = "false") -> Column:
    """Describe a boolean that counts as `default` where it is empty."""
    return Column(name, "boolean", default=default)
