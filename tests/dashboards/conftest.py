"""The small world as analysts read it."""

from tests.dbt.conftest import built_small_world, warehouse

__all__ = ["built_small_world", "warehouse"]
