"""Taking a case in (受理): one statement writes case, clocks, plan, history, audit and facts (design.md 3)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.complaint.cases import repository
from services.complaint.cases.errors import (
    UnknownAttachmentError,
    UnknownCustomerError,
    UnknownStaffError,
)
from services.complaint.cases.rules import Intake, Origin, Standing
from services.complaint.cases.service.discretion import viewer_of
from services.complaint.cases.service.governing import Governing
from services.complaint.cases.service.opening import prepare
from services.complaint.cases.service.repeats import origin_of
from services.complaint.cases.service.sealing import Sealing, phone_of
from shared.access.principal import Principal
from shared.access.staff_book import StaffBook
from shared.database.numbers import Numbers
from shared.http.hot_tx import HotTx
from shared.ids import human_number

SEQUENCE = "complaint_numbers"
PREFIX = "TS"
_ATTEMPTS = 3

__all__ = ["Sealing", "open_complaint", "phone_of", "standing_of"]


async def standing_of(hot: Any, customer_id: UUID | None, company: str) -> Standing:
    """What is known of the customer; an unknown one is taken as he is named.  Raises: UnknownCustomerError."""
    if customer_id is None:
        return Standing()
    row = await repository.customer_standing(hot, customer_id)
    if row is None:
        return Standing(customer_id=customer_id)
    if row["company"] != company:
        raise UnknownCustomerError.at_pointer("/customer_id")
    return Standing(row["id"], row["tier"], row["party"], row["account_manager_id"], row["tier_version"])


async def open_complaint(
    hot: HotTx,
    *,
    complaint_id: UUID,
    intake: Intake,
    governing: Governing,
    principal: Principal,
    numbers: Numbers,
    sealing: Sealing,
    staff: StaffBook,
    claim: tuple[object, ...],
    now: datetime,
) -> tuple[int, str] | None:
    """Open the case, its clocks and, at the gravest grade, its emergency plan; answers its version and JSON.

    None when the key was used before.

    Raises: UnknownCodeError, ExternalReferenceRequiredError, GradeLoweredAtIntakeError, OccurredInFutureError,
    UnknownCustomerError, UnknownAttachmentError, PhoneFormError.
    """
    governing.check(intake)
    _check_praised(intake, staff, principal.company)
    await _check_attachments(hot, intake, principal)
    number = human_number(PREFIX, now.astimezone(governing.zone).date(), await numbers.take(SEQUENCE))
    for _ in range(_ATTEMPTS):
        standing = await standing_of(hot, intake.customer_id, principal.company)
        origin = await _origin(hot, intake, standing, governing, principal.company, sealing, now)
        opening = prepare(complaint_id, number, intake, standing, governing, principal, sealing, staff, now, origin)
        opened = await repository.insert_opening(
            hot, claim, opening.records, standing, principal.company, viewer_of(principal, governing)
        )
        if opened is not None:
            return opened
        known = await standing_of(hot, intake.customer_id, principal.company)
        if known == standing:
            return None
    return None


async def _origin(
    hot: HotTx,
    intake: Intake,
    standing: Standing,
    governing: Governing,
    company: str,
    sealing: Sealing,
    now: datetime,
) -> Origin | None:
    phone = phone_of(intake.complainant_phone) if intake.complainant_phone else None
    return await origin_of(
        hot,
        governing,
        company=company,
        kind=intake.kind,
        category=intake.category,
        customer_id=standing.customer_id,
        phone_index=sealing.index.phone(company, phone.e164) if phone else None,
        opened_at=intake.occurred_at or now,
    )


async def _check_attachments(hot: HotTx, intake: Intake, principal: Principal) -> None:
    if not intake.attachment_ids:
        return
    known = await repository.own_files(hot, principal.company, principal.actor, intake.attachment_ids)
    if not known.issuperset(intake.attachment_ids):
        raise UnknownAttachmentError.at_pointer("/attachment_ids")


def _check_praised(intake: Intake, staff: StaffBook, company: str) -> None:
    members = [staff.get(one) for one in intake.praised_staff_ids]
    if not all(member is not None and member.company == company for member in members):
        raise UnknownStaffError.at_pointer("/praised_staff_ids")
