"""Retaliation against a complainant (打击报复): reported by anybody who knows of the case, known to the office only.

Nothing of it shows on the case: no step, no version, no clock of the case.  The report has a clock of its own that lies
with the office's posts; whoever reported gets a receipt and nothing more; whoever is accused never sees it, though he
were of the office.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import moment_of
from services.complaint.cases.service.clocks import book_of, governing_case, terms_of_case
from services.complaint.cases.service.governing import Governing
from services.complaint.cases.service.steps import Call
from services.complaint.dossier import events
from services.complaint.dossier.errors import AccusedUnknownError, RetaliationDeciderError
from services.complaint.dossier.models import RetaliationRow
from services.complaint.dossier.repository import cases
from services.complaint.dossier.repository import retaliation as repository
from services.complaint.dossier.rules.matters import Decision, Report, RetaliationState, check_decision
from services.complaint.dossier.service.access import case_of, files_of
from shared.access.principal import Principal
from shared.access.staff_book import StaffBook
from shared.audit.trail import record
from shared.contracts.base import Routing
from shared.errors import StaleError
from shared.events import outbox
from shared.policy.promises import promise_of
from shared.sla.promise import Subject

SUBJECT = "retaliation"
METRIC = "retaliation_answer"


@dataclass(frozen=True, slots=True)
class Accused:
    """Whom a report or a decision names, with what they are checked against."""

    staff: StaffBook
    person_ids: Iterable[UUID]
    department: str | None

    def check(self, company: str, governing: Governing) -> None:
        """Raises: AccusedUnknownError."""
        for staff_id in self.person_ids:
            member = self.staff.get(staff_id)
            if member is None or member.company != company:
                raise AccusedUnknownError.at_pointer("/person_ids")
        if self.department is not None and self.department not in governing.policy.common.departments:
            raise AccusedUnknownError.at_pointer("/department")


async def report(call: Call, report_id: UUID, said: Report, staff: StaffBook) -> RetaliationRow:
    """Take a report in and start the office's clock.

    Raises: ComplaintNotFoundError, AccusedUnknownError, RecordFileUnknownError, OccurredInFutureError,
    OccurredBeforeCaseError.
    """
    case = await case_of(call)
    governing = governing_case(call.governances, case)
    Accused(staff, said.person_ids, said.department).check(case.company, governing)
    moment = moment_of(said.occurred_at, now=call.now, since=case.opened_at, window_minutes=0)
    row = RetaliationRow(
        id=report_id,
        company=case.company,
        complaint_id=case.id,
        cycle=case.cycle,
        source=said.source.value,
        statement=said.statement,
        person_ids=list(dict.fromkeys(said.person_ids)),
        department=said.department,
        file_ids=list(await files_of(call, said.file_ids)),
        occurred_at=moment.occurred_at,
        reported_by=call.principal.staff_id,
        reported_at=call.now,
        state=RetaliationState.REPORTED.value,
        reported_to=list(governing.chapter.dossier.retaliation.reported_to),
        matter_id=case.matter_id,
        version=1,
    )
    call.session.add(row)
    await call.session.flush()
    await _start_clock(call, row, case, governing)
    await _audit(call, row, "report_retaliation")
    await outbox.add(call.session, events.retaliation_reported(row, case))
    return row


async def decide(call: Call, report_id: UUID, decision: Decision, staff: StaffBook) -> RetaliationRow:
    """Confirm a report, which proposes the pack's consequence, or hold it unfounded.

    Raises: RetaliationNotFoundError, StaleError, RetaliationDecidedError, RetaliationDeciderError,
    AccusedMissingError, AccusedUnknownError.
    """
    row = await _locked(call, report_id)
    case = await cases.case(call.session, row.complaint_id)
    governing = governing_case(call.governances, case)
    if not any(call.principal.holds(post) for post in row.reported_to):
        raise RetaliationDeciderError("现行规章规定由服务管理办公室作出结论。")
    check_decision(
        row.state,
        decision,
        decider_ids=frozenset(_own_ids(call.principal)),
        reported_by=row.reported_by,
        accused=frozenset(row.person_ids),
    )
    Accused(staff, decision.person_ids, decision.department).check(row.company, governing)
    row.state, row.version = decision.state.value, row.version + 1
    row.decided_by, row.decided_at, row.decision_reason = call.principal.staff_id, call.now, decision.reason
    if decision.is_confirmed:
        chapter = governing.chapter
        row.mark = chapter.dossier.retaliation.mark
        row.consequence = chapter.findings.marks[row.mark].consequence
        row.proved_person_ids, row.proved_department = list(decision.person_ids), decision.department
    await call.session.flush()
    book = book_of(call.session, governing, call.now)
    await book.stop(_subject(row), METRIC, actor=call.principal.actor)
    await _audit(call, row, "decide_retaliation")
    await outbox.add(call.session, events.retaliation_decided(row, case, call.now))
    return row


async def shown(call: Call) -> Sequence[RetaliationRow]:
    """The reports on a case, for the office.  Raises: ComplaintNotFoundError."""
    case = await case_of(call)
    return await repository.of_case(call.session, case.id, call.scope, _own_ids(call.principal))


async def shown_one(call: Call, report_id: UUID) -> RetaliationRow:
    """One report, for the office.  Raises: RetaliationNotFoundError."""
    return await repository.get(call.session, call.complaint_id, report_id, call.scope, _own_ids(call.principal))


async def receipt(call: Call, report_id: UUID) -> RetaliationRow:
    """The report that the caller has just made."""
    return await repository.receipt(call.session, report_id)


def _own_ids(principal: Principal) -> tuple[UUID, ...]:
    return (principal.staff_id, *principal.acting_for)


async def _locked(call: Call, report_id: UUID) -> RetaliationRow:
    row = await repository.get(
        call.session, call.complaint_id, report_id, call.scope, _own_ids(call.principal), lock=True
    )
    if row.version != call.expected_version:
        raise StaleError("举报已被他人处理，请重新读取后再操作。")
    return row


def _subject(row: RetaliationRow) -> Subject:
    """The report as its clock knows it: no customer, no category, nothing of the case."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=Routing(posts=list(row.reported_to)),
        title=SUBJECT,
    )


async def _start_clock(call: Call, row: RetaliationRow, case: ComplaintRow, governing: Governing) -> None:
    chapter = governing.chapter
    promise = promise_of(METRIC, chapter.dossier.retaliation.answer, ladders=chapter.ladders, pauses=chapter.pauses)
    await book_of(call.session, governing, call.now).start(
        _subject(row), replace(governing.stamp(terms_of_case(case)), tier=None, grade=None), [promise]
    )


async def _audit(call: Call, row: RetaliationRow, action: str) -> None:
    await record(
        call.session,
        company=row.company,
        action=action,
        at=call.now,
        resource_type=SUBJECT,
        resource_id=row.id,
        detail={"version": row.version, "state": row.state},
    )
