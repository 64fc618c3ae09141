"""The day of the incentive service's README, copied line by line."""

import re
from pathlib import Path

from tests.e2e.conftest import Platform
from tests.e2e.readme import CUSTOMER, INCENTIVE, blocks, told


async def test_the_day_of_a_worker_those_who_sign_and_the_office(moved_platform: Platform, tmp_path: Path) -> None:
    functions, *_ = blocks(CUSTOMER)
    said = await told(moved_platform, tmp_path, [functions, *blocks(INCENTIVE)])
    lines = said.splitlines()
    refused = (
        *("permission_denied", "incentive_amount_outside_range", "incentive_not_your_step", "incentive_not_lower"),
        *("incentive_case_not_found", "ledger_month_open", "ledger_post_not_allowed"),
    )
    for line in refused:
        assert line in lines, (line, said)
    assert re.search(r"^breach penalty-2-commitment .*talk suggested$", said, flags=re.MULTILINE), said
    assert re.search(r"^\d+ segments [0-9a-f]{12} sla\.breached$", said, flags=re.MULTILINE), said
    assert "incentive_case case_sign_1 mine" in lines, said
    assert [line for line in lines if line.startswith("net fen")] == [
        "net fen -10000", "net fen 0", "net fen 0", "net fen 30000",
    ], said  # fmt: skip
    assert {"returned", "approved", "hearing", "considering", "contested", "reversed", "settled"} <= set(lines), said
    assert "总经理 周致远 同意" in lines, said
    assert {"case_sign_4 2 met", "case_told 2 met", "case_considered 2 met"} <= set(lines), said
    assert {"closed", "locked", "payroll rows True", "released"} <= set(lines), said
    assert "rewards reward-composure 30000 0" in lines, said
    assert "eligible True" in lines, said
    assert re.search(r"^部门失分率 customer_service -?\d+ / 100$", said, flags=re.MULTILINE), said
