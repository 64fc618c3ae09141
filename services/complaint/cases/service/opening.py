"""What one intake writes: grade, tier, owner and promises decided, every row and fact shaped (design.md 3)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.complaint.cases import events, repository
from services.complaint.cases.models import NewCase
from services.complaint.cases.rules import ComplaintState, Intake, Origin, Standing, moment_of
from services.complaint.cases.service.clocks import subject_of
from services.complaint.cases.service.emergency import informed_posts, planned_steps
from services.complaint.cases.service.governing import Governing, terms_of
from services.complaint.cases.service.leading import name_leader
from services.complaint.cases.service.outside import external_promise, external_subject
from services.complaint.cases.service.questions import at_once
from services.complaint.cases.service.repeats import as_repeat, withheld
from services.complaint.cases.service.sealing import Sealing, seal_contact
from services.complaint.policy import CaseTerms, Start
from services.complaint.policy_handling import OwnerRule
from shared.access.principal import Principal
from shared.access.staff_book import StaffBook
from shared.audit import trail as audit
from shared.contracts.base import Routing
from shared.contracts.lifecycle import ComplaintLeaderNamed, ComplaintPraiseRecorded
from shared.events import outbox
from shared.events.fact import Fact
from shared.ids import new_id
from shared.sla.hot import open_clocks

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything that one intake writes, ready for the hot statement."""

    case: NewCase
    records: dict[str, Any]
    standing: Standing


def prepare(
    complaint_id: UUID,
    number: str,
    intake: Intake,
    standing: Standing,
    governing: Governing,
    principal: Principal,
    sealing: Sealing,
    staff: StaffBook,
    now: datetime,
    origin: Origin | None = None,
    matter_id: UUID | None = None,
) -> Opening:
    """Decide grade, tier, owner and promises, and shape every row; pure but for fresh ids."""
    terms, rule = terms_of(governing, intake, standing)
    if origin is not None:
        intake = as_repeat(intake, governing)
        terms, rule = terms_of(governing, intake, standing)
    case = _case(complaint_id, number, intake, standing, terms, governing, principal, now)
    case.grade_reason = rule
    case.repeat_of_id = origin.complaint_id if origin else None
    case.matter_id = matter_id or case.matter_id
    case.withheld_circumstance = withheld(governing, origin, is_anonymous=case.is_anonymous)
    seal_contact(case, intake, sealing)
    facts, clocks = [events.opened(case, now)], [*_clocks(case, intake, terms, governing, now)]
    emergency = _emergency(case, terms, governing, staff, facts, clocks, now)
    questions = _questions(case, terms, governing, facts, clocks, now)
    _tell(case, intake, governing, staff, facts, now)
    records = {
        "case": repository.record_of(case),
        "steps": [_history(case, intake, principal, now)],
        "emergency": emergency,
        "consultations": questions,
        "clocks": clocks,
        "outbox": [outbox.record(fact) for fact in facts],
        "audit": [
            audit.record_json(
                company=case.company,
                action="create_complaint",
                at=now,
                resource_type="complaint",
                resource_id=case.id,
                detail={"channel": case.channel, "kind": case.kind, "grade": case.grade, "tier": case.tier},
            )
        ],
    }
    return Opening(case, records, standing)


def _case(
    complaint_id: UUID,
    number: str,
    intake: Intake,
    standing: Standing,
    terms: CaseTerms,
    governing: Governing,
    principal: Principal,
    now: datetime,
) -> NewCase:
    window = governing.chapter.recording.occurred_at_window_minutes
    opened_at = moment_of(intake.occurred_at, now=now, since=_LONG_AGO, window_minutes=window).judged_at
    holder = _holder(governing, terms, intake, standing, principal)
    return NewCase(
        id=complaint_id,
        company=principal.company,
        number=number,
        kind=intake.kind.value,
        channel=intake.channel,
        external_source=intake.channel if intake.external_reference else None,
        external_reference=intake.external_reference,
        external_deadline_at=_external_deadline(governing, intake, opened_at),
        category=intake.category,
        grade=terms.grade,
        grade_reason=None,
        state=ComplaintState.RECEIVED.value,
        summary=intake.summary,
        description=intake.description,
        circumstances=list(intake.circumstances),
        affected_customers=intake.affected_customers,
        attachment_ids=list(intake.attachment_ids),
        customer_id=standing.customer_id,
        customer_kind=terms.party,
        tier=terms.tier,
        is_tier_default=standing.tier is None,
        handling_level=terms.level,
        is_anonymous=intake.is_anonymous,
        first_responsible_id=principal.staff_id,
        owner_id=holder.owner_id,
        team=holder.team,
        department=holder.department,
        posts=holder.posts,
        routing=holder,
        praised_staff_ids=list(intake.praised_staff_ids),
        involved_posts=[],
        opened_at=opened_at,
        cycle_started_at=opened_at,
        recorded_at=now,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        matter_id=complaint_id,
    )


