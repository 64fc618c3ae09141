"""What summaries, themed reports and archives refuse."""

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


class SummaryNotFoundError(NotFoundError):
    """No such summary, or not within the caller's scope."""

    code = "monthly_summary_not_found"
    title = "部门月度服务总结不存在"


class ThemedReportNotFoundError(NotFoundError):
    """No such report, or not published yet for this person."""

    code = "themed_report_not_found"
    title = "季度专题检查报告不存在"


class ArchiveNotFoundError(NotFoundError):
    """No such archive, or not within the caller's scope."""

    code = "inspection_archive_not_found"
    title = "检查档案不存在"


class SummaryExistsError(ConflictError):
    """The department has its summary of the month already."""

    code = "monthly_summary_exists"
    title = "该部门当月的服务总结已存在"


class SummaryStepNotAllowedError(IllegalTransitionError):
    """The summary's state does not allow the step."""

    code = "monthly_summary_step_not_allowed"
    title = "服务总结当前状态不允许该操作"


class SummarySignedError(IllegalTransitionError):
    """What was signed is neither written nor signed again, unless it was returned."""

    code = "monthly_summary_already_signed"
    title = "服务总结已签字"


class SummaryMonthError(RuleViolatedError):
    """A month that has not begun, or lies too far back."""

    code = "monthly_summary_month_out_of_range"
    title = "月份不在可编制范围内"

    @classmethod
    def at_pointer(cls, message: str) -> Self:
        """Name the field."""
        return cls(message, errors=(FieldError("/month", cls.code, message),))


class SummaryDepartmentError(RuleViolatedError):
    """A department that owes no summary by the pack, or not the caller's."""

    code = "monthly_summary_department"
    title = "该部门不编制服务总结"

    @classmethod
    def at_pointer(cls, message: str) -> Self:
        """Name the field."""
        return cls(message, errors=(FieldError("/department", cls.code, message),))


class SummaryMonthNotOverError(RuleViolatedError):
    """A summary is signed when its month is over."""

    code = "monthly_summary_month_not_over"
    title = "当月尚未结束，不能签字提交"


class SummaryPartMissingError(RuleViolatedError):
    """A summary says all four: achievements, new measures, problems, suggestions."""

    code = "monthly_summary_part_missing"
    title = "服务总结缺少必填部分"

    @classmethod
    def of(cls, missing: Sequence[tuple[str, str]]) -> Self:
        """Name every missing part: field and Chinese name."""
        found = tuple(FieldError(f"/{name}", cls.code, f"缺少“{said}”。") for name, said in missing)
        return cls("服务总结须写明成绩、新措施、问题、建议四个部分。", errors=found)


class SummaryNotHeadError(ForbiddenError):
    """The head of the department signs, or whoever stands in for the head."""

    code = "monthly_summary_not_head"
    title = "服务总结须由部门负责人签字"


class SummaryPostError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "monthly_summary_post_not_allowed"
    title = "岗位无权审阅服务总结"


class SummaryFourEyesError(ForbiddenError):
    """Nobody notes or returns what bears the own signature."""

    code = "monthly_summary_four_eyes"
    title = "不得审阅本人签字的服务总结"


class ThemedReportStepNotAllowedError(IllegalTransitionError):
    """The report's state does not allow the step."""

    code = "themed_report_step_not_allowed"
    title = "专题检查报告当前状态不允许该操作"


class ThemedReportPartMissingError(RuleViolatedError):
    """A report says all three: summary, causes, demands."""

    code = "themed_report_part_missing"
    title = "专题检查报告缺少必填部分"

    @classmethod
    def of(cls, missing: Sequence[tuple[str, str]]) -> Self:
        """Name every missing part: field and Chinese name."""
        found = tuple(FieldError(f"/{name}", cls.code, f"缺少“{said}”。") for name, said in missing)
        return cls("专题检查报告须写明总结、原因、要求三个部分。", errors=found)


class ThemedReportPostError(ForbiddenError):
    """The pack gives this step to other posts."""

    code = "themed_report_post_not_allowed"
    title = "岗位无权办理专题检查报告"


class ThemedReportFourEyesError(ForbiddenError):
    """Whoever wrote or submitted a report neither approves nor returns it."""

    code = "themed_report_four_eyes"
    title = "专题检查报告须由他人批准"


class ArchivePostError(ForbiddenError):
    """The pack gives the making of archives to other posts."""

    code = "inspection_archive_post_not_allowed"
    title = "岗位无权制作检查档案"


class ArchiveIncompleteError(RuleViolatedError):
    """An archive holds everything of domain.md 2.5; what is missing is listed."""

    code = "inspection_archive_incomplete"
    title = "检查资料不齐全，不能归档"

    @classmethod
    def of(cls, missing: Sequence[tuple[str, str]]) -> Self:
        """Name everything that is missing: place and Chinese words."""
        found = tuple(FieldError(pointer, cls.code, said) for pointer, said in missing)
        return cls(f"检查资料缺少 {len(found)} 项，补齐后方可归档。", errors=found, params={"missing": len(found)})


class ArchiveUnchangedError(ConflictError):
    """The inspection has an archive of the same content."""

    code = "inspection_archive_unchanged"
    title = "该检查已有内容相同的档案"


class ArchiveFileMissingError(ConflictError):
    """A file that the inspection names is not stored any more, or is not what was stored."""

    code = "inspection_archive_file_missing"
    title = "检查资料的文件已不存在或已损坏"
