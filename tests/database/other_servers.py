"""Servers and logins of others: what is behind TAT_DATABASE_URL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from database.connect import Database, connect_as_superuser
from database.server import EmbeddedServer, ServerAddress, ServerError
from database.server.binaries import OLDEST_MAJOR, find_binaries

PASSWORD = "p@ss w/rd:%?"


def describe(address: ServerAddress, user: str, password: str, name: str = "postgres") -> Database:
    return Database(address.host, address.port, name, user, password)


@pytest.fixture(params=["oldest", "newest"])
def other_server(
    request: pytest.FixtureRequest, own_server: EmbeddedServer, tmp_path: Path
) -> Iterator[EmbeddedServer]:
    """A server that knows nothing of the product yet: the oldest version there is, and ours."""
    if request.param == "newest":
        yield own_server
        return
    server = EmbeddedServer(tmp_path / "oldest", durable=False)
    try:
        server.binaries = find_binaries(OLDEST_MAJOR)
    except ServerError as error:
        pytest.skip(str(error))
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)


@pytest.fixture
def plain_login(other_server: EmbeddedServer) -> Database:
    """A login that may do nothing, and a database of its own name that is not its own."""
    return make_login(other_server, "plain", "")


@pytest.fixture
def able_login(other_server: EmbeddedServer) -> Database:
    """A login that may create roles and owns its database."""
    return make_login(other_server, "able", "createrole")


def make_login(server: EmbeddedServer, name: str, options: str) -> Database:
    address = server.ensure_running()
    with connect_as_superuser(server.home) as admin:
        role, secret = sql.Identifier(name), sql.Literal(PASSWORD)
        command = sql.SQL("create role {} login password {}")
        admin.execute(command.format(role, secret))
        admin.execute(sql.SQL("create database {}").format(role))
        if options:
            admin.execute(sql.SQL("alter role {} createrole").format(role))
            admin.execute(sql.SQL("alter database {} owner to {}").format(role, role))
    return describe(address, name, PASSWORD, name)
