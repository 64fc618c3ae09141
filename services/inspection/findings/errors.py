"""What a finding refuses, each with its own code."""

from typing import Self

from shared.errors import FieldError, ForbiddenError, IllegalTransitionError, NotFoundError, RuleViolatedError


class FindingNotFoundError(NotFoundError):
    """No such finding, or not within the caller's scope."""

    code = "inspection_finding_not_found"
    title = "检查发现不存在"


class FindingStepNotAllowedError(IllegalTransitionError):
    """The finding's state does not allow the step."""

    code = "inspection_finding_step_not_allowed"
    title = "检查发现当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"检查发现处于“{state}”状态，不能执行“{act}”。", params={"act": act, "state": state})


class FindingFourEyesError(ForbiddenError):
    """Who raised, confirmed or is named by a finding does not judge it."""

    code = "inspection_finding_four_eyes"
    title = "须由他人处理"


class FindingPostError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "inspection_finding_post_not_allowed"
    title = "岗位无权处理检查发现"


class _AtPointerError(RuleViolatedError):
    message = ""

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the offending field."""
        return cls(cls.message, errors=(FieldError(pointer, cls.code, cls.message),))


class FindingClauseRequiredError(_AtPointerError):
    """Every finding rests on a clause."""

    code = "inspection_finding_clause_required"
    title = "缺少规章条款"
    message = "检查发现必须写明所依据的规章条款。"


class FindingClauseUnknownError(_AtPointerError):
    """No chapter in force has this clause."""

    code = "inspection_finding_clause_unknown"
    title = "规章条款不存在"
    message = "现行规章没有该条款。"


class FindingCodeUnknownError(_AtPointerError):
    """The pack in force does not define this code."""

    code = "inspection_finding_code_unknown"
    title = "检查发现使用了规章未定义的代码"
    message = "现行规章未定义该代码。"


class FindingSeverityRequiredError(_AtPointerError):
    """Whatever is no good example has a severity; a good example has none."""

    code = "inspection_finding_severity_required"
    title = "严重程度填写不当"
    message = "问题须写明严重程度，好的做法不填严重程度。"


class FindingPersonUnknownError(_AtPointerError):
    """No such member of staff in this company."""

    code = "inspection_finding_person_unknown"
    title = "人员不存在"
    message = "本公司没有该人员，或其已离职。"


class FindingEvidenceUnknownError(_AtPointerError):
    """No such file in this company."""

    code = "inspection_finding_evidence_unknown"
    title = "证据文件不存在"
    message = "证据文件不存在。"


class FindingEvidenceTypeError(_AtPointerError):
    """The pack does not admit this type of file as evidence."""

    code = "inspection_finding_evidence_type"
    title = "证据类型不符"
    message = "现行规章不接受该类型的文件作为证据。"
