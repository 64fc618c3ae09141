"""Who signs: the chain's signer, who signs otherwise, at last who is not concerned."""

from datetime import date
from uuid import UUID, uuid5

import pytest

from services.incentive.cases.rules.signing import Concerned, Signers
from services.incentive.policy import IncentiveChapter
from shared.access.staff_book import Deputy, StaffBook, StaffMember
from tests.support.packs import shipped

COMPANY, DAY = "gas", date(2026, 11, 24)
PACK = shipped("xxx-gas")
CHAPTER = PACK.chapters["incentive"]
LEADS = {code: one.lead_post for code, one in PACK.common.departments.items() if one.lead_post}


def person(login: str) -> UUID:
    return uuid5(UUID(int=0), login)


def member(login: str, *posts: str, department: str = "customer_service", **more: object) -> StaffMember:
    said = {"state": "active", "version": 1, "department": department, **more}
    return StaffMember(id=person(login), company=COMPANY, posts=posts, **said)  # type: ignore[arg-type]


def people(**changed: StaffMember | None) -> StaffBook:
    house = {
        "crew": member("crew", "repair_worker", superior_id=person("head")),
        "head": member("head", "customer_service_head", superior_id=person("deputy")),
        "deputy": member("deputy", "deputy_gm", department="management", lines=("customer_service",)),
        "office": member("office", "service_office_director", department="service_office"),
        "staff": member("staff", "service_office_staff", department="service_office"),
        "committee": member("committee", "service_management_committee", department="service_office"),
        "gm": member("gm", "gm", department="management"),
    }
    return StaffBook.of([one for one in {**house, **changed}.values() if one is not None])


def signer(
    step: int,
    *,
    chain: str = "four",
    named: tuple[str, ...] = ("crew",),
    department: str | None = "customer_service",
    is_department: bool = False,
    signed: tuple[str, ...] = (),
    proposed: tuple[str, ...] = (),
    book: StaffBook | None = None,
) -> set[UUID]:
    assert isinstance(CHAPTER, IncentiveChapter)
    case = Concerned(
        COMPANY,
        department,
        frozenset(map(person, named)),
        is_department,
        frozenset(map(person, signed)),
        frozenset(map(person, proposed)),
    )
    terms = CHAPTER.approvals
    found = Signers(book or people(), DAY, LEADS).of_step(terms.chains[chain], step, case, terms.last_resort)
    return set(found.staff_ids)


@pytest.mark.parametrize(("step", "expected"), [(1, "head"), (2, "deputy"), (3, "office"), (4, "gm")])
def test_the_four_signers(step: int, expected: str) -> None:
    assert signer(step) == {person(expected)}


@pytest.mark.parametrize(
    ("named", "step", "expected"),
    [
        (("head",), 1, "deputy"),
        (("deputy",), 2, "committee"),
        (("office",), 3, "committee"),
        (("gm",), 4, "committee"),
        (("gm", "committee"), 4, "deputy"),
    ],
)
def test_nobody_signs_the_own_case(named: tuple[str, ...], step: int, expected: str) -> None:
    book = people(leader=member("leader", "leader_in_charge", department="management"))
    found = signer(step, named=named, book=book)
    assert found.isdisjoint(map(person, named))
    assert found == {person("leader" if (named, step) == (("head",), 1) else expected)}


def test_nobody_signs_two_steps_of_one_round() -> None:
    assert signer(2, named=("head",), signed=("deputy",)) == {person("committee")}
    assert signer(4, named=("office",), signed=("committee",)) == {person("gm")}


def test_the_own_department_does_not_judge_itself() -> None:
    assert person("head") not in signer(1, named=(), is_department=True)
    own = signer(3, named=(), department="service_office", is_department=True)
    assert own == {person("deputy")}, "office and committee belong to the department that is charged"


def test_who_raised_or_confirmed_it_gives_an_opinion_and_does_not_decide() -> None:
    assert signer(1, proposed=("head",)) == {person("head")}
    assert signer(1, chain="department", proposed=("head",)) == {person("office")}
    assert signer(1, chain="office", named=(), department=None, proposed=("office",)) == {person("deputy")}
    assert signer(4, proposed=("gm",)) == {person("committee")}


def test_a_deputy_signs_for_who_is_away_unless_the_deputy_is_concerned() -> None:
    away = member("head", "customer_service_head", state="on_leave", deputies=(Deputy(person("staff"), DAY, DAY),))
    assert signer(1, book=people(head=away)) == {person("staff")}
    assert person("staff") not in signer(1, named=("staff",), book=people(head=away))


def test_without_anybody_in_charge_the_heads_superior_signs() -> None:
    book = people(
        deputy=member("deputy", "deputy_gm", department="management"),
        head=member("head", "customer_service_head", superior_id=person("gm")),
    )
    assert signer(2, book=book) == {person("gm")}


def test_nobody_is_left() -> None:
    assert signer(4, named=("gm", "committee", "deputy")) == set()
