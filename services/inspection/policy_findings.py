"""The inspection chapter's section on severities, recurrence, good examples (domain.md 2.5)."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import ClauseCode, Code, Entry, Named, PostCode, Promised, Refers

KindCode = Annotated[Code, Refers("inspection_kind")]
"""Defined by the section `programme`."""
Posts = Annotated[tuple[PostCode, ...], Field(min_length=1)]


class Severity(Named):
    """How grave a finding is, and what it costs the person (检查发现的严重程度)."""

    rank: Annotated[int, Field(ge=1)]
    """1 = the least grave."""
    points: Annotated[int, Field(ge=0)]
    """Points off the person's month."""
    clause: ClauseCode
    raised_to: Code | None = None
    """The severity that a recurrence is given; none = as it is."""
    confirmed_at_once: bool = False
    """Whether it is in force with the word of an inspecting post from outside the department."""
    is_open_setting: bool = False


class Recurrence(Entry):
    """The same clause in the same department again (重复发生)."""

    months: Annotated[int, Field(ge=1)]
    """Calendar months back from the finding."""
    clause: ClauseCode
    is_open_setting: bool = False


class Remedies(Entry):
    """What a kind of inspection makes of its findings: mended on the spot, or a rectification notice."""

    on_spot: tuple[KindCode, ...]
    """Kinds of inspection, such as routine."""
    otherwise_on_spot: bool = False
    """Whether a finding of another origin is mended on the spot; else it gets a notice."""
    clause: ClauseCode


class EntryErrors(Entry):
    """What confirmed errors of data entry count as (数据录入差错)."""

    severity: Code
    severities: dict[Code, Code] = Field(default_factory=dict)
    """By kind of error, such as late; else as above."""
    kind: KindCode | None = None
    """As what kind of inspection it counts, for its remedy."""
    clause: ClauseCode
    is_open_setting: bool = False


class Findings(Entry):
    """Severities, recurrence, good examples (检查发现)."""

    clause: ClauseCode
    severities: dict[Code, Severity]
    recurrence: Recurrence
    remedies: Remedies
    entry_errors: EntryErrors
    evidence_types: tuple[str, ...]
    """Media types that prove something."""
    confirmed_by: Posts
    """A draft lies with them and with nobody else."""
    decided_by: Posts
    """On contested ones."""
    confirm: Promised
    answer: Promised
    decide: Promised
    mend: Promised
    """On the spot."""
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _raises_to_what_exists(self) -> Self:
        for code, severity in self.severities.items():
            target = self.severities.get(severity.raised_to) if severity.raised_to else severity
            if target is None or target.rank < severity.rank:
                raise ValueError(f"严重程度 {code} 的 raised_to 须是已定义且不低于它的严重程度")
        errors = self.entry_errors
        unknown = {errors.severity, *errors.severities.values()} - self.severities.keys()
        if unknown:
            raise ValueError(f"entry_errors 使用了未定义的严重程度：{'、'.join(sorted(unknown))}")
        return self
