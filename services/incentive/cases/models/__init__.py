"""Tables of cases."""

from services.incentive.cases.models.case import IncentiveCaseRow
from services.incentive.cases.models.steps import CaseAppealRow, CaseSignatureRow, CaseStatementRow, CaseTalkRow

__all__ = ["CaseAppealRow", "CaseSignatureRow", "CaseStatementRow", "CaseTalkRow", "IncentiveCaseRow"]
