"""The inspection chapter of a policy pack, typed: one field per section, each in a file of its own."""

from collections.abc import Iterable
from typing import Self

from pydantic import Field, model_validator

from services.inspection.policy_findings import Findings
from services.inspection.policy_improvement import Improvement
from services.inspection.policy_inspections import Inspections
from services.inspection.policy_notices import Notices
from services.inspection.policy_programme import Programme
from services.inspection.policy_reports import Reports
from services.inspection.policy_supervisors import Supervisors
from shared.policy.book import PolicyBook
from shared.policy.commitments import Code, IndicatorRule
from shared.policy.governing import Governances, Governing, PromisingChapter
from shared.policy.references import dangling
from shared.sla.calendars import Calendars

CHAPTER = "inspection"


class InspectionChapter(PromisingChapter):
    """Programme, inspections, findings, rectification, reports, supervision network, improvement (domain.md 2.5)."""

    programme: Programme
    inspections: Inspections
    findings: Findings
    notices: Notices
    reports: Reports
    supervisors: Supervisors
    improvement: Improvement
    indicators: dict[Code, IndicatorRule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _defines_what_it_names(self) -> Self:
        # codes of the chapter's own kinds (Refers("theme") …) are defined by its sections: add them here
        known: dict[str, Iterable[str]] = {
            "ladder": self.ladders,
            "pause": self.pauses,
            "inspection_kind": self.programme.kinds,
            "theme": self.inspections.themes,
            "method": self.inspections.methods,
            "severity": self.findings.severities,
        }
        missing = dangling(self, known)
        if missing:
            raise ValueError("；".join(f"{one.path} 的 {one.code} 未定义" for one in missing))
        unproven = self.inspections.proof_types() - set(self.findings.evidence_types)
        if unproven:
            raise ValueError(f"findings.evidence_types 未列入：{'、'.join(sorted(unproven))}")
        return self

    @model_validator(mode="after")
    def _mends_every_severity(self) -> Self:
        unlimited = sorted(self.findings.severities.keys() - self.notices.mend.keys())
        if unlimited:
            raise ValueError(f"notices.mend 缺少严重程度 {'、'.join(unlimited)} 的整改期限")
        return self


InspectionGoverning = Governing[InspectionChapter]
InspectionGovernances = Governances[InspectionChapter]


def governances(book: PolicyBook, calendars: Calendars) -> InspectionGovernances:
    """Finds the revision of this chapter."""
    return Governances(book, calendars, CHAPTER, InspectionChapter)
