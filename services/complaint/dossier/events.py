"""What is kept with a case → contract fact; the facts of the case itself are made by its steps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.complaint.cases.models import ComplaintRow
from services.complaint.dossier.models import (
    ConversationRow,
    InvestigationEntryRow,
    ReplyTemplateRow,
    RetaliationRow,
)
from shared.contracts import dossier as contracts
from shared.contracts.base import EventPayload, Routing
from shared.events.fact import Fact


def _fact(
    payload: EventPayload, company: str, kind: str, row_id: UUID, version: int, at: datetime, **more: Any
) -> Fact:
    return Fact(
        payload=payload,
        company=company,
        aggregate_type=kind,
        aggregate_id=row_id,
        aggregate_version=version,
        time=at,
        **more,
    )


def conversation_recorded(row: ConversationRow, case: ComplaintRow) -> Fact:
    """`complaint.conversation_recorded`; not with whom by name or id."""
    payload = contracts.ConversationRecorded(
        routing=case.routing,
        complaint_id=case.id,
        number=case.number,
        cycle=row.cycle,
        occurred_at=row.occurred_at,
        conversation_id=row.id,
        channel=row.channel,
        direction=row.direction,
        party=row.party,
        staff_id=row.staff_id,
        corrects_id=row.corrects_id,
    )
    return _fact(payload, row.company, "conversation", row.id, 1, row.recorded_at, matter_id=case.matter_id)


def investigation_recorded(row: InvestigationEntryRow, case: ComplaintRow) -> Fact:
    """`complaint.investigation_recorded`."""
    payload = contracts.InvestigationRecorded(
        routing=case.routing,
        complaint_id=case.id,
        number=case.number,
        cycle=row.volume,
        occurred_at=row.occurred_at,
        entry_id=row.id,
        position=row.position,
        entry_kind=row.kind,
        sha256=row.chain_sha256,
        corrects_id=row.corrects_id,
    )
    return _fact(payload, row.company, "investigation_entry", row.id, 1, row.recorded_at, matter_id=case.matter_id)


def template(
    row: ReplyTemplateRow,
    kind: type[contracts.ReplyTemplateDrafted | contracts.ReplyTemplateApproved | contracts.ReplyTemplateRetired],
    posts: list[str],
    now: datetime,
) -> Fact:
    """A fact of a template, routed to the posts that approve templates."""
    payload = kind(routing=Routing(posts=posts), template_id=row.id, code=row.code, revision=row.revision)
    return _fact(payload, row.company, "reply_template", row.id, row.version, now)


def retaliation_reported(row: RetaliationRow, case: ComplaintRow) -> Fact:
    """`complaint.retaliation_reported`: neither the statement nor who is accused, and to nobody but the office."""
    payload = contracts.RetaliationReported(**_reported(row, case), occurred_at=row.occurred_at)
    return _fact(payload, row.company, "retaliation", row.id, row.version, row.reported_at, matter_id=row.matter_id)


def retaliation_decided(row: RetaliationRow, case: ComplaintRow, now: datetime) -> Fact:
    """`complaint.retaliation_decided`: a confirmed one proposes its consequence."""
    payload = contracts.RetaliationDecided(
        **_reported(row, case),
        occurred_at=now,
        state=row.state,
        person_ids=list(row.proved_person_ids),
        department=row.proved_department,
        mark=row.mark,
        clause=row.consequence,
    )
    return _fact(payload, row.company, "retaliation", row.id, row.version, now, matter_id=row.matter_id)


def _reported(row: RetaliationRow, case: ComplaintRow) -> dict[str, Any]:
    return {
        "routing": Routing(posts=list(row.reported_to)),
        "report_id": row.id,
        "complaint_id": row.complaint_id,
        "number": case.number,
        "source": row.source,
    }
