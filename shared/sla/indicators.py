"""Kept promises counted from the clocks, and frozen at the end of a period (sla.md 15, 18)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.contracts.indicators import Indicator
from shared.database.codecs import dumps
from shared.sla.periods import Period

_LIVE = """
select c.subject_type || '.' || c.metric || '.on_time' as code, c.tier,
       count(*) filter (where c.deadline_at is not null and c.state = 'met' and c.breached_at is null
                           or c.breach_retracted_at is not null) as numerator,
       count(*) filter (where c.deadline_at is not null and
                           (c.state in ('met', 'breached') or c.breached_at is not null)) as denominator,
       count(*) filter (where c.deadline_at is null) as untargeted,
       count(*) filter (where c.deadline_at is not null and c.breached_at is not null and c.stopped_at is null)
         as unanswered
from clocks c
where c.company = $1 and c.state <> 'cancelled' and not c.is_aim
  and coalesce(c.deadline_at, c.started_at) >= $2 and coalesce(c.deadline_at, c.started_at) < $3
  and (c.deadline_at is null or c.deadline_at <= $4 or c.state = 'met')
group by 1, 2
order by 1, 2
"""

_FROZEN = """
select code, nullif(tier, '') as tier, numerator, denominator, untargeted, unanswered
from frozen_indicators where company = $1 and period = $2 and code <> '' order by code, tier
"""

_IS_FROZEN = "select exists (select 1 from frozen_indicators where company = $1 and period = $2)"

# The row without a code says that the period is closed: of two who freeze at once one waits for it and adds nothing.
_FREEZE = """
with closing as (
  insert into frozen_indicators (company, period, code, tier, numerator, denominator, untargeted, unanswered, frozen_at)
  select $1, $2, '', '', 0, 0, 0, 0, $3
  where not exists (select 1 from frozen_indicators where company = $1 and period = $2)
  on conflict (company, period, code, tier) do nothing returning 1)
insert into frozen_indicators (company, period, code, tier, numerator, denominator, untargeted, unanswered, frozen_at)
select $1, $2, code, coalesce(tier, ''), numerator, denominator, untargeted, unanswered, $3
from jsonb_to_recordset($4::text::jsonb)
  as figure (code text, tier text, numerator bigint, denominator bigint, untargeted bigint, unanswered bigint), closing
on conflict (company, period, code, tier) do nothing
"""


async def live_indicators(connection: Any, company: str, period: Period, *, now: datetime) -> list[Indicator]:
    """Figures of promises that fell due in the period, as they stand at `now`; cancelled clocks count nowhere."""
    rows = await connection.fetch(_LIVE, company, period.from_at, period.until_at, now)
    return [Indicator.model_validate(dict(row)) for row in rows]


async def frozen_indicators(connection: Any, company: str, period: Period) -> list[Indicator]:
    """What was frozen at the period's end; empty when nothing was."""
    return [Indicator.model_validate(dict(row)) for row in await connection.fetch(_FROZEN, company, period.name)]


async def freeze_indicators(connection: Any, company: str, period: Period, *, now: datetime) -> Sequence[Indicator]:
    """Freeze a closed period once and for ever; a second call changes nothing."""
    if not await connection.fetchval(_IS_FROZEN, company, period.name):
        figures = await live_indicators(connection, company, period, now=period.until_at)
        await connection.execute(_FREEZE, company, period.name, now, dumps([figure.model_dump() for figure in figures]))
    return await frozen_indicators(connection, company, period)
