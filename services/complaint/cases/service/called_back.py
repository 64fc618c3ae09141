"""A customer who was called back is not satisfied: the case begins anew, or one is taken in (domain.md 2.8).

The customer's words stay with the callback; the case keeps its id and number (ADR 0015).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases import events
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.models.callbacks import CaseCallbackRow
from services.complaint.cases.repository import callbacks as repository
from services.complaint.cases.repository import insert_opening
from services.complaint.cases.rules import Action, ComplaintKind, ComplaintState, Intake
from services.complaint.cases.service.cycles import begin, pass_on
from services.complaint.cases.service.discretion import viewer_of
from services.complaint.cases.service.governing import Governances, Governing
from services.complaint.cases.service.intake import PREFIX, SEQUENCE, Sealing, standing_of
from services.complaint.cases.service.opening import prepare
from services.complaint.cases.service.reading import ensure_readable
from services.complaint.cases.service.steps import Call, Step
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff import StaffDirectory
from shared.audit.trail import record
from shared.contracts.callback_quality import SupervisionComplained
from shared.contracts.calls import CallbackDissatisfied
from shared.contracts.complaint import ComplaintCallbackJoined, ComplaintReopened
from shared.contracts.inspection_supervisors import ObservationComplained
from shared.database.numbers import Numbers
from shared.errors import ConflictError
from shared.events import outbox
from shared.http.idempotency_store import OnceKey
from shared.ids import human_number, new_id

OPERATION = "open_complaint_by_callback"
BY_CALLBACK = "callback"
_ATTEMPTS = 3
_DONE = frozenset({ComplaintState.RESOLVED.value, ComplaintState.CLOSED.value})


class CallbackCaseError(ConflictError):
    """The customer's tier changed again and again while the case was written."""

    code = "callback_case_not_opened"
    title = "回访未能立案"


@dataclass(frozen=True, slots=True)
class CallbackCases:
    """What it takes to open cases in a worker."""

    governances: Governances
    numbers: Numbers
    sealing: Sealing
    staff: StaffDirectory

    async def hear(
        self, session: AsyncSession, company: str, said: CallbackDissatisfied, matter_id: UUID | None, *, now: datetime
    ) -> None:
        """Reopen the case that was asked about, or take one in; a callback is heard once."""
        if await repository.is_heard(session, said.callback_id):
            return
        is_case = said.subject_type == "complaint"
        case = await repository.case_of(session, company, said.subject_id) if is_case else None
        if case is not None and case.state in _DONE:
            effect = await self._reopen(session, case, said, now)
            await _keep(session, case.id, case.cycle, effect, company, said, now)
        elif case is not None and case.is_open:
            await _join(session, case, said, now)
            await _keep(session, case.id, case.cycle, "joined", company, said, now)
        else:
            complaint_id = await self._open(session, company, said, matter_id, now)
            await _keep(session, complaint_id, 1, "opened", company, said, now)

    async def _reopen(
        self, session: AsyncSession, case: ComplaintRow, said: CallbackDissatisfied, now: datetime
    ) -> str:
        """A new cycle; as often as the pack allows with whoever had the case, then with the pack's post."""
        governing = self.governances.of_revision(case.company, case.policy_version, case.opened_at)
        rule = governing.chapter.reopening
        count = await repository.reopened_by_callback(session, case.id)
        is_beyond = count >= rule.max_by_callback or case.cycle > rule.max_count
        call = Call(
            session,
            await self._caller(case.company, said.called_by, _posts(governing)),
            RowScope.everything(case.company),
            self.governances,
            case.id,
            case.version,
            now,
            self.staff,
        )
        note = _note(said)
        step = await Step.take(call, Action.REOPEN, reason=note, pointer="/reason")
        await begin(step)
        await step.finish(ComplaintReopened, note=note, reason=BY_CALLBACK)
        if is_beyond:
            await pass_on(step, rule.then_post)
        return "passed_on" if is_beyond else "reopened"

    async def _open(
        self,
        session: AsyncSession,
        company: str,
        said: CallbackDissatisfied,
        matter_id: UUID | None,
        now: datetime,
    ) -> UUID:
        governing = self.governances.in_force(company, now)
        chapter = governing.chapter
        intake = Intake(
            kind=ComplaintKind.COMPLAINT,
            channel=chapter.reopening.channel,
            category=said.category if said.category in chapter.categories else next(iter(chapter.categories)),
            summary=_note(said),
            customer_id=said.customer_id,
        )
        caller, connection = (
            await self._caller(company, said.called_by, ()),
            await repository.SessionConnection.of(session),
        )
        complaint_id, staff = new_id(), await self.staff.current()
        on = now.astimezone(governing.zone).date()
        number = human_number(PREFIX, on, await self.numbers.take(SEQUENCE))
        key = OnceKey(company, caller.actor, OPERATION, str(said.callback_id), b"")
        claim = key.arguments(resource_id=complaint_id, version=1, status=201, now=now)
        for _ in range(_ATTEMPTS):
            standing = await standing_of(connection, intake.customer_id, company)
            opening = prepare(
                complaint_id,
                number,
                intake,
                standing,
                governing,
                caller,
                self.sealing,
                staff,
                now,
                matter_id=matter_id,
            )
            viewer = viewer_of(caller, governing)
            if await insert_opening(connection, claim, opening.records, standing, company, viewer) is not None:
                return complaint_id
        raise CallbackCaseError

    async def _caller(self, company: str, staff_id: UUID, posts: tuple[str, ...]) -> Principal:
        """Whoever heard the customer: the first-responsible of what follows, by the house's own right to reopen."""
        member = (await self.staff.current()).get(staff_id)
        return Principal(
            staff_id=staff_id,
            company=company,
            companies=(company,),
            login="",
            posts=(*(member.posts if member else ()), *posts),
            roles=frozenset(),
            department=member.department if member else None,
            team=member.team if member else None,
        )


