"""The incentive chapter's section on proposals: which fact suggests which clause (domain.md 2.4–2.7)."""

from typing import Annotated

from pydantic import Field

from services.incentive.policy_catalogue import CatalogueCode, Subject
from shared.policy.commitments import ClauseCode, Code, Entry, Named, PostCode, Promised


class Source(Named):
    """A kind of fact that drafts proposals; the first rule of a fact that fits decides."""

    position: Annotated[int, Field(ge=1)] = 1000
    """The order in which rules of one fact are tried, lowest first: a stored pack keeps no order of its own."""
    fact: str
    """Type of the event, such as `sla.breached`."""
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Fields of the fact that must have one of these values, such as `metric`; `consequences.mark` looks into a list,
    each of whose values is weighed by itself."""
    proposes: CatalogueCode
    proposes_department: CatalogueCode | None = None
    """What is proposed for the department where nobody in person can be named; none = nothing."""
    subject: Subject = Subject.EMPLOYEE
    points: Annotated[int, Field(ge=0)] | None = None
    """Suggested; none = what the fact says, or the clause's least."""
    is_yearly: bool = False
    """The cause is the count of the year, not the last matter that led to it: counted once per subject and year."""
    clause: ClauseCode
    is_open_setting: bool = False


class RaisedRule(Entry):
    """What is special in raising a clause by hand."""

    by: tuple[PostCode, ...] = ()
    """Only these posts; none = everybody who may raise."""
    needs_evidence: bool = False
    """At least one file."""


class Proposals(Entry):
    """Drafts made of facts, and those that people raise (奖惩建议)."""

    sources: dict[Code, Source]
    raised_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    raised: dict[CatalogueCode, RaisedRule] = Field(default_factory=dict)
    """Clauses for which raising by hand is limited, such as not cooperating: the office, with evidence."""
    evidence_types: Annotated[tuple[str, ...], Field(min_length=1)]
    """Media types of evidence files."""
    confirmed_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Who makes a draft a case: a person always does."""
    confirmed: Promised
    """From the draft to its confirmation or dismissal."""
    least_share_percent: Annotated[int, Field(ge=0, le=100)] = 10
    """Who held a breached clock for less of its time is not held responsible, unless nobody held it longer."""
    clause: ClauseCode
    is_open_setting: bool = False

    @property
    def ordered(self) -> tuple[tuple[str, Source], ...]:
        """The sources in the order in which they are tried."""
        return tuple(sorted(self.sources.items(), key=lambda one: (one[1].position, one[0])))
