"""A consultation as it is asked: by whom it is answered, until when, and what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.complaint.cases import events
from services.complaint.cases.models import AnyCase, ConsultationRow
from services.complaint.cases.rules import CONSULTATION
from services.complaint.cases.service.governing import Governing
from services.complaint.policy_handling import Coordination
from shared.contracts.base import Routing
from shared.contracts.lifecycle import ConsultationAnswered, ConsultationRequested, ConsultationWithdrawn
from shared.events.fact import Fact
from shared.ids import new_id
from shared.policy.commitments import Promised
from shared.sla.promise import Promise, Subject

SUBJECT = "consultation"


@dataclass(frozen=True, slots=True)
class Question:
    """One consultation as it is about to be asked."""

    id: UUID
    coordination: str | None
    text: str
    posts: tuple[str, ...]
    departments: tuple[str, ...]
    promise: Promise
    due_at: datetime | None

    def record(self, case: AnyCase, asked_at: datetime, requested_by: UUID | None) -> dict[str, Any]:
        """The row as JSON."""
        return {
            "id": self.id,
            "company": case.company,
            "complaint_id": case.id,
            "cycle": case.cycle,
            "coordination": self.coordination,
            "state": "asked",
            "question": self.text,
            "posts": list(self.posts),
            "departments": list(self.departments),
            "requested_by": requested_by,
            "requested_at": asked_at,
            "due_at": self.due_at,
            "version": 1,
        }

    def subject(self, case: AnyCase) -> Subject:
        """The clock lies with the posts that are asked."""
        return subject_of(self.id, self.posts, case)

    def fact(self, case: AnyCase, asked_at: datetime, now: datetime) -> Fact:
        """`complaint.consultation_requested`."""
        payload = ConsultationRequested(
            **{**events.told(case, asked_at), "routing": Routing(posts=list(self.posts))},
            consultation_id=self.id,
            coordination=self.coordination,
            posts=list(self.posts),
            departments=list(self.departments),
            due_at=self.due_at,
        )
        return fact_of(self.id, 1, case, payload, now)


def at_once(governing: Governing, tier: str, asked_at: datetime) -> list[Question]:
    """What the pack has asked together with a case of the tier (generic, special: a cross-department meeting)."""
    care = governing.chapter.care.get(tier)
    if care is None:
        return []
    return [
        question_of(governing, code, rule, rule.action, rule.posts, (), asked_at)
        for code, rule in care.coordination.items()
        if rule.is_at_once
    ]


def question_of(
    governing: Governing,
    code: str | None,
    rule: Coordination | None,
    text: str,
    posts: Sequence[str],
    departments: Sequence[str],
    asked_at: datetime,
    question_id: UUID | None = None,
) -> Question:
    """What is asked, with its limit."""
    promise = _promise(governing, rule)
    return Question(
        question_id or new_id(),
        code,
        text,
        tuple(posts),
        tuple(departments),
        promise,
        governing.deadline(promise, asked_at),
    )


def _promise(governing: Governing, rule: Coordination | None) -> Promise:
    consulting = governing.chapter.consulting
    if consulting is None:
        return Promise(metric=CONSULTATION, budget=None)
    promised: Promised = consulting
    if rule is not None and rule.limit is not None:
        promised = consulting.model_copy(update={"limit": rule.limit})
    return governing.promised(CONSULTATION, promised)


def subject_of(consultation_id: UUID, posts: Sequence[str], case: AnyCase) -> Subject:
    """The clock of a consultation lies with the posts that are asked."""
    return Subject(
        type=SUBJECT,
        id=consultation_id,
        company=case.company,
        matter_id=case.matter_id,
        routing=Routing(posts=list(posts)),
        customer_id=case.told_customer_id,
        title=case.category,
    )


def told(row: ConsultationRow, case: AnyCase, at: datetime) -> dict[str, Any]:
    """What every fact about a consultation says."""
    return {
        **events.told(case, at, row.posts),
        "consultation_id": row.id,
        "coordination": row.coordination,
        "posts": list(row.posts),
        "departments": list(row.departments),
    }


def fact_of(
    consultation_id: UUID,
    version: int,
    case: AnyCase,
    payload: ConsultationRequested | ConsultationAnswered | ConsultationWithdrawn,
    now: datetime,
) -> Fact:
    """The envelope's own part: which consultation, which version, which matter."""
    return Fact(
        payload=payload,
        company=case.company,
        aggregate_type=SUBJECT,
        aggregate_id=consultation_id,
        aggregate_version=version,
        time=now,
        matter_id=case.matter_id,
    )