async def callbacks_of(session: AsyncSession, complaint_id: UUID, scope: RowScope) -> list[CaseCallbackRow]:
    """The callbacks that led to a case of the scope or its cycles.  Raises: ComplaintNotFoundError."""
    await ensure_readable(session, complaint_id, scope)
    return list(await repository.callbacks_of(session, complaint_id))


def _posts(governing: Governing) -> tuple[str, ...]:
    rule = governing.chapter.steps.get(Action.REOPEN.value)
    return rule.posts if rule else ()


def _note(said: CallbackDissatisfied) -> str:
    if isinstance(said, SupervisionComplained):
        return f"外部监督意见转投诉，原文见意见 {said.number}"
    if isinstance(said, ObservationComplained):
        return f"社会监督员意见转投诉，原文见监督意见 {said.number}"
    return f"回访客户表示不满意，原话见回访 {said.number}"


async def _join(session: AsyncSession, case: ComplaintRow, said: CallbackDissatisfied, now: datetime) -> None:
    """The case is worked on already: whoever works on it, and the callback, learn of each other."""
    case.version += 1
    await session.flush()
    await record(
        session,
        company=case.company,
        action="join_callback_complaint",
        at=now,
        resource_type="complaint",
        resource_id=case.id,
        detail={"version": case.version, "callback_id": str(said.callback_id)},
    )
    await outbox.add(session, events.stepped(case, ComplaintCallbackJoined, now, now, callback_id=said.callback_id))


async def _keep(
    session: AsyncSession,
    complaint_id: UUID,
    cycle: int,
    effect: str,
    company: str,
    said: CallbackDissatisfied,
    now: datetime,
) -> None:
    row = CaseCallbackRow(
        callback_id=said.callback_id,
        company=company,
        callback_number=said.number,
        complaint_id=complaint_id,
        cycle=cycle,
        effect=effect,
        called_by=said.called_by,
        reasons=list(said.reasons),
        heard_at=now,
    )
    await repository.keep_callback(session, row)
