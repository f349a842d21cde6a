"""Conventions on incremental tables."""

from dbt_bouncer.check_framework.decorator import check, fail


@check
def check_stored_model_says_so(model):
    """An incremental model says so in its name, and no other does."""
    is_stored = model.config.materialized == "incremental"
    if model.name.endswith("_stored") != is_stored:
        fail(f"`{model.name}` is materialized as {model.config.materialized}.")
