"""Raising a proposal by hand: posts of the pack, with evidence; also collectively, and outside the regulation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.rules.amounts import check_loss
from services.incentive.cases.service.evidence import own_files
from services.incentive.desk import IncentiveDesk
from services.incentive.errors import OwnCaseError
from services.incentive.policy_catalogue import IncentiveClause, Subject
from services.incentive.policy_proposals import Proposals, RaisedRule
from services.incentive.proposals.errors import (
    DuplicateMatterError,
    EvidenceRequiredError,
    HappenedInFutureError,
    ProposalPostError,
    ProvisionUnknownError,
    SubjectInvalidError,
)
from services.incentive.proposals.models import ProposalRow
from services.incentive.proposals.repository import proposals
from services.incentive.proposals.rules.drafts import Cause, Draft, Share, Target, check_shares
from services.incentive.proposals.rules.states import PERSON
from services.incentive.proposals.service.drafting import weigh
from shared.access.principal import Principal
from shared.access.staff import StaffBook
from shared.files.register import StoredFile
from shared.policy.model import CommonChapter

_NO_RULE = RaisedRule()


@dataclass(frozen=True, slots=True)
class Raised:
    """What somebody proposes."""

    provision: str
    statement: str
    happened_at: datetime
    employee_id: UUID | None = None
    department: str | None = None
    customer_id: UUID | None = None
    matter_id: UUID | None = None
    """The case on which it rests; none = a matter of its own."""
    shares: tuple[Share, ...] = ()
    loss_fen: int | None = None
    file_ids: tuple[UUID, ...] = ()


async def raise_proposal(
    session: AsyncSession,
    desk: IncentiveDesk,
    principal: Principal,
    proposal_id: UUID,
    raised: Raised,
    *,
    now: datetime,
) -> ProposalRow:
    """Write it down for the posts that confirm.

    Raises: ProvisionUnknownError, ProposalPostError, OwnCaseError, SubjectInvalidError, SharesInvalidError,
    LossOutsideClauseError, EvidenceRequiredError, EvidenceUnknownError, EvidenceTypeError, HappenedInFutureError,
    DuplicateMatterError naming the proposal that stands for the matter.
    """
    governing = desk.governances.in_force(principal.company, now)
    terms, clause = governing.chapter.proposals, governing.chapter.catalogue.provisions.get(raised.provision)
    if clause is None:
        raise ProvisionUnknownError.at_pointer("/provision")
    rule = terms.raised.get(raised.provision, _NO_RULE)
    _check_post(principal, terms, rule)
    if raised.happened_at > now:
        raise HappenedInFutureError.at_pointer("/happened_at")
    staff = await desk.staff.current()
    target = _target(raised, clause, staff, principal.company, governing.policy.common)
    check_shares(raised.shares, target, may_be_collective=clause.may_be_collective)
    _check_people(raised.shares, staff, principal.company)
    check_loss(clause, raised.loss_fen)
    if rule.needs_evidence and not raised.file_ids:
        raise EvidenceRequiredError.at_pointer("/file_ids")
    files = await own_files(session, principal, terms.evidence_types, raised.file_ids)
    matter_id = raised.matter_id or proposal_id
    suggested = Draft(
        provision=raised.provision,
        target=target,
        cause=Cause(PERSON, proposal_id),
        matter_id=matter_id,
        happened_at=raised.happened_at,
        evidence=_evidence(raised, principal, matter_id, files, now),
        shares=raised.shares,
        file_ids=raised.file_ids,
        statement=raised.statement,
        raised_by=principal.staff_id,
    )
    if any(principal.is_self(one) for one in suggested.everybody):
        raise OwnCaseError("不得为本人提出奖惩。")
    await _check_decided(session, principal.company, suggested, clause)
    row, instead = await weigh(
        session, desk, principal.company, suggested, now=now, proposal_id=proposal_id, keeps_linked=False
    )
    if row is None:
        raise DuplicateMatterError.of(instead.number if instead else "")
    return row


def _check_post(principal: Principal, terms: Proposals, rule: RaisedRule) -> None:
    if not any(principal.holds(post) for post in rule.by or terms.raised_by):
        raise ProposalPostError("现行规章规定由其他岗位提出该项奖惩。")


def _target(raised: Raised, clause: IncentiveClause, staff: StaffBook, company: str, common: CommonChapter) -> Target:
    given = {
        Subject.EMPLOYEE: raised.employee_id,
        Subject.DEPARTMENT: raised.department,
        Subject.CUSTOMER: raised.customer_id,
    }
    pointers = {Subject.EMPLOYEE: "employee_id", Subject.DEPARTMENT: "department", Subject.CUSTOMER: "customer_id"}
    wrong = [kind for kind, value in given.items() if (value is not None) != (kind is clause.subject)]
    if wrong:
        raise SubjectInvalidError.at_pointer(f"/{pointers[clause.subject if clause.subject in wrong else wrong[0]]}")
    if raised.employee_id is not None:
        member = staff.get(raised.employee_id)
        if member is None or member.company != company:
            raise SubjectInvalidError.at_pointer("/employee_id")
        return Target.employee(member.id, member.department, member.team)
    if raised.department is not None:
        if raised.department not in common.departments:
            raise SubjectInvalidError.at_pointer("/department")
        return Target.of_department(raised.department)
    return Target.customer(raised.customer_id or UUID(int=0))


def _check_people(shares: Sequence[Share], staff: StaffBook, company: str) -> None:
    for place, share in enumerate(shares):
        member = staff.get(share.staff_id)
        if member is None or member.company != company:
            raise SubjectInvalidError.at_pointer(f"/shares/{place}/staff_id")


async def _check_decided(session: AsyncSession, company: str, suggested: Draft, clause: IncentiveClause) -> None:
    """What a person dismissed is not raised again for the same matter and clause.  Raises: DuplicateMatterError."""
    target = suggested.target
    # The matter before its rows, as everywhere: whoever drafts holds them in that order.
    await proposals.serialise(session, company, str(suggested.matter_id))
    others = await proposals.on_matter(
        session,
        company,
        suggested.matter_id,
        subject_type=target.kind.value,
        subject=target.key,
        kind=clause.kind.value,
    )
    dismissed = [one for one in others if (one.provision, one.state) == (suggested.provision, "dismissed")]
    if dismissed:
        raise DuplicateMatterError.of(dismissed[0].number)


def _evidence(
    raised: Raised, principal: Principal, matter_id: UUID, files: Sequence[StoredFile], now: datetime
) -> dict[str, Any]:
    return {
        "statement": {
            "text": raised.statement,
            "raised_by": principal.actor,
            "raised_at": now.isoformat(),
            "happened_at": raised.happened_at.isoformat(),
            "loss_fen": raised.loss_fen,
        },
        "files": [{"id": str(one.id), "sha256": one.sha256, "media_type": one.media_type} for one in files],
        "links": {"matter_id": str(matter_id)},
    }
