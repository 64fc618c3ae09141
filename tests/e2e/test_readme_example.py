"""The README's first example, copied line by line."""

import asyncio
import re
import shutil
import sys
from pathlib import Path

from tests.e2e.conftest import Platform

ROOT = Path(__file__).resolve().parents[2]


def example(readme: str) -> str:
    """The shell blocks of the first example, in their order."""
    text = (ROOT / readme).read_text("utf-8")
    section = text.split("\n## ")[2]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL))


def test_both_languages_run_the_same_commands() -> None:
    assert example("README.md") == example("README.zh-CN.md")


async def test_a_vip_is_promised_an_hour_and_the_breach_reaches_the_subscriber(
    platform: Platform, tmp_path: Path
) -> None:
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    script = "set -euo pipefail\n" + example("README.md")
    bash = shutil.which("bash") or "bash"
    told = tmp_path / "told.txt"
    with told.open("wb") as sink:
        run = await asyncio.create_subprocess_exec(
            bash, "-c", script, cwd=tmp_path, env=platform.environment, stdout=sink, stderr=sink
        )
        try:
            await asyncio.wait_for(run.wait(), 240)
        except TimeoutError:
            run.kill()
    said = told.read_text()
    assert run.returncode == 0, said + platform.log.read_text()
    assert "'tier': 'vip'" in said
    assert "response vip" in said
    assert "时限为 1 小时自然时间" in said
    assert re.search(r"^complaint\.opened xxx-gas", said, flags=re.MULTILINE), said
    assert re.search(r'^sla\.breached xxx-gas .*"metric": "response"', said, flags=re.MULTILINE), said
    assert "'is_breached': True" in said
