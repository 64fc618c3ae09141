"""Tier rules compiled to one SQL expression with bound parameters: pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from services.customer.policy import CustomerChapter
from services.customer.policy_tiering import Condition, Fact, FactSource, FactType, TierRule


class Source(StrEnum):
    """Which rows a classification judges."""

    CUSTOMERS = "customers"
    """A stretch of a company's customers, after `:after`, at most `:chunk`."""
    NAMED = "named"
    """The company's customers of `:ids`."""
    VALUES = "values"
    """Rows that are nowhere stored: `:rows`, a JSON array, for a preview."""


_COMPANY = "c.company = :company and c.standing in ('active', 'suspended')"
_ROWS = {
    Source.CUSTOMERS: f"customers c where {_COMPANY} and c.id > :after order by c.id limit :chunk",
    Source.NAMED: f"customers c where {_COMPANY} and c.id = any(:ids)",
    Source.VALUES: (
        "jsonb_to_recordset(cast(:rows as jsonb)) as c(id uuid, kind text, customer_class text, party text,"
        " standing text, district text, capacity_m3_day numeric, daily_volume_m3 numeric, member_count integer,"
        " tags text[], facts jsonb)"
    ),
}

_ZERO = Decimal(0)
Value = str | bool | Decimal | list[str]


@dataclass(slots=True)
class _Bound:
    """Parameters collected while compiling; every literal of the pack is bound, none is spelled into the SQL."""

    values: dict[str, Value] = field(default_factory=dict)

    def add(self, value: Value, sql_type: str) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"cast(:{name} as {sql_type})"


@dataclass(frozen=True, slots=True)
class Classification:
    """One statement that answers what the rules say of each row of its source.

    `id, tier, rule, matches, facts, needs_person`, and of an upgrade (`is_upgrade`) what holds without it: `base_tier`,
    `base_rule`.

    Besides `parameters` the caller binds those of the source: `:total_sales` always; `:company`, `:after`, `:chunk`;
    `:company`, `:ids`; or `:rows`.
    """

    sql: str
    parameters: dict[str, Value]


def classification(chapter: CustomerChapter, source: Source) -> Classification:
    """Compile `tier_rules` over `facts`: the first match by `tier_order` decides, all matches are answered."""
    bound = _Bound()
    rules = chapter.ordered_rules()
    cases = ", ".join(
        f"case when {_condition(rule.when, chapter.facts, bound)} then {bound.add(code, 'text')} end"
        for code, rule in rules
    )
    matches = f"array_remove(array[{cases}]::text[], null)" if rules else "array[]::text[]"
    codes = bound.add([code for code, _ in rules], "text[]")
    tiers = bound.add([rule.tier for _, rule in rules], "text[]")
    persons = bound.add([code for code, rule in rules if rule.needs_person], "text[]")
    default = bound.add(chapter.default_tier, "text")
    # every value of the pack is bound; keys and columns match the patterns of `policy_tiering.Fact`
    inner = f"select c.id, {matches} as matches, {_recorded(chapter, bound)} as facts from {_ROWS[source]}"  # noqa: S608
    tier = f"coalesce(({tiers})[array_position({codes}, j.matches[1])], {default}) as tier"
    person = f"coalesce(j.matches[1] = any({persons}), false) as needs_person"
    raised = _raised(rules, bound, tiers=tiers, codes=codes, default=default)
    sql = f"select j.id, {tier}, j.matches[1] as rule, j.matches, j.facts, {person}, {raised} from ({inner}) j"  # noqa: S608
    return Classification(sql, bound.values)


