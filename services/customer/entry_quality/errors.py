"""What entry quality refuses."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class _PointedError(RuleViolatedError):
    """A refusal that names the field."""

    @classmethod
    def at_pointer(cls, pointer: str, text: str) -> Self:
        """Name the offending field and the rule."""
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class EntryCheckNotFoundError(NotFoundError):
    """No such check, or not within the caller's scope."""

    code = "entry_check_not_found"
    title = "录入检查不存在"


class EntryLineNotFoundError(NotFoundError):
    """The check has no such entry."""

    code = "entry_check_line_not_found"
    title = "检查中没有这条录入"


class EntryFindingNotFoundError(NotFoundError):
    """No such error, or not within the caller's scope."""

    code = "entry_finding_not_found"
    title = "录入错误不存在"


class EntryReportNotFoundError(NotFoundError):
    """The month has no report yet."""

    code = "entry_report_not_found"
    title = "录入质量月报不存在"


class EntryTaskNotFoundError(NotFoundError):
    """No such task, or not within the caller's scope."""

    code = "entry_task_not_found"
    title = "主数据维护任务不存在"


class RightsWithdrawalNotFoundError(NotFoundError):
    """No such withdrawal, or not within the caller's scope."""

    code = "rights_withdrawal_not_found"
    title = "权限收回不存在"


class DataMisuseNotFoundError(NotFoundError):
    """No such look-up, or not within the caller's scope."""

    code = "data_misuse_not_found"
    title = "查询或资料使用记录不存在"


class EntrySubjectNotFoundError(_PointedError):
    """The entry that is meant does not exist in the company."""

    code = "entry_subject_not_found"
    title = "所指录入不存在"


class EntryCodeUnknownError(_PointedError):
    """The pack's `entry_quality` has no such check, kind or concern."""

    code = "unknown_policy_code"
    title = "规章未定义的代码"


class EntryStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "entry_step_not_allowed"
    title = "当前状态不允许该操作"

    @classmethod
    def of(cls, step: str, state: str) -> Self:
        """Name both codes."""
        return cls("当前状态不允许该操作。", params={"step": step, "state": state})


class EntryCheckOpenError(ConflictError):
    """Entries of the check have not been looked at."""

    code = "entry_check_incomplete"
    title = "检查尚有未核对的录入"


class OwnEntryError(ForbiddenError):
    """Nobody decides on the own error, right or look-up."""

    code = "own_entry"
    title = "不得处理本人的录入或权限"


class NotOwnEntryError(ForbiddenError):
    """Only the author answers for an entry."""

    code = "not_own_entry"
    title = "只有录入人本人可以进行该操作"


class EntryPostError(ForbiddenError):
    """The pack names other posts."""

    code = "entry_post_required"
    title = "须由规章规定的岗位操作"


class SameDeciderError(ForbiddenError):
    """Whoever proposed does not decide."""

    code = "entry_four_eyes"
    title = "提出人不得自行批准"


class EvidenceRequiredError(_PointedError):
    """Rows of the audit trail about this person must prove it."""

    code = "entry_evidence_required"
    title = "缺少操作日志证据"


class TrainingMissingError(_PointedError):
    """The named errors or person do not fit the training."""

    code = "entry_training_mismatch"
    title = "培训与所指错误不符"


class GroundMissingError(_PointedError):
    """The pack's ground for a withdrawal is not given."""

    code = "withdrawal_ground_missing"
    title = "不具备收回权限的条件"


class EntryTimeError(_PointedError):
    """A time lies in the future or before what it answers."""

    code = "entry_time_out_of_range"
    title = "时间不在允许范围"
