"""States of an appeal, who may lodge one, and who may never decide it: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.complaint.appeals.errors import (
    AppealStepNotAllowedError,
    AppellantNotAllowedError,
    ChannelRequiredError,
    GroundNotAllowedError,
)
from services.complaint.policy_findings import Appeals, Appellant, StepAct


class AppealState(StrEnum):
    """Where an appeal stands."""

    LODGED = "lodged"
    IN_REVIEW = "in_review"
    """Admitted; the finding's effect is suspended."""
    DECIDED = "decided"
    CLOSED = "closed"
    """The appellant was told."""
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AppealAct(StrEnum):
    """What was done to an appeal."""

    LODGE = "lodge"
    ADMIT = "admit"
    REFUSE = "refuse"
    REVIEW = "review"
    DECIDE = "decide"
    TELL = "tell"
    ESCALATE = "escalate"
    WITHDRAW = "withdraw"


A = AppealState
ALLOWED: Mapping[AppealAct, frozenset[AppealState]] = {
    AppealAct.ADMIT: frozenset({A.LODGED}),
    AppealAct.REFUSE: frozenset({A.LODGED}),
    AppealAct.REVIEW: frozenset({A.IN_REVIEW}),
    AppealAct.DECIDE: frozenset({A.IN_REVIEW}),
    AppealAct.TELL: frozenset({A.DECIDED}),
    AppealAct.ESCALATE: frozenset({A.DECIDED, A.CLOSED}),
    AppealAct.WITHDRAW: frozenset({A.LODGED, A.IN_REVIEW}),
}
STEP_OF: Mapping[AppealAct, StepAct] = {
    AppealAct.ADMIT: StepAct.ADMIT,
    AppealAct.REFUSE: StepAct.ADMIT,
    AppealAct.REVIEW: StepAct.REVIEW,
    AppealAct.DECIDE: StepAct.DECIDE,
    AppealAct.TELL: StepAct.TELL,
}
"""Which kind of step each act takes."""


def check_act(act: AppealAct, state: str) -> None:
    """Raises: AppealStepNotAllowedError."""
    if AppealState(state) not in ALLOWED[act]:
        raise AppealStepNotAllowedError.of(act, state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lodging:
    """What an appellant brings forward."""

    complaint_id: UUID
    cycle: int | None
    appellant: Appellant
    grounds: tuple[str, ...]
    statement: str
    channel: str | None = None
    attachment_ids: tuple[UUID, ...] = ()


def check_lodging(lodging: Lodging, terms: Appeals, channels: Iterable[str]) -> None:
    """Check the form against the pack.

    Raises: AppellantNotAllowedError, GroundNotAllowedError, ChannelRequiredError.
    """
    if lodging.appellant not in terms.appellants:
        raise AppellantNotAllowedError.at_pointer("/appellant")
    for ground in lodging.grounds:
        if ground not in terms.grounds or lodging.appellant not in terms.grounds[ground].appellants:
            raise GroundNotAllowedError.at_pointer("/grounds")
    if lodging.appellant is Appellant.CUSTOMER and lodging.channel not in set(channels):
        raise ChannelRequiredError.at_pointer("/channel")


def appellant_key(appellant: Appellant, department: str | None, staff_id: UUID) -> str:
    """Who appeals, as one text: an appellant has one appeal under way against a finding."""
    if appellant is Appellant.CUSTOMER:
        return appellant.value
    return f"department:{department}" if appellant is Appellant.DEPARTMENT else f"employee:{staff_id}"


@dataclass(frozen=True, slots=True)
class Bias:
    """Who may not decide: people, and the posts that lead the responsible department."""

    staff_ids: frozenset[UUID]
    posts: frozenset[str]
