"""An authority is asked for, or the own is used: conditions and limits are guarded, the procedure is written down."""

from uuid import UUID

from services.complaint.delegation.errors import (
    AuthorityFileUnknownError,
    AuthorityNotFoundError,
    AuthorityUnknownError,
    ConditionFailedError,
    LimitExceededError,
    SplitError,
)
from services.complaint.delegation.models import AuthorisationRow, AuthorisationStepRow
from services.complaint.delegation.repository import authorisations as repository
from services.complaint.delegation.rules.ledger import month_of
from services.complaint.delegation.rules.states import AuthorisationAct, AuthorisationState
from services.complaint.delegation.service.call import AuthorityCall
from services.complaint.delegation.service.judging import Ask, Judgement, judge
from services.complaint.delegation.service.stages import move_on
from services.complaint.delegation.service.using import Use, put_to_use
from services.complaint.delegation.service.work import AuthorityWork
from shared.contracts import authority as contracts
from shared.errors import FieldError
from shared.ids import human_number, new_id

PREFIX = "SQ"


async def request(call: AuthorityCall, authorisation_id: UUID, ask: Ask, use: Use | None) -> AuthorisationRow:
    """Ask for an authority; with `use` the own is used at once.

    Raises: as `judge`, AuthorityUnknownError, AuthorityFileUnknownError, ConditionFailedError, SplitError,
    LimitExceededError, and as `put_to_use`.
    """
    try:
        judgement = await judge(call, ask, is_request=True)
    except AuthorityNotFoundError as error:
        raise AuthorityUnknownError.at_pointer("/authority") from error
    _check(judgement)
    row = await _row(call, authorisation_id, judgement)
    steps = _steps(row, judgement)
    call.session.add(row)
    await call.session.flush()
    call.session.add_all(steps)
    await call.session.flush()
    work = AuthorityWork(call, row, steps, judgement.governing)
    await move_on(work, is_new=True)
    await work.write_down(AuthorisationAct.REQUEST, post=judgement.decided_post, reason=ask.reason)
    is_own = judgement.decided_post is not None
    await work.publish(contracts.AuthorityRequested, is_own=is_own, exceeded=list(row.exceeded))
    if row.state == AuthorisationState.APPROVED:
        await work.publish(contracts.AuthorityApproved, decided_post=row.decided_post)
    if use is not None:
        work.from_state = row.state
        await put_to_use(work, use)
        await work.write_down(AuthorisationAct.EXECUTE, post=row.decided_post, reason=use.result)
    return row


def _check(judgement: Judgement) -> None:
    for code, fact in judgement.ask.facts.items():
        if not judgement.owned >= set(fact.file_ids):
            raise AuthorityFileUnknownError.at_pointer(f"/facts/{code}/file_ids")
    if judgement.failures:
        errors = tuple(FieldError(one.pointer, ConditionFailedError.code, one.message) for one in judgement.failures)
        raise ConditionFailedError("；".join(one.message for one in judgement.failures), errors=errors)
    money = judgement.money
    if money is not None and money.is_refused:
        pointer = "/quantity" if judgement.ask.amount_fen is None else "/amount_fen"
        kind = SplitError if money.is_split else LimitExceededError
        raise kind(money.message, errors=(FieldError(pointer, kind.code, money.message),))


async def _row(call: AuthorityCall, authorisation_id: UUID, judgement: Judgement) -> AuthorisationRow:
    ask, governing, principal, money = judgement.ask, judgement.governing, call.principal, judgement.money
    local = call.now.astimezone(governing.zone).date()
    number = human_number(PREFIX, local, await repository.next_number(call.session))
    return AuthorisationRow(
        id=authorisation_id,
        company=principal.company,
        number=number,
        authority=ask.authority,
        category=judgement.authority.category,
        state=AuthorisationState.PENDING.value,
        requested_by=principal.staff_id,
        department=principal.department,
        team=principal.team,
        posts=[],
        decided_post=judgement.decided_post,
        decided_by=principal.staff_id if judgement.decided_post else None,
        customer_id=judgement.customer_id,
        complaint_id=ask.complaint_id,
        order_id=ask.order_id,
        tier=judgement.standing.tier,
        facts=_facts(ask),
        attachment_ids=list(ask.file_ids),
        reason=ask.reason,
        quantity=ask.quantity,
        amount_fen=money.amount_fen if money else None,
        exceeded=[scope.value for scope in money.exceeded] if money else [],
        split_with=list(money.split_with) if money else [],
        related_departments=list(ask.related_departments),
        order_department=judgement.order_department,
        liaison_matter=ask.liaison.matter if ask.liaison else None,
        liaison_owner_id=ask.liaison.owner_id if ask.liaison else None,
        liaison_deadline_at=ask.liaison.deadline_at if ask.liaison else None,
        requested_at=call.now,
        requested_month=month_of(call.now, governing.zone),
        is_late=False,
        is_drawn=False,
        is_abused=False,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        matter_id=judgement.matter_id if judgement.matter_id.int else authorisation_id,
        version=1,
    )


def _facts(ask: Ask) -> dict[str, object]:
    return {
        code: {
            "is_declared": fact.is_declared,
            "number": fact.number,
            "file_ids": [str(one) for one in fact.file_ids],
        }
        for code, fact in ask.facts.items()
    }


def _steps(row: AuthorisationRow, judgement: Judgement) -> list[AuthorisationStepRow]:
    return [
        AuthorisationStepRow(
            id=new_id(),
            company=row.company,
            authorisation_id=row.id,
            position=position,
            code=f"{step.stage.value}-{position}",
            stage=step.stage.value,
            text=step.text,
            posts=list(step.posts),
            condition=step.condition,
            files_order=step.files_order,
            limit_budget=step.limit.budget if step.limit else None,
            limit_unit=step.limit.unit.value if step.limit else None,
            limit_calendar=step.limit.calendar if step.limit else None,
            state="pending",
        )
        for position, step in enumerate(judgement.steps, 1)
    ]
