"""What the delegation of authority refuses, each with its own code."""

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


class AuthorityNotFoundError(NotFoundError):
    """The pack in force has no such item."""

    code = "authority_not_found"
    title = "规章没有该授权事项"


class AuthorisationNotFoundError(NotFoundError):
    """No such authorisation, or not within the caller's scope."""

    code = "authorisation_not_found"
    title = "授权处理单不存在"


class AuthorityLedgerNotFoundError(NotFoundError):
    """The month has not begun, or nothing was ever entered in it."""

    code = "authority_ledger_not_found"
    title = "该月台帐不存在"


class AuthorisationStepNotAllowedError(IllegalTransitionError):
    """The state does not allow this."""

    code = "authorisation_step_not_allowed"
    title = "授权处理单当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the act and the state."""
        return cls(f"授权处理单处于“{state}”，不能执行“{act}”。", params={"act": act, "state": state})


class StepsOutstandingError(IllegalTransitionError):
    """Confirmations, signatures or approvals are missing: nothing is done and no money leaves before."""

    code = "authority_steps_outstanding"
    title = "手续未齐"

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Name what is missing, in the pack's words."""
        return cls(f"下列手续未齐，不得执行：{'；'.join(texts)}。")


class LedgerStepNotAllowedError(IllegalTransitionError):
    """The ledger's state does not allow this."""

    code = "authority_ledger_step_not_allowed"
    title = "台帐当前状态不允许该操作"


class LedgerMonthOpenError(IllegalTransitionError):
    """The month is not over."""

    code = "authority_ledger_month_open"
    title = "当月尚未结束"


class AlreadyReportedError(ConflictError):
    """The abuse of this authorisation was reported already."""

    code = "authority_abuse_already_reported"
    title = "该授权的违规已上报"


class AlreadyCheckedError(ConflictError):
    """The use was checked already."""

    code = "authority_already_checked"
    title = "该授权已抽查"


class AuthorityPostError(ForbiddenError):
    """The pack gives this to other posts."""

    code = "authority_post_not_allowed"
    title = "岗位无权办理该授权步骤"


class OwnRequestError(ForbiddenError):
    """Nobody confirms, decides, signs or approves the own request."""

    code = "authority_own_request"
    title = "不得办理本人的申请"


class NotRequesterError(ForbiddenError):
    """Only whoever asked may do this."""

    code = "authority_not_requester"
    title = "不是申请人"


class ConditionFailedError(RuleViolatedError):
    """A condition of the item does not hold."""

    code = "authority_condition_failed"
    title = "不符合授权条件"


class LimitExceededError(RuleViolatedError):
    """The amount lies beyond what may be decided on, and the pack lets it go up to nobody."""

    code = "authority_limit_exceeded"
    title = "超出授权金额上限"


class SplitError(RuleViolatedError):
    """Several small uses make up one that lies beyond the limit."""

    code = "authority_split"
    title = "拆分使用授权"


class UnreconciledError(RuleViolatedError):
    """Approved and executed differ, and nobody said why."""

    code = "authority_ledger_unreconciled"
    title = "台帐与处理单不一致"


class _AtPointerError(RuleViolatedError):
    message = ""

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the offending field."""
        return cls(cls.message, errors=(FieldError(pointer, cls.code, cls.message),))


class AuthorityUnknownError(_AtPointerError):
    """The pack in force has no such item."""

    code = "authority_unknown"
    title = "规章未定义的授权事项"
    message = "现行规章没有该授权事项。"


class NothingToDecideError(IllegalTransitionError):
    """No abuse with damage waits for the committee."""

    code = "authority_abuse_nothing_to_decide"
    title = "没有待决定的违规"


class FactUnknownError(_AtPointerError):
    """The item has no such condition, or the condition is shown in another way."""

    code = "authority_fact_unknown"
    title = "与授权条件不符的事实"
    message = "该授权事项没有此项条件，或此项条件须以其他方式证明。"


class AmountError(_AtPointerError):
    """Amount or quantity do not fit the item."""

    code = "authority_amount_invalid"
    title = "金额或数量与授权事项不符"
    message = "有固定标准的事项只填数量，按实际发生的事项填写金额，不涉及金额的事项不得填写；数量不得超出条件所列。"


class AmountBeyondApprovalError(_AtPointerError):
    """More than was approved."""

    code = "authority_amount_beyond_approval"
    title = "执行金额超出批准金额"
    message = "执行金额不得超出批准金额。"


class LinkRequiredError(_AtPointerError):
    """Money is always for somebody."""

    code = "authority_link_required"
    title = "缺少关联客户、投诉或工单"
    message = "涉及金额的授权须关联客户、投诉或工单。"


class LinkUnknownError(_AtPointerError):
    """The linked case or customer is not there for the caller."""

    code = "authority_link_unknown"
    title = "关联的投诉或客户不存在"
    message = "关联的投诉或客户不存在，或不在本人权限范围内。"


class OrderDepartmentError(_AtPointerError):
    """The pack lists the departments that may receive the order or note."""

    code = "authority_order_department_invalid"
    title = "接单部门与规章不符"
    message = "接单部门须为规章所列部门之一，多于一个时须写明，不需要工单的不得填写。"


class LiaisonInvalidError(_AtPointerError):
    """A liaison note names matter, owner of the receiving department and a deadline to come."""

    code = "authority_liaison_invalid"
    title = "业务联系单内容不全"
    message = "业务联系单须写明事项、接单部门在岗的责任人与将来的期限；其他事项不得填写。"


class RelatedDepartmentError(_AtPointerError):
    """The pack in force has no such department."""

    code = "authority_department_unknown"
    title = "规章未定义的部门"
    message = "现行规章未定义该部门。"


class AuthorityFileUnknownError(_AtPointerError):
    """No such file, or somebody else uploaded it."""

    code = "authority_file_unknown"
    title = "证明文件不存在"
    message = "证明文件不存在，或不是由本人上传。"


class OccurredAtError(_AtPointerError):
    """Not before it was approved, not in the future, not further back than the pack lets a use be filed."""

    code = "authority_occurred_at_invalid"
    title = "执行时间不合规"
    message = "执行时间不得晚于现在，不得早于批准；事后补办的不得早于规章许可的补办期限。"


class OrderRequiredError(_AtPointerError):
    """Whoever files the order names it."""

    code = "authority_order_required"
    title = "缺少补办的工单"
    message = "补办工单的步骤须写明工单，其他步骤不得填写。"


class MeansUnknownError(_AtPointerError):
    """The pack does not check in this way."""

    code = "authority_check_means_unknown"
    title = "规章未列的抽查方式"
    message = "现行规章未列该抽查方式。"


class PointsError(_AtPointerError):
    """The pack bounds the points."""

    code = "authority_points_out_of_range"
    title = "扣分超出规章范围"
    message = "扣分须在规章规定的范围内。"
