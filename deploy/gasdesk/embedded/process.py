"""Child processes that die with their parent and are known again after a crash."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


class StartError(RuntimeError):
    """A server did not come up; the message says which and the last lines of its log."""


def die_with_parent(number: int) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends the child signal `number` when the thread that started it ends."""

    def arrange() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)

    return arrange


def start(
    command: Sequence[str],
    *,
    log: Path,
    death_signal: int = signal.SIGTERM,
    user: str | None = None,
    env: dict[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child in its own session, so that Ctrl-C in the terminal reaches only us and we stop it in order."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509  # started before any thread of ours
            user=user,
            group=user,
            extra_groups=[] if user else None,
            env=env,
            cwd="/",
        )


def wait_until(
    ready: Callable[[], bool], process: "subprocess.Popen[bytes]", *, what: str, log: Path, seconds: float = 30
) -> None:
    """Wait until `ready`.  Raises: StartError when the process ends first or the time is up."""
    until = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            raise StartError(f"{what} 未能启动（did not start）: {tail(log)}")
        time.sleep(0.01)


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return "(no log)"


def stop(process: "subprocess.Popen[bytes]", number: int = signal.SIGTERM, *, seconds: float = 15) -> None:
    """End a child in order; kill it when it does not go in time."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def heal_orphan(pid_file: Path, *, marks: Sequence[str], number: int = signal.SIGTERM, seconds: float = 15) -> bool:
    """End a predecessor that outlived its parent: known by pid file *and* command line, never by port or name."""
    try:
        pid = int(pid_file.read_text().split()[0])
        process = psutil.Process(pid)
        line = process.cmdline()
    except (FileNotFoundError, ValueError, IndexError, psutil.Error):
        return False
    if not all(any(mark in part for part in line) for mark in marks):
        return False
    process.send_signal(number)
    try:
        process.wait(seconds)
    except psutil.TimeoutExpired:
        process.kill()
    return True
