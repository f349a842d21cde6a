"""The request screen: read-only web pages for those who take part. Imports no Dagster."""

from functools import partial

from database.statements import load_statement

load = partial(load_statement, "orchestration.screen")
