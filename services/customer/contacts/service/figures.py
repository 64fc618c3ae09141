"""Figures of the contacts by the pack's rules, and the judging of `first contact resolved`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.contacts.repository import figures
from services.customer.policy import CHAPTER, CustomerChapter
from shared.audit.trail import record
from shared.contracts.complaint import ComplaintFact
from shared.events.envelope import Event
from shared.policy.book import Policy


async def answered_in_time(
    session: AsyncSession, policy: Policy, *, from_at: datetime, until_at: datetime
) -> Sequence[Mapping[str, Any]]:
    """Tier, numerator, denominator: `contacts.answering` (domain.md 6: fewer than 3 rings)."""
    chapter = policy.chapter_as(CHAPTER, CustomerChapter)
    rule = chapter.contacts.answering
    return await figures.answered_in_time(
        session,
        policy.company,
        channels=rule.channels,
        fewer_than_rings=rule.fewer_than_rings,
        fewer_than_seconds=rule.fewer_than_seconds,
        default_tier=chapter.default_tier,
        from_at=from_at,
        until_at=until_at,
    )


async def first_contact_resolved(
    session: AsyncSession, policy: Policy, *, from_at: datetime, until_at: datetime
) -> Sequence[Mapping[str, Any]]:
    """Tier, numerator, denominator, unanswered: `contacts.first_contact`."""
    chapter = policy.chapter_as(CHAPTER, CustomerChapter)
    return await figures.first_contact_resolved(
        session, policy.company, default_tier=chapter.default_tier, from_at=from_at, until_at=until_at
    )


async def judge(session: AsyncSession, policy: Policy, *, now: datetime, limit: int) -> int:
    """Judge contacts whose window has passed; answers how many, with one audit row for all of them."""
    rule = policy.chapter_as(CHAPTER, CustomerChapter).contacts.first_contact
    judged = await figures.judge(
        session,
        policy.company,
        hours=rule.window_hours,
        by_topic=rule.same_topic_is_same_matter,
        now=now,
        limit=limit,
    )
    if judged:
        await record(
            session,
            company=policy.company,
            action="customer.first_contacts_judged",
            at=now,
            resource_type="contact",
            detail={"contacts": len(judged), "resolved": sum(is_resolved for _, is_resolved in judged)},
        )
    return len(judged)


async def keep_complaint(session: AsyncSession, event: Event) -> None:
    """A complaint of a customer, told by its service: judged on and shown in the timeline."""
    said = event.payload
    if not isinstance(said, ComplaintFact):
        return
    await figures.keep_complaint(
        session,
        {
            "id": said.complaint_id,
            "company": event.company,
            "number": said.number,
            "customer_id": said.customer_id,
            "matter_id": event.matter_id,
            "kind": said.kind,
            "category": said.category,
            "state": said.state,
            "at": said.occurred_at,
            "version": event.aggregate_version,
        },
    )
