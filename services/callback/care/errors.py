"""What care refuses, each with its own code."""

from collections.abc import Sequence
from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class GreetingNotFoundError(NotFoundError):
    """No such greeting, or not within the caller's scope."""

    code = "greeting_not_found"
    title = "问候不存在"


class GreetingStepError(IllegalTransitionError):
    """It was done, skipped or cancelled already, or a message does it."""

    code = "greeting_step_not_allowed"
    title = "问候当前状态不允许该操作"

    @classmethod
    def of(cls, state: str) -> Self:
        """Name the state."""
        return cls(f"该问候处于“{state}”，不能再登记。", params={"state": state})

    @classmethod
    def by_message(cls) -> Self:
        """A message greets."""
        return cls("该问候由短信发送，不由人员登记。")


class GiftNotFoundError(NotFoundError):
    """No such gift, or not within the caller's scope."""

    code = "gift_not_found"
    title = "礼品登记不存在"


class GiftCodeError(RuleViolatedError):
    """The pack has no such kind or occasion of a gift."""

    code = "gift_code_unknown"
    title = "礼品种类或场合不存在"

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the field."""
        text = "现行规章没有该代码。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class GiftReceiverError(RuleViolatedError):
    """The customer or the member is not known, or the greeting is another's."""

    code = "gift_receiver_unknown"
    title = "受礼客户或成员不符"

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the field."""
        text = "没有这个客户或成员，或与所属问候不符。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class GiftDateError(RuleViolatedError):
    """A gift is registered once it was given, in its own year."""

    code = "gift_date_invalid"
    title = "赠送日期不符"

    @classmethod
    def at_pointer(cls, pointer: str = "/given_on") -> Self:
        """Name the field."""
        text = "赠送日期不得在将来，且须在本年内。"
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class GiftLimitError(RuleViolatedError):
    """The gift exceeds a limit: it needs a reason and the approval of the post that the pack names."""

    code = "gift_limit_exceeded"
    title = "礼品超过限额"

    @classmethod
    def of(cls, exceeded: Sequence[str], *, occasion_fen: int, year_fen: int) -> Self:
        """Name the limits."""
        text = f"超过限额（{'、'.join(_NAMES[one] for one in exceeded)}），请说明理由（reason）提交审批。"
        params: dict[str, str | int] = {"occasion_fen": occasion_fen, "year_fen": year_fen}
        return cls(text, errors=(FieldError("/value_fen", cls.code, text),), params=params)


_NAMES = {"standard": "本次问候的标准", "occasion": "每次限额", "year": "全年限额"}


class GiftStepError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "gift_step_not_allowed"
    title = "礼品登记当前状态不允许该操作"

    @classmethod
    def of(cls, state: str) -> Self:
        """Name the state."""
        return cls(f"该礼品登记处于“{state}”，不能执行此操作。", params={"state": state})


class GiftPostError(ForbiddenError):
    """Another post decides."""

    code = "gift_post_required"
    title = "须由指定岗位审批"


class GiftOwnError(ForbiddenError):
    """Nobody approves their own."""

    code = "gift_own"
    title = "不得审批本人经办的礼品"


class GiftGiverError(ForbiddenError):
    """Whoever proposed the gift gives it."""

    code = "gift_giver_required"
    title = "须由经办人登记赠送"


class ActivityNotFoundError(NotFoundError):
    """No such activity or invitation, or not of the caller's company."""

    code = "activity_not_found"
    title = "活动或邀请不存在"


class ActivityInvalidError(RuleViolatedError):
    """Kind, tier or time do not fit."""

    code = "activity_invalid"
    title = "活动内容不符合规章"

    @classmethod
    def at_pointer(cls, pointer: str, text: str) -> Self:
        """Name the field and the rule."""
        return cls(text, errors=(FieldError(pointer, cls.code, text),))


class ActivityStepError(IllegalTransitionError):
    """The state of the activity or invitation, or the time, does not allow the step."""

    code = "activity_step_not_allowed"
    title = "活动或邀请当前不允许该操作"


class InvitationExistsError(ConflictError):
    """The customer is invited already."""

    code = "invitation_exists"
    title = "该客户已受邀"


class SeatsTakenError(ConflictError):
    """As many have accepted as there are seats."""

    code = "activity_full"
    title = "名额已满"
