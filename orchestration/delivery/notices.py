"""What operators are told by the same channels as everybody."""

import psycopg

from orchestration.delivery import load


def add_notice(connection: psycopg.Connection, *, key: str, subject: str, body: str) -> None:
    """Queue a notice for operators, unless one of this key is there already."""
    connection.execute(load("add_notice"), {"key": key, "subject": subject, "body": body})
