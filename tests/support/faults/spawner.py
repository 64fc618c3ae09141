"""A warm interpreter that forks the platform's processes: the same commands, without 2 s of imports for each restart.

Reads one JSON object a line (`argv`, `env`, `log`), answers `{"pid": …}`, and says `{"ended": pid, "status": …}` later.
"""

import gc
import importlib
import json
import os
import random
import select
import signal
import sys
from typing import Any

from deploy.gasdesk.embedded.process import die_with_parent
from deploy.gasdesk.main import app
from tests.support.faults import loop

_ANSWERS = 3
"""Where answers go: standard output belongs to the children's logs."""


_MODULES = (
    "alembic.script",
    "nats.aio.client",
    "services.callback.settings",
    "services.complaint.main",
    "services.complaint.worker",
    "shared.database.migrate",
    "uvicorn.lifespan.on",
    "uvicorn.protocols.http.httptools_impl",
)


def preload() -> None:
    """Import what every restart would import again."""
    for name in _MODULES:
        importlib.import_module(name)


def run(argv: list[str]) -> int:
    """Be one process: `gasdesk …` by its own command line, `loop …` by the runner of single loops."""
    program, *arguments = argv
    try:
        if program == "loop":
            loop.main(arguments)
        else:
            app(args=arguments, prog_name=program)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def fork(order: dict[str, Any]) -> int:
    """Start a child; answers its process id."""
    arrange = die_with_parent(signal.SIGKILL)
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        arrange()
        os.setsid()
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(_ANSWERS)
        os.environ.clear()
        os.environ.update(order["env"])
        random.seed()
        status = run(order["argv"])
    except BaseException:  # noqa: BLE001  # whatever it is, the child must not go on as a second spawner
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def collect() -> None:
    """Say which children ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        answer({"ended": pid, "status": os.waitstatus_to_exitcode(status)})


def answer(message: dict[str, Any]) -> None:
    """One line to whoever ordered."""
    os.write(_ANSWERS, json.dumps(message).encode() + b"\n")


def main() -> None:
    """Fork to order until the orders end; the kernel ends the children with us."""
    os.dup2(1, _ANSWERS)
    os.dup2(2, 1)
    preload()
    gc.collect()
    gc.freeze()
    answer({"ready": os.getpid()})
    waiting = b""
    while True:
        readable, _, _ = select.select([0], [], [], 0.02)
        collect()
        if not readable:
            continue
        data = os.read(0, 65536)
        if not data:
            return
        waiting += data
        *lines, waiting = waiting.split(b"\n")
        for line in lines:
            answer({"pid": fork(json.loads(line))})


if __name__ == "__main__":
    main()
