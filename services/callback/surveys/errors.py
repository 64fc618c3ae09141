"""What a survey refuses, each with its own code; nothing is changed by a refusal."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class SurveyNotFoundError(NotFoundError):
    """No such survey, or not within the caller's scope."""

    code = "survey_not_found"
    title = "满意度调查不存在"


class SurveyExistsError(ConflictError):
    """The company has a survey of the quarter."""

    code = "survey_exists"
    title = "该季度已有满意度调查"


class SurveyStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "survey_step_not_allowed"
    title = "调查当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the act and the state."""
        return cls(f"调查处于“{state}”，不能执行“{act}”。", params={"act": act, "state": state})


class SurveyFrameEmptyError(RuleViolatedError):
    """No customer could be asked."""

    code = "survey_frame_empty"
    title = "抽样框为空"


class SurveyOpenerError(ForbiddenError):
    """The pack names other posts to release a survey."""

    code = "survey_not_opener"
    title = "岗位无权发布调查"


class SurveyOwnFrameError(ForbiddenError):
    """Whoever froze the frame does not release the survey."""

    code = "survey_own_frame"
    title = "抽样与发布须由不同人员办理"


class SurveyTooEarlyError(IllegalTransitionError):
    """The survey has not been in the field for as long as the pack asks, and customers may still answer."""

    code = "survey_close_too_early"
    title = "未到可结束调查的时间"


class InvitationNotFoundError(NotFoundError):
    """No such invitation, or not within the caller's scope."""

    code = "survey_invitation_not_found"
    title = "调查邀请不存在"


class InvitationEndedError(IllegalTransitionError):
    """The customer answered, declined, or is not to be asked any more."""

    code = "survey_invitation_ended"
    title = "该邀请已结束"


class InvitationClaimedError(ConflictError):
    """Somebody else is calling the customer."""

    code = "survey_invitation_claimed"
    title = "该客户正由他人访问"


class InvitationNotHeldError(ConflictError):
    """Only whoever took the customer on records what was said, while the lease lasts."""

    code = "survey_invitation_not_held"
    title = "未领取该邀请或领取已过期"


class OwnAnswerError(ForbiddenError):
    """The customer's account manager does not take down what the customer thinks of the service."""

    code = "survey_own_customer"
    title = "不得访问本人负责的客户"


class LinkInvalidError(NotFoundError):
    """The link was not made here."""

    code = "survey_link_invalid"
    title = "链接无效"


class LinkUsedError(ConflictError):
    """The customer answered already."""

    code = "survey_link_used"
    title = "链接已使用"


class LinkExpiredError(IllegalTransitionError):
    """The invitation or the survey has ended, or a newer link was made."""

    code = "survey_link_expired"
    title = "链接已过期"


class AnswerNotFoundError(NotFoundError):
    """No such open answer, or not within the caller's scope."""

    code = "survey_answer_not_found"
    title = "开放题答案不存在"


class AtFieldError(RuleViolatedError):
    """The input breaks a rule; subclasses say which, `message` says it in Chinese."""

    message = ""

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the offending field."""
        return cls(cls.message, errors=(FieldError(pointer, cls.code, cls.message),))


class SurveyPeriodError(AtFieldError):
    """Not the current quarter, nor the one before."""

    code = "survey_period"
    title = "调查季度不合规"
    message = "调查按季度进行，只能是本季度或上一季度，写作 2026-Q4。"


class AnswerOutsideQuestionnaireError(AtFieldError):
    """The questionnaire's version asks no such question, or knows no such answer."""

    code = "survey_answer_outside_questionnaire"
    title = "答案不在问卷范围内"
    message = "本次问卷没有这道题，或该题不能这样作答。"


class AnswerEmptyError(AtFieldError):
    """Not one question was answered."""

    code = "survey_answer_empty"
    title = "没有作答"
    message = "请至少回答一道题。"


class CategoryUnknownError(AtFieldError):
    """The pack has no such category."""

    code = "survey_category_unknown"
    title = "答案类别不存在"
    message = "该类别不在本次调查适用的规章中，或重复。"
