"""The schema `callback`: declarative base and the shared tables that live in it."""

from sqlalchemy.orm import DeclarativeBase

from shared.database import TYPES, metadata_for
from shared.runtime.tables import shared_tables


class Base(DeclarativeBase):
    """Base of every table class of this service."""

    metadata = metadata_for("callback")
    type_annotation_map = TYPES


SHARED = shared_tables(Base.metadata)
"""Outbox, inbox, clocks, idempotency, jobs, audit … in this schema (design.md 3)."""
