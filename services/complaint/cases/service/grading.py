"""What a new grade does to an open case, whoever set it: a person by /regrade, or the pack's rules on new facts."""

from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.rules import Action, Moment
from services.complaint.cases.service import clocks, leading
from services.complaint.cases.service.emergency import start_plan
from services.complaint.cases.service.governing import Governing
from services.complaint.cases.service.steps import Call, Step
from shared.contracts.complaint import ComplaintRegraded

BY_RULE = "按现行规章重新定级"


async def settle(step: Step, *, grade: str, rule: str, reason: str | None) -> ComplaintRow:
    """Give the case the grade; its clocks follow, the gravest grade's plan starts (sla.md 7)."""
    call, case = step.call, step.case
    before, case.grade, case.grade_reason = case.grade, grade, rule
    await clocks.retarget(call.session, case, step.governing, cause="regrade", actor=call.principal.actor, now=call.now)
    result = await step.finish(ComplaintRegraded, note=reason, detail={"from": before, "to": grade}, from_grade=before)
    await start_plan(call.session, case, step.governing, step.book, staff=await step.staff(), now=call.now)
    await leading.follow_rules(step)
    return result


async def follow_rules(call: Call, case: ComplaintRow, governing: Governing, *, is_reason_told: bool = True) -> None:
    """Re-grade a locked open case whose circumstances or number of customers now put it into a graver grade.

    The reason names the rule, unless that would tell who complained (`discretion`); a lighter grade is left to people.
    """
    chapter = governing.chapter
    if not case.is_open or case.grade is None:
        return
    found, rule = chapter.grade_of(case.category, case.circumstances, case.affected_customers)
    if rule is None or chapter.grades[found].gravity >= chapter.grades[case.grade].gravity:
        return
    step = Step(call, case, Action.REGRADE, governing, Moment(call.now, call.now))
    case.step(Action.REGRADE)
    reason = f"{BY_RULE}：{rule}（{governing.policy.pack} {governing.version} 条款 {chapter.grade_rules[rule].clause}）"
    await settle(step, grade=found, rule=rule, reason=reason if is_reason_told else BY_RULE)
