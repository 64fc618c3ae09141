"""`gasdesk provision` and `gasdesk migrate`."""

import os
from typing import Annotated

import typer

from deploy.gasdesk.commands.terminal import execute


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(provision)
    app.command()(migrate)


def provision() -> None:
    """建库、角色、模式、流与规章（DATABASE_URL 与 NATS_URL 为管理员地址）；可重复执行。"""
    from deploy.gasdesk.commands.connect import database_url, environment, nats_url
    from deploy.gasdesk.home import Home
    from deploy.gasdesk.provision import everything
    from shared.events.topology import USERS

    home = Home()
    home.load_environment()
    urls = {user: os.environ.get(f"GASDESK_{user.upper()}_NATS_URL", "") for user in USERS}
    known = {user: url for user, url in urls.items() if url}
    addresses = everything.Addresses(database_url(), nats_url())
    packs = everything.load_packs()
    execute(everything.provision(addresses, home, packs=packs, nats_urls=known, environment=environment()))
    print(f"已就绪（provisioned）: {len(packs)} 个规章包；各服务的地址在 {home.environment_file}")


def migrate(services: Annotated[list[str] | None, typer.Argument(help="默认为全部服务")] = None) -> None:
    """迁移各服务的模式，预建 24 个月的分区，授予权限。"""
    from deploy.gasdesk.commands.connect import database_url, known_service
    from deploy.gasdesk.provision.grants import grant_tables
    from deploy.gasdesk.provision.schema import migrate as bring

    names = [known_service(name) for name in services or ()]

    async def both() -> None:
        await bring(database_url(), *names)
        await grant_tables(database_url())

    execute(both())
