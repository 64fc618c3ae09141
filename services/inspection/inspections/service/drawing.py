"""What an inspection samples: a seeded draw from what happened, so that nobody picks the easy ones."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.inspection.facts.rules import FactKind
from services.inspection.facts.service.sampling import draw_sample
from services.inspection.inspections.models import InspectionRow
from services.inspection.inspections.rules.frames import frame_since, frame_until, seed_of
from services.inspection.policy import InspectionGoverning
from services.inspection.programme.models import PlannedInspectionRow


async def draw(
    session: AsyncSession,
    governing: InspectionGoverning,
    row: InspectionRow,
    plan: PlannedInspectionRow | None,
    now: datetime,
) -> None:
    """Draw what the method samples: period and seed follow from plan, day and pack, never from the inspector."""
    terms = governing.chapter.inspections
    sampled, sampling = terms.sampled_by(row.method, row.theme), terms.sampling
    row.sample_size = min(sampling.greatest, sampling.size if row.sample_size is None else row.sample_size)
    if sampled is None or row.sample_size == 0:
        row.sample_size = None if sampled is None else 0
        return
    zone = governing.zone
    until = frame_until(now.astimezone(zone).date(), plan.window_from if plan else None, zone)
    sample = await draw_sample(
        session,
        company=row.company,
        seed=seed_of(sampling.seed, plan.name if plan else None),
        kind=FactKind(sampled),
        size=row.sample_size,
        since=frame_since(until, sampling.days),
        until=until,
        now=now,
        department=row.department,
        team=row.team,
        drawn_by=row.inspector_id,
    )
    row.sample_id = sample.row.id
