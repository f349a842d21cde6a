"""Conventions on what is stored; dbt-bouncer knows dbt's own materializations alone."""

from dbt_bouncer.check_framework.decorator import check, fail


@check
def check_stored_model_says_so(model):
    """A model that is stored and follows its source says so in its name, and no other does."""
    is_stored = model.config.materialized == "stored"
    if model.name.endswith("_stored") != is_stored:
        fail(f"`{model.name}` is materialized as {model.config.materialized}.")
