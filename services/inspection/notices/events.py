"""Notice → contract fact; consequence → contract fact."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.inspection.notices.models import ConsequenceRow, NoticeFindingRow, NoticeRow
from shared.contracts.base import Routing
from shared.contracts.inspection_notices import InspectionConsequenceFact, InspectionNoticeFact
from shared.events.fact import Fact

_OWN = frozenset(
    (
        *("number", "department", "team", "severity", "state", "cycle", "clause", "responsible_id", "deadline_at"),
        "issued_at",
        *("is_late", "matter_id"),
    )
)


def said(
    row: NoticeRow, on_it: Sequence[NoticeFindingRow], kind: type[InspectionNoticeFact], now: datetime, **more: Any
) -> Fact:
    """`inspection.notice_*`; `on_it` are the findings that it tells of."""
    persons = dict.fromkeys(one.person_id for one in on_it if one.person_id is not None)
    shown = {name: getattr(row, name) for name in _OWN} | more
    payload = kind(
        notice_id=row.id,
        finding_ids=[one.finding_id for one in on_it],
        finding_clauses=[one.clause for one in on_it],
        person_ids=list(persons),
        occurred_at=now,
        routing=row.routing,
        **shown,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="notice",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )


def of_consequence(row: ConsequenceRow, kind: type[InspectionConsequenceFact], now: datetime) -> Fact:
    """`inspection.consequence_proposed` and `…_withdrawn`."""
    payload = kind(
        consequence_id=row.id,
        consequence=row.consequence,
        department=row.department,
        year=row.year,
        count=row.count,
        notice_ids=list(row.notice_ids),
        clause=row.clause,
        matter_id=row.matter_id,
        occurred_at=now,
        routing=Routing(department=row.department),
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="notice_consequence",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
        matter_id=row.matter_id,
    )
