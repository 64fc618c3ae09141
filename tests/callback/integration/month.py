"""A month of work of four companies, each under another pack, and the people who call its customers back."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import httpx
from typing_extensions import override

from services.callback.calls.jobs import LEDGER_JOB, bodies
from services.callback.calls.service.desk import CallDesk
from services.callback.calls.service.keeping import keep
from services.callback.consumers import bulk_handlers
from services.callback.worker import handlers_of
from services.complaint.consumers import bulk_handlers as complaint_bulk
from services.complaint.worker import handlers_of as complaint_handlers_of
from services.customer.worker import handlers_of as customer_handlers_of
from shared.events.fact import Fact
from shared.ids import new_id
from shared.jobs.model import JobState, JobView
from shared.runtime.runtime import Runtime
from shared.sla.sweeper import Sweeper
from tests.callback.integration.line import BAD, GOOD, Json, Line
from tests.callback.integration.month_facts import DAYS, at, customers_of, facts_of
from tests.callback.integration.month_plan import STRATA, company_of
from tests.callback.integration.month_wire import Exchange, Listener, exchange
from tests.support.world import Company, World

CALLERS = {"hotline": ("agent", "agent2"), "hall": ("clerk",), "account": ("account",), "gm": ("gm",)}
"""Who calls, by work list."""
NEGLECTED = ("month-generic", "hall")
"""A work list of one company from which nobody calls in the second half of the month."""
NEGLECTED_FROM = 15
LAST_DAY = 39
"""Every window has ended."""
_SAID: dict[int, tuple[str, Json]] = {
    0: ("complaint", {"reasons": ["again", "late"], "words": "修过的地方又漏了"}),
    1: ("opinion", {"suggestion": {"words": "周末也应营业"}}),
    2: ("praise", {"praise": {"words": "师傅很细心"}}),
    3: ("finding", {"result": "wrong_number"}),
    4: ("need", {"need": {"need": "appliance"}}),
}
"""What every twelfth customer says, and the kind of what follows from it."""
HEARS = {"callback": ("CUSTOMER", "COMPLAINT"), "complaint": ("CALLBACK",), "customer": ("CALLBACK",)}
"""Who listens to which streams."""
TOLD = ("callback.completed", "callback.dissatisfied", "callback.wrong_number_found")
"""What other services take up."""
_READY = """
select queue, count(*)::int as ready from callbacks
where company = $1 and state in ('scheduled', 'waiting') and ready_at <= $2 and latest_at > $2
group by queue order by queue
"""


@dataclass(frozen=True)
class Others:
    """The services on which callbacks have consequences, by clients."""

    complaint: httpx.AsyncClient
    customer: httpx.AsyncClient


@dataclass
class Workplace(Company):
    """A company whose people log in once, not anew for every call."""

    regular: UUID
    """A customer whom the clerk registered in the customer service."""
    tokens: dict[str, str] = field(default_factory=dict)

    @override
    def token(self, login: str) -> str:
        """The same token all the month."""
        if login not in self.tokens:
            self.tokens[login] = super().token(login)
        return self.tokens[login]


@dataclass
class Month:
    """The started services, the four companies, and what was said to whom."""

    line: Line
    others: Others
    companies: dict[str, Workplace]
    said: dict[str, Exchange]
    listeners: dict[str, Listener]
    heard: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    """How many each company's people made."""
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often customers of a company said what has a consequence of a kind."""
    once: set[str] = field(default_factory=set)
    """Callbacks in which nobody answered, or the customer asked to be called later."""

    @property
    def codes(self) -> list[str]:
        """The four companies."""
        return [company.code for company in self.companies.values()]

    async def pass_by(self) -> None:
        """Let the month pass, and the days until the last window has ended."""
        await self.hear([fact for company in self.companies.values() for fact in customers_of(company)])
        self.line.clock.set(at(0, 8, 30))
        for company in self.companies.values():
            await draw_ledger(self.line.runtime, self.line.app.state.call_desk, company.code, at(0, 8, 30))
        for day in range(LAST_DAY):
            for hour in (10, 15):
                self.line.clock.set(at(day, hour))
                await self.keep()
                await self.work(day, hour)
            self.line.clock.set(at(day, 17, 30))
            if day < DAYS:
                await self.hear(
                    [fact for company in self.companies.values() for fact in facts_of(company, day, company.regular)]
                )
            await self.follow_up()
        await self.keep()

    async def hear(self, facts: list[Fact]) -> None:
        """The other services say what happened, and the callback service hears it."""
        for service in ("customer", "complaint"):
            self.heard += await self.said[service].say(fact for fact in facts if fact.type.startswith(service))
            await self.said[service].publish(self.codes)
        await self.listeners["callback"].caught_up()

    async def follow_up(self) -> None:
        """What the calls told reaches the other services, and what came of it comes back."""
        await self.said["callback"].publish(self.codes, *TOLD)
        for service in ("complaint", "customer"):
            await self.listeners[service].caught_up()
            await self.said[service].publish(self.codes)
        await self.listeners["callback"].caught_up()

    async def keep(self) -> None:
        """What the worker does by itself: clocks are judged, what is due comes in, what was missed falls out."""
        runtime, desk = self.line.runtime, self.line.app.state.call_desk
        await Sweeper(runtime.hot, self.line.clock).sweep()
        for code in self.codes:
            missed = 1
            while missed:
                async with runtime.sessions.begin() as session:
                    missed = await keep(session, desk.governances, code, now=self.line.clock.now())

    async def work(self, day: int, hour: int) -> None:
        """Everybody calls until the work lists are empty; the four companies at the same time."""
        async with asyncio.TaskGroup() as group:
            for company in self.companies.values():
                group.create_task(self._work_of(company, day, hour))

    async def _work_of(self, company: Company, day: int, hour: int) -> None:
        for row in await self.line.pool.fetch(_READY, company.code, self.line.clock.now()):
            if (company.code, row["queue"]) == NEGLECTED and day >= NEGLECTED_FROM:
                continue
            for n in range(row["ready"]):
                await self._call(company, CALLERS[row["queue"]], n, hour)

    async def _call(self, company: Company, people: tuple[str, ...], n: int, hour: int) -> None:
        """One person takes the next callback and makes the call; who finds only the own work lets others do it."""
        for login in (people[n % len(people)], *people):
            answer = await self.line.post(company, "/v1/callbacks/claim", login=login)
            if answer.status_code == 201:
                break
            assert answer.json()["code"] == "callback_none_waiting", answer.text
        else:
            raise AssertionError(f"nobody may make a call of {company.code}: {people}")
        one = dict(answer.json())
        if self.calls[company.code] % 5 == 0:
            number = await self.line.act(company, one, "contact", login=login, purpose="callback")
            assert number.status_code == 200, number.text
        await self.line.record(company, one, login=login, **self._report(company, one, hour))

    def _report(self, company: Company, one: Json, hour: int) -> Json:
        """What the customer says, in turn."""
        turn = self.calls[company.code] % 12
        self.calls[company.code] += 1
        if hour == 10 and one["id"] not in self.once:
            later = self.line.clock.now() + timedelta(hours=5)
            if turn == 5:
                self.once.add(one["id"])
                return {"result": "no_answer"}
            if turn == 6 and datetime.fromisoformat(one["latest_at"]) > later:
                self.once.add(one["id"])
                return {"result": "call_again", "call_again_at": later.isoformat()}
        if turn in _SAID:
            kind, said = _SAID[turn]
            self.told[company.code, kind] += 1
            report = {"result": "reached", **said}
        else:
            report = {"result": "refused" if turn == 7 else "reached"}
        if report["result"] == "reached":
            report["answers"] = _answers(one, is_happy="reasons" not in report)
        return report


def _answers(one: Json, *, is_happy: bool) -> Json:
    if one["script"] == "case_closed":
        return {"overall": {"choice": "satisfied" if is_happy else "unsatisfied"}}
    return GOOD if is_happy else BAD


async def draw_ledger(runtime: Runtime, desk: CallDesk, company: str, when: datetime) -> None:
    """The monthly job, chunk by chunk as the worker runs it."""
    cursor: Json = {}
    while True:
        job = JobView(
            new_id(), company, LEDGER_JOB, {"due_at": when.isoformat()}, JobState.RUNNING, 0, None, cursor, {}, None, 1,
            when, None, when, when, None, 1,
        )  # fmt: skip
        async with runtime.sessions.begin() as session:
            step = await bodies(runtime, desk)[LEDGER_JOB](session, job)
        if step.is_finished:
            return
        cursor = step.cursor


async def registered(company: Company, customers: httpx.AsyncClient) -> Workplace:
    """The company, once its clerk has registered a customer with a telephone."""
    body = {"name": "沈知行", "kind": "residential", "party": "individual", "phones": ["13800001234"]}
    answer = await customers.post("/v1/customers", json=body, headers=company.headers("clerk"))
    assert answer.status_code == 201, answer.text
    return Workplace(company.code, company.pack, company.issuer, UUID(answer.json()["id"]))


@asynccontextmanager
async def simulated(world: World, line: Line, others: Others) -> AsyncIterator[Month]:
    """Four companies whose month has passed."""
    line.clock.set(at(-1, 12))
    companies = {
        pack: await registered(await world.company(company_of(pack), pack), others.customer) for pack in STRATA
    }
    runtimes: dict[str, Runtime] = {
        service: world.newest(service).state.runtime for service in ("callback", "complaint", "customer")
    }
    async with AsyncExitStack() as stack:
        said = {service: await stack.enter_async_context(exchange(world, service)) for service in runtimes}
        listeners = {
            service: Listener(service, said[service].bus, streams, line.clock.now) for service, streams in HEARS.items()
        }
        for service, listener in listeners.items():
            await listener.skip(runtimes[service].sessions)
        month = Month(line, others, companies, said, listeners)
        async with (
            listeners["callback"].listening(
                runtimes["callback"].sessions, handlers_of(runtimes["callback"]), bulk_handlers()
            ),
            listeners["complaint"].listening(
                runtimes["complaint"].sessions, complaint_handlers_of(runtimes["complaint"]), complaint_bulk()
            ),
            listeners["customer"].listening(runtimes["customer"].sessions, customer_handlers_of(runtimes["customer"])),
        ):
            await month.pass_by()
        yield month
