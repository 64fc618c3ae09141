"""A quarter's themed report: drafted, completed by the office, approved by another post, published."""

from datetime import UTC, datetime, timedelta

from tests.inspection.integration.findings.book import status
from tests.inspection.integration.inspections.forms import Inspecting
from tests.inspection.integration.reports.reporting import FINDINGS, REPORTS, Reporting
from tests.support.stage import Json, Stage
from tests.support.world import Company

JANUARY = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
"""Half an hour into 2027 in Shanghai."""


async def drafted(stage: Stage, gas: Company, desk: Reporting) -> Json:
    stage.clock.set(JANUARY)
    await stage.run_job(gas, "inspection_themed_reports")
    await stage.run_job(gas, "inspection_themed_reports")
    (row,) = (await stage.get(gas, REPORTS))["items"]
    return await desk.read(REPORTS, row)


async def test_a_quarter_is_reported_approved_and_published(
    desk: Reporting, house: Inspecting, stage: Stage, gas: Company
) -> None:
    before = await desk.themed(house)
    await stage.pool.execute(
        "update inspections set held_at = held_at - interval '60 days' where id = $1", before["id"]
    )
    held = await desk.themed(house, failing="attitude")
    await desk.confirm(held)
    await desk.themed(house, department="market")
    row = await drafted(stage, gas, desk)
    assert (row["quarter"], row["state"], row["due_at"]) == ("2026-Q4", "draft", "2027-01-15T09:30:00Z")
    counted = row["figures"]
    assert (counted["totals"]["inspections"], counted["totals"]["score"]) == (2, 9000)
    assert (counted["before"]["inspections"], counted["before"]["score"], counted["score_change"]) == (1, 10000, -1000)
    one, other = counted["departments"]
    assert (one["department"], one["score"], one["score_before"], one["themes"]) == (
        *("customer_service", 8000, 10000),
        ["conduct"],
    )
    assert {point["point"]: point["score"] for point in one["checked_points"]}["attitude"] == 0
    assert (other["department"], other["score"], other["findings"]) == ("market", 10000, 0)
    assert [(clause["severity"], clause["found"]) for clause in counted["clauses"]] == [("ordinary", 1)]
    assert (await desk.refused(REPORTS, row, "submit", "office"))[1:] == (
        "themed_report_part_missing",
        ["/summary", "/causes", "/demands"],
    )
    row = await desk.step(REPORTS, row, "write", "officestaff", **FINDINGS)
    row = await desk.step(REPORTS, row, "submit", "office")
    assert (await desk.refused(REPORTS, row, "approve", "office"))[:2] == (403, "themed_report_post_not_allowed")
    row = await desk.step(REPORTS, row, "return", "gm", reason="原因不清")
    row = await desk.step(REPORTS, row, "write", "officestaff", causes="新员工占比高，培训不足")
    row = await desk.step(REPORTS, row, "submit", "officestaff")
    path = f"{REPORTS}/{row['id']}"
    assert await status(stage, gas, path, "head") == 404, "not published yet"
    row = await desk.step(REPORTS, row, "approve", "deputy")
    assert (row["is_frozen"], row["is_intact"], len(row["digest"])) == (True, True, 64)
    await stage.pool.execute("update inspections set score_got = 0 where company = $1", gas.code)
    row = await desk.step(REPORTS, row, "publish", "office")
    assert row["figures"]["totals"]["score"] == 9000, "frozen"
    for login in ("head", "crew", "agent"):
        seen = await desk.read(REPORTS, row, login)
        assert seen["state"] == "published", login
    clocks = await stage.clocks(gas, path)
    assert {name: one["state"] for name, one in clocks.items()} == {
        f"themed_report_{one}": "met" for one in ("submit", "approve", "rework", "publish")
    }
    (fact,) = await stage.facts(gas, "inspection.themed_report_approved")
    assert (fact["quarter"], fact["score"], fact["scores"]) == (
        *("2026-Q4", 9000),
        {"customer_service": 8000, "market": 10000},
    )
    assert len(await stage.facts(gas, "inspection.themed_report_drafted")) == 1


async def test_nobody_approves_the_own_report_and_late_shows(desk: Reporting, stage: Stage, gas: Company) -> None:
    row = await drafted(stage, gas, desk)
    stage.clock.set(JANUARY + timedelta(days=30))
    await stage.sweep()
    assert (await stage.clocks(gas, f"{REPORTS}/{row['id']}"))["themed_report_submit"]["state"] == "breached"
    assert (await desk.refused(REPORTS, row, "approve", "deputy"))[:2] == (409, "themed_report_step_not_allowed")
    assert (await desk.refused(REPORTS, row, "write", "committee", **FINDINGS))[1] == "themed_report_post_not_allowed"
    assert (await desk.refused(REPORTS, row, "write", "head", **FINDINGS))[0] == 403
    row = await desk.step(REPORTS, row, "write", "office", **FINDINGS)
    row = await desk.step(REPORTS, row, "submit", "office")
    assert row["is_late"] is True
    await stage.pool.execute("update themed_reports set submitted_by = $2 where id = $1", row["id"], gas.person("gm"))
    for act, said in (("approve", {}), ("return", {"reason": "x"})):
        assert (await desk.refused(REPORTS, row, act, "gm", **said))[:2] == (403, "themed_report_four_eyes")
    (work,) = [one for one in (await stage.get(gas, "/v1/work", login="deputy"))["items"] if one["id"] == row["id"]]
    assert (work["metric"], work["posts"]) == ("themed_report_approve", ["deputy_gm", "gm"])
    stale = await stage.post(gas, f"{REPORTS}/{row['id']}/approve", login="deputy", version=1)
    assert stale.status_code == 412
