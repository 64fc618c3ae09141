"""What tiering refuses, each with its own code."""

from typing import ClassVar

from shared.errors import (
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class TierRunNotFoundError(NotFoundError):
    """No such run in the caller's companies."""

    code: ClassVar[str] = "tier_run_not_found"
    title: ClassVar[str] = "没有找到该次分级"


class CustomerNotFoundError(NotFoundError):
    """No such customer in the caller's companies."""

    code: ClassVar[str] = "tier_customer_not_found"
    title: ClassVar[str] = "没有找到该客户"


class TierRunNotReadyError(IllegalTransitionError):
    """Only a run whose proposals lie ready can be confirmed."""

    code: ClassVar[str] = "tier_run_not_ready"
    title: ClassVar[str] = "该次分级不能确认"


class TierRunSupersededError(IllegalTransitionError):
    """A later run judged the same customers: what still holds waits for review there."""

    code: ClassVar[str] = "tier_run_superseded"
    title: ClassVar[str] = "该次分级已被后一次取代"


class TierReviewPostError(ForbiddenError):
    """The pack gives the review to other posts."""

    code: ClassVar[str] = "tier_review_post"
    title: ClassVar[str] = "级别须由规章指定的岗位审核"


class TierReviewOwnError(ForbiddenError):
    """Nobody confirms a run that he started."""

    code: ClassVar[str] = "tier_review_own"
    title: ClassVar[str] = "不得审核自己发起的分级"


class UnknownCustomersError(RuleViolatedError):
    """Some of the customers named are not in the company's registry."""

    code: ClassVar[str] = "tier_run_unknown_customers"
    title: ClassVar[str] = "名单中有未登记的客户"
