"""The analytical reports as files that are read without a BI tool. Imports no Dagster."""

from functools import partial

from database.statements import load_statement

load = partial(load_statement, "orchestration.reports")
