"""Who asks something of the delegation, with which rights, and the pack that governs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.service.governing import Governances, Governing
from services.complaint.policy import CHAPTER
from services.complaint.policy_delegation import Delegation
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.access.staff_book import StaffBook
from shared.policy.commitments import Promised
from shared.policy.promises import promise_of
from shared.sla.promise import PolicyStamp, Promise


@dataclass(frozen=True, slots=True)
class AuthorityCall:
    """One request: who, with which rights, from which version on."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    governances: Governances
    staff: StaffBook
    expected_version: int
    now: datetime

    @property
    def in_force(self) -> Governing:
        """The chapter of the person's company that is in force."""
        return self.governances.in_force(self.principal.company, self.now)

    def today(self, governing: Governing) -> date:
        """The civil date: deputies go by date."""
        return self.now.astimezone(governing.zone).date()


def held_posts(principal: Principal) -> frozenset[str]:
    """The person's posts and those of the people deputised for today."""
    return frozenset((*principal.posts, *(post for one in principal.acting for post in one.posts)))


def terms_of(governing: Governing) -> Delegation:
    """The chapter's part on delegation."""
    return governing.chapter.delegation


def stamp_of(governing: Governing, tier: str | None = None) -> PolicyStamp:
    """What the clocks say of the revision that set them."""
    return PolicyStamp(governing.policy.pack, CHAPTER, governing.version, tier)


def promise_for(governing: Governing, metric: str, promised: Promised | None, *, clause: str) -> Promise:
    """The promise of a metric; without a limit where the pack has none, so that it is still somebody's work."""
    if promised is None:
        return Promise(metric=metric, budget=None, clause=clause)
    return promise_of(metric, promised, ladders=governing.chapter.ladders, pauses=governing.chapter.pauses)


def acting_posts(
    call: AuthorityCall, governing: Governing, posts: Sequence[str], *, apart_from: UUID
) -> tuple[str, ...]:
    """The posts that take a step; the pack's substitutes where everybody who holds them asked for it."""
    if any(_is_manned(call, governing, post, apart_from) for post in posts):
        return tuple(posts)
    manned = (one for one in terms_of(governing).substitutes if _is_manned(call, governing, one, apart_from))
    substitute = next(manned, None)
    return (substitute,) if substitute else tuple(posts)


def _is_manned(call: AuthorityCall, governing: Governing, post: str, apart_from: UUID) -> bool:
    today = call.today(governing)
    return any(
        apart_from not in {staff_id, *call.staff.acting_for(staff_id, today)}
        for staff_id in call.staff.holders(call.principal.company, post, today)
    )
