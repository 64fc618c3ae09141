"""From stage to stage: the next one begins when the one before is done."""

from services.complaint.delegation.rules.states import AuthorisationState
from services.complaint.delegation.rules.steps import Stage
from services.complaint.delegation.service.work import AuthorityWork


async def move_on(work: AuthorityWork, *, is_new: bool = False, taken: Stage | None = None) -> None:
    """Answer the clock of the stage in which a step was taken and begin what comes next.

    Before the use: the next stage, or approved.  After it: completed when nothing is left.
    """
    row = work.row
    if taken is not None:
        await work.step_taken(taken)
    if row.state == AuthorisationState.PENDING:
        stages = work.open_stages
        if not stages:
            row.state, row.approved_at = AuthorisationState.APPROVED.value, work.call.now
        elif is_new or (taken is not None and stages != (taken,)):
            await work.start_stage(stages[0])
    elif row.state == AuthorisationState.EXECUTED and not work.pending(work.open_stages):
        row.state, row.closed_at = AuthorisationState.COMPLETED.value, work.call.now
    work.wait_for()
