"""`gasdesk run` as a child of the test, on a home and ports of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

GASDESK = str(Path(sys.executable).parent / "gasdesk")
_PORTS = ("GATEWAY", "NATS", "CUSTOMER", "COMPLAINT", "CALLBACK", "INSPECTION", "INCENTIVE")


class PlatformProcess:
    """One run; the system chooses every port, `state.json` tells them."""

    def __init__(self, home: Path, **variables: str) -> None:
        self.home = home
        ports = {f"GASDESK_{name}_PORT": "0" for name in _PORTS}
        outside = {name: value for name, value in os.environ.items() if not name.startswith("GASDESK_")}
        outside.pop("ENVIRONMENT", None)
        self.variables = {**outside, **ports, "GASDESK_HOME": str(home), "GASDESK_DURABLE": "0", **variables}
        self.state: dict[str, Any] = {}
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, seconds: float = 180) -> dict[str, Any]:
        """Start and wait until it is ready; answers its state."""
        log = (self.home.parent / f"{self.home.name}.log").open("a+")
        self._process = subprocess.Popen(
            [GASDESK, "run"], env=self.variables, stdout=log, stderr=subprocess.STDOUT, text=True
        )
        until = time.monotonic() + seconds
        state = self.home / "state.json"
        while not (state.exists() and self.read_state()["pids"]["gasdesk"] == self.pid):
            assert self._process.poll() is None, self.output
            assert time.monotonic() < until, self.output
            time.sleep(0.05)
        self.state = self.read_state()
        return self.state

    @property
    def output(self) -> str:
        """All that its runs said."""
        return (self.home.parent / f"{self.home.name}.log").read_text()

    def read_state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.home / "state.json").read_text())
        return state

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal and wait; answers the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(30)

    def gasdesk(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Another command on the same home."""
        return subprocess.run(
            [GASDESK, *arguments],
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
