"""Use cases of the messages; other features queue theirs here."""

from services.callback.messages.service.queueing import Outgoing, forget, queue
from services.callback.messages.service.wishes import is_refused

__all__ = ["Outgoing", "forget", "is_refused", "queue"]
