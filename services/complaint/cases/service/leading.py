"""Who in person: the leader who coordinates a case (分管领导), and whoever a line of a plan lies with."""

from datetime import date, datetime

from services.complaint.cases.models import AnyCase
from services.complaint.cases.service.governing import Governing
from services.complaint.cases.service.steps import Step
from shared.access.staff_book import StaffBook
from shared.contracts.lifecycle import ComplaintLeaderNamed


def name_leader(case: AnyCase, governing: Governing, staff: StaffBook, now: datetime, post: str | None = None) -> bool:
    """Write the leader that the pack, or `post`, names on the case; whether it is another than before."""
    post = post or governing.chapter.leader_of(case.tier, case.grade, case.handling_level)
    if post is None or post == case.leader_post:
        return False
    case.leader_post = post
    case.leader_id = staff.answering(case.company, post, case.department, today(governing, now))
    case.involve(post)
    return True


async def follow_rules(step: Step, post: str | None = None) -> None:
    """Name the leader whom the case's tier, grade or level now asks for, and tell him; nobody is taken back."""
    if name_leader(step.case, step.governing, await step.staff(), step.call.now, post):
        case = step.case
        await step.say(
            ComplaintLeaderNamed, tells=[case.leader_post or ""], leader_post=case.leader_post, leader_id=case.leader_id
        )


def today(governing: Governing, now: datetime) -> date:
    """The civil date: deputies go by date."""
    return now.astimezone(governing.zone).date()
