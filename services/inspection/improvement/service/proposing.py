"""What employees propose: answered by the office within its clock, and read by whoever proposed it."""

from uuid import UUID

from services.inspection.improvement import events
from services.inspection.improvement.errors.improving import (
    ProposalDuplicateError,
    ProposalNotFoundError,
    ProposalNotOwnError,
    ProposalOwnError,
)
from services.inspection.improvement.models.proposals import StaffProposalRow
from services.inspection.improvement.repository import rows
from services.inspection.improvement.rules.drafts import (
    ImprovementDraft,
    ProposalAnswer,
    check_answer,
    check_department,
)
from services.inspection.improvement.rules.states import (
    ANSWER,
    TOLD,
    ImprovementSource,
    ProposalAct,
    ProposalState,
    check_proposal,
)
from services.inspection.improvement.service.raising import raise_improvement
from services.inspection.improvement.service.work import PROPOSAL, Clocks, Deed, ImprovementCall
from shared.access.scope import RowScope
from shared.contracts.inspection_improvement import StaffProposalAnswered, StaffProposalWithdrawn, StaffProposed
from shared.ids import new_id

PREFIX, SEQUENCE = "JY", "proposal_numbers"


async def file(
    call: ImprovementCall, proposal_id: UUID, *, title: str, words: str, concerns: str | None
) -> StaffProposalRow:
    """An employee proposes; the office owes an answer.  Raises: ImprovementCodeUnknownError."""
    deed = call.deed
    governing = deed.in_force()
    if concerns is not None:
        check_department(concerns, governing.policy.common.departments, "/concerns")
    terms, principal = governing.chapter.improvement.proposals, call.principal
    row = StaffProposalRow(
        id=proposal_id,
        company=deed.company,
        number=await deed.number(PREFIX, SEQUENCE, governing),
        title=title,
        words=words,
        concerns=concerns,
        proposer_id=principal.staff_id,
        department=principal.department,
        team=principal.team,
        posts=list(terms.answered_by),
        state=ProposalState.OPEN.value,
        filed_at=call.now,
        matter_id=new_id(),
        policy_version=governing.version,
        version=1,
    )
    await rows.add(call.session, row)
    await _clocks(deed, row).start(ANSWER, terms.answered, row.routing)
    await deed.tell(row, PROPOSAL, "file", events.of_proposal(row, StaffProposed, call.now))
    return row


async def answer(call: ImprovementCall, proposal_id: UUID, said: ProposalAnswer) -> StaffProposalRow:
    """Accept it as an improvement, decline it with a reason, or say which one it repeats.

    Raises: ProposalAnswerError, ProposalNotFoundError, StaleError, ProposalStepNotAllowedError, ImprovementPostError,
    ProposalOwnError, ImprovementCodeUnknownError, ProposalDuplicateError.
    """
    check_answer(said)
    if said.outcome is ProposalState.DUPLICATE:
        await rows.serialise(call.session, "duplicates", call.deed.company)
    row = await call.take(StaffProposalRow, proposal_id)
    check_proposal(ProposalAct.ANSWER, row.state)
    clocks = _clocks(call.deed, row)
    terms = clocks.governing.chapter.improvement.proposals
    call.check_posts(terms.answered_by)
    if call.is_any(row.proposer_id):
        raise ProposalOwnError("建议人不得答复本人的建议。")
    if said.duplicate_of is not None:
        row.duplicate_of = await _repeated(call, row, said.duplicate_of)
    if said.department is not None:
        row.improvement_id = await _accepted(call, row, said.department)
    row.answer, row.answered_by, row.answered_at = said.words, call.principal.staff_id, call.now
    row.state = said.outcome.value
    stopped = await clocks.stop(ANSWER)
    row.is_on_time = not any(one.is_late for one in stopped) if stopped else None
    await clocks.start(TOLD, terms.told, row.proposer_routing)
    told = events.of_proposal(
        row, StaffProposalAnswered, call.now, answered_by=call.principal.staff_id, is_on_time=row.is_on_time
    )
    await call.deed.tell(row, PROPOSAL, "answer", told, state=row.state)
    return row


async def withdraw(call: ImprovementCall, proposal_id: UUID) -> StaffProposalRow:
    """The proposer takes it back.

    Raises: ProposalNotFoundError, StaleError, ProposalStepNotAllowedError, ProposalNotOwnError.
    """
    row, clocks = await _own(call, proposal_id, ProposalAct.WITHDRAW)
    row.state = ProposalState.WITHDRAWN.value
    await clocks.cancel("withdrawn")
    await call.deed.tell(row, PROPOSAL, "withdraw", events.of_proposal(row, StaffProposalWithdrawn, call.now))
    return row


async def acknowledge(call: ImprovementCall, proposal_id: UUID) -> StaffProposalRow:
    """The proposer took note of the answer; once is enough.  Raises: as `withdraw`."""
    row, clocks = await _own(call, proposal_id, ProposalAct.ACKNOWLEDGE)
    row.read_at = row.read_at or call.now
    await clocks.stop(TOLD)
    await call.deed.tell(row, PROPOSAL, "acknowledge")
    return row


async def _own(call: ImprovementCall, proposal_id: UUID, act: ProposalAct) -> tuple[StaffProposalRow, Clocks]:
    row = await call.take(StaffProposalRow, proposal_id)
    if not call.is_any(row.proposer_id):
        raise ProposalNotOwnError("只有建议人本人可以办理。")
    check_proposal(act, row.state)
    return row, _clocks(call.deed, row)


async def _repeated(call: ImprovementCall, row: StaffProposalRow, duplicate_of: UUID) -> UUID:
    house = RowScope.everything(row.company)
    try:
        first = await rows.get(call.session, StaffProposalRow, duplicate_of, house)
    except ProposalNotFoundError:
        raise ProposalDuplicateError.at_pointer("/duplicate_of") from None
    if first.id == row.id or first.state in (ProposalState.DUPLICATE, ProposalState.WITHDRAWN):
        raise ProposalDuplicateError.at_pointer("/duplicate_of")
    return first.id


async def _accepted(call: ImprovementCall, row: StaffProposalRow, department: str) -> UUID | None:
    check_department(department, call.deed.in_force().policy.common.departments)
    draft = ImprovementDraft(
        source=ImprovementSource.PROPOSAL,
        source_id=row.id,
        source_number=row.number,
        title=row.title,
        department=department,
        proposer_id=row.proposer_id,
        matter_id=row.matter_id,
    )
    made = await raise_improvement(call.deed, new_id(), draft)
    return None if made is None else made.id


def _clocks(deed: Deed, row: StaffProposalRow) -> Clocks:
    governing = deed.governing(row.policy_version, row.filed_at)
    clause = governing.chapter.improvement.proposals.clause
    return Clocks(deed, governing, PROPOSAL, row.id, row.matter_id, clause)