def _raised(rules: Sequence[tuple[str, TierRule]], bound: _Bound, *, tiers: str, codes: str, default: str) -> str:
    """Whether an upgrade decided, and the first match that is none; packs without upgrades pay nothing for it."""
    upgrades = [code for code, rule in rules if rule.is_upgrade]
    if not upgrades:
        return "false as is_upgrade, null::text as base_tier, null::text as base_rule"
    wanted = bound.add(upgrades, "text[]")
    plain = f"(select m from unnest(j.matches) with ordinality u (m, n) where m <> all({wanted}) order by n limit 1)"  # noqa: S608
    is_raised = f"coalesce(j.matches[1] = any({wanted}), false)"
    base = f"coalesce(({tiers})[array_position({codes}, {plain})], {default})"
    return (
        f"{is_raised} as is_upgrade, case when {is_raised} then {base} end as base_tier,"
        f" case when {is_raised} then {plain} end as base_rule"
    )


def _recorded(chapter: CustomerChapter, bound: _Bound) -> str:
    """The facts that are stored with a result: those that a rule reads, and those that are always recorded."""
    read = {test.fact for _, rule in chapter.ordered_rules() for test in rule.when.tests()}
    pairs = [
        f"{bound.add(code, 'text')}, {_expression(fact)}"
        for code, fact in chapter.facts.items()
        if fact.is_recorded or code in read
    ]
    return f"jsonb_strip_nulls(jsonb_build_object({', '.join(pairs)}))"


def _expression(fact: Fact) -> str:
    """SQL of a fact's value on the row `c`; null where it is unknown or of another type than the pack says."""
    if fact.source is FactSource.COLUMN:
        return f"c.{fact.key}"
    if fact.source is FactSource.SALES_SHARE:
        share = f"cast(c.facts ->> '{fact.key}' as numeric) * 100 / nullif(cast(:total_sales as numeric), 0)"
        return _typed(fact.key, "number", share)
    if fact.type is FactType.NUMBER:
        return _typed(fact.key, "number", f"cast(c.facts ->> '{fact.key}' as numeric)")
    if fact.type is FactType.FLAG:
        return _typed(fact.key, "boolean", f"cast(c.facts ->> '{fact.key}' as boolean)")
    return f"c.facts ->> '{fact.key}'"


def _typed(key: str, json_type: str, expression: str) -> str:
    return f"case when jsonb_typeof(c.facts -> '{key}') = '{json_type}' then {expression} end"


def _condition(condition: Condition, facts: dict[str, Fact], bound: _Bound) -> str:
    """SQL that is true or false, never null."""
    if condition.fact is not None:
        return _test(condition, facts[condition.fact], bound)
    if condition.all is not None:
        return _joined(condition.all, " and ", "true", facts, bound)
    if condition.any is not None:
        return _joined(condition.any, " or ", "false", facts, bound)
    return f"not {_joined(condition.none or (), ' or ', 'false', facts, bound)}"


def _joined(group: Sequence[Condition], word: str, empty: str, facts: dict[str, Fact], bound: _Bound) -> str:
    parts: Iterable[str] = [_condition(condition, facts, bound) for condition in group]
    return f"({word.join(parts)})" if group else empty


def _test(test: Condition, fact: Fact, bound: _Bound) -> str:
    value = _expression(fact)
    checks: list[tuple[object, Callable[[], str]]] = [
        (test.at_least, lambda: f"({value}) >= {bound.add(test.at_least or _ZERO, 'numeric')}"),
        (test.less_than, lambda: f"({value}) < {bound.add(test.less_than or _ZERO, 'numeric')}"),
        (test.one_of, lambda: _one_of(fact, value, bound.add(list(test.one_of or ()), "text[]"))),
        (test.is_true, lambda: f"({value}) = {bound.add(bool(test.is_true), 'boolean')}"),
    ]
    parts = [f"coalesce({sql()}, false)" for given, sql in checks if given is not None]
    if test.is_unknown is not None:
        parts.append(f"({value}) is {'' if test.is_unknown else 'not '}null")
    return f"({' and '.join(parts)})"


def _one_of(fact: Fact, value: str, wanted: str) -> str:
    return f"({value}) && {wanted}" if fact.type is FactType.TAGS else f"({value}) = any({wanted})"
