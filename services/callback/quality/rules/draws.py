"""Which of a caller's numbered calls are reviewed, how, and by how many: the calls' own draw, three times; pure."""

from dataclasses import dataclass

from services.callback.calls.rules.draws import is_drawn, offset_of
from services.callback.policy_calls import Share


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the draw says of one call."""

    is_drawn: bool
    is_recall: bool = False
    is_double: bool = False


def stratum_name(company: str, month: str, caller: str, version: str) -> str:
    """What a caller's month is called in the draw; a new revision of the pack begins a new one."""
    return f"{company}/quality/{month}/{caller}/{version}"


def choose(seed: str, name: str, position: int, drawn: int, shares: tuple[Share, Share, Share]) -> Chosen:
    """Whether the call with this number (from 1) is reviewed, after `drawn` before it were.

    `shares` are those of the reviews, and among them of calling again and of two reviewers; each has an offset of its
    own, from the same seed.
    """
    reviewed, recalled, doubled = shares
    # a customer is never called twice for a review: two reviewers only listen
    if not is_drawn(position, reviewed.numerator, reviewed.denominator, offset_of(seed, name)):
        return Chosen(is_drawn=False)
    count = drawn + 1
    is_recall = is_drawn(count, recalled.numerator, recalled.denominator, offset_of(seed, f"{name}/recall"))
    is_double = is_drawn(count, doubled.numerator, doubled.denominator, offset_of(seed, f"{name}/double"))
    return Chosen(True, is_recall, is_double and not is_recall)
