"""What the counters refuse, each with its own code; nothing is changed by a refusal."""

from shared.errors import ForbiddenError, IllegalTransitionError, NotFoundError


class StandingNotFoundError(NotFoundError):
    """No such standing, or not within the caller's scope."""

    code = "incentive_standing_not_found"
    title = "奖惩后果不存在"


class StandingStepNotAllowedError(IllegalTransitionError):
    """Only a suspension from the post that holds now is lifted."""

    code = "incentive_standing_step_not_allowed"
    title = "只能解除正在执行的待岗"


class OwnStandingError(ForbiddenError):
    """Nobody lifts the own suspension, nor that of somebody deputised for."""

    code = "incentive_own_standing"
    title = "不得解除本人的待岗"


class LiftPostError(ForbiddenError):
    """The pack says which posts lift a suspension."""

    code = "incentive_lift_post"
    title = "现行规章规定由其他岗位解除待岗"
