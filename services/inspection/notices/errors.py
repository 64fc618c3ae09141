"""What a rectification notice refuses, each with its own code."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class NoticeNotFoundError(NotFoundError):
    """No such notice, or not within the caller's scope."""

    code = "notice_not_found"
    title = "整改通知书不存在"


class NoticeStepNotAllowedError(IllegalTransitionError):
    """The notice's state does not allow the step."""

    code = "notice_step_not_allowed"
    title = "整改通知书当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"整改通知书处于“{state}”状态，不能执行“{act}”。", params={"act": act, "state": state})


class NoticeNotLateError(IllegalTransitionError):
    """Only what missed its deadline is escalated by hand."""

    code = "notice_not_late"
    title = "整改通知书未逾期"


class NoticePostError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "notice_post_not_allowed"
    title = "岗位无权处理整改通知书"


class NoticeOwnDepartmentError(ForbiddenError):
    """Nobody of the department concerned decides on its notice."""

    code = "notice_own_department"
    title = "不得处理本部门的整改通知书"


class NoticeHeadRequiredError(ForbiddenError):
    """The head of the department, or who stands in, takes note."""

    code = "notice_head_required"
    title = "须由责任部门处理"


class NoticeFourEyesError(ForbiddenError):
    """Who had a part in a step does not judge it."""

    code = "notice_four_eyes"
    title = "须由他人处理"


class NoticeVerifiedByIssuerError(ForbiddenError):
    """Whoever issued it does not verify it."""

    code = "notice_verified_by_issuer"
    title = "签发人不得复核"


class NoticeVerifiedByDepartmentError(ForbiddenError):
    """The department concerned does not verify its own mending."""

    code = "notice_verified_by_department"
    title = "责任部门不得复核"


class NoticeVerifiedByMenderError(ForbiddenError):
    """Whoever planned, mended or answers for the mending does not verify it."""

    code = "notice_verified_by_mender"
    title = "整改人不得复核"


class NoticeFindingTakenError(ConflictError):
    """A finding hangs on one open notice."""

    code = "notice_finding_taken"
    title = "检查发现已列入其他整改通知书"

    @classmethod
    def at_place(cls, place: int) -> Self:
        """Name the offending finding by its place."""
        text = "该检查发现已列入未办结的整改通知书。"
        return cls(text, errors=(FieldError(f"/finding_ids/{place}", cls.code, text),))


class _AtPointerError(RuleViolatedError):
    message = ""

    @classmethod
    def at_pointer(cls, pointer: str, **params: str | int) -> Self:
        """Name the offending field."""
        text = cls.message.format(**params)
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params=dict(params))


class NoticeFindingUnknownError(_AtPointerError):
    """No such finding that the caller may read."""

    code = "notice_finding_unknown"
    title = "检查发现不存在"
    message = "没有该检查发现。"


class NoticeFindingUnfitError(_AtPointerError):
    """Only a finding in force that is mended by notice gets one."""

    code = "notice_finding_unfit"
    title = "检查发现不适用整改通知书"
    message = "只有已确认、以整改通知书处理且未办结的检查发现可以列入。"


class NoticeDepartmentsMixedError(_AtPointerError):
    """A notice goes to one department."""

    code = "notice_departments_mixed"
    title = "检查发现分属不同部门"
    message = "一份整改通知书只能列入同一部门的检查发现。"


class NoticeResponsibleError(_AtPointerError):
    """Somebody of the department answers for the mending."""

    code = "notice_responsible_unfit"
    title = "整改责任人不符合要求"
    message = "整改责任人须为责任部门的在岗人员。"


class NoticePlanDateError(_AtPointerError):
    """Mended between today and the deadline."""

    code = "notice_plan_date"
    title = "计划完成日期不符合要求"
    message = "计划完成日期不得早于今天，也不得晚于整改期限。"


class NoticeProofUnknownError(_AtPointerError):
    """No such file that the caller stored or may read."""

    code = "notice_proof_unknown"
    title = "整改证明文件不存在"
    message = "整改证明文件不存在。"


class NoticeProofTypeError(_AtPointerError):
    """The pack does not admit this type of file as proof."""

    code = "notice_proof_type"
    title = "整改证明类型不符"
    message = "现行规章不接受该类型的文件作为整改证明。"


class NoticeProofRequiredError(_AtPointerError):
    """A report has its proof."""

    code = "notice_proof_required"
    title = "缺少整改证明"
    message = "整改报告至少须附 {proofs} 份证明文件。"


class NoticeExtensionError(_AtPointerError):
    """The pack limits how often and how far a deadline is moved, and only before it."""

    code = "notice_extension_refused"
    title = "延期超出规定"
    message = "每轮整改最多延期 {times} 次、合计 {days} 天，且须在期限届满前办理。"


class NoticeYearError(_AtPointerError):
    """A year that notices can lie in."""

    code = "notice_year_unknown"
    title = "年份不符合要求"
    message = "年份须在 2000 至 9999 之间。"
