"""What every step on an authorisation needs: the locked row, its procedure, clocks and the record."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.complaint.cases.service.clocks import book_of
from services.complaint.cases.service.governing import Governing
from services.complaint.delegation import events
from services.complaint.delegation.errors import AuthorityPostError, OwnRequestError
from services.complaint.delegation.models import AuthorisationActRow, AuthorisationRow, AuthorisationStepRow
from services.complaint.delegation.repository import authorisations as repository
from services.complaint.delegation.rules.states import AuthorisationAct, AuthorisationState, check_act
from services.complaint.delegation.rules.steps import AFTER, BEFORE, Stage
from services.complaint.delegation.service.call import AuthorityCall, promise_for, stamp_of, terms_of
from services.complaint.policy_delegation import Authority, Delegation
from shared.audit.trail import record
from shared.contracts.authority import AuthorityFact
from shared.contracts.base import Routing
from shared.errors import StaleError
from shared.events import outbox
from shared.ids import new_id
from shared.policy.commitments import Limit, LimitUnit, Promised
from shared.sla.book import ClockBook
from shared.sla.promise import Promise, Subject

SUBJECT = "authorisation"
LIAISON = "liaison"
CHECK = "authorisation_check"
ABUSE = "authority_abuse"
SUBJECTS = (SUBJECT, LIAISON, CHECK, ABUSE)
"""Kinds of clocks of one authorisation: kept apart, so that each is work of whom it lies with."""


@dataclass(slots=True)
class AuthorityWork:
    """One step under way on a locked authorisation."""

    call: AuthorityCall
    row: AuthorisationRow
    steps: Sequence[AuthorisationStepRow]
    governing: Governing
    from_state: str | None = None

    @property
    def terms(self) -> Delegation:
        """The pack's part on delegation, in the revision that governs."""
        return terms_of(self.governing)

    @property
    def authority(self) -> Authority:
        """The item of the matrix."""
        return self.terms.authorities[self.row.authority]

    @property
    def book(self) -> ClockBook:
        """The clocks of this transaction."""
        return book_of(self.call.session, self.governing, self.call.now)

    def pending(self, stages: Iterable[Stage]) -> list[AuthorisationStepRow]:
        """Steps of these stages that nobody took yet."""
        wanted = set(stages)
        return [step for step in self.steps if step.state == "pending" and Stage(step.stage) in wanted]

    @property
    def open_stages(self) -> tuple[Stage, ...]:
        """What is being waited for now: the first stage before the use that is not done; both after it."""
        if self.row.state == AuthorisationState.PENDING:
            return next(((stage,) for stage in BEFORE if self.pending((stage,))), ())
        return AFTER if self.row.state == AuthorisationState.EXECUTED else ()

    def wait_for(self) -> None:
        """Write down the posts that must do something now."""
        posts = (post for step in self.pending(self.open_stages) for post in step.posts)
        self.row.posts = list(dict.fromkeys(posts))

    def subject(self, kind: str, routing: Routing) -> Subject:
        """The authorisation as clocks of one kind know it."""
        row = self.row
        return Subject(
            type=kind,
            id=row.id,
            company=row.company,
            matter_id=row.matter_id,
            routing=routing,
            customer_id=row.customer_id,
            title=row.authority,
        )

    async def start(self, kind: str, promise: Promise, routing: Routing) -> None:
        """Start a clock of whoever `routing` names."""
        stamp = stamp_of(self.governing, self.row.tier)
        await self.book.start(self.subject(kind, routing), stamp, [promise])

    async def start_stage(self, stage: Stage) -> None:
        """Start the clock of a stage, with all who take its steps."""
        steps = self.pending((stage,))
        if not steps:
            return
        posts = list(dict.fromkeys(post for step in steps for post in step.posts))
        if stage is Stage.COMPLY:
            await self.start(LIAISON, self._liaison_promise(), self.liaison_routing(posts))
            return
        promised = self.terms.followup if stage is Stage.FOLLOW else self.terms.approval
        limit = next((limit_of(step) for step in steps if step.limit_unit), None)
        promise = promise_for(self.governing, stage.value, with_limit(promised, limit), clause=self.authority.clause)
        await self.start(SUBJECT, promise, Routing(posts=posts))

    def liaison_routing(self, posts: Sequence[str]) -> Routing:
        """The receiving department, its head, and the owner that the note names."""
        return Routing(owner_id=self.row.liaison_owner_id, department=self.row.order_department, posts=list(posts))

    def _liaison_promise(self) -> Promise:
        deadline = self.row.liaison_deadline_at or self.call.now
        minutes = max(1, math.ceil((deadline - self.call.now).total_seconds() / 60))
        limit = Limit(budget=minutes, unit=LimitUnit.NATURAL)
        promised = with_limit(self.terms.liaison, limit)
        return promise_for(self.governing, Stage.COMPLY.value, promised, clause=self.authority.clause)

    async def step_taken(self, stage: Stage) -> None:
        """Answer the stage's clock when all its steps are done, else leave it to those still awaited."""
        kind = LIAISON if stage is Stage.COMPLY else SUBJECT
        actor = self.call.principal.actor
        left = self.pending((stage,))
        if not left:
            await self.book.stop(self.subject(kind, Routing()), stage.value, actor=actor)
            return
        posts = list(dict.fromkeys(post for step in left for post in step.posts))
        await self.book.transfer(self.subject(kind, Routing()), Routing(posts=posts), actor=actor)

    async def cancel_clocks(self, *, reason: str) -> None:
        """Nothing more is awaited."""
        for kind in (SUBJECT, LIAISON):
            await self.book.cancel(self.subject(kind, Routing()), reason=reason, actor=self.call.principal.actor)

    async def publish(
        self,
        fact: type[AuthorityFact],
        /,
        *,
        clause: str | None = None,
        routing: Routing | None = None,
        **said: Any,
    ) -> None:
        """Tell of it, from the row as it is now."""
        await self.call.session.flush()
        clause = clause or self.authority.clause
        told = events.authorised(self.row, fact, self.call.now, clause=clause, routing=routing, **said)
        await outbox.add(self.call.session, told)

    async def write_down(
        self,
        act: AuthorisationAct | str,
        *,
        step: str | None = None,
        post: str | None = None,
        reason: str | None = None,
    ) -> None:
        """History and audit of what was done."""
        call, row = self.call, self.row
        call.session.add(
            AuthorisationActRow(
                id=new_id(),
                company=row.company,
                authorisation_id=row.id,
                act=str(act),
                step=step,
                at=call.now,
                actor_id=call.principal.staff_id,
                actor_post=post,
                from_state=self.from_state,
                to_state=row.state,
                reason=reason,
            )
        )
        await call.session.flush()
        await record(
            call.session,
            company=row.company,
            action=f"{act}_authorisation",
            at=call.now,
            resource_type=SUBJECT,
            resource_id=row.id,
            detail={"version": row.version, "authority": row.authority, "step": step},
        )


