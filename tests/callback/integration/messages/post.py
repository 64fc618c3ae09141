"""How tests send messages: a customer of the real customer service, the real gateway client, one round at a time."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from services.callback.messages import service as messages
from services.callback.messages.models import MessageRow
from services.callback.messages.service.posting import PostOffice
from services.callback.policy_in_force import Governances, open_governances
from shared.access.issuer import DemoLogin, LocalIssuer
from shared.access.keys import KeyFolder
from shared.messaging.folder import FolderSender
from shared.messaging.gateway import GatewaySender
from shared.messaging.numbers import Account, RevealedNumbers
from shared.messaging.rounds import Rounds
from shared.messaging.sender import MessageSender
from tests.callback.integration.line import Json, Line
from tests.callback.integration.messages.provider import KEY, Provider
from tests.support.world import ISSUER, Company, World

PHONE = "+8610012345678"
ACCOUNT = "crew"
"""A post that may see a number by grant only."""


def governances(line: Line) -> Governances:
    """The policy of the started service."""
    return open_governances(line.runtime.policy, line.runtime.calendars)


async def queued(line: Line, company: Company, customer_id: UUID, template: str, **more: Any) -> MessageRow:
    """A message of the service's own."""
    said: Json = {"cause": f"test:{uuid.uuid4()}", "source": "test", **more}
    outgoing = messages.Outgoing(company=company.code, customer_id=customer_id, template=template, **said)
    async with line.runtime.sessions.begin() as session:
        return await messages.queue(session, governances(line), outgoing, now=line.clock.now())


async def one_round(line: Line, company: Company, sender: MessageSender) -> int:
    """What the worker does again and again."""
    office = PostOffice(governances(line), sender, companies=[company.code])
    return await Rounds(line.runtime.sessions, line.clock, office, name="messages").round()


async def shown(line: Line, company: Company, row: MessageRow) -> Json:
    """The message with what was done with the provider."""
    answer = await line.client.get(f"/v1/messages/{row.id}", headers=company.headers("office"))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@dataclass
class Outside:
    """What lies outside of this service: a provider and the customer service."""

    provider: Provider
    customers: httpx.AsyncClient
    sender: GatewaySender

    async def customer(self, line: Line, company: Company, tier: str = "vip", **more: Any) -> UUID:
        """A customer of the real registry with a telephone, known to this service."""
        body: Json = {"name": "周知微", "kind": "residential", "phones": ["10012345678"], **more}
        body |= {"premises": {"address": "人民路1号"}}
        answer = await self.customers.post("/v1/customers", json=body, headers=company.headers("clerk"))
        assert answer.status_code == 201, answer.text
        return await line.know(company, tier, customer_id=UUID(answer.json()["id"]))


@asynccontextmanager
async def outside(
    world: World, line: Line, customers: httpx.AsyncClient, company: Company, provider: Provider
) -> AsyncIterator[Outside]:
    """The real gateway sender; numbers are shown by the real customer service for a grant."""
    login = DemoLogin(ACCOUNT, company.code, company.person(ACCOUNT))
    provider.issuer = LocalIssuer(
        logins=[login],
        default_company="",
        password="gasdesk",
        key=KeyFolder(world.home / "keys").signing_key(),
        issuer=ISSUER,
        environment="test",
    )
    async with httpx.AsyncClient(timeout=0.15, trust_env=False) as client:
        mounts = {"http://customers": customers._transport, provider.url: httpx.AsyncHTTPTransport()}
        async with httpx.AsyncClient(mounts=mounts, trust_env=False, timeout=5) as inside:
            account = Account(f"{provider.url}/token", f"{ACCOUNT}@{{company}}", "gasdesk")
            numbers = RevealedNumbers(
                inside, base_url="http://customers", account=account, signer=line.runtime.grant_signer
            )
            yield Outside(provider, customers, GatewaySender(client, url=provider.url, key=KEY, numbers=numbers))


def files_in(path: Path) -> list[Path]:
    """The messages that the folder got."""
    return sorted(path.rglob("*.json"))


def folder(path: Path) -> FolderSender:
    """The default sender."""
    return FolderSender(path)
