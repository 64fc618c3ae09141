"""States of a redress, and what a missed promise is worth after how long: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.complaint.policy_redress import Per
from services.complaint.redress.errors import RedressStepNotAllowedError

PAYMENT = "payment"
"""The metric from the approval to the payment."""


class RedressState(StrEnum):
    """Where a redress stands."""

    ACCRUING = "accruing"
    """The promise is still unanswered, and the next period will raise the amount."""
    PROPOSED = "proposed"
    SUBMITTED = "submitted"
    """With the delegation."""
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """The breach proved wrong."""


S = RedressState
OPEN = frozenset({S.ACCRUING, S.PROPOSED, S.SUBMITTED, S.APPROVED})


class Act(StrEnum):
    """What is done to a redress."""

    PROPOSE = "propose"
    RAISE = "raise"
    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    PAY = "pay"
    WITHDRAW = "withdraw"


ALLOWED: Mapping[Act, frozenset[RedressState]] = {
    Act.PROPOSE: frozenset(),
    Act.RAISE: frozenset({S.ACCRUING}),
    Act.SUBMIT: frozenset({S.PROPOSED}),
    Act.APPROVE: frozenset({S.SUBMITTED}),
    Act.REFUSE: frozenset({S.SUBMITTED}),
    Act.PAY: frozenset({S.APPROVED}),
    Act.WITHDRAW: OPEN,
}


def check(act: Act, state: RedressState) -> None:
    """Raises: RedressStepNotAllowedError."""
    if state not in ALLOWED[act]:
        raise RedressStepNotAllowedError.of(act.value, state.value)


@dataclass(frozen=True, slots=True)
class Terms:
    """The part of a price that decides on the amount."""

    per: Per
    unit_fen: int
    period: timedelta | None = None
    cap_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause that the pack allows; without an end it goes on."""

    from_at: datetime
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Worth:
    """What is owed so far, in how many steps, and when the next is due."""

    amount_fen: int
    steps: int
    next_step_at: datetime | None = None
    """Null on the last, and while the clock waits."""
    is_final: bool = True


def worth(
    terms: Terms, breached_at: datetime, now: datetime, *, ended_at: datetime | None, waits: Iterable[Wait] = ()
) -> Worth:
    """Once: the amount.  By period: one at the breach and one for each full period unanswered, up to the cap.

    `ended_at` is when the promise was answered or ended; waits after the breach do not count.
    """
    if terms.per is Per.ONCE or terms.period is None:
        return Worth(_capped(terms, 1), 1)
    known = list(waits)
    until = max(breached_at, min(now, ended_at) if ended_at else now)
    overrun = until - breached_at - waited(known, breached_at, until)
    most = None if terms.cap_fen is None else -(-terms.cap_fen // terms.unit_fen)
    steps = 1 + overrun // terms.period
    if most is not None and steps >= most:
        return Worth(_capped(terms, most), most)
    if ended_at is not None:
        return Worth(_capped(terms, steps), steps)
    is_waiting = any(wait.from_at <= until and wait.until_at is None for wait in known)
    next_at = None if is_waiting else until + terms.period * steps - overrun
    return Worth(_capped(terms, steps), steps, next_at, is_final=False)


def waited(waits: Iterable[Wait], from_at: datetime, until_at: datetime) -> timedelta:
    """How much of a time span lay in waits."""
    total = timedelta(0)
    for wait in waits:
        begin, end = max(wait.from_at, from_at), min(wait.until_at or until_at, until_at)
        total += max(end - begin, timedelta(0))
    return total


def waits_of(facts: Iterable[tuple[str, datetime]]) -> list[Wait]:
    """The waits of a clock from its facts `paused` and `resumed`, in the order they were written."""
    found: list[Wait] = []
    since: datetime | None = None
    for fact, at in facts:
        if fact == "paused" and since is None:
            since = at
        elif fact != "paused" and since is not None:
            found.append(Wait(since, at))
            since = None
    return [*found, Wait(since)] if since is not None else found


def _capped(terms: Terms, steps: int) -> int:
    amount = terms.unit_fen * steps
    return amount if terms.cap_fen is None else min(amount, terms.cap_fen)
