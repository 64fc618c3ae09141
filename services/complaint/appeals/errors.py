"""What an appeal refuses, each with its own code."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class AppealNotFoundError(NotFoundError):
    """No such appeal, or not within the caller's scope."""

    code = "appeal_not_found"
    title = "申诉不存在"


class AppealStepNotAllowedError(IllegalTransitionError):
    """The appeal's state or its present step does not allow this."""

    code = "appeal_step_not_allowed"
    title = "申诉当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the act and the state."""
        return cls(f"申诉处于“{state}”，不能执行“{act}”。", params={"act": act, "state": state})


class NothingToAppealError(IllegalTransitionError):
    """The finding is not confirmed yet."""

    code = "appeal_finding_not_confirmed"
    title = "认定尚未确认"


class AppealOpenError(ConflictError):
    """The same appellant has an appeal under way against the finding."""

    code = "appeal_already_open"
    title = "已有办理中的申诉"


class AppealCountError(RuleViolatedError):
    """The appellant appealed as often as the pack allows."""

    code = "appeal_count_reached"
    title = "申诉次数已达上限"


class AppealWindowError(RuleViolatedError):
    """The pack's window has passed."""

    code = "appeal_window_passed"
    title = "已超过申诉期限"


class AppellantError(ForbiddenError):
    """Not the person or department that the finding holds responsible."""

    code = "appeal_not_appellant"
    title = "不是可以申诉的人"


class AppealPostError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "appeal_post_not_allowed"
    title = "岗位无权办理该申诉步骤"


class DeciderExcludedError(ForbiddenError):
    """Who took part before, is held responsible, leads the responsible department, or appeals, does not decide."""

    code = "appeal_decider_excluded"
    title = "须回避该申诉"


class NoFurtherStepError(RuleViolatedError):
    """The pack has no further step that could be asked for."""

    code = "appeal_no_further_step"
    title = "没有可以请求的下一步"


class _AtPointerError(RuleViolatedError):
    message = ""

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the offending field."""
        return cls(cls.message, errors=(FieldError(pointer, cls.code, cls.message),))


class AppellantNotAllowedError(_AtPointerError):
    """The pack does not let this party appeal."""

    code = "appellant_not_allowed"
    title = "规章未许可该方申诉"
    message = "现行规章未许可该方申诉。"


class GroundNotAllowedError(_AtPointerError):
    """The pack does not list the ground for this appellant."""

    code = "appeal_ground_not_allowed"
    title = "申诉理由不在规章之列"
    message = "现行规章未列该申诉理由，或不适用于该申诉人。"


class ChannelRequiredError(_AtPointerError):
    """A customer's appeal says how it came in."""

    code = "appeal_channel_required"
    title = "缺少受理渠道"
    message = "代客户提出申诉须写明规章所列的受理渠道。"


class OutcomeUnknownError(_AtPointerError):
    """The pack does not define the outcome."""

    code = "appeal_outcome_unknown"
    title = "规章未定义的申诉结论"
    message = "现行规章未定义该申诉结论。"


class RevisionRequiredError(_AtPointerError):
    """This outcome changes the finding and must say what it says from now on."""

    code = "appeal_revision_required"
    title = "缺少变更后的认定"
    message = "该结论变更认定，须写明变更后的认定；其他结论不得填写。"


class AppealFileUnknownError(_AtPointerError):
    """No such file, or somebody else uploaded it."""

    code = "appeal_file_unknown"
    title = "附件不存在"
    message = "附件不存在，或不是由本人上传。"
