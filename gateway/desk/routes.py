"""The doors of the front desk and the hotline: each kind has its own file."""

from fastapi import APIRouter

from gateway.desk.customer_routes import router as customer_router
from gateway.desk.hotline_routes import router as hotline_router
from gateway.desk.queue_routes import router as queue_router
from gateway.desk.shift_routes import router as shift_router

router = APIRouter()
router.include_router(customer_router)
router.include_router(queue_router)
router.include_router(hotline_router)
router.include_router(shift_router)
