"""Every table of care."""

from services.callback.care.models.activities import ActivityRow, InvitationRow
from services.callback.care.models.days import MemberRow, OccasionRow
from services.callback.care.models.gifts import GiftRow
from services.callback.care.models.greetings import GreetingRow

__all__ = ["ActivityRow", "GiftRow", "GreetingRow", "InvitationRow", "MemberRow", "OccasionRow"]
