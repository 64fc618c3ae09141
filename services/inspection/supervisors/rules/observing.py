"""States of invitations and observations, and what the pack makes of what is said: pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.inspection.policy_supervisors import Supervisors
from services.inspection.supervisors.errors import (
    ActivityStepNotAllowedError,
    ActivityTimeError,
    ObservationStepNotAllowedError,
    ObservationTimeError,
    SupervisorCodeUnknownError,
)

ACTIVITY, OBSERVATION = "supervisor_activity", "observation"
REPLY, RECORD = "supervisor_reply", "supervisor_record"
ANSWER, REVIEW, TELL = "observation_answer", "observation_review", "observation_tell"
"""The metrics that are promised."""


class ActivityState(StrEnum):
    """Where an invitation stands."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    HELD = "held"
    CANCELLED = "cancelled"


class ActivityAct(StrEnum):
    """What is done to an invitation."""

    ANSWER = "answer"
    HOLD = "hold"
    CANCEL = "cancel"


class ObservationState(StrEnum):
    """Where an observation stands."""

    FILED = "filed"
    """The department owes an answer, the first or a better one."""
    DRAFTED = "drafted"
    """The office reviews it."""
    ANSWERED = "answered"
    """The member is to be told."""
    TOLD = "told"


class ObservationAct(StrEnum):
    """What is done to an observation."""

    ANSWER = "answer"
    MOVE = "move"
    REVIEW = "review"
    TELL = "tell"
    FIND = "find"
    COMPLAIN = "complain"
    PUBLISH = "publish"


A, O = ActivityState, ObservationState  # noqa: E741  # as in the tables of the other features
ACTIVITY_ALLOWED: Mapping[ActivityAct, frozenset[ActivityState]] = {
    ActivityAct.ANSWER: frozenset({A.INVITED}),
    ActivityAct.HOLD: frozenset({A.INVITED, A.ACCEPTED}),
    ActivityAct.CANCEL: frozenset({A.INVITED, A.ACCEPTED}),
}
OBSERVATION_ALLOWED: Mapping[ObservationAct, frozenset[ObservationState]] = {
    ObservationAct.ANSWER: frozenset({O.FILED}),
    ObservationAct.MOVE: frozenset({O.FILED}),
    ObservationAct.REVIEW: frozenset({O.DRAFTED}),
    ObservationAct.TELL: frozenset({O.ANSWERED}),
    ObservationAct.FIND: frozenset(O),
    ObservationAct.COMPLAIN: frozenset(O),
    ObservationAct.PUBLISH: frozenset({O.ANSWERED, O.TOLD}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """To what a member is invited."""

    supervisor_id: UUID
    kind: str
    department: str | None
    place: str
    purpose: str
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a member observed, in the own words."""

    supervisor_id: UUID | None
    """None: the caller's own."""
    activity_id: UUID | None
    kind: str
    department: str
    team: str | None
    place: str
    words: str
    seen_at: datetime | None
    """None = now."""
    evidence_ids: tuple[UUID, ...]


def check_activity(act: ActivityAct, state: str) -> None:
    """Raises: ActivityStepNotAllowedError."""
    if ActivityState(state) not in ACTIVITY_ALLOWED[act]:
        raise ActivityStepNotAllowedError.of(act, state)


def check_observation(act: ObservationAct, state: str) -> None:
    """Raises: ObservationStepNotAllowedError."""
    if ObservationState(state) not in OBSERVATION_ALLOWED[act]:
        raise ObservationStepNotAllowedError.of(act, state)


def check_invitation(
    said: Invitation, terms: Supervisors, departments: Collection[str], *, now: datetime, ends_at: datetime
) -> None:
    """Raises: SupervisorCodeUnknownError, ActivityTimeError; `ends_at`: the end of the member's term."""
    if said.kind not in terms.activities:
        raise SupervisorCodeUnknownError.at_pointer("/kind")
    if said.department is not None and said.department not in departments:
        raise SupervisorCodeUnknownError.at_pointer("/department")
    if not now < said.starts_at < ends_at:
        raise ActivityTimeError.at_pointer("/starts_at")


def check_held(held_at: datetime, *, invited_at: datetime, now: datetime) -> None:
    """Raises: ActivityTimeError for a record of what has not been yet, or was before its invitation."""
    if not invited_at <= held_at <= now:
        raise ActivityTimeError.at_pointer("/held_at")


def check_seen(said: Seen, terms: Supervisors, departments: Collection[str], *, now: datetime) -> None:
    """Raises: SupervisorCodeUnknownError, ObservationTimeError."""
    if said.kind not in terms.kinds:
        raise SupervisorCodeUnknownError.at_pointer("/kind")
    if said.department not in departments:
        raise SupervisorCodeUnknownError.at_pointer("/department")
    seen_at = said.seen_at or now
    if not now - timedelta(days=terms.late_days) <= seen_at <= now:
        raise ObservationTimeError.at_pointer("/seen_at")


def is_on_time(drafted_at: datetime | None, due_at: datetime | None) -> bool | None:
    """Whether the accepted answer came by the first deadline; a poor one that was sent back does not count."""
    if drafted_at is None or due_at is None:
        return None
    return drafted_at <= due_at
