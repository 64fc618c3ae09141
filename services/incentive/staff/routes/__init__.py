"""The doors of the staff directory; the import and export stand before `/staff/{staff_id}`."""

from fastapi import APIRouter

from services.incentive.staff.routes import directory, imports

router = APIRouter()
router.include_router(imports.router)
router.include_router(directory.router)
