"""What the callback service learns of customers through events; its other features ask here (design.md 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.customers import repository
from services.callback.customers.models import CustomerRow, ServedByRow
from shared.contracts.customer import CustomerErased, CustomerMerged, CustomerState, CustomerTierChanged
from shared.contracts.relations import CustomerServedByChanged, CustomerUnmerged


@dataclass(frozen=True, slots=True)
class Said:
    """What one event says of a customer, with the version that it stands for."""

    company: str
    version: int
    state: CustomerState


async def learn(session: AsyncSession, said: Sequence[Said]) -> None:
    """Keep kind, party, standing, tags and account manager of customers."""
    known = [
        {
            "id": one.state.customer_id,
            "company": one.company,
            "version": one.version,
            **one.state.model_dump(
                include={
                    "kind",
                    "customer_class",
                    "party",
                    "standing",
                    "tier",
                    "account_manager_id",
                    "district",
                    "tags",
                }
            ),
        }
        for one in said
    ]
    await repository.keep(session, known)


async def learn_tier(session: AsyncSession, company: str, version: int, said: CustomerTierChanged) -> None:
    """Keep the tier in force."""
    known = {
        "id": said.customer_id,
        "company": company,
        "tier": said.to_tier,
        "effective_at": said.effective_at,
        "version": version,
    }
    await repository.keep_tier(session, known)


async def learn_alias(session: AsyncSession, company: str, version: int, said: CustomerMerged) -> None:
    """Two customers were one: keep the alias, rewrite no history."""
    await repository.keep_alias(session, said.customer_id, company, said.into_customer_id, version)


async def forget_alias(session: AsyncSession, company: str, version: int, said: CustomerUnmerged) -> None:
    """They are two again: each stands for itself."""
    await repository.keep_alias(session, said.customer_id, company, said.customer_id, version)


async def learn_erased(session: AsyncSession, company: str, said: CustomerErased) -> None:
    """Keep that nothing personal is left of the customer."""
    await repository.keep_erased(session, said.customer_id, company, said.erased_at)


async def resolve(session: AsyncSession, customer_id: UUID, company: str) -> UUID:
    """The customer that this one is now."""
    return await repository.resolve(session, customer_id, company)


async def identities(session: AsyncSession, customer_id: UUID, company: str) -> Sequence[UUID]:
    """This customer and every one that became it: what one of them said, this one said."""
    return await repository.identities(session, customer_id, company)


async def known(session: AsyncSession, customer_id: UUID, company: str) -> CustomerRow | None:
    """What is known of the customer that this one is now; None for one nobody has told of."""
    return await repository.get(session, await resolve(session, customer_id, company), company)


async def active(
    session: AsyncSession, company: str, tiers: Sequence[str], *, after: UUID | None = None, limit: int = 500
) -> Sequence[CustomerRow]:
    """Customers of these tiers who are served, by id, a page at a time."""
    return await repository.active(session, company, tiers, after=after, limit=limit)


async def learn_served_by(session: AsyncSession, company: str, version: int, said: CustomerServedByChanged) -> None:
    """Keep who is named to serve a customer, and in which post."""
    known = {
        "id": said.assignment_id,
        "company": company,
        "version": version,
        "is_active": said.state == "active",
        **said.model_dump(include={"customer_id", "slot", "post", "staff_id", "is_account_manager"}),
    }
    await repository.keep_served_by(session, known)


async def served_by(session: AsyncSession, company: str, customer_ids: Sequence[UUID]) -> Sequence[ServedByRow]:
    """Who is named to serve these customers."""
    return await repository.served_by(session, company, customer_ids)
