"""Who holds a case and how grave it is: regrade, transfer, link to a customer, contact of the complainant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.complaint.cases import repository
from services.complaint.cases.errors import (
    ContactHiddenError,
    ContactNotStoredError,
    RegradePostError,
    SameGradeError,
    TransferTargetError,
    UnknownCodeError,
    UnknownCustomerError,
)
from services.complaint.cases.events import holder_before
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Action, ComplaintState
from services.complaint.cases.service import clocks, consulting, leading
from services.complaint.cases.service.emergency import finish_step
from services.complaint.cases.service.grading import settle
from services.complaint.cases.service.intake import Sealing
from services.complaint.cases.service.repeats import recognise
from services.complaint.cases.service.steps import Call, Step
from shared.access.grants import GrantSigner
from shared.access.staff_book import StaffBook
from shared.audit.trail import record
from shared.contracts import complaint as contracts

PHONE_FIELD = "phone"


async def regrade(call: Call, *, grade: str, reason: str | None) -> ComplaintRow:
    """Change the gravity; the open case's clocks follow (sla.md 7).

    Raises: UnknownCodeError, SameGradeError, RegradePostError.
    """
    step = await Step.take(call, Action.REGRADE, reason=reason, pointer="/reason")
    case, chapter = step.case, step.governing.chapter
    if grade not in chapter.grades:
        raise UnknownCodeError.at_pointer("/grade", field="grade")
    if case.grade is None or case.grade == grade:
        raise SameGradeError.at_pointer("/grade")
    is_raised = chapter.grades[grade].gravity < chapter.grades[case.grade].gravity
    posts = chapter.regrading.raised_by if is_raised else chapter.regrading.lowered_by
    if posts and not any(call.principal.holds(post) for post in posts):
        raise RegradePostError("现行规章规定由其他岗位变更该级别。")
    return await settle(step, grade=grade, rule="regraded", reason=reason)


async def transfer(
    call: Call, *, owner_id: UUID | None, department: str | None, reason: str | None, staff: StaffBook
) -> ComplaintRow:
    """Hand the case to a person or a department's queue; a segment per holder tells who used the time (sla.md 17).

    Raises: TransferTargetError.
    """
    step = await Step.take(call, Action.TRANSFER, reason=reason, pointer="/reason")
    case = step.case
    said = holder_before(case.owner_id, case.department)
    if owner_id is not None:
        member = staff.get(owner_id)
        if member is None or not member.is_active or member.company != case.company:
            raise TransferTargetError.at_pointer("/owner_id")
        case.owner_id, case.team, case.department = owner_id, member.team, member.department
    elif department is not None:
        if department not in step.governing.policy.common.departments:
            raise UnknownCodeError.at_pointer("/department", field="department")
        case.owner_id, case.team, case.department = None, None, department
    else:
        raise TransferTargetError.at_pointer("/owner_id")
    case.posts = []
    await step.book.transfer(
        clocks.subject_of(case), case.routing, actor=call.principal.actor, keep=step.governing.posted_metrics
    )
    return await step.finish(contracts.ComplaintTransferred, note=reason, **said)


async def link_customer(call: Call, *, customer_id: UUID) -> ComplaintRow:
    """Say whose case it is; a tier that was in force when it opened corrects the clocks (sla.md 7)."""
    step = await Step.take(call, Action.LINK)
    case = step.case
    known = await repository.customer(call.session, customer_id)
    if known is not None and known.company != case.company:
        raise UnknownCustomerError.at_pointer("/customer_id")
    case.customer_id = customer_id
    is_effective = (
        known is not None
        and known.tier is not None
        and (known.tier_effective_at is None or known.tier_effective_at <= case.opened_at)
    )
    if known is not None:
        case.customer_kind = known.party
    if known is not None and is_effective and known.tier is not None:
        case.tier, case.is_tier_default = known.tier, False
        case.handling_level = step.governing.chapter.level_of(case.tier, case.channel)
    if case.is_open or case.state in (ComplaintState.RESOLVED, ComplaintState.CLOSED):
        await clocks.retarget(
            call.session, case, step.governing, cause="learned_late", actor=call.principal.actor, now=call.now
        )
    result = await step.finish(contracts.ComplaintCustomerLinked)
    if case.is_open:
        await leading.follow_rules(step)
        await consulting.ask_at_once(call.session, case, step.governing, now=call.now)
    await recognise(call, case, step.governing)
    return result


async def tick_emergency_step(call: Call, *, code: str, occurred_at: datetime | None, note: str | None) -> ComplaintRow:
    """Tick off one line of the emergency plan."""
    step = await Step.take(call, Action.EMERGENCY_STEP, occurred_at=occurred_at, reason=note, is_for_involved=True)
    await finish_step(
        call.session,
        step.case,
        code,
        step.book,
        principal=call.principal,
        scope=call.scope,
        moment=step.moment,
        note=note,
    )
    return await step.finish(contracts.ComplaintEmergencyStepDone, note=note, detail={"step": code}, step=code)


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the complainant: stored contact in clear, or a grant for the linked customer's."""

    name: str | None = None
    phone: str | None = None
    grant: str | None = None
    customer_id: UUID | None = None


async def contact(call: Call, *, reason: str, sealing: Sealing, signer: GrantSigner) -> Contact:
    """Give the owner of an open case the complainant's contact, audited.

    Raises: ContactHiddenError where anonymity was asked for, ContactNotStoredError.
    """
    case = await repository.get(call.session, call.complaint_id, call.scope)
    if not call.viewer.sees(is_anonymous=case.is_anonymous, first_responsible_id=case.first_responsible_id):
        raise ContactHiddenError("投诉人要求匿名，联系须经投诉归口管理部门。")
    await record(
        call.session,
        company=case.company,
        action="reveal_complainant_contact",
        at=call.now,
        resource_type="complaint",
        resource_id=case.id,
        reason=reason,
    )
    if case.complainant_phone or case.complainant_name:
        return Contact(name=sealing.open(case, "complainant_name"), phone=sealing.open(case, "complainant_phone"))
    if case.customer_id is None or not case.is_open:
        raise ContactNotStoredError("案件未存联系方式，或案件已办结。")
    grant = signer.issue(
        company=case.company,
        customer_id=case.customer_id,
        staff_id=call.principal.staff_id,
        field=PHONE_FIELD,
        purpose=f"complaint:{case.id}",
    )
    return Contact(grant=grant, customer_id=case.customer_id)
