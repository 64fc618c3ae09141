"""The department drafts, the office reviews and sends out, the centre acknowledges; or it becomes a complaint."""

from uuid import UUID

from services.callback.customers import service as customers
from services.callback.supervision import events
from services.callback.supervision.errors import (
    AlreadyComplainedError,
    CustomerMissingError,
    SameAnswererError,
    UnknownDepartmentError,
)
from services.callback.supervision.models import SupervisionOpinionRow
from services.callback.supervision.rules import (
    ANSWER,
    DELIVERY,
    DRAFT,
    EXTERNAL_ANSWER,
    SupervisionAct,
    SupervisionState,
)
from services.callback.supervision.service.desk import SupervisionCall
from shared.contracts.base import Routing
from shared.contracts.callback_quality import SupervisionAnswered, SupervisionDelivered


async def assign(call: SupervisionCall, *, department: str) -> SupervisionOpinionRow:
    """Give it to another department; its limit runs on (sla.md 17).

    Raises: as `SupervisionCall.take`, SupervisionPostError, UnknownDepartmentError.
    """
    row = await call.take(SupervisionAct.ASSIGN)
    governing = call.governing(row)
    call.check_post(governing.chapter.supervision.answered_by)
    found = governing.policy.common.departments.get(department)
    if found is None:
        raise UnknownDepartmentError.at_pointer("/department")
    row.department, row.posts = department, [found.default_post]
    row.owner_id = row.team = None
    await call.move(row)
    await call.tell(row, "assign", department=department)
    return row


async def draft(call: SupervisionCall, *, text: str) -> SupervisionOpinionRow:
    """The department answers; stops `draft`.  Raises: as `SupervisionCall.take`."""
    row = await call.take(SupervisionAct.DRAFT)
    row.state, row.draft = SupervisionState.DRAFTED.value, text
    row.drafted_by, row.drafted_at = call.principal.staff_id, call.now
    await call.stop_clock(row, DRAFT)
    await call.tell(row, "draft")
    return row


async def send_back(call: SupervisionCall, *, reason: str) -> SupervisionOpinionRow:
    """The office wants a better answer; a new limit for the department begins, those to the centre run on.

    Raises: as `SupervisionCall.take`, SupervisionPostError, SameAnswererError.
    """
    row = await call.take(SupervisionAct.RETURN)
    _check_office(call, row)
    row.state, row.returned_at, row.return_reason = SupervisionState.RECEIVED.value, call.now, reason
    await call.start_clock(row, DRAFT, call.governing(row).chapter.supervision.drafted, row.routing)
    await call.tell(row, "return")
    return row


async def answer(call: SupervisionCall, *, text: str | None) -> SupervisionOpinionRow:
    """The office sends the answer out, the department's or one in its own words; stops ours and the centre's.

    Raises: as `SupervisionCall.take`, SupervisionPostError, SameAnswererError.
    """
    row = await call.take(SupervisionAct.ANSWER)
    _check_office(call, row)
    rule = call.governing(row).chapter.supervision
    row.state, row.answer = SupervisionState.ANSWERED.value, text or row.draft
    row.answered_by, row.answered_at = call.principal.staff_id, call.now
    await call.stop_clock(row, ANSWER)
    row.is_on_time = await call.stop_clock(row, EXTERNAL_ANSWER)
    await call.start_clock(row, DELIVERY, rule.delivered, Routing(posts=list(rule.answered_by)))
    await call.tell(row, "answer", events.said(row, SupervisionAnswered, call.now, is_on_time=row.is_on_time))
    return row


async def deliver(call: SupervisionCall, *, receipt: str | None) -> SupervisionOpinionRow:
    """The centre has the answer: its own machine says so, or the office.  Raises: as `SupervisionCall.take`."""
    row = await call.take(SupervisionAct.DELIVER)
    row.state, row.receipt = SupervisionState.DELIVERED.value, receipt
    row.delivered_by, row.delivered_at = call.principal.staff_id, call.now
    await call.stop_clock(row, DELIVERY)
    await call.tell(row, "deliver", events.said(row, SupervisionDelivered, call.now))
    return row


async def complain(call: SupervisionCall, *, customer_id: UUID | None) -> SupervisionOpinionRow:
    """Let the complaint service take it in, or reopen the case it is about; the answer is still owed.

    Raises: as `SupervisionCall.take`, AlreadyComplainedError, CustomerMissingError.
    """
    row = await call.take(SupervisionAct.COMPLAIN)
    if row.complaint_event_id is not None:
        raise AlreadyComplainedError("该意见已转为投诉。")
    row.customer_id = row.customer_id or customer_id
    if row.customer_id is None:
        raise CustomerMissingError.at_pointer("/customer_id")
    governing = call.governing(row)
    known = await customers.known(call.session, row.customer_id, row.company)
    row.tier = row.tier or (known.tier if known else None)
    tier = row.tier or governing.policy.common.default_tier
    category = governing.chapter.supervision.kinds[row.kind].category
    fact = events.complained(row, row.customer_id, tier, category, call.principal.staff_id, call.now)
    row.complaint_event_id = fact.event_id
    await call.tell(row, "complain", fact)
    return row


def _check_office(call: SupervisionCall, row: SupervisionOpinionRow) -> None:
    call.check_post(call.governing(row).chapter.supervision.answered_by)
    if call.principal.is_self(row.drafted_by):
        raise SameAnswererError("不得审核本人起草的答复。")
