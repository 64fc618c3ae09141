"""What the people of the company do in the year: each looks into the own lists, and acts."""

import io
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.inspection.year.platform import Platform
from tests.support.stage import Json

PLANS, PLANNED, INSPECTIONS = "/v1/inspection-plans", "/v1/planned-inspections", "/v1/inspections"
FINDINGS, NOTICES = "/v1/findings", "/v1/notices"
SUMMARIES, THEMED = "/v1/monthly-summaries", "/v1/themed-reports"
TABLES = {
    PLANS: "inspection_plans",
    PLANNED: "planned_inspections",
    INSPECTIONS: "inspections",
    FINDINGS: "findings",
    NOTICES: "rectification_notices",
    SUMMARIES: "monthly_summaries",
    THEMED: "themed_reports",
}


@dataclass
class People:
    """Everybody at work."""

    platform: Platform
    photos: dict[str, str] = field(default_factory=dict)
    """By login, the file that proves what that person saw."""

    def login_of(self, staff_id: str) -> str:
        """The login of a member of staff."""
        company = self.platform.company
        return next(one for one in company.pack.common.demo_staff if str(company.person(one)) == staff_id)

    def holder_of(self, post: str) -> str:
        """The first login that holds a post."""
        staff = self.platform.company.pack.common.demo_staff
        return next(login for login, person in staff.items() if post in person.posts)

    def head_of(self, department: str) -> str:
        """The login of the head of a department."""
        lead = self.platform.company.pack.common.departments[department].lead_post
        assert lead is not None
        return self.holder_of(lead)

    async def waiting(self, path: str, state: str, login: str = "office") -> list[Json]:
        """What is listed in a state, oldest first; the list is not asked for where the table has none."""
        statement = f"select exists (select 1 from {TABLES[path]} where state = $1)"  # our own names
        if not await self.platform.stage.pool.fetchval(statement, state):
            return []
        return await self.listed(path, login, state=state)

    async def listed(self, path: str, login: str = "office", **query: Any) -> list[Json]:
        """All pages, oldest first."""
        found, cursor = list[Json](), ""
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = await self.platform.stage.get(self.platform.company, path, login=login, limit=200, **query, **more)
            found += page["items"]
            cursor = page.get("next_cursor") or ""
            if not cursor:
                return found[::-1]

    async def step(self, path: str, row: Json, act: str, login: str, /, **body: Any) -> Json:
        """One step on a row, which must succeed."""
        stage, company = self.platform.stage, self.platform.company
        answer = await stage.post(company, f"{path}/{row['id']}/{act}", body, login=login, version=row["version"])
        assert answer.status_code == 200, (act, login, answer.text)
        after: Json = answer.json()
        return after

    async def made(self, path: str, body: Json, login: str) -> Json:
        """One new row."""
        answer = await self.platform.stage.post(self.platform.company, path, body, login=login)
        assert answer.status_code == 201, (path, login, answer.text)
        row: Json = answer.json()
        return row

    async def photo(self, login: str) -> str:
        """A photo that the person stored."""
        if login not in self.photos:
            drawn = io.BytesIO()
            Image.new("RGB", (64, 64)).save(drawn, "PNG")
            stage, company = self.platform.stage, self.platform.company
            files = {"file": ("photo.png", drawn.getvalue(), "image/png")}
            answer = await stage.client.post("/v1/files", files=files, headers=company.headers(login))
            assert answer.is_success, answer.text
            self.photos[login] = answer.json()["id"]
        return self.photos[login]
