"""Words of the call record and what its times must obey."""

from datetime import datetime, timedelta
from enum import StrEnum


class Channel(StrEnum):
    """How the customer and the company met."""

    HOTLINE = "hotline"
    COUNTER = "counter"
    ONLINE = "online"
    SMS = "sms"
    VISIT = "visit"
    MAIL = "mail"
    OTHER = "other"


class Direction(StrEnum):
    """Who began."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Outcome(StrEnum):
    """Whether they spoke."""

    ONGOING = "ongoing"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    MISSED = "missed"


SKEW = timedelta(minutes=5)
"""How far a telephone system's clock may run ahead of ours."""


def outcome_of(answered_at: datetime | None, ended_at: datetime | None) -> Outcome:
    """What the times say, when nobody said it."""
    if answered_at is None:
        return Outcome.ONGOING if ended_at is None else Outcome.ABANDONED
    return Outcome.ONGOING if ended_at is None else Outcome.ANSWERED


def ring_seconds(started_at: datetime, answered_at: datetime | None, ended_at: datetime | None) -> int | None:
    """How long it rang: until somebody answered or the caller gave up; None while it rings."""
    until = answered_at or ended_at
    return None if until is None else int((until - started_at).total_seconds())


def broken_times(
    started_at: datetime, answered_at: datetime | None, ended_at: datetime | None, *, now: datetime
) -> list[tuple[str, str, str]]:
    """Pointer, code and message of each time that cannot be."""
    broken = []
    if started_at > now + SKEW:
        broken.append(("/started_at", "in_future", "开始时间不得晚于现在"))
    if answered_at is not None and answered_at < started_at:
        broken.append(("/answered_at", "before_start", "接听时间不得早于开始时间"))
    if ended_at is not None and ended_at < (answered_at or started_at):
        broken.append(("/ended_at", "before_start", "结束时间不得早于开始或接听时间"))
    return broken
