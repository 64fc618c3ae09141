"""The inspection chapter's section on kinds, methods, themes with their checklists, samples, forms (domain.md 2.5)."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.policy.commitments import ClauseCode, Code, Entry, Named, PostCode, Promised, Refers

ThemeCode = Annotated[Code, Refers("theme")]
MethodCode = Annotated[Code, Refers("method")]
SeverityCode = Annotated[Code, Refers("severity")]
"""Defined by the section `findings`."""
Sampled = Literal["case", "order", "call", "clock", "entry"]
"""What is drawn, as facts name it."""
MediaType = Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$")]
WHOLE = 100


class EvidenceRule(StrEnum):
    """When a point asks for evidence."""

    FAILED = "failed"
    """When it is not in order."""
    ALWAYS = "always"
    """Unless it does not apply."""
    NONE = "none"


class Theme(Named):
    """What an inspection is about (检查主题)."""

    checklist: Code
    samples: Sampled | None = None
    """What is drawn where the method leaves it to the theme."""
    clause: ClauseCode


class Method(Named):
    """How it is inspected (检查方式)."""

    samples: Sampled | None = None
    """What is drawn; none = the method draws nothing."""
    is_by_theme: bool = False
    """Whether the theme says first what is drawn."""
    is_announced: bool = True
    """Else the inspected never hear of it before, whatever the kind says."""
    evidence_types: Annotated[tuple[MediaType, ...], Field(min_length=1)]
    """Media types that prove something, where the point says nothing else."""
    is_open_setting: bool = False


class Point(Entry):
    """One point of a checklist (检查项)."""

    code: Code
    question: Annotated[str, Field(min_length=4)]
    """Chinese; answered with in order, not in order, or does not apply."""
    weight: Annotated[int, Field(ge=1, le=WHOLE)]
    clause: ClauseCode
    severity: SeverityCode
    """Of the finding when it is not in order."""
    evidence: EvidenceRule = EvidenceRule.FAILED
    evidence_types: tuple[MediaType, ...] = ()
    """None = those of the method."""
    may_not_apply: bool = False


class Checklist(Named):
    """A checklist (检查表); its version is that of the chapter."""

    points: Annotated[tuple[Point, ...], Field(min_length=1)]
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        codes = [point.code for point in self.points]
        if len(set(codes)) != len(codes):
            raise ValueError(f"检查表“{self.name}”的检查项代码重复")
        total = sum(point.weight for point in self.points)
        if total != WHOLE:
            raise ValueError(f"检查表“{self.name}”的权重合计为 {total}，须为 {WHOLE}")
        return self


class Sampling(Entry):
    """How samples are drawn (抽样)."""

    seed: Annotated[str, Field(min_length=8, max_length=80)]
    """Published: anyone draws again, and nobody who inspects chooses it."""
    days: Annotated[int, Field(ge=1, le=366)]
    """So many days before the planned window, or before today, are the frame."""
    size: Annotated[int, Field(ge=1)]
    """Where the execution plan says nothing."""
    greatest: Annotated[int, Field(ge=1, le=1000)]
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.size > self.greatest:
            raise ValueError("size 不得大于 greatest")
        return self


class Forms(Entry):
    """How the form is filled, answered and signed (检查表)."""

    late_days: Annotated[int, Field(ge=0)]
    """So many days after the inspection its form may still come."""
    is_replied_by_head: bool = True
    """Whether the head of the inspected department replies and signs."""
    replied_by: tuple[PostCode, ...] = ()
    """Who else may, of that department."""
    stands_in: tuple[PostCode, ...] = ()
    """Who prepares, records and signs for an inspector who cannot."""
    voided_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Who voids what was recorded; never who inspected."""
    record: Promised
    """From the day on which it is held."""
    reply: Promised
    """From the recorded form."""
    sign: Promised
    """From the department's reply."""
    clause: ClauseCode
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _somebody_replies(self) -> Self:
        if not self.is_replied_by_head and not self.replied_by:
            raise ValueError("须规定由谁代表被检查部门答复并签字")
        return self


class EntryChecks(Entry):
    """What confirmed errors of data entry are recorded as (数据录入检查)."""

    method: MethodCode
    theme: ThemeCode | None = None
    point: Code
    """Of the theme's checklist: what the errors fail at."""
    is_replied: bool = False
    """Whether the department owes a reply to the form besides that to the finding."""
    clause: ClauseCode
    is_open_setting: bool = False


class Inspections(Entry):
    """Methods, themes with their checklists, samples, forms (服务检查)."""

    clause: ClauseCode
    themes: dict[Code, Theme]
    methods: dict[Code, Method]
    general: Code
    """The checklist of an inspection without a theme."""
    checklists: dict[Code, Checklist]
    sampling: Sampling
    forms: Forms
    entry_checks: EntryChecks
    is_open_setting: bool = False

    @model_validator(mode="after")
    def _has_its_checklists(self) -> Self:
        named = {self.general, *(theme.checklist for theme in self.themes.values())}
        if missing := named - self.checklists.keys():
            raise ValueError(f"检查表未定义：{'、'.join(sorted(missing))}")
        if unused := self.checklists.keys() - named:
            raise ValueError(f"检查表没有主题使用：{'、'.join(sorted(unused))}")
        entry = self.entry_checks
        if entry.theme is None or entry.theme in self.themes:
            checklist = self.checklists[self.checklist_of(entry.theme)]
            if entry.point not in {point.code for point in checklist.points}:
                raise ValueError(f"entry_checks.point 不是检查表“{checklist.name}”的检查项")
        return self

    def checklist_of(self, theme: str | None) -> str:
        """The code of the checklist for a theme, or for none."""
        return self.general if theme is None else self.themes[theme].checklist

    def sampled_by(self, method: str, theme: str | None) -> Sampled | None:
        """What a method draws in an inspection of a theme."""
        said = self.methods[method]
        if said.samples is None:
            return None
        by_theme = self.themes[theme].samples if said.is_by_theme and theme is not None else None
        return by_theme or said.samples

    def proof_types(self) -> set[str]:
        """Every media type that may prove something."""
        found = {one for method in self.methods.values() for one in method.evidence_types}
        return found | {
            one for checklist in self.checklists.values() for point in checklist.points for one in point.evidence_types
        }
