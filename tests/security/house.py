"""The six real applications on real sockets in this process, and companies that work in them."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI
from pydantic import SecretStr

import gateway.main
from deploy.gasdesk.run.servers import Running
from gateway.settings import GatewaySettings
from services.incentive.staff.service.seeding import seed_demo_staff
from shared.events.topology import SERVICES
from shared.observability.metrics import Metrics
from shared.runtime.settings import Environment
from tests.gateway.standin import bound
from tests.support.world import Company, World

PATIENCE = 20.0


@dataclass
class House:
    """A client and an application for each process, by name; `gateway` is one of them."""

    world: World
    apps: dict[str, FastAPI] = field(default_factory=dict)
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    worker_metrics: list[Metrics] = field(default_factory=list)

    async def company(self, code: str, pack: str = "xxx-gas") -> Company:
        """A company whose people are known to every service and stand in the directory."""
        company = await self.world.company(code, pack)
        async with self.apps["incentive"].state.runtime.sessions.begin() as session:
            await seed_demo_staff(session, company=code, common=company.pack.common, now=datetime.now(UTC))
        return company

    def pool(self, service: str) -> asyncpg.Pool:
        """A service's own pool, for looking at its rows."""
        pool: asyncpg.Pool = self.apps[service].state.runtime.hot
        return pool

    @asynccontextmanager
    async def working(self, *services: str) -> AsyncIterator[None]:
        """The workers of these services, at work."""
        async with AsyncExitStack() as stack:
            for service in services:
                module = importlib.import_module(f"services.{service}.worker")
                self.worker_metrics.append(Metrics(f"{service}-worker"))
                await stack.enter_async_context(_working(self.world, service, module, self.worker_metrics[-1]))
            yield


@asynccontextmanager
async def open_house(world: World) -> AsyncIterator[House]:
    """Start the five services and the gateway."""
    house = House(world)
    async with AsyncExitStack() as stack:
        urls: dict[str, Any] = {}
        for name in SERVICES:
            app = importlib.import_module(f"services.{name}.main").create_app(world.settings(name))
            urls[f"{name}_url"] = await stack.enter_async_context(_serving(house, name, app))
            world.apps.append(app)
            stack.callback(world.apps.remove, app)
        # the deadline is widened, because everything shares one loop on two cores
        settings = GatewaySettings(
            home=world.home,
            nats_url=SecretStr(world.nats.url("gateway")),
            environment=Environment.TEST,
            deadline_ms=10_000,
            identity_ms=10_000,
            **urls,
        )
        await stack.enter_async_context(_serving(house, "gateway", gateway.main.create_app(settings)))
        yield house


@asynccontextmanager
async def _serving(house: House, name: str, app: FastAPI) -> AsyncIterator[str]:
    listener = bound()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    running = Running(name, app, listener)
    await running.ready()
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        house.apps[name], house.clients[name] = app, client
        yield url
    running.drain()
    await running.finished()


@asynccontextmanager
async def _working(world: World, service: str, module: ModuleType, metrics: Metrics) -> AsyncIterator[None]:
    stop, ready = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(
        module.run(world.settings(service), stop, metrics=metrics, on_ready=lambda _: ready.set())
    )
    try:
        await asyncio.wait_for(ready.wait(), PATIENCE)
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, PATIENCE)
