"""The sources of a customer's timeline: which table says what, when; pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one table as entries; texts are SQL over the row `t`, every name is ours."""

    kind: str
    table: str
    at: str
    title: str
    """What people read, as a code: `contact.hotline`."""
    state: str = "null::text"
    number: str = "null::text"
    reference: str = "t.id"
    matter: str = "null::uuid"
    where: str = "true"
    path: str | None = None
    """Where the thing itself is read, by its reference; null: the entry says it all."""

    @property
    def sql(self) -> str:
        """One branch of the union: the newest entries of the source after the cursor, by its index."""
        return (  # every part of it is ours
            f"(select '{self.kind}' as kind, {self.at} as at, t.id, {self.title} as title, {self.state} as state,"  # noqa: S608
            f" {self.number} as number, {self.reference} as reference, {self.matter} as matter_id"
            f" from {self.table} t where t.company = (select company from own) and t.customer_id = $1"
            f" and {self.where} and ($3::timestamptz is null or ({self.at}, t.id) < ($3, $4::uuid))"
            f" order by {self.at} desc, t.id desc limit $5)"
        )


SOURCES: tuple[Source, ...] = (
    Source(
        "contact",
        "contacts",
        "t.started_at",
        "'contact.' || t.channel",
        "t.outcome",
        matter="t.matter_id",
        path="/v1/contacts/",
    ),
    Source(
        "notice",
        "customer_notices",
        "t.issued_at",
        "'notice.' || t.kind",
        "t.state",
        "t.number",
        matter="t.matter_id",
        path="/v1/customer-notices/",
    ),
    Source(
        "hand_over",
        "hand_overs",
        "t.handed_at",
        "'hand_over.' || t.kind",
        "t.state",
        "t.number",
        matter="t.matter_id",
        path="/v1/hand-overs/",
    ),
    Source(
        "complaint",
        "matter_complaints",
        "t.opened_at",
        "'complaint.' || t.kind",
        "t.state",
        "t.number",
        matter="t.matter_id",
        path="/v1/complaints/",
    ),
    Source(
        "order",
        "service_orders",
        "t.created_at",
        "'order.' || t.work",
        "t.state",
        "t.number",
        matter="t.matter_id",
        path="/v1/orders/",
    ),
    Source(
        "tier",
        "tier_proposals",
        "t.in_force_at",
        "'tier.' || t.tier",
        "t.source",
        where="t.state = 'confirmed'",
        path="/v1/tier-proposals/",
    ),
    Source("account", "account_changes", "t.recorded_at", "'account.' || t.kind"),
    Source("contract", "contracts", "t.created_at", "'contract.' || t.kind", "t.state", "t.number"),
    Source(
        "plan",
        "service_plans",
        "t.proposed_at",
        "'plan.' || t.tier",
        "t.state",
        "t.number",
        path="/v1/service-plans/",
    ),
    Source(
        "inspection",
        "safety_inspections",
        "t.visited_at",
        "'inspection.' || t.outcome",
        number="t.number",
        matter="t.matter_id",
        path="/v1/safety-inspections/",
    ),
    Source(
        "hazard",
        "safety_hazards",
        "t.found_at",
        "'hazard.' || t.kind",
        "t.state",
        "t.number",
        matter="t.matter_id",
        path="/v1/hazards/",
    ),
    Source("meter_exchange", "meter_exchanges", "t.recorded_at", "'meter_exchange.' || t.reason"),
    Source(
        "reading",
        "meter_readings",
        "t.recorded_at",
        "'reading.' || t.method",
        "t.state",
        path="/v1/meter-readings/",
    ),
    Source(
        "card_sale",
        "card_sales",
        "t.sold_at",
        "'card_sale.' || t.payment",
        "t.state",
        "t.number",
        path="/v1/card-sales/",
    ),
    Source(
        "interruption",
        "interrupted_customers",
        "t.known_at",
        "'interruption.' || case when t.restored_at is not null then 'restored'"
        " when t.interrupted_at is not null then 'started' else 'announced' end",
        reference="t.interruption_id",
        path="/v1/supply-interruptions/",
    ),
)
"""Every source has an index that begins with the customer; adding one is a row here."""

PATHS = {source.kind: source.path for source in SOURCES}


def statement(sources: tuple[Source, ...] = SOURCES) -> str:
    """One statement over all sources, newest first: $1 customer, $2 companies, $3 and $4 cursor, $5 limit."""
    union = "\nunion all\n".join(source.sql for source in sources)
    return (
        "with own as materialized (select company from customers where id = $1 and company = any($2::text[]))\n"  # noqa: S608
        f"select * from ({union}) every order by at desc, id desc limit $5"
    )
