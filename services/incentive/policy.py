"""The incentive chapter of a policy pack, typed: one field per section, each in a file of its own."""

from collections.abc import Iterable
from typing import Self

from pydantic import Field, model_validator

from services.incentive.policy_approvals import Approvals
from services.incentive.policy_assessments import Assessments
from services.incentive.policy_catalogue import Catalogue
from services.incentive.policy_ledger import Ledger
from services.incentive.policy_proposals import Proposals
from shared.policy.book import PolicyBook
from shared.policy.commitments import Code, IndicatorRule
from shared.policy.governing import Governances, Governing, PromisingChapter
from shared.policy.references import dangling
from shared.sla.calendars import Calendars

CHAPTER = "incentive"


class IncentiveChapter(PromisingChapter):
    """Catalogue, proposals, approvals, ledger, assessments (domain.md 2.6, 3)."""

    catalogue: Catalogue
    proposals: Proposals
    approvals: Approvals
    ledger: Ledger
    assessments: Assessments
    indicators: dict[Code, IndicatorRule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _defines_what_it_names(self) -> Self:
        known: dict[str, Iterable[str]] = {
            "ladder": self.ladders,
            "pause": self.pauses,
            "chain": self.approvals.chains,
            "incentive_clause": self.catalogue.provisions,
            "month_grade": self.catalogue.month_grades,
        }
        missing = dangling(self, known)
        if missing:
            raise ValueError("；".join(f"{one.path} 的 {one.code} 未定义" for one in missing))
        return self


IncentiveGoverning = Governing[IncentiveChapter]
IncentiveGovernances = Governances[IncentiveChapter]


def governances(book: PolicyBook, calendars: Calendars) -> IncentiveGovernances:
    """Finds the revision of this chapter."""
    return Governances(book, calendars, CHAPTER, IncentiveChapter)
