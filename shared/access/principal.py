"""The signed-in person: rights come from the staff projection, never from the token (design.md 6)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.access.errors import AccountInactiveError, PermissionDeniedError
from shared.access.permissions import Role, ScopeLevel, level_of
from shared.access.scope import RowScope
from shared.access.staff import StaffBook, StaffDirectory
from shared.access.tokens import Claims, TokenVerifier

RoleOf = Callable[[str], Mapping[str, str]]
"""Company to its pack's posts, each with its access role."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one member of staff stands for; a deputy has that of the person deputised for beside the own."""

    staff_id: UUID
    posts: tuple[str, ...]
    roles: frozenset[Role]
    department: str | None = None
    team: str | None = None
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: the own standing, and those of the people deputised for today, kept apart."""

    staff_id: UUID
    company: str
    companies: tuple[str, ...]
    login: str
    posts: tuple[str, ...]
    roles: frozenset[Role]
    department: str | None = None
    team: str | None = None
    lines: tuple[str, ...] = ()
    acting: tuple[Standing, ...] = ()

    @property
    def actor(self) -> str:
        """How the person appears in facts, audit rows and logs: the staff id, never a name."""
        return str(self.staff_id)

    @property
    def acting_for(self) -> tuple[UUID, ...]:
        """The people deputised for today."""
        return tuple(standing.staff_id for standing in self.acting)

    def level(self, permission: str) -> ScopeLevel | None:
        """How far the permission reaches for this person; None if not at all.  Raises: KeyError if it is unknown."""
        own = level_of(permission, self.roles)
        if not self.acting:
            return own
        levels = (own, *(level_of(permission, standing.roles) for standing in self.acting))
        return max((level for level in levels if level is not None), default=None)

    def allows(self, permission: str) -> bool:
        """Whether some role of the person has the permission."""
        return self.level(permission) is not None

    def scope(self, permission: str) -> RowScope:
        """The rows on which the person has the permission.  Raises: PermissionDeniedError.

        Each standing reaches as far as its own roles allow: a fitter who deputises for the head of another
        department is not head of the own one.
        """
        own = Standing(self.staff_id, self.posts, self.roles, self.department, self.team, self.lines)
        reach = [(level_of(permission, one.roles), one) for one in (own, *self.acting)]
        allowed = [(level, one) for level, one in reach if level is not None]
        if not allowed:
            raise PermissionDeniedError("没有进行此项操作的权限", params={"permission": permission})
        if reach[0][0] is ScopeLevel.COMPANY:
            return RowScope.everything(*self.companies)
        return RowScope(
            level=max(level for level, _ in allowed),
            companies=(self.company,),
            staff_ids=tuple(one.staff_id for _, one in allowed),
            teams=_known(*(one.team for level, one in allowed if level >= ScopeLevel.TEAM)),
            departments=_known(
                *(
                    code
                    for level, one in allowed
                    if level >= ScopeLevel.DEPARTMENT
                    for code in (one.department, *one.lines)
                )
            ),
            posts=_known(*(post for _, one in allowed for post in one.posts)),
        )

    def holds(self, post: str) -> bool:
        """Whether the person holds the post or stands in for somebody who does."""
        return post in self.posts or any(post in standing.posts for standing in self.acting)

    def is_self(self, staff_id: UUID | None) -> bool:
        """Whether `staff_id` is the person or somebody deputised for: nobody approves their own."""
        return staff_id is not None and (staff_id == self.staff_id or staff_id in self.acting_for)


def principal_of(claims: Claims, book: StaffBook, role_of: RoleOf, *, on: date) -> Principal:
    """Build the person of `claims`.  Raises: AccountInactiveError."""
    member = book.get(claims.subject)
    if member is None or not member.is_present or member.company not in claims.companies:
        raise AccountInactiveError("账号未启用，或不属于所登录的公司")
    role_of_post = role_of(member.company)
    stood_in = (book.get(staff_id) for staff_id in book.acting_for(member.id, on))
    return Principal(
        staff_id=member.id,
        company=member.company,
        companies=claims.companies,
        login=claims.login,
        posts=member.posts,
        roles=_roles(member.posts, role_of_post),
        department=member.department,
        team=member.team,
        lines=member.lines,
        acting=tuple(
            Standing(one.id, one.posts, _roles(one.posts, role_of_post), one.department, one.team, one.lines)
            for one in stood_in
            if one is not None
        ),
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


def _roles(posts: Iterable[str], role_of_post: Mapping[str, str]) -> frozenset[Role]:
    return frozenset(Role(role_of_post[post]) for post in posts if post in role_of_post)
