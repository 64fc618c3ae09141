"""The office checks uses at random; whoever acted beyond the own authority or faked it is reported."""

from dataclasses import dataclass
from uuid import UUID

from services.complaint.delegation.errors import (
    AlreadyCheckedError,
    AlreadyReportedError,
    AuthorityFileUnknownError,
    AuthorityPostError,
    MeansUnknownError,
    NothingToDecideError,
    OwnRequestError,
    PointsError,
)
from services.complaint.delegation.models import AuthorisationRow, AuthorityAbuseRow
from services.complaint.delegation.repository import authorisations as repository
from services.complaint.delegation.rules.states import AbuseKind, AuthorisationAct, AuthorisationState
from services.complaint.delegation.service.call import AuthorityCall, promise_for
from services.complaint.delegation.service.deciding import close
from services.complaint.delegation.service.using import forget_check
from services.complaint.delegation.service.work import ABUSE, AuthorityWork, take
from shared.contracts import authority as contracts
from shared.contracts.base import Routing
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported of an abuse."""

    kind: AbuseKind
    facts: str
    points: int | None = None
    damage_fen: int | None = None
    attachment_ids: tuple[UUID, ...] = ()


async def check_result(
    call: AuthorityCall, authorisation_id: UUID, *, means: str, is_in_order: bool, finding: str
) -> AuthorisationRow:
    """What a check found, drawn or not.  Raises: as `take`, AuthorityPostError, OwnRequestError, MeansUnknownError."""
    work = await take(call, authorisation_id, AuthorisationAct.CHECK)
    _keep_apart(work)
    if not call.principal.holds(work.terms.checked_by):
        raise AuthorityPostError("现行规章规定抽查由其他岗位办理。")
    if means not in work.terms.checks:
        raise MeansUnknownError.at_pointer("/means")
    row = work.row
    if row.checked_at is not None:
        raise AlreadyCheckedError("该授权已经登记抽查结果。")
    row.check_means, row.is_in_order, row.check_finding = means, is_in_order, finding
    row.checked_by, row.checked_at = call.principal.staff_id, call.now
    await forget_check(call, work)
    await work.write_down(AuthorisationAct.CHECK, post=work.terms.checked_by, reason=finding)
    await work.publish(contracts.AuthorityChecked, means=means, is_in_order=is_in_order, was_drawn=row.is_drawn)
    return row


async def report_abuse(call: AuthorityCall, authorisation_id: UUID, report: Report) -> AuthorisationRow:
    """Say that it was beyond authority or faked; damage goes to whom the pack names.

    What was not used yet will not be.  Raises: as `take`, OwnRequestError, AlreadyReportedError, PointsError.
    """
    work = await take(call, authorisation_id, AuthorisationAct.REPORT_ABUSE)
    _keep_apart(work)
    row, terms = work.row, work.terms.abuse
    if row.is_abused:
        raise AlreadyReportedError("该授权的违规已经上报。")
    points = terms.points_min if report.points is None else report.points
    if not terms.points_min <= points <= terms.points_max:
        raise PointsError.at_pointer("/points")
    await _check_files(call, report)
    abuse = _abuse(call, work, report, points)
    call.session.add(abuse)
    row.is_abused = True
    if row.state in {AuthorisationState.PENDING, AuthorisationState.APPROVED}:
        await close(work, AuthorisationState.REJECTED, cause="abused")
    await work.write_down(AuthorisationAct.REPORT_ABUSE, reason=report.facts)
    await _tell(work, abuse)
    return row


def _abuse(call: AuthorityCall, work: AuthorityWork, report: Report, points: int) -> AuthorityAbuseRow:
    row, terms = work.row, work.terms.abuse
    return AuthorityAbuseRow(
        id=new_id(),
        company=row.company,
        authorisation_id=row.id,
        kind=report.kind.value,
        facts=report.facts,
        person_id=row.requested_by,
        department=row.department,
        points=points,
        damage_fen=report.damage_fen,
        decided_by_post=terms.decided_by if report.damage_fen else None,
        clause=terms.clause,
        attachment_ids=list(report.attachment_ids),
        reported_by=call.principal.staff_id,
        reported_at=call.now,
    )


async def _tell(work: AuthorityWork, abuse: AuthorityAbuseRow) -> None:
    terms = work.terms.abuse
    has_damage = bool(abuse.damage_fen)
    posts = [terms.decided_by] if has_damage else []
    if has_damage:
        promise = promise_for(work.governing, "decision", terms.decision, clause=terms.clause)
        await work.start(ABUSE, promise, Routing(posts=posts))
    await work.publish(
        contracts.AuthorityAbused,
        clause=terms.clause,
        routing=Routing(department=work.row.department, posts=posts),
        abuse_id=abuse.id,
        kind=abuse.kind,
        person_id=abuse.person_id,
        person_department=abuse.department,
        points=abuse.points,
        has_damage=has_damage,
        damage_fen=abuse.damage_fen,
        decided_by_post=abuse.decided_by_post,
        published_as=terms.published_as if has_damage else None,
        reported_by=abuse.reported_by,
    )


async def decide_abuse(call: AuthorityCall, authorisation_id: UUID, *, decision: str) -> AuthorisationRow:
    """The committee decides where damage was done.

    Raises: as `take`, OwnRequestError, NothingToDecideError, AuthorityPostError.
    """
    work = await take(call, authorisation_id, AuthorisationAct.REPORT_ABUSE)
    _keep_apart(work)
    abuse = next(iter(await repository.abuses(call.session, [authorisation_id])), None)
    if abuse is None or abuse.decided_by_post is None or abuse.decided_at is not None:
        raise NothingToDecideError("没有造成损失且待决定的违规。")
    if not call.principal.holds(abuse.decided_by_post):
        raise AuthorityPostError("现行规章规定由其他岗位决定。")
    abuse.decision, abuse.decided_by, abuse.decided_at = decision, call.principal.staff_id, call.now
    await work.book.stop(work.subject(ABUSE, Routing()), "decision", actor=call.principal.actor)
    await work.write_down("decide_abuse", post=abuse.decided_by_post, reason=decision)
    terms = work.terms.abuse
    await work.publish(
        contracts.AuthorityAbuseDecided,
        clause=terms.clause,
        abuse_id=abuse.id,
        person_id=abuse.person_id,
        published_as=terms.published_as,
    )
    return work.row


def _keep_apart(work: AuthorityWork) -> None:
    if work.call.principal.is_self(work.row.requested_by):
        raise OwnRequestError("不得检查、上报或决定本人的授权。")


async def _check_files(call: AuthorityCall, report: Report) -> None:
    ids = report.attachment_ids
    owned = await repository.owned_files(call.session, call.principal.company, call.principal.actor, ids)
    if ids and not owned >= set(ids):
        raise AuthorityFileUnknownError.at_pointer("/attachment_ids")
