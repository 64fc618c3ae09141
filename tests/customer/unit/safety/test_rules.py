"""Rules of visits, attempts, hazards and periods against the packs as they ship."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.policy_safety import Safety
from services.customer.safety import rules
from services.customer.safety.rules import CheckResult, HazardFound, Outcome, Visit
from tests.support.packs import policy_of

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
PASS = CheckResult.PASS


def chapter(pack: str = "xxx-gas") -> CustomerChapter:
    return policy_of(pack, "c").chapter_as(CHAPTER, CustomerChapter)


TERMS = chapter().safety
ALL = {code: PASS for code, one in TERMS.checks.items() if not one.classes}
BUSINESS = dict.fromkeys(TERMS.checks, PASS)


def entered(**more: object) -> Visit:
    return Visit(**{"outcome": Outcome.ENTERED, "visited_at": NOW, "checks": ALL, **more})  # type: ignore[arg-type]


def absent(outcome: Outcome = Outcome.NOT_AT_HOME, **more: object) -> Visit:
    return Visit(**{"outcome": outcome, "visited_at": NOW, "is_notice_left": True, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("visit", "klass", "known", "faults"),
    [
        (entered(), "a", (), []),
        (entered(), "b", (), [("/checks/maintenance", "check_missing")]),
        (entered(checks=BUSINESS), "b", (), []),
        (entered(checks={}), "a", (), [(f"/checks/{code}", "check_missing") for code in ALL]),
        (entered(checks={**ALL, "magic": PASS}), "a", (), [("/checks/magic", "unknown_check")]),
        (entered(checks={**ALL, "hose": CheckResult.FAIL}), "a", (), [("/checks/hose", "hazard_missing")]),
        (entered(checks={**ALL, "hose": CheckResult.FAIL}), "a", ("expired",), []),
        (
            entered(checks={**ALL, "hose": CheckResult.FAIL}, hazards=(HazardFound("expired", "软管过期"),)),
            "a",
            (),
            [],
        ),
        (entered(visited_at=NOW + timedelta(seconds=1)), "a", (), [("/visited_at", "in_future")]),
        (entered(visited_at=NOW - timedelta(days=7)), "a", (), []),
        (entered(visited_at=NOW - timedelta(days=7, seconds=1)), "a", (), [("/visited_at", "too_late")]),
        (absent(), "a", (), []),
        (absent(Outcome.REFUSED, is_notice_left=False), "a", (), [("/is_notice_left", "notice_missing")]),
        (absent(checks=ALL), "a", (), [("/outcome", "not_entered")]),
        (absent(hazards=(HazardFound("leak", "漏"),)), "a", (), [("/outcome", "not_entered")]),
    ],
)
def test_a_visit_is_held_against_the_check_list(
    visit: Visit, klass: str, known: tuple[str, ...], faults: list[tuple[str, str]]
) -> None:
    broken = rules.broken_visit(visit, TERMS, customer_class=klass, now=NOW, known=known)
    assert [(pointer, code) for pointer, code, _ in broken] == faults


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (HazardFound("boxed_in_pipe", "包封"), None),
        (HazardFound("magic", "无"), ("/kind", "unknown_hazard")),
        (HazardFound("boxed_in_pipe", "包封", severity="magic"), ("/severity", "unknown_severity")),
        (HazardFound("boxed_in_pipe", "包封", severity="ordinary"), ("/severity", "too_light")),
        (HazardFound("boxed_in_pipe", "包封", severity="grave", is_gas_stopped=True), None),
        (HazardFound("boxed_in_pipe", "包封", severity="grave"), ("/is_gas_stopped", "gas_stop_missing")),
        (HazardFound("leak", "漏气"), ("/is_gas_stopped", "gas_stop_missing")),
        (HazardFound("leak", "漏气", gas_not_stopped_reason="客户拒绝，已报抢修"), None),
        (HazardFound("leak", "漏气", is_gas_stopped=True), None),
        (HazardFound("expired", "过期", told_by_way="in_hand"), None),
        (HazardFound("expired", "过期", told_by_way="drum"), ("/told_by_way", "unknown_way")),
    ],
)
def test_a_hazard_is_held_against_the_pack(found: HazardFound, fault: tuple[str, str] | None) -> None:
    broken = rules.broken_hazard(found, TERMS, ways={"in_hand"}, pointer="")
    assert [(pointer, code) for pointer, code, _ in broken] == ([fault] if fault else [])


def test_attempts_are_spaced_and_end() -> None:
    rule, day = TERMS.not_at_home, date(2026, 11, 20)
    assert [rules.next_attempt(rule, of_outcome=nth, visited_on=day).on for nth in (1, 2, 3, 4)] == [
        date(2026, 11, 27),
        date(2026, 11, 27),
        None,
        None,
    ]
    assert rules.next_attempt(TERMS.refused, of_outcome=1, visited_on=day).on == date(2026, 12, 5)
    assert rules.next_attempt(TERMS.refused, of_outcome=2, visited_on=day).is_exhausted
    assert rules.attempt_rule(TERMS, Outcome.ENTERED) is None


@pytest.mark.parametrize(
    ("at", "months", "first", "after"),
    [
        ("2026-11-30T23:59:59", 1, "2026-11-01", "2026-12-01"),
        ("2026-12-01T00:00:00", 1, "2026-12-01", "2027-01-01"),
        ("2026-06-30T23:59:59", 6, "2026-01-01", "2026-07-01"),
        ("2026-07-01T00:00:00", 6, "2026-07-01", "2027-01-01"),
        ("2026-02-28T12:00:00", 12, "2026-01-01", "2027-01-01"),
        ("2026-12-31T23:59:59", 24, "2026-01-01", "2028-01-01"),
    ],
)
def test_periods_stand_on_the_calendar(at: str, months: int, first: str, after: str) -> None:
    found = rules.period_of(datetime.fromisoformat(at).replace(tzinfo=ZONE), months)
    assert [one.date().isoformat() for one in found] == [first, after]


@pytest.mark.parametrize(
    ("pack", "due"),
    [
        (
            "xxx-gas",
            {
                "standard_inspection": (12, [], []),
                "vip_person_inspection": (12, [], ["repair_team_leader"]),
                "vip_unit_inspection": (1, [], []),
                "vip_unit_inspection_led": (6, ["deputy_gm"], ["account_manager"]),
            },
        ),
        (
            "chaohu",
            {
                "standard_inspection": (12, [], []),
                "vip_inspection": (1, [], []),
                "vip_inspection_led": (6, ["deputy_gm"], ["account_manager"]),
                "key_major_inspection": (6, [], ["repair_team_leader"]),
            },
        ),
        ("generic", {"standard_inspection": (12, [], [])}),
        ("liaoning", {"standard_inspection": (12, [], [])}),
    ],
)
def test_each_pack_names_what_is_planned(pack: str, due: dict[str, tuple[int, list[str], list[str]]]) -> None:
    said = chapter(pack)
    found = rules.due_commitments(said.commitments, said.safety.work, NOW.astimezone(ZONE))
    assert {
        one.code: (one.commitment.every_months, list(one.commitment.led_by), list(one.commitment.performed_by))
        for one in found
    } == due
    assert said.safety.plans.ordered_tiers
    assert set(said.safety.kinds) == set(said.records.hazards)


def test_gas_comes_back_only_after_the_hazard_is_gone() -> None:
    assert rules.HazardState.OPEN not in rules.ACTS["restore_gas"]
    assert all(tuple(states) == (rules.HazardState.OPEN,) for act, states in rules.ACTS.items() if act != "restore_gas")


def test_the_pack_may_not_name_what_it_does_not_define() -> None:
    said = TERMS.model_dump(mode="json")
    with pytest.raises(ValidationError, match="magic"):
        Safety.model_validate({**said, "kinds": {"leak": {"severity": "magic"}}})
    whole = chapter().model_dump(mode="json")
    whole["safety"]["kinds"]["magic"] = {"severity": "grave"}
    with pytest.raises(ValidationError, match="magic"):
        CustomerChapter.model_validate(whole)
