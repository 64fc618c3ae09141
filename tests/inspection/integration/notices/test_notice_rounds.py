"""Sent back, late, extended, escalated, decided, withdrawn; what becomes of a notice whose findings fall."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.inspection.notices.repository import counts
from shared.contracts.sla import ClockRecalendared
from shared.ids import new_id
from tests.inspection.integration.findings.book import clock_of, confirmed
from tests.inspection.integration.findings.book import step as finding_step
from tests.inspection.integration.notices.mending import (
    NOTICES,
    drafted,
    follow,
    issued,
    later,
    mended,
    of_finding,
    overturned,
    planned,
    read,
    refused,
    reported,
    state_of,
    step,
    told,
    verified,
)
from tests.support.stage import Json, Stage
from tests.support.world import Company


async def counting(stage: Stage, gas: Company, severities: Sequence[str], *, counts_late: bool) -> list[UUID]:
    """What counts against the department, by what the pack may say."""
    async with stage.runtime.sessions.begin() as session:
        found = await counts.counting(
            session, gas.code, "customer_service", 2026, severities=severities, counts_late=counts_late
        )
        return [one.id for one in found]


async def escalated(stage: Stage, gas: Company) -> Json:
    """A notice that was not mended in its last round."""
    row = await verified(stage, gas, await reported(stage, gas), "not_mended")
    return await verified(stage, gas, await mended(stage, gas, row), "not_mended")


async def test_not_mended_notice_is_sent_back_once_and_then_escalated(stage: Stage, gas: Company) -> None:
    row = await verified(stage, gas, await reported(stage, gas), "not_mended")
    assert (row["state"], row["cycle"], row["posts"]) == ("returned", 2, [])
    assert [(one["cycle"], one["verdict"]) for one in row["rounds"]] == [(1, "not_mended"), (2, None)]
    clock = await clock_of(stage, row, "notice_mend")
    assert (clock["cycle"], clock["state"], clock["routing"]["owner_id"]) == (2, "running", str(gas.person("crew")))
    (back,) = await told(stage, gas, "notice_returned")
    assert (back["cycle"], back["returned_by"]) == (2, str(gas.person("inspector")))
    row = await verified(stage, gas, await mended(stage, gas, row))
    row = await step(stage, gas, row, "accept", "office", is_accepted=False, words="证明不足")
    assert (row["state"], row["posts"][0]) == ("escalated", "service_management_committee")
    assert await state_of(stage, row, "notice_decide") == "running"
    assert len(await told(stage, gas, "notice_escalated")) == 1
    said = {"outcome": "again", "words": "再整改一轮"}
    assert await refused(stage, gas, row, "decide", "office", **said) == (403, "notice_post_not_allowed")
    row = await step(stage, gas, row, "decide", "committee", **said)
    assert (row["state"], row["cycle"]) == ("returned", 3)
    assert await state_of(stage, row, "notice_decide") == "met"


async def test_notice_ended_unmended_leaves_its_findings_for_another(stage: Stage, gas: Company) -> None:
    row = await escalated(stage, gas)
    row = await step(stage, gas, row, "decide", "committee", outcome="ended", words="另行处理")
    assert (row["state"], row["is_mended"]) == ("closed", False)
    (closed,) = await told(stage, gas, "notice_closed")
    assert closed["is_mended"] is False
    finding = row["findings"][0]["finding_id"]
    assert (await stage.get(gas, f"/v1/findings/{finding}"))["state"] == "confirmed"
    again = await stage.post(gas, NOTICES, {"finding_ids": [finding]}, login="office")
    assert again.status_code == 201, again.text


async def test_missed_deadline_shows_and_is_told_once_a_round(stage: Stage, gas: Company) -> None:
    row = await planned(stage, gas, await issued(stage, gas, severity="grave"))
    later(stage, days=10)
    await stage.sweep()
    await follow(stage, gas)
    row = await read(stage, gas, row)
    assert (row["is_late"], row["rounds"][0]["late_at"]) == (True, row["deadline_at"])
    (late,) = await told(stage, gas, "notice_late")
    assert (late["clause"], late["cycle"], late["department"]) == ("rectification-overdue", 1, "customer_service")
    assert late["minutes_late"] > 0
    for event in await follow(stage, gas):
        await stage.pool.execute("delete from inbox where event_id = $1", event.id)
    await follow(stage, gas)
    assert len(await told(stage, gas, "notice_late")) == 1
    for severities, counted in (((), 1), (("minor",), 1)):
        found = await counting(stage, gas, severities, counts_late=True)
        assert (len(found), await counting(stage, gas, severities, counts_late=False)) == (counted, [])
    listed = await stage.get(gas, NOTICES, is_late="true")
    assert [one["id"] for one in listed["items"]] == [row["id"]]
    await mended(stage, gas, row)
    (done,) = await told(stage, gas, "notice_mended")
    assert done["minutes_late"] > 0
    assert await state_of(stage, row, "notice_mend") == "breached"


async def test_late_report_tells_its_lateness_before_the_breach_is_heard(stage: Stage, gas: Company) -> None:
    row = await planned(stage, gas, await issued(stage, gas, severity="grave"))
    later(stage, days=10)
    row = await mended(stage, gas, row)
    assert row["is_late"] is True
    await stage.sweep()
    await follow(stage, gas)
    assert len(await told(stage, gas, "notice_late")) == 1
    assert len(await stage.facts(gas, "sla.breached")) >= 1


async def test_late_notice_is_brought_before_those_who_decide(stage: Stage, gas: Company) -> None:
    row = await issued(stage, gas, severity="grave")
    said = {"words": "逾期未整改"}
    assert await refused(stage, gas, row, "escalate", "office", **said) == (409, "notice_not_late")
    later(stage, days=10)
    assert await refused(stage, gas, row, "extend", "office", days=1, **said) == (422, "notice_extension_refused")
    row = await step(stage, gas, row, "escalate", "office", **said)
    assert (row["state"], row["is_late"]) == ("escalated", True)
    await stage.sweep()
    await follow(stage, gas)
    assert len(await told(stage, gas, "notice_late")) == 1


async def test_deadline_is_extended_by_another_post_within_the_pack(stage: Stage, gas: Company) -> None:
    row = await planned(stage, gas, await issued(stage, gas, severity="grave"))
    before = row["deadline_at"]
    said = {"days": 2, "words": "材料未到"}
    assert (await refused(stage, gas, row, "extend", "head", **said))[0] == 403
    assert await refused(stage, gas, row, "extend", "committee", **said) == (403, "notice_post_not_allowed")
    assert await refused(stage, gas, row, "extend", "office", **{**said, "days": 6}) == (
        422,
        "notice_extension_refused",
    )
    row = await step(stage, gas, row, "extend", "deputy", **said)
    assert (before, row["deadline_at"]) == ("2026-12-01T09:30:00Z", "2026-12-03T09:30:00Z")
    clock = await clock_of(stage, row, "notice_mend")
    assert clock["deadline_at"].isoformat() == "2026-12-03T09:30:00+00:00"
    last = row["steps"][-1]
    assert (last["act"], last["words"]) == ("extend", "材料未到")
    assert (last["from_deadline_at"], last["to_deadline_at"]) == (before, row["deadline_at"])
    assert await refused(stage, gas, row, "extend", "office", **said) == (422, "notice_extension_refused")
    clocks = await stage.clocks(gas, f"{NOTICES}/{row['id']}")
    assert clocks["notice_mend"]["state"] == "running"
    (moved,) = await told(stage, gas, "notice_extended")
    assert moved["extended_by"] == str(gas.person("deputy"))


async def test_notice_is_withdrawn_by_another_than_its_issuer(stage: Stage, gas: Company) -> None:
    row = await issued(stage, gas)
    assert await refused(stage, gas, row, "cancel", "office", words="误发") == (403, "notice_four_eyes")
    row = await step(stage, gas, row, "cancel", "committee", words="误发")
    assert (row["state"], row["cancel_reason"]) == ("cancelled", "withdrawn")
    assert await state_of(stage, row, "notice_mend") == "cancelled"
    (gone,) = await told(stage, gas, "notice_cancelled")
    assert (gone["reason"], gone["finding_ids"]) == ("withdrawn", [row["findings"][0]["finding_id"]])
    for event in await follow(stage, gas):
        await stage.pool.execute("delete from inbox where event_id = $1", event.id)
    await follow(stage, gas)
    assert len((await stage.get(gas, NOTICES))["items"]) == 1, "what people withdrew is not drafted again"


async def test_overturned_finding_leaves_and_the_last_one_cancels(stage: Stage, gas: Company) -> None:
    grave = await confirmed(stage, gas, severity="grave")
    minor = await confirmed(stage, gas, severity="minor", clause="inspection")
    body = {"finding_ids": [grave["id"], minor["id"]]}
    row = (await stage.post(gas, NOTICES, body, login="office")).json()
    await overturned(stage, gas, grave["id"])
    row = await read(stage, gas, row)
    assert (row["state"], row["severity"], row["standing"]) == ("issued", "minor", 1)
    assert row["deadline_at"] == "2026-12-08T09:30:00Z", "the milder deadline"
    (revised,) = await told(stage, gas, "notice_revised")
    assert (revised["previous_severity"], revised["left_finding_id"]) == ("grave", grave["id"])
    assert revised["finding_ids"] == [minor["id"]]
    await overturned(stage, gas, minor["id"])
    row = await read(stage, gas, row)
    assert (row["state"], row["cancel_reason"], row["standing"]) == ("cancelled", "overturned", 0)
    clocks = await stage.clocks(gas, f"{NOTICES}/{row['id']}")
    assert {one["state"] for one in clocks.values()} == {"cancelled"}
    (gone,) = await told(stage, gas, "notice_cancelled")
    assert set(gone["finding_ids"]) == {grave["id"], minor["id"]}


async def test_draft_of_an_overturned_finding_is_cancelled_and_is_not_issued(stage: Stage, gas: Company) -> None:
    finding = await confirmed(stage, gas)
    await follow(stage, gas)
    row = await of_finding(stage, gas, finding["id"])
    finding = await finding_step(stage, gas, finding, "answer", "head", is_agreed=False, words="不属实")
    await finding_step(stage, gas, finding, "decide", "gm", is_upheld=False, words="不成立")
    assert await refused(stage, gas, row, "issue", "office") == (422, "notice_finding_unfit")
    await follow(stage, gas)
    assert (await read(stage, gas, row))["state"] == "cancelled"


async def test_notice_weighs_less_when_its_finding_loses_its_raise(stage: Stage, gas: Company) -> None:
    first = await confirmed(stage, gas, severity="ordinary")
    row = await drafted(stage, gas, severity="ordinary")
    assert row["severity"] == "grave"
    row = await step(stage, gas, row, "issue", "office")
    assert row["deadline_at"] == "2026-12-01T09:30:00Z"
    await overturned(stage, gas, first["id"])
    row = await read(stage, gas, row)
    assert (row["severity"], row["deadline_at"]) == ("ordinary", "2026-12-03T09:30:00Z")


async def test_notice_shows_the_deadline_that_a_changed_calendar_gives(stage: Stage, gas: Company) -> None:
    row = await issued(stage, gas, severity="grave")
    said = ClockRecalendared(
        clock_id=new_id(),
        subject_type="notice",
        subject_id=UUID(row["id"]),
        metric="notice_mend",
        cycle=1,
        sequence=1,
        state="running",
        deadline_at=stage.clock.now() + timedelta(days=20),
        from_calendar_revision=1,
        to_calendar_revision=2,
        occurred_at=stage.clock.now(),
    )
    await stage.hear(stage.event(gas, said))
    assert (await read(stage, gas, row))["deadline_at"] == row["deadline_at"], "a clock of another service"
    await stage.hear(dataclasses.replace(stage.event(gas, said), source="/inspection"))
    after = await read(stage, gas, row)
    assert after["deadline_at"] == after["rounds"][0]["deadline_at"] == "2026-12-14T02:00:00Z"
