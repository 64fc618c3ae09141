"""`gasdesk provision` and `gasdesk migrate`."""

import asyncio
import os
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""

    @app.command()
    def provision() -> None:
        """建库、角色、模式、流与规章（DATABASE_URL 与 NATS_URL 为管理员地址）。"""
        from deploy.gasdesk.commands.connect import database_url, nats_url
        from deploy.gasdesk.home import Home
        from deploy.gasdesk.provision import everything

        home = Home()
        home.prepare()
        known = {
            name.removeprefix("GASDESK_").removesuffix("_NATS_URL").lower(): value
            for name, value in os.environ.items()
            if name.startswith("GASDESK_") and name.endswith("_NATS_URL")
        }
        addresses = everything.Addresses(database_url(), nats_url())
        environment = os.environ.get("ENVIRONMENT", "production")
        asyncio.run(everything.provision(addresses, home, nats_urls=known, environment=environment))

    @app.command()
    def migrate(services: Annotated[list[str] | None, typer.Argument(help="默认为全部服务")] = None) -> None:
        """迁移各服务的模式并预建分区。"""
        from deploy.gasdesk.commands.connect import database_url
        from deploy.gasdesk.provision.database import grant_tables
        from deploy.gasdesk.provision.schema import migrate as bring

        async def both() -> None:
            await bring(database_url(), *(services or ()))
            await grant_tables(database_url())

        asyncio.run(both())
