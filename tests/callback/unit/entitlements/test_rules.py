"""The tables of the four packs; how a customer stands with a service; what an evaluation must say."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.callback.entitlements.errors import (
    EvaluationStepNotAllowedError,
    ImprovementMissingError,
    ScoreCategoryError,
)
from services.callback.entitlements.rules import (
    ALLOWED,
    Assessment,
    EvaluationAct,
    EvaluationState,
    Had,
    check,
    had,
)
from services.callback.policy_entitlements import Carrier, Pace
from shared.errors import DomainError
from tests.support.packs import PACKS, callback_chapter, shipped

TABLE = [
    ("xxx-gas", "gm_visit", "vip", (1, 12)),
    ("xxx-gas", "gm_visit", "general", None),
    ("xxx-gas", "sms_tip", "vip", (1, 1)),
    ("xxx-gas", "inspection_unit", "vip", (1, 1)),
    ("xxx-gas", "inspection_led", "vip", (1, 6)),
    ("chaohu", "gm_visit", "vip", (1, 3)),
    ("chaohu", "key_visit", "key", (1, 1)),
    ("chaohu", "major_visit", "major", (1, 1)),
    ("chaohu", "energy_saving", "general", Pace.AS_NEEDED),
    ("chaohu", "energy_saving", "vip", Pace.ON_REQUEST),
    ("chaohu", "energy_saving", "key", None),
    ("generic", "account_visit", "special", Pace.AS_NEEDED),
    ("generic", "service_report", "first", Pace.STANDING),
    ("liaoning", "personal_visit", "a_plus", (2, 1)),
    ("liaoning", "personal_visit", "a", (1, 1)),
    ("liaoning", "personal_visit", "b", (1, 2)),
    ("liaoning", "personal_visit", "c", (1, 3)),
    ("liaoning", "network_test", "a", (1, 3)),
    ("liaoning", "network_test", "b", (1, 6)),
    ("liaoning", "network_test", "c", Pace.AS_NEEDED),
    ("liaoning", "outing", "b", (1, 12)),
    ("liaoning", "outing", "c", Pace.AS_NEEDED),
    ("liaoning", "forum", "a_plus", (1, 12)),
    ("liaoning", "chief_visit", "a", (1, 6)),
    ("liaoning", "chief_visit", "b", (1, 12)),
    ("liaoning", "chief_visit", "c", Pace.AS_NEEDED),
    ("liaoning", "on_site_service", "a_plus", (1, 3)),
    ("liaoning", "on_site_service", "a", (1, 6)),
    ("liaoning", "on_site_service", "b", (1, 12)),
    ("liaoning", "green_channel", "b", Pace.STANDING),
    ("liaoning", "green_channel", "c", Pace.AS_NEEDED),
    ("liaoning", "trial", "a", Pace.TRIAL),
    ("liaoning", "trial", "b", None),
    ("liaoning", "training", "c", Pace.ON_REQUEST),
    ("liaoning", "personal_visit", "general", None),
]


@pytest.mark.parametrize(("pack", "service", "tier", "expected"), TABLE)
def test_the_tables_of_the_packs(pack: str, service: str, tier: str, expected: tuple[int, int] | Pace | None) -> None:
    terms = callback_chapter(pack).entitlements.services[service].terms(tier)
    if expected is None or terms is None:
        assert (expected, terms) == (None, None)
    elif isinstance(expected, Pace):
        assert terms.pace is expected
    else:
        assert (terms.pace, terms.times, terms.months) == (Pace.PERIODIC, *expected)


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_names_its_own_tiers_only_and_plans_for_the_right_ones(pack: str) -> None:
    rules, tiers = callback_chapter(pack).entitlements, shipped(pack).common.tiers
    for code, service in rules.services.items():
        assert set(service.tiers) <= set(tiers), code
    assert rules.evaluation is not None
    assert set(rules.evaluation.tiers) <= set(tiers)
    planned = {"xxx-gas": ["vip"], "chaohu": ["vip", "key", "major"], "generic": []}
    assert rules.planning_tiers(tiers) == planned.get(pack, ["a_plus", "a", "b", "c"])


def test_who_gives_it_and_to_whom() -> None:
    services = callback_chapter("liaoning").entitlements.services
    assert {code for code, one in services.items() if one.is_for_each_member} == {"forum"}
    assert services["training"].audience == ("customer",)
    assert services["outing"].audience == services["information"].audience == ("customer", "core", "ordinary")
    assert services["network_test"].proofs == ("report",)
    assert (services["information"].carried_by, services["greeting"].carried_by) == (Carrier.MESSAGES, Carrier.CARE)
    priorities = {tier: services["information"].tiers[tier] for tier in ("a_plus", "b", "c")}
    assert [dict(one.priorities) for one in priorities.values() if one] == [
        {"core": 1, "ordinary": 2},
        {"core": 2, "ordinary": 3},
        {"core": 3},
    ]
    gm = callback_chapter("xxx-gas").entitlements
    assert [one.code for one in gm.planned("vip", "unit")] == ["gm_visit"]
    assert gm.planned("vip", "individual") == []


@dataclass(frozen=True)
class Seen:
    id: UUID
    service: str
    state: str
    window_from: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    due_at: datetime | None = None
    planned_on: date | None = None
    visited_at: datetime | None = None


def test_what_was_had_and_what_is_next() -> None:
    march, june = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    seen = [
        Seen(UUID(int=1), "a", "done", visited_at=june),
        Seen(UUID(int=2), "a", "done", visited_at=march),
        Seen(UUID(int=3), "a", "missed"),
        Seen(UUID(int=4), "a", "cancelled"),
        Seen(UUID(int=5), "a", "planned", planned_on=date(2026, 12, 9), due_at=june),
        Seen(UUID(int=6), "a", "rescheduled", planned_on=date(2026, 12, 1), due_at=march),
    ]
    assert had(seen) == {"a": Had(2, 1, 2, june, UUID(int=6), date(2026, 12, 1), march)}
    assert had([]) == {}


@pytest.mark.parametrize(
    ("scores", "improvements", "refusal", "pointer"),
    [
        ({"visit": 5, "care": 3}, (), None, None),
        ({"visit": 2, "care": 3}, ("每月走访",), None, None),
        ({"visit": 2, "care": 3}, (), ImprovementMissingError, "/improvements"),
        ({"visit": 5}, (), ScoreCategoryError, "/scores"),
        ({"visit": 5, "care": 3, "boat": 1}, (), ScoreCategoryError, "/scores/boat"),
    ],
)
def test_an_evaluation_scores_every_category(
    scores: dict[str, int], improvements: tuple[str, ...], refusal: type[DomainError] | None, pointer: str | None
) -> None:
    said = Assessment(scores, "全年稳定", None, improvements)
    if refusal is None:
        said.check(["care", "visit"], 2)
        return
    with pytest.raises(refusal) as caught:
        said.check(["care", "visit"], 2)
    assert caught.value.errors[0].pointer == pointer


@pytest.mark.parametrize("act", EvaluationAct)
@pytest.mark.parametrize("state", EvaluationState)
def test_what_may_be_done_in_which_state(act: EvaluationAct, state: EvaluationState) -> None:
    if state in ALLOWED[act]:
        check(act, state)
        return
    with pytest.raises(EvaluationStepNotAllowedError):
        check(act, state)
