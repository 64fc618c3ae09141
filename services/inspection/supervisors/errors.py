"""What the supervision network refuses, each with its own code; nothing is changed by a refusal."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class SupervisorNotFoundError(NotFoundError):
    """No such member, or not within the caller's scope."""

    code = "supervisor_not_found"
    title = "社会监督员不存在"


class SupervisorActivityNotFoundError(NotFoundError):
    """No such invitation, or not within the caller's scope."""

    code = "supervisor_activity_not_found"
    title = "监督活动不存在"


class ObservationNotFoundError(NotFoundError):
    """No such observation, or not within the caller's scope."""

    code = "observation_not_found"
    title = "监督意见不存在"


class SupervisorPostError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "supervisor_post_not_allowed"
    title = "岗位无权办理社会监督事项"


class OwnAnswerError(ForbiddenError):
    """Whoever made or recorded an observation does not answer it."""

    code = "observation_own_answer"
    title = "不得答复本人提出或登记的意见"


class OwnReviewError(ForbiddenError):
    """Whoever wrote the department's answer does not review it."""

    code = "observation_own_review"
    title = "不得审核本人的答复"


class NotOwnDepartmentError(ForbiddenError):
    """A department answers for itself."""

    code = "observation_not_own_department"
    title = "须由被反映的部门答复"


class _StepError(IllegalTransitionError):
    thing = ""

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"{cls.thing}处于“{state}”状态，不能执行“{act}”。", params={"act": act, "state": state})


class SupervisorStepNotAllowedError(_StepError):
    """The membership's state does not allow the step."""

    code = "supervisor_step_not_allowed"
    title = "社会监督员当前状态不允许该操作"
    thing = "社会监督员"


class ActivityStepNotAllowedError(_StepError):
    """The invitation's state does not allow the step."""

    code = "supervisor_activity_step_not_allowed"
    title = "监督活动当前状态不允许该操作"
    thing = "监督活动"


class ObservationStepNotAllowedError(_StepError):
    """The observation's state does not allow the step."""

    code = "observation_step_not_allowed"
    title = "监督意见当前状态不允许该操作"
    thing = "监督意见"


class SupervisorTermExpiredError(IllegalTransitionError):
    """The member's term is over; it is to be renewed first."""

    code = "supervisor_term_expired"
    title = "社会监督员聘期已满"


class SupervisorErasedError(ConflictError):
    """Name and telephone were erased."""

    code = "supervisor_erased"
    title = "个人信息已删除"


class AlreadyMemberError(ConflictError):
    """The same telephone or account belongs to a member already."""

    code = "supervisor_already_member"
    title = "已是社会监督员"


class AlreadyFindingError(ConflictError):
    """It became a finding already."""

    code = "observation_already_finding"
    title = "已转为检查发现"


class AlreadyComplainedError(ConflictError):
    """It became a complaint already."""

    code = "observation_already_complained"
    title = "已转为投诉"


class _AtPointerError(RuleViolatedError):
    message = ""

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the offending field."""
        return cls(cls.message, errors=(FieldError(pointer, cls.code, cls.message),))


class GroupOverShareError(_AtPointerError):
    """The group holds as many seats as its greatest share allows."""

    code = "supervisor_group_over_share"
    title = "社会群体超过比例上限"
    message = "该社会群体的名额已达规章规定的比例上限。"


class NetworkFullError(_AtPointerError):
    """Every seat of the network is taken."""

    code = "supervisor_network_full"
    title = "社会监督网名额已满"
    message = "社会监督网的名额已满。"


class SupervisorCodeUnknownError(_AtPointerError):
    """The pack in force does not define this code."""

    code = "supervisor_code_unknown"
    title = "使用了规章未定义的代码"
    message = "现行规章未定义该代码。"


class SupervisorTermInvalidError(_AtPointerError):
    """A term ends after it begins and within the months of the pack."""

    code = "supervisor_term_invalid"
    title = "聘期不符合规章"
    message = "聘期须晚于起始日和今天，且不超过规章规定的月数。"


class SupervisorTermsExhaustedError(_AtPointerError):
    """The member served as many terms as the pack allows."""

    code = "supervisor_terms_exhausted"
    title = "已达最多连任届数"
    message = "该社会监督员已达规章规定的最多届数。"


class SupervisorPhoneError(_AtPointerError):
    """Not a telephone number."""

    code = "supervisor_phone_invalid"
    title = "电话号码不正确"
    message = "电话号码格式不正确。"


class SupervisorAccountError(_AtPointerError):
    """No account of this company with a post of the network."""

    code = "supervisor_account_unknown"
    title = "账号不可用"
    message = "本公司没有该社会监督员账号。"


class SupervisorRequiredError(_AtPointerError):
    """Who files for somebody else says for whom."""

    code = "observation_supervisor_required"
    title = "未指明社会监督员"
    message = "代为登记须指明社会监督员。"


class ActivityTimeError(_AtPointerError):
    """An invitation is for a time to come within the term; a record is of a time that has been."""

    code = "supervisor_activity_time"
    title = "活动时间不符合要求"
    message = "邀请的时间须在以后且在聘期内，记录的时间不得在以后。"


class ObservationTimeError(_AtPointerError):
    """Seen in the future, or too long ago."""

    code = "observation_time"
    title = "所见时间不符合要求"
    message = "所见时间不得在以后，也不得早于规章规定的天数。"


class ObservationActivityError(_AtPointerError):
    """No activity of this member that was accepted or held."""

    code = "observation_activity_unknown"
    title = "监督活动不可用"
    message = "该社会监督员没有参加该监督活动。"


class SupervisorEvidenceUnknownError(_AtPointerError):
    """No such file of the caller."""

    code = "supervisor_evidence_unknown"
    title = "证据文件不存在"
    message = "证据文件不存在。"


class SupervisorEvidenceTypeError(_AtPointerError):
    """The pack does not admit this type of file."""

    code = "supervisor_evidence_type"
    title = "证据类型不符"
    message = "现行规章不接受该类型的文件。"


class PublishedIdentityError(_AtPointerError):
    """The public wording holds the member's name or telephone."""

    code = "observation_names_supervisor"
    title = "公开文字含个人信息"
    message = "公开文字不得含社会监督员的姓名或电话。"
