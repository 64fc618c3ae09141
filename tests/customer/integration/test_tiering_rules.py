"""What each pack's rules say of a customer, asked of Postgres: the boundaries of domain.md."""

from typing import Any

import pytest
from sqlalchemy import text

from services.customer.policy import CustomerChapter
from services.customer.tiering.service import reading
from shared.ids import new_id
from shared.policy.book import Policy, Revision
from shared.policy.loader import merge
from tests.customer.integration.conftest import NOW, Rig
from tests.support.packs import policy_of, shipped

Row = dict[str, Any]


def customer(**said: Any) -> Row:
    facts: Row = {
        "kind": "commercial",
        "customer_class": "b",
        "party": "unit",
        "standing": "active",
        "member_count": 0,
        "tags": [],
        "facts": {},
    }
    return {"id": str(new_id()), **facts, **said}


async def judged(rig: Rig, policy: Policy, row: Row) -> Row:
    async with rig.sessions.begin() as session:
        (found,) = await reading.preview(session, policy, policy.company, [row])
    return found


CHAOHU: list[tuple[Row, str, str]] = [
    ({"daily_volume_m3": "499"}, "general", "general_rest"),
    ({"daily_volume_m3": "499.999", "capacity_m3_day": "499.999"}, "general", "general_commercial"),
    ({"daily_volume_m3": "500"}, "major", "major_volume"),
    ({"daily_volume_m3": "999"}, "major", "major_volume"),
    ({"daily_volume_m3": "999.999"}, "major", "major_volume"),
    ({"daily_volume_m3": "1000"}, "vip", "vip_volume"),
    ({"daily_volume_m3": "1000", "tags": ["news_media"]}, "vip", "vip_volume"),
    ({"daily_volume_m3": "700", "tags": ["news_media"]}, "key", "key_standing"),
    ({"capacity_m3_day": "499"}, "general", "general_commercial"),
    ({"capacity_m3_day": "500"}, "major", "major_capacity"),
    ({"capacity_m3_day": "800", "daily_volume_m3": "300"}, "major", "major_capacity"),
    ({"kind": "residential", "customer_class": "a", "party": "individual"}, "general", "general_residents"),
    ({"kind": "residential", "customer_class": "a", "tags": ["vulnerable"]}, "key", "key_standing"),
    ({"kind": "residential", "customer_class": "a", "daily_volume_m3": "1000"}, "general", "general_residents"),
]


@pytest.mark.parametrize(("said", "tier", "rule"), CHAOHU)
async def test_chaohu(rig: Rig, company: str, said: Row, tier: str, rule: str) -> None:
    found = await judged(rig, policy_of("chaohu", company), customer(**said))
    assert (found["tier"], found["rule"]) == (tier, rule)
    assert found["needs_person"] == (rule == "major_capacity")


async def test_all_matches_are_listed_and_facts_recorded(rig: Rig, company: str) -> None:
    said = {
        "daily_volume_m3": "1200",
        "capacity_m3_day": "100",
        "tags": ["government_body"],
        "facts": {"is_steady_use": True, "leave_risk": "高", "is_pillar_industry": "not a flag"},
    }
    found = await judged(rig, policy_of("chaohu", company), customer(**said))
    assert found["matches"] == ["vip_volume", "key_standing", "general_commercial", "general_rest"]
    assert found["facts"] == {
        "capacity": 100,
        "customer_class": "b",
        "daily_volume": 1200,
        "leave_risk": "高",
        "steady_use": True,
        "tags": ["government_body"],
    }


XXX_GAS: list[tuple[Row, str, str]] = [
    ({"daily_volume_m3": "999.999"}, "general", "general_rest"),
    ({"daily_volume_m3": "1000"}, "vip", "vip_volume"),
    ({"customer_class": "a", "party": "individual", "tags": ["social_supervisor"]}, "vip", "vip_standing"),
    ({"customer_class": "a", "party": "individual", "tags": ["government_leader"]}, "vip", "vip_standing"),
    ({"customer_class": "a", "party": "individual", "tags": ["vulnerable"]}, "general", "general_rest"),
    ({"tags": ["news_media"]}, "vip", "vip_standing"),
]


@pytest.mark.parametrize(("said", "tier", "rule"), XXX_GAS)
async def test_xxx_gas(rig: Rig, company: str, said: Row, tier: str, rule: str) -> None:
    found = await judged(rig, policy_of("xxx-gas", company), customer(**said))
    assert (found["tier"], found["rule"]) == (tier, rule)


