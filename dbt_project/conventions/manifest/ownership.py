"""Conventions on ownership that dbt-bouncer has no check of its own for."""

from dbt_bouncer.check_framework.decorator import check, fail


@check
def check_model_belongs_to_group(model):
    """A model belongs to a group, so that somebody answers for it."""
    if not model.group:
        fail(f"`{model.name}` belongs to no group: give its folder one in dbt_project.yml.")


@check
def check_source_owner_is_group(source, ctx):
    """A source names one of the groups as its `meta.owner`; dbt gives sources no group."""
    groups = {group.name for group in ctx.manifest_obj.manifest.groups.values()}
    owner = (source.meta or {}).get("owner")
    if owner not in groups:
        fail(f"`{source.source_name}.{source.name}` is owned by {owner!r}, not by one of {groups}.")


@check
def check_exposure_owner_is_group(exposure, ctx):
    """An exposure is owned by one of the groups, under the name that the group's owner has."""
    owners = {group.owner.name for group in ctx.manifest_obj.manifest.groups.values()}
    if exposure.owner.name not in owners:
        fail(f"`{exposure.name}` is owned by {exposure.owner.name!r}, not by one of {owners}.")


@check
def check_source_columns_described(source):
    """A source lists its columns, each with its type and what it means."""
    label = f"{source.source_name}.{source.name}"
    if not source.columns:
        fail(f"`{label}` lists no columns.")
    bare = [c.name for c in source.columns.values() if not (c.description and c.data_type)]
    if bare:
        fail(f"`{label}` has columns without a description or type: {bare}.")


@check
def check_dispatching_macro_described(macro):
    """A macro that stands for a piece of dialect says what it means and what it takes."""
    if "adapter.dispatch(" not in macro.macro_sql:
        return
    if not macro.description or any(not argument.description for argument in macro.arguments):
        fail(f"`{macro.name}` dispatches, but it or one of its arguments is not described.")
