"""What the interface to supervision centres refuses, each with its own code; nothing is changed by a refusal."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class SupervisionNotFoundError(NotFoundError):
    """No such opinion, or not within the caller's scope."""

    code = "supervision_opinion_not_found"
    title = "外部意见不存在"


class SupervisionPostError(ForbiddenError):
    """The pack names other posts for the step, or for the source."""

    code = "supervision_post_not_allowed"
    title = "岗位不承担该操作"


class SameAnswererError(ForbiddenError):
    """Whoever wrote the department's answer does not review it."""

    code = "supervision_same_person"
    title = "不得审核本人的答复"


class SupervisionStepNotAllowedError(IllegalTransitionError):
    """The state does not allow the step."""

    code = "supervision_step_not_allowed"
    title = "外部意见当前状态不允许该操作"


class AlreadyComplainedError(ConflictError):
    """It was turned into a complaint already."""

    code = "supervision_already_complained"
    title = "已转为投诉"


class _FieldRuleError(RuleViolatedError):
    """Names the field and the rule."""

    text = ""

    @classmethod
    def at_pointer(cls, pointer: str) -> Self:
        """Name the field."""
        return cls(cls.text, errors=(FieldError(pointer, cls.code, cls.text),))


class UnknownSourceError(_FieldRuleError):
    """The pack has no such source."""

    code = "supervision_source_unknown"
    title = "外部来源不存在"
    text = "该来源不在现行规章中。"


class UnknownKindError(_FieldRuleError):
    """The pack has no such kind."""

    code = "supervision_kind_unknown"
    title = "意见种类不存在"
    text = "该种类不在现行规章中。"


class UnknownDepartmentError(_FieldRuleError):
    """The pack has no such department."""

    code = "supervision_department_unknown"
    title = "答复部门不存在"
    text = "该部门不在现行规章中。"


class DeadlineError(_FieldRuleError):
    """The centre's deadline is past when the opinion arrives."""

    code = "supervision_deadline"
    title = "对方期限不符合要求"
    text = "对方期限须晚于到达时间。"


class CaseLinkError(_FieldRuleError):
    """A case is named by its kind and id together."""

    code = "supervision_case_link"
    title = "关联事项不完整"
    text = "关联事项须同时给出种类与编号。"


class CustomerMissingError(_FieldRuleError):
    """A complaint needs the customer whose it is."""

    code = "supervision_customer_missing"
    title = "未关联客户"
    text = "转为投诉前须先关联客户。"