async def take(call: AuthorityCall, authorisation_id: UUID, act: AuthorisationAct) -> AuthorityWork:
    """Lock the authorisation and guard scope, version and state.

    Raises: AuthorisationNotFoundError, StaleError, AuthorisationStepNotAllowedError.
    """
    await repository.get(call.session, authorisation_id, call.scope, or_acted=call.principal.staff_id)
    row = await repository.lock(call.session, authorisation_id)
    if row.version != call.expected_version:
        raise StaleError("授权处理单已被他人修改，请重新读取后再操作。")
    check_act(act, row.state)
    governing = call.governances.of_revision(row.company, row.policy_version)
    steps = await repository.steps(call.session, [row.id])
    row.version += 1
    return AuthorityWork(call, row, steps, governing, row.state)


def step_of(work: AuthorityWork, stages: Iterable[Stage], code: str | None) -> tuple[AuthorisationStepRow, str]:
    """The open step that the person takes, and the post by which.  Raises: OwnRequestError, AuthorityPostError."""
    principal, row = work.call.principal, work.row
    allowed = set(stages)
    mine = []
    for step in work.pending(stage for stage in work.open_stages if stage in allowed):
        post = next((post for post in step.posts if principal.holds(post)), None)
        if post is None and step.stage == Stage.COMPLY and principal.is_self(row.liaison_owner_id):
            post = step.posts[0]
        if post is not None and code in {None, step.code}:
            mine.append((step, post))
    if principal.is_self(row.requested_by):
        raise OwnRequestError("申请人不得确认、决定、签字或批准本人的申请。")
    if not mine:
        raise AuthorityPostError("该步骤不存在、尚未轮到，或现行规章规定由其他岗位办理。")
    return mine[0]


def mark_done(
    step: AuthorisationStepRow, call: AuthorityCall, post: str, *, note: str | None, state: str = "done"
) -> None:
    """Write down who took the step."""
    step.state, step.done_by, step.done_post = state, call.principal.staff_id, post
    step.done_at, step.note = call.now, note


def limit_of(step: AuthorisationStepRow) -> Limit | None:
    """The step's own limit."""
    if step.limit_unit is None:
        return None
    return Limit(budget=step.limit_budget, unit=LimitUnit(step.limit_unit), calendar=step.limit_calendar or "natural")


def with_limit(promised: Promised | None, limit: Limit | None) -> Promised | None:
    """The promise with another limit; warnings, ladder and clause stay."""
    if limit is None or promised is None:
        return promised
    return promised.model_copy(update={"limit": limit})
