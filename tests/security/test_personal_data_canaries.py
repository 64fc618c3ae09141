"""I17: personal data goes through every write and every refusal, and is found nowhere but in its place."""

import asyncio
import io
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import httpx
import pytest
import structlog

from shared.events.bus import Bus
from shared.observability import logging as gasdesk_logging
from tests.e2e.person import until
from tests.security.canaries import DESIGNED, Canaries, in_files, in_lines, in_tables
from tests.security.house import House
from tests.support.world import Company

STARTED = "2026-01-05T02:00:00Z"
INTAKE = {"channel": "hotline", "category": "staff_conduct", "summary": "态度"}
COLUMNS = "客户编号,客户名称,客户类别,用气地址,联系电话,证件号码,表号\n"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What every logger of this process says, down to the last detail, but for the test's own client."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    gasdesk_logging.configure("security", level="DEBUG", stream=stream)
    for client in ("httpx", "httpcore"):
        monkeypatch.setattr(logging.getLogger(client), "disabled", True)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@dataclass
class Writer:
    """Sends requests full of canaries and keeps what the refusals say."""

    house: House
    company: Company
    canaries: Canaries = field(default_factory=Canaries)
    refusals: list[str] = field(default_factory=list)

    async def send(
        self, service: str, method: str, path: str, login: str, version: int | None = None, **content: Any
    ) -> httpx.Response:
        """One request, whatever comes of it."""
        headers = self.company.headers(login, version=version)
        answer = await self.house.clients[service].request(method, path, headers=headers, **content)
        assert answer.status_code < 500, (method, path, content, answer.text)
        if answer.status_code >= 400:
            self.refusals.append(answer.text)
        return answer

    async def done(self, service: str, path: str, login: str, version: int | None = None, **content: Any) -> Any:
        """A POST that must succeed."""
        answer = await self.send(service, "POST", path, login, version, **content)
        assert answer.is_success, answer.text
        return answer.json()


async def write_customers(writer: Writer) -> Any:
    """A group with everything that belongs to it, changed, found, revealed."""
    one = writer.canaries
    name, phone = one.name(), one.phone()
    body: dict[str, Any] = {
        "name": name,
        "kind": "commercial",
        "party": "group",
        "identity": one.identity(),
        "phones": [phone],
    }
    body |= {"premises": {"address": one.address()}, "meter": {"number": f"M{uuid.uuid4().hex[:8]}"}}
    customer = await writer.done("customer", "/v1/customers", "clerk", json=body)
    path = f"/v1/customers/{customer['id']}"
    await writer.done("customer", f"{path}/premises", "clerk", json={"address": one.address()})
    await writer.done("customer", f"{path}/phones", "clerk", json={"phone": one.phone()})
    contact = {"name": one.name(), "relation": "family", "phone": one.phone()}
    await writer.done("customer", f"{path}/contact-persons", "clerk", json=contact)
    person = {"premises_id": customer["premises"][0]["id"], "name": one.name(), "kind": "old"}
    await writer.done("customer", f"{path}/vulnerable-persons", "clerk", json=person)
    member = {"number": "1", "name": one.name(), "kind": "important_leader", "phone": one.phone()}
    await writer.send("customer", "POST", f"{path}/members", "clerk", json=member)
    changed = await writer.send("customer", "GET", path, "clerk")
    await writer.send("customer", "PATCH", path, "clerk", changed.json()["version"], json={"name": one.name()})
    for query in ({"phone": phone}, {"q": name}, {"meter": phone}, {"number": name}, {"limit": name}, {"cursor": name}):
        await writer.send("customer", "GET", "/v1/customers", "agent", params=query)
        await writer.send("gateway", "GET", "/v1/desk/lookup", "agent", params=query)
    for wanted in ("name", "phone", "address", "identity"):
        for reason in ("callback", phone):
            await writer.send("customer", "POST", f"{path}/reveal", "agent", json={"field": wanted, "reason": reason})
    return customer


async def write_contacts_and_cases(writer: Writer, customer_id: str) -> None:
    """Calls and cases, of strangers and of the customer."""
    one = writer.canaries
    call = {"channel": "hotline", "started_at": STARTED, "phone": one.phone()}
    await writer.done("customer", "/v1/contacts", "agent", json=call)
    await writer.done("gateway", "/v1/hotline/calls", "agent", json={"started_at": STARTED, "phone": one.phone()})
    contact = {"name": one.complainant(), "phone": one.phone()}
    for login in ("agent", "crew"):
        case = await writer.done("complaint", "/v1/complaints", login, json={**INTAKE, "complainant": contact})
        path = f"/v1/complaints/{case['id']}"
        await writer.done("complaint", f"{path}/contact", login, json={"reason": "首次答复"})
        await writer.done("complaint", f"{path}/acknowledge", login, case["version"], json={})
    linked = await writer.done("complaint", "/v1/complaints", "agent", json={**INTAKE, "customer_id": customer_id})
    await writer.done("complaint", f"/v1/complaints/{linked['id']}/contact", "agent", json={"reason": "首次答复"})
    staff = {"login": f"s{uuid.uuid4().hex[:8]}", "name": one.staff()}
    await writer.done("incentive", "/v1/staff", "office", json=staff)
    await writer.send("incentive", "POST", "/v1/staff", "office", json=staff)


