"""What a visit refuses, each with its own code; nothing is changed by a refusal."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class VisitNotFoundError(NotFoundError):
    """No such visit, or not within the caller's scope."""

    code = "visit_not_found"
    title = "走访或服务不存在"


class VisitPlanNotFoundError(NotFoundError):
    """No such run of the planning in the caller's companies."""

    code = "visit_plan_not_found"
    title = "走访计划不存在"


class VisitStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "visit_step_not_allowed"
    title = "当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the act and the state."""
        return cls(f"该项处于“{state}”，不能执行“{act}”。", params={"act": act, "state": state})


class VisitNotBegunError(IllegalTransitionError):
    """Its window has not begun."""

    code = "visit_not_begun"
    title = "本期尚未开始"


class MovesExhaustedError(ConflictError):
    """The date was moved as often as the pack allows."""

    code = "visit_moves_exhausted"
    title = "改期次数已用完"


class MovePendingError(ConflictError):
    """A move beyond the window waits for its decision."""

    code = "visit_move_pending"
    title = "已有待批准的改期"


class NoMovePendingError(IllegalTransitionError):
    """Nothing waits for a decision."""

    code = "visit_no_move_pending"
    title = "没有待批准的改期"


class OwnMoveError(ForbiddenError):
    """Nobody approves their own, nor what they owe themselves."""

    code = "visit_own_move"
    title = "不得批准本人的改期"


class MoveNotYoursError(ForbiddenError):
    """The pack lets other posts decide."""

    code = "visit_move_not_yours"
    title = "岗位无权批准改期"


class ServiceStartedAlreadyError(ConflictError):
    """The same service of the customer is under way."""

    code = "visit_service_under_way"
    title = "该项服务正在进行"


class AtFieldError(RuleViolatedError):
    """The input breaks a rule; subclasses say which, `message` says it in Chinese."""

    message = ""

    @classmethod
    def at_pointer(cls, pointer: str, **params: str | int) -> Self:
        """Name the offending field."""
        text = cls.message.format(**params)
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params=params)


class PlanPeriodError(AtFieldError):
    """A plan is for a year or a month that has not ended, at most the next year."""

    code = "visit_plan_period"
    title = "计划期间不合规"
    message = "计划期间须为尚未结束的年或月，最远到下一年。"


class VisitedAtError(AtFieldError):
    """The time lies in the future or before the window."""

    code = "visit_time_outside"
    title = "走访时间不合规"
    message = "走访时间须在本期开始之后、当前时间之前。"


class ProofMissingError(AtFieldError):
    """A proof that the service asks for is not there."""

    code = "visit_proof_missing"
    title = "缺少凭证"
    message = "该项服务须附“{proof}”。"


class ProofUnknownError(AtFieldError):
    """The pack has no such kind of proof."""

    code = "visit_proof_unknown"
    title = "凭证种类不存在"
    message = "该凭证种类不在现行规章中。"


class ProofFileError(AtFieldError):
    """The kind of proof needs a file that the recorder stored, a photo a picture."""

    code = "visit_proof_file"
    title = "凭证文件不合规"
    message = "该凭证须引用由登记人上传的文件；照片须为图片。"


class ParticipantMissingError(AtFieldError):
    """A post that must take part did not."""

    code = "visit_participant_missing"
    title = "缺少应参加人员"
    message = "须由岗位 {post} 的人员参加。"


class ParticipantUnknownError(AtFieldError):
    """No such member of staff, or not in that post."""

    code = "visit_participant_unknown"
    title = "参加人员不符"
    message = "该人员不是本公司人员，或不任该岗位。"


class NeedUnknownError(AtFieldError):
    """The pack has no such need."""

    code = "visit_need_unknown"
    title = "需求种类不存在"
    message = "该需求种类不在现行规章中。"


class MoveDateError(AtFieldError):
    """The new date is past, the same, before the window or too far beyond it."""

    code = "visit_date_out_of_range"
    title = "改期日期不合规"
    message = "新日期须在今天及本期开始之后，最迟不超过本期结束后 {days} 天。"


class CancelReasonError(AtFieldError):
    """The pack has no such reason."""

    code = "visit_cancel_reason_unknown"
    title = "取消原因不存在"
    message = "该取消原因不在现行规章中。"


class OwnerUnfitError(AtFieldError):
    """The person does not hold a post that gives the service."""

    code = "visit_owner_unfit"
    title = "负责人岗位不符"
    message = "负责人须在职，并任该项服务的提供岗位。"


class ServiceNotEntitledError(AtFieldError):
    """The customer's tier or kind does not have the service."""

    code = "visit_not_entitled"
    title = "客户不享有该项服务"
    message = "该客户的级别或类型不享有该项服务，或该服务不由此处办理。"


class ServicePlannedError(AtFieldError):
    """The service is planned by its frequency; nobody starts it."""

    code = "visit_service_is_planned"
    title = "该项服务按期计划"
    message = "该级别的这项服务按频次计划，不能由人员发起。"


class TrialEndError(AtFieldError):
    """Only a trial has an end; it lies in the future and within the pack's months."""

    code = "visit_trial_end"
    title = "试用截止日期不合规"
    message = "仅试用填写截止日期，且须在今天之后、规章规定的 {months} 个月之内。"


class MemberUnknownError(AtFieldError):
    """No such served member of the customer, or the service is not for members."""

    code = "visit_member_unknown"
    title = "成员不符"
    message = "该成员不是本客户的在服重要成员，或该项服务不以成员为对象。"


class CustomerUnknownError(AtFieldError):
    """Nobody has told of such a customer, or it is no customer any more."""

    code = "visit_customer_unknown"
    title = "客户不存在或已停用"
    message = "没有这个在用客户。"
