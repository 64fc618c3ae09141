"""The signed-in person: rights come from the staff projection, never from the token (design.md 6)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.access.errors import AccountInactiveError, PermissionDeniedError
from shared.access.permissions import Role, ScopeLevel, level_of
from shared.access.scope import RowScope
from shared.access.staff import StaffBook, StaffDirectory, StaffMember
from shared.access.tokens import Claims, TokenVerifier

RoleOf = Callable[[str], Mapping[str, str]]
"""Company to its pack's posts, each with its access role."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, with the posts and departments of those deputised for today kept apart from the own."""

    staff_id: UUID
    company: str
    companies: tuple[str, ...]
    login: str
    posts: tuple[str, ...]
    roles: frozenset[Role]
    department: str | None = None
    team: str | None = None
    lines: tuple[str, ...] = ()
    acting_for: tuple[UUID, ...] = ()
    acting_posts: tuple[str, ...] = ()
    acting_departments: tuple[str, ...] = ()
    acting_teams: tuple[str, ...] = ()

    @property
    def actor(self) -> str:
        """How the person appears in facts, audit rows and logs: the staff id, never a name."""
        return str(self.staff_id)

    def level(self, permission: str) -> ScopeLevel | None:
        """How far the permission reaches for this person; None if not at all.  Raises: KeyError if it is unknown."""
        return level_of(permission, self.roles)

    def allows(self, permission: str) -> bool:
        """Whether some role of the person has the permission."""
        return self.level(permission) is not None

    def scope(self, permission: str) -> RowScope:
        """The rows on which the person has the permission.  Raises: PermissionDeniedError."""
        level = self.level(permission)
        if level is None:
            raise PermissionDeniedError("没有进行此项操作的权限", params={"permission": permission})
        return RowScope(
            level=level,
            companies=self.companies if level is ScopeLevel.COMPANY else (self.company,),
            staff_ids=(self.staff_id, *self.acting_for),
            teams=_known(self.team, *self.acting_teams),
            departments=_known(self.department, *self.lines, *self.acting_departments),
            posts=_known(*self.posts, *self.acting_posts),
        )

    def holds(self, post: str) -> bool:
        """Whether the person holds the post or stands in for somebody who does."""
        return post in self.posts or post in self.acting_posts

    def is_self(self, staff_id: UUID | None) -> bool:
        """Whether `staff_id` is the person or somebody deputised for: nobody approves their own."""
        return staff_id is not None and (staff_id == self.staff_id or staff_id in self.acting_for)


def principal_of(claims: Claims, book: StaffBook, role_of: RoleOf, *, on: date) -> Principal:
    """Build the person of `claims`.  Raises: AccountInactiveError."""
    member = book.get(claims.subject)
    if member is None or not member.is_present or member.company not in claims.companies:
        raise AccountInactiveError("账号未启用，或不属于所登录的公司")
    acting_for = book.acting_for(member.id, on)
    stood_in = [one for one in (book.get(staff_id) for staff_id in acting_for) if one is not None]
    acting_posts = _known(*(post for one in stood_in for post in one.posts))
    return Principal(
        staff_id=member.id,
        company=member.company,
        companies=claims.companies,
        login=claims.login,
        posts=member.posts,
        roles=_roles((*member.posts, *acting_posts), role_of(member.company)),
        department=member.department,
        team=member.team,
        lines=member.lines,
        acting_for=acting_for,
        acting_posts=acting_posts,
        acting_departments=_departments(stood_in),
        acting_teams=_known(*(one.team for one in stood_in)),
    )


class Principals:
    """From a bearer token to the person; one per process."""

    def __init__(self, verifier: TokenVerifier, staff: StaffDirectory, role_of: RoleOf) -> None:
        """`role_of` answers from the policy's common chapter."""
        self._verifier = verifier
        self._staff = staff
        self._role_of = role_of

    async def principal(self, token: str, *, on: date) -> Principal:
        """The person on that date (deputies go by date).  Raises: UnauthenticatedError, AccountInactiveError."""
        claims = await self._verifier.verify(token)
        return principal_of(claims, await self._staff.current(), self._role_of, on=on)


def _known(*values: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _departments(members: Iterable[StaffMember]) -> tuple[str, ...]:
    return _known(*(code for one in members for code in (one.department, *one.lines)))


def _roles(posts: Iterable[str], role_of_post: Mapping[str, str]) -> frozenset[Role]:
    return frozenset(Role(role_of_post[post]) for post in posts if post in role_of_post)
