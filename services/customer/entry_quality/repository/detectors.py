"""What each detector of the pack looks for, as parts of one statement: which table, which rows, whose error.

`d` is the table that is looked through in the order of its ids; `:limit` and `:works` come from the pack's rule.
"""

# ruff: noqa: S608  # every part is a constant of these modules
from collections.abc import Mapping
from dataclasses import dataclass

from services.customer.policy_quality import Detector

IS_STAFF = "'^[0-9a-f]{8}-[0-9a-f]{4}-'"


def staff(column: str) -> str:
    """The person behind a recorded actor; null for files, jobs and the house."""
    return f"case when {column} ~ {IS_STAFF} then cast({column} as uuid) end"


@dataclass(frozen=True, slots=True)
class Look:
    """The parts that differ from detector to detector."""

    table: str
    subject: str
    where: str
    operator: str
    entered: str
    customer: str = "d.customer_id"
    subject_id: str = "d.id"
    order: str = "cast(null as uuid)"
    matter: str = "cast(null as uuid)"
    evidence: str = "'{}'::jsonb"
    joins: str = ""
    moment: str | None = None
    """When what is judged happened: rows of the check's span are looked at; null = the whole base as it is now."""
    is_born_then: bool = False
    """The moment is when the row was stored, so that its id says so too."""
    corrected_by: str = "cast(null as uuid)"
    corrected_at: str = "cast(null as timestamptz)"


def _last_change(*fields: str) -> str:
    names = ", ".join(f"'{field}'" for field in fields)
    return (
        " left join lateral (select e.actor, e.at from customer_changes e where e.company = d.company"
        f" and e.customer_id = d.id and e.subject = 'customer' and e.field in ({names})"
        " order by e.id desc limit 1) e on true"
    )


def _customer(where: str, *fields: str, evidence: str = "'{}'::jsonb", joins: str = "") -> Look:
    """A look at customers; the author is whoever last wrote one of the fields, else whoever registered them."""
    author, at = ("coalesce(e.actor, d.registered_by)", "coalesce(e.at, d.registered_at)")
    return Look(
        table="customers",
        subject="customer",
        customer="d.id",
        where=f"d.standing not in ('merged', 'withdrawn') and {where}",
        joins=(_last_change(*fields) if fields else "") + joins,
        operator=staff(author if fields else "d.registered_by"),
        entered=at if fields else "d.registered_at",
        evidence=evidence,
    )


def _twin(alias: str) -> str:
    return f"jsonb_build_object('other_id', {alias}.id)"


def _mismatch(measure: str) -> Look:
    """Three-way exceptions of the settlement; the author is whoever made the newest entry that differs."""
    return Look(
        table="three_way_exceptions",
        subject="three_way_exception",
        moment="d.found_at",
        where=f"d.measure = '{measure}'",
        operator="d.operator_id",
        entered="d.entered_at",
        order="d.order_id",
        matter="d.matter_id",
        corrected_by="case when d.state = 'corrected' then d.handled_by end",
        corrected_at="case when d.state = 'corrected' then d.handled_at end",
        evidence="jsonb_build_object('pair', d.pair, 'differs', d.differs, 'difference_fen', d.difference_fen,"
        " 'document_fen', d.document_fen, 'money_fen', d.money_fen, 'system_fen', d.system_fen)",
    )


