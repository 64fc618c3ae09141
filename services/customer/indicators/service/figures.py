"""What the customer service reports of a period: live while it runs, what was frozen once it is over (sla.md 18)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.indicators.repository import figures as repository
from services.customer.indicators.rules import Count, Figure, rule_of
from services.customer.indicators.service.naming import Namings, Said, from_record, record_of
from services.customer.supply.service.figures import continuity
from shared.contracts.indicators import Bound, Indicator
from shared.figures.asking import Dimension, FigureAsk
from shared.policy.book import PolicyNotFoundError


async def report(
    connection: Any, session: AsyncSession, ask: FigureAsk, of_clocks: Sequence[Indicator]
) -> list[Indicator]:
    """The figures of this service, and of the clocks those that are named nowhere; supply only by tier."""
    try:
        said = Said.of(ask.policy)
    except PolicyNotFoundError:  # no regulation was in force then
        return list(of_clocks)
    dimension = ask.dimension.value
    if ask.is_over:
        kept = await closed(connection, session, ask, said)
        counts = await repository.frozen_counts(connection, ask.company, ask.period.name, dimension)
        namings, supply = from_record(kept["namings"]), kept["supply"]
    else:
        namings = said.namings
        counts = await repository.live_counts(connection, said.span(ask), list(namings), dimension)
        supply = await _supply(session, ask) if ask.dimension is Dimension.TIER else []
    if ask.dimension is Dimension.TIER:
        counts += [Count(Figure.SUPPLY, one["tier"], one["numerator"], one["denominator"]) for one in supply]
    others = [one for one in of_clocks if one.code not in namings]
    return [*others, *(_shown(ask, one, namings) for one in counts if one.figure in namings)]


async def closed(connection: Any, session: AsyncSession, ask: FigureAsk, said: Said) -> dict[str, Any]:
    """What the period that is over keeps; it is closed now if nobody has done so yet."""
    found = await repository.frozen(connection, ask.company, ask.period.name)
    if found is None:
        await repository.freeze(
            connection,
            said.span(ask),
            ask.period.name,
            policy_version=said.chapter.version,
            namings=record_of(said.namings),
            supply=await _supply(session, ask),
            now=ask.now,
        )
        found = await repository.frozen(connection, ask.company, ask.period.name)
    if found is None:
        raise RuntimeError("the period was closed and is not")
    return found


async def _supply(session: AsyncSession, ask: FigureAsk) -> list[dict[str, Any]]:
    as_of = min(ask.now, ask.period.until_at)
    rows = await continuity(session, ask.policy, from_at=ask.period.from_at, until_at=ask.period.until_at, now=as_of)
    return [dict(row) for row in rows]


def _shown(ask: FigureAsk, count: Count, namings: Namings) -> Indicator:
    is_by_tier = ask.dimension is Dimension.TIER
    code, rule = namings[count.figure]
    goal = rule.targets.get(count.value or "") if is_by_tier else None
    return Indicator(
        code=count.figure,
        tier=count.value if is_by_tier else None,
        dimension=None if is_by_tier else ask.dimension.value,
        value=None if is_by_tier else count.value,
        numerator=count.numerator,
        denominator=count.denominator,
        untargeted=count.untargeted,
        unanswered=count.unanswered,
        indicator=code,
        name=rule.name,
        formula=rule.formula,
        clause=rule.clause,
        rule=rule_of(count.figure).value,
        target=Bound(at_least=_float(goal.at_least), at_most=_float(goal.at_most)) if goal else None,
        is_target_met=goal.is_met(count.numerator, count.denominator) if goal else None,
        cases=_link(ask, count),
    )


def _link(ask: FigureAsk, count: Count) -> str:
    query = {"period": ask.period.name, "company": ask.company, "dimension": ask.dimension.value}
    query |= {"is_unset": "true"} if count.value is None else {"value": count.value}
    return f"/v1/customer-indicators/{count.figure}/cases?{urlencode(query)}"


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
