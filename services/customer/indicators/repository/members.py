"""The one relation that every figure is counted from, and every list of what was counted read from.

`$1` company, `$2` from, `$3` until, `$4` as of, `$5` figures of promises, `$6` works that enter a home, `$7` channels
of calls, `$8` rings, `$9` seconds, `$10` the default tier, `$11` whether planned interruptions count.  A frozen period
reads the same columns from its table.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from services.customer.indicators.rules import Counting, Figure
from shared.database.codecs import dumps

COLUMNS = (
    "figure, ref_id, subject_type, subject_id, at, is_numerator, is_denominator, is_untargeted, is_unanswered, seconds,"
    " tier, category, department, channel"
)

# The same counting as that of every service's clocks (shared.sla.indicators), with the subject's codes beside it.
_JUDGED = """
       coalesce(k.deadline_at, k.started_at),
       coalesce(k.deadline_at is not null and k.state = 'met' and k.breached_at is null
                or k.breach_retracted_at is not null, false),
       k.deadline_at is not null and (k.state in ('met', 'breached') or k.breached_at is not null),
       k.deadline_at is null,
       k.deadline_at is not null and k.breached_at is not null
         and (k.stopped_at is null or k.stopped_at > $4::timestamptz),
       null::bigint, k.tier
"""
_DUE = """
  and k.state <> 'cancelled' and not k.is_aim
  and coalesce(k.deadline_at, k.started_at) >= $2::timestamptz
  and coalesce(k.deadline_at, k.started_at) < $3::timestamptz
  and (k.deadline_at is null or k.deadline_at <= $4::timestamptz or k.state = 'met')
"""
# A clock's title is the work of its order: the order itself is read only where its department or channel is asked for.
_PROMISES = f"""
select r.figure, k.id, 'order', k.subject_id, {_JUDGED}, k.title, o.department, o.channel
from clocks k
  join jsonb_to_recordset($5::text::jsonb) as r (figure text, works text[], metrics text[])
    on k.metric = any(r.metrics) and k.title = any(r.works)
  left join service_orders o on o.id = k.subject_id
where k.company = $1 and k.subject_type = 'order' {_DUE}
"""  # noqa: S608  # our own fragments
_CONTRACTS = f"""
select 'contract.works.on_time', k.id, 'contract', k.subject_id, {_JUDGED}, c.kind, null, null
from clocks k left join contracts c on c.id = k.subject_id
where k.company = $1 and k.subject_type = 'contract' and k.metric = 'works' {_DUE}
"""  # noqa: S608  # our own fragments

# As services.customer.safety counts: a plan belongs to the period in which its own ends; one that is not entered counts
# once it is due.
_INSPECTED = """
select 'safety_inspection.entry', p.id, 'safety_plan', p.id, p.period_until - interval '1 microsecond',
       coalesce(p.state = 'entered' and p.entered_at <= $4::timestamptz, false), true, false,
       p.state in ('planned', 'ordered'), null::bigint, p.tier, 'safety_inspection', null, null
from safety_plans p
where p.company = $1 and p.metric = 'completion' and p.state <> 'cancelled'
  and p.period_until > $2::timestamptz and p.period_until <= $3::timestamptz
  and (p.period_until <= $4::timestamptz or p.state = 'entered')
"""
_ENTERED = """
select 'order.entry.repeated', o.id, 'order', o.id, o.entered_at, o.is_repeat_entry, true, false, false, null::bigint,
       o.tier, o.work, o.department, o.channel
from service_orders o
where o.company = $1 and o.work = any($6::text[]) and o.entered_at >= $2::timestamptz
  and o.entered_at < $3::timestamptz and o.entered_at <= $4::timestamptz
"""
_ANSWERED = """
select 'contact.answer.in_time', k.id, 'contact', k.id, k.started_at,
       coalesce(k.answered_at is not null and case when k.rings is not null then k.rings < $8::integer
                else k.ring_seconds < $9::integer end, false), true, false, false, null::bigint,
       coalesce(c.tier, $10::text), k.topic, null, k.channel
from contacts k left join customers c on c.id = k.customer_id
where k.company = $1 and k.started_at >= $2::timestamptz and k.started_at < $3::timestamptz
  and k.direction = 'inbound' and k.channel = any($7::text[]) and k.outcome <> 'ongoing'
"""
_RESOLVED = """
select 'contact.first_contact.resolved', k.id, 'contact', k.id, k.started_at,
       coalesce(k.first_contact_resolved, false), k.judged_at is not null or not k.is_resolved, false,
       k.is_resolved and k.judged_at is null, null::bigint,
       coalesce(c.tier, $10::text), k.topic, null, k.channel
from contacts k left join customers c on c.id = k.customer_id
where k.company = $1 and k.started_at >= $2::timestamptz and k.started_at < $3::timestamptz
  and k.direction = 'inbound' and k.is_resolved is not null
"""
# Listed, not counted: the figure's own counting is that of services.customer.supply.
_INTERRUPTED = """
select 'supply.continuity', i.id, 'supply_interruption', s.id, i.interrupted_at, false, false, false, false,
       extract(epoch from least(coalesce(i.restored_at, $4::timestamptz), $4::timestamptz, $3::timestamptz)
                          - greatest(i.interrupted_at, $2::timestamptz))::bigint,
       i.tier, s.kind, s.department, null
from interrupted_customers i join supply_interruptions s on s.id = i.interruption_id
where i.company = $1 and i.interrupted_at < least($3::timestamptz, $4::timestamptz)
  and (i.restored_at is null or i.restored_at > $2::timestamptz) and ($11::boolean or s.kind = 'unplanned')
"""
_OWN: dict[str, str] = {
    Figure.CONTRACT: _CONTRACTS,
    Figure.INSPECTION: _INSPECTED,
    Figure.REPEAT_ENTRY: _ENTERED,
    Figure.ANSWERED: _ANSWERED,
    Figure.FIRST_CONTACT: _RESOLVED,
    Figure.SUPPLY: _INTERRUPTED,
}
_PARAMETERS = (
    "(select $1::text, $2::timestamptz, $3::timestamptz, $4::timestamptz, $5::text, $6::text[], $7::text[],"
    " $8::integer, $9::integer, $10::text, $11::boolean) as given (p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11)"
)
"""Every parameter is named, whichever part of the relation is asked for."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which company and time, as of when, with the pack's say on what is counted."""

    company: str
    from_at: datetime
    until_at: datetime
    as_of: datetime
    counting: Counting

    @property
    def arguments(self) -> Sequence[object]:
        """`$1` to `$11`."""
        said = self.counting
        promises = dumps([asdict(one) for one in said.promises])
        return (
            *(self.company, self.from_at, self.until_at, self.as_of, promises),
            *(list(said.entered_works), list(said.channels), said.fewer_than_rings, said.fewer_than_seconds),
            *(said.default_tier, said.is_planned_counted),
        )


def live(figure: str | None = None) -> str:
    """The relation as it stands, as a subquery; of one figure only its own part."""
    parts = [_OWN.get(figure, _PROMISES)] if figure else [_PROMISES, *_OWN.values()]
    names = COLUMNS.replace(" ", "")
    return (
        f"(select given.p1 as company, m.* from ({' union all '.join(parts)}) m ({names}),"  # noqa: S608  # our own
        f" {_PARAMETERS}) members"
    )


def frozen() -> str:
    """The relation of a closed period, `$1` company and `$2` period, as a subquery."""
    return f"(select company, {COLUMNS} from indicator_members where company = $1 and period = $2) members"  # noqa: S608
