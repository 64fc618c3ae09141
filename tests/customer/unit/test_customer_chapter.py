"""Every number that domain.md gives for tiers, orders, entry and targets, in the packs that ship."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from services.customer.policy import CustomerChapter, default_tier, promises_for
from services.customer.policy_orders import DeadlineSource, OrderCommitment, OrderMetric, OrderStart, OrderTerms
from shared.policy.commitments import LimitUnit
from shared.policy.loader import merge
from shared.policy.store import canonical
from tests.support.packs import PACKS, customer_chapter, policy_of, shipped

NATURAL, WORKING = LimitUnit.NATURAL, LimitUnit.WORKING_DAY
DAY = 1440


def promised(
    pack: str,
    work: str,
    tier: str,
    metric: OrderMetric,
    *,
    start: OrderStart = OrderStart.RECEIPT,
    party: str | None = None,
    place: str | None = None,
) -> list[OrderCommitment]:
    order = OrderTerms(work, tier, party, place)
    return [found for _, found in promises_for(customer_chapter(pack), order, start=start).get(metric, ())]


def only(found: list[OrderCommitment]) -> OrderCommitment:
    (commitment,) = found
    return commitment


@pytest.mark.parametrize("pack", PACKS)
def test_chapter_is_the_same_when_stored_and_read_again(pack: str) -> None:
    chapter = customer_chapter(pack)
    assert CustomerChapter.model_validate_json(canonical(chapter)) == chapter


@pytest.mark.parametrize("pack", PACKS)
def test_default_tier_and_order_agree_with_the_common_chapter(pack: str) -> None:
    common = shipped(pack).common
    assert list(customer_chapter(pack).tier_order) == common.ranked_tiers
    assert default_tier(policy_of(pack, "x")) == common.default_tier


# the primary pack, domain.md 2.2


def test_vip_individual_installation_within_three_natural_days_once_installable() -> None:
    found = only(
        promised("xxx-gas", "installation", "vip", OrderMetric.COMPLETION, start=OrderStart.READY, party="individual")
    )
    assert (found.limit.budget, found.limit.unit) == (3 * DAY, NATURAL)


def test_vip_unit_installation_within_the_contract() -> None:
    found = only(promised("xxx-gas", "installation", "vip", OrderMetric.COMPLETION, party="unit"))
    assert (found.limit.budget, found.deadline_from) == (None, DeadlineSource.CONTRACT)


def test_vip_individual_indoor_relocation_within_two_natural_days() -> None:
    terms: dict[str, Any] = {"party": "individual", "place": "indoor"}
    found = only(promised("xxx-gas", "relocation", "vip", OrderMetric.COMPLETION, **terms))
    assert found.limit.budget == 2 * DAY


def test_vip_unit_relocation_has_the_standard_promise() -> None:
    found = only(promised("xxx-gas", "relocation", "vip", OrderMetric.COMPLETION, party="unit", place="indoor"))
    assert (found.limit.budget, found.limit.unit, found.is_standard) == (3, WORKING, True)


@pytest.mark.parametrize("work", ["repair", "conversion"])
def test_vip_individual_repair_leader_within_one_hour_or_at_the_appointment(work: str) -> None:
    found = only(promised("xxx-gas", work, "vip", OrderMetric.ARRIVAL, party="individual"))
    assert (found.limit.budget, found.performed_by, found.is_appointment_instead) == (60, ("repair_team_leader",), True)


@pytest.mark.parametrize("party", ["unit", "group"])
def test_vip_unit_gas_on_within_one_natural_day_of_the_market_order(party: str) -> None:
    start = OrderStart.DEPARTMENT_ORDER
    found = only(promised("xxx-gas", "conversion", "vip", OrderMetric.COMPLETION, start=start, party=party))
    assert found.limit.budget == DAY


def test_vip_unit_indoor_fault() -> None:
    terms: dict[str, Any] = {"party": "unit", "place": "indoor"}
    arrival = only(promised("xxx-gas", "repair", "vip", OrderMetric.ARRIVAL, **terms))
    solution = only(promised("xxx-gas", "repair", "vip", OrderMetric.SOLUTION, start=OrderStart.IMPEDIMENT, **terms))
    due = only(promised("xxx-gas", "repair", "vip", OrderMetric.SOLUTION_DUE, start=OrderStart.SOLUTION_NAMED, **terms))
    assert (arrival.limit.budget, solution.limit.budget, due.deadline_from) == (30, DAY, DeadlineSource.SOLUTION)


@pytest.mark.parametrize(
    ("party", "place", "leaders"),
    [
        ("individual", "courtyard_own", ("leader_in_charge", "network_head")),
        ("individual", "courtyard_neighbouring", ("leader_in_charge", "network_head")),
        ("unit", None, ("leader_in_charge", "customer_service_head")),
    ],
)
def test_leaders_go_to_the_scene_of_a_vip_alarm(party: str, place: str | None, leaders: tuple[str, ...]) -> None:
    found = only(
        promised(
            "xxx-gas",
            "emergency_repair",
            "vip",
            OrderMetric.ATTENDANCE,
            start=OrderStart.ALARM,
            party=party,
            place=place,
        )
    )
    assert (found.led_by, found.is_open_setting) == (leaders, True)


def test_vip_unit_is_inspected_monthly_and_every_half_year_by_the_deputy_gm() -> None:
    terms: dict[str, Any] = {"start": OrderStart.PERIOD, "party": "unit"}
    monthly = only(promised("xxx-gas", "safety_inspection", "vip", OrderMetric.COMPLETION, **terms))
    led = only(promised("xxx-gas", "safety_inspection", "vip", OrderMetric.ATTENDANCE, **terms))
    assert (monthly.every_months, led.every_months, led.led_by) == (1, 6, ("deputy_gm",))


def test_general_customer_has_the_defaults_of_the_articles() -> None:
    response = only(promised("xxx-gas", "repair", "general", OrderMetric.RESPONSE))
    completion = only(promised("xxx-gas", "repair", "general", OrderMetric.COMPLETION))
    assert (response.limit.budget, completion.limit.budget, completion.limit.unit) == (DAY, 3, WORKING)
    assert response.is_open_setting
    assert completion.is_open_setting


def test_named_contacts() -> None:
    contacts = customer_chapter("xxx-gas").named_contacts
    assert contacts["vip_person"].posts == ("gm", "deputy_gm", "customer_service_head")
    assert contacts["vip_unit"].posts == ("gm", "deputy_gm", "customer_service_head", "market_head")
    assert contacts["vip_unit"].has_account_manager


# chaohu, domain.md 3


def test_chaohu_vip_has_the_unit_limits_and_key_and_major_the_individual_ones() -> None:
    vip = only(promised("chaohu", "repair", "vip", OrderMetric.ARRIVAL, place="indoor"))
    assert (vip.limit.budget, vip.is_open_setting) == (30, True)
    for tier in ("key", "major"):
        assert only(promised("chaohu", "repair", tier, OrderMetric.ARRIVAL)).limit.budget == 60
        found = only(promised("chaohu", "installation", tier, OrderMetric.COMPLETION, start=OrderStart.READY))
        assert found.limit.budget == 3 * DAY
    general = only(promised("chaohu", "repair", "general", OrderMetric.COMPLETION))
    assert (general.limit.budget, general.limit.unit) == (3, WORKING)


TARGETS: dict[str, dict[str, int]] = {
    "contract_on_time": {"vip": 100, "key": 100, "major": 100, "general": 100},
    "installation_on_time": {"vip": 100, "key": 100, "major": 100, "general": 95},
    "supply_continuity": {"vip": 100, "key": 99, "major": 99, "general": 98},
    "repair_on_time": {"vip": 100, "key": 100, "major": 100, "general": 95},
    "inspection_entry": {"vip": 100, "key": 100, "major": 100, "general": 90},
    "repair_called_back": {"vip": 100},
    "emergency_on_time": {"major": 95, "general": 90},
    "customer_satisfaction": {"vip": 98, "key": 94, "major": 90, "general": 78},
}


@pytest.mark.parametrize(("indicator", "targets"), TARGETS.items())
def test_chaohu_targets(indicator: str, targets: dict[str, int]) -> None:
    found = customer_chapter("chaohu").indicators[indicator].targets
    assert {tier: target.at_least for tier, target in found.items()} == targets


def test_chaohu_repeat_entry_target_is_an_upper_bound() -> None:
    found = customer_chapter("chaohu").indicators["repeat_entry"].targets
    assert {tier: target.at_most for tier, target in found.items()} == {"vip": 0, "key": 0, "major": 0, "general": 5}
    assert found["general"].is_met(5, 100)
    assert not found["general"].is_met(6, 100)
    assert found["vip"].is_met(0, 0) is None


def test_chaohu_strategies() -> None:
    strategies = customer_chapter("chaohu").strategies
    assert (strategies["vip"].priority.value, strategies["key"].priority.value) == ("always", "equal_circumstances")
    assert strategies["vip"].is_emergency_crew_drawn_on
    assert strategies["vip"].has_individual_plan
    assert strategies["key"].has_one_person_in_charge
    assert [strategies[tier].is_repeat_entry_avoided for tier in ("vip", "key", "major", "general")] == [
        True,
        True,
        True,
        False,
    ]


# generic, domain.md 4


@pytest.mark.parametrize(("tier", "minutes"), [("special", 15), ("first", 30), ("second", 60), ("third", 120)])
def test_generic_response(tier: str, minutes: int) -> None:
    assert only(promised("generic", "repair", tier, OrderMetric.RESPONSE)).limit.budget == minutes


def test_generic_thresholds_are_open_settings() -> None:
    rules = customer_chapter("generic").tier_rules
    bounds = {code: rules[code].when.at_least for code in ("special_share", "first_share", "second_share")}
    assert bounds == {"special_share": Decimal(5), "first_share": Decimal(1), "second_share": Decimal("0.1")}
    assert all(rules[code].is_open_setting for code in bounds)


def test_generic_satisfaction_is_quarterly() -> None:
    assert customer_chapter("generic").indicators["customer_satisfaction"].cycle.value == "quarterly"


# liaoning, domain.md 5


def test_liaoning_members() -> None:
    members = customer_chapter("liaoning").members
    assert members is not None
    assert {kind: said.circle for kind, said in members.kinds.items() if said.is_served} == {
        "important_leader": "core",
        "important_contact": "core",
        "general_leader": "ordinary",
        "information_contact": "ordinary",
    }
    assert set(members.kinds) - {"important_leader", "important_contact", "general_leader", "information_contact"} == {
        "ordinary",
        "vip",
        "informal",
        "machine",
    }
    assert members.raised("important_leader", None) == "vip_1"
    assert members.raised("important_contact", "vip_1") == "vip_2"
    assert members.raised("important_contact", "vip_3") == "vip_3"
    assert members.raised("general_leader", None) is None
    assert members.raised("ordinary", "vip_1") == "vip_1"


# data entry, domain.md 2.7


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize(
    ("post", "concerns"),
    [
        ("front_desk_clerk", {"request", "base_data", "gas_bought", "payment", "meter_change", "update"}),
        ("hotline_agent", {"request", "call_record", "hand_over"}),
        ("meter_reader", {"usage", "payment", "update"}),
        ("order_clerk", {"work_done", "material_used", "material_fee"}),
        ("master_data_keeper", {"master_data"}),
    ],
)
def test_write_rights_by_post(pack: str, post: str, concerns: set[str]) -> None:
    chapter = customer_chapter(pack)
    assert {concern for concern in chapter.concerns if post in chapter.writers(concern)} == concerns


@pytest.mark.parametrize("pack", PACKS)
def test_entry_times_checks_and_withdrawal(pack: str) -> None:
    chapter = customer_chapter(pack)
    master = chapter.concerns["master_data"].entered_within
    assert master is not None
    assert (master.budget, master.unit) == (DAY, NATURAL)
    assert all(concern.is_at_once for code, concern in chapter.concerns.items() if code != "master_data")
    quality = chapter.entry_quality
    assert (str(quality.effective_on), quality.trial_months, quality.owner) == ("2011-03-01", 6, "service_office")
    assert set(quality.three_way) == {"usage_and_fee", "material_and_fee"}
    assert {code: check.cycle for code, check in quality.checks.items()}["system"] == "monthly"
    assert quality.withdrawal.is_by_complaint
    assert quality.withdrawal.proposed_by == "system_maintenance"


def test_chapter_says_where_it_stands() -> None:
    chapter = customer_chapter("xxx-gas")
    assert (str(chapter.effective_on), chapter.trial_months, chapter.owner) == ("2011-01-01", 6, "customer_service")
    assert chapter.is_approved


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"default_tier": "gold"}, "tier_order"),
        ({"tier_rules": {"vip_volume": {"tier": "gold"}}}, "tier_order"),
        ({"tier_rules": {"vip_volume": {"when": {"all": [{"fact": "height", "at_least": 1}]}}}}, "fact"),
        ({"tier_rules": {"vip_volume": {"when": {"all": [{"fact": "tags", "at_least": 1}]}}}}, "事实类型不符"),
        ({"tier_rules": {"vip_standing": {"when": {"fact": None}}}}, "条件"),
        ({"facts": {"capacity": {"key": "no_such_column"}}}, "没有这一列"),
        ({"commitments": {"vip_person_repair": {"works": ["gardening"]}}}, "work"),
        ({"commitments": {"vip_person_repair": {"limit": {"budget": -1}}}}, "greater than or equal to 0"),
    ],
)
def test_mistakes_are_refused_with_their_reason(change: dict[str, Any], reason: str) -> None:
    raw = merge(shipped("xxx-gas").raw["customer"], change)
    with pytest.raises(ValidationError, match=reason):
        CustomerChapter.model_validate(raw)


def test_pack_edit_changes_a_number() -> None:
    change = {"commitments": {"vip_person_repair": {"limit": {"budget": 45}}}}
    chapter = CustomerChapter.model_validate(merge(shipped("xxx-gas").raw["customer"], change))
    found = promises_for(chapter, OrderTerms("repair", "vip", "individual"), start=OrderStart.RECEIPT)
    assert [commitment.limit.budget for _, commitment in found[OrderMetric.ARRIVAL]] == [45]
