"""The day of the callback service's README, copied line by line."""

import re
from pathlib import Path

from tests.e2e.conftest import Platform
from tests.e2e.readme import CALLBACK, CUSTOMER, blocks, told


async def test_the_day_of_a_caller_the_office_and_an_account_manager(moved_platform: Platform, tmp_path: Path) -> None:
    functions, *_ = blocks(CUSTOMER)
    said = await told(moved_platform, tmp_path, [functions, *blocks(CALLBACK)])
    lines = said.splitlines()
    for line in ("callback_not_due", "callback_own_work", "callback_already_claimed", "callback_answer_outside_script"):
        assert line in lines, (line, said)
    assert "event 1 drawn True again True" in lines, said
    assert not re.search(r"drawn True again False|drawn False again True", said), said
    assert re.search(r"^HF\d{6}-\d+ complaint vip \d{4}-", said, flags=re.MULTILINE), "the work list of the caller"
    assert re.search(r"^complaint linked TS\d{6}-\d+$", said, flags=re.MULTILINE), said
    assert re.search(r"^opinion linked YJ\d{6}-\d+$", said, flags=re.MULTILINE), said
    assert re.search(r"^\S+ reopened$", said, flags=re.MULTILINE), "the case names the callback that reopened it"
    assert re.search(r"^capacity HF\d{6}-\d+$", said, flags=re.MULTILINE), said
    for line in ("survey_link_used", "survey_link_invalid", "fielding", "closed"):
        assert line in lines, (line, said)
    for line in ("visit_proof_missing", "opted_out", "opt_out_not_allowed", "delivered", "已恢复供气并上门致歉"):
        assert line in lines, (line, said)
    assert {"answer met", "draft met", "delivery met", "external_answer met"} <= set(lines), said
    assert "回访满意率 vip 0 / 1 None" in lines, said
    assert any(line.startswith("回访比例 vip 1 / 1 {'at_least': 100.0") for line in lines), said
