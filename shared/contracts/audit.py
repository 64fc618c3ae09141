"""What the sealer of each schema tells the world: the head of its audit chain (design.md 6)."""

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from shared.contracts.base import EventPayload


class AuditAnchored(EventPayload):
    """The head of one schema's audit chain, kept where the schema's own role cannot change it."""

    TYPE: ClassVar[str] = "audit.anchored"

    service: str = Field(examples=["complaint"])
    number: int = Field(ge=1, examples=[42], description="Number of the seal, counting from 1")
    row_count: int = Field(ge=0, examples=[1024], description="Audit rows sealed up to and including this seal")
    hash: str = Field(pattern="^[0-9a-f]{64}$", examples=["0" * 64], description="SHA-256 of the seal, hexadecimal")
    until_xid: str = Field(examples=["123456"], description="Transactions below this one are covered")
    sealed_at: datetime
