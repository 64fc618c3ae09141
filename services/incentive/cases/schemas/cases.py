"""What is shown of cases."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from services.incentive.cases.models import CaseSignatureRow, IncentiveCaseRow
from services.incentive.cases.rules.states import Act, CaseState
from services.incentive.cases.schemas.steps import StatementOutcome
from services.incentive.cases.service.reading import WholeCase
from services.incentive.policy_catalogue import IncentiveKind, Subject
from services.incentive.schemas import IncentiveAmounts
from services.incentive.staff.models import StaffRow
from shared.http.base_model import ApiModel
from shared.http.page import Page


class CaseShare(ApiModel):
    """One of several who share it."""

    staff_id: UUID
    percent: int
    is_main: bool


class IncentiveCase(ApiModel):
    """One reward or penalty on its way."""

    id: UUID
    company: str
    number: str
    proposal_id: UUID
    source: str
    provision: str
    kind: IncentiveKind
    level: int | None
    chain: str
    subject_type: Subject
    subject: str
    """Staff id, department code or customer id."""
    department: str | None
    team: str | None
    head_id: UUID | None
    shares: list[CaseShare]
    amounts: IncentiveAmounts
    matter_id: UUID
    cause_type: str
    cause_id: UUID
    happened_at: AwareDatetime
    state: CaseState
    round: int
    """Of the chain, from 1; grows when it was sent back."""
    step: int
    """Of the chain, from 1."""
    signer_ids: list[UUID]
    """With whom it lies."""
    posts: list[str]
    opened_at: AwareDatetime
    opened_by: UUID
    decided_at: AwareDatetime | None
    month: str | None
    told_at: AwareDatetime | None
    hearing_until: AwareDatetime | None
    effective_at: AwareDatetime | None
    effect: int
    """How often it took effect: 2 = again after a failed appeal."""
    appeal_until: AwareDatetime | None
    held_at: AwareDatetime | None
    """Its cause is under appeal since then: nothing goes on meanwhile."""
    ended_at: AwareDatetime | None
    ended_for: str | None
    policy_version: str
    version: int


class CaseSignature(ApiModel):
    """One opinion and signature."""

    round: int
    step: int
    name: str
    act: Act
    signer_id: UUID
    acting_for_id: UUID | None
    posts: list[str]
    opinion: str
    amounts: IncentiveAmounts
    digest: str
    """SHA-256 of what was signed."""
    signed_at: AwareDatetime


class CaseStatement(ApiModel):
    """What the person said before the effect, and the answer."""

    made_by: UUID
    made_at: AwareDatetime
    is_waived: bool
    words: str | None
    file_ids: list[UUID]
    outcome: StatementOutcome | None
    considered_by: UUID | None
    considered_at: AwareDatetime | None
    reason: str | None
    amounts_before: IncentiveAmounts | None


class CaseAppeal(ApiModel):
    """The person's appeal, and the decision."""

    id: UUID
    appealed_by: UUID
    appealed_at: AwareDatetime
    grounds: str
    file_ids: list[UUID]
    state: str
    """open, upheld, lowered, overturned, withdrawn, or superseded where the cause itself fell."""
    decided_by: UUID | None
    decided_at: AwareDatetime | None
    reason: str | None
    amounts_before: IncentiveAmounts | None


class CaseTalk(ApiModel):
    """The talk that was held."""

    held_by: UUID
    held_at: AwareDatetime
    summary: str
    reply: str
    recorded_at: AwareDatetime


class IncentiveCaseDetail(IncentiveCase):
    """One case with everything that was said and signed."""

    facts: str | None
    evidence_digest: str
    """SHA-256 of the evidence that the proposal froze."""
    signatures: list[CaseSignature]
    statement: CaseStatement | None
    appeal: CaseAppeal | None
    talk: CaseTalk | None


class IncentiveCasePage(Page[IncentiveCase]):
    """One page of cases, newest first."""


class FormSubject(ApiModel):
    """Whom the form is about."""

    staff_id: UUID | None
    name: str
    posts: list[str]
    """Names of the posts, Chinese."""
    title: str | None
    department: str | None
    """Name of the department, Chinese."""
    entry_on: date | None


class FormOpinion(ApiModel):
    """One line of opinion and signature; a line without a signature is still empty."""

    step: int
    name: str
    act: Act | None
    signer: str | None
    """Name of the signer."""
    opinion: str | None
    signed_at: AwareDatetime | None


class IncentiveApprovalForm(ApiModel):
    """The approval form (奖惩审批表): subject, facts, content, opinions in the order of the chain."""

    number: str
    kind: IncentiveKind
    provision: str
    """Name of the clause, Chinese."""
    clause: str
    """Text of the regulation."""
    clause_source: str
    subject: FormSubject
    others: list[FormSubject]
    """Who shares it, and the head who is charged beside the employee."""
    facts: str | None
    evidence_digest: str
    amounts: IncentiveAmounts
    opinions: list[FormOpinion]


def shown(row: IncentiveCaseRow) -> IncentiveCase:
    """Without what was said."""
    return IncentiveCase.model_validate(row)


def detail(whole: WholeCase) -> IncentiveCaseDetail:
    """With everything."""
    row = IncentiveCase.model_validate(whole.case).model_dump()
    return IncentiveCaseDetail(
        **row,
        facts=whole.case.facts,
        evidence_digest=whole.case.evidence_digest,
        signatures=[CaseSignature.model_validate(one) for one in whole.signatures],
        statement=CaseStatement.model_validate(whole.statement) if whole.statement else None,
        appeal=CaseAppeal.model_validate(whole.appeal) if whole.appeal else None,
        talk=CaseTalk.model_validate(whole.talk) if whole.talk else None,
    )


def subject_of(
    staff_id: UUID, people: Mapping[UUID, StaffRow], posts: Mapping[str, str], departments: Mapping[str, str]
) -> FormSubject:
    """A person of the form."""
    member = people.get(staff_id)
    return FormSubject(
        staff_id=staff_id,
        name=member.name if member else str(staff_id),
        posts=[posts.get(one, one) for one in member.posts] if member else [],
        title=member.title if member else None,
        department=departments.get(member.department or "") if member else None,
        entry_on=member.entry_on if member else None,
    )


def opinion_of(
    step: int, name: str, signature: CaseSignatureRow | None, people: Mapping[UUID, StaffRow]
) -> FormOpinion:
    """A line of the form."""
    if signature is None:
        return FormOpinion(step=step, name=name, act=None, signer=None, opinion=None, signed_at=None)
    member = people.get(signature.signer_id)
    return FormOpinion(
        step=step,
        name=name,
        act=Act(signature.act),
        signer=member.name if member else str(signature.signer_id),
        opinion=signature.opinion,
        signed_at=signature.signed_at,
    )
