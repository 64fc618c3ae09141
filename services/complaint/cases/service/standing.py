"""What the complaint service learns of customers through events, and what that changes on open cases (sla.md 7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases import events, repository
from services.complaint.cases.models import ComplaintRow
from services.complaint.cases.service.clocks import governing_case, retarget
from services.complaint.cases.service.consulting import ask_at_once
from services.complaint.cases.service.governing import Governances
from services.complaint.cases.service.leading import name_leader
from shared.access.staff_book import StaffBook
from shared.contracts.complaint import ComplaintRetiered
from shared.contracts.customer import CustomerMerged, CustomerState, CustomerTierChanged
from shared.contracts.lifecycle import ComplaintLeaderNamed
from shared.contracts.relations import CustomerUnmerged
from shared.events import outbox

LEARNED_LATE = "learned_late"


@dataclass(frozen=True, slots=True)
class Said:
    """What one event says of a customer, with the version that it stands for."""

    company: str
    version: int
    state: CustomerState


async def learn_customers(session: AsyncSession, said: Sequence[Said]) -> None:
    """Keep kind, party, standing and account manager of customers; open cases are not touched."""
    await repository.keep_customers(
        session,
        [
            {
                "id": one.state.customer_id,
                "company": one.company,
                "version": one.version,
                "kind": one.state.kind,
                "party": one.state.party,
                "standing": one.state.standing,
                "tier": one.state.tier,
                "account_manager_id": one.state.account_manager_id,
                "tags": list(one.state.tags),
            }
            for one in said
        ],
    )


async def learn_tier(
    session: AsyncSession,
    company: str,
    version: int,
    said: CustomerTierChanged,
    *,
    governances: Governances,
    now: datetime,
) -> list[UUID]:
    """Keep the tier; correct open cases taken in since it took effect; answers the corrected cases.

    A change that took effect after a case was opened touches new cases only (sla.md 7).
    """
    known = {
        "id": said.customer_id,
        "company": company,
        "tier": said.to_tier,
        "effective_at": said.effective_at,
        "version": version,
    }
    if not await repository.keep_tier(session, known):
        return []
    corrected = []
    for case in await repository.open_cases_of(session, said.customer_id, opened_from=said.effective_at):
        if case.tier != said.to_tier or case.is_tier_default:
            await _retier(session, case, said.to_tier, governances=governances, now=now)
            corrected.append(case.id)
    return corrected


async def _retier(
    session: AsyncSession, case: ComplaintRow, tier: str, *, governances: Governances, now: datetime
) -> None:
    before = case.tier
    case.tier, case.is_tier_default = tier, False
    case.version += 1
    governing = governing_case(governances, case)
    case.handling_level = governing.chapter.level_of(tier, case.channel)
    await retarget(session, case, governing, cause=LEARNED_LATE, actor=None, now=now)
    await outbox.add(session, events.stepped(case, ComplaintRetiered, now, now, from_tier=before))
    if name_leader(case, governing, StaffBook(), now):
        case.version += 1
        post = case.leader_post or ""
        await outbox.add(session, events.stepped(case, ComplaintLeaderNamed, now, now, tells=[post], leader_post=post))
    await ask_at_once(session, case, governing, now=now)


async def learn_alias(session: AsyncSession, company: str, version: int, said: CustomerMerged) -> None:
    """Two customers were one: keep the alias, rewrite no history (design.md 3)."""
    await repository.keep_alias(session, said.customer_id, company, said.into_customer_id, version)


async def forget_alias(session: AsyncSession, company: str, version: int, said: CustomerUnmerged) -> None:
    """Two customers that were one are two again: each stands for itself, whichever fact comes first or last."""
    await repository.keep_alias(session, said.customer_id, company, said.customer_id, version)
