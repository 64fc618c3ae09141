"""What trainings, meetings and published examples refuse."""

from services.inspection.improvement.errors.alike import AtPointerError, StepNotAllowedError
from shared.errors import ConflictError, ForbiddenError, NotFoundError


class TrainingNotFoundError(NotFoundError):
    """No such training, or not within the caller's scope."""

    code = "training_not_found"
    title = "培训记录不存在"


class ServiceMeetingNotFoundError(NotFoundError):
    """No such meeting, or not within the caller's scope."""

    code = "service_meeting_not_found"
    title = "服务例会记录不存在"


class GatheringDutyNotFoundError(NotFoundError):
    """No such duty, or not within the caller's scope."""

    code = "gathering_duty_not_found"
    title = "应开展的培训或例会不存在"


class MeetingDecisionNotFoundError(NotFoundError):
    """No such decision, or not within the caller's scope."""

    code = "meeting_decision_not_found"
    title = "例会决定不存在"


class GoodExampleNotFoundError(NotFoundError):
    """No such publication, or not one that the caller may see."""

    code = "good_example_not_found"
    title = "好的做法不存在"


class DecisionStepNotAllowedError(StepNotAllowedError):
    """The decision is settled."""

    code = "meeting_decision_step_not_allowed"
    title = "例会决定当前状态不允许该操作"
    what = "例会决定"


class ExampleStepNotAllowedError(StepNotAllowedError):
    """The publication's state does not allow the step."""

    code = "good_example_step_not_allowed"
    title = "好的做法当前状态不允许该操作"
    what = "好的做法"


class ExampleFourEyesError(ForbiddenError):
    """Another person publishes what somebody drafted."""

    code = "good_example_four_eyes"
    title = "好的做法须由他人审核后公布"


class ExampleKnownError(ConflictError):
    """A finding is published once."""

    code = "good_example_already_drafted"
    title = "该好的做法已登记公布"


class GatheringHeldError(AtPointerError):
    """What is recorded was held, and not longer ago than the pack lets it be recorded."""

    code = "gathering_held_invalid"
    title = "开展时间不当"
    message = "开展时间不得晚于现在，也不得早于规章允许补记的期限。"


class GatheringMinutesError(AtPointerError):
    """A record has its minutes."""

    code = "gathering_minutes_missing"
    title = "缺少会议纪要或培训记录文件"
    message = "须附会议纪要或培训记录文件。"


class GatheringPeriodError(AtPointerError):
    """A record counts for the period in which it was held, or makes up for an earlier one that is still owed."""

    code = "gathering_period_invalid"
    title = "补开期间不当"
    message = "只能补开尚未了结的以前期间。"


class ExampleNotPublishableError(AtPointerError):
    """Only a confirmed good example that may be published is published."""

    code = "good_example_not_publishable"
    title = "不能公布"
    message = "只有已确认且允许公布的好的做法才能公布。"


class ExamplePersonalError(AtPointerError):
    """What is published holds no telephone and no identity number."""

    code = "good_example_personal_data"
    title = "公布内容含个人信息"
    message = "公布内容不得含电话、证件或客户编号。"
