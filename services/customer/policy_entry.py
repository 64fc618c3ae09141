"""Entry of customer information and the registry's settings: pack data of the customer chapter (domain.md 2.7)."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.customer.policy_quality import EntryRule, FindingTerms, LookupTerms, ReportTerms, Sample, TaskTerms
from services.customer.policy_settlement import ThreeWayPair
from shared.policy.commitments import (
    ClauseCode,
    Code,
    DepartmentCode,
    Entry,
    Limit,
    Named,
    PostCode,
    Promised,
    Refers,
    RetentionCode,
)


class Concern(Named):
    """A kind of data, who may write it and by when it must be entered."""

    written_by: tuple[PostCode, ...]
    imported_by: tuple[PostCode, ...] = ()
    """Posts that may bring this kind of data in by a file, beside those that write it one by one."""
    entered_within: Limit | None = None
    """From the task; null budget and 0 days of `calendar_day` both mean what the unit says."""
    is_at_once: bool = False
    clause: ClauseCode


class EntryCheck(Named):
    """A check of entered data and who makes it."""

    cycle: Code
    made_by: tuple[PostCode, ...]
    done_within: Promised | None = None
    """From the end of its period, or from the draw, to the last entry looked at."""
    sample: Sample | None = None
    """Null: every entry."""
    clause: ClauseCode


class RightsWithdrawal(Entry):
    """When the right to enter data is withdrawn."""

    errors: Annotated[int, Field(ge=1)]
    """Confirmed errors within the period that remain after training."""
    months: Annotated[int, Field(ge=1)]
    is_after_training: bool
    is_by_complaint: bool
    """A complaint caused by one error suffices."""
    proposed_by: PostCode
    """Verifies by the entry standard and the log, and proposes."""
    verified_by: str
    approved_by: tuple[PostCode, ...]
    """Decides, and gives the rights back."""
    verification: Promised
    """From the ground of a withdrawal to the proposal, or its being dropped."""
    approval: Promised
    """From the proposal to the decision."""
    clause: ClauseCode
    is_open_setting: bool = False


class EntryQuality(Entry):
    """How customer information is entered and checked (domain.md 2.7): a regulation of its own within the chapter."""

    owner: DepartmentCode
    effective_on: date
    trial_months: Annotated[int, Field(ge=0, le=60)] = 0

    three_way: dict[Code, ThreeWayPair]
    """Pairs that must agree in document, money and system report (三方一致)."""
    checks: dict[Code, EntryCheck]
    error_kinds: dict[Code, Named]
    rules: dict[Code, EntryRule]
    """What the checks look for, by code."""
    findings: FindingTerms
    tasks: TaskTerms
    lookups: LookupTerms
    report: ReportTerms
    misuse: dict[Code, Named]
    """Needless look-ups, leaks, faked data: punished by the incentive chapter."""
    withdrawal: RightsWithdrawal
    reported_to: PostCode
    clause: ClauseCode

    @model_validator(mode="after")
    def _rules_name_its_own_codes(self) -> Self:
        for code, rule in self.rules.items():
            if rule.check not in self.checks:
                raise ValueError(f"entry_quality/rules/{code}：未定义的检查 “{rule.check}”")
            if rule.kind not in self.error_kinds:
                raise ValueError(f"entry_quality/rules/{code}：未定义的错误类别 “{rule.kind}”")
        reported = self.findings.wrong_number
        if reported.check not in self.checks or reported.kind not in self.error_kinds:
            raise ValueError("entry_quality/findings/wrong_number：检查或错误类别未定义")
        return self


class ImportColumn(Named):
    """A column that an import may bring; `label` is the heading in the sheet."""

    sheet: Code
    is_required: bool = False
    concern: Annotated[Code, Refers("concern")]


class RevealReason(Named):
    """A reason for which one record's personal data may be shown."""


class Registry(Entry):
    """Settings of the registry."""

    reveal_reasons: dict[Code, RevealReason]
    reveal_quota_per_day: Annotated[int, Field(ge=1)]
    """Reveals by one person a day before the supervisor is told and more is refused."""
    import_columns: dict[Code, ImportColumn]
    repeat_entry_window_days: Annotated[int, Field(ge=1)]
    """A second entry to the home for the same kind of work within these natural days is a repeat."""
    import_retention: RetentionCode = "import"
    """How long a file stays whose import failed or was cancelled: a class of the common chapter's `retention`."""
    lookup_page: Annotated[int, Field(ge=1, le=50)] = 50
    is_open_setting: bool = False
    clause: ClauseCode
