"""Repeated complaints (重复投诉): recognised at intake and when a customer is linked later, by the pack's window.

A repeat is a graded case of the same kind and category, of the same customer or the same complainant's telephone,
taken in within `recording.repeat_window_days` before.  Two that are taken in at the same instant do not see one
another; a person may link them.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.complaint.cases import repository
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Action, Intake, Moment, Origin
from services.complaint.cases.service.governing import Governing
from services.complaint.cases.service.grading import follow_rules
from services.complaint.cases.service.steps import Call, Step
from shared.audit.trail import record
from shared.contracts.dossier import ComplaintRepeatRecognised


async def origin_of(
    connection: Any,
    governing: Governing,
    *,
    company: str,
    kind: str,
    category: str,
    customer_id: UUID | None,
    phone_index: str | None,
    opened_at: datetime,
    but: UUID | None = None,
) -> Origin | None:
    """The newest case that such a one repeats: one indexed read, none where there is nothing to compare."""
    chapter = governing.chapter
    if (customer_id is None and phone_index is None) or not chapter.kinds[kind].is_graded:
        return None
    since = opened_at - timedelta(days=chapter.recording.repeat_window_days)
    return await repository.repeated_case(
        connection,
        company=company,
        kind=kind,
        category=category,
        customer_id=customer_id,
        phone_index=phone_index,
        between=(since, opened_at),
        but=but,
    )


def as_repeat(intake: Intake, governing: Governing) -> Intake:
    """The intake with the circumstance that the system adds; a grade set by the clerk only stands if it is graver."""
    chapter = governing.chapter
    code = chapter.recording.repeat_circumstance
    if code is None:
        return intake
    raised = replace(intake, circumstances=tuple(dict.fromkeys((*intake.circumstances, code))))
    found, _ = chapter.grade_of(raised.category, raised.circumstances, raised.affected_customers)
    if intake.grade and chapter.grades[intake.grade].gravity > chapter.grades[found].gravity:
        return replace(raised, grade=None)
    return raised


def withheld(governing: Governing, origin: Origin | None, *, is_anonymous: bool) -> str | None:
    """The circumstance that would tell who complained; empty where the pack has no code for repeats."""
    if origin is None or not (is_anonymous or origin.is_anonymous):
        return None
    return governing.chapter.recording.repeat_circumstance or ""


async def recognise(call: Call, case: ComplaintRow, governing: Governing) -> None:
    """Look again, after the case's customer became known; the grade follows the rules (sla.md 7)."""
    if case.repeat_of_id is not None:
        return
    connection = await (await call.session.connection()).get_raw_connection()
    origin = await origin_of(
        connection.driver_connection,
        governing,
        company=case.company,
        kind=case.kind,
        category=case.category,
        customer_id=case.customer_id,
        phone_index=case.complainant_phone_index,
        opened_at=case.opened_at,
        but=case.id,
    )
    if origin is not None:
        await mark(call, case, governing, origin)


async def mark(call: Call, case: ComplaintRow, governing: Governing, origin: Origin) -> None:
    """Find out by the system that a locked case repeats another one."""
    step = Step(call, case, Action.REPEAT, governing, Moment(call.now, call.now))
    case.step(Action.REPEAT)
    await say(step, origin)


async def say(step: Step, origin: Origin, *, note: str | None = None) -> None:
    """Say on a step under way that its case repeats another; kept from the departments where anonymity is touched."""
    call, case, governing = step.call, step.case, step.governing
    code = governing.chapter.recording.repeat_circumstance
    case.repeat_of_id = origin.complaint_id
    case.withheld_circumstance = withheld(governing, origin, is_anonymous=case.is_anonymous)
    if code is not None and code not in case.circumstances:
        case.circumstances = [*case.circumstances, code]
    is_told = case.withheld_circumstance is None
    if is_told:
        await step.finish(ComplaintRepeatRecognised, note=note, repeat_of_id=origin.complaint_id)
    else:
        await call.session.flush()
        await record(
            call.session,
            company=case.company,
            action="repeat_complaint",
            at=call.now,
            resource_type="complaint",
            resource_id=case.id,
            detail={"version": case.version, "is_withheld": True},
        )
    await follow_rules(call, case, governing, is_reason_told=is_told)
