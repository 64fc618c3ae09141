"""States of a case and which step leads where: pure, no clock, no storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.complaint.cases.errors import StepNotAllowedError
from shared.sla.errors import OccurredBeforeCaseError, OccurredInFutureError, at_field


class ComplaintKind(StrEnum):
    """What came in (domain.md 1): each kind has its own promises in the pack."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    OPINION = "opinion"
    PRAISE = "praise"


class ComplaintState(StrEnum):
    """Where the case stands; waiting is not a state of its own but a pause of the clocks."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ASSESSED = "assessed"
    PLANNED = "planned"
    AGREED = "agreed"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"
    """Handled in another case."""

    @classmethod
    def open_states(cls) -> frozenset["ComplaintState"]:
        """States in which somebody still owes the customer something."""
        return frozenset(cls) - {cls.RESOLVED, cls.CLOSED, cls.MERGED}


class Action(StrEnum):
    """A step of the handling flow (domain.md 2.3, 4)."""

    ACKNOWLEDGE = "acknowledge"
    ASSESS = "assess"
    PLAN = "plan"
    AGREE = "agree"
    PROGRESS = "progress"
    PAUSE = "pause"
    RESUME = "resume"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    REGRADE = "regrade"
    TRANSFER = "transfer"
    LINK = "link_customer"
    EMERGENCY_STEP = "emergency_step"
    HOLDING_REPLY = "holding_reply"
    INVITE = "invite"
    ACCEPT = "accept"
    REFUSE = "refuse"
    REPORT = "report"
    ANSWER_EXTERNAL = "answer_external"
    CONSULT = "consult"
    COMPLAINANT = "complainant"
    REPEAT = "repeat"
    LINK_CASE = "link_case"
    MERGE = "merge"
    UNMERGE = "unmerge"
    ABSORB = "absorb"
    RELEASE = "release"


S = ComplaintState
_WORKING = frozenset({S.ACKNOWLEDGED, S.ASSESSED, S.PLANNED, S.AGREED})
_OPEN = ComplaintState.open_states()
_DONE = frozenset({S.RESOLVED, S.CLOSED})

ALLOWED: Mapping[Action, frozenset[ComplaintState]] = {
    Action.ACKNOWLEDGE: frozenset({S.RECEIVED}),
    Action.ASSESS: frozenset({S.ACKNOWLEDGED}),
    Action.PLAN: frozenset({S.ACKNOWLEDGED, S.ASSESSED, S.PLANNED}),
    Action.AGREE: frozenset({S.PLANNED}),
    Action.PROGRESS: _WORKING,
    Action.PAUSE: _OPEN,
    Action.RESUME: _OPEN,
    Action.RESOLVE: _WORKING,
    Action.CLOSE: frozenset({S.RESOLVED}),
    Action.REOPEN: frozenset({S.RESOLVED, S.CLOSED}),
    Action.REGRADE: _OPEN,
    Action.TRANSFER: _OPEN,
    Action.LINK: frozenset(S),
    Action.EMERGENCY_STEP: frozenset(S),
    Action.HOLDING_REPLY: _OPEN,
    Action.INVITE: _DONE,
    Action.ACCEPT: _DONE,
    Action.REFUSE: _DONE,
    Action.REPORT: _DONE,
    Action.ANSWER_EXTERNAL: frozenset(S) - {S.MERGED},
    Action.CONSULT: _OPEN,
    Action.COMPLAINANT: frozenset(S) - {S.MERGED},
    Action.REPEAT: frozenset(S),
    Action.LINK_CASE: frozenset(S),
    Action.MERGE: _OPEN,
    Action.UNMERGE: frozenset({S.MERGED}),
    Action.ABSORB: _OPEN,
    Action.RELEASE: _OPEN,
}
"""From which states each step is allowed; a plan may be revised until it is agreed (domain.md 4, special)."""

LEADS_TO: Mapping[Action, ComplaintState] = {
    Action.ACKNOWLEDGE: S.ACKNOWLEDGED,
    Action.ASSESS: S.ASSESSED,
    Action.PLAN: S.PLANNED,
    Action.AGREE: S.AGREED,
    Action.RESOLVE: S.RESOLVED,
    Action.CLOSE: S.CLOSED,
    Action.REOPEN: S.RECEIVED,
    Action.REFUSE: S.RECEIVED,
    Action.MERGE: S.MERGED,
}
"""The state after each step; a step that is not named here leaves the state as it is."""

STOPS: Mapping[Action, tuple[str, ...]] = {
    Action.ACKNOWLEDGE: ("response",),
    Action.ASSESS: ("assessment",),
    Action.PLAN: ("plan",),
    Action.AGREE: ("agreement",),
    Action.PROGRESS: ("progress",),
    Action.RESOLVE: ("assessment", "plan", "resolution", "holding"),
    Action.INVITE: ("acceptance",),
    Action.ACCEPT: ("acceptance",),
    Action.REFUSE: ("acceptance",),
    Action.REPORT: ("report",),
    Action.ANSWER_EXTERNAL: ("external_answer",),
}
"""Which metric each verb answers (domain.md 4); a resolution also answers what was still to be assessed or planned."""


HOLDING, EXTERNAL_ANSWER, CONSULTATION = "holding", "external_answer", "consultation"
"""Metrics of promises whose limit is no commitment of the pack but given with the case, the reply, the question."""


class AcceptanceState(StrEnum):
    """How far the customer's acceptance is; empty before the first invitation."""

    INVITED = "invited"
    TOLD = "told"
    """The result was told and the customer asked for more."""
    ACCEPTED = "accepted"
    REFUSED = "refused"


