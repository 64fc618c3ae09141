"""The doors of samples: whoever may read inspections can draw one again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.inspection.facts import schemas
from services.inspection.facts.service import sampling
from shared.access.principal import Principal
from shared.http.auth import requires
from shared.http.session import SessionDep

router = APIRouter(prefix="/v1/inspection-samples", tags=["inspections"])

READ = "inspection.read"
Reader = Annotated[Principal, requires(READ)]


@router.get("/{sample_id}", summary="抽样：范围、种子与抽中的对象")
async def read_inspection_sample(sample_id: UUID, principal: Reader, session: SessionDep) -> schemas.InspectionSample:
    sample = await sampling.read(session, sample_id, principal.scope(READ))
    members = [schemas.SampleMember.model_validate(one) for one in sample.members]
    told = {name: getattr(sample.row, name) for name in schemas.InspectionSample.model_fields.keys() - {"members"}}
    return schemas.InspectionSample(**told, members=members)


@router.get("/{sample_id}/again", summary="按同一范围与种子重做抽样")
async def draw_inspection_sample_again(sample_id: UUID, principal: Reader, session: SessionDep) -> schemas.SampleRedraw:
    again = await sampling.draw_again(session, sample_id, principal.scope(READ))
    return schemas.SampleRedraw(
        population=again.population, subject_ids=list(again.subject_ids), is_equal=again.is_equal
    )
