"""The permission table, the scope rule in Python, the staff book and the principal."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

import pytest

from shared.access.errors import AccountInactiveError, PermissionDeniedError
from shared.access.permissions import PERMISSIONS, Role, ScopeLevel, check_permission, level_of
from shared.access.principal import Principal, principal_of
from shared.access.scope import RowScope
from shared.access.staff_book import Deputy, StaffBook, StaffMember
from shared.access.tokens import Claims

TODAY = date(2026, 11, 23)
FOUNDATION = (
    "account.self", "policy.read", "live.read", "work.read",
    "indicator.read", "report.read", "job.read", "file.write",
    "file.read", "audit.read", "desk.read", "hotline.call",
    "customer.read", "customer.lookup", "customer.write", "customer.import",
    "customer.reveal", "tier.read", "tier.run", "tier.confirm",
    "contact.read", "contact.write", "complaint.open", "complaint.read",
    "complaint.acknowledge", "complaint.assess", "complaint.plan", "complaint.agree",
    "complaint.progress", "complaint.pause", "complaint.resume", "complaint.resolve",
    "complaint.close", "complaint.reopen", "complaint.regrade", "complaint.transfer",
    "complaint.contact", "staff.read", "staff.write",
)  # fmt: skip


def test_every_operation_of_the_foundation_has_a_row() -> None:
    assert set(FOUNDATION) <= set(PERMISSIONS)
    assert all(PERMISSIONS.values())


def test_unknown_permission_fails_at_once() -> None:
    with pytest.raises(KeyError):
        check_permission("complaint.opne")
    with pytest.raises(KeyError):
        level_of("complaint.opne", [Role.GM])


def test_everyone_has_themselves_and_the_policy() -> None:
    for permission in ("account.self", "policy.read"):
        assert set(PERMISSIONS[permission]) == set(Role)


def codes(role: Role) -> set[str]:
    return {code for code, row in PERMISSIONS.items() if role in row}


def test_outsiders_see_no_case_no_customer_and_no_colleague() -> None:
    assert codes(Role.REPORTER) == {
        "account.self", "policy.read", "indicator.read", "report.read", "report.export", "survey.read",
        "supervisor.publication",
    }  # fmt: skip
    assert codes(Role.SUPERVISOR) == {
        "account.self", "policy.read", "indicator.read", "complaint.sample", "callback.sample", "survey.read",
        "supervisor.read", "improvement.read", "improvement.propose",
        # the account of a supervision centre: sends opinions, and gets the receipt and the answer to its own
        "supervision.receive", "supervision.reply", "supervision.deliver",
        # the account of a social supervisor: its own membership, invitations and observations
        "supervisor.reply", "supervisor.reveal", "supervisor.publication", "observation.file", "observation.read",
    }  # fmt: skip


def test_auditor_changes_nothing_and_reveals_nobody() -> None:
    changes = {code for code in codes(Role.AUDITOR) if not code.endswith((".read", ".self", ".ledger"))}
    # maintenance, a post of this role, verifies by the log and proposes; another decides (domain.md 2.7)
    assert changes == {"rights_withdrawal.propose"}
    assert "complaint.read" not in codes(Role.AUDITOR)


def test_bulk_rights_are_few() -> None:
    assert set(PERMISSIONS["customer.export"]) == {Role.OFFICE}
    assert set(PERMISSIONS["customer.import"]) == {Role.KEEPER, Role.OFFICE}
    assert "customer.read" not in codes(Role.CREW)
    assert PERMISSIONS["customer.reveal"][Role.CREW] is ScopeLevel.OWN  # only with a grant


def test_who_may_act_may_also_look() -> None:
    for permission, row in PERMISSIONS.items():
        if permission.startswith("complaint.") and permission not in ("complaint.open", "complaint.sample"):
            for role, level in row.items():
                seen = PERMISSIONS["complaint.read"].get(role)
                assert seen is not None, (permission, role)
                assert seen >= level or permission == "complaint.finding", (permission, role)


def test_widest_role_counts() -> None:
    assert level_of("complaint.read", [Role.CREW, Role.HEAD]) is ScopeLevel.DEPARTMENT
    assert level_of("complaint.open", [Role.REPORTER]) is None
    assert level_of("complaint.open", []) is None


ROLES: Mapping[str, str] = {"fitter": "crew", "team_leader": "leader", "network_head": "head", "service_gm": "gm"}


def member(**changes: object) -> StaffMember:
    base: dict[str, object] = {"id": uuid4(), "company": "a", "version": 1, "state": "active"}
    return StaffMember(**(base | changes))  # type: ignore[arg-type]


def claims(staff_id: UUID, *companies: str) -> Claims:
    return Claims(staff_id, companies or ("a",), "someone", "jti", 2_000_000_000)


def principal(book: StaffBook, staff_id: UUID, *companies: str, on: date = TODAY) -> Principal:
    return principal_of(claims(staff_id, *companies), book, lambda _: ROLES, on=on)


def test_rights_come_from_the_posts() -> None:
    fitter = member(posts=("fitter", "unknown_post"), department="network", team="north")
    person = principal(StaffBook.of([fitter]), fitter.id)
    assert person.roles == {Role.CREW}
    assert person.scope("complaint.read") == RowScope(
        ScopeLevel.OWN, ("a",), (fitter.id,), (), (), ("fitter", "unknown_post")
    )
    with pytest.raises(PermissionDeniedError):
        person.scope("customer.import")


@pytest.mark.parametrize("state", ["left"])
def test_who_left_has_no_rights(state: str) -> None:
    gone = member(state=state, posts=("service_gm",))
    with pytest.raises(AccountInactiveError):
        principal(StaffBook.of([gone]), gone.id)


def test_stranger_and_wrong_company_are_refused() -> None:
    one = member(posts=("fitter",))
    book = StaffBook.of([one])
    for staff_id, company in ((uuid4(), "a"), (one.id, "b")):
        with pytest.raises(AccountInactiveError):
            principal(book, staff_id, company)


def test_company_scope_reaches_all_companies_of_the_token() -> None:
    chief = member(posts=("service_gm",), department="office")
    head = member(posts=("network_head",), department="network")
    book = StaffBook.of([chief, head])
    assert principal(book, chief.id, "a", "b").scope("complaint.read").companies == ("a", "b")
    assert principal(book, head.id, "a", "b").scope("complaint.read").companies == ("a",)


def test_deputy_has_the_rights_of_the_person_on_leave_and_only_there() -> None:
    fitter = member(posts=("fitter",), department="service", team="south")
    head = member(
        posts=("network_head",),
        department="network",
        state="on_leave",
        deputies=(Deputy(fitter.id, TODAY, TODAY),),
        lines=("engineering",),
    )
    book = StaffBook.of([fitter, head])
    person = principal(book, fitter.id)
    scope = person.scope("complaint.read")
    assert scope.level is ScopeLevel.DEPARTMENT
    assert scope.departments == ("network", "engineering")  # never the fitter's own
    assert set(scope.staff_ids) == {fitter.id, head.id}
    assert person.is_self(head.id)
    assert person.holds("network_head")
    assert not person.is_self(None)
    after = principal(book, fitter.id, on=date(2026, 11, 24))
    assert after.scope("complaint.read").level is ScopeLevel.OWN
    assert not after.holds("network_head")


def test_holders_at_work_and_deputies_of_the_absent() -> None:
    here, there, stand_in, gone = (member(posts=("team_leader",)) for _ in range(4))
    stand_in = member(id=stand_in.id)
    there = member(id=there.id, posts=("team_leader",), state="on_leave", deputies=(Deputy(stand_in.id, TODAY, TODAY),))
    gone = member(id=gone.id, posts=("team_leader",), state="left")
    elsewhere = member(posts=("team_leader",), company="b")
    book = StaffBook.of([here, there, stand_in, gone, elsewhere])
    assert set(book.holders("a", "team_leader", TODAY)) == {here.id, stand_in.id}
    assert set(book.holders("a", "team_leader", date(2027, 1, 1))) == {here.id}
    assert book.holders("a", "nobody", TODAY) == ()


def test_superiors_skip_who_left_and_end_in_a_circle() -> None:
    top = member()
    left = member(state="left", superior_id=top.id)
    below = member(superior_id=left.id)
    book = StaffBook.of([top, left, below])
    assert book.superior(below.id) == top.id
    assert book.superior(below.id, 2) is None
    assert book.superior(uuid4()) is None
    first, second = uuid4(), uuid4()
    circle = StaffBook.of([member(id=first, superior_id=second), member(id=second, superior_id=first)])
    assert circle.superior(first, 1) == second
    assert circle.superior(first, 2) is None


def test_deputy_of_another_company_counts_for_nothing() -> None:
    stranger = member(company="b")
    head = member(posts=("network_head",), deputies=(Deputy(stranger.id, TODAY, TODAY),))
    book = StaffBook.of([stranger, head])
    assert book.deputies(head.id, TODAY) == ()
    assert book.acting_for(stranger.id, TODAY) == ()
    assert book.holders("a", "network_head", TODAY) == (head.id,)
