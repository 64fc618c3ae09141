"""From what a chapter promises to what a clock runs on."""

from collections.abc import Mapping

from shared.policy.commitments import Ladder, LadderTrigger, PauseReason, Promised
from shared.sla.promise import Promise, Rung, Trigger, Unit

_TRIGGERS = {LadderTrigger.WARNED: Trigger.WARNING, LadderTrigger.BREACHED: Trigger.BREACH}


def promise_of(
    metric: str,
    promised: Promised,
    *,
    ladders: Mapping[str, Ladder],
    pauses: Mapping[str, PauseReason],
    is_consequence: bool = False,
) -> Promise:
    """The clock's promise for one metric, with its ladder and its reasons to wait looked up in the chapter."""
    ladder = ladders[promised.ladder].rungs if promised.ladder else ()
    return Promise(
        metric=metric,
        budget=promised.limit.budget,
        unit=Unit(promised.limit.unit.value),
        calendar=promised.limit.calendar,
        clause=promised.clause,
        is_aim=promised.is_aim,
        warn_at=promised.warn_at,
        ladder=tuple(
            Rung(
                minutes=rung.after,
                after=_TRIGGERS[rung.trigger],
                post=rung.post,
                superior=rung.superior,
                otherwise=rung.otherwise,
            )
            for rung in ladder
        ),
        pauses={code: pauses[code].max_minutes for code in promised.pauses},
        is_consequence=is_consequence,
    )
