"""Every mistake of a pack, also across chapters, with file, path and reason (design.md 5)."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel

from shared.policy.loader import COMMON, MANIFEST, Mistake, Pack, PackError, load_pack
from shared.policy.references import dangling

_KINDS = {"post": "岗位", "tier": "客户级别", "department": "部门", "calendar": "日历", "clause": "条款"}


def packs_in(folder: Path) -> list[Path]:
    """The packs of a folder, each a folder with a `pack.yaml`; one that begins with `_` is only to be extended."""
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}") if not path.parent.name.startswith("_"))


def check_packs(folder: Path, chapters: Mapping[str, type[BaseModel]]) -> tuple[list[Pack], list[Mistake]]:
    """Load every pack of a folder; answers the good ones and all mistakes."""
    packs: list[Pack] = []
    mistakes: list[Mistake] = []
    for path in packs_in(folder):
        try:
            pack = load_pack(path, chapters, folder)
        except PackError as error:
            mistakes += error.mistakes
            continue
        found = across_chapters(pack)
        mistakes += found
        if not found:
            packs.append(pack)
    return packs, mistakes + _across_packs(packs)


def across_chapters(pack: Pack) -> list[Mistake]:
    """Codes that a chapter names and the common chapter (or its own clauses) lacks; calendars that do not compile."""
    common = pack.common
    known: dict[str, Iterable[str]] = {
        "post": common.posts,
        "tier": common.tiers,
        "department": common.departments,
        "calendar": common.calendars.keys() | {"natural"},
    }
    mistakes = []
    for name, chapter in pack.chapters.items():
        file = f"{pack.code}/{name}.yaml"
        clauses = chapter.clauses.keys() | common.clauses.keys()
        for reference in dangling(chapter, {**known, "clause": clauses}):
            what = _KINDS.get(reference.kind, reference.kind)
            mistakes.append(Mistake(file, reference.path, f"{what} {reference.code} 未定义"))
        if chapter.owner not in common.departments:
            mistakes.append(Mistake(file, "/owner", f"部门 {chapter.owner} 未定义"))
    for code, person in common.demo_staff.items():
        if person.team is not None and person.team not in common.teams:
            mistakes.append(
                Mistake(f"{pack.code}/{COMMON}.yaml", f"/demo_staff/{code}/team", f"班组 {person.team} 未定义")
            )
    return mistakes


def _across_packs(packs: list[Pack]) -> list[Mistake]:
    mistakes = []
    companies: dict[str, str] = {}
    calendars: dict[str, tuple[str, object]] = {}
    for pack in packs:
        for company in pack.manifest.companies:
            if companies.setdefault(company, pack.code) != pack.code:
                reason = f"公司 {company} 已由 {companies[company]} 使用"
                mistakes.append(Mistake(f"{pack.code}/{MANIFEST}", f"/companies/{company}", reason))
        for code, calendar in pack.common.calendars.items():
            owner, definition = calendars.setdefault(code, (pack.code, calendar.definition))
            if definition != calendar.definition:
                reason = f"日历代码 {code} 在 {owner} 中另有定义，请改用其他代码"
                mistakes.append(Mistake(f"{pack.code}/{COMMON}.yaml", f"/calendars/{code}", reason))
    return mistakes
