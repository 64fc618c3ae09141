"""What somebody must do: the statement's branches against a plain reading of the same clocks."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from shared.contracts.base import Routing
from shared.contracts.work import WorkEntry, WorkQueue, WorkState
from shared.ids import new_id
from shared.sla.promise import Promise, Unit
from shared.sla.work import WorkFilter, WorkPosition, WorkScope, WorkTiers, work_page
from tests.shared.sla.conftest import ClockRig

TIERS = WorkTiers(("vip", "general"), green=("vip",))
STAFF = [new_id() for _ in range(3)]
CUSTOMERS = [new_id() for _ in range(3)]
TEAMS = ("north", "south")
DEPARTMENTS = ("repair", "market")
POSTS = ("gm", "duty")


@pytest.fixture
async def busy(rig: ClockRig) -> ClockRig:
    """Sixty cases with one to three promises each, some without a limit, of everybody and nobody."""
    dice = random.Random(7)  # reproducible
    for _ in range(60):
        routing = Routing(
            owner_id=dice.choice([*STAFF, None]),
            team=dice.choice([*TEAMS, None]),
            department=dice.choice([*DEPARTMENTS, None]),
            posts=dice.sample(POSTS, dice.randrange(3)),
        )
        budgets = dice.sample([30, 60, 90, None], dice.randint(1, 3))
        subject = rig.subject(routing=routing, customer_id=dice.choice([*CUSTOMERS, None]))
        await rig.start(subject, *(Promise(f"metric_{budget}", budget, Unit.NATURAL) for budget in budgets))
        if dice.random() < 0.3:  # something in it is for somebody else
            beside = replace(subject, routing=Routing(owner_id=dice.choice([*STAFF, None]), posts=list(POSTS[:1])))
            await rig.start(beside, Promise("metric_beside", 120, Unit.NATURAL))
    return rig


async def page(
    rig: ClockRig, scope: WorkScope, wanted: WorkFilter, after: WorkPosition | None = None, *, limit: int = 200
) -> list[WorkEntry]:
    return await work_page(
        rig.pool, scope=scope, wanted=wanted, tiers=TIERS, after=after, limit=limit, now=rig.clock.now()
    )


async def expected(rig: ClockRig, scope: WorkScope, wanted: WorkFilter) -> list[UUID]:
    """By hand: the most pressing clock of each case that the scope admits, and the caller's own most pressing of it."""
    rows = [row for row in await rig.clocks() if wanted.metric in (None, row["metric"])]
    listed = [
        _key(row)
        for row in rows
        if _admits(row, scope, wanted)
        and not any(
            other["subject_id"] == row["subject_id"]
            and _key(other) < _key(row)
            and (_is_own(other, scope) or not _is_own(row, scope))
            for other in rows
        )
    ]
    return [key[2] for key in sorted(listed)]


def _key(row: dict) -> tuple[str, str, UUID]:  # type: ignore[type-arg]
    due = row["deadline_at"].isoformat() if row["deadline_at"] else "~"
    return due, str(row["id"]), row["id"]


def _is_own(row: dict, scope: WorkScope) -> bool:  # type: ignore[type-arg]
    return row["owner_id"] in scope.staff_ids or bool(set(row["routing"]["posts"]) & set(scope.posts))


def _admits(row: dict, scope: WorkScope, wanted: WorkFilter) -> bool:  # type: ignore[type-arg]
    if wanted.customer_id and row["customer_id"] != wanted.customer_id:
        return False
    if wanted.metric and row["metric"] != wanted.metric:
        return False
    return (
        scope.is_company
        or row["owner_id"] in scope.staff_ids
        or row["team"] in scope.teams
        or row["department"] in scope.departments
        or bool(set(row["routing"]["posts"]) & set(scope.posts))
    )


def scopes(company: str) -> Sequence[WorkScope]:
    return (
        WorkScope([company], is_company=True),
        WorkScope([company], staff_ids=STAFF[:1]),
        WorkScope([company], staff_ids=STAFF[:2], teams=TEAMS[:1]),
        WorkScope([company], staff_ids=STAFF[:1], departments=DEPARTMENTS[:1], posts=POSTS[:1]),
        WorkScope([company], posts=POSTS),
        WorkScope([company]),
    )


async def test_every_scope_and_filter_lists_what_a_plain_reading_lists(busy: ClockRig) -> None:
    filters = (
        WorkFilter(),
        WorkFilter(metric="metric_30"),
        WorkFilter(customer_id=CUSTOMERS[0]),
        WorkFilter("metric_60", customer_id=CUSTOMERS[1]),
        WorkFilter(tier="nobody"),
    )
    sizes = set()
    for scope in scopes(busy.company):
        for wanted in filters:
            found = [entry.clock_id for entry in await page(busy, scope, wanted)]
            assert found == ([] if wanted.tier else await expected(busy, scope, wanted)), (scope, wanted)
            sizes.add(len(found))
    assert {0, 60} <= sizes
    assert await page(busy, WorkScope([f"{busy.company}-other"], is_company=True), WorkFilter()) == []


async def test_pages_of_seven_are_the_whole_list_in_its_order(busy: ClockRig) -> None:
    for scope in scopes(busy.company):
        whole = await page(busy, scope, WorkFilter())
        found: list[WorkEntry] = []
        after = None
        while chunk := await page(busy, scope, WorkFilter(), after, limit=7):
            found += chunk
            last = chunk[-1]
            after = WorkPosition(last.deadline_at, last.tier_rank, last.clock_id)
        assert found == whole


