"""The data of the weekly report: what is out of the ordinary against the weeks before, and the causes, ranked."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from services.complaint.indicators.errors import WeekRequiredError
from services.complaint.indicators.repository import figures as repository
from services.complaint.indicators.repository import weeks
from services.complaint.indicators.rules import Compared, Figure, Verdict, Yardstick, compare_counts, compare_shares
from services.complaint.indicators.service.figures import closed
from services.complaint.indicators.service.naming import Said
from shared.figures.asking import FigureAsk

Week = dict[date, tuple[int, int]]
"""Monday → numerator and denominator."""

_ORDER = {Verdict.ABOVE: 0, Verdict.BELOW: 0, Verdict.ORDINARY: 1, Verdict.TOO_FEW: 2}
TOP = 20


async def anomalies(connection: Any, ask: FigureAsk) -> dict[str, Any]:
    """Each figure, in all and by category, beside the weeks before; a closed week's report is kept for ever.

    Raises: WeekRequiredError, PolicyNotFoundError.
    """
    if "-W" not in ask.period.name:
        raise WeekRequiredError.at_week()
    said = Said.of(ask.policy)
    if not ask.is_over:
        return await _report(connection, ask, said)
    kept = (await closed(connection, ask, said))["report"]
    if kept is not None:
        return dict(kept)
    report = await _report(connection, ask, said)
    return await repository.keep_report(connection, ask.company, ask.period.name, report)


async def causes(connection: Any, ask: FigureAsk) -> list[dict[str, Any]]:
    """What the period's complaints were about, most frequent first: category, department, confirmed root cause."""
    said = Said.of(ask.policy)
    if ask.is_over:
        await closed(connection, ask, said)
    source = (ask.company, ask.period.name) if ask.is_over else said.span(ask)
    rows, total = await weeks.causes(connection, source)
    ranked: list[dict[str, Any]] = []
    for kind in ("category", "root_cause", "department"):
        of_kind = sorted(
            (row for row in rows if row["kind"] == kind), key=lambda row: (-row["complaints"], row["cause"])
        )
        ranked += [{**row, "rank": rank, "total": total} for rank, row in enumerate(of_kind[:TOP], 1)]
    return ranked


async def _report(connection: Any, ask: FigureAsk, said: Said) -> dict[str, Any]:
    setting = said.chapter.anomalies
    span = said.span(ask)
    monday = ask.period.from_at.date()
    before = [monday - timedelta(weeks=number) for number in range(setting.trailing_weeks, 0, -1)]
    longer = replace(span, from_at=span.from_at - timedelta(weeks=setting.trailing_weeks))
    series = _series(await weeks.weeks(connection, longer, said.zone))
    yardstick = Yardstick(setting.min_weeks, float(setting.factor), setting.min_count)
    items = [
        _item(figure, category, one, monday, before, _compared(figure, one, monday, before, yardstick), said)
        for (figure, category), one in sorted(series.items(), key=lambda item: (item[0][0], item[0][1] or ""))
    ]
    items.sort(key=lambda item: _ORDER[Verdict(item["verdict"])])
    return {
        "company": ask.company,
        "week": ask.period.name,
        "from_at": ask.period.from_at.isoformat(),
        "until_at": ask.period.until_at.isoformat(),
        "is_frozen": ask.is_over,
        "trailing_weeks": setting.trailing_weeks,
        "min_weeks": setting.min_weeks,
        "factor": float(setting.factor),
        "min_count": setting.min_count,
        "items": items,
        "causes": await causes(connection, ask),
    }


def _series(rows: list[tuple[str, str, date, int, int]]) -> Mapping[tuple[str, str | None], Week]:
    found: dict[tuple[str, str | None], Week] = {}
    for figure, category, monday, numerator, denominator in rows:
        for key in ((figure, category), (figure, None)):
            week = found.setdefault(key, {})
            had = week.get(monday, (0, 0))
            week[monday] = (had[0] + numerator, had[1] + denominator)
    return found


def _compared(figure: str, week: Week, monday: date, before: list[date], yardstick: Yardstick) -> Compared:
    now, past = week.get(monday, (0, 0)), list(_values(week, before))
    if figure == Figure.RATE:
        return compare_counts([numerator for numerator, _ in past], now[0], yardstick)
    return compare_shares(past, now, yardstick)


def _values(week: Week, mondays: list[date]) -> Iterator[tuple[int, int]]:
    return (week.get(monday, (0, 0)) for monday in mondays)


def _item(
    figure: str, category: str | None, week: Week, monday: date, before: list[date], found: Compared, said: Said
) -> dict[str, Any]:
    now, naming = week.get(monday, (0, 0)), said.namings.get(figure)
    return {
        "code": figure,
        "name": naming.name if naming else None,
        "category": category,
        "numerator": now[0],
        "denominator": now[1],
        **asdict(found),
        "before": [
            {"monday": day.isoformat(), "numerator": n, "denominator": d}
            for day, (n, d) in zip(before, _values(week, before), strict=True)
        ],
    }
