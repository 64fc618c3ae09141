"""Authorisations as they come in and go out."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.complaint.delegation.rules.states import AbuseKind, AuthorisationState
from services.complaint.delegation.schemas.authorities import AuthorityCheck, AuthorityFactShown, Fen, Ids, LiaisonNote
from services.complaint.delegation.service.checking import Report
from services.complaint.delegation.service.judging import Ask
from services.complaint.delegation.service.reading import Shown
from services.complaint.delegation.service.using import Use
from shared.http.base_model import ApiModel, Code, LongText
from shared.http.page import Page

StepCode = Annotated[Code | None, Field(description="步骤代码；不填即本人可办的第一个步骤")]


class AuthorisationUse(ApiModel):
    """The authority was used."""

    result: LongText
    occurred_at: datetime | None = None
    """Empty = now."""
    executed_fen: Fen | None = None
    """Empty = the approved amount; never more."""

    def use(self) -> Use:
        """Without the form."""
        return Use(self.result, self.occurred_at, self.executed_fen)


class AuthorisationCreate(AuthorityCheck):
    """An authority is asked for, or the own is used."""

    authority: Code
    """A code of the pack."""
    reason: LongText
    liaison: LiaisonNote | None = None
    """Required by items that issue a liaison note."""
    use: AuthorisationUse | None = None
    """Use it in the same request: only where nothing is awaited before."""

    def asked(self) -> Ask:
        """The request, without the form."""
        known = self.ask(self.authority)
        fields = {name: getattr(known, name) for name in Ask.__slots__}
        return Ask(**{**fields, "reason": self.reason, "liaison": self.liaison.liaison() if self.liaison else None})


class AuthorisationApprove(ApiModel):
    """The decision or approval of the caller's post."""

    step: StepCode = None
    note: LongText | None = None


class AuthorisationSign(ApiModel):
    """A condition is confirmed, the form signed, an order filed, or a liaison note complied with."""

    step: StepCode = None
    note: LongText | None = None
    order_id: UUID | None = None
    """Required where the step files an order."""


class AuthorisationReject(ApiModel):
    """Refused by whoever's step it is."""

    step: StepCode = None
    reason: LongText


class AuthorisationWithdraw(ApiModel):
    """Given up by whoever asked."""

    reason: LongText | None = None


class AuthorityAbuseReport(ApiModel):
    """Beyond authority, or faked."""

    kind: AbuseKind
    facts: LongText
    points: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Within the pack's range; empty = the least."""
    damage_fen: Fen | None = None
    """With damage the committee decides."""
    attachment_ids: Ids = Field(default_factory=list)

    def report(self) -> Report:
        """Without the form."""
        ids = tuple(dict.fromkeys(self.attachment_ids))
        return Report(self.kind, self.facts, self.points, self.damage_fen, ids)


class AuthorityAbuseDecide(ApiModel):
    """What the committee decides."""

    decision: LongText


class AuthorityCheckResult(ApiModel):
    """What a check found."""

    means: Code
    """A code of the pack: survey, unannounced_check, callback …"""
    is_in_order: bool
    finding: LongText


class AuthorisationStep(ApiModel):
    """One step of the procedure."""

    code: str
    stage: str
    text: str
    posts: list[str]
    condition: str | None
    files_order: bool
    state: str
    done_by: UUID | None
    done_post: str | None
    done_at: datetime | None
    note: str | None
    order_id: UUID | None


class AuthorisationAct(ApiModel):
    """One thing done to it."""

    act: str
    step: str | None
    at: datetime
    actor_id: UUID
    actor_post: str | None
    from_state: str | None
    to_state: str
    reason: str | None


class AuthorityAbuse(ApiModel):
    """An abuse that was reported."""

    id: UUID
    kind: AbuseKind
    facts: str
    person_id: UUID
    department: str | None
    points: int
    damage_fen: int | None
    decided_by_post: str | None
    clause: str
    attachment_ids: list[UUID]
    reported_by: UUID
    reported_at: datetime
    decision: str | None
    decided_by: UUID | None
    decided_at: datetime | None


class Authorisation(ApiModel):
    """One use of an authority, with its procedure and history."""

    id: UUID
    number: str
    authority: str
    category: str
    state: AuthorisationState
    requested_by: UUID
    department: str | None
    posts: list[str]
    """Who must do something now."""
    decided_post: str | None
    decided_by: UUID | None
    customer_id: UUID | None
    complaint_id: UUID | None
    order_id: UUID | None
    tier: str
    facts: dict[str, AuthorityFactShown]
    attachment_ids: list[UUID]
    reason: str
    quantity: int | None
    amount_fen: int | None
    executed_fen: int | None
    exceeded: list[str]
    split_with: list[UUID]
    related_departments: list[str]
    order_department: str | None
    liaison_matter: str | None
    liaison_owner_id: UUID | None
    liaison_deadline_at: datetime | None
    requested_at: datetime
    approved_at: datetime | None
    executed_at: datetime | None
    executed_recorded_at: datetime | None
    result: str | None
    closed_at: datetime | None
    ledger_month: str | None
    is_late: bool
    check_stratum: str | None
    check_number: int | None
    """The n of the use in its stratum of the month."""
    check_percent: int | None
    is_drawn: bool
    check_means: str | None
    is_in_order: bool | None
    check_finding: str | None
    checked_by: UUID | None
    checked_at: datetime | None
    is_abused: bool
    policy_version: str
    version: int
    steps: list[AuthorisationStep]
    acts: list[AuthorisationAct]
    abuse: AuthorityAbuse | None

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """From what is stored."""
        parts = {"steps", "acts", "abuse"}
        fields = {name: getattr(shown.row, name) for name in cls.model_fields if name not in parts}
        return cls(
            **fields,
            steps=[AuthorisationStep.model_validate(step) for step in shown.steps],
            acts=[AuthorisationAct.model_validate(act) for act in shown.acts],
            abuse=AuthorityAbuse.model_validate(shown.abuse) if shown.abuse else None,
        )


class AuthorisationPage(Page[Authorisation]):
    """One page, newest first."""
