"""Taking a case in (受理): one statement writes case, clocks, plan, history, audit and facts (design.md 3)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.complaint.cases import events, repository
from services.complaint.cases.errors import UnknownAttachmentError, UnknownCustomerError
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import ComplaintState, Intake, Standing, moment_of
from services.complaint.cases.service.clocks import subject_of
from services.complaint.cases.service.emergency import PlannedStep, informed_posts, planned_steps
from services.complaint.cases.service.governing import Governing, terms_of
from services.complaint.policy import CaseTerms, Start
from services.complaint.policy_handling import OwnerRule
from shared.access.blind_index import BlindIndex
from shared.access.encryption import FieldCipher
from shared.access.phones import normalise
from shared.access.principal import Principal
from shared.audit import trail as audit
from shared.contracts.base import Routing
from shared.database.numbers import Numbers
from shared.events import outbox
from shared.http.hot_tx import HotTx
from shared.ids import human_number, new_id
from shared.sla.hot import open_clocks

SEQUENCE = "complaint_numbers"
PREFIX = "TS"
_ATTEMPTS = 3
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sealing:
    """How a complainant's contact is stored: encrypted, findable by blind index."""

    cipher: FieldCipher
    index: BlindIndex

    def seal(self, case: ComplaintRow, column: str, value: str) -> str:
        """Encrypt one field of a case."""
        return self.cipher.encrypt(value, table=ComplaintRow.__tablename__, column=column, row_id=case.id)

    def open(self, case: ComplaintRow, column: str) -> str | None:
        """Decrypt one field of a case."""
        stored: str | None = getattr(case, column)
        if stored is None:
            return None
        return self.cipher.decrypt(stored, table=ComplaintRow.__tablename__, column=column, row_id=case.id)


