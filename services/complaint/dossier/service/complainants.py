"""Further complainants of a case: added, withdrawn, reached; their number may make the case graver."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Action
from services.complaint.cases.service.disposition import PHONE_FIELD, Contact
from services.complaint.cases.service.grading import follow_rules
from services.complaint.cases.service.intake import Sealing, phone_of
from services.complaint.cases.service.steps import Call, Step
from services.complaint.dossier.errors import (
    ComplainantContactMissingError,
    ComplainantCustomerError,
    ComplainantExistsError,
    ComplainantHiddenError,
    ComplainantNotFoundError,
    ComplainantUnknownError,
    ComplainantWithdrawnError,
)
from services.complaint.dossier.models import ComplainantRow
from services.complaint.dossier.repository import cases, people
from services.complaint.dossier.rules.matters import Identity
from services.complaint.dossier.service.access import case_of, knows, sees
from shared.access.grants import GrantSigner
from shared.audit.trail import record
from shared.contracts import dossier as contracts

HIDDEN = "投诉人要求匿名，须经投诉归口管理部门。"


@dataclass(frozen=True, slots=True)
class Shown:
    """One complainant as the viewer may see him; without an id he is the one with whom the case was taken in."""

    id: UUID | None
    complaint_id: UUID
    customer_id: UUID | None
    has_contact: bool
    is_anonymous: bool
    added_by: UUID
    added_at: datetime
    withdrawn_at: datetime | None = None
    withdrawal_reason: str | None = None

    @classmethod
    def first(cls, case: ComplaintRow) -> "Shown":
        """The one with whom a case was taken in."""
        return cls(
            None,
            case.id,
            case.customer_id,
            bool(case.complainant_phone or case.complainant_name),
            case.is_anonymous,
            case.first_responsible_id,
            case.recorded_at,
        )

    @classmethod
    def further(cls, row: ComplainantRow) -> "Shown":
        """One who was added later."""
        return cls(
            row.id,
            row.complaint_id,
            row.customer_id,
            bool(row.phone or row.name),
            row.is_anonymous,
            row.added_by,
            row.added_at,
            row.withdrawn_at,
            row.withdrawal_reason,
        )


async def add(call: Call, complainant_id: UUID, identity: Identity, sealing: Sealing) -> ComplaintRow:
    """Record that somebody else complains of the same matter; the rules may re-grade the case.

    Raises: as `Step.take`, ComplainantUnknownError, ComplainantCustomerError, PhoneFormError, ComplainantHiddenError,
    ComplainantExistsError.
    """
    if not identity.is_known:
        raise ComplainantUnknownError.at_pointer("/phone")
    step = await Step.take(call, Action.COMPLAINANT)
    case = step.case
    await _check_customer(call, identity.customer_id, case.company)
    row = ComplainantRow(
        id=complainant_id,
        company=case.company,
        complaint_id=case.id,
        customer_id=identity.customer_id,
        is_anonymous=identity.is_anonymous,
        added_by=call.principal.staff_id,
        added_at=call.now,
    )
    _seal(row, identity, sealing)
    await _check_new(call, case, row)
    call.session.add(row)
    await call.session.flush()
    return await _count(step, contracts.ComplainantAdded, row, note=None)


async def withdraw(call: Call, complainant_id: UUID, *, reason: str) -> ComplaintRow:
    """Somebody no longer complains; the row and the number of customers affected stay.

    Raises: as `Step.take`, ComplainantNotFoundError, ComplainantHiddenError, ComplainantWithdrawnError.
    """
    step = await Step.take(call, Action.COMPLAINANT)
    row = await _find(call, step.case, complainant_id)
    if row.withdrawn_at is not None:
        raise ComplainantWithdrawnError
    row.withdrawn_by, row.withdrawn_at, row.withdrawal_reason = call.principal.staff_id, call.now, reason
    await call.session.flush()
    return await _count(step, contracts.ComplainantWithdrawn, row, note=None)


async def shown(call: Call) -> tuple[list[Shown], bool]:
    """The complainants of a case and of those merged into it that the caller may know, and whether some are withheld.

    Raises: ComplaintNotFoundError.
    """
    case = await case_of(call)
    family = await cases.family(call.session, case.id)
    further = await people.of_cases(call.session, [one.id for one in family])
    return _seen(call, family, further)


async def shown_one(call: Call, complainant_id: UUID) -> Shown:
    """One further complainant.  Raises: ComplaintNotFoundError, ComplainantNotFoundError, ComplainantHiddenError."""
    return Shown.further(await _find(call, await case_of(call), complainant_id))


async def contact(call: Call, complainant_id: UUID, *, reason: str, sealing: Sealing, signer: GrantSigner) -> Contact:
    """How to reach a further complainant, audited.

    Raises: ComplaintNotFoundError, ComplainantNotFoundError, ComplainantHiddenError, ComplainantContactMissingError.
    """
    case = await case_of(call)
    row = await _find(call, case, complainant_id)
    await record(
        call.session,
        company=case.company,
        action="reveal_complainant_contact",
        at=call.now,
        resource_type="complainant",
        resource_id=row.id,
        reason=reason,
        detail={"complaint_id": str(case.id)},
    )
    if row.phone or row.name:
        return Contact(name=_open(row, "name", sealing), phone=_open(row, "phone", sealing))
    if row.customer_id is None or not case.is_open:
        raise ComplainantContactMissingError("未存联系方式，或案件已办结。")
    grant = signer.issue(
        company=case.company,
        customer_id=row.customer_id,
        staff_id=call.principal.staff_id,
        field=PHONE_FIELD,
        purpose=f"complaint:{case.id}",
    )
    return Contact(grant=grant, customer_id=row.customer_id)


async def _count(
    step: Step,
    kind: type[contracts.ComplainantAdded | contracts.ComplainantWithdrawn],
    row: ComplainantRow,
    *,
    note: str | None,
) -> ComplaintRow:
    call, case = step.call, step.case
    case.affected_customers = max(case.affected_customers, await people.persons(call.session, case.id))
    detail = {"complainant_id": str(row.id), "is_withdrawn": row.withdrawn_at is not None}
    await step.finish(kind, note=note, detail=detail, complainant_id=row.id, affected_customers=case.affected_customers)
    await follow_rules(call, case, step.governing)
    return case


async def _check_customer(call: Call, customer_id: UUID | None, company: str) -> None:
    known = await cases.customer_company(call.session, customer_id) if customer_id else None
    if known is not None and known != company:
        raise ComplainantCustomerError.at_pointer("/customer_id")


async def _check_new(call: Call, case: ComplaintRow, row: ComplainantRow) -> None:
    """Nobody stands twice in a case; whoever may not know the others cannot find out by trying."""
    family = await cases.family(call.session, case.id)
    further = await people.of_cases(call.session, [one.id for one in family])
    is_any_hidden = _seen(call, family, further)[1]
    if is_any_hidden:
        raise ComplainantHiddenError(HIDDEN)
    known = [(one.customer_id, one.complainant_phone_index) for one in family]
    known += [(one.customer_id, one.phone_index) for one in further if one.withdrawn_at is None]
    for customer_id, phone_index in known:
        is_same_customer = row.customer_id is not None and row.customer_id == customer_id
        if is_same_customer or (row.phone_index is not None and row.phone_index == phone_index):
            raise ComplainantExistsError("该客户或电话已是本案投诉人。")


def _seen(call: Call, family: Sequence[ComplaintRow], further: Sequence[ComplainantRow]) -> tuple[list[Shown], bool]:
    by_id, viewer = {one.id: one for one in family}, call.viewer
    seen = [Shown.first(one) for one in family if sees(viewer, one)]
    seen += [Shown.further(one) for one in further if _is_shown(call, by_id[one.complaint_id], one)]
    return seen, len(seen) < len(family) + len(further)


def _is_shown(call: Call, case: ComplaintRow, row: ComplainantRow) -> bool:
    is_own = row.added_by in call.viewer.staff_ids
    return is_own or knows(call.viewer, case) or not (case.is_anonymous or row.is_anonymous)


async def _find(call: Call, case: ComplaintRow, complainant_id: UUID) -> ComplainantRow:
    family = await cases.family(call.session, case.id)
    rows = await people.of_cases(call.session, [one.id for one in family])
    row = next((one for one in rows if one.id == complainant_id), None)
    if row is None:
        raise ComplainantNotFoundError
    if not _is_shown(call, next(one for one in family if one.id == row.complaint_id), row):
        raise ComplainantHiddenError(HIDDEN)
    return row


def _seal(row: ComplainantRow, identity: Identity, sealing: Sealing) -> None:
    if identity.name:
        row.name = sealing.cipher.encrypt(identity.name, table=row.__tablename__, column="name", row_id=row.id)
    if identity.phone:
        phone = phone_of(identity.phone, "/phone").e164
        row.phone = sealing.cipher.encrypt(phone, table=row.__tablename__, column="phone", row_id=row.id)
        row.phone_index = sealing.index.phone(row.company, phone)
        row.phone_last4 = sealing.index.last_four(row.company, phone)


def _open(row: ComplainantRow, column: str, sealing: Sealing) -> str | None:
    stored: str | None = getattr(row, column)
    if stored is None:
        return None
    return sealing.cipher.decrypt(stored, table=row.__tablename__, column=column, row_id=row.id)