async def write_imports(writer: Writer) -> None:
    """A file with good rows and rows that are refused for each personal column, and files that cannot be read."""
    one = writer.canaries
    good = [f"K{n},{one.name()},民用,{one.address()},{one.phone()},护照{one.identity()},MK{n}" for n in range(3)]
    bad = [
        f"K8,{one.name()},无此类,{one.address()},{one.phone()},,",
        f"K9,{one.name()},民用,{one.address()},{one.phone()}9999,,",
        f"K9,{one.name()},民用,{one.address()},{one.phone()},{one.identity()}E,MK0",
        f"{one.name()},{one.name() * 20},民用,{one.address()},{one.name()},{one.address()},{one.phone()}",
    ]
    sheet = (COLUMNS + "\n".join([*good, *bad])).encode()
    for content in (sheet, f"{one.name()}\n{one.phone()}\n".encode(), b"PK\x03\x04" + one.name().encode()):
        files = {"file": (f"{one.name()}.csv", content)}
        job = await writer.done("customer", "/v1/customers/imports", "keeper", files=files)
        await until_finished(writer, f"/v1/customers/imports/{job['id']}")


async def until_finished(writer: Writer, path: str) -> None:
    """Wait for a job; what it refused is looked at like any refusal."""

    async def finished() -> str:
        answer = await writer.send("customer", "GET", path, "keeper")
        return answer.text if answer.json()["state"] == "done" else ""

    writer.refusals.append(await until(finished))


async def be_refused(writer: Writer) -> None:
    """Personal data where it does not belong: wrong fields, headers, paths, ids, and in what is no JSON."""
    one = writer.canaries
    doors = (("customer", "/v1/customers"), ("customer", "/v1/contacts"), ("complaint", "/v1/complaints"))
    for service, path in (*doors, ("incentive", "/v1/staff"), ("gateway", "/v1/hotline/calls")):
        login = "office" if service == "incentive" else "agent"
        texts = (one.name(), one.phone(), one.address(), one.identity())
        for text in texts:
            await writer.send(
                service, "POST", path, login, json={"name": [text], "kind": text, "phone": text, text: text}
            )
            await writer.send(service, "POST", path, login, content=f'{{"name": {text}'.encode())
            await writer.send(service, "GET", f"{path}/{text}", login)
            await writer.send(service, "GET", path, login, params={"owner_id": text, "customer_id": text, "ids": text})
    case = {**INTAKE, "complainant": {"name": one.complainant(), "phone": "0"}, "category": one.complainant()}
    await writer.send("complaint", "POST", "/v1/complaints", "agent", json=case)
    case = {**INTAKE, "complainant": {"name": one.complainant(), "phone": f"{one.phone()}00000"}}
    await writer.send("complaint", "POST", "/v1/complaints", "agent", json=case)


async def bury(house: House, canaries: Canaries) -> int:
    """A fact that no consumer can read, with personal data in it; answers how many dead letters it became."""
    bus = await Bus.connect(house.world.nats.url("customer"), name="security")
    try:
        body = f'{{"id": "{canaries.name()}", "phone": {canaries.phone()}'.encode()
        await bus.publish("customer.registered", body, {"Nats-Msg-Id": str(uuid.uuid4())})
    finally:
        await bus.close()
    query = "select count(*) from dead_letters where reason = 'undecodable'"
    return int(await until(lambda: house.pool("complaint").fetchval(query)))


async def published(pool: asyncpg.Pool) -> None:
    """Wait until the relay has published everything, also what all tests before left behind."""
    ask = "select not exists (select 1 from outbox where published_at is null)"
    await until(lambda: pool.fetchval(ask), seconds=120)


async def metrics_of(house: House) -> str:
    """Every figure of every process and worker."""
    texts = [(await client.get("/metrics")).text for client in house.clients.values()]
    return "\n".join([*texts, *(one.render().decode() for one in house.worker_metrics)])


async def test_personal_data_stays_in_its_place(house: House, gas: Company, lines: io.StringIO) -> None:
    writer, poison = Writer(house, gas), Canaries()
    async with house.working("customer", "complaint", "incentive"):
        customer = await write_customers(writer)
        await write_contacts_and_cases(writer, customer["id"])
        await write_imports(writer)
        await be_refused(writer)
        await asyncio.gather(*(published(house.pool(service)) for service in ("customer", "complaint", "incentive")))
        assert in_files(writer.canaries, house.world.nats.store) == []
        assert await bury(house, poison) >= 1
    assert len(writer.refusals) >= 80
    assert writer.canaries.within("\n".join(writer.refusals)) == []
    assert in_lines(writer.canaries, lines.getvalue()) + in_lines(poison, lines.getvalue()) == []
    assert writer.canaries.within(await metrics_of(house)) == []
    assert sorted(set(await in_tables(writer.canaries, house, gas.code))) == []
    assert in_files(writer.canaries, house.world.home) == []
    errors = await house.pool("complaint").fetch("select error from dead_letters")
    assert poison.within("\n".join(row["error"] for row in errors)) == []


async def test_personal_data_out_of_its_place_is_reported(house: House, gas: Company, lines: io.StringIO) -> None:
    canaries = Canaries()
    name, phone = canaries.name(), canaries.phone()
    structlog.get_logger("control").info("request", body={"name": name})
    assert in_lines(canaries, lines.getvalue()) == [name]
    await house.pool("customer").execute(
        "insert into audit (at, id, company, action, detail) values (now(), $1, $2, 'control', $3)",
        uuid.uuid4(),
        gas.code,
        {"name": name, "phone": phone},
    )
    assert await in_tables(canaries, house, gas.code) == [
        "name in customer.audit.detail",
        "phone in customer.audit.detail",
    ]
    assert set(DESIGNED) == {"name", "address", "staff"}
