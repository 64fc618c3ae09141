"""What must be done before and after an authority is used, by whom: pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.complaint.policy_delegation import Authority, ConditionProof, Delegation
from shared.policy.commitments import Limit


class Stage(StrEnum):
    """Stages in their order; the steps of one stage are taken in any order."""

    CONFIRM = "confirm"
    DECIDE = "decide"
    SIGN = "sign"
    APPROVE = "approve"
    FOLLOW = "follow"
    """After the use: signatures, orders filed, material supplied."""
    COMPLY = "comply"
    """After the use: the receiving department of a liaison note does what it asks."""


BEFORE = (Stage.CONFIRM, Stage.DECIDE, Stage.SIGN, Stage.APPROVE)
AFTER = (Stage.FOLLOW, Stage.COMPLY)
DECISIONS = frozenset({Stage.DECIDE, Stage.APPROVE})
"""Stages that `approve` takes; the others are taken by `sign`."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step: any of the posts takes it."""

    stage: Stage
    text: str
    posts: tuple[str, ...]
    condition: str | None = None
    files_order: bool = False
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and what the request touches."""

    posts: frozenset[str]
    """Held by the person, or by those deputised for."""
    lead_post: str | None = None
    """Of the person's department."""
    related_leads: tuple[str, ...] = ()
    """Of the departments that take part."""
    receiving_lead: str | None = None
    """Of the department that gets a liaison note."""
    beyond: tuple[str, ...] = ()
    """Who approves what lies beyond the limits."""


def decides(authority: Authority, posts: Iterable[str]) -> str | None:
    """The post by which the person may decide; None = it goes up."""
    held = set(posts)
    return next((post for post in authority.decided_by if post in held), None)


def plan(delegation: Delegation, authority: Authority, asking: Asking) -> tuple[PlannedStep, ...]:
    """Every step of the procedure, in the order of the stages."""
    return (
        *_confirmations(authority),
        *_decision(authority, asking),
        *_signatures(delegation, authority, asking),
        *_approvals(authority, asking),
        *_afterwards(delegation, authority, asking),
    )


def _confirmations(authority: Authority) -> Iterator[PlannedStep]:
    for code, condition in authority.conditions.items():
        if condition.proof is ConditionProof.CONFIRMED:
            for post in condition.confirmed_by:
                yield PlannedStep(Stage.CONFIRM, f"确认：{condition.text}", (post,), condition=code)


def _decision(authority: Authority, asking: Asking) -> Iterator[PlannedStep]:
    if decides(authority, asking.posts) is None:
        yield PlannedStep(Stage.DECIDE, f"决定：{authority.name}", authority.decided_by)


def _signatures(delegation: Delegation, authority: Authority, asking: Asking) -> Iterator[PlannedStep]:
    is_afterwards = authority.money is not None and authority.money.is_form_afterwards
    stage = Stage.FOLLOW if is_afterwards else Stage.SIGN
    for post in form_posts(delegation, authority, asking):
        yield PlannedStep(stage, f"签字：{delegation.form.name}", (post,))


def form_posts(delegation: Delegation, authority: Authority, asking: Asking) -> tuple[str, ...]:
    """Whose signature the form needs besides the handler's, which is the request itself; approving is signing."""
    posts = [*authority.signed_by]
    if authority.money is not None:
        posts += [asking.lead_post] if asking.lead_post else []
        posts += asking.related_leads if delegation.form.is_signed_by_related_departments else ()
        posts += delegation.form.signed_by
    return tuple(post for post in dict.fromkeys(posts) if post not in authority.approved_by)


def _approvals(authority: Authority, asking: Asking) -> Iterator[PlannedStep]:
    for post in dict.fromkeys((*authority.approved_by, *asking.beyond)):
        yield PlannedStep(Stage.APPROVE, f"批准：{authority.name}", (post,))


def _afterwards(delegation: Delegation, authority: Authority, asking: Asking) -> Iterator[PlannedStep]:
    is_form = authority.money is not None and authority.money.is_form_afterwards
    signing = set(form_posts(delegation, authority, asking)) if is_form else set()
    for step in authority.procedure:
        if step.is_afterwards and step.post is not None and step.post not in signing:
            yield PlannedStep(Stage.FOLLOW, step.text, (step.post,), files_order=step.files_order, limit=step.limit)
    if authority.order is not None and authority.order.is_liaison and asking.receiving_lead:
        yield PlannedStep(Stage.COMPLY, "按业务联系单办理", (asking.receiving_lead,))
