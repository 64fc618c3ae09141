"""Who plans, who goes: from the staff directory and the posts of the pack."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.desk import InspectionDesk
from services.inspection.policy import InspectionGoverning
from services.inspection.policy_programme import Level
from services.inspection.programme.errors import InspectorUnfitError, OwnDepartmentError
from services.inspection.programme.models import PlannedInspectionRow
from services.inspection.programme.repository import planned
from services.inspection.programme.rules.drawing import Candidate, candidates, draw, in_place, teams
from services.inspection.programme.rules.states import NO_INSPECTOR
from services.inspection.programme.service.work import level_of, planning_posts
from shared.access.staff_book import StaffBook


@dataclass(slots=True)
class People:
    """The staff of one company on a date, and what each inspector has before them; counts on while it draws."""

    book: StaffBook
    company: str
    on: date
    loads: dict[UUID, int] = field(default_factory=dict)

    def planner(
        self, governing: InspectionGoverning, level: Level, department: str | None, team: str | None
    ) -> tuple[UUID | None, list[str]]:
        """Who plans for a place: the one holder there, or the posts; the head where nobody of the posts is there."""
        posts = planning_posts(governing, level, department)
        holders = {
            staff_id: post
            for post in posts
            for staff_id in self.book.holders(self.company, post, self.on)
            if in_place(self.book.by_id[staff_id], department, team)
        }
        if len(holders) == 1:
            return next(iter(holders)), []
        known = governing.policy.common.departments.get(department or "")
        if holders or known is None or not known.lead_post:
            return None, [post for post in posts if not holders or post in holders.values()]
        return None, [known.lead_post]

    def teams(self, level: Level, known: Mapping[str, object]) -> list[tuple[str, str]]:
        """Teams that plan, each with its department."""
        return teams(self.book, self.company, level.teams, known)

    def draw(self, level: Level, department: str) -> UUID | None:
        """The least loaded holder outside the inspected department; counted at once."""
        chosen = draw(self._candidates(level), self.loads, department)
        if chosen is not None:
            self.loads[chosen] = self.loads.get(chosen, 0) + 1
        return chosen

    def is_fit(self, level: Level, staff_id: UUID | None, department: str) -> bool:
        """Whether somebody still acts in a post that inspects, outside the inspected department."""
        return any(one.staff_id == staff_id and one.department != department for one in self._candidates(level))

    def check(self, level: Level, staff_id: UUID, department: str, pointer: str) -> None:
        """Raises: InspectorUnfitError, OwnDepartmentError."""
        self.check_outside(staff_id, department, pointer)
        if not any(one.staff_id == staff_id for one in self._candidates(level)):
            raise InspectorUnfitError.at_pointer(pointer)

    def check_outside(self, staff_id: UUID, department: str, pointer: str) -> None:
        """Raises: InspectorUnfitError for nobody of the company at work, OwnDepartmentError."""
        member = self.book.get(staff_id)
        if member is None or member.company != self.company or not member.is_active:
            raise InspectorUnfitError.at_pointer(pointer)
        if member.department == department:
            raise OwnDepartmentError.at_pointer(pointer)

    def _candidates(self, level: Level) -> list[Candidate]:
        return candidates(self.book, self.company, level.inspectors, self.on)


async def people(session: AsyncSession, desk: InspectionDesk, governing: InspectionGoverning, now: datetime) -> People:
    """The staff today."""
    book = await desk.staff.current()
    company = governing.policy.company
    return People(book, company, now.astimezone(governing.zone).date(), await planned.loads(session, company))


def place(
    row: PlannedInspectionRow,
    governing: InspectionGoverning,
    inspector_id: UUID | None,
    *,
    is_named: bool,
) -> None:
    """Let somebody go, or list the gap with those who plan."""
    level = level_of(governing, row.level)
    row.inspector_id, row.is_named = inspector_id, is_named
    row.gap = None if inspector_id else NO_INSPECTOR
    row.posts = [] if inspector_id else list(planning_posts(governing, level, row.led_by))
