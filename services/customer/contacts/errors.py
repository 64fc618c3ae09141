"""What the contacts refuse, each with its own code."""

from typing import ClassVar, Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class ContactNotFoundError(NotFoundError):
    """No such contact, or not for this person."""

    code = "contact_not_found"
    title: ClassVar[str] = "联系记录不存在"


class ContactTimesError(RuleViolatedError):
    """The times of the call contradict one another."""

    code = "contact_times"
    title: ClassVar[str] = "联系时间不合理"


class ContactJudgedError(ConflictError):
    """The first-contact rule has judged it: what it says of being resolved stands."""

    code = "contact_judged"
    title: ClassVar[str] = "首次解决已判定，不能再更改"


class UnknownContactCodeError(RuleViolatedError):
    """The pack knows no such code."""

    code = "unknown_contact_code"
    title: ClassVar[str] = "规章未定义该代码"

    @classmethod
    def at(cls, pointer: str) -> Self:
        """Name the field."""
        text = "现行规章未定义该代码。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class StandardAnswerMissingError(RuleViolatedError):
    """A consultation of this tier is settled by a standard answer, or handed over."""

    code = "standard_answer_missing"
    title: ClassVar[str] = "该级别客户的咨询须按标准答复办理"

    @classmethod
    def at_resolved(cls) -> Self:
        """Name the field."""
        text = "请先记录所用的标准答复，或移交部门办理。"
        return cls(text, errors=(FieldError("/is_resolved", cls.code, text),))


class HandOverNotFoundError(NotFoundError):
    """No such hand-over, or not within the caller's scope."""

    code = "hand_over_not_found"
    title: ClassVar[str] = "业务移交不存在"


class HandOverStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "hand_over_step_not_allowed"
    title: ClassVar[str] = "移交的当前状态不允许此步骤"


class HandOverOwnerError(RuleViolatedError):
    """The person named does not work in the department, or does not hold the post."""

    code = "hand_over_owner"
    title: ClassVar[str] = "承办人不符"

    @classmethod
    def at(cls, pointer: str, text: str) -> Self:
        """Name the field."""
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class HandOverSelfError(ForbiddenError):
    """Whoever handed the matter over does not answer it in the department's name."""

    code = "hand_over_self"
    title: ClassVar[str] = "移交人不能自行答复"


class ShiftHandOverNotFoundError(NotFoundError):
    """No such hand-over between shifts, or not within the caller's scope."""

    code = "shift_hand_over_not_found"
    title: ClassVar[str] = "交接班记录不存在"


class ShiftHandOverEndedError(IllegalTransitionError):
    """Somebody took the shift over already."""

    code = "shift_hand_over_ended"
    title: ClassVar[str] = "该班次已有人接班"


class ShiftHandOverSelfError(ForbiddenError):
    """Nobody takes over from themselves."""

    code = "shift_hand_over_self"
    title: ClassVar[str] = "交班人不能自行接班"


class ShiftHandOverOthersError(ForbiddenError):
    """It is another person's to add to or to take over."""

    code = "shift_hand_over_others"
    title: ClassVar[str] = "该交接班须由指定人员办理"


class ShiftHandOverReceiverError(RuleViolatedError):
    """The person named cannot take the shift over."""

    code = "shift_hand_over_receiver"
    title: ClassVar[str] = "接班人不符"

    @classmethod
    def at(cls, text: str) -> Self:
        """Name the field."""
        return cls(text, errors=(FieldError("/to_staff_id", cls.code, text),))


class ShiftMatterUnknownError(RuleViolatedError):
    """A matter names a customer who is none of the company's."""

    code = "shift_matter_unknown"
    title: ClassVar[str] = "交接事项所指的客户不存在"

    @classmethod
    def at(cls, pointer: str) -> Self:
        """Name the field."""
        text = "没有这位客户。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class NoticeNotFoundError(NotFoundError):
    """No such notice."""

    code = "notice_slip_not_found"
    title: ClassVar[str] = "通知单不存在"


class NoticeEndedError(ConflictError):
    """The notice was delivered or withdrawn already."""

    code = "notice_slip_ended"
    title: ClassVar[str] = "通知单已送达或已撤回"


class NoticeProofUnknownError(RuleViolatedError):
    """The receipt is no file that the person uploaded."""

    code = "notice_slip_proof_unknown"
    title: ClassVar[str] = "送达凭证不存在"

    @classmethod
    def at_file(cls) -> Self:
        """Name the field."""
        text = "凭证须为本人上传的文件。"
        return cls(text, errors=(FieldError("/file_id", cls.code, text),))


class StandardAnswerNotFoundError(NotFoundError):
    """No such standard answer."""

    code = "standard_answer_not_found"
    title: ClassVar[str] = "标准答复不存在"


class StandardAnswerStateError(IllegalTransitionError):
    """The revision's state does not allow the step."""

    code = "standard_answer_state"
    title: ClassVar[str] = "标准答复的当前状态不允许此步骤"


class StandardAnswerDraftOpenError(ConflictError):
    """Another draft of the code waits for approval."""

    code = "standard_answer_draft_open"
    title: ClassVar[str] = "该编码已有待批草稿"


class StandardAnswerApproverError(ForbiddenError):
    """Another post approves, or the person wrote the draft."""

    code = "standard_answer_approver"
    title: ClassVar[str] = "不能批准该标准答复"


class StandardAnswerInvalidError(RuleViolatedError):
    """The answer is not in force on that day."""

    code = "standard_answer_not_in_force"
    title: ClassVar[str] = "标准答复不在有效期内"

    @classmethod
    def at(cls, pointer: str) -> Self:
        """Name the field."""
        text = "该标准答复未批准、已停用或不在有效期内。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class StandardAnswerDatesError(RuleViolatedError):
    """The last day lies before the first."""

    code = "standard_answer_dates"
    title: ClassVar[str] = "有效期不合理"

    @classmethod
    def at_until(cls) -> Self:
        """Name the field."""
        text = "失效日期不得早于生效日期。"
        return cls(text, errors=(FieldError("/valid_until", cls.code, text),))


class AnswerFragmentError(RuleViolatedError):
    """One character matches half of all answers."""

    code = "answer_fragment_too_short"
    title: ClassVar[str] = "检索词过短"

    @classmethod
    def at_q(cls, least: int) -> Self:
        """Name the parameter."""
        text = f"检索词至少 {least} 个字。"
        return cls(text, errors=(FieldError("/q", cls.code, text),))


class ContactCustomerNotFoundError(NotFoundError):
    """The customer named is none of the company's."""

    code = "contact_customer_not_found"
    title: ClassVar[str] = "所指的客户不存在"
