"""States of a monthly summary, its four parts, and which months may be summed up."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.inspection.programme.rules.windows import months_later
from services.inspection.reports.errors import (
    SummaryMonthError,
    SummaryMonthNotOverError,
    SummaryPartMissingError,
    SummarySignedError,
    SummaryStepNotAllowedError,
)

SUBMIT, REWORK, NOTE = "summary_submit", "summary_rework", "summary_note"
"""The metrics that are promised."""
PARTS: Mapping[str, str] = {
    "achievements": "成绩",
    "measures": "新措施",
    "problems": "问题",
    "suggestions": "建议",
}
"""Of domain.md 2.5."""


class SummaryState(StrEnum):
    """Where a summary stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    """Signed by the head; the committee owes its word."""
    RETURNED = "returned"
    """Another edition is owed."""
    NOTED = "noted"


class SummaryAct(StrEnum):
    """What is done to a summary."""

    WRITE = "write"
    SIGN = "sign"
    NOTE = "note"
    RETURN = "return"


class SummaryVerdict(StrEnum):
    """The committee's word on an edition."""

    NOTED = "noted"
    RETURNED = "returned"


WRITABLE = frozenset({SummaryState.DRAFT, SummaryState.RETURNED})
_BY_HEAD = frozenset({SummaryAct.WRITE, SummaryAct.SIGN})


def check_summary(act: SummaryAct, state: str) -> None:
    """Raises: SummarySignedError, SummaryStepNotAllowedError."""
    if act in _BY_HEAD:
        if SummaryState(state) not in WRITABLE:
            raise SummarySignedError("服务总结已签字提交，退回后方可修改。", params={"act": act.value, "state": state})
    elif state != SummaryState.SUBMITTED:
        raise SummaryStepNotAllowedError(
            f"服务总结处于“{state}”状态，不能执行“{act.value}”。", params={"act": act.value, "state": state}
        )


def check_parts(said: Mapping[str, str | None]) -> None:
    """Raises: SummaryPartMissingError naming every part that is missing."""
    missing = [(name, words) for name, words in PARTS.items() if not said.get(name)]
    if missing:
        raise SummaryPartMissingError.of(missing)


def check_over(period_until: datetime, now: datetime) -> None:
    """Raises: SummaryMonthNotOverError."""
    if now < period_until:
        raise SummaryMonthNotOverError("当月尚未结束，月末后方可签字提交。")


def check_month(month: str, today: date, months_back: int) -> None:
    """The running month, or one of so many before it.  Raises: SummaryMonthError."""
    first = date.fromisoformat(f"{month}-01")
    if first > today:
        raise SummaryMonthError.at_pointer("该月份尚未开始。")
    if first < months_later(today.replace(day=1), -months_back):
        raise SummaryMonthError.at_pointer(f"只能编制最近 {months_back} 个月的服务总结。")


def due_months(today: date, newest: str | None, months_back: int) -> list[str]:
    """The months over of which summaries are to be drafted: since the newest one that there is, else the last one."""
    running = today.replace(day=1)
    last = months_later(running, -1)
    begins = last if newest is None else months_later(date.fromisoformat(f"{newest}-01"), 1)
    begins = max(begins, months_later(running, -months_back))
    found = []
    while begins <= last:
        found.append(f"{begins:%Y-%m}")
        begins = months_later(begins, 1)
    return found


def document(
    *,
    company: str,
    department: str,
    month: str,
    edition: int,
    parts: Mapping[str, str],
    figures: Mapping[str, Any],
    signed_by: object,
    signed_at: datetime,
) -> dict[str, Any]:
    """What a signature stands under; the digest is over its canonical JSON."""
    return {
        "company": company,
        "department": department,
        "month": month,
        "edition": edition,
        **{name: parts[name] for name in PARTS},
        "figures": figures,
        "signed_by": str(signed_by),
        "signed_at": signed_at,
    }
