"""PostgreSQL's own logical replication, as a source beside us: set up, watched and removed.

The app's tables are copied into a schema of the warehouse's database, with triggers that note what
changes, so that they are followed as an app's tables in the same database are.
"""

from functools import partial

from database.statements import load_statement

load = partial(load_statement, "ingestion.replicating")
PUBLICATION = "turnaround"
SUBSCRIPTION = "turnaround"
