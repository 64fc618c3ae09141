"""How tests work on surveys: learn of customers, plan, invite, answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from services.callback.surveys.service.inviting import send_due
from tests.callback.integration.line import Json, Line
from tests.support.world import Company

HAPPY: Mapping[str, Json] = {"overall": {"score": 5}, "attitude": {"score": 4}}
SAD: Mapping[str, Json] = {"overall": {"score": 1}, "speed": {"score": 1}, "advice": {"text": "请提前通知"}}


@dataclass
class Field:
    """The surveys of one company."""

    line: Line
    company: Company

    async def people(self, tier: str, count: int, **more: Any) -> list[UUID]:
        """Customers of a tier."""
        return [await self.line.know(self.company, tier, **more) for _ in range(count)]

    async def post(self, path: str, body: Json | None = None, **more: Any) -> httpx.Response:
        """One POST, whatever comes of it."""
        return await self.line.post(self.company, path, body, **{"login": "officestaff", **more})

    async def get(self, path: str, login: str = "office", **params: Any) -> Json:
        """One GET that is answered."""
        answer = await self.line.client.get(path, params=params, headers=self.company.headers(login))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def draft(self) -> Json:
        """The survey of the quarter."""
        answer = await self.post("/v1/surveys", {})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def act(self, survey: Json, act: str, *, login: str = "officestaff", **body: Any) -> httpx.Response:
        """One step from the version at hand, whatever comes of it."""
        path = f"/v1/surveys/{survey['id']}/{act}"
        return await self.post(path, body, login=login, version=survey["version"])

    async def step(self, survey: Json, act: str, *, login: str = "officestaff", **body: Any) -> Json:
        """One step that is taken."""
        answer = await self.act(survey, act, login=login, **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def fielded(self) -> Json:
        """A survey in the field: framed by one, released by another."""
        framed = await self.step(await self.draft(), "frame")
        return await self.step(framed, "open", login="office")

    async def invitations(self, survey: Json, *, login: str = "office", **wanted: Any) -> Sequence[Json]:
        """Those that the person sees."""
        found = await self.get(f"/v1/surveys/{survey['id']}/invitations", login, limit=200, **wanted)
        return list(found["items"])

    async def on(self, one: Json, act: str, *, login: str = "office", **body: Any) -> httpx.Response:
        """One step on an invitation as it is now, whatever comes of it."""
        path = f"/v1/surveys/{one['survey_id']}/invitations/{one['id']}"
        now = await self.line.client.get(path, headers=self.company.headers(login))
        version = now.json()["version"] if now.status_code == 200 else one["version"]
        return await self.post(f"{path}/{act}", body, login=login, version=version)

    async def link(self, one: Json, *, login: str = "office") -> str:
        """The path of a new link for the customer."""
        answer = await self.on(one, "link", login=login)
        assert answer.status_code == 200, answer.text
        return "/v1" + str(answer.json()["link"]).partition("/v1")[2]

    async def told(self, link: str, answers: Mapping[str, Json], **more: Any) -> httpx.Response:
        """What the holder of the link sends."""
        return await self.line.client.post(link, json={"answers": answers, **more}, headers=caller(self.company))

    async def send(self) -> int:
        """What the worker does every minute."""
        desk = self.line.app.state.survey_desk
        async with self.line.runtime.sessions.begin() as session:
            return await send_due(session, desk, self.company.code, now=self.line.clock.now())


def caller(company: Company) -> dict[str, str]:
    """The address as the gateway tells it: one per test, so that no test spends another's."""
    return {"x-gasdesk-client": f"test-{company.code}"}


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code."""
    return answer.status_code, str(answer.json()["code"])
