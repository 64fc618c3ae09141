"""The checks over real rows: the month's, the day's, the step before, the week's draw, during business."""

from datetime import timedelta
from uuid import UUID

from services.customer.entry_quality import jobs
from services.customer.entry_quality.rules.draws import drawn
from services.customer.entry_quality.rules.periods import Span
from shared.ids import new_id
from tests.customer.integration.entry_quality.house import ZONE, House, refusal


async def found(house: House) -> set[tuple[str, str, UUID]]:
    rows = await house.rows("select rule, kind, subject_id from entry_findings where company = $1", house.gas.code)
    return {(row["rule"], row["kind"], row["subject_id"]) for row in rows}


async def phone(house: House, customer_id: UUID, index: str) -> None:
    await house.insert("phones", customer_id=customer_id, phone_index=index, state="active", created_at=house.now)


async def premises(house: House, customer_id: UUID) -> UUID:
    return await house.insert(
        "premises",
        customer_id=customer_id,
        address="人民路",
        address_key=f"k{customer_id.hex[-6:]}",
        kind="residence",
        state="in_use",
        created_at=house.now,
    )


async def test_the_months_check_finds_each_error_once_and_resumes_where_it_was_killed(house: House) -> None:
    span = Span.month(house.now.astimezone(ZONE).date(), ZONE)
    big = await house.customer(daily_volume_m3=50)
    below = await house.customer(daily_volume_m3=49)
    mixed = await house.customer(kind="commercial")
    over = await house.customer(kind="commercial", customer_class="b", daily_volume_m3=600, capacity_m3_day=500)
    closed = await house.customer(standing="closed", account_state="closed")
    twin = await house.customer(identity_index="same", identity_kind="resident_id")
    other = await house.customer("keeper", identity_index="same", identity_kind="resident_id")
    for place, one in enumerate((big, below, mixed, over, twin, other)):
        await phone(house, one, f"{one.hex[-8:]}{place}")
        await premises(house, one)
    meter = await house.insert(
        "meters",
        customer_id=closed,
        number=f"M{new_id().hex[-8:]}",
        kind="diaphragm",
        state="in_use",
        removed_on=house.today.from_at.date(),
        created_by=str(house.id_of("clerk")),
        created_at=house.now,
    )
    bare = await house.customer(registered_by="system:import")
    expected = {
        ("residential_volume", "contradictory", big),
        ("class_and_kind", "contradictory", mixed),
        ("volume_above_capacity", "contradictory", over),
        ("meter_at_closed", "contradictory", closed),
        ("removed_meter", "contradictory", meter),
        ("same_identity", "duplicate", other),
        ("no_premises", "missing", bare),
        ("no_phone", "missing", bare),
    }
    await house.run(jobs.MONTH[:1], span, chunk=6, rounds=4)  # killed after a few chunks
    rounds = await house.run(jobs.MONTH, span, chunk=6)
    assert await found(house) == expected
    assert rounds > len(expected)
    await house.run(jobs.MONTH, span, chunk=100)
    assert await found(house) == expected
    rows = await house.rows(
        "select operator_id, department, state from entry_findings where company = $1 and rule = any($2)",
        house.gas.code,
        ["same_identity", "no_phone"],
    )
    assert {(row["operator_id"], row["department"], row["state"]) for row in rows} == {
        (house.id_of("keeper"), "customer_service", "open"),
        (None, None, "open"),
    }
    listed = (await house.get("/v1/entry-checks?check=system", "office")).json()["items"]
    assert [(one["period"], one["state"], one["errors"]) for one in listed] == [(span.name, "done", 8)]
    assert listed[0]["figures"]["residential_volume"] == 1


async def test_the_day_finds_what_is_late_and_what_was_corrected(house: House) -> None:
    one = await house.customer()
    late = await house.contact(
        one, ended_at=house.now - timedelta(minutes=31), started_at=house.now - timedelta(minutes=40)
    )
    await house.contact(one, ended_at=house.now - timedelta(minutes=29), started_at=house.now - timedelta(minutes=40))
    change = {"customer_id": one, "version": 2, "subject": "customer", "field": "district"}
    wrong = await house.insert(
        "customer_changes",
        **change,
        at=house.now - timedelta(minutes=2),
        actor=str(house.id_of("clerk")),
        action="changed",
    )
    await house.insert(
        "customer_changes",
        **change,
        at=house.now - timedelta(minutes=1),
        actor=str(house.id_of("keeper")),
        action="changed",
    )
    await house.run(jobs.DAY[:2], house.today)
    assert await found(house) == {("contact_late", "late", late), ("corrected_soon", "wrong", wrong)}
    rows = await house.rows(
        "select operator_id, state, corrected_by from entry_findings where company = $1 order by rule", house.gas.code
    )
    assert [(row["operator_id"], row["state"], row["corrected_by"]) for row in rows] == [
        (house.id_of("agent"), "open", None),
        (house.id_of("clerk"), "corrected", house.id_of("keeper")),
    ]


