"""What the clocks say is missed becomes a proposal, grows, ends, or is taken back: one sweep per company.

A scheduled job and no consumer: no service reads its own stream (shared/events/topology), and the clocks lie in this
very schema.  The clock is the cause, once: `redress.clock_id` is unique.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.service.governing import Governances, Governing
from services.complaint.policy import CaseTerms, Metric, Start, promises_for
from services.complaint.policy_redress import Price
from services.complaint.redress import repository
from services.complaint.redress.models import RedressRow
from services.complaint.redress.repository import Breach
from services.complaint.redress.rules import Act, RedressState, Wait, Worth, waits_of, worth
from services.complaint.redress.service.work import Work
from shared.contracts.redress import RedressProposed, RedressRaised, RedressRefused, RedressWithdrawn
from shared.ids import new_id
from shared.policy.commitments import covers
from shared.policy.promises import promise_of

OVERLAP = timedelta(minutes=10)
"""Looked at twice, so that a breach whose transaction ended late is not passed by."""
FIRST_LOOK = timedelta(days=31)
LIMIT = 200

_NEVER = datetime.max.replace(tzinfo=UTC)
_APPROVED = frozenset({"approved", "executed", "completed"})


@dataclass(frozen=True, slots=True)
class Sweep:
    """One company's turn."""

    session: AsyncSession
    company: str
    governances: Governances
    now: datetime

    async def run(self) -> int:
        """Propose what is newly missed, then bring what is open up to date; answers how many were touched."""
        return await self._propose() + await self._follow()

    async def _propose(self) -> int:
        mark = await repository.looked_until(self.session, self.company)
        since = mark - OVERLAP if mark else self.now - FIRST_LOOK
        after, made = UUID(int=0), 0
        while True:
            found = await repository.breaches(self.session, self.company, since=since, after_id=after, limit=LIMIT)
            for breach in found:
                made += await self._propose_one(breach)
            if len(found) < LIMIT:
                break
            since, after = found[-1].detected_at, found[-1].clock_id
        await repository.keep_mark(self.session, self.company, self.now)
        return made

    async def _propose_one(self, breach: Breach) -> int:
        governing = self.governances.of_revision(self.company, breach.policy_version)
        prices = governing.chapter.redress.prices
        if not prices or breach.metric not in set(Metric):
            return 0
        case = await self.session.get(ComplaintRow, breach.complaint_id)
        code = commitment_of(governing, case, breach) if case else None
        price = prices.get(code) if code else None
        if case is None or code is None or price is None or not covers(price.tiers, breach.tier):
            return 0
        row = _row(case, breach, code, price, self.now, governing)
        waits = await self._waits(row)
        _value(row, worth(row.terms, row.breached_at, self.now, ended_at=breach.stopped_at, waits=waits))
        row.ended_at = breach.stopped_at
        await repository.add(self.session, row)
        await Work(self.session, row, governing, self.now).tell(Act.PROPOSE, RedressProposed)
        return 1

    async def _follow(self) -> int:
        due = await repository.due(self.session, self.company, now=self.now, limit=LIMIT)
        for known in due:
            row = await repository.lock(self.session, known["id"])
            if row is not None:
                await self._bring_up(Work.on(self.session, row, self.governances, self.now), known)
        return len(due)

    async def _bring_up(self, work: Work, known: Mapping[str, Any]) -> None:
        row = work.row
        if known["breach_retracted_at"] is not None:
            await withdraw(work)
        elif row.state == RedressState.ACCRUING:
            await self._raise(work, known["stopped_at"])
        elif row.state == RedressState.SUBMITTED and known["authorisation_state"] in _APPROVED:
            await work.approve(known["approved_at"] or self.now)
        elif row.state == RedressState.SUBMITTED:
            row.take(Act.REFUSE, RedressState.REFUSED)
            row.refused_at = self.now
            await work.tell(Act.REFUSE, RedressRefused)

    async def _raise(self, work: Work, ended_at: datetime | None) -> None:
        row, before = work.row, (work.row.amount_fen, work.row.steps)
        found = worth(row.terms, row.breached_at, self.now, ended_at=ended_at, waits=await self._waits(row))
        if (found.amount_fen, found.steps) == before and not found.is_final:
            row.next_step_at = found.next_step_at
            return
        row.take(Act.RAISE, RedressState.ACCRUING)
        _value(row, found)
        row.ended_at = ended_at
        await work.tell(Act.RAISE, RedressRaised, from_fen=before[0])

    async def _waits(self, row: RedressRow) -> list[Wait]:
        return waits_of(await repository.waits(self.session, row.clock_id))


async def withdraw(work: Work) -> None:
    """The breach proved wrong: nothing is owed, and nobody has to pay."""
    was_due = work.row.state == RedressState.APPROVED
    work.row.take(Act.WITHDRAW, RedressState.WITHDRAWN)
    work.row.withdrawn_at, work.row.next_step_at = work.now, None
    if was_due:
        await work.book.cancel(work.subject, reason="breach_retracted", actor=work.actor)
    await work.tell(Act.WITHDRAW, RedressWithdrawn)


def commitment_of(governing: Governing, case: ComplaintRow, breach: Breach) -> str | None:
    """Which of the pack's commitments the clock kept: of those that limit the metric the earliest deadline governs."""
    terms = CaseTerms(
        kind=case.kind,
        tier=breach.tier or case.tier,
        party=case.customer_kind,
        grade=breach.grade,
        level=case.handling_level,
    )
    chapter, metric = governing.chapter, Metric(breach.metric)
    candidates = [one for start in Start for one in promises_for(chapter, terms, start=start).get(metric, ())]

    def deadline(code: str) -> datetime:
        promise = promise_of(metric.value, chapter.commitments[code], ladders=chapter.ladders, pauses=chapter.pauses)
        return governing.deadline(promise, breach.started_at) or _NEVER

    return min((one.code for one in candidates), key=deadline, default=None)


def _row(
    case: ComplaintRow, breach: Breach, code: str, price: Price, now: datetime, governing: Governing
) -> RedressRow:
    return RedressRow(
        id=new_id(),
        company=case.company,
        clock_id=breach.clock_id,
        complaint_id=case.id,
        cycle=breach.cycle,
        metric=breach.metric,
        commitment=code,
        tier=breach.tier,
        authority=price.authority,
        clause=price.clause,
        state=RedressState.ACCRUING.value,
        per=price.per.value,
        unit_fen=price.amount_fen,
        period_minutes=price.period_minutes,
        cap_fen=price.cap_fen,
        breached_at=breach.breached_at,
        proposed_at=now,
        owner_id=case.owner_id,
        team=case.team,
        department=case.department,
        posts=list(case.posts),
        proof_ids=[],
        customer_id=None if case.is_anonymous else case.customer_id,
        policy_pack=governing.policy.pack,
        policy_version=breach.policy_version,
        matter_id=case.matter_id,
        version=1,
    )


def _value(row: RedressRow, found: Worth) -> None:
    row.amount_fen, row.steps, row.next_step_at = found.amount_fen, found.steps, found.next_step_at
    row.state = (RedressState.PROPOSED if found.is_final else RedressState.ACCRUING).value
