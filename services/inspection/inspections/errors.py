"""What an inspection refuses, each with its own code; nothing is changed by a refusal."""

from typing import Self

from shared.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    IllegalTransitionError,
    NotFoundError,
    RuleViolatedError,
)


class InspectionNotFoundError(NotFoundError):
    """No such inspection, or not within the caller's sight."""

    code = "inspection_not_found"
    title = "检查不存在"


class InspectionStepNotAllowedError(IllegalTransitionError):
    """The inspection's state does not allow the step."""

    code = "inspection_step_not_allowed"
    title = "检查当前状态不允许该操作"

    @classmethod
    def of(cls, act: str, state: str) -> Self:
        """Name the step and the state."""
        return cls(f"检查处于“{state}”状态，不能执行“{act}”。", params={"act": act, "state": state})


class InspectionFindingsInForceError(IllegalTransitionError):
    """An inspection whose findings are in force is not void: they are contested one by one."""

    code = "inspection_findings_in_force"
    title = "检查发现已生效，不能作废检查"


class InspectionFormReusedError(ConflictError):
    """The form's id stands for another form."""

    code = "inspection_form_reused"
    title = "检查表编号已被另一份检查表使用"


class InspectionFourEyesError(ForbiddenError):
    """Who inspected, went along or filled the form does not answer for the department, nor judges the inspection."""

    code = "inspection_four_eyes"
    title = "须由他人处理"


class InspectionNotInspectorError(ForbiddenError):
    """Only the inspector, or who stands in for the inspector by the pack."""

    code = "inspection_not_inspector"
    title = "须由检查人员本人办理"


class InspectionPostError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "inspection_post_not_allowed"
    title = "岗位无权办理该检查"


class AtFieldError(RuleViolatedError):
    """The input breaks a rule; subclasses say which, `message` says it in Chinese."""

    message = ""

    @classmethod
    def at_pointer(cls, pointer: str, **params: str | int) -> Self:
        """Name the offending field."""
        text = cls.message.format(**params)
        return cls(text, errors=(FieldError(pointer, cls.code, text),), params=params)


class InspectionOwnDepartmentError(AtFieldError):
    """An inspector never inspects the own department."""

    code = "inspection_own_department"
    title = "不得检查本部门"
    message = "检查人员与随行人员不得属于被检查部门。"


class InspectionStaffUnfitError(AtFieldError):
    """No such member of staff at work, or in none of the posts that inspect."""

    code = "inspection_staff_unfit"
    title = "人员不符"
    message = "须为本公司在职人员；检查人员须任规章规定的检查岗位。"


class InspectionFieldMissingError(AtFieldError):
    """An inspection of this origin needs the field."""

    code = "inspection_field_missing"
    title = "检查内容不完整"
    message = "该检查必须填写此项。"


class InspectionFieldSurplusError(AtFieldError):
    """The plan says it already."""

    code = "inspection_field_surplus"
    title = "检查内容有多余项"
    message = "计划内检查以计划和实施方案为准，不得另填此项。"


class InspectionCodeUnknownError(AtFieldError):
    """The pack in force does not define this code."""

    code = "inspection_code_unknown"
    title = "检查使用了规章未定义的代码"
    message = "现行规章未定义该代码。"


class InspectionDateError(AtFieldError):
    """An inspection is held today or later."""

    code = "inspection_date_past"
    title = "检查日期不合规"
    message = "检查日期须自今天起，最迟一年内。"


class InspectionSampleSizeError(AtFieldError):
    """The pack limits a sample."""

    code = "inspection_sample_size"
    title = "抽样数量不合规"
    message = "抽样数量最多 {greatest}。"


class InspectionFollowsUnknownError(AtFieldError):
    """No such rectification notice or inspection of the same department."""

    code = "inspection_follows_unknown"
    title = "复查的对象不存在"
    message = "被检查部门没有这份整改通知书或检查。"


class InspectionFormTimesRequiredError(AtFieldError):
    """A form, late or not, says when the inspection was held."""

    code = "inspection_form_times_required"
    title = "检查表缺少时间"
    message = "检查表必须写明检查开始和结束时间。"


