"""A service's role reaches its own schema with its own password, and rewrites no records (reliability.md 2.8)."""

import asyncpg
import pytest

from deploy.gasdesk.provision.database import provision_database
from deploy.gasdesk.provision.grants import grant_tables
from deploy.gasdesk.provision.schema import migrate
from shared.database import asyncpg_dsn
from tests.support.servers import TestPostgres

FORBIDDEN = [
    "delete from outbox",
    "truncate outbox",
    "update audit set action = 'x'",
    "delete from audit",
    "update audit_default set action = 'x'",
    "update outbox_default set payload = '{}'",
    "update audit_seals set hash = ''",
    "delete from audit_seals",
    "update clock_events set fact = 'met'",
    "update policy_revisions set canonical = ''",
    "delete from calendar_revisions",
    "update alembic_version set version_num = 'x'",
    "create table mine (id int)",
    "create table public.mine (id int)",
    "drop table jobs",
    "alter role complaint_app superuser",
    "set role complaint_owner",
    "select * from customer.outbox",
    "select * from incentive.staff",
    "insert into customer.inbox values ('complaint', gen_random_uuid(), now())",
]


async def test_wrong_password_is_refused(postgres: TestPostgres) -> None:
    for user in ("complaint_app", "postgres"):
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(asyncpg_dsn(postgres.server.url(user, "wrong")))


async def test_another_services_password_is_refused(postgres: TestPostgres) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(asyncpg_dsn(postgres.server.url("complaint_app", postgres.passwords["customer"])))


async def test_owner_cannot_sign_in(postgres: TestPostgres) -> None:
    with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)):
        await asyncpg.connect(asyncpg_dsn(postgres.server.url("complaint_owner", postgres.passwords["complaint"])))


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_service_may_not(postgres: TestPostgres, statement: str) -> None:
    connection = await asyncpg.connect(postgres.dsn("complaint"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_server_listens_on_its_socket_only(postgres: TestPostgres) -> None:
    connection = await asyncpg.connect(postgres.admin_dsn)
    try:
        assert await connection.fetchval("show listen_addresses") == ""
        assert await connection.fetchval("show data_checksums") == "on"
        rules = await connection.fetch("select type, auth_method from pg_hba_file_rules")
        assert {(rule["type"], rule["auth_method"]) for rule in rules} == {("local", "scram-sha-256")}
    finally:
        await connection.close()


async def test_provisioning_again_changes_nothing(postgres: TestPostgres) -> None:
    before = await _rights(postgres)
    await provision_database(postgres.admin_url, postgres.passwords)
    await migrate(postgres.admin_url)
    await grant_tables(postgres.admin_url)
    assert await _rights(postgres) == before


async def test_partitions_are_made_two_years_ahead(postgres: TestPostgres) -> None:
    connection = await asyncpg.connect(postgres.admin_dsn)
    try:
        months = await connection.fetchval(
            "select count(*) from pg_inherits where inhparent = 'complaint.outbox'::regclass"
            " and inhrelid <> 'complaint.outbox_default'::regclass"
        )
    finally:
        await connection.close()
    assert months >= 24


async def _rights(postgres: TestPostgres) -> list[tuple[str, str, str]]:
    connection = await asyncpg.connect(postgres.admin_dsn)
    try:
        rows = await connection.fetch(
            "select oid::regclass::text as name, relacl::text as rights, xmin::text as written from pg_class"
            " where relnamespace = any (array['complaint', 'customer']::regnamespace[]) and relkind in ('r', 'p', 'S')"
            " order by 1"
        )
        return [(row["name"], row["rights"], row["written"]) for row in rows]
    finally:
        await connection.close()
