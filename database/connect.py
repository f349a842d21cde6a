"""The one place that hands out connections."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from database.homes import (
    check_name,
    database_name_for,
    read_password,
    read_remembered,
    remember_database,
    server_files,
)
from database.roles import (
    BI,
    BI_LOGIN,
    LOGIN,
    LOGIN_ROLES,
    ROLES,
    SEARCH_PATH,
    DatabaseError,
    ensure_bi_login,
    ensure_database,
    ensure_logins,
    ensure_roles,
    ensure_setup,
    ensure_statistics,
    has_database,
    restrict_public,
)
from database.server import EmbeddedServer, ServerError
from database.server.binaries import OLDEST_MAJOR
from database.server.cluster import read_major
from database.settings import Settings

__all__ = [
    "ROLES",
    "Database",
    "DatabaseError",
    "NoDatabaseError",
    "connect",
    "connect_as_superuser",
    "database_name_for",
    "ensure_roles",
    "make_bi_login",
    "open_database",
    "prepare_database",
    "read_remembered",
    "remember_database",
    "restart_if_killed",
]

DEFAULT_NAME = "turnaround"
NOTHING_HERE = (
    "There is no {what} in {home} yet. `tat up` makes one with a sample, `tat up --bundle FOLDER`"
    " one with your data; TAT_HOME chooses another home."
)
CONNECT_SECONDS = 10
# The embedded server listens on the loopback address only and has no TLS; said outright, so
# that PGSSLMODE in the environment doesn't get in the way.
EMBEDDED_PARAMETERS = (("sslmode", "disable"),)
# What `Database` holds in fields of its own, or what each connection says for itself.
OWN_PARAMETERS = {
    "application_name",
    "dbname",
    "fallback_application_name",
    "host",
    "password",
    "port",
    "service",
    "user",
}


class NoDatabaseError(DatabaseError):
    """There is no database yet; the message says what makes one."""


@dataclass(frozen=True)
class Database:
    """One database and how to log in; `home` is set when the server is the embedded one.

    `logins` has role, user and password of each role that has a login of its own.
    """

    host: str
    port: int
    name: str
    user: str
    password: str = field(repr=False)
    parameters: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    home: Path | None = None
    logins: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)

    @property
    def is_embedded(self) -> bool:
        """Whether this product runs the server itself."""
        return self.home is not None

    def conninfo(self, role: str | None = None) -> str:
        """A libpq connection string that starts in `role`; it contains the password."""
        user, password, options = self.credentials(role)
        parameters = dict(self.parameters) | {"options": options}
        return make_conninfo(
            host=self.host,
            port=self.port,
            dbname=self.name,
            user=user,
            password=password or None,
            **parameters,
        )

    def url(self, role: str | None = None) -> str:
        """A `postgresql://` address that starts in `role`; it contains the password."""
        user, password, options = self.credentials(role)
        parameters = dict(self.parameters) | ({"options": options} if options else {})
        login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        host = f"[{self.host}]" if ":" in self.host else self.host
        if host.startswith(("/", "@")):
            parameters["host"], host = host, ""
        pairs = [f"{name}={quote(value, safe='')}" for name, value in parameters.items()]
        query = f"?{'&'.join(pairs)}" if pairs else ""
        return f"postgresql://{login}@{host}:{self.port}/{quote(self.name, safe='')}{query}"

    def bi_url(self) -> str | None:
        """The analysts' own login, or None when an administrator hands those out."""
        has_own = self.is_embedded or any(role == BI for role, _, _ in self.logins)
        return self.url(BI) if has_own else None

    def credentials(self, role: str | None) -> tuple[str, str, str]:
        """User, password and libpq options for connections in `role`.

        On the embedded server analysts have a login of their own, which can't change roles.
        """
        options = dict(self.parameters).get("options", "")
        if role is None:
            return self.user, self.password, options
        if role not in ROLES:
            raise ValueError(f"{role!r} is none of the roles {', '.join(ROLES)}")
        if role == BI and self.home is not None:
            return BI, read_password(self.home, BI), options
        if role == BI:
            # A database that an app uses, too, keeps its own.
            options = f"-c search_path={','.join(SEARCH_PATH)} {options}".strip()
        options = f"{options} -c role={role}".strip()
        for own_role, user, password in self.logins:
            if own_role == role:
                return user, password, options
        return self.user, self.password, options

    def __str__(self) -> str:
        return f"{self.user}@{self.host}:{self.port}/{self.name}"


def open_database(settings: Settings, name: str | None = None, *, create: bool = True) -> Database:
    """Return the database to work with, reachable and of a supported version.

    With TAT_DATABASE_URL that is the database it names, and `name` plays no part. Without, the
    embedded server is started if needed and the database `name` created if missing and
    `create`; the default is the one `remember_database` recorded, else "turnaround".
    Raises DatabaseError, and NoDatabaseError where there is none yet and none may be created.
    """
    if settings.database_url is not None:
        database = open_external(settings.database_url.get_secret_value())
        logins = tuple((role, *login) for role, login in settings.logins.items())
        return replace(database, logins=logins)
    chosen = check_name(name or read_remembered(settings) or DEFAULT_NAME)
    if not create and read_major(server_files(settings.home)) is None:
        raise NoDatabaseError(NOTHING_HERE.format(what="database", home=settings.home))
    return open_embedded(settings.home, chosen, create=create)


