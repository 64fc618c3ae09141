"""The incentive chapter's section on proposals: which fact suggests which clause (domain.md 2.4–2.7)."""

from typing import Annotated

from pydantic import Field

from services.incentive.policy_catalogue import CatalogueCode, Subject
from shared.policy.commitments import ClauseCode, Code, Entry, Named, PostCode, Promised


class Source(Named):
    """A kind of fact that drafts proposals; the first rule of a fact that fits decides."""

    fact: str
    """Type of the event, such as `sla.breached`."""
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Fields of the fact that must have one of these values, such as `metric`."""
    proposes: CatalogueCode
    subject: Subject = Subject.EMPLOYEE
    points: Annotated[int, Field(ge=0)] | None = None
    """Suggested; none = the clause's least, or what the fact says."""
    clause: ClauseCode
    is_open_setting: bool = False


class Proposals(Entry):
    """Drafts made of facts, and those that people raise (奖惩建议)."""

    sources: dict[Code, Source]
    """In their order: the first that fits a fact and a subject drafts."""
    raised_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    confirmed_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Who makes a draft a case: a person always does."""
    confirmed: Promised
    """From the draft to its confirmation or dismissal."""
    clause: ClauseCode
