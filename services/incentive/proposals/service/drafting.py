"""Drafting: one suggestion about one subject, counted once for its matter; the same for facts and for people."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.incentive.cases.rules.amounts import suggest
from services.incentive.desk import IncentiveDesk
from services.incentive.policy import IncentiveGoverning
from services.incentive.policy_catalogue import IncentiveClause, IncentiveKind, Subject
from services.incentive.proposals.errors import ProvisionUnknownError
from services.incentive.proposals.models import ProposalRow
from services.incentive.proposals.repository import proposals
from services.incentive.proposals.rules import matters
from services.incentive.proposals.rules.drafts import Draft
from services.incentive.proposals.rules.evidence import digest
from services.incentive.proposals.rules.matters import Standing, Verdict
from services.incentive.proposals.rules.states import ProposalState, Withdrawal
from services.incentive.proposals.service.work import ProposalWork, work_on
from shared.access.staff import StaffBook
from shared.contracts.incentive_proposals import IncentiveProposed, IncentiveWithdrawn
from shared.ids import new_id
from shared.sla.periods import parse_period

SEQUENCE = "incentive_proposal_numbers"
PREFIX = "JY"


async def draft(
    session: AsyncSession,
    desk: IncentiveDesk,
    company: str,
    suggested: Draft,
    *,
    now: datetime,
    proposal_id: UUID | None = None,
) -> ProposalRow | None:
    """Write one suggestion down and start the clock of its confirmation.

    None = already counted: the same one stands, or a graver or confirmed one of the matter does, beside which it is
    kept as withdrawn.  Lesser open drafts of the matter fall.  Raises: ProvisionUnknownError.
    """
    row, _ = await weigh(session, desk, company, suggested, now=now, proposal_id=proposal_id)
    return row


async def weigh(
    session: AsyncSession,
    desk: IncentiveDesk,
    company: str,
    suggested: Draft,
    *,
    now: datetime,
    proposal_id: UUID | None = None,
    keeps_linked: bool = True,
) -> tuple[ProposalRow | None, ProposalRow | None]:
    """As `draft`; also answers the one that stands instead.  `keeps_linked`: whether a lesser one is kept at all."""
    governing = desk.governances.in_force(company, now)
    clause = governing.chapter.catalogue.provisions.get(suggested.provision)
    if clause is None:
        raise ProvisionUnknownError.at_pointer("/provision")
    target = suggested.target
    await proposals.serialise(session, company, str(suggested.matter_id))
    await proposals.serialise(session, company, f"subject|{target.key}")
    others = await proposals.on_matter(
        session,
        company,
        suggested.matter_id,
        subject_type=target.kind.value,
        subject=target.key,
        kind=clause.kind.value,
    )
    verdict = matters.judge(
        suggested.provision,
        matters.gravity_of(clause),
        suggested.cause.id,
        others,
        is_yearly=suggested.is_yearly,
    )
    if verdict.standing is not Standing.DRAFTED and not keeps_linked:
        return None, _instead(verdict, suggested, others)
    if verdict.standing is Standing.COUNTED:
        return None, _instead(verdict, suggested, others)
    row = await _row(desk, governing, clause, company, suggested, now, proposal_id or new_id())
    row.is_talk_suggested = await _is_first_minor(session, governing, clause, row)
    work = work_on(session, desk, row, now)
    if verdict.standing is Standing.LINKED:
        await _keep_linked(work, verdict)
        return None, _instead(verdict, suggested, others)
    for one in others:
        if one.id in verdict.superseded:
            await work_on(session, desk, one, now).withdraw(Withdrawal.SAME_MATTER, same_as=row.id)
    await proposals.add(session, row)
    if row.state == ProposalState.DRAFTED:
        await work.start_clock()
    return await work.finish("draft", IncentiveProposed, raised_by=row.raised_by), None


def _instead(verdict: Verdict, suggested: Draft, others: Sequence[ProposalRow]) -> ProposalRow | None:
    if verdict.same_as_id is not None:
        return next(one for one in others if one.id == verdict.same_as_id)
    return next((one for one in others if one.cause_id == suggested.cause.id), None)


async def _keep_linked(work: ProposalWork, verdict: Verdict) -> None:
    row = work.row
    row.state, row.withdrawn_for = ProposalState.WITHDRAWN.value, Withdrawal.SAME_MATTER.value
    row.withdrawn_at, row.same_as_id = work.now, verdict.same_as_id
    await proposals.add(work.session, row)
    await work.finish("link", IncentiveWithdrawn, reason=row.withdrawn_for, same_as_id=row.same_as_id)


async def _row(
    desk: IncentiveDesk,
    governing: IncentiveGoverning,
    clause: IncentiveClause,
    company: str,
    suggested: Draft,
    now: datetime,
    proposal_id: UUID,
) -> ProposalRow:
    target, everybody = suggested.target, suggested.everybody
    amounts = suggest(clause, suggested.points, carries_department_points=suggested.carries_department_points)
    return ProposalRow(
        id=proposal_id,
        company=company,
        number=f"{PREFIX}{now.astimezone(governing.zone):%Y%m%d}{await desk.numbers.take(SEQUENCE):06d}",
        source=suggested.source,
        provision=suggested.provision,
        kind=clause.kind.value,
        level=clause.level,
        gravity=matters.gravity_of(clause),
        subject_type=target.kind.value,
        subject=target.key,
        department=target.department,
        team=target.team,
        named_ids=everybody,
        shares=[share.json for share in suggested.shares],
        matter_id=suggested.matter_id,
        cause_type=suggested.cause.type,
        cause_id=suggested.cause.id,
        cause_event_id=suggested.cause.event_id,
        evidence=dict(suggested.evidence),
        digest=digest(suggested.evidence),
        file_ids=list(suggested.file_ids),
        segments=[dict(one) for one in suggested.segments],
        share_us=suggested.share_us,
        share_of_us=suggested.share_of_us,
        suggested=amounts.json,
        is_talk_suggested=False,
        statement=suggested.statement,
        state=(ProposalState.OUTSIDE if clause.is_outside else ProposalState.DRAFTED).value,
        posts=_posts(await desk.staff.current(), governing.chapter.proposals.confirmed_by, everybody),
        happened_at=suggested.happened_at,
        drafted_at=now,
        raised_by=suggested.raised_by,
        cycle=1,
        policy_version=governing.version,
        version=1,
    )


def _posts(staff: StaffBook, posts: Sequence[str], named: Sequence[UUID]) -> list[str]:
    """The posts that decide, without those of whom it names, so that it does not stand in their queue."""
    members = [staff.get(one) for one in named]
    held = {post for member in members if member is not None for post in member.posts}
    return [post for post in posts if post not in held] or list(posts)


async def _is_first_minor(
    session: AsyncSession, governing: IncentiveGoverning, clause: IncentiveClause, row: ProposalRow
) -> bool:
    """Education before punishment: the person's first minor matter of the calendar year suggests a talk."""
    if not clause.talk_first or clause.kind is not IncentiveKind.PENALTY or row.subject_type != Subject.EMPLOYEE:
        return False
    year = parse_period(f"{row.happened_at.astimezone(governing.zone):%Y}", governing.zone)
    minor = [code for code, one in governing.chapter.catalogue.provisions.items() if one.talk_first]
    return not await proposals.has_earlier(
        session,
        row.company,
        row.subject,
        minor,
        since=year.from_at,
        until=year.until_at,
        matter_id=row.matter_id,
    )
