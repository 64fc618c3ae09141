"""What a customer is promised when he complains: by the chapter in force, for his tier and party."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.complaint.cases.repository import customers
from services.complaint.cases.service.governing import Governing
from services.complaint.policy import Candidate, CaseTerms, ComplaintChapter, Start, promises_for


@dataclass(frozen=True, slots=True)
class CasePromise:
    """The limits of a metric for a kind and grade; with several the earliest deadline governs."""

    kind: str
    grade: str | None
    metric: str
    start: str
    limits: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class CasePromises:
    """All of them, for one customer."""

    tier: str
    is_tier_default: bool
    party: str | None
    level: str | None
    version: str
    items: list[CasePromise]


async def promises_of(hot: Any, governing: Governing, company: str, customer_id: UUID) -> CasePromises:
    """Of somebody unknown here what the pack's default tier is promised (design.md 3)."""
    known = await customers.customer_standing(hot, customer_id)
    if known is not None and known["company"] != company:
        known = None
    tier = known["tier"] if known is not None else None
    party = known["party"] if known is not None else None
    chapter, governs = governing.chapter, tier or governing.policy.common.default_tier
    level = chapter.level_of(governs, "")
    items = list(_promises(chapter, governs, party, level))
    return CasePromises(governs, tier is None, party, level, governing.version, items)


def _promises(chapter: ComplaintChapter, tier: str, party: str | None, level: str | None) -> Iterator[CasePromise]:
    for code, kind in chapter.kinds.items():
        grades = (*chapter.grades,) if kind.is_graded else (None,)
        for grade in grades if kind.is_case else ():
            terms = CaseTerms(kind=code, tier=tier, party=party, grade=grade, level=level)
            for start in Start:
                for metric, limits in promises_for(chapter, terms, start=start).items():
                    yield CasePromise(code, grade, metric.value, start.value, limits)
