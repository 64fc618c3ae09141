"""The ledger as its callers use it: postings of cases, months closed by people."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from services.incentive.ledger.models import LedgerPostingRow
from services.incentive.ledger.rules import LedgerSubject, Movement, Posting, Unit
from services.incentive.ledger.rules.figures import SubjectBalance
from services.incentive.ledger.service import balances, posting
from services.incentive.staff.service import seed_demo_staff
from shared.ids import new_id
from tests.support.stage import Json, Stage
from tests.support.world import Company

DECEMBER = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
MONTHS = "/v1/incentive-ledger-months"
LEDGER = "/v1/incentive-ledger"


class Books:
    """The ledger of one company."""

    def __init__(self, stage: Stage, company: Company) -> None:
        self.stage, self.company = stage, company
        self.code = company.code

    def of(self, login: str, unit: Unit = Unit.FEN, amount: int = 20_000, **more: Any) -> Movement:
        person = self.company.pack.common.demo_staff[login]
        places = {"department": person.department, "team": person.team} | more
        return Movement(LedgerSubject.employee(self.company.person(login)), unit, amount, **places)

    def posting(
        self, *movements: Movement, month: str = "2026-11", case_id: UUID | None = None, cause: str = "effect"
    ) -> Posting:
        moved = movements or (self.of("agent"),)
        return Posting(case_id or new_id(), cause, new_id(), "reward-praise", month, moved)

    async def post(self, wanted: Posting, **more: Any) -> LedgerPostingRow:
        async with self.stage.runtime.sessions.begin() as session:
            return await posting.post(session, company=self.code, posting=wanted, now=self.stage.clock.now(), **more)

    async def give(self, *movements: Movement, **more: Any) -> LedgerPostingRow:
        return await self.post(self.posting(*movements, **more))

    async def reverse(self, case_id: UUID) -> Sequence[LedgerPostingRow]:
        async with self.stage.runtime.sessions.begin() as session:
            return await posting.reverse(
                session, company=self.code, case_id=case_id, reason="申诉成立", now=self.stage.clock.now()
            )

    async def balance(self, subject: LedgerSubject | str, period: str = "2026-11") -> SubjectBalance:
        if isinstance(subject, str):
            subject = LedgerSubject.employee(self.company.person(subject))
        governances = self.stage.app.state.desk.governances
        async with self.stage.runtime.sessions.begin() as session:
            return await balances.of(session, self.code, subject, period, governances=governances)

    async def rows(self, sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.stage.pool.fetch(sql, self.code)]

    async def count(self, table: str) -> int:
        found = await self.rows(f"select count(*) as n from {table} where company = $1")
        return int(found[0]["n"])

    async def month(self, month: str = "2026-11", login: str = "office") -> Json:
        found = await self.stage.get(self.company, MONTHS, login=login, month=month)
        (one,) = found["items"]
        assert isinstance(one, dict)
        return one

    async def ended(self, at: datetime = DECEMBER) -> Json:
        """The month of November, over and drafted."""
        self.stage.clock.set(at)
        await self.stage.run_job(self.company, "draft_ledger_months")
        return await self.month()

    async def step(self, month: Json, act: str, login: str, **more: Any) -> httpx.Response:
        version = more.pop("version", month["version"])
        return await self.stage.post(
            self.company, f"{MONTHS}/{month['id']}/{act}", login=login, version=version, **more
        )

    async def done(self, month: Json, act: str, login: str) -> Json:
        answer = await self.step(month, act, login)
        assert answer.status_code == 200, answer.text
        made: Json = answer.json()
        return made

    async def closed(self) -> Json:
        return await self.done(await self.ended(), "close", "office")

    async def download(self, month: Json, login: str = "office") -> httpx.Response:
        path = f"{MONTHS}/{month['id']}/payroll"
        return await self.stage.client.get(path, headers=self.company.headers(login))

    async def is_balanced(self, period: str = "2026-11") -> bool:
        found = await self.stage.get(self.company, f"{LEDGER}/trial-balance", period=period)
        assert set(found["differences"]) == {"fen", "points", "year_points"}
        return bool(found["is_balanced"])


async def open_books(stage: Stage, company: Company) -> Books:
    """With the demo staff in the directory, so that people have names."""
    async with stage.runtime.sessions.begin() as session:
        await seed_demo_staff(session, company=company.code, common=company.pack.common, now=stage.clock.now())
    await stage.runtime.staff.refresh()
    return Books(stage, company)