LOOKS: Mapping[Detector, Look] = {
    Detector.CUSTOMER_VOLUME: _customer(
        "d.customer_class = 'a' and d.daily_volume_m3 >= cast(:limit as numeric)",
        "daily_volume_m3",
        "kind",
        evidence="jsonb_build_object('daily_volume_m3', d.daily_volume_m3)",
    ),
    Detector.CLASS_KIND: _customer(
        "(d.customer_class = 'a') <> (d.kind = 'residential')",
        "kind",
        evidence="jsonb_build_object('customer_class', d.customer_class, 'kind', d.kind)",
    ),
    Detector.CAPACITY_EXCEEDED: _customer(
        "d.daily_volume_m3 > d.capacity_m3_day",
        "daily_volume_m3",
        "capacity_m3_day",
        evidence="jsonb_build_object('daily_volume_m3', d.daily_volume_m3, 'capacity_m3_day', d.capacity_m3_day)",
    ),
    Detector.CUSTOMER_WITHOUT_PREMISES: _customer(
        "d.standing = 'active' and not exists (select from premises p where p.customer_id = d.id"
        " and p.state <> 'withdrawn')"
    ),
    Detector.CUSTOMER_WITHOUT_PHONE: _customer(
        "d.standing = 'active' and not exists (select from phones p where p.customer_id = d.id and p.state = 'active')"
    ),
    Detector.METER_AT_CLOSED: _customer(
        "(d.standing = 'closed' or d.account_state = 'closed') and m.id is not null",
        joins=" left join lateral (select m.id from meters m where m.customer_id = d.id and m.state = 'in_use'"
        " order by m.id limit 1) m on true left join lateral (select a.recorded_by, a.recorded_at"
        " from account_changes a where a.company = d.company and a.customer_id = d.id and a.kind = 'closed'"
        " order by a.id desc limit 1) a on true",
        evidence="jsonb_build_object('meter_id', m.id)",
    ),
    Detector.SAME_IDENTITY: _customer(
        "t.id is not null",
        "identity_cipher",
        joins=" left join lateral (select t.id from customers t where t.company = d.company"
        " and t.identity_index = d.identity_index and t.identity_index is not null and t.id < d.id"
        " and t.standing not in ('merged', 'withdrawn', 'closed') order by t.id limit 1) t on true",
        evidence=_twin("t"),
    ),
    Detector.SAME_PHONE_AND_NAME: _customer(
        "t.id is not null",
        "name",
        joins=" left join lateral (select t.id from phones p join phones q on q.company = p.company"
        " and q.phone_index = p.phone_index and q.customer_id < p.customer_id and q.state = 'active'"
        " join customers t on t.id = q.customer_id and t.name_key = d.name_key"
        " and t.standing not in ('merged', 'withdrawn', 'closed')"
        " where p.customer_id = d.id and p.state = 'active' order by t.id limit 1) t on true",
        evidence=_twin("t"),
    ),
    Detector.SAME_NAME_AND_ADDRESS: _customer(
        "t.id is not null",
        "name",
        joins=" left join lateral (select t.id from customers t join premises q on q.customer_id = t.id"
        " join premises p on p.customer_id = d.id and p.address_key = q.address_key"
        " where t.company = d.company and t.name_key = d.name_key and t.id < d.id"
        " and t.standing not in ('merged', 'withdrawn', 'closed') order by t.id limit 1) t on true",
        evidence=_twin("t"),
    ),
    Detector.METER_REMOVED_IN_USE: Look(
        table="meters",
        subject="meter",
        where="d.state = 'in_use' and (d.removed_on is not null or x.id is not null)",
        joins=" left join meter_exchanges x on x.removed_meter_id = d.id",
        operator=staff("coalesce(x.recorded_by, d.created_by)"),
        entered="coalesce(x.recorded_at, d.created_at)",
        evidence="jsonb_build_object('removed_on', coalesce(d.removed_on, x.exchanged_on))",
    ),
    Detector.CONTACT_LATE: Look(
        table="contacts",
        subject="contact",
        moment="d.created_at",
        is_born_then=True,
        where="d.created_at > coalesce(d.ended_at, d.started_at) + cast(:limit as numeric) * interval '1 minute'",
        operator="d.staff_id",
        entered="d.created_at",
        evidence="jsonb_build_object('ended_at', coalesce(d.ended_at, d.started_at), 'entered_at', d.created_at)",
    ),
    Detector.ACCOUNT_LATE: Look(
        table="account_changes",
        subject="account_change",
        moment="d.recorded_at",
        where="(d.recorded_at at time zone 'Asia/Shanghai')::date > d.effective_on + cast(:limit as integer)",
        operator=staff("d.recorded_by"),
        entered="d.recorded_at",
        order="d.order_id",
        evidence="jsonb_build_object('effective_on', d.effective_on, 'entered_at', d.recorded_at, 'kind', d.kind)",
    ),
    Detector.MASTER_DATA_LATE: Look(
        table="entry_tasks",
        subject="entry_task",
        where="d.state = 'entered' and k.breached_at is not null",
        joins=" left join lateral (select k.breached_at from clocks k where k.subject_type = 'entry_task'"
        " and k.subject_id = d.id and k.breach_retracted_at is null and k.breached_at is not null limit 1) k on true",
        operator="d.entered_by",
        entered="d.entered_at",
        matter="d.matter_id",
        evidence="jsonb_build_object('breached_at', k.breached_at, 'entered_at', d.entered_at)",
    ),
    Detector.CORRECTED_SOON: Look(
        table="customer_changes",
        subject="customer_change",
        moment="d.at",
        is_born_then=True,
        subject_id="w.id",
        where="d.action = 'changed' and w.actor <> d.actor"
        " and w.at >= d.at - cast(:limit as numeric) * interval '1 hour'",
        joins=" left join lateral (select w.id, w.actor, w.at from customer_changes w where w.company = d.company"
        " and w.customer_id = d.customer_id and w.subject = d.subject and w.field = d.field"
        " and w.subject_id is not distinct from d.subject_id and w.action in ('entered', 'changed')"
        " and w.id < d.id order by w.id desc limit 1) w on true",
        operator=staff("w.actor"),
        entered="w.at",
        corrected_by=staff("d.actor"),
        corrected_at="d.at",
        evidence="jsonb_build_object('field', d.field, 'change_id', d.id, 'corrected_at', d.at)",
    ),
    Detector.ORDER_WITHOUT_INTAKE: Look(
        table="service_orders",
        subject="order",
        moment="d.dispatched_at",
        where="not d.is_emergency and (d.customer_id is null or d.premises_id is null"
        " or coalesce(d.summary, '') = '') and (cardinality(cast(:works as text[])) = 0"
        " or d.work = any(cast(:works as text[])))",
        operator=staff("d.opened_by"),
        entered="d.created_at",
        order="d.id",
        matter="d.matter_id",
        evidence="jsonb_build_object('work', d.work, 'missing', array_remove(array[case when d.customer_id is null"
        " then 'customer_id' end, case when d.premises_id is null then 'premises_id' end,"
        " case when coalesce(d.summary, '') = '' then 'summary' end], null))",
    ),
    Detector.ORDER_LATE: Look(
        table="service_order_acts",
        subject="order_act",
        moment="d.recorded_at",
        is_born_then=True,
        where="d.recorded_at > d.at + cast(:limit as numeric) * interval '1 minute'"
        " and (cardinality(cast(:works as text[])) = 0 or o.work = any(cast(:works as text[])))",
        joins=" join service_orders o on o.id = d.order_id",
        operator=staff("d.actor"),
        entered="d.recorded_at",
        customer="o.customer_id",
        order="o.id",
        matter="o.matter_id",
        evidence="jsonb_build_object('act', d.act, 'happened_at', d.at, 'entered_at', d.recorded_at)",
    ),
    Detector.READING_WITHOUT_METER: Look(
        table="meter_readings",
        subject="reading",
        moment="d.recorded_at",
        is_born_then=True,
        where="m.state <> 'in_use' and (m.removed_on is null or d.read_on > m.removed_on)",
        joins=" join meters m on m.id = d.meter_id",
        operator="d.recorded_by",
        entered="d.recorded_at",
        order="d.order_id",
        evidence="jsonb_build_object('meter_id', d.meter_id, 'read_on', d.read_on, 'removed_on', m.removed_on)",
    ),
    Detector.READING_LATE: Look(
        table="meter_readings",
        subject="reading",
        moment="d.recorded_at",
        is_born_then=True,
        where="d.recorded_at > (cast(d.read_on + 1 as timestamp) at time zone 'Asia/Shanghai')"
        " + cast(:limit as numeric) * interval '1 minute' and d.method <> 'remote'",
        operator="d.recorded_by",
        entered="d.recorded_at",
        order="d.order_id",
        evidence="jsonb_build_object('read_on', d.read_on, 'entered_at', d.recorded_at)",
    ),
    Detector.READING_CORRECTED: Look(
        table="meter_readings",
        subject="reading",
        moment="d.recorded_at",
        is_born_then=True,
        subject_id="w.id",
        where="true",
        joins=" join meter_readings w on w.id = d.corrects_id",
        operator="w.recorded_by",
        entered="w.recorded_at",
        order="w.order_id",
        corrected_by="d.recorded_by",
        corrected_at="d.recorded_at",
        evidence="jsonb_build_object('corrected_by_id', d.id, 'read_on', w.read_on)",
    ),
    Detector.CARD_SALE_CORRECTED: Look(
        table="card_sales",
        subject="card_sale",
        moment="d.recorded_at",
        is_born_then=True,
        subject_id="w.id",
        where="true",
        joins=" join card_sales w on w.id = d.corrects_id",
        operator="w.sold_by",
        entered="w.recorded_at",
        order="w.order_id",
        corrected_by="d.sold_by",
        corrected_at="d.recorded_at",
        evidence="jsonb_build_object('corrected_by_id', d.id)",
    ),
    Detector.USAGE_MISMATCH: _mismatch("usage"),
    Detector.MATERIAL_MISMATCH: _mismatch("materials"),
}
"""Adding a detector: its word in `Detector`, its look here, its rule in the pack."""
