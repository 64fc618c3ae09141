"""Windows of frequencies, who owes a service, what a record must prove."""

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from services.callback.policy_entitlements import Pace, Proof, Provider, Service, Terms
from services.callback.visits.errors import (
    NeedUnknownError,
    ParticipantMissingError,
    ParticipantUnknownError,
    ProofFileError,
    ProofMissingError,
    ProofUnknownError,
    VisitStepNotAllowedError,
)
from services.callback.visits.rules.owners import Found, Gap, Named, resolve
from services.callback.visits.rules.reports import (
    Given,
    HeardNeed,
    Participant,
    check_needs,
    check_participants,
    check_proofs,
)
from services.callback.visits.rules.states import ALLOWED, VisitAct, VisitState, check
from services.callback.visits.rules.windows import end_of, later, midnight, windows
from shared.errors import DomainError

CHINA = ZoneInfo("Asia/Shanghai")
ONE, TWO = UUID(int=1), UUID(int=2)


def period(year: int, month: int | None = None) -> tuple[datetime, datetime]:
    first = date(year, month or 1, 1)
    return midnight(first, CHINA), midnight(later(first, 1 if month else 12), CHINA)


@pytest.mark.parametrize(
    ("months", "times", "bounds", "expected"),
    [
        (1, 2, period(2026, 11), ["2026-11x1/1", "2026-11x1/2"]),
        (2, 1, period(2026, 12), ["2026-11x2/1"]),
        (3, 1, period(2026, 11), ["2026-10x3/1"]),
        (6, 1, period(2026, 6), ["2026-01x6/1"]),
        (12, 1, period(2026, 11), ["2026-01x12/1"]),
        (12, 1, period(2026), ["2026-01x12/1"]),
        (3, 1, period(2026), ["2026-01x3/1", "2026-04x3/1", "2026-07x3/1", "2026-10x3/1"]),
        (1, 2, period(2026), [f"2026-{month:02d}x1/{n}" for month in range(1, 13) for n in (1, 2)]),
    ],
)
def test_windows_of_a_period_by_frequency(
    months: int, times: int, bounds: tuple[datetime, datetime], expected: list[str]
) -> None:
    terms = Terms(pace=Pace.PERIODIC, times=times, months=months)
    assert [one.key for one in windows(terms, *bounds, CHINA)] == expected


def test_a_window_ends_with_its_last_day_and_its_dates_lie_apart() -> None:
    first, second = windows(Terms(pace=Pace.PERIODIC, times=2, months=1), *period(2028, 2), CHINA)
    assert first.from_at == second.from_at == datetime(2028, 1, 31, 16, tzinfo=UTC)
    assert first.until_at == datetime(2028, 2, 29, 16, tzinfo=UTC)
    assert (first.planned_on, second.planned_on) == (date(2028, 2, 8), date(2028, 2, 22))


def test_once_is_owed_once_and_what_is_started_is_not_planned() -> None:
    (once,) = windows(Terms(pace=Pace.ONCE), *period(2026, 11), CHINA)
    assert (once.key, once.until_at) == ("once/1", midnight(date(2027, 1, 1), CHINA))
    for pace in (Pace.ON_REQUEST, Pace.AS_NEEDED, Pace.STANDING):
        assert not list(windows(Terms(pace=pace), *period(2026), CHINA))
    assert not list(windows(Terms(pace=Pace.TRIAL, months=3), *period(2026), CHINA))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
    ],
)
def test_some_months_later_is_the_same_day_or_the_months_last(day: date, months: int, expected: date) -> None:
    assert later(day, months) == expected


def test_a_day_ends_where_the_next_begins() -> None:
    assert end_of(date(2026, 12, 31), CHINA) == datetime(2026, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("provider", "named", "holders", "expected"),
    [
        ({"posts": ("gm",)}, [], {"gm": [ONE]}, Found("gm", ONE, None)),
        ({"posts": ("gm",)}, [], {}, Found("gm", None, Gap.POST_VACANT)),
        ({"posts": ("gm",)}, [], {"gm": [ONE, TWO]}, Found("gm", None, Gap.SEVERAL_HOLD_POST)),
        ({"posts": ("gm",)}, [Named("gm", TWO)], {"gm": [ONE, TWO]}, Found("gm", TWO, None)),
        ({"posts": ("a",), "is_named": True}, [], {"a": [ONE]}, Found("a", None, Gap.NOBODY_NAMED)),
        ({"posts": ("a",), "is_named": True}, [Named("b", ONE)], {"a": [ONE]}, Found("a", None, Gap.NOBODY_NAMED)),
        ({"posts": ("a", "b"), "is_named": True}, [Named("b", TWO)], {}, Found("b", TWO, None)),
        ({"posts": ("a", "b")}, [], {"b": [TWO]}, Found("b", TWO, None)),
    ],
)
def test_who_owes_a_service(
    provider: dict[str, object], named: list[Named], holders: dict[str, list[UUID]], expected: Found
) -> None:
    assert resolve(Provider.model_validate(provider), named, lambda post: holders.get(post, [])) == expected


