"""Every mistake of a pack, also across chapters, with file, path and reason (design.md 5)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel

from shared.policy.loader import COMMON, MANIFEST, Mistake, Pack, PackError, load_pack
from shared.policy.model import ApprovalState, HolidaySource
from shared.policy.references import dangling
from shared.sla.calendar import WorkingCalendar
from shared.sla.errors import CalendarInvalidError
from shared.sla.holidays import seed

_KINDS = {
    "post": "岗位",
    "tier": "客户级别",
    "department": "部门",
    "calendar": "日历",
    "clause": "条款",
    "tag": "标签",
    "retention": "保存期限",
}
_NATURAL = "natural"
"""The calendar that every schema has, also where no pack defines it."""
_BY_DIRECTOR = "callback"
"""The one chapter for which the regional director's approval suffices (domain.md 2.9)."""


def packs_in(folder: Path) -> list[Path]:
    """The packs of a folder, each a folder with a `pack.yaml`; one that begins with `_` is only to be extended."""
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}") if not path.parent.name.startswith("_"))


def check_packs(folder: Path, chapters: Mapping[str, type[BaseModel]]) -> tuple[list[Pack], list[Mistake]]:
    """Load every pack of a folder; answers the good ones and all mistakes."""
    packs: list[Pack] = []
    mistakes: list[Mistake] = []
    folders = packs_in(folder)
    if not folders:
        mistakes.append(Mistake(str(folder), "", "文件夹中没有规章包"))
    for path in folders:
        try:
            pack = load_pack(path, chapters, folder)
        except PackError as error:
            mistakes += error.mistakes
            continue
        found = across_chapters(pack)
        mistakes += found
        if not found:
            packs.append(pack)
    return packs, mistakes + across_packs(packs)


def across_chapters(pack: Pack) -> list[Mistake]:
    """Codes that a chapter names and nobody defines, approvals, dates, calendars, demo people."""
    return [*_dangling(pack), *_effect(pack), *_calendars(pack), *_demo_staff(pack)]


def across_packs(packs: Sequence[Pack]) -> list[Mistake]:
    """Companies claimed twice, and calendars of one code that differ: a schema keeps calendars by code."""
    mistakes = []
    companies: dict[str, str] = {}
    calendars: dict[str, tuple[str, object]] = {}
    for pack in packs:
        for company in pack.manifest.companies:
            if companies.setdefault(company, pack.code) != pack.code:
                reason = f"公司 {company} 已由 {companies[company]} 使用"
                mistakes.append(pack.mistake("pack", f"/companies/{company}", reason))
        for code, calendar in pack.common.calendars.items():
            said = (calendar.definition, calendar.holidays)
            owner, known = calendars.setdefault(code, (pack.code, said))
            if known != said:
                reason = f"日历代码 {code} 在 {owner} 中另有定义，请改用其他代码"
                mistakes.append(pack.mistake(COMMON, f"/calendars/{code}", reason))
    return mistakes


def _dangling(pack: Pack) -> Iterator[Mistake]:
    common = pack.common
    known: dict[str, Iterable[str]] = {
        "post": common.posts,
        "tier": common.tiers,
        "department": common.departments,
        "calendar": common.calendars.keys() | {_NATURAL},
        "tag": common.tags,
        "retention": common.retention,
    }
    for name, chapter in pack.chapters.items():
        clauses = chapter.clauses.keys() | common.clauses.keys()
        for reference in dangling(chapter, {**known, "clause": clauses}):
            what = _KINDS.get(reference.kind, reference.kind)
            yield pack.mistake(name, reference.path, f"{what} {reference.code} 未定义")
        if chapter.owner not in common.departments:
            yield pack.mistake(name, "/owner", f"部门 {chapter.owner} 未定义")


def _effect(pack: Pack) -> Iterator[Mistake]:
    for name, chapter in pack.chapters.items():
        if chapter.takes_effect_at is not ApprovalState.FILED and name != _BY_DIRECTOR:
            yield pack.mistake(name, "/takes_effect_at", "除回访章外，须备案（filed）后生效")
        if chapter.effective_on < pack.common.effective_on:
            reason = f"生效日期早于公共章（{pack.common.effective_on}），其间岗位与级别无据"
            yield pack.mistake(name, "/effective_on", reason)


def _calendars(pack: Pack) -> Iterator[Mistake]:
    for code, calendar in pack.common.calendars.items():
        definition = calendar.definition
        if calendar.holidays is HolidaySource.CHINA:
            definition = seed(definition)
        try:
            WorkingCalendar(definition, code=code, revision=0)
        except CalendarInvalidError as error:
            yield pack.mistake(COMMON, f"/calendars/{code}", error.detail)


def _demo_staff(pack: Pack) -> Iterator[Mistake]:
    common = pack.common
    for login, person in common.demo_staff.items():
        if person.team is not None and person.team not in common.teams:
            yield pack.mistake(COMMON, f"/demo_staff/{login}/team", f"班组 {person.team} 未定义")
