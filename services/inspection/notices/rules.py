"""States of a notice, what the pack makes of them, and when a department has reached its number: pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from services.inspection.findings.rules import FindingState, Remedy
from services.inspection.notices.errors import (
    NoticeExtensionError,
    NoticePlanDateError,
    NoticeProofRequiredError,
    NoticeStepNotAllowedError,
)
from services.inspection.policy_findings import Severity
from services.inspection.policy_notices import Extension, Notices
from shared.policy.commitments import Promised

ISSUE, ACKNOWLEDGE, PLAN = "notice_issue", "notice_acknowledge", "notice_plan"
MEND, VERIFY, ACCEPT, DECIDE = "notice_mend", "notice_verify", "notice_accept", "notice_decide"
"""The metrics that are promised."""


class NoticeState(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    PLANNED = "planned"
    MENDED = "mended"
    """Reported by the department; another inspector verifies."""
    RETURNED = "returned"
    VERIFIED = "verified"
    ESCALATED = "escalated"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What is done to a notice."""

    DRAFT = "draft"
    ISSUE = "issue"
    ACKNOWLEDGE = "acknowledge"
    PLAN = "plan"
    MEND = "mend"
    VERIFY = "verify"
    ACCEPT = "accept"
    RETURN = "return"
    EXTEND = "extend"
    ESCALATE = "escalate"
    DECIDE = "decide"
    CANCEL = "cancel"
    REVISE = "revise"
    LATE = "late"


class Ending(StrEnum):
    """Why a notice was cancelled."""

    OVERTURNED = "overturned"
    """Its last finding fell."""
    JOINED = "joined"
    """Its findings went to a notice on several."""
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What the verifying inspector says."""

    MENDED = "mended"
    NOT_MENDED = "not_mended"


class Outcome(StrEnum):
    """What is decided on an escalated notice."""

    AGAIN = "again"
    """One more round."""
    ENDED = "ended"
    """It ends unmended; its findings may get another notice."""


S = NoticeState
WITH_DEPARTMENT = frozenset({S.ISSUED, S.ACKNOWLEDGED, S.PLANNED, S.RETURNED})
"""The department owes the next step."""
ENDED = frozenset({S.CLOSED, S.CANCELLED})
OPEN = frozenset(S) - ENDED
UNCOUNTED = frozenset({S.DRAFT, S.CANCELLED})
"""What never counts against a department."""
_IN_FORCE = frozenset({FindingState.CONFIRMED, FindingState.CONTESTED, FindingState.ANSWERED})
ALLOWED: Mapping[Act, frozenset[NoticeState]] = {
    Act.ISSUE: frozenset({S.DRAFT}),
    Act.ACKNOWLEDGE: frozenset({S.ISSUED}),
    Act.PLAN: frozenset({S.ACKNOWLEDGED, S.PLANNED, S.RETURNED}),
    Act.MEND: frozenset({S.PLANNED, S.RETURNED}),
    Act.VERIFY: frozenset({S.MENDED}),
    Act.ACCEPT: frozenset({S.VERIFIED}),
    Act.EXTEND: WITH_DEPARTMENT,
    Act.ESCALATE: WITH_DEPARTMENT,
    Act.DECIDE: frozenset({S.ESCALATED}),
    Act.CANCEL: OPEN,
}


def check_act(act: Act, state: str) -> None:
    """Raises: NoticeStepNotAllowedError."""
    if NoticeState(state) not in ALLOWED[act]:
        raise NoticeStepNotAllowedError.of(act, state)


def gravest(severities: Iterable[str], known: Mapping[str, Severity]) -> str:
    """The severity that decides the deadline; one that the revision no longer knows weighs least."""
    return max(severities, key=lambda code: (known[code].rank if code in known else 0, code))


def one_team(teams: Iterable[str | None]) -> str | None:
    """The team that all findings name; None if they name several or none."""
    found = set(teams)
    return found.pop() if len(found) == 1 else None


def check_plan_date(planned_on: date, *, today: date, deadline_at: datetime, zone: ZoneInfo) -> None:
    """Between today and the deadline; of a late one any day from today on.  Raises: NoticePlanDateError."""
    last = (deadline_at - timedelta(microseconds=1)).astimezone(zone).date()
    if planned_on < today or planned_on > max(last, today):
        raise NoticePlanDateError.at_pointer("/planned_on")


def check_proofs(count: int, least: int) -> None:
    """Raises: NoticeProofRequiredError."""
    if count < least:
        raise NoticeProofRequiredError.at_pointer("/proof_ids", proofs=least)


def check_extension(
    days: int, terms: Extension, *, times: int, extended_days: int, now: datetime, deadline_at: datetime
) -> None:
    """Raises: NoticeExtensionError: too often, too far, or after the deadline."""
    if times >= terms.times or extended_days + days > terms.days or now > deadline_at:
        raise NoticeExtensionError.at_pointer("/days", times=terms.times, days=terms.days)


def extended(promised: Promised, days: int) -> Promised:
    """The promise with so many days more."""
    limit = promised.limit.model_copy(update={"budget": (promised.limit.budget or 0) + days})
    return promised.model_copy(update={"limit": limit})


def minutes_late(at: datetime, deadline_at: datetime | None) -> int:
    """Natural minutes after the deadline, begun ones counted; 0 in time."""
    if deadline_at is None or at <= deadline_at:
        return 0
    return -(-(at - deadline_at) // timedelta(minutes=1))


class Weight(StrEnum):
    """What a department's number asks for."""

    PROPOSE = "propose"
    WITHDRAW = "withdraw"
    KEEP = "keep"
    NOTHING = "nothing"


def weight_of(count: int, needed: int, *, is_proposed: bool) -> Weight:
    """Proposed at the number, withdrawn below it; beyond it nothing is said again."""
    if count >= needed:
        return Weight.KEEP if is_proposed else Weight.PROPOSE
    return Weight.WITHDRAW if is_proposed else Weight.NOTHING


def deciding(notice_ids: Sequence[object], needed: int) -> int:
    """The place of the notice by which the number was reached."""
    return min(needed, len(notice_ids)) - 1


def is_fit(state: str, remedy: str, mended_at: datetime | None) -> bool:
    """Whether a finding asks for a notice: in force, mended by notice, not mended yet."""
    return remedy == Remedy.NOTICE and FindingState(state) in _IN_FORCE and mended_at is None


def mending(terms: Notices, severity: str) -> Promised:
    """The deadline of a severity; of one that the revision does not know the shortest."""
    return terms.mend.get(severity) or min(terms.mend.values(), key=lambda one: one.limit.budget or 0)
