"""The packs that ship, loaded once, and the policy that a company has by one of them."""

from datetime import date
from functools import cache

from services.callback.policy import CallbackChapter
from services.complaint.policy import ComplaintChapter
from services.customer.policy import CustomerChapter
from services.incentive.policy import IncentiveChapter
from services.inspection.policy import InspectionChapter
from shared.policy.book import Policy, Revision
from shared.policy.loader import SHIPPED, Pack, load_pack
from shared.policy.model import ChapterHeader
from shared.policy.store import canonical, digest

PACKS = ("xxx-gas", "chaohu", "generic", "liaoning")
CHAPTERS: dict[str, type[ChapterHeader]] = {
    "customer": CustomerChapter,
    "complaint": ComplaintChapter,
    "callback": CallbackChapter,
    "inspection": InspectionChapter,
    "incentive": IncentiveChapter,
}


@cache
def shipped(code: str) -> Pack:
    return load_pack(SHIPPED / code, CHAPTERS)


def customer_chapter(code: str) -> CustomerChapter:
    chapter = shipped(code).chapters["customer"]
    assert isinstance(chapter, CustomerChapter)
    return chapter


def complaint_chapter(code: str) -> ComplaintChapter:
    chapter = shipped(code).chapters["complaint"]
    assert isinstance(chapter, ComplaintChapter)
    return chapter


def callback_chapter(code: str) -> CallbackChapter:
    chapter = shipped(code).chapters["callback"]
    assert isinstance(chapter, CallbackChapter)
    return chapter


def policy_of(code: str, company: str, *, on: date = date(2026, 11, 22)) -> Policy:
    chapters = shipped(code).chapters
    revisions = {name: Revision(chapter, digest(canonical(chapter))) for name, chapter in chapters.items()}
    return Policy(company, code, on, revisions)
