"""Rectification in the year: most departments mend in time, one is late, one has to mend again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.inspection.year.people import NOTICES, People
from tests.support.stage import Json

LATE = "network"
"""Reports only when the deadline has passed."""
AGAIN = "call_centre"
"""What it first reports is not mended."""


@dataclass
class Mending:
    """From the draft of a notice to its archive."""

    people: People

    async def mend(self) -> None:
        """Everybody takes the next step of every notice that waits for it."""
        people = self.people
        for one in await people.waiting(NOTICES, "draft"):
            await people.step(NOTICES, one, "issue", "officestaff")
        for one in await people.waiting(NOTICES, "issued"):
            await people.step(NOTICES, one, "acknowledge", people.head_of(one["department"]))
        for state in ("acknowledged", "returned"):
            for one in await people.waiting(NOTICES, state):
                await self._plan(one)
        for one in await people.waiting(NOTICES, "planned"):
            if self._is_ready(one):
                await self._report(one)
        for one in await people.waiting(NOTICES, "mended"):
            is_mended = one["department"] != AGAIN or one["cycle"] > 1
            verdict = "mended" if is_mended else "not_mended"
            await people.step(NOTICES, one, "verify", "inspector", verdict=verdict, words="现场复核")
        for one in await people.waiting(NOTICES, "verified"):
            await people.step(NOTICES, one, "accept", "office", is_accepted=True, words="同意销号")

    def _is_ready(self, notice: Json) -> bool:
        deadline, now = datetime.fromisoformat(notice["deadline_at"]), self.people.platform.today
        return now > deadline if notice["department"] == LATE else now > deadline - timedelta(days=3)

    async def _plan(self, notice: Json) -> None:
        people, head = self.people, self.people.head_of(notice["department"])
        measure = {"measure": "班前会重申规定，逐人签字", "planned_on": f"{people.platform.today:%Y-%m-%d}"}
        responsible = str(people.platform.company.person(head))
        await people.step(NOTICES, notice, "plan", head, **measure, responsible_id=responsible)

    async def _report(self, notice: Json) -> None:
        people, head = self.people, self.people.head_of(notice["department"])
        proof = {"report": "已整改，现场照片附后", "proof_ids": [await people.photo(head)]}
        await people.step(NOTICES, notice, "mend", head, **proof)
