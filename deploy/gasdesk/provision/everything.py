"""Everything that must exist before the platform runs: idempotent, and the only code with the right to make it."""

import importlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from deploy.gasdesk.home import Home
from deploy.gasdesk.provision.database import exclusive, new_passwords, provision_database, service_url
from deploy.gasdesk.provision.grants import grant_tables
from deploy.gasdesk.provision.people import seed_people
from deploy.gasdesk.provision.schema import migrate
from shared.access.keys import KeyFolder
from shared.database import asyncpg_dsn
from shared.events.provision import provision_streams
from shared.events.topology import SERVICES
from shared.policy.check import check_packs
from shared.policy.loader import SHIPPED, Pack, PackError
from shared.policy.model import ChapterHeader
from shared.policy.store import store_packs

CHAPTERS = {
    "customer": ("customer", "CustomerChapter"),
    "complaint": ("complaint", "ComplaintChapter"),
    "callback": ("callback", "CallbackChapter"),
    "inspection": ("inspection", "InspectionChapter"),
    "incentive": ("incentive", "IncentiveChapter"),
}
"""Chapter → the service that types it and its class; a chapter comes with its service's issue."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the servers are, with the credentials of those who may make things."""

    database_url: str
    nats_url: str


def chapter_types() -> dict[str, type[ChapterHeader]]:
    """The typed chapters of all services, imported by name."""
    return {
        chapter: getattr(importlib.import_module(f"services.{service}.policy"), kind)
        for chapter, (service, kind) in CHAPTERS.items()
    }


def packs_folder() -> Path:
    """The packs that are loaded: the shipped ones, or a folder that the company mounts."""
    mounted = os.environ.get("GASDESK_PACKS")
    return Path(mounted) if mounted else SHIPPED


def load_packs() -> list[Pack]:
    """Every pack, checked.  Raises: PackError with all mistakes: nothing starts on one."""
    packs, mistakes = check_packs(packs_folder(), chapter_types())
    if mistakes:
        raise PackError(mistakes)
    return packs


async def provision(
    addresses: Addresses,
    home: Home,
    *,
    packs: Sequence[Pack],
    nats_urls: Mapping[str, str],
    environment: str,
) -> dict[str, str]:
    """Database, roles, schemas, migrations, partitions, packs, streams, durables, keys, demo staff.  Idempotent.

    Answers the variables that services need, and keeps them in the home for `serve` and `work`.
    Raises: RevisionConflictError, the drivers' errors.
    """
    passwords = home.service_passwords(new_passwords())
    urls = {service: service_url(addresses.database_url, service, passwords[service]) for service in SERVICES}
    async with exclusive(addresses.database_url):
        await provision_database(addresses.database_url, passwords)
        await migrate(addresses.database_url)
        await grant_tables(addresses.database_url)
        KeyFolder(home.keys).ensure([*SERVICES, "gateway"])
        await _store(addresses.database_url, packs)
        await provision_streams(addresses.nats_url)
        if environment in {"demo", "test"}:
            await seed_people(addresses.database_url, urls["incentive"], packs)
    variables = {f"GASDESK_{service.upper()}_DATABASE_URL": url for service, url in urls.items()}
    variables |= {f"GASDESK_{user.upper()}_NATS_URL": url for user, url in nats_urls.items()}
    home.write_environment(variables)
    return variables


async def _store(admin_url: str, packs: Sequence[Pack]) -> None:
    connection = await asyncpg.connect(asyncpg_dsn(admin_url))
    try:
        for service in SERVICES:
            async with connection.transaction():
                await connection.execute(f"set local search_path = {service}")
                await store_packs(connection, packs, now=datetime.now(UTC))
    finally:
        await connection.close()
