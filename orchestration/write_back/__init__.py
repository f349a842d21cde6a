"""Alerts and flags of levels written to the app's own tables. Imports no Dagster."""

from functools import partial

from database.statements import load_statement

load = partial(load_statement, "orchestration.write_back")
