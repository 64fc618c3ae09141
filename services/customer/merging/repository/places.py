"""Which tables a merge moves, which it sets aside, and which stay with the row that ended, and why.

A test reads the service's metadata and fails for a table with a customer that is named in none of the three.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Rows of one table that follow the customer; `table` names the columns id, company and, mostly, version."""

    table: str
    name: str
    """What people call it, in Chinese."""
    column: str = "customer_id"
    standing: str = "true"
    """Which rows are moved or set aside, as SQL over `t`."""
    clash: str | None = None
    """Which rows cannot move because the survivor has the like, as SQL over `t` and the survivor's row `o`."""
    kept: tuple[str, ...] = ()
    """Columns that moving or setting aside changes; their values before are remembered."""
    on_move: str = ""
    """What else moving sets, as SQL."""
    on_aside: str | None = None
    """What happens to the rows that clash (or to all, where `moves` is false), as SQL; None = nothing."""
    moves: bool = True
    has_version: bool = True
    hangs_on: tuple[tuple[str, str], ...] = ()
    """Columns that name a row of another place: one entered since on what was moved forbids undoing, or goes back
    with it where `is_living`."""
    is_living: bool = False
    """Goes on by itself (orders, readings, contacts): its version is left alone, its later changes forbid nothing."""

    @property
    def code(self) -> str:
        """How the moves name the place: table and column."""
        return f"{self.table}.{self.column}"

    @property
    def is_watched(self) -> bool:
        """A later change of a moved row is told by its version."""
        return self.has_version and not self.is_living


PREMISES = (("premises_id", "premises.customer_id"),)
METER = (("meter_id", "meters.customer_id"),)

MOVED: tuple[Place, ...] = (
    Place("premises", "用气地址", kept=("is_primary",), on_move="is_primary = false"),
    Place("meters", "燃气表", hangs_on=PREMISES),
    Place("meter_exchanges", "换表记录", has_version=False, hangs_on=PREMISES),
    Place(
        "gas_equipment",
        "用气设备",
        clash="o.number = t.number and t.number is not null",
        hangs_on=PREMISES,
    ),
    Place(
        "phones",
        "电话",
        clash="o.phone_index = t.phone_index",
        kept=("is_primary", "state"),
        on_move="is_primary = false",
        on_aside="is_primary = false, state = 'withdrawn'",
    ),
    Place("contact_persons", "联系人", hangs_on=PREMISES),
    Place("vulnerable_persons", "弱势人员", hangs_on=PREMISES),
    Place("customer_tags", "标签", standing="t.state = 'active'", clash="o.tag = t.tag and o.state = 'active'"),
    Place("contracts", "合同", hangs_on=PREMISES),
    Place("contacts", "联系记录", is_living=True),
    Place("customer_notices", "通知单", is_living=True),
    Place("hand_overs", "业务移交", is_living=True),
    Place("answer_uses", "咨询记录", has_version=False, is_living=True),
    Place("meter_readings", "抄表记录", hangs_on=METER, is_living=True),
    Place("card_sales", "售气记录", hangs_on=METER, is_living=True),
    Place("service_orders", "工单", hangs_on=(*PREMISES, *METER), is_living=True),
    Place(
        "safety_plans",
        "安检计划",
        clash="o.commitment = t.commitment and o.period_from = t.period_from",
        kept=("state", "entered_at"),
        on_aside="state = 'cancelled', entered_at = null",
        is_living=True,
    ),
    Place("safety_inspections", "安检记录", hangs_on=PREMISES, is_living=True),
    Place("safety_hazards", "隐患", hangs_on=PREMISES, is_living=True),
    Place(
        "interrupted_customers",
        "停气记录",
        clash="o.interruption_id = t.interruption_id",
        has_version=False,
        is_living=True,
    ),
    Place(
        "group_members",
        "集团成员",
        column="group_id",
        kept=("number",),
        on_move="number = case when exists (select from group_members o where o.group_id = :surviving"
        " and o.number = t.number) then t.number || '_' || :losing_number else t.number end",
    ),
    Place("group_members", "成员的客户档案"),
    Place(
        "unit_days",
        "单位重要日子",
        standing="t.state = 'active'",
        clash="o.month = t.month and o.day = t.day and o.name = t.name and o.state = 'active'",
    ),
    Place(
        "service_assignments",
        "服务指派",
        standing="t.state in ('active', 'proposed')",
        kept=("state", "until_at", "ended_by", "end_reason"),
        on_aside="state = case t.state when 'active' then 'ended' else 'refused' end,"
        " until_at = case t.state when 'active' then cast(:now as timestamptz) end,"
        " ended_by = :actor, end_reason = '客户合并'",
        moves=False,
    ),
    Place(
        "tier_proposals",
        "分级建议",
        standing="t.state = 'proposed'",
        kept=("state",),
        on_aside="state = 'withdrawn'",
        moves=False,
    ),
)
"""In this order; premises before what stands on them."""

STAYS: dict[str, str] = {
    "clocks": "names the customer to whom the promise was made",
    "matter_complaints": "projection of the complaint service, which keeps an alias",
    "authority_works": "projection of the complaint service, which keeps an alias",
    "account_changes": "history of the account that was opened under the row",
    "customer_changes": "history of the row",
    "customer_merges": "merging itself",
    "merge_candidates": "merging itself",
    "group_sizes": "counted anew",
    "member_changes": "history of the member",
    "reveals": "evidence of what was looked at",
    "tier_runs": "history of tiering",
    "customer_years": "figures as they were imported for the number",
    "service_plans": "agreed for the tier of the row; the survivor's own plan governs",
    "entry_check_lines": "evidence of a check",
    "entry_findings": "evidence of an error of entry",
    "entry_tasks": "evidence of a task of entry",
    "data_misuses": "evidence of misuse",
    "three_way_exceptions": "evidence of a difference; the order it belongs to moves",
    "customer_aliases": "projection of other services",
}
"""Tables that name a customer and keep the row that they were written for."""