LIAONING: list[tuple[Row, str, str | None]] = [
    ({"facts": {"top_100": True}}, "a_plus", "a_plus_top_100"),
    ({"facts": {"enterprise_size": "very_large"}}, "a_plus", "a_plus_size"),
    ({"member_count": 500}, "a_plus", "a_plus_members"),
    ({"facts": {"influence": "great"}}, "a_plus", "a_plus_influence"),
    ({"facts": {"industry": "power"}}, "a_plus", "a_plus_industry"),
    ({"member_count": 499}, "a", "a_members"),
    ({"member_count": 300}, "a", "a_members"),
    ({"tags": ["government_body"]}, "a", "a_government"),
    ({"facts": {"enterprise_size": "large"}}, "a", "a_size"),
    ({"facts": {"industry": "medical"}}, "a", "a_industry"),
    ({"facts": {"assessment": "a"}}, "a", "a_assessed"),
    ({"member_count": 299}, "b", "b_members"),
    ({"member_count": 100}, "b", "b_members"),
    ({"facts": {"industry": "construction"}}, "b", "b_industry"),
    ({"facts": {"assessment": "b"}}, "b", "b_assessed"),
    ({"member_count": 99, "facts": {"assessment": "c"}}, "c", "c_assessed"),
    ({"member_count": 99}, "general", "general_rest"),
    ({"party": "unit", "member_count": 500}, "general", "general_rest"),
]


@pytest.mark.parametrize(("said", "tier", "rule"), LIAONING)
async def test_liaoning(rig: Rig, company: str, said: Row, tier: str, rule: str) -> None:
    found = await judged(rig, policy_of("liaoning", company), customer(**{"party": "group", **said}))
    assert (found["tier"], found["rule"]) == (tier, rule)


GENERIC = [
    (5_000, "special"),
    (4_999, "first"),
    (1_000, "first"),
    (999, "second"),
    (100, "second"),
    (99, "third"),
    (None, "third"),
    ("a lot", "third"),
]


@pytest.mark.parametrize(("sales", "tier"), GENERIC)
async def test_generic_share_of_annual_sales(rig: Rig, company: str, sales: object, tier: str) -> None:
    """The company sells for 100,000 fen a year, so that 5,000 are 5 %."""
    async with rig.sessions.begin() as session:
        await session.execute(
            text(
                "insert into customers (id, company, number, name, kind, customer_class, party, standing, facts, tier,"
                " registered_at, updated_at) values (:id, :company, '1', '甲', 'commercial', 'b', 'unit', 'active',"
                " cast(:facts as jsonb), 'third', :now, :now)"
            ),
            {"id": new_id(), "company": company, "facts": '{"annual_sales_fen": 100000}', "now": NOW},
        )
    facts = {} if sales is None else {"annual_sales_fen": sales}
    found = await judged(rig, policy_of("generic", company), customer(facts=facts))
    assert found["tier"] == tier


async def test_pack_edit_moves_the_boundary(rig: Rig, company: str) -> None:
    when = {"fact": "daily_volume", "at_least": 800}
    change = {"tier_rules": {"vip_volume": {"when": {"all": [when]}}}}
    chapter = CustomerChapter.model_validate(merge(shipped("xxx-gas").raw["customer"], change))
    base = policy_of("xxx-gas", company)
    policy = Policy(company, base.pack, base.on, {**base.revisions, "customer": Revision(chapter, "")})
    assert (await judged(rig, policy, customer(daily_volume_m3="800")))["tier"] == "vip"
    assert (await judged(rig, policy, customer(daily_volume_m3="799")))["tier"] == "general"


async def test_none_and_unknown_conditions(rig: Rig, company: str) -> None:
    when = {"all": [{"none": [{"fact": "tags", "one_of": ["vulnerable"]}]}, {"fact": "capacity", "is_unknown": False}]}
    change = {"tier_rules": {"vip_volume": {"when": when}, "vip_standing": None}}
    chapter = CustomerChapter.model_validate(merge(shipped("xxx-gas").raw["customer"], change))
    base = policy_of("xxx-gas", company)
    policy = Policy(company, base.pack, base.on, {**base.revisions, "customer": Revision(chapter, "")})
    assert (await judged(rig, policy, customer(capacity_m3_day="1")))["tier"] == "vip"
    assert (await judged(rig, policy, customer(capacity_m3_day="1", tags=["vulnerable"])))["tier"] == "general"
    assert (await judged(rig, policy, customer()))["tier"] == "general"
