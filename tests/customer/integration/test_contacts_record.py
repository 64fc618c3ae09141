"""The call record: one statement, the caller recognised, thin fact, audit row, once per key."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.customer.contacts import schemas, service
from services.customer.contacts.errors import ContactNotFoundError, ContactTimesError
from services.customer.contacts.service import ContactEntry
from services.customer.registry.errors import PhoneFormError
from shared.access.permissions import ScopeLevel
from shared.access.scope import RowScope
from shared.http.idempotency_store import OnceKey
from shared.ids import new_id
from tests.customer.integration.conftest import NOW, Rig
from tests.customer.integration.test_registry_lookup import create_customer

STAFF = uuid4()


async def record_call(rig: Rig, company: str, *, key: str | None = None, **said: Any) -> Any:
    contact_id = new_id()
    once = OnceKey(company, str(STAFF), "create_contact", key or str(uuid4()), b"same")
    entry = ContactEntry(**{"channel": "hotline", "direction": "inbound", "started_at": NOW, **said})
    return await service.record(
        rig.hot,
        entry,
        once=once.arguments(resource_id=contact_id, version=1, status=201, now=NOW),
        contact_id=contact_id,
        company=company,
        staff_id=STAFF,
        vault=rig.vault,
        now=NOW,
    )


async def test_the_caller_is_linked_when_exactly_one_customer_has_the_telephone(rig: Rig, company: str) -> None:
    one = await create_customer(rig, company, "王小明", phones=["10012345678"])
    row = await record_call(
        rig,
        company,
        phone="100-1234-5678",
        answered_at=NOW + timedelta(seconds=7),
        ended_at=NOW + timedelta(minutes=3),
        summary="咨询安检",
        topic="consultation",
    )
    assert (row["customer_id"], row["candidates"], row["ring_seconds"], row["outcome"]) == (one, 1, 7, "answered")
    facts = await rig.rows("select type, payload, routing from outbox where aggregate_id = :id", id=row["id"])
    assert [f["type"] for f in facts] == ["customer.contact_recorded"]
    assert facts[0]["payload"]["customer_id"] == str(one)
    assert facts[0]["routing"]["owner_id"] == str(STAFF)
    assert not any(word in str(facts) for word in ("5678", "安检"))
    deeds = await rig.rows("select action from audit where resource_id = :id", id=row["id"])
    assert deeds == [{"action": "customer.contact_recorded"}]
    shown = schemas.present(row, service.phone_of(rig.vault, row))
    assert shown.phone == "100****5678"


async def test_several_customers_with_the_telephone_wait_for_a_choice(rig: Rig, company: str) -> None:
    await create_customer(rig, company, "王小明", phones=["10012345678"])
    two = await create_customer(rig, company, "李小红", phones=["10012345678"])
    row = await record_call(rig, company, phone="10012345678")
    assert (row["customer_id"], row["candidates"], row["outcome"]) == (None, 2, "ongoing")
    chosen = await record_call(rig, company, phone="10012345678", customer_id=two)
    assert chosen["customer_id"] == two
    facts = await rig.rows("select payload from outbox where aggregate_id = :id", id=row["id"])
    assert facts[0]["payload"]["customer_id"] is None


async def test_an_unknown_caller_and_a_caller_without_number_are_recorded(rig: Rig, company: str) -> None:
    assert (await record_call(rig, company, phone="10077777777"))["customer_id"] is None
    assert (await record_call(rig, company, channel="counter"))["phone_index"] is None
    assert await record_call(rig, company, customer_id=uuid4()) is None


async def test_the_same_key_records_once(rig: Rig, company: str) -> None:
    assert await record_call(rig, company, key="k1") is not None
    assert await record_call(rig, company, key="k1") is None
    assert len(await rig.rows("select 1 from contacts where company = :c", c=company)) == 1
    assert len(await rig.rows("select 1 from outbox where company = :c", c=company)) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"started_at": NOW + timedelta(hours=1)},
        {"answered_at": NOW - timedelta(seconds=1)},
        {"answered_at": NOW + timedelta(seconds=9), "ended_at": NOW + timedelta(seconds=5)},
    ],
)
async def test_times_that_cannot_be_are_refused(rig: Rig, company: str, said: dict[str, Any]) -> None:
    with pytest.raises(ContactTimesError) as refused:
        await record_call(rig, company, **said)
    assert refused.value.errors
    with pytest.raises(PhoneFormError):
        await record_call(rig, company, phone="1")


async def test_contacts_are_listed_newest_first_within_scope(rig: Rig, company: str) -> None:
    one = await create_customer(rig, company, "王小明", phones=["10012345678"])
    ids = [(await record_call(rig, company, phone="10012345678"))["id"] for _ in range(3)]

    async def listed(scope: RowScope, **asked: Any) -> list[UUID]:
        given = {"customer_id": None, "phone": None, "after": None, "limit": 10, **asked}
        return [row["id"] for row in await service.listed(rig.hot, scope, vault=rig.vault, **given)]

    everything = RowScope.everything(company)
    assert await listed(everything, customer_id=one) == ids[::-1]
    assert await listed(everything, phone="10012345678", after=ids[2], limit=1) == [ids[1]]
    own = RowScope(ScopeLevel.OWN, (company,), (uuid4(),), (), (), ())
    assert await listed(own, customer_id=one) == []
    with pytest.raises(ContactNotFoundError):
        await service.read(rig.hot, ids[0], own)
    assert (await service.read(rig.hot, ids[0], everything))["customer_id"] == one
