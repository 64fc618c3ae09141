"""What every step on a member needs: the call, the locked rows, what the pack makes of it, and its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.customer.groups import events, repository
from services.customer.groups.errors import MemberStaleError, MemberStateError, NoGroupError
from services.customer.groups.models import MemberChangeRow
from services.customer.groups.rules import (
    Birthday,
    KindSource,
    MemberAct,
    MemberState,
    birthday,
    judge,
    place_of,
)
from services.customer.groups.service.sizing import recount
from services.customer.policy import CHAPTER, CustomerChapter
from services.customer.policy_groups import Members
from services.customer.registry.models import CustomerRow, MemberRow
from services.customer.registry.rules.rights import Writer
from services.customer.registry.rules.vocabulary import Party
from services.customer.registry.service import changing
from shared.audit.trail import record
from shared.events import outbox
from shared.ids import new_id
from shared.policy.book import Policy


@dataclass(frozen=True, slots=True)
class GroupCall:
    """Who works on the members of which group, by which pack, when."""

    session: AsyncSession
    companies: Sequence[str]
    actor_id: UUID | None
    """None for a job."""
    terms: Members | None
    group_id: UUID
    now: datetime
    writer: Writer
    """What the person's posts may write."""


def terms_of(policy: Policy) -> Members | None:
    """`members` of the customer chapter."""
    return policy.chapter_as(CHAPTER, CustomerChapter).members


@dataclass(slots=True)
class MemberWork:
    """One step under way on a member of a locked group."""

    call: GroupCall
    group: CustomerRow
    row: MemberRow
    from_kind: str | None
    from_rank: str | None
    greeted: Birthday | None

    def ensure(self, state: MemberState) -> None:
        """The member is still there, or has left.  Raises: MemberStateError."""
        if self.row.state != state:
            raise MemberStateError("该成员已离开集团" if self.row.state == MemberState.LEFT else "该成员仍在集团中")

    def judge(self) -> None:
        """Let the pack say what the member is, by what the row says now."""
        row = self.row
        place = place_of(row.duty, row.unit_place, row.department, row.own_rank)
        verdict = judge(
            self.call.terms, place, kind=row.kind, source=KindSource(row.kind_source), own_rank=row.own_rank
        )
        row.kind, row.kind_source = verdict.kind, verdict.source.value
        row.derived_kind, row.derived_by = verdict.derived_kind, verdict.derived_by
        row.circle, row.is_served, row.rank = verdict.circle, verdict.is_served, verdict.rank
        row.is_settled = True

    async def finish(
        self,
        act: MemberAct,
        *,
        reason: str | None = None,
        on: date | None = None,
        is_counted: bool = False,
        is_one_of_many: bool = False,
    ) -> MemberRow:
        """Write history, size and audit, and publish the facts.

        `is_counted` where the group's size may differ; of many, the caller counts the group once at the end.
        """
        call, row = self.call, self.row
        call.session.add(
            MemberChangeRow(
                id=new_id(),
                company=row.company,
                member_id=row.id,
                group_id=row.group_id,
                act=act.value,
                at=call.now,
                on_date=on,
                actor_id=call.actor_id,
                from_kind=self.from_kind,
                to_kind=row.kind,
                from_rank=self.from_rank,
                to_rank=row.rank,
                reason=reason,
            )
        )
        await call.session.flush()
        if not is_one_of_many and (is_counted or row.kind != self.from_kind):
            await resize(call, self.group, always=is_counted)
        facts = [events.member_changed(row, self.group, act, call.now)]
        greeted = greeted_on(row)
        if greeted != self.greeted:
            facts.append(events.birthday(row, self.group, greeted, call.now))
        await outbox.add(call.session, *facts)
        await record(
            call.session,
            company=row.company,
            action=f"group_member.{act.value}",
            at=call.now,
            resource_type="group_member",
            resource_id=row.id,
            detail={"version": row.version, "kind": row.kind, "group_id": str(row.group_id)},
        )
        return row


async def resize(call: GroupCall, group: CustomerRow, *, always: bool) -> None:
    """Count the group anew; it gets a new version where its size differs, or `always`."""
    if await recount(call.session, group, call.terms) or always:
        await changing.changed(call.session, group, call.now, ["members"])


def greeted_on(row: MemberRow) -> Birthday | None:
    """The member's birthday as it is published."""
    return birthday(
        born_on=row.born_on,
        is_lunar=row.is_lunar_birthday,
        state=row.state,
        is_served=row.is_served,
        circle=row.circle,
        customer_id=row.customer_id,
    )


async def group_of(call: GroupCall) -> CustomerRow:
    """The group, locked.  Raises: CustomerNotFoundError, NoGroupError."""
    group = await changing.locked(call.session, call.group_id, call.companies)
    if group.party != Party.GROUP:
        raise NoGroupError("没有这个集团客户")
    return group


async def take(call: GroupCall, member_id: UUID, expected: int) -> MemberWork:
    """Lock group and member, and guard the version.

    Raises: CustomerNotFoundError, NoGroupError, MemberNotFoundError, MemberStaleError.
    """
    group = await group_of(call)
    row = await repository.lock_member(call.session, call.group_id, member_id, call.companies)
    if row.version != expected:
        raise MemberStaleError("请重新读取后再修改", params={"current_version": row.version})
    work = MemberWork(call, group, row, row.kind, row.rank, greeted_on(row))
    row.version += 1
    return work
