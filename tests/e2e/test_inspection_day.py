"""The day of the inspection service's README, copied line by line."""

import re
from pathlib import Path

from tests.e2e.conftest import Platform
from tests.e2e.readme import CUSTOMER, INSPECTION, blocks, told


async def test_the_day_of_the_office_an_inspector_and_a_department(moved_platform: Platform, tmp_path: Path) -> None:
    functions, *_ = blocks(CUSTOMER)
    said = await told(moved_platform, tmp_path, [functions, *blocks(INSPECTION)])
    lines = said.splitlines()
    refused = (
        *("inspection_plan_post_not_allowed", "planned_inspection_not_found", "inspection_own_department"),
        *("inspection_form_times_required", "inspection_evidence_required", "notice_proof_required"),
        *("notice_verified_by_issuer", "inspection_archive_unchanged", "monthly_summary_month_not_over"),
    )
    for line in refused:
        assert line in lines, (line, said)
    assert lines.count("8000") == 2, "the form counts once"
    assert re.search(r"^FX\d+ minor False check-conduct-presence notice$", said, flags=re.MULTILINE), said
    assert {"inspection_record met", "inspection_reply met", "inspection_sign met"} <= set(lines), said
    assert {"returned", "verified", "closed", "network minor 1 0"} <= set(lines), said
    assert re.search(r"^archive\.zip: \d+ 个条目", said, flags=re.MULTILINE), said
    assert "完好" in lines, said
    assert "edition 1 intact True" in lines, said
    assert "residents 1 of 8" in lines, said
    assert {"told", "accepted"} <= set(lines), said
    assert re.search(r"^按期整改率 network \d / \d$", said, flags=re.MULTILINE), said
