"""Which revision of the callback chapter governs: the features ask here."""

from services.callback.policy import CHAPTER, CallbackChapter
from shared.policy import governing
from shared.policy.book import PolicyBook
from shared.sla.calendars import Calendars

Governing = governing.Governing[CallbackChapter]
"""One revision of the chapter, with the calendars in which its limits are counted."""
Governances = governing.Governances[CallbackChapter]
"""Finds the revision: the one in force for what is new, the recorded one for what is older."""


def open_governances(book: PolicyBook, calendars: Calendars) -> Governances:
    """Finds revisions of this chapter."""
    return governing.Governances(book, calendars, CHAPTER, CallbackChapter)