def _holder(
    governing: Governing, terms: CaseTerms, intake: Intake, standing: Standing, principal: Principal
) -> Routing:
    """Who works the case at first: the pack's owner rule, else the first-responsible (首问负责制)."""
    rule = governing.chapter.assignment_of(terms.tier, terms.grade, intake.channel)
    own = Routing(owner_id=principal.staff_id, team=principal.team, department=principal.department)
    if rule is None or rule.owner is OwnerRule.FIRST_RESPONSIBLE:
        return own
    if rule.owner is OwnerRule.ACCOUNT_MANAGER:
        manager = standing.account_manager_id
        return Routing(owner_id=manager, department=rule.department) if manager else own
    return Routing(department=rule.department, posts=[rule.post] if rule.post else [])


def _external_deadline(governing: Governing, intake: Intake, opened_at: datetime) -> datetime | None:
    """The deadline given with the case, else that of the pack's centre: shown beside our own."""
    if intake.external_reference is None:
        return intake.external_deadline_at
    found = external_promise(governing, intake.channel, intake.external_deadline_at, opened_at)
    return governing.deadline(*found) if found else None


def _clocks(
    case: NewCase, intake: Intake, terms: CaseTerms, governing: Governing, now: datetime
) -> list[dict[str, Any]]:
    stamp, calendars = governing.stamp(terms), governing.calendars
    promises = governing.promises(terms, Start.RECEIPT, case.opened_at)
    rows = open_clocks(subject_of(case), stamp, promises, calendars, case.opened_at, now=now).rows
    if case.external_reference is None:
        return rows
    found = external_promise(governing, case.channel, intake.external_deadline_at, case.opened_at)
    if found is None:
        return rows
    centre = governing.chapter.centre_of(case.channel)
    if centre is not None:
        case.involve(centre.answered_by)
    owed = open_clocks(external_subject(case, centre), stamp, [found[0]], calendars, found[1], now=now)
    return [*rows, *owed.rows]


def _emergency(
    case: NewCase,
    terms: CaseTerms,
    governing: Governing,
    staff: StaffBook,
    facts: list[Fact],
    clocks: list[dict[str, Any]],
    now: datetime,
) -> list[dict[str, Any]]:
    """The plan of the gravest grade: its lines, each a clock, and the fact that informs the leaders."""
    steps = planned_steps(governing, case, case.opened_at, staff)
    if not steps:
        return []
    stamp, informs = governing.stamp(terms), informed_posts(governing, case.grade)
    for step in steps:
        clocks += open_clocks(
            step.subject(case), stamp, [step.promise], governing.calendars, case.opened_at, now=now
        ).rows
    case.version += 1
    case.emergency_started_at = case.opened_at
    case.involve(*informs, *(step.post for step in steps))
    facts.append(events.emergency_started(case, [step.code for step in steps], informs, now))
    return [step.record(case) for step in steps]


def _questions(
    case: NewCase,
    terms: CaseTerms,
    governing: Governing,
    facts: list[Fact],
    clocks: list[dict[str, Any]],
    now: datetime,
) -> list[dict[str, Any]]:
    """What the tier has asked together with the case; of a case entered afterwards from now on."""
    questions = at_once(governing, case.tier, now)
    for question in questions:
        stamp = governing.stamp(terms)
        clocks += open_clocks(question.subject(case), stamp, [question.promise], governing.calendars, now, now=now).rows
        case.involve(*question.posts)
        facts.append(question.fact(case, now, now))
    return [question.record(case, now, None) for question in questions]


def _tell(
    case: NewCase, intake: Intake, governing: Governing, staff: StaffBook, facts: list[Fact], now: datetime
) -> None:
    """What else the intake says: the leader in charge, staff who are praised."""
    if name_leader(case, governing, staff, now):
        case.version += 1
        post = case.leader_post or ""
        facts.append(
            events.stepped(
                case,
                ComplaintLeaderNamed,
                case.opened_at,
                now,
                tells=[post],
                leader_post=post,
                leader_id=case.leader_id,
            )
        )
    if intake.praised_staff_ids:
        case.version += 1
        facts.append(
            events.stepped(
                case,
                ComplaintPraiseRecorded,
                case.opened_at,
                now,
                staff_ids=case.praised_staff_ids,
                recorded_by=case.first_responsible_id,
            )
        )


def _history(case: NewCase, intake: Intake, principal: Principal, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "id": new_id(),
        "complaint_id": case.id,
        "company": case.company,
        "cycle": case.cycle,
        "action": "open",
        "occurred_at": intake.occurred_at or now,
        "judged_at": case.opened_at,
        "actor_id": principal.staff_id,
        "to_state": case.state,
        "detail": {"grade": case.grade, "grade_reason": case.grade_reason, "tier": case.tier},
    }
