"""Where Dagster keeps its runs: in the database of this checkout, however Dagster is started."""

import logging
import os
from collections.abc import Mapping
from typing import Any

import click
from dagster._core.storage.base_storage import DagsterStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClass, ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage

from database.connect import DatabaseError, NoDatabaseError, open_database
from database.settings import Settings, SettingsError, load_settings
from orchestration.dagster_process import STORAGE_URL, build_storage_url

logger = logging.getLogger(__name__)


class RunStorage(DagsterStorage, ConfigurableClass):
    """What dagster.yaml names: finds the storage itself, where `tat` has not handed it on.

    Before there is a database, files in the home of the checkout stand in for it: definitions can
    be listed and validated without one.
    """

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing is configured here."""
        return {}

    @classmethod
    def from_config_value(  # type: ignore[override]
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> DagsterStorage:
        """The storage. Raises click's exception, which Dagster's commands print as one line."""
        try:
            return open_storage(inst_data)
        except (DatabaseError, SettingsError) as error:
            raise click.ClickException(str(error)) from error


def open_storage(inst_data: ConfigurableClassData | None) -> DagsterStorage:
    """The schema `dagster` of the database, or files. Raises DatabaseError and SettingsError."""
    handed_on = os.environ.get(STORAGE_URL)
    if handed_on:
        return DagsterPostgresStorage(handed_on, inst_data=inst_data)
    settings = load_settings()
    try:
        database = open_database(settings, create=False)
    except NoDatabaseError as error:
        return open_files(settings, error, inst_data)
    return DagsterPostgresStorage(build_storage_url(database), inst_data=inst_data)


def open_files(
    settings: Settings, error: NoDatabaseError, inst_data: ConfigurableClassData | None
) -> DagsterStorage:
    """The stand-in for a database, for commands that look at definitions and run none of them."""
    command = click.get_current_context(silent=True)
    if os.environ.get("DAGSTER_HOME") or (command is not None and command.info_name == "dev"):
        raise error
    logger.warning("%s", error)
    return DagsterSqliteStorage(str(settings.home / "dagster" / "no_database"), inst_data)
