"""What every step on a redress needs: the pack that governs, the payment's clock, and the record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service.clocks import book_of
from services.complaint.cases.service.governing import Governances, Governing
from services.complaint.policy import CHAPTER
from services.complaint.policy_redress import Price
from services.complaint.redress import events
from services.complaint.redress.models import RedressRow
from services.complaint.redress.rules import PAYMENT, Act, RedressState
from shared.audit.trail import record
from shared.contracts.redress import RedressApproved, RedressFact
from shared.events import outbox
from shared.policy.commitments import Promised
from shared.policy.promises import promise_of
from shared.sla.book import ClockBook
from shared.sla.promise import PolicyStamp, Promise, Subject

SUBJECT = "redress"


@dataclass(frozen=True, slots=True)
class Work:
    """One locked redress in its transaction."""

    session: AsyncSession
    row: RedressRow
    governing: Governing
    now: datetime
    actor: str | None = None

    @classmethod
    def on(
        cls, session: AsyncSession, row: RedressRow, governances: Governances, now: datetime, actor: str | None = None
    ) -> "Work":
        """Under the revision that governs the case."""
        return cls(session, row, governances.of_revision(row.company, row.policy_version), now, actor)

    @property
    def price(self) -> Price:
        """What the pack says of the missed commitment."""
        return self.governing.chapter.redress.prices[self.row.commitment]

    @property
    def subject(self) -> Subject:
        """The redress as its clock knows it."""
        row = self.row
        return Subject(
            type=SUBJECT,
            id=row.id,
            company=row.company,
            matter_id=row.matter_id,
            routing=row.routing,
            customer_id=row.customer_id,
            title=row.commitment,
        )

    @property
    def book(self) -> ClockBook:
        """The clocks of this transaction."""
        return book_of(self.session, self.governing, self.now)

    async def approve(self, at: datetime) -> None:
        """The delegation agreed: the payment is due, counted from then."""
        row, price = self.row, self.price
        row.take(Act.APPROVE, RedressState.APPROVED)
        row.approved_at, row.posts = at, list(price.paid_by)
        row.department = price.department or row.department
        chapter = self.governing.chapter
        promised = Promised(limit=price.payment, ladder=price.ladder, clause=price.clause)
        promise: Promise = promise_of(
            PAYMENT, promised, ladders=chapter.ladders, pauses=chapter.pauses, is_consequence=True
        )
        stamp = PolicyStamp(row.policy_pack, CHAPTER, row.policy_version, row.tier)
        await self.book.start(self.subject, stamp, [promise], started_at=at)
        await self.tell(Act.APPROVE, RedressApproved, at=at)

    async def tell(self, act: Act, kind: type[RedressFact], *, at: datetime | None = None, **said: Any) -> None:
        """Write the audit row and publish the fact."""
        await self.session.flush()
        await record(
            self.session,
            company=self.row.company,
            action=f"{act.value}_redress",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=self.row.id,
            detail={"version": self.row.version, "amount_fen": self.row.amount_fen, "state": self.row.state},
        )
        await outbox.add(self.session, events.said(self.row, kind, self.now, at=at, **said))
