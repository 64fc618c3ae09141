"""The day of the customer service's README, copied line by line."""

import re
from pathlib import Path

from tests.e2e.conftest import Platform
from tests.e2e.readme import CUSTOMER, blocks, told


async def test_the_day_of_a_clerk_an_agent_and_a_repair_team(platform: Platform, tmp_path: Path) -> None:
    said = await told(platform, tmp_path, blocks(CUSTOMER))
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
