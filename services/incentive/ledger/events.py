"""Month of the ledger → contract fact."""

from datetime import datetime

from services.incentive.ledger.models import LedgerMonthRow
from shared.contracts.incentive_ledger import IncentiveMonthClosed, IncentiveMonthLocked
from shared.events.fact import Fact


def month_told(
    row: LedgerMonthRow, kind: type[IncentiveMonthClosed] | type[IncentiveMonthLocked], now: datetime
) -> Fact:
    """`incentive.month_closed`, `incentive.month_locked`."""
    payload = kind(
        month_id=row.id,
        month=row.month,
        state=row.state,
        lines=row.lines,
        digest=row.digest or "",
        rewards_fen=row.totals["rewards_fen"],
        penalties_fen=row.totals["penalties_fen"],
        corrections_fen=row.totals["corrections_fen"],
        net_fen=row.totals["net_fen"],
        occurred_at=now,
        routing=row.routing,
    )
    return Fact(
        payload=payload,
        company=row.company,
        aggregate_type="ledger_month",
        aggregate_id=row.id,
        aggregate_version=row.version,
        time=now,
    )
