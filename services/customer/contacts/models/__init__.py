"""Tables of the contacts: calls and visits, notices, hand-overs, standard answers and their use."""

from services.customer.contacts.models.answers import AnswerUseRow, StandardAnswerRow
from services.customer.contacts.models.calls import ContactRow, MatterComplaintRow
from services.customer.contacts.models.handovers import HAND_OVER_NUMBERS, HandOverRow
from services.customer.contacts.models.notices import NOTICE_NUMBERS, NoticeRow
from services.customer.contacts.models.shifts import SHIFT_HAND_OVER_NUMBERS, ShiftHandOverRow

__all__ = [
    "HAND_OVER_NUMBERS",
    "NOTICE_NUMBERS",
    "SHIFT_HAND_OVER_NUMBERS",
    "AnswerUseRow",
    "ContactRow",
    "HandOverRow",
    "MatterComplaintRow",
    "NoticeRow",
    "ShiftHandOverRow",
    "StandardAnswerRow",
]
