"""The callback chapter of the four packs, and what a chapter may not say; quiet hours."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from services.callback.calls.rules.windows import CallingHours, is_quiet
from services.callback.policy import CallbackChapter
from services.callback.policy_calls import Occasion, Question, Script, Share, Window
from shared.policy.model import ApprovalState, QuietHours
from tests.shared.sla.calendars import chinese
from tests.support.packs import PACKS, callback_chapter, customer_chapter, shipped

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("pack", PACKS)
def test_the_director_suffices_and_every_work_is_called_back_or_left_out_on_purpose(pack: str) -> None:
    chapter = callback_chapter(pack)
    assert chapter.is_approved
    assert chapter.state is ApprovalState.APPROVED_BY_DIRECTOR
    works = {work for business in chapter.calls.businesses.values() for work in business.works}
    assert works == set(customer_chapter(pack).works)
    tiers = set(shipped(pack).common.tiers)
    for business in chapter.calls.businesses.values():
        assert set(business.tiers) <= tiers


def test_chaohu_calls_back_every_vip_repair_and_its_gm_calls_the_vips_in_person() -> None:
    calls = callback_chapter("chaohu").calls
    for business in ("repair", "emergency"):
        share = calls.terms(business, "vip").share
        assert (share.numerator, share.denominator, share.is_open_setting) == (1, 1, False)
    ledger = calls.terms("ledger", "vip")
    assert (ledger.queue, ledger.is_in_person, calls.queues["gm"].posts) == ("gm", True, ("gm",))
    assert calls.terms("repair", "general").share.is_open_setting


def test_an_event_belongs_to_one_business() -> None:
    calls = callback_chapter("xxx-gas").calls
    assert calls.business_of(Occasion.ORDER_COMPLETED, "repair") == "repair"
    assert calls.business_of(Occasion.ORDER_COMPLETED, "emergency_repair") == "emergency"
    assert calls.business_of(Occasion.COMPLAINT_CLOSED, "suggestion") == "suggestion"
    assert calls.business_of(Occasion.COMPLAINT_CLOSED, "praise") is None
    assert calls.business_of(Occasion.ACCOUNT_OPENED) == "account_opened"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Share, {"numerator": 2, "denominator": 1}),
        (Share, {"numerator": -1}),
        (Window, {"earliest": {"budget": None}, "latest": {"budget": 1}}),
        (Question, {"position": 1, "text": "?", "kind": "choice"}),
        (Question, {"position": 1, "text": "?", "kind": "score", "choices": {"a": "甲"}}),
        (
            Question,
            {"position": 1, "text": "?", "kind": "choice", "choices": {"a": "甲"}, "unsatisfied_choices": ["b"]},
        ),
        (Question, {"position": 1, "text": "?", "kind": "text", "is_overall": True}),
        (Question, {"position": 1, "text": "?", "kind": "yes_no", "unsatisfied_up_to": 2}),
        (
            Script,
            {
                "name": "x",
                "version": 1,
                "opening": "x",
                "questions": {"a": {"position": 1, "text": "?", "kind": "text"}},
            },
        ),
    ],
)
def test_a_part_that_makes_no_sense_is_refused(kind: Any, value: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("businesses", "repair", "works"), ["conversion"]),
        (("businesses", "repair", "script"), "nowhere"),
        (("businesses", "repair", "queue"), "nowhere"),
        (("businesses", "repair", "ladder"), "nowhere"),
        (("businesses", "complaint", "works"), ["repair"]),
        (("businesses", "ledger", "tiers"), {}),
    ],
)
def test_a_chapter_that_contradicts_itself_is_refused(path: tuple[str, str, str], value: object) -> None:
    chapter = callback_chapter("xxx-gas").model_dump(mode="json")
    part = chapter["calls"]
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    with pytest.raises(ValidationError):
        CallbackChapter.model_validate(chapter)


@pytest.mark.parametrize(
    ("clock", "quiet"), [("20:29", False), ("20:30", True), ("23:59", True), ("08:29", True), ("08:30", False)]
)
def test_quiet_hours_over_midnight(clock: str, quiet: bool) -> None:
    hours = QuietHours(from_hour="20:30", until_hour="08:30")
    at = datetime.fromisoformat(f"2026-11-24T{clock}:59+08:00").astimezone(UTC)
    assert is_quiet(at, hours, CHINA) is quiet
    noon = QuietHours(from_hour="12:00", until_hour="13:30")
    assert is_quiet(datetime.fromisoformat("2026-11-24T12:30:00+08:00"), noon, CHINA)
    assert not is_quiet(datetime.fromisoformat("2026-11-24T13:30:00+08:00"), noon, CHINA)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-24T10:00:00", "2026-11-24T10:00:00"),
        ("2026-11-24T20:30:00", "2026-11-25T08:30:00"),
        ("2026-11-25T03:00:00", "2026-11-25T08:30:00"),
        ("2026-11-27T21:00:00", "2026-11-30T08:30:00"),  # Friday evening → Monday
        ("2026-11-28T12:00:00", "2026-11-30T08:30:00"),
        ("2026-09-30T21:00:00", "2026-10-08T08:30:00"),  # the national days
    ],
)
def test_due_at_the_first_time_at_which_customers_are_called(at: str, due: str) -> None:
    hours = CallingHours(QuietHours(from_hour="20:30", until_hour="08:30"), CHINA, chinese())
    moment = datetime.fromisoformat(f"{at}+08:00").astimezone(UTC)
    assert hours.first_from(moment) == datetime.fromisoformat(f"{due}+08:00")
    assert hours.allow(hours.first_from(moment))


def test_a_business_and_a_tier_have_their_own_attempts() -> None:
    chapter = callback_chapter("chaohu").model_dump(mode="json")
    repair = chapter["calls"]["businesses"]["repair"]
    repair["attempts"] = {"most": 2, "spacing_minutes": 60}
    repair["tiers"]["vip"]["attempts"] = {"most": 5, "spacing_minutes": 30}
    calls = CallbackChapter.model_validate(chapter).calls
    most = [calls.terms(*what).attempts.most for what in (("repair", "vip"), ("repair", "key"), ("conversion", "vip"))]
    assert most == [5, 2, calls.attempts.most]
