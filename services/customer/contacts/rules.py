"""Words of the call record and what its times must obey."""

from datetime import datetime, timedelta
from enum import StrEnum


class Channel(StrEnum):
    """How the customer and the company met."""

    HOTLINE = "hotline"
    COUNTER = "counter"
    ONLINE = "online"
    SMS = "sms"
    APP = "app"
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


class Delivery(StrEnum):
    """What became of a message that went out."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


MESSAGES = frozenset((Channel.SMS, Channel.APP, Channel.MAIL))
"""Channels whose contacts are messages."""


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


def broken_delivery(channel: str, direction: str, delivery: str | None) -> list[tuple[str, str, str]]:
    """Only a message that went out is delivered."""
    if delivery is None or (channel in MESSAGES and direction == Direction.OUTBOUND):
        return []
    return [("/delivery", "no_message", "只有发出的消息才有送达情况")]


class HandOverState(StrEnum):
    """Where a hand-over stands."""

    HANDED = "handed"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    RETURNED = "returned"


class HandOverAct(StrEnum):
    """What is done with a hand-over."""

    ACCEPT = "accept"
    ANSWER = "answer"
    RETURN = "return"
    HAND_ON = "hand_on"


HAND_OVER_STEPS: dict[HandOverAct, tuple[frozenset[HandOverState], HandOverState]] = {
    HandOverAct.ACCEPT: (frozenset((HandOverState.HANDED,)), HandOverState.ACCEPTED),
    HandOverAct.ANSWER: (frozenset((HandOverState.ACCEPTED,)), HandOverState.ANSWERED),
    HandOverAct.RETURN: (frozenset((HandOverState.HANDED, HandOverState.ACCEPTED)), HandOverState.RETURNED),
    HandOverAct.HAND_ON: (frozenset((HandOverState.RETURNED,)), HandOverState.HANDED),
}
"""From where each step may be taken, and where it leads."""


class ShiftHandOverState(StrEnum):
    """Where a hand-over between shifts stands."""

    HANDED = "handed"
    TAKEN_OVER = "taken_over"


class NoticeState(StrEnum):
    """Where a notice stands."""

    ISSUED = "issued"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"


class AnswerState(StrEnum):
    """Where a revision of a standard answer stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"
