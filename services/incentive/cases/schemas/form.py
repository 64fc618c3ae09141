"""The approval form, put together from the case, the pack and the directory."""

from collections.abc import Mapping
from uuid import UUID

from services.incentive.cases.schemas.cases import FormSubject, IncentiveApprovalForm, opinion_of, subject_of
from services.incentive.cases.service.reading import WholeCase
from services.incentive.policy import IncentiveGoverning
from services.incentive.policy_catalogue import IncentiveKind, Subject
from services.incentive.schemas import IncentiveAmounts
from services.incentive.staff.models import StaffRow


def named(whole: WholeCase) -> list[UUID]:
    """Everybody whose name stands on the form."""
    return [*whole.case.named_ids, *(one.signer_id for one in whole.signatures)]


def filled(whole: WholeCase, governing: IncentiveGoverning, people: Mapping[UUID, StaffRow]) -> IncentiveApprovalForm:
    """As it is printed; the opinions are those of the present round."""
    case, common = whole.case, governing.policy.common
    posts = {code: one.name for code, one in common.posts.items()}
    departments = {code: one.name for code, one in common.departments.items()}
    provision = governing.chapter.catalogue.provisions[case.provision]
    clause = governing.chapter.clauses[provision.clause]
    signed = {one.step: one for one in whole.signatures if one.round == case.round}
    steps = governing.chapter.approvals.chains[case.chain].steps
    others = [one for one in case.named_ids if str(one) != case.subject]
    return IncentiveApprovalForm(
        number=case.number,
        kind=IncentiveKind(case.kind),
        provision=provision.name,
        clause=clause.text,
        clause_source=clause.source,
        subject=_subject(whole, people, posts, departments),
        others=[subject_of(one, people, posts, departments) for one in others],
        facts=case.facts,
        evidence_digest=case.evidence_digest,
        amounts=IncentiveAmounts.model_validate(case.amounts),
        opinions=[opinion_of(place, one.name, signed.get(place), people) for place, one in enumerate(steps, start=1)],
    )


def _subject(
    whole: WholeCase, people: Mapping[UUID, StaffRow], posts: Mapping[str, str], departments: Mapping[str, str]
) -> FormSubject:
    case = whole.case
    if case.subject_type == Subject.EMPLOYEE.value:
        return subject_of(UUID(case.subject), people, posts, departments)
    name = departments.get(case.subject, case.subject) if case.subject_type == Subject.DEPARTMENT.value else "客户"
    return FormSubject(
        staff_id=None, name=name, posts=[], title=None, department=departments.get(case.department or ""), entry_on=None
    )
