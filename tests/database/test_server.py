"""The embedded PostgreSQL: starting, surviving, stopping."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

import psutil
import psycopg
import pytest

from database.server import EmbeddedServer, ServerAddress, ServerError
from database.server.binaries import OLDEST_MAJOR, find_binaries
from database.server.files import LOOPBACK, ServerFiles
from database.server.postmaster import find_postmaster

PATIENCE_SECONDS = 30.0
DEAF = """
import signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
"""
START = """
import sys
from pathlib import Path
from database.server import EmbeddedServer
print(EmbeddedServer(Path(sys.argv[1]), durable=False).ensure_running().port)
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become someone else")


def connect_to(address: ServerAddress, password: str | None = None) -> psycopg.Connection:
    return psycopg.connect(
        host=address.host,
        port=address.port,
        user=address.superuser,
        password=password or address.password,
        dbname="postgres",
        autocommit=True,
    )


def ask(address: ServerAddress, query: str) -> object:
    with connect_to(address) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def wait_for(condition: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until, f"{what} did not happen in {PATIENCE_SECONDS:.0f} s"
        time.sleep(0.02)


def find_pid(server: EmbeddedServer) -> int:
    postmaster = find_postmaster(server.files)
    assert postmaster is not None
    return postmaster.pid


def kill_postgres(server: EmbeddedServer) -> None:
    """Kill the server alone, without its backends, and wait until it is dead."""
    os.kill(find_pid(server), signal.SIGKILL)
    wait_for(lambda: find_postmaster(server.files) is None, "the server's death")


def list_processes(home: Path) -> dict[int, tuple[int, str]]:
    """Parent and command line of each living process that works in the data directory."""
    asked = ["pid", "ppid", "cwd", "cmdline"]
    found = [process.info for process in psutil.process_iter(asked)]
    data = str(home / "postgres" / "data")
    return {
        info["pid"]: (info["ppid"], " ".join(info["cmdline"] or []))
        for info in found
        if info["cwd"] == data
    }


def list_postmasters(home: Path) -> list[int]:
    """Those of them that no other one has started."""
    found = list_processes(home)
    return [pid for pid, (parent, _) in found.items() if parent not in found]


@contextmanager
def keep_busy(address: ServerAddress) -> Iterator[int]:
    """A statement that computes for an hour and never waits; yields its backend's process id."""
    with ThreadPoolExecutor(1) as pool, connect_to(address) as connection:
        busy = pool.submit(connection.execute, "select count(*) from generate_series(1, 1e11)")
        pid = connection.info.backend_pid
        query = "select array_agg(pid) from pg_stat_activity where state = 'active'"
        wait_for(lambda: pid in cast(list[int], ask(address, query)), "the statement's start")
        try:
            yield pid
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            busy.result(timeout=PATIENCE_SECONDS)


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "home"
    yield home
    EmbeddedServer(home).stop()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, unlike tmp_path."""
    folder = Path(tempfile.mkdtemp(prefix="turnaround-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_first_start_makes_a_server_that_wants_its_password(new_home: Path) -> None:
    said: list[str] = []
    server = EmbeddedServer(new_home, report=said.append)
    address = server.ensure_running()
    assert not server.is_stopped()
    assert address.host == LOOPBACK
    assert server.binaries.major >= OLDEST_MAJOR
    assert ask(address, "show server_version") == server.version
    assert ask(address, "show timezone") == "UTC"
    assert ask(address, "show fsync") == "on"
    assert ask(address, "show unix_socket_directories") == ""
    assert ask(address, "select pg_encoding_to_char(encoding) from pg_database limit 1") == "UTF8"
    assert len(said) == 1
    assert str(new_home) in said[0]


def test_a_wrong_password_is_refused(server: EmbeddedServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect_to(server.ensure_running(), password="wrong")


def test_passwords_are_private_and_not_shown(server: EmbeddedServer) -> None:
    address = server.ensure_running()
    assert address.password not in repr(address)
    mode = stat.S_IMODE(server.files.secret("postgres").stat().st_mode)
    assert mode == 0o600
    assert stat.S_IMODE(server.files.root.stat().st_mode) == 0o700


def test_starting_what_runs_changes_nothing(own_server: EmbeddedServer) -> None:
    first = own_server.ensure_running()
    pid = find_pid(own_server)
    assert own_server.ensure_running() == first
    own_server.restart_if_killed()
    assert find_pid(own_server) == pid


def test_port_and_data_outlive_a_stop(own_server: EmbeddedServer) -> None:
    first = own_server.ensure_running()
    with connect_to(first) as connection:
        connection.execute("create table kept as select 42 as answer")
    own_server.stop()
    assert own_server.is_stopped()
    assert own_server.find_ready() is None
    second = own_server.ensure_running()
    assert second.port == first.port
    assert ask(second, "select answer from kept") == 42


def test_stop_leaves_no_process(own_server: EmbeddedServer) -> None:
    own_server.ensure_running()
    assert len(list_postmasters(own_server.home)) == 1
    own_server.stop()
    assert list_processes(own_server.home) == {}
    own_server.stop()


def test_stop_disconnects_clients(own_server: EmbeddedServer) -> None:
    client = connect_to(own_server.ensure_running())
    own_server.stop()
    with pytest.raises(psycopg.OperationalError):
        client.execute("select 1")
    client.close()


@pytest.mark.parametrize("way", ["ensure_running", "restart_if_killed"])
def test_a_killed_server_is_back_with_its_data(own_server: EmbeddedServer, way: str) -> None:
    own_server.durable = True
    address = own_server.ensure_running()
    with connect_to(address) as connection:
        connection.execute("create table kept as select generate_series(1, 1000) as answer")
        kill_postgres(own_server)
    assert not own_server.is_stopped()
    getattr(own_server, way)()
    assert own_server.ensure_running() == address
    assert ask(address, "select count(*) from kept") == 1000


def test_a_busy_backend_does_not_keep_a_killed_server_from_coming_back(
    own_server: EmbeddedServer,
) -> None:
    address = own_server.ensure_running()
    with keep_busy(address) as orphan:
        kill_postgres(own_server)
        os.kill(orphan, 0)
        assert own_server.ensure_running() == address
        assert ask(address, "select 1") == 1


def test_stop_ends_what_a_killed_server_left(own_server: EmbeddedServer) -> None:
    with keep_busy(own_server.ensure_running()) as orphan:
        kill_postgres(own_server)
        assert orphan in list_processes(own_server.home)
        own_server.stop()
        assert list_processes(own_server.home) == {}
    own_server.restart_if_killed()
    assert own_server.find_ready() is None


def test_a_server_whose_starter_was_killed_is_waited_for(own_server: EmbeddedServer) -> None:
    address = own_server.ensure_running()
    with connect_to(address) as connection:
        connection.execute("create table kept as select generate_series(1, 300000) as answer")
        kill_postgres(own_server)
    command = [sys.executable, "-c", START, str(own_server.home)]
    start = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_for(lambda: find_postmaster(own_server.files), "the server's start")
    start.kill()
    start.wait()
    started = find_pid(own_server)
    assert own_server.ensure_running() == address
    assert find_pid(own_server) == started


def test_kills_and_commands_at_once_leave_one_server(own_server: EmbeddedServer) -> None:
    address = own_server.ensure_running()
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            kill_postgres(own_server)
            found = list(pool.map(lambda _: own_server.ensure_running(), range(4)))
            assert found == [address] * 4
            assert len(list_postmasters(own_server.home)) == 1


def test_a_server_started_deaf_to_signals_stops(own_server: EmbeddedServer) -> None:
    command = [sys.executable, "-c", DEAF + START, str(own_server.home)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    own_server.ensure_running()
    own_server.stop()
    assert "database system is shut down" in own_server.files.log.read_text()


def test_no_password_is_on_a_command_line_or_in_the_log(own_server: EmbeddedServer) -> None:
    address = own_server.ensure_running()
    assert ask(address, "select 1") == 1
    commands = [command for _, command in list_processes(own_server.home).values()]
    assert any("listen_addresses" in command for command in commands)
    assert not any(address.password in command for command in commands)
    assert address.password not in own_server.files.log.read_text()


def test_starts_at_once_make_one_server(new_home: Path) -> None:
    command = [sys.executable, "-c", START, str(new_home)]
    starts = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = [start.communicate(timeout=120) for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0, 0], answers
    assert len({port for port, _ in answers}) == 1
    assert len(list_postmasters(new_home)) == 1


def test_an_initdb_killed_halfway_does_no_harm(new_home: Path) -> None:
    files = ServerFiles(new_home / "postgres")
    start = subprocess.Popen([sys.executable, "-c", START, str(new_home)], start_new_session=True)
    wait_for(lambda: list(files.root.glob("data.new-*/data/PG_VERSION")), "initdb's first file")
    os.killpg(start.pid, signal.SIGKILL)
    start.wait()
    assert not files.data.exists()
    assert ask(EmbeddedServer(new_home, durable=False).ensure_running(), "select 1") == 1
    assert not list(files.root.glob("data.new-*"))


def test_a_taken_port_is_replaced_and_said(own_server: EmbeddedServer) -> None:
    first = own_server.ensure_running()
    own_server.stop()
    said: list[str] = []
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind((LOOPBACK, first.port))
        squatter.listen()
        own_server.report = said.append
        second = own_server.ensure_running()
    assert second.port != first.port
    assert ask(second, "select 1") == 1
    assert [str(first.port) in line and str(second.port) in line for line in said] == [True]


def test_a_process_id_that_now_is_another_program_does_no_harm(
    own_server: EmbeddedServer,
) -> None:
    other = subprocess.Popen(["sleep", "60"])
    try:
        lines = [other.pid, own_server.files.data, 1, 5432, "", LOOPBACK, "", "ready"]
        own_server.files.postmaster_pid.write_text("".join(f"{line}\n" for line in lines))
        assert own_server.find_ready() is None
        assert ask(own_server.ensure_running(), "select 1") == 1
        own_server.stop()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_what_alter_system_set_wins_over_our_tuning(own_server: EmbeddedServer) -> None:
    address = own_server.ensure_running()
    assert ask(address, "show work_mem") == "32MB"
    with connect_to(address) as connection:
        connection.execute("alter system set work_mem = '5MB'")
    own_server.stop()
    assert ask(own_server.ensure_running(), "show work_mem") == "5MB"


def test_a_server_that_cannot_start_says_why(own_server: EmbeddedServer) -> None:
    with (own_server.files.data / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_option = 1\n")
    with pytest.raises(ServerError, match="no_such_option"):
        own_server.ensure_running()
    with pytest.raises(ServerError, match="no_such_option"):
        own_server.restart_if_killed()


def test_a_lost_password_is_an_error_that_says_what_to_do(own_server: EmbeddedServer) -> None:
    own_server.files.secret("postgres").unlink()
    with pytest.raises(ServerError, match="Restore the file"):
        own_server.ensure_running()


def test_a_folder_of_other_files_is_not_taken_for_a_cluster(new_home: Path) -> None:
    files = ServerFiles(new_home / "postgres")
    files.data.mkdir(parents=True)
    (files.data / "letter.txt").write_text("not a cluster")
    with pytest.raises(ServerError, match="no PostgreSQL cluster"):
        EmbeddedServer(new_home).ensure_running()
    assert (files.data / "letter.txt").exists()


def test_a_large_log_is_set_aside(own_server: EmbeddedServer) -> None:
    with own_server.files.log.open("ab") as log:
        log.truncate(11 * 1024 * 1024)
    own_server.ensure_running()
    assert own_server.files.log.stat().st_size < 1024 * 1024
    assert own_server.files.log.with_name("server.log.1").exists()


@pytest.mark.parametrize("name", ["long" * 60, """ it's "$HOME" `x` \\ """])
def test_a_long_or_odd_path_works(empty_home: Path, tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    server = EmbeddedServer(shutil.copytree(empty_home, home), durable=False)
    try:
        assert ask(server.ensure_running(), "select 1") == 1
    finally:
        server.stop()
        shutil.rmtree(home)


def test_a_cluster_stays_with_the_version_that_made_it(new_home: Path) -> None:
    server = EmbeddedServer(new_home, durable=False)
    try:
        server.binaries = find_binaries(OLDEST_MAJOR)
    except ServerError as error:
        pytest.skip(str(error))
    server.ensure_running()
    server.stop()
    again = EmbeddedServer(new_home, durable=False)
    assert str(ask(again.ensure_running(), "show server_version")).startswith(f"{OLDEST_MAJOR}.")
    assert again.binaries.major == OLDEST_MAJOR


def test_a_missing_version_is_named() -> None:
    with pytest.raises(ServerError, match=r"PostgreSQL 9 is needed .* found only"):
        find_binaries(9)


@needs_root
def test_root_without_user_namespaces_becomes_nobody(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_path(monkeypatch, open_folder, "setpriv", "test")
    server = EmbeddedServer(open_folder / "home", durable=False)
    try:
        address = server.ensure_running()
        assert server.files.data.owner() == "nobody"
        assert ask(address, "select 1") == 1
    finally:
        server.stop()


@needs_root
def test_a_server_moves_between_accounts(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = EmbeddedServer(open_folder / "home", durable=False)
    try:
        server.ensure_running()
        server.stop()
        limit_path(monkeypatch, open_folder, "setpriv", "test")
        assert ask(server.ensure_running(), "select 1") == 1
        server.stop()
        monkeypatch.undo()
        assert ask(server.ensure_running(), "select 1") == 1
        assert server.files.data.owner() == "root"
    finally:
        server.stop()


@needs_root
def test_root_without_any_way_is_told(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_path(monkeypatch, open_folder)
    with pytest.raises(ServerError, match="refuses to run as root"):
        EmbeddedServer(tmp_path / "home").ensure_running()


@needs_root
def test_a_home_that_nobody_may_enter_is_told(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_path(monkeypatch, open_folder, "setpriv", "test")
    tmp_path.chmod(0o700)
    with pytest.raises(ServerError, match="TAT_HOME"):
        EmbeddedServer(tmp_path / "home").ensure_running()


def limit_path(monkeypatch: pytest.MonkeyPatch, folder: Path, *programs: str) -> None:
    """Leave only these programs on the PATH."""
    for program in programs:
        found = shutil.which(program)
        assert found is not None
        (folder / program).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