async def standing_of(hot: HotTx, customer_id: UUID | None, company: str) -> Standing:
    """What is known of the customer; an unknown one is taken as he is named.  Raises: UnknownCustomerError."""
    if customer_id is None:
        return Standing()
    row = await repository.customer_standing(hot, customer_id)
    if row is None:
        return Standing(customer_id=customer_id)
    if row["company"] != company:
        raise UnknownCustomerError.at_pointer("/customer_id")
    return Standing(row["id"], row["tier"], row["party"], row["account_manager_id"], row["tier_version"])


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything that one intake writes, ready for the hot statement."""

    case: ComplaintRow
    records: dict[str, Any]
    standing: Standing


async def open_complaint(
    hot: HotTx,
    *,
    complaint_id: UUID,
    intake: Intake,
    governing: Governing,
    principal: Principal,
    numbers: Numbers,
    sealing: Sealing,
    claim: tuple[object, ...],
    now: datetime,
) -> tuple[int, str] | None:
    """Open the case, its clocks and, at the gravest grade, its emergency plan; answers its version and JSON.

    None when the key was used before.

    Raises: UnknownCodeError, ExternalReferenceRequiredError, GradeLoweredAtIntakeError, OccurredInFutureError,
    UnknownCustomerError, UnknownAttachmentError.
    """
    governing.check(intake)
    await _check_attachments(hot, intake, principal)
    number = human_number(PREFIX, now.astimezone(governing.zone).date(), await numbers.take(SEQUENCE))
    for _ in range(_ATTEMPTS):
        standing = await standing_of(hot, intake.customer_id, principal.company)
        opening = prepare(complaint_id, number, intake, standing, governing, principal, sealing, now)
        opened = await repository.insert_opening(hot, claim, opening.records, standing, principal.company)
        if opened is not None:
            return opened
        known = await standing_of(hot, intake.customer_id, principal.company)
        if known == standing:
            return None
    return None


async def _check_attachments(hot: HotTx, intake: Intake, principal: Principal) -> None:
    if not intake.attachment_ids:
        return
    known = await repository.own_files(hot, principal.company, principal.actor, intake.attachment_ids)
    if not known.issuperset(intake.attachment_ids):
        raise UnknownAttachmentError.at_pointer("/attachment_ids")


def prepare(
    complaint_id: UUID,
    number: str,
    intake: Intake,
    standing: Standing,
    governing: Governing,
    principal: Principal,
    sealing: Sealing,
    now: datetime,
) -> Opening:
    """Decide grade, tier, owner and promises, and shape every row; pure but for fresh ids."""
    terms, rule = terms_of(governing, intake, standing)
    case = _case(complaint_id, number, intake, standing, terms, governing, principal, now)
    case.grade_reason = rule
    case.is_tier_default = standing.tier is None
    _seal_contact(case, intake, sealing)
    steps = planned_steps(governing, case.grade, case.opened_at)
    facts = [events.opened(case, now)]
    if steps:
        case.version += 1
        case.emergency_started_at = case.opened_at
        informs = informed_posts(governing, case.grade)
        facts.append(events.emergency_started(case, [step.code for step in steps], informs, now))
    records = {
        "case": repository.record_of(case),
        "steps": [_history(case, intake, principal, now)],
        "emergency": [step.record(case) for step in steps],
        "clocks": _clocks(case, terms, steps, governing, now),
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
) -> ComplaintRow:
    window = governing.chapter.recording.occurred_at_window_minutes
    opened_at = moment_of(intake.occurred_at, now=now, since=_LONG_AGO, window_minutes=window).judged_at
    holder = _holder(governing, terms, intake, standing, principal)
    return ComplaintRow(
        id=complaint_id,
        company=principal.company,
        number=number,
        kind=intake.kind.value,
        channel=intake.channel,
        external_source=intake.channel if intake.external_reference else None,
        external_reference=intake.external_reference,
        external_deadline_at=intake.external_deadline_at,
        category=intake.category,
        grade=terms.grade,
        state=ComplaintState.RECEIVED.value,
        summary=intake.summary,
        description=intake.description,
        circumstances=list(intake.circumstances),
        affected_customers=intake.affected_customers,
        attachment_ids=list(intake.attachment_ids),
        customer_id=standing.customer_id,
        customer_kind=terms.party,
        tier=terms.tier,
        handling_level=terms.level,
        is_anonymous=intake.is_anonymous,
        first_responsible_id=principal.staff_id,
        owner_id=holder.owner_id,
        team=holder.team,
        department=holder.department,
        posts=holder.posts,
        cycle=1,
        opened_at=opened_at,
        cycle_started_at=opened_at,
        recorded_at=now,
        policy_pack=governing.policy.pack,
        policy_version=governing.version,
        matter_id=complaint_id,
        version=1,
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


def _seal_contact(case: ComplaintRow, intake: Intake, sealing: Sealing) -> None:
    """Store the complainant's contact only where the complainant is not the linked customer (design.md 3)."""
    if intake.complainant_name:
        case.complainant_name = sealing.seal(case, "complainant_name", intake.complainant_name)
    if intake.complainant_phone:
        phone = normalise(intake.complainant_phone)
        case.complainant_phone = sealing.seal(case, "complainant_phone", phone.e164)
        case.complainant_phone_index = sealing.index.phone(case.company, phone.e164)
        case.complainant_phone_last4 = sealing.index.last_four(case.company, phone.e164)


def _clocks(
    case: ComplaintRow, terms: CaseTerms, steps: list[PlannedStep], governing: Governing, now: datetime
) -> list[dict[str, Any]]:
    stamp = governing.stamp(terms)
    promises = governing.promises(terms, Start.RECEIPT, case.opened_at)
    rows = open_clocks(subject_of(case), stamp, promises, governing.calendars, case.opened_at, now=now).rows
    for step in steps:
        opened = open_clocks(step.subject(case), stamp, [step.promise], governing.calendars, case.opened_at, now=now)
        rows = [*rows, *opened.rows]
    return rows


def _history(case: ComplaintRow, intake: Intake, principal: Principal, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "id": new_id(),
        "complaint_id": case.id,
        "company": case.company,
        "cycle": 1,
        "action": "open",
        "occurred_at": intake.occurred_at or now,
        "judged_at": case.opened_at,
        "actor_id": principal.staff_id,
        "to_state": case.state,
        "detail": {"grade": case.grade, "grade_reason": case.grade_reason, "tier": case.tier},
    }