KNOWN = {
    "photo": Proof(name="照片", is_picture=True),
    "report": Proof(name="报告"),
    "confirmation": Proof(name="口头确认", needs_file=False),
}


@pytest.mark.parametrize(
    ("given", "required", "refusal", "pointer"),
    [
        ([], (), None, None),
        ([Given("photo", ONE)], ("photo",), None, None),
        ([Given("confirmation")], ("confirmation",), None, None),
        ([], ("photo",), ProofMissingError, "/proofs"),
        ([Given("report", ONE)], ("photo",), ProofMissingError, "/proofs"),
        ([Given("pennant", ONE)], (), ProofUnknownError, "/proofs/0/kind"),
        ([Given("photo")], (), ProofFileError, "/proofs/0/file_id"),
        ([Given("confirmation"), Given("photo", TWO)], (), ProofFileError, "/proofs/1/file_id"),
        ([Given("report", UUID(int=9))], (), ProofFileError, "/proofs/0/file_id"),
        ([Given("confirmation", UUID(int=9))], (), ProofFileError, "/proofs/0/file_id"),
    ],
)
def test_a_record_proves_itself(
    given: list[Given], required: tuple[str, ...], refusal: type[DomainError] | None, pointer: str | None
) -> None:
    pictures = {ONE: True, TWO: False}
    if refusal is None:
        check_proofs(given, required, KNOWN, pictures)
        return
    with pytest.raises(refusal) as caught:
        check_proofs(given, required, KNOWN, pictures)
    assert caught.value.errors[0].pointer == pointer


def test_every_required_post_took_part_and_everybody_acts_in_the_post_named() -> None:
    there = [Participant(ONE, "gm"), Participant(TWO, "market_head")]
    check_participants(there, ("gm", "market_head"), lambda _: True)
    with pytest.raises(ParticipantMissingError) as missing:
        check_participants(there[:1], ("gm", "market_head"), lambda _: True)
    assert missing.value.params == {"post": "market_head"}
    with pytest.raises(ParticipantUnknownError) as unknown:
        check_participants(there, (), lambda one: one.staff_id == ONE)
    assert unknown.value.errors[0].pointer == "/participants/1"
    with pytest.raises(ParticipantUnknownError):
        check_participants([there[0], there[0]], (), lambda _: True)


def test_a_need_is_one_of_the_pack() -> None:
    check_needs([HeardNeed("capacity")], {"capacity": object()})
    with pytest.raises(NeedUnknownError) as caught:
        check_needs([HeardNeed("capacity"), HeardNeed("boat")], {"capacity": object()})
    assert caught.value.errors[0].pointer == "/needs/1/need"


@pytest.mark.parametrize("act", VisitAct)
@pytest.mark.parametrize("state", VisitState)
def test_what_may_be_done_in_which_state(act: VisitAct, state: VisitState) -> None:
    if state in ALLOWED[act]:
        check(act, state)
        with pytest.raises(VisitStepNotAllowedError):
            check(act, state, is_ended=True)
        return
    with pytest.raises(VisitStepNotAllowedError) as caught:
        check(act, state)
    assert caught.value.params == {"act": act.value, "state": state.value}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Terms, {"pace": "periodic"}),
        (Terms, {"pace": "periodic", "months": 5}),
        (Terms, {"pace": "as_needed", "months": 1}),
        (Terms, {"pace": "trial"}),
        (Service, {"name": "x", "category": "c", "clause": "c", "otherwise": {"pace": "standing"}}),
        (Service, {"name": "x", "category": "c", "clause": "c", "provider": {"posts": ["gm"]}}),
        (
            Service,
            {
                "name": "x",
                "category": "c",
                "clause": "c",
                "carried_by": "care",
                "is_for_each_member": True,
                "otherwise": {"pace": "standing"},
            },
        ),
    ],
)
def test_what_a_pack_may_not_say(kind: type[Terms | Service], value: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(value)
