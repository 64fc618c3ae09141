"""What the programme refuses, each with its own code; nothing is changed by a refusal."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class InspectionPlanNotFoundError(NotFoundError):
    """No such plan, or not within the caller's scope."""

    code = "inspection_plan_not_found"
    title = "检查计划不存在"


class PlannedInspectionNotFoundError(NotFoundError):
    """No such planned inspection, or not within the caller's scope."""

    code = "planned_inspection_not_found"
    title = "计划检查不存在"


class PlanStepNotAllowedError(IllegalTransitionError):
    """The plan's state does not allow the step."""

    code = "inspection_plan_step_not_allowed"
    title = "检查计划当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"检查计划处于“{state}”状态，不能执行“{act}”。", params={"act": act, "state": state})


class PlannedStepNotAllowedError(IllegalTransitionError):
    """The planned inspection's state does not allow the step."""

    code = "planned_inspection_step_not_allowed"
    title = "计划检查当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"计划检查处于“{state}”状态，不能执行“{act}”。", params={"act": act, "state": state})


class PlanNotApprovedError(IllegalTransitionError):
    """Nothing is inspected by a plan that nobody approved."""

    code = "inspection_plan_not_approved"
    title = "检查计划尚未批准"


class PlannedNotBegunError(IllegalTransitionError):
    """Its window has not begun."""

    code = "planned_inspection_not_begun"
    title = "检查时段尚未开始"


class PlannedEndedError(IllegalTransitionError):
    """It was missed and is made up for no more."""

    code = "planned_inspection_ended"
    title = "已过补检期限"


class ExecutionPlanMissingError(IllegalTransitionError):
    """This kind of inspection needs its execution plan before it starts."""

    code = "inspection_execution_plan_missing"
    title = "缺少实施方案"


class InspectorMissingError(IllegalTransitionError):
    """Nobody was found to go."""

    code = "planned_inspection_without_inspector"
    title = "尚未确定检查人员"


class PlanFourEyesError(ForbiddenError):
    """Who submitted or adjusted a plan does not approve it."""

    code = "inspection_plan_four_eyes"
    title = "须由他人批准"


class PlanPostError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "inspection_plan_post_not_allowed"
    title = "岗位无权办理检查计划"


class MovesSpentError(ConflictError):
    """It was moved as often as the pack allows."""

    code = "planned_inspection_moves_spent"
    title = "改期次数已用完"


class AtFieldError(RuleViolatedError):
    """The input breaks a rule; subclasses say which, `message` says it in Chinese."""

    message = ""

    @classmethod
    def at_pointer(cls, pointer: str, **params: str | int) -> Self:
        """Name the offending field."""
        text = cls.message.format(**params)
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params=params)


class OwnDepartmentError(AtFieldError):
    """An inspector never inspects the own department."""

    code = "inspector_of_own_department"
    title = "检查人员不得检查本部门"
    message = "检查人员不得属于被检查部门。"


class InspectorUnfitError(AtFieldError):
    """No such member of staff at work, or in none of the posts that inspect."""

    code = "planned_inspection_inspector_unfit"
    title = "检查人员不符"
    message = "检查人员须为本公司在职人员，并任规章规定的检查岗位。"


class CodeUnknownError(AtFieldError):
    """The pack in force does not define this code."""

    code = "inspection_plan_code_unknown"
    title = "检查计划使用了规章未定义的代码"
    message = "现行规章未定义该代码。"


class PlaceOutsidePlanError(AtFieldError):
    """The plan of a department or team inspects that department or team only."""

    code = "inspection_plan_place_outside"
    title = "不属于该计划的检查范围"
    message = "部门或班组计划只能安排对本部门或本班组的检查。"


class WindowError(AtFieldError):
    """The window is reversed, past, or outside of what the plan's period allows."""

    code = "planned_inspection_window"
    title = "检查时段不合规"
    message = "检查时段须自今天起、先后有序，最迟不超过计划期末后 {days} 天；已开始的不得改变起始日。"


class PlanPeriodError(AtFieldError):
    """Plans are made for a year, quarter or month that is not over, at most the next year."""

    code = "inspection_plan_period"
    title = "计划期间不合规"
    message = "计划期间须为尚未结束的年、季或月，最远到下一年。"


class ExecutionDateError(AtFieldError):
    """The inspection is held within its window, not in the past; a missed one from today on."""

    code = "inspection_execution_date"
    title = "检查日期不合规"
    message = "检查日期须自今天起并在检查时段之内；补检的自今天起。"


class AdjustmentFieldMissingError(AtFieldError):
    """The adjustment needs this field."""

    code = "inspection_adjustment_field_missing"
    title = "调整内容不完整"
    message = "该种调整必须填写此项。"


class AdjustmentFieldSurplusError(AtFieldError):
    """The adjustment does not take this field."""

    code = "inspection_adjustment_field_surplus"
    title = "调整内容有多余项"
    message = "该种调整不得填写此项。"
