"""Who reads a published person's name in full: pure."""

from collections.abc import Collection

from shared.access.masking import mask_name
from shared.access.permissions import Role

OUTSIDE = frozenset({Role.AUDITOR, Role.REPORTER})
"""Roles that look at the company from outside."""


def shown_name(name: str | None, *, company: str, reader_company: str, roles: Collection[Role]) -> str | None:
    """In full for people of the company, masked for all others."""
    if name is None:
        return None
    is_within = company == reader_company and not OUTSIDE.issuperset(roles)
    return name if is_within else mask_name(name)
