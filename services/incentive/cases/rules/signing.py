"""Who signs a step: the chain's signer, who signs otherwise, at last who is not concerned; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.incentive.policy_approvals import Chain, ChainStep, Signer
from shared.access.staff_book import StaffBook


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a case is about, and who has had a part in it already."""

    company: str
    department: str | None
    named_ids: frozenset[UUID]
    is_department: bool
    """The case is about the department itself: none of its own people signs."""
    signed_ids: frozenset[UUID] = frozenset()
    """Who signed in this round."""
    proposed_ids: frozenset[UUID] = frozenset()
    """Who raised or confirmed it: they may give an opinion, not decide."""


@dataclass(frozen=True, slots=True)
class Signatories:
    """Any of these gives the signature."""

    staff_ids: tuple[UUID, ...] = ()
    posts: tuple[str, ...] = ()
    """That they sign in; empty where it is a relation and not a post."""


@dataclass(frozen=True, slots=True)
class Signers:
    """The directory on a date, with the posts that lead the departments."""

    book: StaffBook
    on: date
    lead_posts: Mapping[str, str] = field(default_factory=dict)

    def of_step(self, chain: Chain, step: int, case: Concerned, last_resort: Sequence[str]) -> Signatories:
        """Who signs step `step` (from 1); empty if the company has nobody who is not concerned."""
        wanted = chain.steps[step - 1]
        decides = step == len(chain.steps)
        return self.first_free(self._candidates(wanted, case, last_resort), case, decides=decides)

    def of_posts(self, posts: Iterable[str], case: Concerned) -> Signatories:
        """All who act in one of the posts, who are not concerned and had no part in the decision."""
        free: dict[UUID, None] = {}
        used = []
        for post in posts:
            acting = self._free(self.book.holders(case.company, post, self.on), case, decides=True)
            free.update(dict.fromkeys(acting))
            used += [post] if acting else []
        return Signatories(tuple(free), tuple(used))

    def first_free(
        self, candidates: Iterable[tuple[str | None, Sequence[UUID]]], case: Concerned, *, decides: bool
    ) -> Signatories:
        """The first group in which somebody is free."""
        for post, people in candidates:
            free = self._free(people, case, decides=decides)
            if free:
                return Signatories(free, (post,) if post else ())
        return Signatories()

    def head_of(self, company: str, department: str | None) -> tuple[UUID, ...]:
        """Who leads a department on that date, deputies included."""
        post = self.lead_posts.get(department or "")
        return self.book.holders(company, post, self.on) if post else ()

    def _candidates(
        self, step: ChainStep, case: Concerned, last_resort: Sequence[str]
    ) -> Iterable[tuple[str | None, Sequence[UUID]]]:
        yield self._wanted(step, case)
        for post in (step.otherwise, *last_resort):
            if post is not None:
                yield post, self.book.holders(case.company, post, self.on)

    def _wanted(self, step: ChainStep, case: Concerned) -> tuple[str | None, Sequence[UUID]]:
        if step.signer is Signer.POST:
            return step.post, self.book.holders(case.company, step.post or "", self.on)
        if step.signer is Signer.DEPARTMENT_HEAD:
            return self.lead_posts.get(case.department or ""), self.head_of(case.company, case.department)
        return None, self._in_charge(case)

    def _in_charge(self, case: Concerned) -> Sequence[UUID]:
        """Whose lines name the department, deputies of those away included; else the head's own superior."""
        members = self.book.members(case.company)
        lines = [one for one in members if case.department is not None and case.department in one.lines]
        acting: dict[UUID, None] = {}
        for one in lines:
            standing = self.book.deputies(one.id, self.on)
            if one.is_active and not standing:
                acting[one.id] = None
            acting.update(dict.fromkeys(standing))
        if acting:
            return tuple(acting)
        above = (self.book.superior(head) for head in self.head_of(case.company, case.department))
        return tuple(one for one in above if one is not None)

    def _free(self, people: Sequence[UUID], case: Concerned, *, decides: bool) -> tuple[UUID, ...]:
        return tuple(one for one in people if not self._is_concerned(one, case, decides=decides))

    def _is_concerned(self, staff_id: UUID, case: Concerned, *, decides: bool) -> bool:
        selves = {staff_id, *self.book.acting_for(staff_id, self.on)}
        if selves & case.named_ids or staff_id in case.signed_ids:
            return True
        if decides and selves & case.proposed_ids:
            return True
        if not case.is_department:
            return False
        own = {member.department for one in selves if (member := self.book.get(one)) is not None}
        return case.department in own
