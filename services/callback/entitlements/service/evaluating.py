"""The yearly evaluation of key accounts: opened by the calendar, written, reviewed by another person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers import service as customers
from services.callback.customers.models import CustomerRow
from services.callback.entitlements import events, repository
from services.callback.entitlements.errors import EvaluationNotYoursError, OwnEvaluationError
from services.callback.entitlements.models import EvaluationRow
from services.callback.entitlements.rules import (
    REVIEWED,
    WRITTEN,
    Assessment,
    EvaluationAct,
    EvaluationState,
    check,
)
from services.callback.policy_entitlements import EvaluationTerms
from services.callback.policy_in_force import Governing
from services.callback.visits.service.desk import VisitDesk
from services.callback.visits.service.owners import People, people, placed
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.contracts.callback_visits import AccountEvaluated, AccountEvaluationOpened
from shared.errors import StaleError
from shared.events import outbox
from shared.ids import human_number, new_id
from shared.policy.book import PolicyNotFoundError
from shared.sla.book import ClockBook
from shared.sla.promise import Subject

SUBJECT = "account_evaluation"
READ = "evaluation.read"
SEQUENCE = "account_evaluation_numbers"
PREFIX = "PJ"
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class EvaluationCall:
    """Who works on which evaluation, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    desk: VisitDesk
    evaluation_id: UUID
    expected_version: int
    now: datetime

    async def locked(self) -> EvaluationRow:
        """The evaluation, locked, in the version that the caller saw.

        Raises: EvaluationNotFoundError, StaleError.
        """
        row = await repository.get(self.session, self.evaluation_id, self.scope, lock=True)
        if row.version != self.expected_version:
            raise StaleError("年度评价已被他人修改，请重新读取后再操作。")
        return row

    def governing(self, row: EvaluationRow) -> Governing:
        """The revision by which it was opened."""
        return self.desk.governances.of_revision(row.company, row.policy_version, row.opened_at)

    async def audit(self, row: EvaluationRow, action: str, **detail: object) -> None:
        """Write the deed's audit row: ids, codes and versions only."""
        await self.session.flush()
        await record(
            self.session,
            company=row.company,
            action=f"{action}_evaluation",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=row.id,
            detail={"version": row.version, **detail},
        )


