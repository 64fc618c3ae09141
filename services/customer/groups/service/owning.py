"""Important members in their own right: a customer record of their own, opened or linked."""

from uuid import UUID

from services.customer.groups import repository
from services.customer.groups.errors import (
    MemberNotServedError,
    OwnCustomerMissingError,
    OwnCustomerTakenError,
    OwnCustomerUnfitError,
)
from services.customer.groups.rules import MemberAct, MemberState
from services.customer.groups.service.entering import FIELD
from services.customer.groups.service.work import GroupCall, MemberWork, take
from services.customer.registry.models import MemberRow
from services.customer.registry.rules.rights import HOUSE
from services.customer.registry.rules.vocabulary import Kind, Party, Standing
from services.customer.registry.service import changing, registering
from services.customer.registry.service.registering import CustomerEntry
from services.customer.registry.service.secrets import Vault
from services.customer.registry.service.terms import EntryTerms


async def open_own(
    call: GroupCall, member_id: UUID, *, customer_id: UUID, terms: EntryTerms, vault: Vault, expected: int
) -> MemberRow:
    """Register the member as a customer of their own, with the name and the telephones that were entered of them.

    Raises: as `take`, ConcernNotWritableError, MemberStateError, MemberNotServedError, OwnCustomerTakenError.
    """
    call.writer.ensure_changes(FIELD)
    work = await take(call, member_id, expected)
    row = _ensure_free(work)
    phones = [
        vault.read_phone(phone.id, phone.cipher)
        for phone in await repository.phones_of(call.session, member_id)
        if phone.cipher
    ]
    entry = CustomerEntry(name=row.name or "", kind=Kind.RESIDENTIAL.value, party=Party.INDIVIDUAL.value, phones=phones)
    await registering.register(
        call.session,
        entry,
        customer_id=customer_id,
        company=row.company,
        terms=terms,
        vault=vault,
        now=call.now,
        writer=HOUSE,
    )
    row.customer_id = customer_id
    return await work.finish(MemberAct.LINKED)


async def link_own(call: GroupCall, member_id: UUID, *, customer_id: UUID, expected: int) -> MemberRow:
    """Say which customer the member is.

    Raises: as `take`, ConcernNotWritableError, MemberStateError, MemberNotServedError, OwnCustomerTakenError,
    CustomerNotFoundError, OwnCustomerUnfitError.
    """
    call.writer.ensure_changes(FIELD)
    work = await take(call, member_id, expected)
    row = _ensure_free(work)
    own = await changing.locked(call.session, customer_id, call.companies)
    if own.company != row.company or own.party != Party.INDIVIDUAL or own.standing != Standing.ACTIVE:
        raise OwnCustomerUnfitError.at("/customer_id", "须为同一公司正常在用的个人客户。")
    if await repository.own_customer_taken(call.session, row.group_id, customer_id):
        raise OwnCustomerUnfitError.at("/customer_id", "该客户已是本集团另一成员的档案。")
    row.customer_id = customer_id
    return await work.finish(MemberAct.LINKED)


async def unlink_own(call: GroupCall, member_id: UUID, *, reason: str, expected: int) -> MemberRow:
    """The member's record was another person's; the record itself stays.

    Raises: as `take`, OwnCustomerMissingError.
    """
    call.writer.ensure_changes(FIELD)
    work = await take(call, member_id, expected)
    if work.row.customer_id is None:
        raise OwnCustomerMissingError("该成员没有单独的客户档案")
    work.row.customer_id = None
    return await work.finish(MemberAct.UNLINKED, reason=reason)


def _ensure_free(work: MemberWork) -> MemberRow:
    row = work.row
    work.ensure(MemberState.ACTIVE)
    if not row.is_served:
        raise MemberNotServedError.at("/member_id", "仅重要核心成员与重要普通成员单独服务。")
    if row.customer_id is not None:
        raise OwnCustomerTakenError("该成员已有单独的客户档案", params={"customer_id": str(row.customer_id)})
    return row