class InspectionFormTimesOrderError(AtFieldError):
    """Held, ended, filled: one after the other."""

    code = "inspection_form_times_order"
    title = "检查表时间先后有误"
    message = "检查开始、结束、填表时间须先后有序。"


class InspectionFormTimesFutureError(AtFieldError):
    """Nothing is recorded before it happened."""

    code = "inspection_form_times_future"
    title = "检查表时间晚于当前时间"
    message = "检查表的时间不得晚于当前时间。"


class InspectionFormBeforePreparationError(AtFieldError):
    """An inspection is prepared before it is held."""

    code = "inspection_form_before_preparation"
    title = "检查时间早于准备时间"
    message = "检查时间不得早于检查准备时间。"


class InspectionFormTooLateError(AtFieldError):
    """The form comes later than the pack allows."""

    code = "inspection_form_too_late"
    title = "检查表已过补录期限"
    message = "检查表最迟在检查结束后 {days} 天内补录。"


class InspectionTeamDiffersError(AtFieldError):
    """The inspection was prepared for another team."""

    code = "inspection_team_differs"
    title = "班组与检查准备不符"
    message = "该检查已定被检查班组，检查表不得另写班组。"


class InspectionPointUnknownError(AtFieldError):
    """The checklist has no such point."""

    code = "inspection_point_unknown"
    title = "检查项不存在"
    message = "检查表没有该检查项。"


class InspectionPointRepeatedError(AtFieldError):
    """A point is answered once."""

    code = "inspection_point_repeated"
    title = "检查项重复"
    message = "同一检查项只能填写一次。"


class InspectionPointMissingError(AtFieldError):
    """Every point of the checklist is answered."""

    code = "inspection_point_missing"
    title = "检查项未填全"
    message = "检查项“{point}”尚未填写。"


class InspectionPointApplicableError(AtFieldError):
    """The checklist does not let this point be left out."""

    code = "inspection_point_applicable"
    title = "检查项必须检查"
    message = "该检查项不得填“不适用”。"


class InspectionRemarksRequiredError(AtFieldError):
    """What is not in order is described."""

    code = "inspection_remarks_required"
    title = "缺少情况说明"
    message = "不合格或未检查的，必须写明情况。"


class InspectionEvidenceRequiredError(AtFieldError):
    """The checklist asks for evidence here."""

    code = "inspection_evidence_required"
    title = "缺少证据"
    message = "该检查项必须附证据文件。"


class InspectionEvidenceUnknownError(AtFieldError):
    """No such file, or stored by somebody who did not inspect."""

    code = "inspection_evidence_unknown"
    title = "检查证据不存在"
    message = "证据文件不存在，或不是检查人员上传的。"


class InspectionEvidenceTypeError(AtFieldError):
    """Neither the point nor the method admits this type of file."""

    code = "inspection_evidence_type"
    title = "检查证据类型不符"
    message = "该检查项或检查方式不接受该类型的文件作为证据。"


class InspectionSubjectUnknownError(AtFieldError):
    """The subject was not drawn, or is named twice."""

    code = "inspection_subject_unknown"
    title = "对象不在抽样之内"
    message = "该对象不在本次抽样之内，或重复填写。"


class InspectionSubjectMissingError(AtFieldError):
    """Every drawn subject has its outcome: nobody leaves one out."""

    code = "inspection_subject_missing"
    title = "抽样对象未填全"
    message = "抽样第 {position} 个对象尚未填写结果。"


class InspectionSubjectPointError(AtFieldError):
    """A failed subject names the point at which it failed, and that point is not in order."""

    code = "inspection_subject_point"
    title = "不合格对象未对应检查项"
    message = "不合格的对象须写明不合格的检查项，且该检查项须为不合格；其他对象不填检查项。"


class InspectionPersonUnknownError(AtFieldError):
    """No such member of staff in this company."""

    code = "inspection_person_unknown"
    title = "检查涉及的人员不存在"
    message = "本公司没有该人员，或其已离职。"


class InspectionClauseUnknownError(AtFieldError):
    """No chapter in force has this clause."""

    code = "inspection_clause_unknown"
    title = "检查依据的条款不存在"
    message = "现行规章没有该条款。"
