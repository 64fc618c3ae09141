"""The data folder of a run: where servers keep their data, secrets and keys, and what tells others that we run."""

import fcntl
import json
import os
from pathlib import Path
from typing import IO, Any

import psutil

from deploy.gasdesk import secret

LONGEST = 80
"""Of GASDESK_HOME, in bytes (a Chinese character has three): the socket path below it must stay under 108."""


class HomeError(RuntimeError):
    """The folder cannot be used; the message names the variable or the process in the way."""


class Home:
    """`$GASDESK_HOME`, default `.gasdesk`."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises: HomeError when the path is too long for a socket."""
        self.path = (path or Path(os.environ.get("GASDESK_HOME", ".gasdesk"))).absolute()
        length = len(os.fsencode(self.path))
        if length > LONGEST:
            raise HomeError(
                f"GASDESK_HOME 的路径长 {length} 字节，超过 {LONGEST}，数据库套接字无法建立，请换较短的路径"
                f"（GASDESK_HOME is too long for a socket）: {self.path}"
            )
        self._lock: IO[str] | None = None

    @property
    def secrets(self) -> Path:
        """Passwords, 0600."""
        return self.path / "secrets"

    @property
    def keys(self) -> Path:
        """Signing and field keys, 0600."""
        return self.path / "keys"

    @property
    def state_file(self) -> Path:
        """What others read once we are ready."""
        return self.path / "state.json"

    @property
    def environment_file(self) -> Path:
        """Addresses of services and bus with their credentials, written by `provision`."""
        return self.secrets / "environment.json"

    def prepare(self) -> None:
        """Create the folder and its private parts."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.secrets.mkdir(mode=0o700, exist_ok=True)

    def lock(self) -> None:
        """Hold the folder for this process.  Raises: HomeError naming the process that holds it."""
        self.prepare()
        handle = (self.path / "run.lock").open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.seek(0)
            holder = handle.read().strip() or "?"
            handle.close()
            raise HomeError(f"{self.path} 正由进程 {holder} 使用（already running, pid {holder}）") from None
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        self._lock = handle

    def unlock(self) -> None:
        """Let the folder go."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def write_state(self, state: dict[str, Any]) -> None:
        """Say that we are ready, in one step."""
        self._write(self.state_file, state)

    def read_state(self) -> dict[str, Any]:
        """What the running platform said.  Raises: HomeError when nothing runs."""
        try:
            state: dict[str, Any] = json.loads(self.state_file.read_text())
            is_running = psutil.pid_exists(state["pids"]["gasdesk"])
        except (FileNotFoundError, json.JSONDecodeError, KeyError):
            is_running = False
        if not is_running:
            raise HomeError(f"{self.path} 中没有运行的平台，请先执行 make run（not running）")
        return state

    def clear_state(self) -> None:
        """Say that we no longer run."""
        self.state_file.unlink(missing_ok=True)

    def write_environment(self, variables: dict[str, str]) -> None:
        """Keep addresses with credentials for `serve` and `work`."""
        self.prepare()
        self._write(self.environment_file, variables)

    def load_environment(self) -> None:
        """Set the variables that provisioning wrote and nobody set."""
        try:
            known: dict[str, str] = json.loads(self.environment_file.read_text())
        except FileNotFoundError:
            known = {}
        for name, value in known.items():
            os.environ.setdefault(name, value)
        os.environ.setdefault("GASDESK_HOME", str(self.path))

    def service_passwords(self, fresh: dict[str, str]) -> dict[str, str]:
        """The passwords of the services' roles: kept ones, completed by `fresh`."""
        path = self.secrets / "roles.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if fresh.keys() - known.keys():
            known = {**fresh, **known}
            self._write(path, known)
        return known

    def _write(self, path: Path, content: dict[str, Any]) -> None:
        secret.keep(path, json.dumps(content, indent=2, ensure_ascii=False))
