"""The examples of the READMEs, copied line by line into a shell beside a running platform."""

import asyncio
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.e2e.conftest import Platform

ROOT = Path(__file__).resolve().parents[2]
CUSTOMER = ROOT / "services/customer/README.md"
CALLBACK = ROOT / "services/callback/README.md"
INSPECTION = ROOT / "services/inspection/README.md"
INCENTIVE = ROOT / "services/incentive/README.md"


def blocks(readme: Path) -> list[str]:
    """The shell commands of a README, a string for each block."""
    return re.findall(r"```sh\n(.*?)```", readme.read_text("utf-8"), flags=re.DOTALL)


async def told(platform: Platform, folder: Path, commands: Sequence[str], *, seconds: float = 240) -> str:
    """Run them as a user would, in a folder with the environment that `make` builds; answers what they print."""
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    script = "set -euo pipefail\n" + "\n".join(commands)
    bash = shutil.which("bash") or "bash"
    run = await asyncio.create_subprocess_exec(
        bash, "-c", script, cwd=folder, env=platform.environment, stdout=-1, stderr=-1
    )
    out, err = await asyncio.wait_for(run.communicate(), seconds)
    said = out.decode()
    assert run.returncode == 0, said + err.decode() + platform.log.read_text()
    return said
