"""Every clock number of domain.md 2.2, 2.3, 4 and 6, as each pack promises it; the table is written from the text."""

from typing import NamedTuple

import pytest

from services.complaint.policy import CaseTerms, Metric, Start, promises_for
from tests.support.packs import PACKS, complaint_chapter

HOURS, DAYS = 60, 1440


class Row(NamedTuple):
    pack: str
    tier: str
    grade: str | None
    level: str | None
    start: str
    metric: str
    limit: str
    """`30m`, `2h`, `1d` natural; `3w` working days; `-` untargeted; alternatives by `|`, the earliest governs."""
    kind: str = "complaint"


def grades(pack: str, tier: str, response: str, resolution: str) -> list[Row]:
    """domain.md 2.3: response 24/8/1 h and resolution 3/2/1 working days for grade 3/2/1."""
    return [
        row
        for grade, hours, days in (("3", "24h", "3w"), ("2", "8h", "2w"), ("1", "1h", "1w"))
        for row in (
            Row(pack, tier, grade, None, "receipt", "response", "|".join(filter(None, (response, hours)))),
            Row(pack, tier, grade, None, "receipt", "resolution", "|".join(filter(None, (resolution, days)))),
        )
    ]


def steps(pack: str, tier: str, level: str | None, numbers: str) -> list[Row]:
    """domain.md 4, one column of the table: response, assessment, plan, agreement, progress, acceptance."""
    where = [
        ("receipt", "response"),
        ("receipt", "assessment"),
        ("plan_ready", "plan"),
        ("plan_ready", "agreement"),
        ("agreement", "progress"),
        ("completion", "acceptance"),
    ]
    return [
        Row(pack, tier, "3", level, start, metric, number)
        for (start, metric), number in zip(where, numbers.split(), strict=True)
    ]


ROWS = [
    # 2.2 and 2.3
    *grades("xxx-gas", "general", "", ""),
    *grades("xxx-gas", "vip", "1h", ""),
    Row("xxx-gas", "vip", "3", None, "receipt", "plan", "1d"),
    Row("xxx-gas", "vip", "3", None, "receipt", "assessment", "24h"),
    Row("xxx-gas", "general", "3", None, "receipt", "assessment", "24h"),
    # 3: no hours are given; VIP as unit, key and major as individual, general as section 6
    *(Row("chaohu", tier, "3", None, "receipt", "response", "1h") for tier in ("vip", "key", "major")),
    *(Row("chaohu", tier, "3", None, "receipt", "plan", "1d") for tier in ("vip", "key", "major")),
    Row("chaohu", "general", "3", None, "receipt", "assessment", "24h"),
    Row("chaohu", "general", "3", None, "receipt", "resolution", "3w"),
    # 4
    *steps("generic", "special", None, "15m 1h 2h - 4h 24h"),
    *steps("generic", "first", None, "30m 2h 4h 8h 8h 48h"),
    *steps("generic", "second", None, "1h 4h 8h 12h 24h 72h"),
    Row("generic", "third", "3", None, "receipt", "response", "2h"),
    Row("generic", "third", "3", None, "receipt", "assessment", "24h"),
    Row("generic", "third", "3", None, "completion", "acceptance", "-"),
    # 5: levels by class as generic's; the hotline as section 6
    *steps("liaoning", "a_plus", "level_1", "15m 1h 2h - 4h 24h"),
    *steps("liaoning", "a", "level_1", "15m 1h 2h - 4h 24h"),
    *steps("liaoning", "b", "level_2", "30m 2h 4h 8h 8h 48h"),
    *steps("liaoning", "c", "level_3", "1h 4h 8h 12h 24h 72h"),
    *(
        Row("liaoning", tier, "3", "call_centre", "receipt", metric, limit)
        for tier in ("a_plus", "a", "b", "c")
        for metric, limit in (("assessment", "24h"), ("resolution", "3w"))
    ),
    # the company's own settings for reports
    *(Row("generic", tier, "3", None, "completion", "report", "3w") for tier in ("special", "first")),
    Row("generic", "second", "3", None, "completion", "report", "5w"),
    # 6: suggestions and opinions like complaints
    *(
        Row(pack, tier, None, None, "receipt", metric, limit, kind)
        for pack, tier in (("xxx-gas", "general"), ("chaohu", "general"), ("generic", "third"), ("liaoning", "general"))
        for kind in ("suggestion", "opinion")
        for metric, limit in (("response", "24h"), ("assessment", "24h"), ("resolution", "3w"))
    ),
]
UNITS = {"m": (1, "natural"), "h": (HOURS, "natural"), "d": (DAYS, "natural"), "w": (1, "working_day")}


def said(limit: str) -> tuple[int | None, str]:
    if limit == "-":
        return None, "natural"
    factor, unit = UNITS[limit[-1]]
    return int(limit[:-1]) * factor, unit


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(str(part) for part in row))
def test_the_pack_promises_what_the_text_says(row: Row) -> None:
    terms = CaseTerms(row.kind, row.tier, grade=row.grade, level=row.level)
    found = promises_for(complaint_chapter(row.pack), terms, start=Start(row.start)).get(Metric(row.metric), ())
    limits = {(one.commitment.limit.budget, one.commitment.limit.unit.value) for one in found}
    assert limits == {said(limit) for limit in row.limit.split("|")}


@pytest.mark.parametrize("pack", PACKS)
def test_numbers_that_the_text_leaves_open_are_marked(pack: str) -> None:
    chapter = complaint_chapter(pack)
    assert chapter.holding is not None
    assert chapter.acceptance is not None
    assert chapter.consulting is not None
    assert all(
        (chapter.holding.is_open_setting, chapter.acceptance.is_open_setting, chapter.consulting.is_open_setting)
    )
    reports = [one for one in chapter.commitments.values() if one.metric is Metric.REPORT]
    assert all(one.is_open_setting and one.start is Start.COMPLETION for one in reports)


@pytest.mark.parametrize("pack", PACKS)
def test_each_kind_has_its_own_answers(pack: str) -> None:
    kinds = complaint_chapter(pack).kinds
    assert {code: set(kinds[code].answers) for code in ("complaint", "suggestion", "opinion", "praise")} == {
        "complaint": set(),
        "suggestion": {"adopted", "partly", "not_adopted"},
        "opinion": {"adopted", "answered"},
        "praise": {"thanked"},
    }
    assert all(answer.name for kind in kinds.values() for answer in kind.answers.values())


@pytest.mark.parametrize("pack", PACKS)
def test_only_compensation_needs_an_authority(pack: str) -> None:
    remedies = complaint_chapter(pack).findings.remedies
    assert [code for code, remedy in remedies.items() if remedy.needs_authority] == ["compensation"]
