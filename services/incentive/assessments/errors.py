"""What the sheets refuse, each with its own code."""

from shared.errors import ConflictError, ForbiddenError, IllegalTransitionError, NotFoundError


class AssessmentNotFoundError(NotFoundError):
    """No such sheet, or not within the caller's scope."""

    code = "assessment_not_found"
    title = "考核表不存在"


class AssessmentMonthNotFoundError(NotFoundError):
    """The month has no sheets yet, or they are not the caller's to see."""

    code = "assessment_month_not_found"
    title = "考核月份不存在"


class AssessmentReleasedError(IllegalTransitionError):
    """A released sheet never changes: it is corrected by a new edition."""

    code = "assessment_released"
    title = "考核表已发布"


class AssessmentNotReleasedError(IllegalTransitionError):
    """Only the latest released edition is corrected."""

    code = "assessment_not_released"
    title = "考核表尚未发布"


class AssessmentPostError(ForbiddenError):
    """The pack gives the release to other posts."""

    code = "assessment_post_not_allowed"
    title = "现行规章未授权该岗位"


class AssessmentFourEyesError(ForbiddenError):
    """Nobody releases their own sheet."""

    code = "assessment_four_eyes"
    title = "本人的考核表须由他人发布"


class AssessmentUnbalancedError(ConflictError):
    """The lines do not add up to the ledger's balance: nothing is released until it is found why."""

    code = "assessment_unbalanced"
    title = "考核表与台帐不符"
