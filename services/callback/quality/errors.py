"""What the quality of calls refuses, each with its own code; nothing is changed by a refusal."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class ReviewNotFoundError(NotFoundError):
    """No such review, or not within the caller's scope."""

    code = "call_review_not_found"
    title = "通话评定不存在"


class NoReviewWaitingError(NotFoundError):
    """Nothing waits that the person may review."""

    code = "call_review_none_waiting"
    title = "没有待领取的评定"


class ReviewPostError(ForbiddenError):
    """The pack names other posts for the step."""

    code = "call_review_post_not_allowed"
    title = "岗位不承担该操作"


class OwnCallError(ForbiddenError):
    """Nobody judges the own call, that of somebody deputised for, or, where the pack says, of the own team."""

    code = "call_review_own_call"
    title = "不得评定本人或本班组的通话"


class SameReviewerError(ForbiddenError):
    """The step asks for a second person."""

    code = "call_review_same_person"
    title = "须由另一人办理"


class ReviewClaimedError(ConflictError):
    """Somebody has claimed it, perhaps the caller already."""

    code = "call_review_already_claimed"
    title = "评定已被领取"


class TooManyReviewsError(ConflictError):
    """The person holds as many as the pack allows."""

    code = "call_review_claim_limit"
    title = "领取的评定已达上限"


class ReviewNotClaimedError(ConflictError):
    """The person does not hold it, or the lease has run out."""

    code = "call_review_not_claimed"
    title = "未领取该评定"


class ReviewStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "call_review_step_not_allowed"
    title = "评定当前状态不允许该操作"


class ReviewNotDueError(IllegalTransitionError):
    """The spacing between two calls is not over."""

    code = "call_review_not_due"
    title = "未到再访时间"


class NotARecallError(IllegalTransitionError):
    """The customer is only called where the call was drawn for it."""

    code = "call_review_not_a_recall"
    title = "该评定不以再访进行"


class CallVoidError(IllegalTransitionError):
    """The callback was found falsified already."""

    code = "call_review_callback_void"
    title = "该回访已作废"


class DisputeWindowError(IllegalTransitionError):
    """The window for disputing has passed."""

    code = "call_review_dispute_window"
    title = "已过异议期限"


class AlreadyDisputedError(ConflictError):
    """A score is disputed once."""

    code = "call_review_disputed"
    title = "已提出过异议"


class _FieldRuleError(RuleViolatedError):
    """Names the field and the rule."""

    text = ""

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the field."""
        return cls(cls.text, errors=(FieldError(pointer, cls.code, cls.text),))


class ScoreMissingError(_FieldRuleError):
    """A criterion of the card is not given."""

    code = "call_review_score_missing"
    title = "评分项未评"
    text = "评分表的必评项须逐项评定。"


class ScoreOutsideCardError(_FieldRuleError):
    """No such criterion, too many points, or points for a fatal one."""

    code = "call_review_score_outside_card"
    title = "评分不符合评分表"
    text = "评分项、分值须符合评分表的该版本。"


class RecordingError(_FieldRuleError):
    """Listening needs the recording's reference, which is never a number of a telephone; a recall has none."""

    code = "call_review_recording"
    title = "录音编号不符合要求"
    text = "复听须给出录音编号，且不得含电话号码；再访不填。"


class OutcomeError(_FieldRuleError):
    """A recall says whether the customer confirms; listening does not."""

    code = "call_review_outcome"
    title = "再访结果不符合要求"
    text = "再访须且只有再访给出结果。"


class ReviewReasonError(_FieldRuleError):
    """A contradiction has reasons of the pack; nothing else has."""

    code = "call_review_reason"
    title = "不实情形不符合要求"
    text = "客户否认时须给出现行规章所列情形，其余不填。"


class UnreachedScoreError(_FieldRuleError):
    """Who was not reached said nothing to be scored."""

    code = "call_review_unreached_score"
    title = "未接通不得评分"
    text = "未接通客户时不得评分。"


class AmendmentError(_FieldRuleError):
    """An amended score is given whole; a kept one is not."""

    code = "call_review_amendment"
    title = "改判须给出评分"
    text = "改判须给出全部评分，维持则不填。"
