"""The one relation that every figure is counted from, and every list of counted cases read from.

`$1` company, `$2` from, `$3` until, `$4` as of, `$5` days within which a complaint is a repeat, `$6`-`$8` the kinds
counted as resolved, as complaints and as repeats (null = all).  A frozen period reads the same columns from its table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.complaint.indicators.rules import Figure, Naming, PeriodRule

COLUMNS = (
    "figure, ref_id, complaint_id, cycle, at, is_numerator, is_denominator, is_untargeted, is_unanswered,"
    " tier, grade, category, department, channel"
)
AS_OF = "$4::timestamptz"

# The same counting as that of every service's clocks (shared.sla.indicators), with the case's codes beside it.
_DUE = """
select 'complaint.' || k.metric || '.on_time' as figure, k.id as ref_id, c.id as complaint_id, k.cycle,
       coalesce(k.deadline_at, k.started_at) as at,
       coalesce(k.deadline_at is not null and k.state = 'met' and k.breached_at is null
                or k.breach_retracted_at is not null, false) as is_numerator,
       k.deadline_at is not null and (k.state in ('met', 'breached') or k.breached_at is not null) as is_denominator,
       k.deadline_at is null as is_untargeted,
       k.deadline_at is not null and k.breached_at is not null
         and (k.stopped_at is null or k.stopped_at > {as_of}) as is_unanswered,
       k.tier, k.grade, c.category, c.department, c.channel
from clocks k join complaints c on c.id = k.subject_id
where k.company = $1 and k.subject_type = 'complaint' and k.metric in ('response', 'resolution')
  and k.state <> 'cancelled' and not k.is_aim
  and coalesce(k.deadline_at, k.started_at) >= $2::timestamptz
  and coalesce(k.deadline_at, k.started_at) < $3::timestamptz
  and (k.deadline_at is null or k.deadline_at <= $4::timestamptz or k.state = 'met')
"""

# One walk over the cases serves three figures.  A case that was never reopened says itself when it was resolved; of the
# others the history tells.  What came before is sought among the same customer's cases of the category, aliases joined;
# an anonymous complainant counts as unknown, else the listed cases would tell who it is (cases/service/discretion).
_OPENED = """
select f.figure, c.id, c.id, c.cycle, c.opened_at, f.is_numerator, f.is_denominator, false, f.is_unanswered,
       c.tier, c.grade, c.category, c.department, c.channel
from (
  select o.*, lag(o.opened_at) over (
           partition by o.known_id, o.category, o.may_repeat order by o.opened_at, o.id) as before_at
  from (
    select n.id, n.cycle, n.opened_at, n.resolved_at, n.kind, n.tier, n.grade, n.category, n.department, n.channel,
           $8::text[] is null or n.kind = any($8::text[]) as may_repeat,
           case when not n.is_anonymous then coalesce(a.to_id, n.customer_id) end as known_id
    from complaints n left join customer_aliases a on a.from_id = n.customer_id
    where n.company = $1 and n.opened_at >= $2::timestamptz - make_interval(days => $5::integer)
      and n.opened_at < $3::timestamptz) o
) c cross join lateral (values
  ('complaint.resolution_rate', $6::text[] is null or c.kind = any($6::text[]),
   case when c.cycle = 1 then coalesce(c.resolved_at <= {as_of}, false)
        else coalesce((select s.action = 'resolve' from complaint_steps s
                       where s.complaint_id = c.id and s.action in ('resolve', 'reopen')
                         and s.occurred_at <= {as_of} order by s.at desc, s.id desc limit 1), false) end,
   true, false),
  ('complaint.rate', $7::text[] is null or c.kind = any($7::text[]), true, false, false),
  ('complaint.repeat_rate', c.may_repeat,
   c.known_id is not null and coalesce(c.before_at >= c.opened_at - make_interval(days => $5::integer), false),
   c.known_id is not null, c.known_id is null)
) f (figure, is_counted, is_numerator, is_denominator, is_unanswered)
where c.opened_at >= $2::timestamptz and f.is_counted
"""
_CALLED = """
select 'complaint.handling.satisfied', b.id, c.id, coalesce(b.cycle, c.cycle), b.called_at,
       coalesce(b.is_satisfied, false), b.is_satisfied is not null, false, b.is_satisfied is null,
       c.tier, c.grade, c.category, c.department, c.channel
from complaint_callbacks b join complaints c on c.id = b.complaint_id and c.company = b.company
where b.company = $1 and b.called_at >= $2::timestamptz and b.called_at < $3::timestamptz
"""

_SOURCES: Mapping[PeriodRule, str] = {
    PeriodRule.DUE: _DUE,
    PeriodRule.OPENED: _OPENED,
    PeriodRule.CALLED: _CALLED,
}
# Every parameter is named, whichever part of the relation is asked for.
_PARAMETERS = (
    "(select $1::text, $2::timestamptz, $3::timestamptz, $4::timestamptz, $5::integer, $6::text[], $7::text[],"
    " $8::text[]) as given"
)
_FROZEN = f"select {COLUMNS} from indicator_cases where company = $1 and period = $2"  # noqa: S608  # our own names


@dataclass(frozen=True, slots=True)
class Span:
    """Which company and time, as of when, with the pack's say on what is counted."""

    company: str
    from_at: datetime
    until_at: datetime
    as_of: datetime
    repeat_days: int
    namings: Mapping[str, Naming]

    @property
    def arguments(self) -> Sequence[object]:
        """`$1` to `$8`."""
        counted = (Figure.RESOLUTION_RATE, Figure.RATE, Figure.REPEAT_RATE)
        kinds = [list(self.namings[one].kinds) or None if one in self.namings else None for one in counted]
        return (self.company, self.from_at, self.until_at, self.as_of, self.repeat_days, *kinds)


def live(rules: Sequence[PeriodRule] = tuple(PeriodRule), *, as_of: str = AS_OF) -> str:
    """The relation as it stands, as a subquery; `as_of` may be an SQL expression of the case `c`'s own week."""
    union = " union all ".join(_SOURCES[rule] for rule in rules).replace("{as_of}", as_of)
    names = COLUMNS.replace(" ", "")
    return (
        f"(select m.* from ({union}) m ({names}), {_PARAMETERS}"  # noqa: S608  # our own names
        " (p1, p2, p3, p4, p5, p6, p7, p8)) members"
    )


def frozen() -> str:
    """The relation of a closed period, `$1` company and `$2` period, as a subquery."""
    return f"({_FROZEN}) members"
