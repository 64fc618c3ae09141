"""The inspected department replies and signs, or refuses; the inspector signs after it (domain.md 2.5)."""

from services.inspection.inspections.errors import InspectionFourEyesError
from services.inspection.inspections.models import InspectionRow
from services.inspection.inspections.rules.states import REPLY, SIGN, Act, InspectionState
from services.inspection.inspections.service.work import InspectionCall, InspectionWork, replying_posts
from shared.contracts.inspection_inspections import InspectionReplied, InspectionSigned


async def reply(call: InspectionCall, *, words: str) -> InspectionRow:
    """The head of the inspected department, or the head's deputy, replies and signs.

    Raises: as `take`, InspectionPostError, InspectionFourEyesError.
    """
    work = await call.take(Act.REPLY)
    call.check_posts(*replying_posts(work.governing, work.row.department))
    await call.keep_inspectors_away(work.row)
    work.row.reply = words
    return await _replied(call, work, "reply")


async def refuse_reply(call: InspectionCall, *, reason: str) -> InspectionRow:
    """The department refuses to sign; the inspector records it.  Raises: as `take`, InspectionNotInspectorError."""
    work = await call.take(Act.REFUSE)
    call.check_inspector(work.row, work.terms.forms)
    work.row.is_reply_refused, work.row.refusal_reason = True, reason
    return await _replied(call, work, "refuse_reply")


async def _replied(call: InspectionCall, work: InspectionWork, act: str) -> InspectionRow:
    row = work.row
    row.state, row.posts = InspectionState.REPLIED.value, []
    row.replied_by, row.replied_at = call.principal.staff_id, call.now
    row.version += 1
    if row.is_reply_refused:
        await work.cancel("reply_refused")
    else:
        await work.stop(REPLY)
    if row.inspector_id is None:
        row.posts = list(work.terms.forms.stands_in)
    await work.start(SIGN, work.terms.forms.sign, row.signing)
    return await work.finish(
        act, InspectionReplied, replied_by=call.principal.staff_id, is_reply_refused=row.is_reply_refused
    )


async def sign(call: InspectionCall) -> InspectionRow:
    """The inspector signs last; the form is complete.

    Raises: as `take`, InspectionNotInspectorError, InspectionFourEyesError for who signed for the department.
    """
    work = await call.take(Act.SIGN)
    row = work.row
    call.check_inspector(row, work.terms.forms)
    if not row.is_reply_refused and call.principal.is_self(row.replied_by):
        raise InspectionFourEyesError("代表被检查部门签字的人不得再代检查人员签字。")
    row.state, row.posts = InspectionState.SIGNED.value, []
    row.signed_by, row.signed_at = call.principal.staff_id, call.now
    row.version += 1
    await work.stop(SIGN)
    return await work.finish(
        "sign", InspectionSigned, signed_by=call.principal.staff_id, is_reply_refused=row.is_reply_refused
    )
