"""The clock of a single proposal: from the proposal to the reviewing post's decision."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.policy import CHAPTER
from services.customer.tiering.models import TierProposalRow
from services.customer.tiering.service import basis
from shared.contracts.base import Routing
from shared.policy.book import Policy
from shared.policy.promises import promise_of
from shared.sla.book import ClockBook
from shared.sla.calendars import Calendars
from shared.sla.promise import PolicyStamp, Subject

SUBJECT = "tier_proposal"
DECISION = "decision"
"""The metric: how long the decision takes."""


async def start(
    session: AsyncSession, policy: Policy, calendars: Calendars, row: TierProposalRow, *, now: datetime
) -> None:
    """The reviewing posts have so long to decide; it stands in their work."""
    chapter = basis.chapter_of(policy)
    promised = chapter.tier_proposing.promised
    promise = promise_of(DECISION, promised, ladders=chapter.ladders, pauses=chapter.pauses)
    stamp = PolicyStamp(policy.pack, CHAPTER, policy.revision(CHAPTER).version, row.tier)
    subject = _subject(row.company, row.id, Routing(posts=list(chapter.tier_review.confirmed_by)), row)
    await ClockBook(session, calendars=calendars, now=now).start(subject, stamp, [promise])


async def stop(session: AsyncSession, calendars: Calendars, row: TierProposalRow, *, now: datetime) -> None:
    """It was decided; proposals of runs have no clock of their own."""
    subject = _subject(row.company, row.id, Routing(), row)
    await ClockBook(session, calendars=calendars, now=now).stop(subject, DECISION)


async def end_all(session: AsyncSession, company: str, proposal_ids: Sequence[UUID], *, now: datetime) -> None:
    """Nothing is to be decided any more; ending a clock reads no calendar."""
    for proposal_id in proposal_ids:
        book = ClockBook(session, calendars=Calendars(), now=now)
        await book.cancel(_subject(company, proposal_id, Routing()), reason="superseded")


def _subject(company: str, proposal_id: UUID, routing: Routing, row: TierProposalRow | None = None) -> Subject:
    return Subject(
        type=SUBJECT,
        id=proposal_id,
        company=company,
        routing=routing,
        customer_id=None if row is None else row.customer_id,
        title=SUBJECT if row is None else f"tier_{row.source}",
    )