def next_state(state: ComplaintState, action: Action) -> ComplaintState:
    """The state after `action`.  Raises: StepNotAllowedError."""
    if state not in ALLOWED[action]:
        raise StepNotAllowedError.of(action, state)
    return LEADS_TO.get(action, state)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a step happened and the instant by which its promise is judged (sla.md 10)."""

    occurred_at: datetime
    judged_at: datetime

    @property
    def is_late_entry(self) -> bool:
        """Entered so late that the pack's window, not the clerk's word, decides."""
        return self.judged_at != self.occurred_at


def moment_of(occurred_at: datetime | None, *, now: datetime, since: datetime, window_minutes: int) -> Moment:
    """Judge a step on when it happened; older than the pack's window it counts at the window's edge.

    `since` is the start of the case's present cycle.  Raises: OccurredInFutureError, OccurredBeforeCaseError.
    """
    if occurred_at is None:
        return Moment(now, now)
    if occurred_at > now:
        raise _misdated(OccurredInFutureError, "发生时间不能晚于当前时间。")
    if occurred_at < since:
        raise _misdated(OccurredBeforeCaseError, "发生时间不能早于案件受理时间。")
    return Moment(occurred_at, max(occurred_at, now - timedelta(minutes=window_minutes)))


def _misdated(
    kind: type[OccurredInFutureError | OccurredBeforeCaseError], message: str
) -> OccurredInFutureError | OccurredBeforeCaseError:
    return kind(message, errors=at_field("/occurred_at", kind.code, message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What the first-responsible takes in: the facts of `POST /v1/complaints`, without their form."""

    kind: ComplaintKind
    channel: str
    category: str
    summary: str
    description: str | None = None
    customer_id: UUID | None = None
    customer_kind: str | None = None
    complainant_name: str | None = None
    complainant_phone: str | None = None
    is_anonymous: bool = False
    circumstances: tuple[str, ...] = ()
    affected_customers: int = 1
    attachment_ids: tuple[UUID, ...] = ()
    praised_staff_ids: tuple[UUID, ...] = ()
    grade: str | None = None
    external_reference: str | None = None
    external_deadline_at: datetime | None = None
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at cases, as far as anonymous complainants go (see `service/discretion.py`)."""

    is_trusted: bool
    """Of the managing department or the office."""
    staff_ids: tuple[UUID, ...] = ()
    """The person and those deputised for: the first-responsible knows the complainant anyway."""

    def sees(self, *, is_anonymous: bool, first_responsible_id: UUID) -> bool:
        """Whether the complainant may be shown."""
        return not is_anonymous or self.is_trusted or first_responsible_id in self.staff_ids


@dataclass(frozen=True, slots=True)
class Origin:
    """The earlier case that a new one repeats, and whether telling so would tell who complained."""

    complaint_id: UUID
    is_anonymous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a matter was settled: the facts of `/resolve`, without their form."""

    resolution: str
    answer: str | None = None
    is_constructive: bool = False
    remedies: tuple[str, ...] = ()
    authorisation_id: UUID | None = None
    praised_staff_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the customer when the case opens; nothing known is version 0 and the default tier."""

    customer_id: UUID | None = None
    tier: str | None = None
    party: str | None = None
    account_manager_id: UUID | None = None
    tier_version: int = 0
