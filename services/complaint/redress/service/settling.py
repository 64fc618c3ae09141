"""A proposal is decided through the delegation and paid with a proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service.governing import Governances
from services.complaint.delegation.models import AuthorisationRow
from services.complaint.delegation.rules.conditions import Fact
from services.complaint.delegation.rules.states import AuthorisationAct, AuthorisationState
from services.complaint.delegation.service import requesting, using
from services.complaint.delegation.service.call import AuthorityCall
from services.complaint.delegation.service.judging import Ask
from services.complaint.delegation.service.work import take
from services.complaint.redress import repository
from services.complaint.redress.errors import (
    ProofUnknownError,
    RedressAccruingError,
    RedressPayerError,
)
from services.complaint.redress.models import RedressRow
from services.complaint.redress.rules import PAYMENT, Act, RedressState, check
from services.complaint.redress.service.work import Work
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff_book import StaffBook
from shared.contracts.redress import RedressPaid, RedressSubmitted
from shared.errors import StaleError
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class RedressCall:
    """Who works on which redress, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    governances: Governances
    staff: StaffBook
    redress_id: UUID
    expected_version: int
    now: datetime

    def delegation(self, version: int = 0) -> AuthorityCall:
        """The same person before the delegation."""
        return AuthorityCall(
            session=self.session,
            principal=self.principal,
            scope=RowScope.everything(self.principal.company),
            governances=self.governances,
            staff=self.staff,
            expected_version=version,
            now=self.now,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """What the delegation asks to be shown besides the amount."""

    reason: str
    facts: Mapping[str, Fact]
    related_departments: tuple[str, ...] = ()


async def submit(call: RedressCall, request: Request) -> RedressRow:
    """Ask the delegation for the compensation, in the caller's name; who may decide alone has decided with it.

    Raises: RedressNotFoundError, StaleError, RedressAccruingError, RedressStepNotAllowedError, and as `request`.
    """
    work = await _take(call, Act.SUBMIT)
    row = work.row
    ask = Ask(
        authority=row.authority,
        facts=request.facts,
        complaint_id=row.complaint_id,
        amount_fen=row.amount_fen,
        related_departments=request.related_departments,
        reason=request.reason,
    )
    authorisation = await requesting.request(call.delegation(), new_id(), ask, None)
    row.take(Act.SUBMIT, RedressState.SUBMITTED)
    row.authorisation_id = authorisation.id
    row.submitted_by, row.submitted_at = call.principal.staff_id, call.now
    await work.tell(Act.SUBMIT, RedressSubmitted)
    return row


async def pay(call: RedressCall, *, reference: str, proof_ids: Sequence[UUID]) -> RedressRow:
    """It was paid: stops the payment's clock, and enters the use of the authority in the ledger.

    Raises: RedressNotFoundError, StaleError, RedressStepNotAllowedError, RedressPayerError, ProofUnknownError.
    """
    work = await _take(call, Act.PAY)
    row, principal = work.row, call.principal
    if not any(principal.holds(post) for post in work.price.paid_by):
        raise RedressPayerError("现行规章规定由其他岗位支付。")
    if not await repository.own_files(call.session, row.company, principal.actor, proof_ids):
        raise ProofUnknownError.at_proofs()
    row.take(Act.PAY, RedressState.PAID)
    row.paid_by, row.paid_at = principal.staff_id, call.now
    row.payment_reference, row.proof_ids = reference, list(proof_ids)
    await work.book.stop(work.subject, PAYMENT, actor=principal.actor)
    await _enter(call, row)
    await work.tell(Act.PAY, RedressPaid)
    return row


async def _take(call: RedressCall, act: Act) -> Work:
    row = await repository.get(call.session, call.redress_id, call.scope, locked=True)
    if row.version != call.expected_version:
        raise StaleError("补偿建议已被他人修改，请重新读取后再操作。")
    if act is Act.SUBMIT and row.state == RedressState.ACCRUING:
        raise RedressAccruingError("承诺事项尚未答复，金额仍在累计；答复后或达到上限后再提交。")
    check(act, RedressState(row.state))
    return Work.on(call.session, row, call.governances, call.now, call.principal.actor)


async def _enter(call: RedressCall, row: RedressRow) -> None:
    """The payment is the use of the authority, unless whoever asked for it has entered the use already."""
    authorisation = await call.session.get(AuthorisationRow, row.authorisation_id, with_for_update=True)
    if authorisation is None or authorisation.state != AuthorisationState.APPROVED:
        return
    under = await take(call.delegation(authorisation.version), authorisation.id, AuthorisationAct.EXECUTE)
    use = using.Use(result=row.payment_reference or "", executed_fen=row.amount_fen)
    await using.put_to_use(under, use)
    await under.write_down(AuthorisationAct.EXECUTE, reason=use.result)
