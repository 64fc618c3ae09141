"""By which fact each clause is reached; what no fact says is raised by a person."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from shared.contracts.authority import AuthorityAbused
from shared.contracts.base import EventPayload
from shared.contracts.callback_quality import CallbackFalsified
from shared.contracts.entry import DataMisuseConfirmed, EntryErrorsConfirmed, RightsWithdrawn
from shared.contracts.finding import ConsequenceProposed
from shared.contracts.inspection_findings import GoodExampleConfirmed, InspectionFindingConfirmed
from shared.contracts.inspection_improvement import ImprovementAccepted
from shared.contracts.inspection_notices import (
    InspectionConsequenceProposed,
    InspectionNoticeClosed,
    InspectionNoticeLate,
)
from shared.contracts.lifecycle import ComplaintPraiseRecorded, ComplaintSuggestionAdopted
from tests.incentive.integration.proposals.board import breach, finding, inspected, noticed, praise
from tests.support.stage import Json, Stage
from tests.support.world import Company

Way = Callable[[Stage, Company], EventPayload]


def _mark(mark: str) -> Way:
    return lambda stage, company: finding(stage, company.person("crew"), marks=(mark,))


def _abuse(*, has_damage: bool) -> Way:
    def made(stage: Stage, company: Company) -> EventPayload:
        return AuthorityAbused(
            abuse_id=uuid4(),
            authorisation_id=uuid4(),
            number="SQ1",
            authority="x",
            category="permission",
            clause="c",
            state="used",
            requested_by=company.person("crew"),
            kind="exceeded",
            person_id=company.person("crew"),
            points=3,
            has_damage=has_damage,
            reported_by=company.person("agent"),
            occurred_at=stage.clock.now(),
        )

    return made


def _example(clause: str) -> Way:
    return lambda stage, company: inspected(
        GoodExampleConfirmed, stage, company.person("crew"), points=0, clause=clause
    )


def _falsified(stage: Stage, company: Company) -> EventPayload:
    return CallbackFalsified(
        callback_id=uuid4(),
        subject_type="order",
        subject_id=uuid4(),
        number="HF1",
        occurred_at=stage.clock.now(),
        customer_id=uuid4(),
        review_id=uuid4(),
        caller_id=company.person("agent"),
        month="2026-11",
        mode="recall",
        falsification_id=uuid4(),
        clause="c",
        proposed_by=company.person("crew"),
        confirmed_by=company.person("office"),
        again_callback_id=uuid4(),
    )


def _entry(stage: Stage, company: Company) -> EventPayload:
    said: Json = {"kind": "wrong", "concern": "requests", "check": "monthly", "rule": "r", "clause": "c"}
    return EntryErrorsConfirmed(
        **said,
        month="2026-11",
        finding_ids=[uuid4()],
        operator_id=company.person("clerk"),
        count=1,
        occurred_at=stage.clock.now(),
    )


def _withdrawn(stage: Stage, company: Company) -> EventPayload:
    return RightsWithdrawn(
        withdrawal_id=uuid4(),
        staff_id=company.person("clerk"),
        concerns=["requests"],
        ground="repeated_errors",
        state="withdrawn",
        clause="c",
        occurred_at=stage.clock.now(),
    )


def _misuse(stage: Stage, company: Company) -> EventPayload:
    now = stage.clock.now()
    return DataMisuseConfirmed(
        misuse_id=uuid4(), kind="leak", person_id=company.person("clerk"), clause="c", happened_at=now, occurred_at=now
    )


def _three_complaints(stage: Stage, company: Company) -> EventPayload:
    said: Json = {"rule": "three_in_year", "count": 3, "clause": "penalty-4", "finding_id": uuid4()}
    return ConsequenceProposed(
        **said,
        consequence_id=uuid4(),
        person_id=company.person("crew"),
        year=2026,
        complaint_id=uuid4(),
        occurred_at=stage.clock.now(),
    )


def _grave_notices(stage: Stage, company: Company) -> EventPayload:
    said: Json = {"consequence": "awards_lost", "count": 2, "clause": "rectification", "matter_id": uuid4()}
    return InspectionConsequenceProposed(
        **said,
        consequence_id=uuid4(),
        department="customer_service",
        year=2026,
        notice_ids=[uuid4(), uuid4()],
        occurred_at=stage.clock.now(),
    )


def _improvement(stage: Stage, company: Company) -> EventPayload:
    said: Json = {"number": "GJ1", "source_type": "finding", "clause": "improvement", "state": "accepted", "round": 1}
    return ImprovementAccepted(
        **said,
        improvement_id=uuid4(),
        department="customer_service",
        owner_id=company.person("crew"),
        proposer_id=company.person("crew"),
        matter_id=uuid4(),
        accepted_by=company.person("office"),
        occurred_at=stage.clock.now(),
    )


def _late(stage: Stage, company: Company) -> EventPayload:
    return noticed(InspectionNoticeLate, stage, breached_at=stage.clock.now() - timedelta(hours=1), minutes_late=3)


WAYS: dict[str, Way] = {
    "penalty-2-commitment": lambda stage, company: breach(stage, company.person("crew")),
    "department-commitment": lambda stage, _: breach(stage, None),
    "tier-failure": lambda stage, company: breach(stage, company.person("crew"), tier="vip"),
    "tier-failure-department": lambda stage, _: breach(stage, None, tier="key"),
    "penalty-3-mishandled": _mark("mishandled"),
    "penalty-3-preventable": _mark("preventable"),
    "penalty-3-unreported": _mark("not_reported"),
    "penalty-3-retaliation": _mark("retaliation"),
    "penalty-4-leak": _mark("data_leak"),
    "penalty-4-complaints": _three_complaints,
    "authority-abuse": _abuse(has_damage=False),
    "authority-damage": _abuse(has_damage=True),
    "entry-errors": _entry,
    "entry-withdrawal": _withdrawn,
    "entry-misuse": _misuse,
    "penalty-2-falsified": _falsified,
    "penalty-1-routine": lambda stage, company: inspected(InspectionFindingConfirmed, stage, company.person("crew")),
    "reward-example": lambda stage, company: inspected(GoodExampleConfirmed, stage, company.person("crew"), points=0),
    **{f"reward-{one}": _example(f"good-{one}") for one in ("efficiency", "brand", "honour", "composure")},
    "reward-department": lambda stage, _: inspected(GoodExampleConfirmed, stage, None, points=0),
    "reward-praise": lambda stage, company: praise(
        stage, ComplaintPraiseRecorded, staff_ids=[company.person("crew")], recorded_by=company.person("agent")
    ),
    "reward-customer": lambda stage, _: praise(stage, ComplaintSuggestionAdopted, kind="suggestion", answer="adopted"),
    "reward-improvement": _improvement,
    "department-notice-late": _late,
    "department-not-mending": lambda stage, _: noticed(InspectionNoticeClosed, stage, is_mended=False, minutes_late=3),
    "department-grave-notices": _grave_notices,
}
"""By clause; the others are raised by hand."""
