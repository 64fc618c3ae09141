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
    parent = os.getpid()

    def arrange() -> None:
        if _LIBC is None or not hasattr(_LIBC, "prctl"):
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return arrange


def start(
    command: Sequence[str],
    *,
    log: Path,
    death_signal: int = signal.SIGTERM,
    user: str | None = None,
    env: dict[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a child in its own session, so that Ctrl-C in the terminal reaches only us and we stop it in order.

    Call it from the main thread: the death signal is tied to the thread.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509  # it only calls prctl and getppid
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


def heal(pid_file: Path, *, program: str, folder: Path, number: int = signal.SIGTERM, seconds: float = 15) -> None:
    """End what a killed predecessor left behind and forget its pid file.

    Known by pid file, command line *and* data folder together, never by port or name: `folder` stands in the command
    line or is the working directory.
    """
    if not pid_file.exists():
        return
    orphans = [process for process in psutil.process_iter() if _belongs(process, program, folder)]
    for process in orphans:
        _signal(process, number)
    if not _wait_for(orphans, seconds):
        for process in orphans:
            _signal(process, signal.SIGKILL)
        _wait_for(orphans, 5)
    pid_file.unlink(missing_ok=True)


def _belongs(process: psutil.Process, program: str, folder: Path) -> bool:
    try:
        line = process.cmdline()
        if not line or program not in Path(line[0]).name:
            return False
        return str(folder) in line or process.cwd() == str(folder)
    except psutil.Error:
        return False


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _wait_for(processes: Sequence[psutil.Process], seconds: float) -> bool:
    """Whether all are gone; one whose new parent has not yet collected it counts as gone."""
    until = time.monotonic() + seconds
    while any(_is_alive(process) for process in processes):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
