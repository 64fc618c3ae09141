"""Who is found by what, and in which order."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from services.customer.registry.errors import (
    CustomerNotFoundError,
    CustomerStaleError,
    FragmentTooShortError,
    NumberTakenError,
    PhoneFormError,
    PhoneTakenError,
)
from services.customer.registry.rules.rights import HOUSE
from services.customer.registry.schemas import presenting
from services.customer.registry.service import belongings, lookup, registering
from services.customer.registry.service.belongings import PremisesEntry
from services.customer.registry.service.lookup import Question
from services.customer.registry.service.registering import CustomerEntry
from services.customer.registry.service.terms import entry_terms
from shared.ids import new_id
from shared.policy.book import Policy
from tests.customer.integration.conftest import Rig
from tests.support.packs import policy_of


async def create_customer(rig: Rig, company: str, name: str, **said: Any) -> UUID:
    customer_id = new_id()
    address = said.pop("address", "云湖市人民路1号")
    entry = CustomerEntry(
        name=name, kind=said.pop("kind", "residential"), premises=PremisesEntry(address, "residence"), **said
    )
    async with rig.sessions.begin() as session:
        await registering.register(
            session,
            entry,
            customer_id=customer_id,
            company=company,
            terms=entry_terms(policy_of("xxx-gas", company)),
            vault=rig.vault,
            now=rig.clock.now(),
            writer=HOUSE,
        )
    return customer_id


def policies(company: str, _: datetime) -> Policy:
    return policy_of("xxx-gas", company)


async def found(rig: Rig, company: str, *, after: Any = None, limit: int = 50, **asked: Any) -> list[Any]:
    return await lookup.find(
        rig.hot, Question(**asked), index=rig.vault.index, companies=(company,), after=after, limit=limit
    )


async def test_a_caller_is_found_by_any_spelling_of_the_telephone(rig: Rig, company: str) -> None:
    one = await create_customer(rig, company, "王小明", phones=["100 1234-5678"])
    two = await create_customer(rig, company, "李小红", phones=["10012345678", "10087654321"])
    for spelling in ("10012345678", "+86 10012345678", "１００12345678", "5678"):
        assert {row["id"] for row in await found(rig, company, phone=spelling)} == {one, two}, spelling
    assert [row["id"] for row in await found(rig, company, phone="10087654321")] == [two]
    assert await found(rig, "another", phone="10087654321") == []
    with pytest.raises(PhoneFormError):
        await found(rig, company, phone="12")


async def test_names_come_exact_then_prefix_then_shortest(rig: Rig, company: str) -> None:
    names = ("北云湖大酒店分店", "云湖大酒店", "云湖大酒店东区", "老云湖大酒店", "别家")
    ids = {name: await create_customer(rig, company, name, kind="commercial") for name in names}
    rows = await found(rig, company, fragment="云湖 大酒店")
    expected = ("云湖大酒店", "云湖大酒店东区", "老云湖大酒店", "北云湖大酒店分店")
    assert [row["id"] for row in rows] == [ids[name] for name in expected]
    assert [row["rank"] for row in rows] == [0, 1, 2, 2]
    first = await found(rig, company, fragment="云湖大酒店", limit=2)
    last = first[-1]
    rest = await found(rig, company, fragment="云湖大酒店", after=(last["rank"], last["length"], last["id"]))
    assert [row["id"] for row in [*first, *rest]] == [ids[name] for name in expected]


async def test_an_address_fragment_finds_and_bigrams_alone_do_not(rig: Rig, company: str) -> None:
    one = await create_customer(rig, company, "王小明", address="云湖市东城区锦绣家园12栋3单元")
    await create_customer(rig, company, "李小红", address="云湖市锦城绣家家园路")
    rows = await found(rig, company, fragment="锦绣家园１２栋")
    assert [(row["id"], row["via"]) for row in rows] == [(one, "address")]
    assert await found(rig, company, fragment="锦绣家园路") == []
    assert [row["id"] for row in await found(rig, company, fragment="小明")] == [one]
    for short in ("锦", " ", "，。", "锦 "):
        with pytest.raises(FragmentTooShortError):
            await found(rig, company, fragment=short)


async def test_numbers_and_meters_are_found_whole(rig: Rig, company: str) -> None:
    one = await create_customer(rig, company, "王小明", number="a-77", meter="m100")
    asks: tuple[dict[str, Any], ...] = (
        {"number": "A-77"},
        {"meter": "M100"},
        {"fragment": "a-77"},
        {"fragment": "m100"},
    )
    for asked in asks:
        assert [row["id"] for row in await found(rig, company, **asked)] == [one], asked
    assert await found(rig, company, number="A-7") == []
    assert await found(rig, company, meter="M10") == []


async def test_lists_go_by_tier_and_by_ids_in_pages(rig: Rig, company: str) -> None:
    ids = [await create_customer(rig, company, f"客户{n}号") for n in range(5)]
    rows = await found(rig, company, tier="general", limit=3)
    assert [row["id"] for row in rows] == ids[:3]
    rest = await found(rig, company, tier="general", after=(0, 0, rows[-1]["id"]), limit=3)
    assert [row["id"] for row in rest] == ids[3:]
    assert await found(rig, company, tier="vip") == []
    assert [row["id"] for row in await found(rig, company, ids=(ids[4], ids[0], new_id()))] == [ids[0], ids[4]]


async def test_a_customer_is_shown_masked_with_what_belongs_to_it(rig: Rig, company: str) -> None:
    customer_id = await create_customer(
        rig,
        company,
        "欧阳小明",
        phones=["10012345678"],
        meter="M20000001",
        identity="E12345678",
        address="云湖市东城区锦绣家园12栋3单元1201室",
    )
    row = await lookup.whole(rig.hot, customer_id, [company])
    shown = presenting.customer(row, rig.vault)
    assert (shown.name, shown.phones[0].phone, shown.meters[0].number) == ("欧阳**", "100****5678", "****0001")
    assert shown.premises[0].address == "云湖市东城区锦绣家园***"
    text = shown.model_dump_json()
    assert not any(word in text for word in ("小明", "10012345678", "1201", "E12345678", "12栋"))
    async with rig.sessions.begin() as session:
        within = presenting.customer(await registering.read(session, customer_id, [company]), rig.vault)
    assert within == shown
    with pytest.raises(CustomerNotFoundError):
        await lookup.whole(rig.hot, customer_id, ["another"])


async def test_a_change_needs_the_newest_version_and_publishes_the_whole_state(rig: Rig, company: str) -> None:
    customer_id = await create_customer(rig, company, "云湖大酒店", kind="commercial")
    async with rig.sessions.begin() as session:
        row = await registering.change(
            session,
            customer_id,
            {"name": "云湖国际大酒店", "tags": ["news_media"], "standing": "suspended"},
            companies=[company],
            policies=policies,
            writer=HOUSE,
            expected=1,
            now=rig.clock.now(),
        )
        assert row.version == 2
    with pytest.raises(CustomerStaleError):
        async with rig.sessions.begin() as session:
            await registering.change(
                session,
                customer_id,
                {"district": "东城区"},
                companies=[company],
                policies=policies,
                writer=HOUSE,
                expected=1,
                now=rig.clock.now(),
            )
    facts = await rig.rows(
        "select type, aggregate_version as v, payload from outbox where aggregate_id = :id order by seq", id=customer_id
    )
    assert [(f["type"], f["v"]) for f in facts] == [("customer.registered", 1), ("customer.updated", 2)]
    assert (facts[1]["payload"]["standing"], facts[1]["payload"]["tags"]) == ("suspended", ["news_media"])
    assert "云湖" not in str(facts)
    assert [row["id"] for row in await found(rig, company, fragment="国际大酒")] == [customer_id]


async def test_numbers_are_unique_in_the_company_and_given_when_missing(rig: Rig, company: str) -> None:
    await create_customer(rig, company, "王小明", number="77", meter="M1")
    for said in ({"number": "77"}, {"meter": "M1"}):
        with pytest.raises(NumberTakenError):
            await create_customer(rig, company, "李小红", **said)
    await create_customer(rig, f"{company}-b", "李小红", number="77")
    given = await create_customer(rig, company, "张三丰")
    row = await lookup.whole(rig.hot, given, [company])
    assert row["number"].startswith("KH261122-")


async def test_belongings_are_added_and_taken_out_of_use(rig: Rig, company: str) -> None:
    customer_id = await create_customer(rig, company, "王小明", phones=["10011111111"])
    said: dict[str, Any] = {"companies": [company], "writer": HOUSE, "now": rig.clock.now()}
    async with rig.sessions.begin() as session:
        await belongings.add_phone(
            session, customer_id, phone="10022222222", label="家属", is_primary=True, vault=rig.vault, **said
        )
        shop = PremisesEntry("云湖市东风路8号", "shop")
        await belongings.add_premises(session, customer_id, shop, records=None, **said)
        row = await belongings.add_meter(
            session, customer_id, number="m2", kind="iot", premises_id=None, installed_on=None, **said
        )
        assert row.version == 4
    with pytest.raises(PhoneTakenError):
        async with rig.sessions.begin() as session:
            await belongings.add_phone(
                session, customer_id, phone="10022222222", label="家属", is_primary=False, vault=rig.vault, **said
            )
    shown = presenting.customer(await lookup.whole(rig.hot, customer_id, [company]), rig.vault)
    assert [(p.label, p.is_primary) for p in shown.phones] == [("家属", True), ("登记", False)]
    async with rig.sessions.begin() as session:
        await belongings.end_belonging(session, customer_id, "phones", shown.phones[0].id, expected=4, **said)
    assert await found(rig, company, phone="10022222222") == []
