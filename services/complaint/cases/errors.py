"""What a case refuses, each with its own code; Chinese titles are in the problem catalogue."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class ComplaintNotFoundError(NotFoundError):
    """No such case, or not within the caller's scope."""

    code = "complaint_not_found"


class StepNotAllowedError(IllegalTransitionError):
    """The case's state does not allow the step."""

    code = "complaint_step_not_allowed"

    @classmethod
    def of(cls, action: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"案件处于“{state}”状态，不能执行“{action}”。", params={"action": action, "state": state})


class PostNotAllowedError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "complaint_post_not_allowed"


class _AtPointerError(RuleViolatedError):
    message = ""

    @classmethod
    def at_pointer(cls, pointer: str, **params: str | int) -> Self:
        """Name the offending field."""
        text = cls.message.format(**params)
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params=params)


class OccurredInFutureError(_AtPointerError):
    """A step cannot have happened later than now."""

    code = "occurred_in_future"
    message = "发生时间不能晚于当前时间。"


class OccurredBeforeCaseError(_AtPointerError):
    """A step cannot have happened before its case."""

    code = "occurred_before_case"
    message = "发生时间不能早于案件受理时间。"


class UnknownCodeError(_AtPointerError):
    """The pack in force does not define this code."""

    code = "unknown_policy_code"
    message = "现行规章未定义该代码（{field}）。"


class ExternalReferenceRequiredError(_AtPointerError):
    """This channel brings a reference of its own, to which the answer goes back."""

    code = "external_reference_required"
    message = "该受理渠道必须填写外部编号。"


class PauseReasonError(_AtPointerError):
    """The pack does not list the reason, or allows a shorter wait."""

    code = "pause_not_allowed"
    message = "现行规章不允许以该原因暂停，或超过最长 {minutes} 分钟。"


class AlreadyPausedError(IllegalTransitionError):
    """The case waits already."""

    code = "complaint_not_paused"


class ReopenWindowError(RuleViolatedError):
    """The pack's window for reopening, counted from the resolution, has passed."""

    code = "reopen_window_passed"


class PlanRequiredError(RuleViolatedError):
    """The tier is promised an explicit answer by a named post before the matter is settled."""

    code = "complaint_plan_required"


class AnswerPostError(_AtPointerError):
    """The promised answer must name the post that gave it (domain.md 2.2: deputy GM)."""

    code = "answer_post_required"
    message = "该级别客户的解决方案须由“{post}”明确答复。"


class TransferTargetError(_AtPointerError):
    """The new holder is not known or not active."""

    code = "transfer_target_unknown"
    message = "移交对象不存在或不在岗。"


class DuplicateExternalReferenceError(ConflictError):
    """The outside reference was taken in before."""

    code = "external_reference_exists"


class ContactNotStoredError(RuleViolatedError):
    """No contact is on the case: the complainant is the linked customer, or stayed anonymous."""

    code = "contact_not_stored"
