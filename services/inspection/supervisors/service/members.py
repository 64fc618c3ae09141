"""Members: appointed, renewed, ended, revealed, erased; no group over its share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.policy_supervisors import Supervisors
from services.inspection.supervisors import events, repository
from services.inspection.supervisors.errors import (
    AlreadyMemberError,
    SupervisorAccountError,
    SupervisorErasedError,
    SupervisorPhoneError,
    SupervisorStepNotAllowedError,
)
from services.inspection.supervisors.models import SupervisorRow, SupervisorTermRow
from services.inspection.supervisors.rules import network
from services.inspection.supervisors.rules.network import SUPERVISOR, TERM_END, Membership, SupervisorState
from services.inspection.supervisors.service.activities import call_off
from services.inspection.supervisors.service.work import NetworkCall, clocks_of
from shared.access.blind_index import BlindIndex
from shared.access.encryption import FieldCipher
from shared.access.errors import PhoneInvalidError
from shared.access.phones import normalise
from shared.contracts import inspection_supervisors as contracts
from shared.ids import new_id

SEQUENCE, PREFIX = "supervisor_numbers", "JD"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who a member is; for people's eyes only."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Sealing:
    """How name and telephone are stored: encrypted, findable by blind index."""

    cipher: FieldCipher
    index: BlindIndex

    def seal(self, row: SupervisorRow, name: str, e164: str) -> None:
        """Put both into the row."""
        row.name = self.cipher.encrypt(name, table=row.__tablename__, column="name", row_id=row.id)
        row.phone = self.cipher.encrypt(e164, table=row.__tablename__, column="phone", row_id=row.id)
        row.phone_index = self.index.phone(row.company, e164)
        row.phone_last4 = self.index.last_four(row.company, e164)

    def open(self, row: SupervisorRow) -> Contact | None:
        """Both in the clear; None once erased."""
        if row.name is None or row.phone is None:
            return None
        name = self.cipher.decrypt(row.name, table=row.__tablename__, column="name", row_id=row.id)
        return Contact(name, self.cipher.decrypt(row.phone, table=row.__tablename__, column="phone", row_id=row.id))


async def appoint(call: NetworkCall, supervisor_id: UUID, said: Membership, sealing: Sealing) -> SupervisorRow:
    """Make somebody a member for a first term.

    Raises: SupervisorPostError, SupervisorCodeUnknownError, SupervisorTermInvalidError, SupervisorPhoneError,
    SupervisorAccountError, AlreadyMemberError, GroupOverShareError, NetworkFullError.
    """
    governing = call.in_force()
    terms = governing.chapter.supervisors
    call.check_posts(terms.managed_by)
    today = call.now.astimezone(governing.zone).date()
    duties = network.duties_of(terms, said.duties)
    network.check_term(terms, said.since, said.until, today)
    await _check_account(call, terms, said.staff_id)
    row = SupervisorRow(
        id=supervisor_id,
        company=call.company,
        group_code=said.group,
        staff_id=said.staff_id,
        state=SupervisorState.ACTIVE.value,
        term=1,
        term_since=said.since,
        term_until=said.until,
        duties=duties,
        posts=list(terms.managed_by),
        appointed_by=call.principal.staff_id,
        appointed_at=call.now,
        matter_id=new_id(),
        policy_version=governing.version,
        version=1,
    )
    sealing.seal(row, said.name, _phone(said.phone))
    await repository.serialise(call.session, call.company)
    known = await repository.is_member(
        call.session, call.company, phone_index=row.phone_index or "", staff_id=said.staff_id
    )
    if known is not None:
        raise AlreadyMemberError("该电话或账号已属于在聘的社会监督员。", params={"field": known})
    network.check_seat(terms, said.group, await repository.members(call.session, call.company, today))
    row.number = await call.number(PREFIX, SEQUENCE)
    await repository.add(call.session, row, _term(call, row))
    await call.tell(row, SUPERVISOR, "appoint", events.of_member(row, contracts.SupervisorAppointed, call.now))
    return row


async def renew(call: NetworkCall, supervisor_id: UUID, *, until: date, duties: Sequence[str]) -> SupervisorRow:
    """Another term, from the day after the last one, or from today where that is over.

    Raises: as `take`, SupervisorPostError, SupervisorStepNotAllowedError, SupervisorTermsExhaustedError,
    SupervisorTermInvalidError, SupervisorCodeUnknownError, GroupOverShareError, NetworkFullError.
    """
    governing = call.in_force()
    terms = governing.chapter.supervisors
    await repository.serialise(call.session, call.company)
    row = await call.take(SupervisorRow, supervisor_id)
    call.check_posts(terms.managed_by)
    network.check_active(row.state, "renew")
    network.check_renewal(terms, row.term)
    today = call.now.astimezone(governing.zone).date()
    since = max(today, row.term_until + timedelta(days=1))
    network.check_term(terms, since, until, today)
    kept = network.duties_of(terms, duties)
    held = await repository.members(call.session, call.company, today, but=row.id)
    network.check_seat(terms, row.group_code, held, "/until")
    await clocks_of(call, row, SUPERVISOR, row.group_code).stop(TERM_END)
    # a member whose term still runs keeps the seat in between
    row.term_since = row.term_since if row.term_until >= today else since
    row.term, row.term_until, row.duties = row.term + 1, until, kept
    row.policy_version = governing.version
    await repository.add(call.session, _term(call, row, since))
    await call.tell(row, SUPERVISOR, "renew", events.of_member(row, contracts.SupervisorRenewed, call.now))
    return row


async def end(call: NetworkCall, supervisor_id: UUID, *, reason: str) -> SupervisorRow:
    """End a membership now: what the member is still invited to is called off.

    Raises: as `take`, SupervisorPostError, SupervisorStepNotAllowedError.
    """
    row = await call.take(SupervisorRow, supervisor_id)
    call.check_posts(call.in_force().chapter.supervisors.managed_by)
    network.check_active(row.state, "end")
    row.state, row.end_reason = SupervisorState.ENDED.value, reason
    row.ended_by, row.ended_at = call.principal.staff_id, call.now
    # ending in time is a decision on the term, as good as renewing it
    await clocks_of(call, row, SUPERVISOR, row.group_code).stop(TERM_END)
    for activity in await repository.open_activities(call.session, row.id):
        activity.version += 1
        await call_off(call, activity, reason="supervisor_ended")
    await call.tell(row, SUPERVISOR, "end", events.of_member(row, contracts.SupervisorEnded, call.now))
    return row


async def reveal(call: NetworkCall, supervisor_id: UUID, sealing: Sealing, *, reason: str) -> Contact:
    """Name and telephone in the clear, with the reason in the audit trail.

    Raises: SupervisorNotFoundError, SupervisorErasedError.
    """
    row = await repository.get(call.session, SupervisorRow, supervisor_id, call.scope)
    contact = sealing.open(row)
    if contact is None:
        raise SupervisorErasedError("姓名和电话已删除。")
    await call.tell(row, SUPERVISOR, "reveal", reason=reason)
    return contact


async def erase(call: NetworkCall, supervisor_id: UUID) -> SupervisorRow:
    """Blank name, telephone and the reason of the end; observations stay under the pseudonym.

    Raises: as `take`, SupervisorPostError, SupervisorStepNotAllowedError, SupervisorErasedError.
    """
    row = await call.take(SupervisorRow, supervisor_id)
    call.check_posts(call.in_force().chapter.supervisors.managed_by)
    if row.state != SupervisorState.ENDED:
        raise SupervisorStepNotAllowedError.of("erase", row.state)
    if row.erased_at is not None:
        raise SupervisorErasedError("姓名和电话已删除。")
    row.name = row.phone = row.phone_index = row.phone_last4 = row.end_reason = None
    row.erased_by, row.erased_at = call.principal.staff_id, call.now
    await call.tell(row, SUPERVISOR, "erase")
    return row


async def standing(session: AsyncSession, company: str, terms: Supervisors, today: date) -> list[network.GroupStanding]:
    """How the groups are represented today."""
    return network.standing_of(terms, await repository.members(session, company, today))


def _term(call: NetworkCall, row: SupervisorRow, since: date | None = None) -> SupervisorTermRow:
    return SupervisorTermRow(
        id=new_id(),
        company=row.company,
        supervisor_id=row.id,
        sequence=row.term,
        since=since or row.term_since,
        until=row.term_until,
        duties=list(row.duties),
        recorded_by=call.principal.staff_id,
        recorded_at=call.now,
    )


def _phone(text: str) -> str:
    try:
        return normalise(text).e164
    except PhoneInvalidError:
        raise SupervisorPhoneError.at_pointer("/phone") from None


async def _check_account(call: NetworkCall, terms: Supervisors, staff_id: UUID | None) -> None:
    if staff_id is None:
        return
    member = (await call.desk.staff.current()).get(staff_id)
    if member is None or member.company != call.company or not member.is_present:
        raise SupervisorAccountError.at_pointer("/staff_id")
    if set(terms.accounts).isdisjoint(member.posts):
        raise SupervisorAccountError.at_pointer("/staff_id")