async def test_the_operator_confirms_the_own_day(house: House) -> None:
    one = await house.customer("account")
    await house.contact(one)
    await house.contact(one, topic=None)
    await house.run(jobs.DAY, house.today)
    (mine,) = (await house.get("/v1/entry-checks?check=own_day", "agent")).json()["items"]
    assert (mine["state"], mine["population"], mine["errors"]) == ("open", 2, 1)
    lines = (await house.get(f"/v1/entry-checks/{mine['id']}/lines", "agent")).json()["items"]
    assert [line["missing"] for line in lines] == [[], ["topic"]]
    (clock,) = await house.clocks("entry-checks", mine["id"], "agent")
    assert (clock["metric"], clock["state"], clock["clause"]) == ("check", "running", "entry-checks")
    hidden = await house.get(f"/v1/entry-checks/{mine['id']}", "agent2")
    assert refusal(hidden) == (404, "entry_check_not_found")
    foreign = await house.step("entry-checks", mine, "look", "office", is_done=True)
    assert refusal(foreign) == (403, "not_own_entry")
    early = await house.step("entry-checks", mine, "look", "agent", is_done=True)
    assert refusal(early) == (409, "entry_check_incomplete")
    unnamed = {"line_id": lines[0]["id"], "outcome": "wrong"}
    nameless = await house.step("entry-checks", mine, "look", "agent", lines=[unnamed])
    assert refusal(nameless) == (422, "unknown_policy_code")
    seen = [
        {"line_id": lines[0]["id"], "outcome": "correct"},
        {"line_id": lines[1]["id"], "outcome": "corrected", "kind": "missing"},
    ]
    done = await house.step("entry-checks", mine, "look", "agent", lines=seen, is_done=True)
    assert (done.status_code, done.json()["state"], done.json()["version"]) == (200, "done", 2), done.text
    again = await house.step("entry-checks", done.json(), "look", "agent", is_done=True)
    assert refusal(again) == (409, "entry_step_not_allowed")
    assert (await house.clocks("entry-checks", mine["id"], "agent"))[0]["state"] == "met"
    assert len(await found(house)) == 1


async def test_the_team_leaders_draw_is_that_of_its_seed(house: House) -> None:
    one = await house.customer("account")
    ids = [await house.contact(one, "agent" if place % 2 else "agent2") for place in range(12)]
    week = Span.week(house.now.astimezone(ZONE).date(), ZONE)
    await house.run(jobs.WEEK, week)
    await house.run(jobs.WEEK, week)
    (check,) = (await house.get("/v1/entry-checks?check=team_leader", "hotlineleader")).json()["items"]
    assert (check["team"], check["population"], check["drawn"]) == ("hotline_1", 12, 5)
    lines = (await house.get(f"/v1/entry-checks/{check['id']}/lines", "hotlineleader")).json()["items"]
    assert {UUID(line["subject_id"]) for line in lines} == set(drawn(check["seed"], ids, 5))
    seen = [{"line_id": line["id"], "outcome": "correct"} for line in lines[1:]]
    seen.append({"line_id": lines[0]["id"], "outcome": "wrong", "kind": "wrong", "note": "内容与录音不符"})
    other = await house.step("entry-checks", check, "look", "office", lines=seen, is_done=True)
    assert refusal(other) == (403, "entry_post_required")
    stale = await house.post(
        f"/v1/entry-checks/{check['id']}/look", {"lines": seen}, "hotlineleader", version=check["version"] + 1
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    done = await house.step("entry-checks", check, "look", "hotlineleader", lines=seen, is_done=True)
    assert (done.json()["state"], done.json()["errors"]) == ("done", 1), done.text
    assert await found(house) == {("team_leader", "wrong", UUID(lines[0]["subject_id"]))}


async def test_a_clerk_corrects_during_business_and_the_author_gets_the_error(house: House) -> None:
    one = await house.customer("clerk")
    body = {
        "check": "in_business",
        "subject_type": "customer",
        "subject_id": str(one),
        "concern": "base_data",
        "outcome": "corrected",
        "kind": "wrong",
        "field": "district",
    }
    own = await house.post("/v1/entry-checks", body, "clerk")
    assert refusal(own) == (403, "own_entry")
    for change, expected in (
        ({"check": "system"}, "/check"),
        ({"concern": "nothing"}, "/concern"),
        ({"kind": None}, "/kind"),
        ({"subject_id": str(new_id())}, "/subject_id"),
        ({"kind": "odd"}, "/kind"),
    ):
        refused = await house.post("/v1/entry-checks", body | change, "agent")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, expected), refused.text
    assert await found(house) == set()
    post = await house.post("/v1/entry-checks", body, "office")
    assert refusal(post) == (403, "entry_post_required")
    headers = house.gas.headers("agent")
    made = await house.client.post("/v1/entry-checks", json=body, headers=headers)
    replayed = await house.client.post("/v1/entry-checks", json=body, headers=headers)
    assert (made.status_code, replayed.json()["id"]) == (201, made.json()["id"]), made.text
    assert await found(house) == {("in_business", "wrong", one)}
    right = await house.post("/v1/entry-checks", body | {"outcome": "correct", "kind": None}, "agent")
    assert (right.status_code, right.json()["errors"]) == (201, 0)
