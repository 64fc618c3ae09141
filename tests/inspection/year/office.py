"""The year of those who plan, inspect, are inspected and mend: who does what is told by rules, not by chance."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from tests.inspection.year.people import FINDINGS, INSPECTIONS, PLANNED, PLANS, People
from tests.support.stage import Json

NEGLECTED = ("market", 3)
"""Nobody inspects this department in this month."""
FAILING = {"network": ("attitude", "requests"), "safety": ("dress",), "call_centre": ("response", "commitment")}
"""Points that are never in order in a department."""
LATE_FORM = "engineering"
"""Forms about this department come two days later, with their own times."""


@dataclass
class Office:
    """Plans are made and approved, inspections prepared, recorded, answered and signed, findings put in force."""

    people: People

    @property
    def now(self) -> datetime:
        """The platform's time."""
        return self.people.platform.today

    async def work(self) -> None:
        """A working day."""
        await self.plan()
        await self.inspect()
        await self.answer()
        await self.judge()

    async def plan(self) -> None:
        """Plans that were drafted are submitted by who plans them and approved by another."""
        people = self.people
        for plan in await people.waiting(PLANS, "draft"):
            planner = people.login_of(plan["owner_id"]) if plan["owner_id"] else people.holder_of(plan["posts"][-1])
            after = await people.step(PLANS, plan, "submit", planner)
            await people.step(PLANS, after, "approve", "office" if plan["level"] == "team" else "deputy")

    async def inspect(self) -> None:
        """Whoever goes writes the execution plan, prepares and records what is due."""
        for one in await self.people.waiting(PLANNED, "planned"):
            if datetime.fromisoformat(one["window_from"]) > self.now - timedelta(days=4):
                continue
            if (one["department"], self.now.month) != NEGLECTED:
                await self._prepare(one)
        for one in await self.people.waiting(INSPECTIONS, "prepared"):
            days = 2 if one["department"] == LATE_FORM else 0
            if date.fromisoformat(one["held_on"]) <= self.now.date() - timedelta(days=days):
                await self._record(one)

    async def _prepare(self, planned: Json) -> None:
        people, login = self.people, self.people.login_of(planned["inspector_id"])
        method = "unannounced_visit" if planned["kind"] == "unannounced" else "on_site"
        plan = {"method": method, "held_on": f"{self.now:%Y-%m-%d}", "checks": "按检查表逐项检查", "sample_size": 5}
        after = await people.step(PLANNED, planned, "execution-plan", login, **plan)
        await people.made(INSPECTIONS, {"planned_id": after["id"]}, login)

    async def _record(self, one: Json) -> None:
        people, login = self.people, self.people.login_of(one["inspector_id"])
        photo = await people.photo(login)
        company = people.platform.company
        inspection = await people.platform.stage.get(company, f"{INSPECTIONS}/{one['id']}", login=login)
        lists = (await people.platform.stage.get(company, "/v1/inspection-checklists", login=login))["items"]
        points = next(each["points"] for each in lists if each["code"] == inspection["checklist"])
        failing = FAILING.get(one["department"], ())
        answers = [
            {
                "point": point["code"],
                "answer": "not_ok",
                "remarks": f"不符合：{point['question']}",
                "evidence_ids": [photo],
            }
            if point["code"] in failing
            else {"point": point["code"], "answer": "ok", "evidence_ids": [photo] * (point["evidence"] == "always")}
            for point in points
        ]
        drawn = (inspection["sample"] or {"members": []})["members"]
        held = datetime.fromisoformat(inspection["prepared_at"]) + timedelta(hours=one["department"] == LATE_FORM)
        form = {
            "form_id": str(uuid5(NAMESPACE_URL, inspection["number"])),
            "held_at": held.isoformat(),
            "ended_at": held.isoformat(),
            "points": answers,
            "subjects": [{"subject_id": member["subject_id"], "outcome": "ok"} for member in drawn],
        }
        if one["department"] == "customer_service" and self.now.month % 3 == 0:
            seen = {"clause": "inspection-finding", "words": "班前会点评每一起投诉", "is_publishable": True}
            form["good_examples"] = [seen]
        await people.step(INSPECTIONS, inspection, "record", login, **form)

    async def answer(self) -> None:
        """Departments reply and sign, inspectors sign after them; safety refuses in June."""
        people = self.people
        for one in await people.waiting(INSPECTIONS, "recorded"):
            inspector = people.login_of(one["inspector_id"])
            if (one["department"], self.now.month) == ("safety", 6):
                await people.step(INSPECTIONS, one, "refuse-reply", inspector, reason="负责人拒绝签字")
            else:
                head = people.head_of(one["department"])
                await people.step(INSPECTIONS, one, "reply", head, words="情况属实，立即整改")
        for one in await people.waiting(INSPECTIONS, "replied"):
            await people.step(INSPECTIONS, one, "sign", people.login_of(one["inspector_id"]))

    async def judge(self) -> None:
        """Drafts are confirmed by another person of the office, answered by the department, mended on the spot."""
        people = self.people
        for one in await people.waiting(FINDINGS, "draft"):
            raiser = people.login_of(one["raised_by"])
            await people.step(
                FINDINGS, one, "confirm", "committee" if raiser in ("office", "officestaff") else "office"
            )
        for one in await people.waiting(FINDINGS, "confirmed"):
            head = people.head_of(one["department"])
            after = await people.step(FINDINGS, one, "answer", head, is_agreed=True, words="情况属实")
            if after["remedy"] == "on_spot" and after["mended_at"] is None:
                await people.step(FINDINGS, after, "mend", head)


def _answer(point: Json, photo: str, *, is_ok: bool) -> Json:
    """What the inspector writes at a point, with a photo where the checklist asks for one."""
    said = {"point": point["code"], "answer": "ok" if is_ok else "not_ok"}
    proof = {"evidence_ids": [photo]} if not is_ok or point["evidence"] == "always" else {}
    return said | proof | ({} if is_ok else {"remarks": f"不符合：{point['question']}"})
