"""Whose days Dagster counts: `tat up` hands on those of the database.

TAT_TIMEZONE seeds a new database only; from then on the database keeps its zone. Where Dagster is
started otherwise, it takes the zone of the environment, and partitions begin today.
"""

import os
from datetime import datetime
from zoneinfo import ZoneInfo

from database.settings import load_settings

LOCAL_ZONE = load_settings().timezone
FIRST_DAY = os.environ.get("TAT_FIRST_DAY") or datetime.now(ZoneInfo(LOCAL_ZONE)).date().isoformat()
