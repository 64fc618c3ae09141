"""Who owes a service: somebody named for the customer, else the one holder of the post: pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.callback.policy_entitlements import Provider


class Gap(StrEnum):
    """Why nobody is there."""

    NOBODY_NAMED = "nobody_named"
    POST_VACANT = "post_vacant"
    SEVERAL_HOLD_POST = "several_hold_post"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who is named to serve the customer, in which post."""

    post: str
    staff_id: UUID


@dataclass(frozen=True, slots=True)
class Found:
    """Who owes it and in which post; nobody, and why."""

    post: str
    owner_id: UUID | None
    gap: Gap | None


def resolve(provider: Provider, named: Sequence[Named], holders: Callable[[str], Sequence[UUID]]) -> Found:
    """The first of the provider's posts for which somebody is found; `holders` act in a post today."""
    gaps: list[Found] = []
    for post in provider.posts:
        own = next((one.staff_id for one in named if one.post == post), None)
        if own is not None:
            return Found(post, own, None)
        if provider.is_named:
            gaps.append(Found(post, None, Gap.NOBODY_NAMED))
            continue
        acting = holders(post)
        if len(acting) == 1:
            return Found(post, acting[0], None)
        gaps.append(Found(post, None, Gap.SEVERAL_HOLD_POST if acting else Gap.POST_VACANT))
    return gaps[0]
