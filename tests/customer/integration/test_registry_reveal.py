"""Showing a personal field: a reason or a grant, counted, limited by the day, audited."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from joserfc.jwk import OKPKey

from services.customer.registry.errors import (
    CustomerNotFoundError,
    FieldEmptyError,
    GrantUsedError,
    RevealQuotaError,
    RevealReasonError,
    RevealWithoutGrantError,
)
from services.customer.registry.service import revealing
from services.customer.registry.service.revealing import Ask, Terms
from shared.access.errors import GrantInvalidError
from shared.access.grants import GrantSigner, GrantVerifier
from shared.access.permissions import Role
from shared.access.principal import Principal
from shared.ids import new_id
from tests.customer.integration.conftest import Rig
from tests.customer.integration.test_registry_lookup import create_customer

KEY = OKPKey.generate_key("Ed25519")
SIGNER = GrantSigner("callback", KEY)
VERIFIER = GrantVerifier({"callback": KEY})
TERMS = Terms(frozenset({"verify_identity"}), per_day=3)

POSTS = {
    Role.CLERK: ("front_desk_clerk",),
    Role.KEEPER: ("master_data_keeper",),
    Role.AGENT: ("hotline_agent",),
    Role.OFFICE: ("service_office_director",),
    Role.ACCOUNT: ("account_manager",),
}


def person(company: str, role: Role) -> Principal:
    return Principal(
        staff_id=uuid4(),
        company=company,
        companies=(company,),
        login=role.value,
        posts=POSTS.get(role, ()),
        roles=frozenset({role}),
        department=None,
        team=None,
        lines=(),
    )


async def shown(rig: Rig, customer_id: UUID, principal: Principal, ask: Ask, **said: Any) -> list[str]:
    async with rig.sessions.begin() as session:
        result = await revealing.reveal(
            session,
            customer_id,
            ask,
            reveal_id=said.pop("reveal_id", new_id()),
            principal=principal,
            terms=TERMS,
            vault=rig.vault,
            grants=VERIFIER,
            now=rig.clock.now(),
            **said,
        )
    return [value for _, value in result.values]


async def test_each_field_is_shown_for_a_reason_and_audited(rig: Rig, company: str) -> None:
    customer_id = await create_customer(
        rig, company, "王小明", phones=["10012345678"], identity="E12345678", address="云湖市人民路1号"
    )
    expected = {"phone": "10012345678", "name": "王小明", "address": "云湖市人民路1号"}
    agent = person(company, Role.AGENT)
    for field, value in expected.items():
        assert await shown(rig, customer_id, agent, Ask(field, "verify_identity")) == [value]
    deeds = await rig.rows(
        "select reason, detail->>'field' as field from audit where resource_id = :id and action = 'customer.revealed'",
        id=customer_id,
    )
    assert {(deed["field"], deed["reason"]) for deed in deeds} == {(field, "verify_identity") for field in expected}
    keeper = person(company, Role.KEEPER)
    assert await shown(rig, customer_id, keeper, Ask("identity", "verify_identity")) == ["E12345678"]


async def test_a_reason_outside_the_list_and_a_spent_quota_are_refused(rig: Rig, company: str) -> None:
    customer_id = await create_customer(rig, company, "王小明", phones=["10012345678"])
    agent = person(company, Role.AGENT)
    for reason in (None, "curiosity"):
        with pytest.raises(RevealReasonError):
            await shown(rig, customer_id, agent, Ask("phone", reason))
    reveal_id = new_id()
    await shown(rig, customer_id, agent, Ask("phone", "verify_identity"), reveal_id=reveal_id)
    for _ in range(4):
        await shown(rig, customer_id, agent, Ask("phone", "verify_identity"), reveal_id=reveal_id, is_replay=True)
    for _ in range(2):
        await shown(rig, customer_id, agent, Ask("phone", "verify_identity"))
    with pytest.raises(RevealQuotaError):
        await shown(rig, customer_id, agent, Ask("phone", "verify_identity"))
    assert len(await rig.rows("select 1 from reveals where customer_id = :id", id=customer_id)) == 3


async def test_a_grant_opens_one_field_of_one_customer_to_one_person_once(rig: Rig, company: str) -> None:
    customer_id = await create_customer(rig, company, "王小明", phones=["10012345678"])
    crew = person(company, Role.CREW)
    with pytest.raises(RevealWithoutGrantError):
        await shown(rig, customer_id, crew, Ask("phone", "verify_identity"))

    def grant(**said: Any) -> str:
        given: dict[str, Any] = {"company": company, "customer_id": customer_id, "staff_id": crew.staff_id}
        return SIGNER.issue(**{**given, "field": "phone", "purpose": "callback", **said})

    good = grant()
    assert await shown(rig, customer_id, crew, Ask("phone", grant=good)) == ["10012345678"]
    with pytest.raises(GrantUsedError):
        await shown(rig, customer_id, crew, Ask("phone", grant=good))
    for wrong in (grant(staff_id=uuid4()), grant(field="address"), grant(customer_id=uuid4()), "no-grant"):
        with pytest.raises(GrantInvalidError):
            await shown(rig, customer_id, crew, Ask("phone", grant=wrong))


async def test_another_company_sees_nothing_and_an_empty_field_is_said_so(rig: Rig, company: str) -> None:
    customer_id = await create_customer(rig, company, "王小明")
    with pytest.raises(CustomerNotFoundError):
        await shown(rig, customer_id, person("another", Role.AGENT), Ask("phone", "verify_identity"))
    with pytest.raises(FieldEmptyError):
        await shown(rig, customer_id, person(company, Role.AGENT), Ask("phone", "verify_identity"))
