"""Who must come, do, lead or arrange a piece of work: what the promises ask for, against who is there (pure)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.customer.policy_orders import OrderCommitment, OrderMetric

HoldersOf = Callable[[str], Collection[UUID]]
"""A post to the people who act in it today, deputies included."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a promise or the kind of work asks of people; each of `all_of`, and one of `any_of`."""

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()

    def missing(self, present: Collection[UUID], holders: HoldersOf) -> list[str]:
        """The posts that nobody of those present acts in; of `any_of` all of them, where none is there."""
        missing = [post for post in self.all_of if not _is_there(post, present, holders)]
        if self.any_of and not any(_is_there(post, present, holders) for post in self.any_of):
            missing += self.any_of
        return list(dict.fromkeys(missing))


def _is_there(post: str, present: Collection[UUID], holders: HoldersOf) -> bool:
    return not set(present).isdisjoint(holders(post))


def performing(
    work_posts: Sequence[str], commitments: Iterable[OrderCommitment], *, substitutes: Sequence[str] = ()
) -> list[Demand]:
    """Who must do the work: every promise's own posts, else the work's; `substitutes` serve when crews are full."""
    own = [
        Demand(any_of=tuple(dict.fromkeys((*one.performed_by, *substitutes))))
        for one in commitments
        if one.metric in (OrderMetric.ARRIVAL, OrderMetric.COMPLETION) and one.performed_by
    ]
    if own or not work_posts:
        return own
    return [Demand(any_of=tuple(dict.fromkeys((*work_posts, *substitutes))))]


def attending(commitments: Iterable[OrderCommitment]) -> tuple[str, ...]:
    """Every post that must be at the scene: who leads, and who takes part."""
    posts = [
        post for one in commitments if one.metric is OrderMetric.ATTENDANCE for post in (*one.led_by, *one.performed_by)
    ]
    return tuple(dict.fromkeys(posts))


def arranging(commitments: Iterable[OrderCommitment]) -> tuple[str, ...]:
    """Posts that must have arranged the work."""
    return tuple(dict.fromkeys(one.arranged_by for one in commitments if one.arranged_by))


def to_be_done(commitments: Iterable[OrderCommitment]) -> tuple[str, ...]:
    """What the promises name as done by the completion."""
    metrics = (OrderMetric.ARRIVAL, OrderMetric.COMPLETION, OrderMetric.ATTENDANCE)
    lines = [line for one in commitments if one.metric in metrics for line in one.done]
    return tuple(dict.fromkeys(lines))
