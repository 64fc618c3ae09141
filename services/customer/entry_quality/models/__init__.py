"""Tables of entry quality."""

from services.customer.entry_quality.models.checks import EntryCheckLineRow, EntryCheckRow
from services.customer.entry_quality.models.findings import (
    EntryFindingActRow,
    EntryFindingRow,
    EntryReportLineRow,
    EntryReportRow,
)
from services.customer.entry_quality.models.misuse import DataMisuseRow
from services.customer.entry_quality.models.rights import EntryTrainingRow, RightsWithdrawalRow
from services.customer.entry_quality.models.tasks import EntryMarkRow, EntryTaskRow

__all__ = [
    "DataMisuseRow",
    "EntryCheckLineRow",
    "EntryCheckRow",
    "EntryFindingActRow",
    "EntryFindingRow",
    "EntryMarkRow",
    "EntryReportLineRow",
    "EntryReportRow",
    "EntryTaskRow",
    "EntryTrainingRow",
    "RightsWithdrawalRow",
]
