"""The incentive chapter's section on approvals: chains of signatures, hearing, appeal (domain.md 2.6)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.policy.commitments import ClauseCode, Code, Entry, Named, PostCode, Promised


class Signer(StrEnum):
    """Who signs a step: a relation to the subject's department, or a post."""

    DEPARTMENT_HEAD = "department_head"
    LEADER_IN_CHARGE = "leader_in_charge"
    POST = "post"


class ChainStep(Named):
    """One signature."""

    signer: Signer
    post: PostCode | None = None
    otherwise: PostCode | None = None
    """Signs where the signer would judge the own case, or there is none."""
    signed: Promised

    @model_validator(mode="after")
    def _names_a_post(self) -> Self:
        if (self.signer is Signer.POST) != (self.post is not None):
            raise ValueError("按岗位签字的步骤须且只有其给出岗位（post）")
        return self


class Chain(Named):
    """The signatures in their order; the last one decides."""

    steps: Annotated[tuple[ChainStep, ...], Field(min_length=1)]
    clause: ClauseCode


class Approvals(Entry):
    """From the proposal to its effect (奖惩审批)."""

    chains: Annotated[dict[Code, Chain], Field(min_length=1)]
    last_resort: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    """Who signs where neither the signer nor who signs otherwise may: the first that is not concerned."""
    returned: Promised
    """The office's answer to what a signer sent back."""
    told_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    hearing: Promised
    """The window of the person's statement before a penalty takes effect (申辩)."""
    considered: Promised
    """The last signer's answer to the statement."""
    talk: Promised
    """Education before punishment: until the talk was held (谈话)."""
    appeal: Promised
    """The window of the person's appeal after the penalty took effect."""
    appeal_decided: Promised
    appeal_decided_by: Annotated[tuple[PostCode, ...], Field(min_length=1)]
    told: Promised
    """From the last signature until the person is told."""
    clause: ClauseCode
