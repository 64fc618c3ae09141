"""Who goes, which teams there are, which step is allowed: pure."""

from datetime import date
from uuid import UUID

import pytest

from services.inspection.programme.errors import PlannedStepNotAllowedError, PlanStepNotAllowedError
from services.inspection.programme.rules.drawing import candidates, draw, teams
from services.inspection.programme.rules.states import (
    PLAN_ALLOWED,
    PLANNED_ALLOWED,
    PlanAct,
    PlannedAct,
    PlannedState,
    PlanState,
    check_plan,
    check_planned,
)
from shared.access.staff_book import StaffBook, StaffMember
from shared.ids import derived_id

ON = date(2026, 11, 24)


def member(name: str, department: str, post: str, *, salt: str = "", team: str | None = None) -> StaffMember:
    return StaffMember(derived_id(salt, name), "gas", 1, "active", department, team, posts=(post,))


def book(salt: str = "") -> StaffBook:
    return StaffBook.of(
        [
            member("i", "office", "inspector", salt=salt),
            member("m", "market", "head", salt=salt),
            member("n", "network", "head", salt=salt),
            member("s", "safety", "head", salt=salt),
        ]
    )


def name_of(chosen: UUID | None, salt: str) -> str | None:
    return next((name for name in "imns" if derived_id(salt, name) == chosen), None)


def sequence(salt: str) -> list[str | None]:
    found, loads, names = candidates(book(salt), "gas", ("inspector", "head"), ON), dict[UUID, int](), []
    for department in ("market", "network", "safety", "office") * 3:
        chosen = draw(found, loads, department)
        assert chosen is not None
        loads[chosen] = loads.get(chosen, 0) + 1
        names.append(name_of(chosen, salt))
    return names


def test_the_same_people_go_in_every_run_whatever_their_ids() -> None:
    first = sequence("a")
    assert all(sequence(salt) == first for salt in ("b", "c", "d", "e", "f"))
    assert {first.count(name) for name in "imns"} == {3}, "the load is even"


@pytest.mark.parametrize(("department", "expected"), [("office", "m"), ("market", "i"), ("none", "i")])
def test_nobody_is_drawn_for_the_own_department(department: str, expected: str) -> None:
    found = candidates(book(), "gas", ("inspector", "head"), ON)
    assert name_of(draw(found, {}, department), "") == expected


def test_nobody_is_drawn_where_all_belong_to_the_inspected_department() -> None:
    assert draw(candidates(book(), "gas", ("inspector",), ON), {}, "office") is None


def test_a_team_belongs_to_the_department_of_most_of_its_members() -> None:
    staff = [
        member("a", "hall", "clerk", team="t1"),
        member("b", "hall", "clerk", team="t1"),
        member("c", "market", "clerk", team="t1"),
        member("d", "network", "crew", team="t2"),
    ]
    there = StaffBook.of(staff)
    assert teams(there, "gas", (), ("t1", "t2", "empty")) == [("t1", "hall"), ("t2", "network")]
    assert teams(there, "gas", ("t2",), ("t1", "t2")) == [("t2", "network")]


@pytest.mark.parametrize("state", list(PlanState))
@pytest.mark.parametrize("act", list(PlanAct))
def test_a_plan_is_stepped_only_from_the_states_that_allow_it(act: PlanAct, state: PlanState) -> None:
    if state in PLAN_ALLOWED[act]:
        check_plan(act, state)
        return
    with pytest.raises(PlanStepNotAllowedError):
        check_plan(act, state)


@pytest.mark.parametrize("state", list(PlannedState))
@pytest.mark.parametrize("act", list(PlannedAct))
def test_a_planned_inspection_is_stepped_only_from_the_states_that_allow_it(
    act: PlannedAct, state: PlannedState
) -> None:
    if state in PLANNED_ALLOWED[act]:
        check_planned(act, state)
        return
    with pytest.raises(PlannedStepNotAllowedError):
        check_planned(act, state)


def test_what_ended_allows_nothing() -> None:
    assert all(PlanState.ENDED not in allowed for allowed in PLAN_ALLOWED.values())
    over = {PlannedState.DONE, PlannedState.CANCELLED}
    assert all(over.isdisjoint(allowed) for allowed in PLANNED_ALLOWED.values())
