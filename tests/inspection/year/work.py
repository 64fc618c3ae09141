"""What the other services tell in the year: orders and cases of every department, week by week."""

from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.contracts.base import Routing
from shared.contracts.complaint import ComplaintOpened
from shared.contracts.customer import CustomerOrderCompleted
from tests.inspection.year.platform import Platform

DEPARTMENTS = ("customer_service", "call_centre", "market", "network", "engineering", "safety")
EACH_WEEK = 3


def named(*parts: object) -> UUID:
    """The same id in every run."""
    return uuid5(NAMESPACE_URL, "/".join(str(part) for part in parts))


async def tell(platform: Platform) -> None:
    """A week's orders and cases, on Mondays."""
    today = platform.today
    if today.weekday() != 0:
        return
    for department in DEPARTMENTS:
        for number in range(EACH_WEEK):
            key = (f"{today:%Y-%m-%d}", department, number)
            at = today.replace(second=0, microsecond=0) - timedelta(hours=1 + number)
            routing = Routing(department=department)
            order = CustomerOrderCompleted(
                order_id=named("order", *key),
                number=f"GD{today:%y%m%d}-{number}",
                customer_id=named("customer", *key),
                work="repair",
                completed_at=at,
                tier="general",
                routing=routing,
            )
            case = ComplaintOpened(
                complaint_id=named("case", *key),
                number=f"TS{today:%y%m%d}-{number}",
                kind="complaint",
                channel="hotline",
                category="repair",
                grade="3",
                tier="general",
                state="open",
                cycle=1,
                occurred_at=at,
                is_tier_default=False,
                first_responsible_id=platform.company.person("agent"),
                routing=routing,
            )
            for said, subject in ((order, order.order_id), (case, case.complaint_id)):
                event_id = named("event", said.TYPE, *key)
                await platform.stage.hear(
                    platform.stage.event(platform.company, said, subject=subject, event_id=event_id, matter_id=subject)
                )
