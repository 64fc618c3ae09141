"""What a finding refuses, each with its own code."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class FindingNotFoundError(NotFoundError):
    """The case has no finding, or none that the caller may see."""

    code = "complaint_finding_not_found"
    title = "认定不存在"


class MeasureNotFoundError(NotFoundError):
    """The case has no such corrective measure."""

    code = "corrective_measure_not_found"
    title = "整改措施不存在"


class FindingExistsError(ConflictError):
    """The case's present cycle has a finding already."""

    code = "complaint_finding_exists"
    title = "本轮办理已有认定"


class FindingStepNotAllowedError(IllegalTransitionError):
    """The finding's state does not allow the step."""

    code = "complaint_finding_step_not_allowed"
    title = "认定当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"认定处于“{state}”状态，不能执行“{act}”。", params={"act": act, "state": state})


class MeasureStepNotAllowedError(IllegalTransitionError):
    """The measure's state does not allow the step."""

    code = "corrective_measure_step_not_allowed"
    title = "整改措施当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"整改措施处于“{state}”状态，不能执行“{act}”。", params={"act": act, "state": state})


class CaseNotReadyError(IllegalTransitionError):
    """Nothing can be found before the case was taken up."""

    code = "complaint_not_investigated"
    title = "案件尚未办理"


class KindWithoutFindingError(RuleViolatedError):
    """Suggestions, opinions and praise have no verdict."""

    code = "complaint_kind_without_finding"
    title = "该类来件不作责任认定"


class FindingPostError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "complaint_finding_post_not_allowed"
    title = "岗位无权处理认定"


class FourEyesError(ForbiddenError):
    """Who drafted a finding, or is held responsible by it, does not confirm it."""

    code = "complaint_finding_four_eyes"
    title = "须由他人确认"


class MeasureOwnerError(ForbiddenError):
    """Only the owner reports a measure done."""

    code = "corrective_measure_not_owned"
    title = "不是整改责任人"


class MeasureFourEyesError(ForbiddenError):
    """Nobody verifies their own measure."""

    code = "corrective_measure_four_eyes"
    title = "整改须由他人验收"


class _AtPointerError(RuleViolatedError):
    message = ""

    @classmethod
    def at_pointer(cls, pointer: str, **params: str | int) -> Self:
        """Name the offending field."""
        text = cls.message.format(**params)
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params=params)


class FindingCodeUnknownError(_AtPointerError):
    """The pack in force does not define this code."""

    code = "complaint_finding_code_unknown"
    title = "认定使用了规章未定义的代码"
    message = "现行规章未定义该代码（{field}）。"


class ResponsibleRequiredError(_AtPointerError):
    """This verdict names a responsible department."""

    code = "complaint_finding_responsible_required"
    title = "缺少责任部门"
    message = "该结论必须写明责任部门。"


class ResponsibleNotAllowedError(_AtPointerError):
    """This verdict holds nobody responsible."""

    code = "complaint_finding_responsible_not_allowed"
    title = "该结论不认定责任"
    message = "该结论不认定责任，不能填写{field}。"


class StaffUnknownError(_AtPointerError):
    """No such member of staff in this company."""

    code = "complaint_finding_staff_unknown"
    title = "人员不存在"
    message = "本公司没有该人员，或其已离职。"


class FindingFileUnknownError(_AtPointerError):
    """No such file, or somebody else uploaded it."""

    code = "complaint_finding_file_unknown"
    title = "附件不存在"
    message = "附件不存在，或不是由本人上传。"


class ProofRequiredError(_AtPointerError):
    """A measure is done only with a proof."""

    code = "corrective_measure_proof_required"
    title = "缺少整改证明"
    message = "整改完成须附证明材料。"