async def test_each_entry_says_why_the_caller_sees_it(busy: ClockRig) -> None:
    scope = WorkScope(
        [busy.company], staff_ids=STAFF[:1], teams=TEAMS[:1], departments=DEPARTMENTS[:1], posts=POSTS[:1]
    )
    queues = {entry.queue for entry in await page(busy, scope, WorkFilter())}
    assert queues == {"mine", "post", "team", "department"}


def matches(entry: WorkEntry, wanted: WorkFilter, now: datetime) -> bool:
    """A filter in words, over what the whole list says of the entry."""
    is_late = entry.state == "running" and entry.deadline_at is not None and entry.deadline_at < now
    return (
        wanted.kind in (None, entry.kind)
        and wanted.state in (None, entry.state)
        and wanted.queue in (None, entry.queue)
        and wanted.is_overdue in (None, entry.is_breached or is_late)
        and wanted.is_green_channel in (None, entry.tier == "vip")
        and entry.is_green_channel == (entry.tier == "vip")
        and (wanted.due_before is None or (entry.deadline_at is not None and entry.deadline_at < wanted.due_before))
    )


async def test_each_filter_leaves_a_part_of_the_whole_list_in_its_order(busy: ClockRig) -> None:
    rows = await busy.clocks()
    await busy.pool.execute(
        "update clocks set tier = (array['vip', 'general', null])[1 + abs(hashtext(subject_id::text)) % 3],"
        " state = (array['running', 'running', 'paused', 'breached'])[1 + abs(hashtext(id::text)) % 4]"
        " where company = $1",
        busy.company,
    )
    await busy.pool.execute(
        "update clocks set breached_at = deadline_at where company = $1 and state = 'breached'", busy.company
    )
    moment = sorted(row["deadline_at"] for row in rows if row["deadline_at"])[len(rows) // 4]
    now = moment + timedelta(seconds=1)
    busy.clock.set(now)
    filters = [
        WorkFilter(kind="complaint"),
        WorkFilter(kind="nothing"),
        *(WorkFilter(state=state) for state in WorkState),
        *(WorkFilter(queue=queue) for queue in WorkQueue),
        *(WorkFilter(is_overdue=answer) for answer in (True, False)),
        *(WorkFilter(is_green_channel=answer) for answer in (True, False)),
        WorkFilter(due_before=moment),
        WorkFilter(due_before=now),
        WorkFilter(state=WorkState.RUNNING, queue=WorkQueue.POST, is_green_channel=True),
    ]
    sizes: dict[str, set[int]] = {}
    for scope in scopes(busy.company):
        whole = await page(busy, scope, WorkFilter())
        for wanted in filters:
            found = await page(busy, scope, wanted)
            assert found == [entry for entry in whole if matches(entry, wanted, now)], (scope, wanted)
            sizes.setdefault(repr(wanted), set()).add(len(found))
    assert sizes.pop(repr(WorkFilter(kind="nothing"))) == {0}
    assert [wanted for wanted, found in sizes.items() if found == {0}] == []


async def test_pages_lose_and_repeat_nothing_that_stands_still_while_others_come_go_and_move(busy: ClockRig) -> None:
    dice = random.Random(11)  # reproducible
    for scope in (scopes(busy.company)[0], scopes(busy.company)[3]):
        standing = {entry.clock_id for entry in await page(busy, scope, WorkFilter())}
        touched: set[UUID] = set()
        found: list[WorkEntry] = []
        after = None
        while chunk := await page(busy, scope, WorkFilter(), after, limit=5):
            found += chunk
            after = WorkPosition(chunk[-1].deadline_at, chunk[-1].tier_rank, chunk[-1].clock_id)
            touched |= await _stir(busy, dice)
            assert len(found) < 400
        seen = [entry.clock_id for entry in found]
        unmoved = standing - touched
        assert len(unmoved) >= 5
        assert sorted(one for one in seen if one in unmoved) == sorted(unmoved)
        places = [(entry.clock_id, entry.deadline_at) for entry in found]
        assert len(places) == len(set(places))


async def _stir(rig: ClockRig, dice: random.Random) -> set[UUID]:
    """Start one case, stop one and move the deadlines of one; answers every clock of the cases touched."""
    routing = Routing(owner_id=STAFF[0], department=DEPARTMENTS[0])
    await rig.start(rig.subject(routing=routing), Promise("metric_new", dice.choice([5, 45, 75, 300]), Unit.NATURAL))
    rows = [row for row in await rig.clocks() if row["stopped_at"] is None]
    gone, moved = dice.sample(sorted({row["subject_id"] for row in rows}), 2)
    await rig.pool.execute(
        "update clocks set state = 'met', stopped_at = $2 where subject_id = $1", gone, rig.clock.now()
    )
    await rig.pool.execute(
        "update clocks set deadline_at = deadline_at + make_interval(mins => $2) where subject_id = $1",
        moved,
        dice.choice([-40, 33, 200]),
    )
    return {
        row["id"] for row in await rig.clocks() if row["subject_id"] in {gone, moved} or row["metric"] == "metric_new"
    }


async def test_a_filter_never_widens_what_the_caller_may_see(busy: ClockRig) -> None:
    scope = WorkScope([busy.company], staff_ids=STAFF[:1])
    for queue in WorkQueue:
        found = await page(busy, scope, WorkFilter(queue=queue))
        assert {entry.owner_id for entry in found} <= {STAFF[0]}
        assert bool(found) == (queue is WorkQueue.MINE)
