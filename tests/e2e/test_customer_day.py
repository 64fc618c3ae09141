"""The day of the customer service's README, copied line by line."""

import asyncio
import re
import shutil
import sys
from pathlib import Path

from tests.e2e.conftest import Platform

README = Path(__file__).resolve().parents[2] / "services/customer/README.md"


async def test_the_day_of_a_clerk_an_agent_and_a_repair_team(platform: Platform, tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text("utf-8"), flags=re.DOTALL)
    script = "set -euo pipefail\n" + "\n".join(blocks)
    bash = shutil.which("bash") or "bash"
    run = await asyncio.create_subprocess_exec(
        bash, "-c", script, cwd=tmp_path, env=platform.environment, stdout=-1, stderr=-1
    )
    out, err = await asyncio.wait_for(run.communicate(), 240)
    said = out.decode()
    assert run.returncode == 0, said + err.decode() + platform.log.read_text()
    lines = said.splitlines()
    for line in ("opened", "news_media", "concern_not_writable", "confirmed", "vip", "approved", "answered", "closed"):
        assert line in lines, (line, said)
    assert re.search(r"^works running \S+ contract-due$", said, flags=re.MULTILINE), said
    assert re.search(r"^arrival running \S+ repair-unit ", said, flags=re.MULTILINE), said
    assert "arrival 时限为 30 分钟自然时间" in said
    assert {"arrival met", "completion met", "response met"} <= set(lines), said
    assert re.search(r"^follow_up running \S+ safety-hazards$", said, flags=re.MULTILINE), said
    shown = {line.split()[1] for line in lines if re.match(r"^\d{4}-\S+ \w+ ", line)}
    assert shown >= {"account", "contact", "contract", "hand_over", "inspection", "order", "reading", "tier"}, said
    assert "维修与置换及时率 vip 2 / 2 None 按期兑现 ÷ 到期" in lines
    assert re.search(r"^check running ", said, flags=re.MULTILINE), said
    assert lines[-1] == "done"
