"""Use cases of the staff directory; the composition root seeds demo staff through this package."""

from services.incentive.staff.service.seeding import seed_demo_staff

__all__ = ["seed_demo_staff"]
