"""Bodies of the staff directory."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from services.incentive.staff.models import StaffRow
from services.incentive.staff.rules import StaffState, deputies_on
from services.incentive.staff.service.reading import DepartmentView
from services.incentive.staff.service.recording import StaffEntry
from shared.access.permissions import PERMISSIONS
from shared.access.principal import Principal, Standing
from shared.http.base_model import ApiModel, Code, ShortText
from shared.http.page import Page

Login = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
Posts = Annotated[list[Code], Field(max_length=12)]
Lines = Annotated[list[Code], Field(max_length=20)]
V = TypeVar("V")


class StaffCreate(ApiModel):
    """A person to take into the directory."""

    login: Login
    """How the person signs in; unique within the company."""
    name: ShortText
    title: ShortText | None = None
    posts: Posts = Field(default_factory=list)
    department: Code | None = None
    team: Code | None = None
    superior_id: UUID | None = None
    lines: Lines = Field(default_factory=list)
    """Departments that a leader in charge (分管领导) answers for."""
    entry_on: date | None = None
    """入职日期"""


class StaffUpdate(ApiModel):
    """What is to change; fields that are left out stay, null empties."""

    name: ShortText | None = None
    title: ShortText | None = None
    state: StaffState | None = None
    posts: Posts | None = None
    department: Code | None = None
    team: Code | None = None
    superior_id: UUID | None = None
    lines: Lines | None = None
    entry_on: date | None = None

    @field_validator("name", "state", "posts", "lines")
    @classmethod
    def _stays_filled(cls, value: V | None) -> V:
        if value is None:
            raise PydanticCustomError("required", "该项不能为空")
        return value


class Deputation(ApiModel):
    """Somebody who stands in, both dates included."""

    staff_id: UUID
    from_on: date
    until_on: date


class DeputyCreate(ApiModel):
    """Who stands in from when until when, both dates included."""

    deputy_id: UUID
    from_on: date
    until_on: date


class DeputyRemove(ApiModel):
    """The deputation to take back."""

    deputy_id: UUID
    from_on: date


class Staff(ApiModel):
    """A person of the directory."""

    id: UUID
    company: str
    login: str
    name: str
    title: str | None
    state: StaffState
    posts: list[str]
    department: str | None
    team: str | None
    superior_id: UUID | None
    lines: list[str]
    deputies: list[Deputation]
    entry_on: date | None
    updated_at: AwareDatetime
    version: int


class StaffPage(Page[Staff]):
    """One page of people, by company and login."""


class StaffImport(ApiModel):
    """What an import did, or in a preview would do."""

    created: int
    changed: int
    unchanged: int
    staff_ids: list[UUID]
    """Who was created or changed; a preview has no ids yet of those who would be new."""


class ActingFor(ApiModel):
    """What somebody stands for who is deputised for today."""

    staff_id: UUID
    posts: list[str]
    roles: list[str]
    department: str | None
    team: str | None
    lines: list[str]


class StaffMe(Staff):
    """The signed-in person, with the rights that follow from the posts."""

    staff_id: UUID
    """The same as `id`, under the name that tokens and facts use."""
    companies: list[str]
    """Companies that the token admits to."""
    roles: list[str]
    superior_name: str | None
    deputies_today: list[UUID]
    """Who stands in for the person today."""
    acting_for: list[ActingFor]
    """For whom the person stands in today."""
    permissions: dict[str, str]
    """Permission to how far it reaches: own, team, department, company."""


class Department(ApiModel):
    """A department of the pack in force."""

    code: str
    name: str
    default_post: str
    """Told where a case of the department has no owner."""
    lead_post: str | None
    lead_ids: list[UUID]
    in_charge_ids: list[UUID]
    """Leaders in charge (分管领导)."""
    member_count: int


class DepartmentPage(Page[Department]):
    """One page of departments, by code."""


def entry(body: StaffCreate) -> StaffEntry:
    """What a use case takes."""
    said = body.model_dump(exclude={"login", "posts", "lines"})
    return StaffEntry(**said, posts=_once(body.posts), lines=_once(body.lines))


def changes(body: StaffUpdate) -> Mapping[str, object]:
    """The fields that were sent."""
    said: dict[str, Any] = body.model_dump(exclude_unset=True)
    for name in ("posts", "lines"):
        if name in said:
            said[name] = _once(said[name])
    if body.state is not None:
        said["state"] = body.state.value
    return said


def present(row: StaffRow) -> Staff:
    """A row as it is shown."""
    return Staff(**_shown(row))


def present_me(row: StaffRow, principal: Principal, superior: StaffRow | None, on: date) -> StaffMe:
    """The signed-in person; rights are the projection's, as every service reads them."""
    levels = {code: principal.level(code) for code in PERMISSIONS}
    return StaffMe(
        **_shown(row) | {"posts": list(principal.posts)},
        staff_id=principal.staff_id,
        companies=list(principal.companies),
        roles=sorted(principal.roles),
        superior_name=None if superior is None else superior.name,
        deputies_today=list(deputies_on(row.deputations, on)),
        acting_for=[_acting(one) for one in principal.acting],
        permissions={code: level.name.lower() for code, level in levels.items() if level is not None},
    )


def present_department(view: DepartmentView) -> Department:
    """A department as it is shown."""
    return Department.model_validate(view)


def _shown(row: StaffRow) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in Staff.model_fields if name != "deputies"}
    return said | {"deputies": [Deputation.model_validate(one) for one in row.deputations]}


def _acting(one: Standing) -> ActingFor:
    return ActingFor(
        staff_id=one.staff_id,
        posts=list(one.posts),
        roles=sorted(one.roles),
        department=one.department,
        team=one.team,
        lines=list(one.lines),
    )


def _once(codes: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
