"""The reports of the year: heads sign their months, the office reports its quarters, inspections are archived."""

import io
from dataclasses import dataclass

from shared.archive.verifying import verify
from tests.inspection.year.people import INSPECTIONS, SUMMARIES, THEMED, People

WORDS = {
    "achievements": "按计划完成",
    "measures": "班前会点评",
    "problems": "见检查发现",
    "suggestions": "增加夜间抽查",
}
REPORT = {"summary": "本季度专题检查完成", "causes": "培训不足", "demands": "逐项整改"}
EVERY = 8
"""Of the inspections, each eighth is archived."""


@dataclass
class Reporting:
    """Those who write, sign, note, approve and archive."""

    people: People

    async def report(self) -> None:
        """Months and quarters that are over."""
        people = self.people
        for one in await people.waiting(SUMMARIES, "draft"):
            head = people.head_of(one["department"])
            after = await people.step(SUMMARIES, one, "write", head, **WORDS)
            await people.step(SUMMARIES, after, "sign", head)
        for one in await people.waiting(SUMMARIES, "submitted"):
            await people.step(SUMMARIES, one, "note", "committee", words="已阅")
        for one in await people.waiting(THEMED, "draft"):
            after = await people.step(THEMED, one, "write", "officestaff", **REPORT)
            after = await people.step(THEMED, after, "submit", "officestaff")
            after = await people.step(THEMED, after, "approve", "deputy")
            await people.step(THEMED, after, "publish", "office")

    async def archive(self) -> list[bool]:
        """Archive each eighth inspection, download the package, verify it far from the platform; flip a byte of it."""
        people, found = self.people, list[bool]()
        stage, company = people.platform.stage, people.platform.company
        for one in (await people.listed(INSPECTIONS, state="signed"))[::EVERY]:
            made = await people.made(f"{INSPECTIONS}/{one['id']}/archive", {}, "office")
            path = f"/v1/archives/{made['id']}/package"
            package = (await stage.client.get(path, headers=company.headers("office"))).content
            middle = len(package) // 2
            spoilt = package[:middle] + bytes([package[middle] ^ 1]) + package[middle + 1 :]
            whole = verify(io.BytesIO(package), index_digest=made["index_digest"])
            found.append(whole.is_whole and not verify(io.BytesIO(spoilt)).is_whole)
        return found
