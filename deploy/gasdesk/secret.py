"""Files that only their owner may read, written in one step."""

import os
from collections.abc import Callable
from pathlib import Path


def keep(path: Path, content: str) -> None:
    """Write `content` with mode 0600; a reader sees the old file or the new one, never half of it."""
    draft = path.with_name(f"{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def kept(path: Path, fresh: Callable[[], str]) -> str:
    """What is kept in `path`; `fresh()` is kept there first when nothing is."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep(path, fresh())
    return path.read_text().strip()
