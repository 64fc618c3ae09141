"""Survey → contract facts; small functions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.callback.surveys.models import InvitationRow, SurveyRow, SurveyStratumRow
from services.callback.surveys.rules.results import TierResult
from shared.contracts.callback_surveys import (
    SurveyAnswered,
    SurveyClosed,
    SurveyInvitationFact,
    SurveyInvited,
    SurveyOpened,
    SurveyTierResult,
    SurveyTierSample,
)
from shared.events.fact import Fact


def opened(row: SurveyRow, strata: Sequence[SurveyStratumRow], now: datetime) -> Fact:
    """`callback.survey_opened`."""
    samples = [
        SurveyTierSample(tier=one.tier, population=one.population, sampled=one.sampled, channel=one.channel)
        for one in strata
    ]
    return _of_survey(row, SurveyOpened(**_about(row, now), strata=samples), now)


def closed(row: SurveyRow, results: Sequence[TierResult], now: datetime) -> Fact:
    """`callback.survey_closed`."""
    said = SurveyClosed(**_about(row, now), confidence=row.confidence, results=[_result(one) for one in results])
    return _of_survey(row, said, now)


def invited(row: InvitationRow, matter_id: UUID, now: datetime, *, is_reminder: bool = False) -> Fact:
    """`callback.survey_invited`."""
    return _of_invitation(row, SurveyInvited, matter_id, now, is_reminder=is_reminder)


def answered(
    row: InvitationRow, matter_id: UUID, now: datetime, *, is_satisfied: bool | None, recorded_by: UUID | None
) -> Fact:
    """`callback.survey_answered`."""
    return _of_invitation(row, SurveyAnswered, matter_id, now, is_satisfied=is_satisfied, recorded_by=recorded_by)


def _result(one: TierResult) -> SurveyTierResult:
    interval, target = one.interval, one.target_at_least
    return SurveyTierResult(
        tier=one.tier,
        population=one.population,
        sampled=one.sampled,
        responded=one.responded,
        satisfied=one.satisfied,
        rated=one.rated,
        unanswered=one.unanswered,
        lower_percent=float(interval.lower) if interval else None,
        upper_percent=float(interval.upper) if interval else None,
        target_at_least=None if target is None else float(target),
        is_target_met=one.is_target_met,
    )


def _about(row: SurveyRow, now: datetime) -> dict[str, Any]:
    return {
        "survey_id": row.id,
        "number": row.number,
        "period": row.period,
        "questionnaire": row.questionnaire,
        "questionnaire_version": row.questionnaire_version,
        "state": row.state,
        "occurred_at": now,
        "routing": row.routing,
    }


def _of_survey(row: SurveyRow, payload: SurveyOpened | SurveyClosed, now: datetime) -> Fact:
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="survey",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )


def _of_invitation(
    row: InvitationRow, kind: type[SurveyInvitationFact], matter_id: UUID, now: datetime, **more: Any
) -> Fact:
    payload = kind(
        survey_id=row.survey_id,
        invitation_id=row.id,
        customer_id=row.customer_id,
        tier=row.tier,
        channel=row.channel,
        occurred_at=now,
        routing=row.routing,
        **more,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="survey_invitation",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=matter_id,
    )
