"""A survey is drafted for a quarter, its frame frozen, released by somebody else, closed with its results frozen."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.policy_in_force import Governing
from services.callback.policy_surveys import Channel
from services.callback.surveys import events
from services.callback.surveys.errors import (
    SurveyExistsError,
    SurveyFrameEmptyError,
    SurveyOpenerError,
    SurveyOwnFrameError,
    SurveyTooEarlyError,
)
from services.callback.surveys.models import InvitationRow, SurveyRow, SurveyStratumRow
from services.callback.surveys.repository import invitations, surveys
from services.callback.surveys.repository import results as results_repository
from services.callback.surveys.rules.sampling import sample_size, stratum_name
from services.callback.surveys.rules.states import (
    CLOSING,
    OPENING,
    InvitationState,
    SurveyAct,
    after,
    surveyed_quarter,
)
from services.callback.surveys.service.desk import SUBJECT, SurveyCall, SurveyDesk, subject_of
from services.callback.surveys.service.figures import live
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.events import outbox
from shared.ids import human_number, new_id
from shared.sla.book import ClockBook

SEQUENCE = "survey_numbers"
PREFIX = "DC"


@dataclass(frozen=True, slots=True)
class Draft:
    """Which survey is to be prepared, and by whom; nobody: by the quarterly job."""

    survey_id: UUID
    company: str
    period: str | None
    drafted_by: UUID | None


async def draft(session: AsyncSession, desk: SurveyDesk, asked: Draft, *, now: datetime) -> SurveyRow:
    """Prepare the survey of a quarter; starts `opening`.

    Raises: PolicyNotFoundError, SurveyPeriodError, SurveyExistsError.
    """
    governing = desk.governances.in_force(asked.company, now)
    rules = governing.chapter.surveys
    period = surveyed_quarter(asked.period, now, governing.zone)
    values = {
        "id": asked.survey_id,
        "company": asked.company,
        "number": human_number(PREFIX, now.astimezone(governing.zone).date(), await desk.numbers.take(SEQUENCE)),
        "period": period,
        "questionnaire": rules.questionnaire,
        "questionnaire_version": rules.questionnaires[rules.questionnaire].version,
        "seed": rules.seed,
        "confidence": rules.confidence,
        "department": rules.department,
        "posts": [governing.policy.common.departments[rules.department].default_post],
        "drafted_by": asked.drafted_by,
        "drafted_at": now,
        "policy_pack": governing.policy.pack,
        "policy_version": governing.version,
    }
    if not await surveys.add(session, values):
        raise SurveyExistsError("该季度已有满意度调查，如需重做请先撤销。")
    row = await surveys.get(session, asked.survey_id, RowScope.everything(asked.company))
    promise = governing.promise(OPENING, rules.opens)
    await ClockBook(session, calendars=governing.calendars, now=now).start(
        subject_of(row), governing.stamp(None), [promise], started_at=now
    )
    await record(
        session,
        company=row.company,
        action="draft_survey",
        at=now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"period": period, "questionnaire": row.questionnaire},
    )
    return row


async def frame(call: SurveyCall) -> SurveyRow:
    """Freeze who could be asked and draw the sample of each tier.

    Raises: SurveyNotFoundError, StaleError, SurveyStepNotAllowedError, SurveyFrameEmptyError.
    """
    row = await call.locked()
    row.state = after(SurveyAct.FRAME, row.state).value
    governing = call.governing(row)
    common, rules = governing.policy.common, governing.chapter.surveys
    before, behind = stratum_name(row.company, row.period, "\0", row.policy_version).split("\0")
    counted = await surveys.freeze_frame(
        call.session,
        {
            "survey_id": row.id,
            "company": row.company,
            "seed": row.seed,
            "before": before,
            "after": behind,
            "tiers": list(common.tiers),
            "default_tier": common.default_tier,
            "excluded": list(rules.excluded_tags),
        },
    )
    if not counted:
        raise SurveyFrameEmptyError("没有可以调查的客户：须为在用、未注销且未谢绝调查的客户。")
    strata = [_stratum(row, governing, tier, counted.get(tier, 0)) for tier in common.tiers]
    await surveys.add_strata(call.session, row.id, strata)
    row.framed_by, row.framed_at = call.principal.staff_id, call.now
    row.version += 1
    sizes = {one.tier: f"{one.sampled}/{one.population}" for one in strata}
    await call.audit(row, SurveyAct.FRAME.value, samples=sizes)
    return row


def _stratum(row: SurveyRow, governing: Governing, tier: str, population: int) -> SurveyStratumRow:
    terms = governing.chapter.surveys.terms(tier)
    return SurveyStratumRow(
        id=new_id(),
        company=row.company,
        survey_id=row.id,
        tier=tier,
        name=stratum_name(row.company, row.period, tier, row.policy_version),
        channel=terms.channel.value,
        margin_permille=terms.margin_permille,
        population=population,
        sampled=sample_size(
            population, confidence=row.confidence, margin_permille=terms.margin_permille, least=terms.least
        ),
        target_at_least=terms.target_at_least,
    )


async def release(call: SurveyCall) -> SurveyRow:
    """Release the survey into the field: its sample is to be invited; stops `opening`, starts `closing`.

    Raises: SurveyNotFoundError, StaleError, SurveyStepNotAllowedError, SurveyOpenerError, SurveyOwnFrameError.
    """
    row = await call.locked()
    state = after(SurveyAct.OPEN, row.state)
    governing = call.governing(row)
    if not any(call.principal.holds(post) for post in governing.chapter.surveys.opened_by):
        raise SurveyOpenerError("现行规章未授权您的岗位发布调查。")
    if call.principal.is_self(row.framed_by):
        raise SurveyOwnFrameError("抽样由您办理，请由他人复核并发布。")
    row.state, row.opened_by, row.opened_at = state.value, call.principal.staff_id, call.now
    row.version += 1
    asked = [_invitation(row, governing, one) for one in await surveys.sampled(call.session, row.id)]
    await invitations.add_all(call.session, asked)
    book = call.book(governing)
    await book.stop(subject_of(row), OPENING, actor=call.principal.actor)
    promise = governing.promise(CLOSING, governing.chapter.surveys.closes)
    await book.start(subject_of(row), governing.stamp(None), [promise], started_at=call.now)
    await call.audit(row, SurveyAct.OPEN.value, invitations=len(asked))
    await outbox.add(call.session, events.opened(row, await surveys.strata(call.session, row.id), call.now))
    return row


def _invitation(row: SurveyRow, governing: Governing, sampled: surveys.Sampled) -> InvitationRow:
    rules, is_called = governing.chapter.surveys, sampled.channel == Channel.CALLBACK
    return InvitationRow(
        id=new_id(),
        company=row.company,
        survey_id=row.id,
        tier=sampled.tier,
        customer_id=sampled.customer_id,
        channel=sampled.channel,
        state=InvitationState.TO_SEND.value,
        link_serial=0,
        owner_id=sampled.account_manager_id if sampled.channel == Channel.LINK else None,
        department=rules.calling_department if is_called else rules.department,
        posts=list(rules.callers) if is_called else [],
        version=1,
    )


async def close(call: SurveyCall) -> SurveyRow:
    """End the field and freeze the results; stops `closing`.  Whoever has not answered is unanswered.

    Raises: SurveyNotFoundError, StaleError, SurveyStepNotAllowedError, SurveyTooEarlyError.
    """
    row = await call.locked()
    state = after(SurveyAct.CLOSE, row.state)
    governing = call.governing(row)
    earliest = governing.moment_after(governing.chapter.surveys.earliest_close, row.opened_at or call.now)
    if call.now < earliest and await invitations.count_open(call.session, row.id):
        raise SurveyTooEarlyError("调查尚未满规定的最短期限，且仍有客户可以作答。")
    results = await live(call.session, row, governing)
    await results_repository.freeze(call.session, row.company, row.id, results)
    await invitations.end_open(call.session, row.id, call.now)
    row.state, row.closed_by, row.closed_at = state.value, call.principal.staff_id, call.now
    row.version += 1
    await call.book(governing).stop(subject_of(row), CLOSING, actor=call.principal.actor)
    await call.audit(row, SurveyAct.CLOSE.value, rated={one.tier: one.rated for one in results})
    await outbox.add(call.session, events.closed(row, results, call.now))
    return row


async def withdraw(call: SurveyCall, *, reason: str) -> SurveyRow:
    """Give up a survey that is not in the field; the quarter may have another.

    Raises: SurveyNotFoundError, StaleError, SurveyStepNotAllowedError.
    """
    row = await call.locked()
    row.state = after(SurveyAct.WITHDRAW, row.state).value
    row.withdrawn_by, row.withdrawn_at, row.reason = call.principal.staff_id, call.now, reason
    row.version += 1
    book = call.book(call.governing(row))
    await book.cancel(subject_of(row), [OPENING], reason="withdrawn", actor=call.principal.actor)
    await call.audit(row, SurveyAct.WITHDRAW.value)
    return row
