"""What the complaint service reports of a period: live while it runs, what was frozen once it is over (sla.md 18)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from services.complaint.indicators.repository import figures as repository
from services.complaint.indicators.rules import RULES, Count, Figure, Naming, per_customers
from services.complaint.indicators.service.naming import Said, from_record, record_of
from shared.contracts.indicators import Bound, Indicator
from shared.figures.asking import Dimension, FigureAsk
from shared.policy.book import PolicyNotFoundError


async def report(connection: Any, ask: FigureAsk, of_clocks: Sequence[Indicator]) -> list[Indicator]:
    """The figures of the cases, and of the clocks those that are no figure of a case."""
    others = [one for one in of_clocks if one.code not in set(Figure)]
    try:
        said = Said.of(ask.policy)
    except PolicyNotFoundError:  # no regulation was in force then
        return others
    dimension = ask.dimension.value
    if ask.is_over:
        kept = await closed(connection, ask, said)
        counts = await repository.frozen_counts(connection, ask.company, ask.period.name, dimension)
        namings: Mapping[str, Naming] = from_record(kept["namings"])
        customers: Mapping[str, int] = kept["customers"]
    else:
        counts = await repository.live_counts(connection, said.span(ask), dimension)
        namings = said.namings
        customers = await repository.customers(connection, ask.company, said.default_tier)
    counted = per_customers(counts, customers, by_tier=ask.dimension is Dimension.TIER)
    return [*others, *(_shown(ask, count, namings.get(count.figure)) for count in counted)]


async def closed(connection: Any, ask: FigureAsk, said: Said) -> dict[str, Any]:
    """What the period that is over keeps; it is closed now if nobody has done so yet."""
    found = await repository.frozen(connection, ask.company, ask.period.name)
    if found is None:
        await repository.freeze(
            connection,
            said.span(ask),
            ask.period.name,
            policy_version=said.chapter.version,
            namings=record_of(said.namings),
            default_tier=said.default_tier,
            now=ask.now,
        )
        found = await repository.frozen(connection, ask.company, ask.period.name)
    if found is None:
        raise RuntimeError("the period was closed and is not")
    return found


def _shown(ask: FigureAsk, count: Count, naming: Naming | None) -> Indicator:
    is_by_tier = ask.dimension is Dimension.TIER
    goal = naming.goals.get(count.value or "") if naming and is_by_tier else None
    said: Mapping[str, Any] = (
        {}
        if naming is None
        else {
            "indicator": naming.indicator,
            "name": naming.name,
            "formula": naming.formula,
            "per": naming.per,
            "clause": naming.clause,
        }
    )
    is_met = goal.is_met(count.numerator, count.denominator, naming.per) if goal and naming else None
    return Indicator(
        code=count.figure,
        tier=count.value if is_by_tier else None,
        dimension=None if is_by_tier else ask.dimension.value,
        value=None if is_by_tier else count.value,
        numerator=count.numerator,
        denominator=count.denominator,
        untargeted=count.untargeted,
        unanswered=count.unanswered,
        rule=RULES[Figure(count.figure)].value,
        target=Bound(at_least=_float(goal.at_least), at_most=_float(goal.at_most)) if goal else None,
        is_target_met=is_met,
        cases=_link(ask, count),
        **said,
    )


def _link(ask: FigureAsk, count: Count) -> str:
    query = {"period": ask.period.name, "company": ask.company, "dimension": ask.dimension.value}
    query |= {"is_unset": "true"} if count.value is None else {"value": count.value}
    return f"/v1/complaint-indicators/{count.figure}/cases?{urlencode(query)}"


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
