"""Rows of surveys, their strata and their frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.surveys.errors import SurveyNotFoundError
from services.callback.surveys.models import FrameRow, SurveyRow, SurveyStratumRow
from shared.access.scope import RowScope, ScopeColumns

SCOPE = ScopeColumns(company=SurveyRow.company, department=SurveyRow.department, posts=SurveyRow.posts)
_ADD = text("""
insert into surveys (id, company, number, period, questionnaire, questionnaire_version, state, seed, confidence,
                     department, posts, drafted_by, drafted_at, matter_id, policy_pack, policy_version)
values (:id, :company, :number, :period, :questionnaire, :questionnaire_version, 'draft', :seed, :confidence,
        :department, :posts, :drafted_by, :drafted_at, :id, :policy_pack, :policy_version)
on conflict (company, period) where state <> 'withdrawn' do nothing
returning id
""")
_FREEZE = text("""
insert into survey_frame (id, company, survey_id, tier, position, customer_id, is_sampled)
select uuidv7(), :company, :survey_id, one.tier,
       row_number() over (
         partition by one.tier
         order by sha256(convert_to(:seed || E'\\n' || :before || one.tier || :after || E'\\n' || one.id, 'UTF8'))),
       one.id, false
from (
  select c.id, case when c.tier = any(:tiers) then c.tier else :default_tier end as tier
  from customers c
  where c.company = :company and c.standing = 'active' and c.erased_at is null and not c.tags && :excluded
    and not exists (select from survey_refusals r where r.company = c.company and r.customer_id = c.id)) as one
""")
_COUNTS = text("select tier, count(*) as population from survey_frame where survey_id = :survey_id group by tier")
_SAMPLE = text("""
update survey_frame f set is_sampled = true
from survey_strata s
where f.survey_id = :survey_id and s.survey_id = f.survey_id and s.tier = f.tier and f.position <= s.sampled
""")
_SAMPLED = text("""
select f.tier, f.customer_id, s.channel, c.account_manager_id
from survey_frame f join survey_strata s on s.survey_id = f.survey_id and s.tier = f.tier
join customers c on c.id = f.customer_id
where f.survey_id = :survey_id and f.is_sampled and c.erased_at is null
  and not exists (select from survey_refusals r where r.company = f.company and r.customer_id = f.customer_id)
order by f.tier, f.position
""")


@dataclass(frozen=True, slots=True)
class Sampled:
    """A customer to invite."""

    tier: str
    customer_id: UUID
    channel: str
    account_manager_id: UUID | None


async def add(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Store a draft; False if the company has a survey of the quarter."""
    return await session.scalar(_ADD, dict(values)) is not None


async def get(session: AsyncSession, survey_id: UUID, scope: RowScope, *, lock: bool = False) -> SurveyRow:
    """One of the scope.  Raises: SurveyNotFoundError, also for one that lies outside the scope."""
    statement = select(SurveyRow).where(SurveyRow.id == survey_id, scope.clause(SCOPE))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise SurveyNotFoundError
    return row


async def share(session: AsyncSession, survey_id: UUID) -> SurveyRow:
    """One that cannot be closed until this transaction ends.  Raises: SurveyNotFoundError."""
    return await read(session, survey_id, is_kept_open=True)


async def read(session: AsyncSession, survey_id: UUID, *, is_kept_open: bool = False) -> SurveyRow:
    """The survey of an invitation.  Raises: SurveyNotFoundError."""
    statement = select(SurveyRow).where(SurveyRow.id == survey_id)
    if is_kept_open:
        statement = statement.with_for_update(read=True).execution_options(populate_existing=True)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise SurveyNotFoundError
    return row


async def page(
    session: AsyncSession,
    scope: RowScope,
    wanted: Mapping[str, str | None],
    *,
    before: UUID | None,
    limit: int,
) -> Sequence[SurveyRow]:
    """Newest first."""
    statement = select(SurveyRow).where(scope.clause(SCOPE))
    for name, value in wanted.items():
        if value is not None:
            statement = statement.where(getattr(SurveyRow, name) == value)
    if before is not None:
        statement = statement.where(SurveyRow.id < before)
    return (await session.scalars(statement.order_by(SurveyRow.id.desc()).limit(limit))).all()


async def of_periods(
    session: AsyncSession, companies: Sequence[str], periods: Sequence[str], states: Sequence[str]
) -> Sequence[SurveyRow]:
    """The surveys of some quarters, by company and quarter."""
    statement = select(SurveyRow).where(
        SurveyRow.company.in_(list(companies)), SurveyRow.period.in_(list(periods)), SurveyRow.state.in_(list(states))
    )
    return (await session.scalars(statement.order_by(SurveyRow.company, SurveyRow.period))).all()


async def freeze_frame(session: AsyncSession, values: Mapping[str, Any]) -> dict[str, int]:
    """Put the customers of this moment in the order of the draw; answers how many each tier has."""
    await session.execute(_FREEZE, dict(values))
    rows = await session.execute(_COUNTS, {"survey_id": values["survey_id"]})
    return {row.tier: row.population for row in rows}


async def add_strata(session: AsyncSession, survey_id: UUID, strata: Sequence[SurveyStratumRow]) -> None:
    """Store the strata, and mark their samples in the frame."""
    session.add_all(strata)
    await session.flush()
    await session.execute(_SAMPLE, {"survey_id": survey_id})


async def strata(session: AsyncSession, survey_id: UUID) -> Sequence[SurveyStratumRow]:
    """The tiers of a survey."""
    statement = select(SurveyStratumRow).where(SurveyStratumRow.survey_id == survey_id)
    return (await session.scalars(statement.order_by(SurveyStratumRow.tier))).all()


async def sampled(session: AsyncSession, survey_id: UUID) -> Sequence[Sampled]:
    """Whom to invite: the sample, without those who were erased or declined meanwhile."""
    return [Sampled(*row) for row in await session.execute(_SAMPLED, {"survey_id": survey_id})]


async def frame(session: AsyncSession, survey_id: UUID, tier: str, *, after: int, limit: int) -> Sequence[FrameRow]:
    """The customers of a stratum in the order of the draw."""
    statement = select(FrameRow).where(
        FrameRow.survey_id == survey_id, FrameRow.tier == tier, FrameRow.position > after
    )
    return (await session.scalars(statement.order_by(FrameRow.position).limit(limit))).all()
