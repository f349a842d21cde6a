"""The embedded PostgreSQL: binaries, cluster and the supervisor that keeps it alive.

Everything here is standard library only: the supervisor is a long-lived process of its own and
stays small. Linux and macOS; elsewhere set TAT_DATABASE_URL.
"""

from database.server.embedded import EmbeddedServer, ServerAddress
from database.server.errors import ServerError

__all__ = ["EmbeddedServer", "ServerAddress", "ServerError"]
