"""Reading authorisations within the caller's scope, and the matrix as it applies to somebody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.delegation.models import (
    AuthorisationActRow,
    AuthorisationRow,
    AuthorisationStepRow,
    AuthorityAbuseRow,
)
from services.complaint.delegation.repository import authorisations as repository
from services.complaint.delegation.rules.conditions import is_open_to
from services.complaint.delegation.rules.steps import decides
from services.complaint.delegation.service.call import AuthorityCall, held_posts, terms_of
from services.complaint.delegation.service.standing import standing_of
from services.complaint.policy_delegation import Authority, Delegation
from shared.access.scope import RowScope

R = TypeVar("R", AuthorisationStepRow, AuthorisationActRow)


@dataclass(frozen=True, slots=True)
class Shown:
    """An authorisation with its procedure and history."""

    row: AuthorisationRow
    steps: Sequence[AuthorisationStepRow]
    acts: Sequence[AuthorisationActRow]
    abuse: AuthorityAbuseRow | None


@dataclass(frozen=True, slots=True)
class ShownAuthority:
    """An item of the matrix, and whether the person decides."""

    code: str
    item: Authority
    decided_post: str | None


async def shown(
    session: AsyncSession, authorisation_id: UUID, scope: RowScope, *, or_acted: UUID | None = None
) -> Shown:
    """One authorisation; also for whoever took a step, wherever it lies now.  Raises: AuthorisationNotFoundError."""
    row = await repository.get(session, authorisation_id, scope, or_acted=or_acted)
    (found,) = await _with_parts(session, [row])
    return found


async def page(
    session: AsyncSession, scope: RowScope, wanted: Mapping[str, object], *, before: UUID | None, limit: int
) -> list[Shown]:
    """A page, newest first."""
    return await _with_parts(session, await repository.page(session, scope, wanted, before=before, limit=limit))


async def _with_parts(session: AsyncSession, rows: Sequence[AuthorisationRow]) -> list[Shown]:
    ids = [row.id for row in rows]
    steps = _by_id(await repository.steps(session, ids))
    acts = _by_id(await repository.acts(session, ids))
    abuses = {one.authorisation_id: one for one in await repository.abuses(session, ids)}
    return [Shown(row, steps.get(row.id, []), acts.get(row.id, []), abuses.get(row.id)) for row in rows]


def _by_id(rows: Iterable[R]) -> dict[UUID, list[R]]:
    found: dict[UUID, list[R]] = {}
    for row in rows:
        found.setdefault(row.authorisation_id, []).append(row)
    return found


async def matrix(call: AuthorityCall, customer_id: UUID | None = None) -> tuple[Delegation, list[ShownAuthority]]:
    """The items of the pack in force, with the post by which the person decides; those open to a customer's tier."""
    governing = call.in_force
    terms, posts = terms_of(governing), held_posts(call.principal)
    items = terms.authorities
    if customer_id is not None:
        known = await repository.canonical_customer(call.session, call.principal.company, customer_id)
        standing = await standing_of(call, governing, known)
        items = {code: item for code, item in items.items() if is_open_to(item, standing)}
    return terms, [ShownAuthority(code, item, decides(item, posts)) for code, item in items.items()]


async def names_file(session: AsyncSession, file_id: UUID, scope: RowScope) -> bool:
    """Whether an authorisation that the caller may read names the file."""
    return await repository.names_file(session, file_id, scope)
