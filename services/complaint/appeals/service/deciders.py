"""Who acts in a step of an appeal, and who must keep away from it."""

from collections.abc import Iterable
from uuid import UUID

from services.complaint.appeals import repository
from services.complaint.appeals.errors import AppealPostError, AppealStepNotAllowedError, DeciderExcludedError
from services.complaint.appeals.rules import STEP_OF, AppealAct, Bias
from services.complaint.appeals.service.work import AppealWork
from services.complaint.findings.service.reading import who_took_part
from services.complaint.policy_findings import AppealStep, StepAct


async def bias_of(work: AppealWork) -> Bias:
    """Whoever took part before, is held responsible, appeals, or leads the responsible department."""
    finding, appeal = work.finding.finding, work.appeal
    people = {
        *await who_took_part(work.call.session, finding.id),
        *await repository.judges(work.call.session, finding.id),
        *finding.person_ids,
        appeal.lodged_by,
    }
    people |= {one for one in (appeal.appellant_id, work.judged_by) if one is not None}
    departments = work.finding.governing.policy.common.departments
    leads = [departments[code].lead_post for code in {finding.department, appeal.appellant_department} if code]
    return Bias(frozenset(people), frozenset(post for post in leads if post))


async def posts_of(work: AppealWork, step: AppealStep) -> list[str]:
    """The post that acts in a step; the pack's substitutes where everybody who acts in it must keep away."""
    if step.act is StepAct.TELL or not step.substitutes:
        return [step.post, *(step.substitutes if step.act is StepAct.TELL else ())]
    bias = await bias_of(work)
    if _is_manned(work, step.post, bias):
        return [step.post]
    manned = [post for post in step.substitutes if _is_manned(work, post, bias)]
    return manned[:1] or list(step.substitutes)


def _is_manned(work: AppealWork, post: str, bias: Bias) -> bool:
    staff, company = work.call.staff, work.appeal.company
    return any(_is_free(work, staff_id, bias) for staff_id in staff.holders(company, post, work.today))


def _is_free(work: AppealWork, staff_id: UUID, bias: Bias) -> bool:
    staff = work.call.staff
    stands_for = {staff_id, *staff.acting_for(staff_id, work.today)}
    posts = {post for one in stands_for if (member := staff.get(one)) for post in member.posts}
    return stands_for.isdisjoint(bias.staff_ids) and posts.isdisjoint(bias.posts)


async def check_decider(work: AppealWork, act: AppealAct) -> AppealStep:
    """Guard who takes the appeal's present step; answers the step.

    Raises: AppealStepNotAllowedError, AppealPostError, DeciderExcludedError.
    """
    step = work.terms.steps[work.appeal.step]
    if step.act is not STEP_OF[act]:
        raise AppealStepNotAllowedError.of(act, work.appeal.step)
    principal = work.call.principal
    posts = await posts_of(work, step)
    if act is not AppealAct.TELL:
        bias = await bias_of(work)
        if any(principal.is_self(one) for one in bias.staff_ids) or _holds_any(work, bias.posts):
            raise DeciderExcludedError("参与过原认定、被认定责任、提出申诉或主管责任部门的人须回避。")
    if not _holds_any(work, posts):
        raise AppealPostError("现行规章规定该步骤由其他岗位办理。", params={"step": work.appeal.step})
    return step


def _holds_any(work: AppealWork, posts: Iterable[str]) -> bool:
    return any(work.call.principal.holds(post) for post in posts)
