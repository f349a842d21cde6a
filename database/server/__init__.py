"""The embedded PostgreSQL: binaries, cluster, and starting and stopping it by pg_ctl.

Linux and macOS; elsewhere set TAT_DATABASE_URL.
"""

from database.server.embedded import EmbeddedServer, ServerAddress
from database.server.errors import ServerError

__all__ = ["EmbeddedServer", "ServerAddress", "ServerError"]
