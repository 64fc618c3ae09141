"""What the use cases of the surveys need of the running service, and what each step shares."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.callback.policy_in_force import Governances, Governing, open_governances
from services.callback.policy_surveys import Questionnaire
from services.callback.surveys.models import SurveyRow
from services.callback.surveys.repository import surveys
from services.callback.surveys.rules.links import Sign
from shared.access.blind_index import BlindIndex
from shared.access.grants import GrantSigner
from shared.access.principal import Principal
from shared.access.scope import RowScope
from shared.audit.trail import record
from shared.database.numbers import Numbers
from shared.errors import StaleError
from shared.runtime.runtime import Runtime
from shared.sla.book import ClockBook
from shared.sla.promise import Subject

SUBJECT = "survey"
PUBLIC_PATH = "/v1/public/surveys"


@dataclass(frozen=True, slots=True)
class SurveyDesk:
    """Policy, numbers and keys of this process; made once at start."""

    governances: Governances
    numbers: Numbers
    signer: GrantSigner
    sign: Sign
    """Signs links."""
    public_url: str = ""
    """Where customers reach the gateway; empty: links are paths, and nothing is sent by SMS."""

    def address(self, token: str) -> str:
        """The link as a customer opens it."""
        return f"{self.public_url.rstrip('/')}{PUBLIC_PATH}/{token}"


def open_desk(runtime: Runtime, public_url: str) -> SurveyDesk:
    """What this process holds, for the surveys."""
    return SurveyDesk(
        governances=open_governances(runtime.policy, runtime.calendars),
        numbers=runtime.numbers,
        signer=runtime.grant_signer,
        sign=signs_with(runtime.blind_index),
        public_url=public_url,
    )


def signs_with(index: BlindIndex) -> Sign:
    """The signature of links by a key that is derived for them alone."""
    return lambda text: index.value("-", "survey_link", text)


@dataclass(frozen=True, slots=True)
class SurveyCall:
    """Who works on which survey, from which version on, with which rights."""

    session: AsyncSession
    principal: Principal
    scope: RowScope
    desk: SurveyDesk
    survey_id: UUID
    expected_version: int | None
    now: datetime

    def governing(self, row: SurveyRow) -> Governing:
        """The revision that was in force when the survey was drafted."""
        return governing_of(self.desk, row)

    def book(self, governing: Governing) -> ClockBook:
        """The clocks of this transaction."""
        return ClockBook(self.session, calendars=governing.calendars, now=self.now)

    async def locked(self) -> SurveyRow:
        """The survey of the scope, locked, in the version that the caller saw.

        Raises: SurveyNotFoundError, StaleError.
        """
        row = await surveys.get(self.session, self.survey_id, self.scope, lock=True)
        if self.expected_version is not None and row.version != self.expected_version:
            raise StaleError("调查已被他人修改，请重新读取后再操作。", params={"current_version": row.version})
        return row

    async def audit(self, row: SurveyRow, action: str, **detail: object) -> None:
        """Write the deed's audit row: ids, codes, counts and versions only."""
        await self.session.flush()
        await record(
            self.session,
            company=row.company,
            action=f"{action}_survey",
            at=self.now,
            resource_type=SUBJECT,
            resource_id=row.id,
            detail={"version": row.version, **detail},
        )


def governing_of(desk: SurveyDesk, row: SurveyRow) -> Governing:
    """The revision that was in force when the survey was drafted."""
    return desk.governances.of_revision(row.company, row.policy_version, row.drafted_at)


def questionnaire_of(governing: Governing, row: SurveyRow) -> Questionnaire:
    """The questions in the version that the survey asks."""
    return governing.chapter.surveys.questionnaires[row.questionnaire]


def subject_of(row: SurveyRow) -> Subject:
    """The survey as its clocks know it."""
    return Subject(
        type=SUBJECT,
        id=row.id,
        company=row.company,
        matter_id=row.matter_id,
        routing=row.routing,
        customer_id=None,
        title=row.questionnaire,
    )
