"""Good examples are published by the office, in words that name nobody, as the pack says by a second person."""

from uuid import UUID

from services.inspection.findings.rules import FindingState
from services.inspection.findings.service import reading as findings
from services.inspection.improvement import events
from services.inspection.improvement.errors.gathering import (
    ExampleFourEyesError,
    ExampleKnownError,
    ExampleNotPublishableError,
)
from services.inspection.improvement.models.examples import GoodExampleRow
from services.inspection.improvement.repository import examples
from services.inspection.improvement.rules.drafts import check_public
from services.inspection.improvement.rules.states import ExampleAct, ExampleState, check_example
from services.inspection.improvement.service.raising import FINDING_READ
from services.inspection.improvement.service.work import EXAMPLE, ImprovementCall
from services.inspection.policy_improvement import Published
from shared.contracts.inspection_improvement import GoodExamplePublished, GoodExampleWithdrawn
from shared.errors import NotFoundError


async def draft(call: ImprovementCall, example_id: UUID, *, finding_id: UUID, title: str, words: str) -> GoodExampleRow:
    """Write what is to be published of a confirmed good example.

    Raises: ImprovementPostError, ExamplePersonalError, ExampleNotPublishableError, ExampleKnownError.
    """
    governing = call.deed.in_force()
    terms = governing.chapter.improvement.good_examples
    call.check_posts(terms.drafted_by)
    check_public(title=title, words=words)
    try:
        finding = await findings.read(call.session, finding_id, findings.sight(call.principal, FINDING_READ))
    except NotFoundError:
        raise ExampleNotPublishableError.at_pointer("/finding_id") from None
    is_confirmed = finding.confirmed_at is not None and finding.state == FindingState.CLOSED
    if not (finding.is_good_example and finding.is_publishable and is_confirmed):
        raise ExampleNotPublishableError.at_pointer("/finding_id")
    row = await examples.insert_new(
        call.session,
        {
            "id": example_id,
            "company": call.deed.company,
            "finding_id": finding.id,
            "clause": finding.clause,
            "department": finding.department,
            "posts": list(terms.published_by),
            "title": title,
            "words": words,
            "state": ExampleState.DRAFTED.value,
            "drafted_by": call.principal.staff_id,
            "drafted_at": call.now,
            "matter_id": finding.matter_id,
            "policy_version": governing.version,
        },
    )
    if row is None:
        raise ExampleKnownError("该好的做法已登记，不能重复公布。")
    await call.deed.tell(row, EXAMPLE, "draft")
    return row


async def publish(call: ImprovementCall, example_id: UUID) -> GoodExampleRow:
    """Let everybody read it.

    Raises: GoodExampleNotFoundError, StaleError, ExampleStepNotAllowedError, ImprovementPostError,
    ExampleFourEyesError.
    """
    row, terms = await _taken(call, example_id, ExampleAct.PUBLISH)
    if terms.is_four_eyes and call.is_any(row.drafted_by):
        raise ExampleFourEyesError("登记人不得公布本人登记的好的做法。")
    row.state, row.published_by, row.published_at = ExampleState.PUBLISHED.value, call.principal.staff_id, call.now
    said = events.of_example(row, GoodExamplePublished, call.now, published_by=call.principal.staff_id)
    await call.deed.tell(row, EXAMPLE, "publish", said)
    return row


async def withdraw(call: ImprovementCall, example_id: UUID, *, reason: str) -> GoodExampleRow:
    """It is public no more, or never becomes it.  Raises: as `publish`."""
    row, _ = await _taken(call, example_id, ExampleAct.WITHDRAW)
    was_public = row.state == ExampleState.PUBLISHED
    row.state, row.withdraw_reason = ExampleState.WITHDRAWN.value, reason
    row.withdrawn_by, row.withdrawn_at = call.principal.staff_id, call.now
    said = (events.of_example(row, GoodExampleWithdrawn, call.now),) if was_public else ()
    await call.deed.tell(row, EXAMPLE, "withdraw", *said)
    return row


async def _taken(call: ImprovementCall, example_id: UUID, act: ExampleAct) -> tuple[GoodExampleRow, Published]:
    row = await call.take(GoodExampleRow, example_id)
    check_example(act, row.state)
    terms = call.deed.governing(row.policy_version, row.drafted_at).chapter.improvement.good_examples
    call.check_posts(terms.published_by)
    return row, terms
