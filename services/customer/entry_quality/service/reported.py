"""Errors of entry that come to light outside the checks: each is a finding, told to whoever came upon it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.entry_quality import events
from services.customer.entry_quality.repository import numbers
from services.customer.entry_quality.service.findings import Found, record_finding
from services.customer.entry_quality.service.quality import Quality
from shared.access.staff_book import StaffBook
from shared.contracts.calls import CallbackWrongNumberFound
from shared.events import outbox

RULE = "callback_wrong_number"
"""The way by which the error came in."""


async def hear_wrong_number(
    session: AsyncSession,
    quality: Quality,
    staff: StaffBook,
    company: str,
    said: CallbackWrongNumberFound,
    *,
    now: datetime,
) -> None:
    """The number that was called is not the customer's (domain.md 2.7, 2.8): its author's error, once an entry.

    A second callback to the same number is answered with the same finding, so that its link back is found too.
    """
    entry = await numbers.called_number(session, company, said.customer_id, said.occurred_at)
    if entry is None:
        return
    terms = quality.terms.findings.wrong_number
    found = Found(
        rule=RULE,
        check=terms.check,
        kind=terms.kind,
        concern=terms.concern,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        entered_at=entry.entered_at,
        operator_id=entry.operator_id,
        customer_id=said.customer_id,
        order_id=said.subject_id if said.subject_type == "order" else None,
        found_by=said.called_by,
        evidence={"callback_id": str(said.callback_id), "callback_number": said.number},
    )
    row = await record_finding(session, company, found, quality=quality, staff=staff, now=now)
    is_known = row.evidence.get("callback_id") != str(said.callback_id)
    fact = events.reported(row, is_known=is_known, callback_id=said.callback_id, now=now)
    await outbox.add(session, fact)
