"""What the doors of the cases need of the running service, gathered in one place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.complaint.cases.rules import Intake, Viewer
from services.complaint.cases.service.discretion import viewer_of
from services.complaint.cases.service.governing import Governances
from services.complaint.cases.service.intake import Sealing, open_complaint, phone_of
from services.complaint.cases.service.settling import IsAuthorised
from services.complaint.cases.service.steps import Call
from shared.access.grants import GrantSigner
from shared.access.principal import Principal
from shared.access.staff import StaffDirectory
from shared.database.numbers import Numbers
from shared.http.hot_tx import HotTx


class Doorway(Protocol):
    """What a step needs of the door that it came through."""

    @property
    def session(self) -> AsyncSession: ...
    @property
    def principal(self) -> Principal: ...
    @property
    def permission(self) -> str: ...
    @property
    def expected_version(self) -> int: ...
    @property
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """Policy, numbers and keys of this process; made once at start."""

    governances: Governances
    numbers: Numbers
    sealing: Sealing
    signer: GrantSigner
    staff: StaffDirectory
    is_authorised: IsAuthorised

    async def open(
        self,
        hot: HotTx,
        complaint_id: UUID,
        intake: Intake,
        principal: Principal,
        *,
        claim: tuple[object, ...],
        now: datetime,
    ) -> tuple[int, str] | None:
        """Take a case in; answers its version and JSON, None when the key was used before.

        Raises: as `open_complaint`.
        """
        return await open_complaint(
            hot,
            complaint_id=complaint_id,
            intake=intake,
            governing=self.governances.in_force(principal.company, now),
            principal=principal,
            numbers=self.numbers,
            sealing=self.sealing,
            staff=await self.staff.current(),
            claim=claim,
            now=now,
        )

    def phone_index(self, company: str, text: str) -> str:
        """What cases are found by, of a telephone as people write it.  Raises: PhoneFormError."""
        return self.sealing.index.phone(company, phone_of(text, "/phone").e164)

    def viewer(self, principal: Principal, now: datetime) -> Viewer:
        """As whom the person looks at anonymous complainants."""
        return viewer_of(principal, self.governances.in_force(principal.company, now))

    def step(self, door: Doorway, complaint_id: UUID) -> Call:
        """One step's call, with the rows that its permission reaches."""
        return self.call(door.session, door.principal, door.permission, complaint_id, door.expected_version, door.now)

    def call(
        self,
        session: AsyncSession,
        principal: Principal,
        permission: str,
        complaint_id: UUID,
        expected_version: int,
        now: datetime,
    ) -> Call:
        """One step's call, with the rows that the permission reaches."""
        return Call(
            session,
            principal,
            principal.scope(permission),
            self.governances,
            complaint_id,
            expected_version,
            now,
            self.staff,
        )
