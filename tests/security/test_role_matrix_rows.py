"""I16, rows: outside one's scope a row looks like one that never was; inside, the role decides."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from services.complaint.cases import repository
from shared.access.permissions import PERMISSIONS, Role
from shared.access.scope import RowScope
from tests.security.house import House
from tests.security.operations import Operation, ask, code_of, operations
from tests.security.subjects import WAITING, Subject, make_cases, make_contested, make_dossier, make_orders, make_others
from tests.security.test_role_matrix import gathered
from tests.support.world import Company

UNTOUCHED = ("instance", "trace_id")
"""Members of a problem that name the request, not the row."""
JUDGED = re.compile("finding|measure|verdict")
"""Paths under a case whose rows have readers of their own, such as the person held responsible."""
WITHIN = {"emergency_step_not_found", "clock_not_found", "reply_template_not_found", "service_plan_not_found"}
"""The row is there; what is looked for within it is not."""
NAMES_ANOTHER = {"merge_customer"}
"""The row is there; the body names a second one of its kind, which is not."""
BEFORE_THE_ROW = {"concern_not_writable", "service_assignment_post"}
"""Refusals by the kind of data and the role or post (domain.md 2.7, 5), told before any row is looked for."""


def told(answer: Any) -> tuple[int, Any]:
    """Status and body without what names the request."""
    body = answer.json() if answer.headers.get("content-type", "").endswith("json") else answer.content
    return answer.status_code, {k: v for k, v in body.items() if k not in UNTOUCHED} if isinstance(body, dict) else body


def named_by(operation: Operation, subject: Subject) -> bool:
    """Whether the operation's ids are all of this subject."""
    here = operation.path.startswith(subject.prefix) and subject.service in {"", operation.service}
    return here and set(operation.id_names) <= subject.ids.keys()


def subject_of(operation: Operation, subjects: Sequence[Subject]) -> Subject:
    """Raises: LookupError for an operation that names rows of which `subjects.py` makes none."""
    judged = [one for one in subjects if one.what == "judged" and JUDGED.search(operation.path)]
    found = judged or [one for one in subjects if named_by(operation, one)]
    if not found:
        raise LookupError(f"{operation.name}: let tests/security/subjects.py make a row for {operation.id_names}")
    return found[0]


def naming(house: House) -> list[Operation]:
    """Operations that name rows of a service: the gateway keeps none of its own."""
    found = [one for one in operations(house) if one.id_names and one.service != "gateway"]
    return [one for one in found if kind_of(one) not in WAITING]


def kind_of(operation: Operation) -> str:
    """The kind of row that the last id of the path names: the words before it, without the ids."""
    parts = operation.path.split("/")[2:]
    last = max(place for place, part in enumerate(parts) if part.startswith("{"))
    return "/".join(part for part in parts[:last] if not part.startswith("{"))


class Looks:
    """Compares answers for rows with the answers for rows that never were, which it asks for once per role."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._nowhere: dict[tuple[str, str], Any] = {}

    async def differs(self, operation: Operation, subject: Subject, token: str, *, seen: bool, who: str) -> Any:
        """None if the row is there for `who`, or looks absent, as it should."""
        if (operation.name, who) not in self._nowhere:
            words = {name: word for name, word in subject.ids.items() if name not in operation.id_names}
            self._nowhere[operation.name, who] = told(await ask(self._house, operation, token, words))
        nowhere, there = self._nowhere[operation.name, who], told(await ask(self._house, operation, token, subject.ids))
        if nowhere[0] == 403 and nowhere[1]["code"] in BEFORE_THE_ROW and there == nowhere:
            return None
        if nowhere[0] == 404 and there[0] < 500 and (there == nowhere) == (not seen):
            return None
        return operation.name, subject.what, who, seen, there, nowhere


async def make_all(house: House, company: Company) -> list[Subject]:
    """Rows for every operation."""
    makers = (make_cases, make_contested, make_dossier, make_orders, make_others)
    return [subject for maker in makers for subject in await maker(house, company)]


async def test_another_companys_rows_look_like_none(house: House, gas: Company, company: str) -> None:
    other = await house.company(f"{company}-b")
    subjects = await make_all(house, gas)
    cells, looks = [], Looks(house)
    for operation in naming(house):
        for role in PERMISSIONS[operation.permission or ""]:
            subject, token = subject_of(operation, subjects), other.token(role.value)
            cells.append(looks.differs(operation, subject, token, seen=False, who=f"{role}@other"))
    assert len(cells) >= 250
    found = await gathered(cells)
    assert found == []


async def test_rows_of_the_own_company_are_not_all_absent(house: House, gas: Company) -> None:
    subjects = await make_all(house, gas)
    holders = {"customer.write": "keeper", "file.read": "agent", "complaint.measure": "head"}
    lost = []
    for operation in naming(house):
        token = gas.token(holders.get(operation.permission or "", "office"))
        answer = await ask(house, operation, token, subject_of(operation, subjects).ids)
        absent = answer.status_code in {401, 404} and code_of(answer) not in WITHIN
        if absent and operation.told["operationId"] not in NAMES_ANOTHER:
            lost.append((operation.name, answer.text))
    assert lost == [], "\n".join(map(str, lost))


async def scope_violations(
    house: House, company: Company, cases: Sequence[Subject], chosen: Sequence[Operation]
) -> Any:
    """Every case x operation x role that has the permission."""
    cells, looks = [], Looks(house)
    for operation in chosen:
        for subject in cases:
            for role, level in PERMISSIONS[operation.permission or ""].items():
                seen = subject.is_seen(company, role.value, level)
                token = company.token(role.value)
                cells.append(looks.differs(operation, subject, token, seen=seen, who=role.value))
    return await gathered(cells)


async def test_cases_are_seen_as_far_as_the_permission_reaches(house: House, gas: Company) -> None:
    cases = await make_cases(house, gas)
    chosen = [one for one in naming(house) if named_by(one, cases[0]) and not JUDGED.search(one.path)]
    assert len(chosen) >= 18
    assert await scope_violations(house, gas, cases, chosen) == []


async def test_people_and_contacts_are_seen_as_far_as_the_permission_reaches(house: House, gas: Company) -> None:
    others = [one for one in await make_others(house, gas) if one.what in {"contact", "person"}]
    for subject in others:
        chosen = [one for one in naming(house) if named_by(one, subject)]
        assert await scope_violations(house, gas, [subject], chosen) == []


async def test_a_scope_that_is_ignored_is_reported(house: House, gas: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    (case, *_) = await make_cases(house, gas)
    read = repository.read_json

    async def unscoped(connection: Any, complaint_id: Any, scope: RowScope, *more: Any, **named: Any) -> Any:
        return await read(connection, complaint_id, RowScope.everything(*scope.companies), *more, **named)

    monkeypatch.setattr(repository, "read_json", unscoped)
    chosen = [one for one in operations(house) if one.told["operationId"] == "get_complaint"]
    found = await scope_violations(house, gas, [case], chosen)
    levels = PERMISSIONS["complaint.read"]
    unseen = {role for role in Role if role in levels and not case.is_seen(gas, role.value, levels[role])}
    assert unseen >= {Role.CREW, Role.LEADER}
    assert {one[2] for one in found} == {role.value for role in unseen}


def test_kinds_that_wait_for_a_row_are_kinds_of_operations(house: House) -> None:
    kinds = {kind_of(one) for one in operations(house) if one.id_names and one.service != "gateway"}
    assert kinds >= WAITING, "what is not there any more, or has a row now, waits no longer"
