"""What the file of a case refuses, each with its own code."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class _AtPointerError(RuleViolatedError):
    message = ""

    @classmethod
    def at_pointer(cls, pointer: str, **params: str | int) -> Self:
        """Name the offending field."""
        text = cls.message.format(**params)
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params=params)


class ComplainantNotFoundError(NotFoundError):
    """The case has no such complainant, or the caller may not know of him."""

    code = "complainant_not_found"
    title = "投诉人不存在"


class ComplainantUnknownError(_AtPointerError):
    """A complainant is a customer, or somebody with a name or a telephone."""

    code = "complainant_without_identity"
    title = "缺少投诉人信息"
    message = "须填写客户、姓名或电话之一。"


class ComplainantCustomerError(_AtPointerError):
    """The customer belongs to another company."""

    code = "unknown_customer"
    title = "客户不存在"
    message = "本公司没有该客户。"


class ComplainantExistsError(ConflictError):
    """The same customer or telephone complains in this case already."""

    code = "complainant_exists"
    title = "该投诉人已在案"


class ComplainantWithdrawnError(IllegalTransitionError):
    """He was withdrawn before."""

    code = "complainant_withdrawn"
    title = "该投诉人已撤回"


class ComplainantHiddenError(ForbiddenError):
    """Anonymity was asked for: only the managing department, the office and the first-responsible know."""

    code = "complainant_hidden"
    title = "投诉人要求匿名"


class ComplainantContactMissingError(RuleViolatedError):
    """Neither a contact nor a customer is stored."""

    code = "complainant_contact_missing"
    title = "未存投诉人联系方式"


class RecordCodeUnknownError(_AtPointerError):
    """The pack in force does not define this code."""

    code = "record_code_unknown"
    title = "规章未定义的代码"
    message = "现行规章未定义该代码（{field}）。"


class RecordFileUnknownError(_AtPointerError):
    """No such file, or somebody else uploaded it."""

    code = "record_file_unknown"
    title = "附件不存在"
    message = "附件不存在，或不是由本人上传。"


class CorrectedRecordUnknownError(_AtPointerError):
    """A correction names an entry of the same case that the caller may read."""

    code = "corrected_record_unknown"
    title = "被更正的记录不存在"
    message = "本案没有该条记录，不能更正。"


class InvestigationSealedError(IllegalTransitionError):
    """The volume was sealed when the case was closed; a reopened case begins a new one."""

    code = "investigation_sealed"
    title = "调查卷已封存"


class InvestigationVolumeUnknownError(NotFoundError):
    """The case has no such volume."""

    code = "investigation_volume_unknown"
    title = "调查卷不存在"


class CaseMergedError(IllegalTransitionError):
    """The case is handled in another one."""

    code = "complaint_is_merged"
    title = "案件已并案"


class LinkTargetError(_AtPointerError):
    """The other case is unknown, the same, or younger than what it is said to be repeated by."""

    code = "link_target_invalid"
    title = "关联对象无效"
    message = "{reason}"


class LinkExistsError(ConflictError):
    """The two are linked this way already."""

    code = "link_exists"
    title = "已有该关联"


class LinkNotFoundError(NotFoundError):
    """The case has no such link."""

    code = "link_not_found"
    title = "关联不存在"


class RevealsComplainantError(_AtPointerError):
    """An anonymous case tied to a named one would tell who complained."""

    code = "reveals_complainant"
    title = "会暴露匿名投诉人"
    message = "匿名案件与实名案件不能关联或并案，否则会暴露投诉人。"


class MergeTargetError(_AtPointerError):
    """Cases are merged into another open case of the same company."""

    code = "merge_target_invalid"
    title = "并案对象无效"
    message = "{reason}"


class UnmergeTooLateError(IllegalTransitionError):
    """The case that it was merged into is settled."""

    code = "unmerge_too_late"
    title = "不能撤销并案"


class TemplateNotFoundError(NotFoundError):
    """No such template in the company."""

    code = "reply_template_not_found"
    title = "答复模板不存在"


class TemplateStepNotAllowedError(IllegalTransitionError):
    """The template's state does not allow the step."""

    code = "reply_template_step_not_allowed"
    title = "模板当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"模板处于“{state}”状态，不能执行“{act}”。", params={"act": act, "state": state})


class TemplateApproverError(ForbiddenError):
    """The office approves, and nobody approves their own draft."""

    code = "reply_template_approver"
    title = "无权批准该模板"


class TemplateDraftOpenError(ConflictError):
    """A draft of this code waits already."""

    code = "reply_template_draft_open"
    title = "该模板已有待批草稿"


class PlaceholderUnknownError(_AtPointerError):
    """Placeholders come from a closed list."""

    code = "placeholder_unknown"
    title = "占位符无效"
    message = "模板含有不在清单内的占位符或多余的花括号；可用：{known}。"


class PlaceholderEmptyError(RuleViolatedError):
    """The case has no value for a placeholder of the template."""

    code = "placeholder_without_value"
    title = "占位符没有内容"

    @classmethod
    def of(cls, names: list[str]) -> Self:
        """Name the placeholders."""
        text = f"案件没有以下占位符的内容：{'、'.join(names)}。"
        errors = tuple(FieldError("/template_id", cls.code, f"“{name}”没有内容。") for name in names)
        return cls(text, errors=errors, params={"placeholders": ",".join(names)})


class TemplateUnfitError(_AtPointerError):
    """The template is for other cases, or not approved."""

    code = "reply_template_unfit"
    title = "模板不适用"
    message = "模板未批准，或不适用于该类案件（{field}）。"


class RetaliationNotFoundError(NotFoundError):
    """No such report, or not for this person."""

    code = "retaliation_report_not_found"
    title = "举报不存在"


class RetaliationDecidedError(IllegalTransitionError):
    """The report was decided."""

    code = "retaliation_report_decided"
    title = "举报已有结论"


class RetaliationDeciderError(ForbiddenError):
    """Whoever reported or is accused does not decide."""

    code = "retaliation_decider"
    title = "无权作出结论"


class AccusedUnknownError(_AtPointerError):
    """Accused are people on the staff, or a department of the company."""

    code = "retaliation_accused_unknown"
    title = "被举报对象无效"
    message = "被举报的人员或部门不属于本公司。"


class AccusedMissingError(_AtPointerError):
    """A confirmed report names whom the consequence is for."""

    code = "retaliation_accused_missing"
    title = "缺少被举报对象"
    message = "认定成立须写明人员或部门。"