def open_external(url: str) -> Database:
    """Look at the server behind TAT_DATABASE_URL and keep what libpq made of the address."""
    connection = open_connection(url, "TAT_DATABASE_URL")
    with connection:
        info = connection.info
        if info.server_version < OLDEST_MAJOR * 10000:
            raise DatabaseError(
                f"TAT_DATABASE_URL leads to PostgreSQL {info.server_version // 10000}; "
                f"version {OLDEST_MAJOR} or newer is needed."
            )
        parameters = {k: v for k, v in info.get_parameters().items() if k not in OWN_PARAMETERS}
        if "," in parameters.get("hostaddr", ""):
            del parameters["hostaddr"]
        kept = tuple(sorted(parameters.items()))
        return Database(info.host, info.port, info.dbname, info.user, info.password, kept)


def open_embedded(home: Path, name: str, *, create: bool = True) -> Database:
    """Start the embedded server if needed, and create its logins and the database."""
    with connect_as_superuser(home) as admin:
        if not create and not has_database(admin, name):
            raise NoDatabaseError(NOTHING_HERE.format(what=f"database {name}", home=home))
        ensure_roles(admin)
        ensure_logins(admin, server_files(home))
        ensure_database(admin, name)
        host, port = admin.info.host, admin.info.port
    password = read_password(home, LOGIN)
    return Database(host, port, name, LOGIN, password, EMBEDDED_PARAMETERS, home)


def prepare_database(database: Database) -> None:
    """Create roles, grants and the search path where missing; changes nothing when repeated.

    Raises DatabaseError with the SQL for an administrator when the login of TAT_DATABASE_URL
    may not do it.
    """
    if database.home is None:
        with psycopg.connect(database.conninfo(), autocommit=True) as admin:
            shared = tuple(
                role for role in ROLES if role not in {own for own, _, _ in database.logins}
            )
            ensure_setup(admin, database.user, shared)
            for role, user, _ in database.logins:
                ensure_setup(admin, user, (role,))
        return
    with connect_as_superuser(database.home, database.name) as admin:
        ensure_logins(admin, server_files(database.home))
        ensure_setup(admin, LOGIN, LOGIN_ROLES)
        restrict_public(admin)
        ensure_statistics(admin)


def make_bi_login(database: Database) -> Database:
    """Give analysts a login of their own on a server of others; return the database as it sees it.

    Raises DatabaseError with the statements for an administrator when the login of
    TAT_DATABASE_URL may not.
    """
    with open_connection(database.conninfo(), str(database), autocommit=True) as admin:
        password = ensure_bi_login(admin)
    return replace(database, user=BI_LOGIN, password=password)


def connect(
    database: Database, role: str, *, autocommit: bool = False, application_name: str = "tat"
) -> psycopg.Connection:
    """Open a connection that acts as `role`, one of ROLES.

    An embedded server that was killed is started again first. Raises DatabaseError.
    """
    conninfo = make_conninfo(database.conninfo(role), application_name=application_name)
    try:
        return psycopg.connect(conninfo, autocommit=autocommit)
    except psycopg.OperationalError:
        restart_if_killed(database)
    return open_connection(conninfo, str(database), autocommit)


def restart_if_killed(database: Database) -> None:
    """Start the embedded server again if it ended without being stopped. Raises DatabaseError."""
    if database.home is None:
        return
    try:
        EmbeddedServer(database.home).restart_if_killed()
    except ServerError as error:
        raise DatabaseError(str(error)) from error


def connect_as_superuser(home: Path, name: str = "postgres") -> psycopg.Connection:
    """Open a superuser's connection to the embedded server, in autocommit mode: set-up only."""
    try:
        address = EmbeddedServer(home).ensure_running()
    except ServerError as error:
        raise DatabaseError(str(error)) from error
    conninfo = make_conninfo(
        host=address.host,
        port=address.port,
        user=address.superuser,
        password=address.password,
        dbname=name,
        options="",
        application_name="tat set-up",
        **dict(EMBEDDED_PARAMETERS),
    )
    return open_connection(conninfo, "the embedded PostgreSQL", autocommit=True)


def open_connection(conninfo: str, what: str, autocommit: bool = False) -> psycopg.Connection:
    """Connect, or raise DatabaseError with libpq's reason, which never holds the password."""
    timeout = conninfo_to_dict(conninfo).get("connect_timeout") or CONNECT_SECONDS
    try:
        return psycopg.connect(conninfo, autocommit=autocommit, connect_timeout=timeout)
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise DatabaseError(f"Can't connect to the database ({what}): {reason}") from error
