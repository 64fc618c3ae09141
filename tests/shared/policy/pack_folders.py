"""Small packs on disk for the tests of loading, checking, storing and looking up."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field

from shared.policy.commitments import ClauseCode, Code, Entry, Named, PostCode, TierCode
from shared.policy.model import ChapterHeader

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
FILED = [
    {"state": "approved_inside", "by": "总经理办公会", "on": date(2010, 8, 1)},
    {"state": "approved_by_director", "by": "区域服务总监", "on": date(2010, 9, 1)},
    {"state": "filed", "by": "备案", "on": date(2010, 9, 20)},
]
DAY = ["08:30-12:00", "13:30-17:30"]


class Rule(Named):
    """A rule of the toy chapter."""

    tier: TierCode
    hours: Annotated[int, Field(ge=0)]
    post: PostCode
    clause: ClauseCode
    is_open_setting: bool = False


class Settings(Entry):
    """Settings of the toy chapter."""

    ratio: int = 10
    is_open_setting: bool = False


class ToyChapter(ChapterHeader):
    """A chapter with a little of everything."""

    rules: dict[Code, Rule] = Field(default_factory=dict)
    order: tuple[TierCode, ...] = ()
    settings: Settings = Settings()


CHAPTERS: dict[str, type[ChapterHeader]] = {"toy": ToyChapter}


def head(**said: Any) -> dict[str, Any]:
    return {
        "version": "2010.1",
        "name": "规定",
        "owner": "service",
        "effective_on": date(2010, 10, 1),
        "trial_months": 6,
        "approval": FILED,
        "clauses": {"c1": {"text": "一条", "source": "规定 1"}},
    } | said


def common(**said: Any) -> dict[str, Any]:
    return (
        head()
        | {
            "tiers": {"vip": {"name": "贵宾", "rank": 1}, "general": {"name": "普通", "rank": 2}},
            "default_tier": "general",
            "departments": {"service": {"name": "服务部", "default_post": "head"}},
            "teams": {"one": {"name": "一班"}},
            "posts": {
                "head": {"name": "主任", "access_role": "head", "department": "service", "level": 3},
                "agent": {"name": "坐席员", "access_role": "agent", "department": "service", "level": 1},
            },
            "calendars": {"toy-office": {"name": "行政班", "weekly": {"mon": DAY}, "holidays": "none"}},
            "default_calendar": "toy-office",
            "quiet_hours": {"from_hour": "21:00", "until_hour": "08:00"},
            "retention": {"case": {"name": "档案", "days": 100}},
        }
        | said
    )


def toy(**said: Any) -> dict[str, Any]:
    rule = {"name": "一则", "tier": "vip", "hours": 1, "post": "head", "clause": "c1"}
    return head() | {"rules": {"first": rule}, "order": ["vip", "general"]} | said


def write_pack(root: Path, code: str, manifest: dict[str, Any] | None = None, **chapters: dict[str, Any]) -> Path:
    folder = root / code
    folder.mkdir(parents=True, exist_ok=True)
    said = {"code": code, "name": code, "companies": {f"{code}-company": {"name": "公司"}}} | (manifest or {})
    for name, content in {"pack": said, **chapters}.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    return folder
