"""Reminders on their way to people: receivers, messages, channels. Imports no Dagster."""

from functools import partial

from database.statements import load_statement

load = partial(load_statement, "orchestration.delivery")
