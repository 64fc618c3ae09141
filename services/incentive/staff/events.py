"""Staff row → contract fact and projection."""

from services.incentive.staff.models import StaffRow
from shared.access.staff_book import Deputy, StaffMember
from shared.contracts.base import Routing
from shared.contracts.incentive import StaffChanged, StaffDeputy
from shared.events.fact import Fact


def staff_changed(row: StaffRow) -> Fact:
    """`incentive.staff_changed`: the whole row, without login, name or title."""
    payload = StaffChanged(
        staff_id=row.id,
        state=row.state,
        department=row.department,
        team=row.team,
        superior_id=row.superior_id,
        posts=list(row.posts),
        lines=list(row.lines),
        deputies=[
            StaffDeputy(staff_id=one.staff_id, from_on=one.from_on, until_on=one.until_on) for one in row.deputations
        ],
        routing=Routing(owner_id=row.id, team=row.team, department=row.department),
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="staff",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=row.updated_at,
    )


def projected(row: StaffRow) -> StaffMember:
    """The row as this schema's own projection keeps it."""
    return StaffMember(
        id=row.id,
        company=row.company,
        version=row.version,
        state=row.state,
        department=row.department,
        team=row.team,
        superior_id=row.superior_id,
        posts=tuple(row.posts),
        deputies=tuple(Deputy(one.staff_id, one.from_on, one.until_on) for one in row.deputations),
        lines=tuple(row.lines),
    )