def subject_of(row: EvaluationRow) -> Subject:
    """The evaluation as its clocks know it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=row.routing,
        customer_id=row.customer_id,
        title=str(row.year),
    )


async def open_due(
    session: AsyncSession, desk: VisitDesk, company: str, *, after: UUID | None, now: datetime
) -> tuple[int, UUID | None]:
    """Open the year's evaluations of the next key accounts, in the pack's month only; where the next chunk begins."""
    try:
        governing = desk.governances.in_force(company, now)
        terms = governing.chapter.entitlements.evaluation
        today = now.astimezone(governing.zone).date()
    except PolicyNotFoundError:
        return 0, None
    if terms is None or today.month != terms.opens_month:
        return 0, None
    found = await customers.active(session, company, list(terms.tiers), after=after, limit=AT_ONCE)
    ids = [one.id for one in found]
    known = await repository.evaluated(session, company, today.year, ids)
    there = await people(session, desk, governing, ids, now)
    fresh = [one for one in found if one.id not in known]
    for customer in fresh:
        await _open(session, desk, governing, terms, customer, there, today.year, now)
    return len(fresh), ids[-1] if len(found) == AT_ONCE else None


async def _open(
    session: AsyncSession,
    desk: VisitDesk,
    governing: Governing,
    terms: EvaluationTerms,
    customer: CustomerRow,
    there: People,
    year: int,
    now: datetime,
) -> None:
    found = there.find(terms.provider, customer.id, customer.account_manager_id)
    columns = placed(found, terms.provider, governing, there.team_of(found.owner_id))
    columns.pop("provider_post")
    evaluation_id, today = new_id(), now.astimezone(governing.zone).date()
    row = EvaluationRow(
        id=evaluation_id,
        company=customer.company,
        number=human_number(PREFIX, today, await desk.numbers.take(SEQUENCE)),
        customer_id=customer.id,
        tier=customer.tier,
        year=year,
        state=EvaluationState.OPEN.value,
        opened_at=now,
        due_at=governing.moment_after(terms.written.limit, now),
        scores={},
        improvements=[],
        matter_id=evaluation_id,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        version=1,
        **columns,
    )
    await repository.add(session, row)
    book = ClockBook(session, calendars=governing.calendars, now=now)
    await book.start(
        subject_of(row), governing.stamp(row.tier), [governing.promise(WRITTEN, terms.written)], started_at=now
    )
    await record(
        session,
        company=row.company,
        action="open_evaluation",
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"year": year},
    )
    await outbox.add(session, events.said(row, AccountEvaluationOpened, now, due_at=row.due_at))


async def submit(call: EvaluationCall, said: Assessment) -> EvaluationRow:
    """Say how the year was; stops `written`, starts `reviewed`.

    Raises: EvaluationNotFoundError, StaleError, EvaluationStepNotAllowedError, ScoreCategoryError,
    ImprovementMissingError.
    """
    row = await call.locked()
    check(EvaluationAct.SUBMIT, row.state)
    governing = call.governing(row)
    terms = terms_of(governing)
    said.check(await categories_of(call, row, governing), terms.low_up_to)
    row.scores, row.summary, row.needs = dict(said.scores), said.summary, said.needs
    row.improvements = list(said.improvements)
    row.state, row.submitted_by, row.submitted_at = (
        EvaluationState.SUBMITTED.value,
        call.principal.staff_id,
        call.now,
    )
    row.reviewed_by = row.reviewed_at = row.review_reason = None
    row.version += 1
    await call.session.flush()
    book = ClockBook(call.session, calendars=governing.calendars, now=call.now)
    await book.stop(subject_of(row), WRITTEN, actor=call.principal.actor)
    await book.start(
        subject_of(row),
        governing.stamp(row.tier),
        [governing.promise(REVIEWED, terms.reviewed)],
        started_at=call.now,
        sequence=await _turn(call, row),
    )
    await call.audit(row, "submit")
    return row


async def review(call: EvaluationCall, *, is_agreed: bool, reason: str | None) -> EvaluationRow:
    """Another person of the pack's posts agrees or gives it back; stops `reviewed`.

    Raises: EvaluationNotFoundError, StaleError, EvaluationStepNotAllowedError, OwnEvaluationError,
    EvaluationNotYoursError.
    """
    row = await call.locked()
    check(EvaluationAct.REVIEW, row.state)
    governing = call.governing(row)
    terms = terms_of(governing)
    if call.principal.is_self(row.submitted_by) or call.principal.is_self(row.owner_id):
        raise OwnEvaluationError("年度评价须由撰写人和负责人以外的人审核。")
    if not any(call.principal.holds(post) for post in terms.reviewed_by):
        raise EvaluationNotYoursError("现行规章未授权您的岗位审核年度评价。")
    row.state = (EvaluationState.AGREED if is_agreed else EvaluationState.RETURNED).value
    row.reviewed_by, row.reviewed_at, row.review_reason = call.principal.staff_id, call.now, reason
    row.version += 1
    await call.session.flush()
    book = ClockBook(call.session, calendars=governing.calendars, now=call.now)
    await book.stop(subject_of(row), REVIEWED, actor=call.principal.actor)
    if is_agreed:
        fact = events.said(
            row,
            AccountEvaluated,
            call.now,
            scores=dict(row.scores),
            improvement_count=len(row.improvements),
            reviewed_by=call.principal.staff_id,
        )
        await outbox.add(call.session, fact)
    else:
        promise = governing.promise(WRITTEN, terms.written)
        await book.start(
            subject_of(row),
            governing.stamp(row.tier),
            [promise],
            started_at=call.now,
            sequence=await _turn(call, row, WRITTEN),
        )
    await call.audit(row, "review", is_agreed=is_agreed)
    return row


def terms_of(governing: Governing) -> EvaluationTerms:
    """The pack's terms.  Raises: PolicyNotFoundError if the revision has none."""
    if governing.chapter.entitlements.evaluation is None:
        raise PolicyNotFoundError("规章未规定年度评价。")
    return governing.chapter.entitlements.evaluation


async def categories_of(call: EvaluationCall, row: EvaluationRow, governing: Governing) -> list[str]:
    """The categories in which the account has services."""
    known = await customers.known(call.session, row.customer_id, row.company)
    entitled = governing.chapter.entitlements.of(row.tier, known.party if known else None)
    return sorted({one.service.category for one in entitled})


async def _turn(call: EvaluationCall, row: EvaluationRow, metric: str = REVIEWED) -> int:
    """Counts the repetitions of a metric: a returned evaluation is written and reviewed again."""
    book = ClockBook(call.session, calendars=call.desk.governances.calendars, now=call.now)
    return sum(one.metric == metric for one in await book.clocks(SUBJECT, row.id)) + 1
