"""What heads, office and committee do with summaries, themed reports and archives."""

from datetime import UTC, datetime
from typing import Any

from tests.inspection.integration.findings.book import step as finding_step
from tests.inspection.integration.inspections.forms import Inspecting
from tests.inspection.integration.notices import mending
from tests.support.stage import Json, Stage
from tests.support.world import Company

SUMMARIES, REPORTS, ARCHIVES = "/v1/monthly-summaries", "/v1/themed-reports", "/v1/archives"
TABLES = {SUMMARIES: "monthly_summaries", REPORTS: "themed_reports"}
PARTS: Json = {
    "achievements": "首问负责落实到位",
    "measures": "增开周末窗口",
    "problems": "个别工单超时",
    "suggestions": "统一派单口径",
}
FINDINGS: Json = {"summary": "总体良好", "causes": "培训不足", "demands": "限期整改"}
DECEMBER = datetime(2026, 11, 30, 16, 20, tzinfo=UTC)
"""20 minutes into the first of December in Shanghai."""
CONDUCT = ("dress", "presence", "words", "attitude", "requests")
THEMED: Json = {"kind": "themed", "theme": "conduct"}


class Reporting:
    """The people of one company around reports."""

    def __init__(self, stage: Stage, company: Company) -> None:
        self.stage, self.company = stage, company

    async def drafted(self, at: datetime = DECEMBER, department: str = "customer_service") -> Json:
        """The summary that the job drafted when the month was over."""
        self.stage.clock.set(at)
        await self.stage.run_job(self.company, "inspection_summaries")
        found = await self.stage.get(self.company, SUMMARIES, department=department)
        return await self.read(SUMMARIES, found["items"][0])

    async def read(self, path: str, row: Json, login: str = "office") -> Json:
        found: Json = await self.stage.get(self.company, f"{path}/{row['id']}", login=login)
        return found

    async def step(self, path: str, row: Json, act: str, login: str, **body: Any) -> Json:
        """A step that must succeed."""
        answer = await self.stage.post(
            self.company, f"{path}/{row['id']}/{act}", body, login=login, version=row["version"]
        )
        assert answer.status_code == 200, answer.text
        after: Json = answer.json()
        assert after["version"] == row["version"] + 1
        return after

    async def refused(self, path: str, row: Json, act: str, login: str, **body: Any) -> tuple[int, str, list[str]]:
        """Status, code and pointers of a step that must fail and change nothing."""
        answer = await self.stage.post(
            self.company, f"{path}/{row['id']}/{act}", body, login=login, version=row["version"]
        )
        version = await self.stage.pool.fetchval(f"select version from {TABLES[path]} where id = $1", row["id"])
        assert version == row["version"], "nothing changed"
        problem = answer.json()
        return answer.status_code, problem["code"], [one["pointer"] for one in problem.get("errors") or ()]

    async def written(self, row: Json, **more: Any) -> Json:
        return await self.step(SUMMARIES, row, "write", "head", **{**PARTS, **more})

    async def signed(self, row: Json) -> Json:
        return await self.step(SUMMARIES, await self.written(row), "sign", "head")

    async def stands_in(self, for_login: str, login: str) -> None:
        """Somebody deputises for another."""
        deputies = [{"staff_id": str(self.company.person(login)), "from_on": "2026-11-01", "until_on": "2026-12-31"}]
        await self.stage.pool.execute(
            "update staff set deputies = $1, version = version + 1 where id = $2",
            deputies,
            self.company.person(for_login),
        )
        await self.stage.runtime.staff.refresh()

    async def themed(self, house: Inspecting, department: str = "customer_service", **more: Any) -> Json:
        """A themed inspection that was held; `failing` names a point with its evidence."""
        failing = more.pop("failing", None)
        points = [{"point": code, "answer": "ok"} for code in CONDUCT]
        if failing:
            proof = await house.stored_file()
            bad = {"point": failing, "answer": "not_ok", "remarks": "未按规定", "evidence_ids": [proof]}
            points = [bad if one["point"] == failing else one for one in points]
        row = await house.prepared(**THEMED, department=department, **more)
        return await house.held(row, points=points)

    async def sign_inspection(self, house: Inspecting, row: Json, head: str = "head") -> Json:
        return await house.step(await house.step(row, "reply", head, words="已组织培训"), "sign", "inspector")

    async def confirm(self, row: Json) -> list[Json]:
        """The findings of an inspection are confirmed, and their notices drafted."""
        found = []
        for finding_id in row["finding_ids"]:
            finding = await self.stage.get(self.company, f"/v1/findings/{finding_id}")
            if finding["state"] == "draft":
                finding = await finding_step(self.stage, self.company, finding, "confirm", "office")
            found.append(finding)
        await mending.follow(self.stage, self.company)
        return found

    async def mend(self, finding: Json) -> Json:
        """The notice on a finding, issued, mended, verified by another and accepted."""
        stage, gas = self.stage, self.company
        notice = await mending.of_finding(stage, gas, finding["id"])
        notice = await mending.step(stage, gas, notice, "issue", "office")
        notice = await mending.mended(stage, gas, await mending.planned(stage, gas, notice))
        notice = await mending.verified(stage, gas, notice, login="officestaff")
        return await mending.step(stage, gas, notice, "accept", "office", is_accepted=True, words="同意销号")

    async def archive(self, row: Json, login: str = "office", **more: Any) -> Any:
        return await self.stage.post(self.company, f"/v1/inspections/{row['id']}/archive", login=login, **more)

    async def archived(self, house: Inspecting) -> tuple[Json, Json]:
        """A themed inspection with a mended finding, and its archive."""
        row = await self.sign_inspection(house, await self.themed(house, failing="attitude"))
        for finding in await self.confirm(row):
            await self.mend(finding)
        made = await self.archive(row)
        assert made.status_code == 201, made.text
        return row, made.json()
