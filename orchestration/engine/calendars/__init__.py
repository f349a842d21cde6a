"""Calendars, holidays and policies: edits, previews of edits, what-ifs."""

from functools import partial

from database.statements import load_statement

load = partial(load_statement, "orchestration.engine.calendars")
