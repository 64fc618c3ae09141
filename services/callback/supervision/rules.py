"""States of an opinion from outside, its metrics, and when a second arrival says the same: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from services.callback.supervision.errors import CaseLinkError, SupervisionStepNotAllowedError

SUBJECT = "supervision_opinion"
DRAFT, ANSWER, EXTERNAL_ANSWER, DELIVERY = "draft", "answer", "external_answer", "delivery"
"""The metrics: the department's answer, ours to the centre, the centre's own deadline, and delivering it."""


class SupervisionState(StrEnum):
    """Where an opinion stands."""

    RECEIVED = "received"
    """With the department."""
    DRAFTED = "drafted"
    """Answered by the department, with the office."""
    ANSWERED = "answered"
    DELIVERED = "delivered"


class SupervisionAct(StrEnum):
    """What is done to an opinion."""

    ASSIGN = "assign"
    DRAFT = "draft"
    RETURN = "return"
    ANSWER = "answer"
    DELIVER = "deliver"
    COMPLAIN = "complain"


_OPEN = frozenset({SupervisionState.RECEIVED, SupervisionState.DRAFTED})
ALLOWED: Mapping[SupervisionAct, frozenset[SupervisionState]] = {
    SupervisionAct.ASSIGN: frozenset({SupervisionState.RECEIVED}),
    SupervisionAct.DRAFT: frozenset({SupervisionState.RECEIVED}),
    SupervisionAct.RETURN: frozenset({SupervisionState.DRAFTED}),
    SupervisionAct.ANSWER: frozenset({SupervisionState.DRAFTED}),
    SupervisionAct.DELIVER: frozenset({SupervisionState.ANSWERED}),
    SupervisionAct.COMPLAIN: frozenset(SupervisionState),
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a centre sends."""

    source: str
    reference: str
    kind: str
    words: str
    deadline_at: datetime | None = None
    department: str | None = None
    customer_id: UUID | None = None
    case_type: str | None = None
    case_id: UUID | None = None

    @property
    def digest(self) -> str:
        """Whether two arrivals say the same."""
        return sha256(f"{self.source}\x1f{self.kind}\x1f{self.words}".encode()).hexdigest()

    def check_case(self) -> None:
        """Raises: CaseLinkError."""
        if (self.case_type is None) != (self.case_id is None):
            raise CaseLinkError.at_pointer("/case_id" if self.case_id is None else "/case_type")


def check(act: SupervisionAct, state: str) -> None:
    """Raises: SupervisionStepNotAllowedError."""
    if SupervisionState(state) not in ALLOWED[act]:
        text = f"意见处于“{state}”，不能执行“{act.value}”。"
        raise SupervisionStepNotAllowedError(text, params={"act": act.value, "state": state})
