"""What may stand in a text, when it may go out, what a result leads to."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from services.callback.messages.errors import ParameterInvalidError
from services.callback.messages.rules import check_parameters, next_check, not_quiet, rendered
from services.callback.policy_messages import ParameterKind, Template
from shared.policy.model import QuietHours
from tests.support.packs import PACKS, callback_chapter

Moment = tuple[int, int, int, int, int]
CHINA = ZoneInfo("Asia/Shanghai")
NIGHT = QuietHours(from_hour="20:30", until_hour="08:30")
TEXT = Template(
    name="活动",
    version=1,
    purpose="activity",
    text="{title} {on} {at} {link} {kind} {count}",
    parameters={
        "title": ParameterKind.TITLE,
        "on": ParameterKind.DATE,
        "at": ParameterKind.TIME,
        "link": ParameterKind.LINK,
        "kind": ParameterKind.CODE,
        "count": ParameterKind.NUMBER,
    },
)
GOOD = {
    "title": "冬季安全讲座",
    "on": "2026-12-01",
    "at": "09:30",
    "link": "https://gas.example/s/abc",
    "kind": "vip",
    "count": "3",
}


def test_a_text_is_made_of_its_parameters() -> None:
    check_parameters(TEXT, GOOD)
    assert rendered(TEXT, GOOD) == "冬季安全讲座 12月1日 09:30 https://gas.example/s/abc vip 3"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "请致电 138 0000 1111 林先生"),
        ("title", "电话１３８００００１１１１"),
        ("title", "一" * 61),
        ("title", "两\n行"),
        ("title", ""),
        ("on", "12月1日"),
        ("at", "25:00"),
        ("link", "javascript:alert(1)"),
        ("kind", "林先生"),
        ("count", "13800001111"),
    ],
)
def test_nothing_that_names_or_reaches_a_person_stands_in_a_text(name: str, value: str) -> None:
    with pytest.raises(ParameterInvalidError) as refused:
        check_parameters(TEXT, {**GOOD, name: value})
    assert refused.value.errors[0].pointer == f"/parameters/{name}"


@pytest.mark.parametrize("values", [{}, {**GOOD, "more": "1"}])
def test_the_values_are_exactly_those_of_the_template(values: dict[str, str]) -> None:
    with pytest.raises(ParameterInvalidError):
        check_parameters(TEXT, values)


@pytest.mark.parametrize(
    "change",
    [{"text": "{who}"}, {}, {"text": "{on!r}", "parameters": {"on": "date"}}, {"text": "{}"}],
)
def test_a_template_names_its_parameters(change: dict[str, Any]) -> None:
    plain = {"name": "x", "version": 1, "purpose": "tip", "text": "一", "parameters": {"on": "date"}}
    with pytest.raises(ValidationError):
        Template(**{**plain, **change})


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ((2026, 11, 24, 10, 0), (2026, 11, 24, 10, 0)),
        ((2026, 11, 24, 20, 29), (2026, 11, 24, 20, 29)),
        ((2026, 11, 24, 20, 30), (2026, 11, 25, 8, 30)),
        ((2026, 11, 24, 23, 59), (2026, 11, 25, 8, 30)),
        ((2026, 11, 25, 0, 0), (2026, 11, 25, 8, 30)),
        ((2026, 11, 25, 8, 29), (2026, 11, 25, 8, 30)),
        ((2026, 11, 25, 8, 30), (2026, 11, 25, 8, 30)),
    ],
)
def test_messages_wait_for_the_morning(at: Moment, opens: Moment) -> None:
    asked, expected = (_moment(one) for one in (at, opens))
    assert not_quiet(asked, NIGHT, CHINA) == expected


def _moment(at: Moment) -> datetime:
    year, month, day, hour, minute = at
    return datetime(year, month, day, hour, minute, tzinfo=CHINA)


def test_noon_may_be_quiet_and_equal_ends_never_are() -> None:
    noon = QuietHours(from_hour="12:00", until_hour="14:00")
    at = datetime(2026, 11, 24, 12, 30, tzinfo=CHINA)
    assert not_quiet(at, noon, CHINA) == datetime(2026, 11, 24, 14, 0, tzinfo=CHINA)
    assert not_quiet(at, QuietHours(from_hour="00:00", until_hour="00:00"), CHINA) == at


def test_the_provider_is_asked_rarer_the_longer_it_takes() -> None:
    since = datetime(2026, 11, 24, tzinfo=UTC)
    waits = [(next_check(since, 2, checks) - since).seconds // 60 for checks in range(7)]
    assert waits == [2, 4, 8, 16, 32, 32, 32]


@pytest.mark.parametrize("pack", PACKS)
def test_safety_may_not_be_refused_and_every_text_has_a_purpose(pack: str) -> None:
    messages = callback_chapter(pack).messages
    safety = messages.purposes["safety"]
    assert (safety.can_opt_out, safety.is_counted, safety.is_quiet) == (False, False, False)
    assert all(messages.purposes[code].can_opt_out for code in ("survey", "tip", "care", "activity"))
    assert {template.purpose for template in messages.templates.values()} <= set(messages.purposes)
