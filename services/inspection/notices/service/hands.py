"""Who may take a step: posts of the pack, never the department concerned, never whoever had a part in it."""

from uuid import UUID

from services.inspection.notices.errors import (
    NoticeFourEyesError,
    NoticeHeadRequiredError,
    NoticeOwnDepartmentError,
    NoticePostError,
    NoticeVerifiedByDepartmentError,
    NoticeVerifiedByIssuerError,
    NoticeVerifiedByMenderError,
)
from services.inspection.notices.service.work import NoticeWork
from shared.access.principal import Principal, Standing


def is_of(principal: Principal, department: str, *, with_lines: bool = False) -> bool:
    """Whether the person, or somebody deputised for, belongs to the department; `with_lines`: or is in charge of it."""
    standings: tuple[Principal | Standing, ...] = (principal, *principal.acting)
    if any(one.department == department for one in standings):
        return True
    return with_lines and any(department in one.lines for one in standings)


def check_hands(principal: Principal, department: str, posts: list[str]) -> None:
    """Raises: NoticeOwnDepartmentError, NoticePostError."""
    if is_of(principal, department):
        raise NoticeOwnDepartmentError("责任部门的人员不得处理本部门的整改通知书。")
    if not any(principal.holds(post) for post in posts):
        raise NoticePostError("现行规章规定该操作由其他岗位执行。")


def check_department(principal: Principal, department: str) -> None:
    """The department itself mends.  Raises: NoticeHeadRequiredError."""
    if not is_of(principal, department):
        raise NoticeHeadRequiredError("该操作由责任部门的人员执行。")


def keep_away(principal: Principal, *staff_ids: UUID | None) -> None:
    """Raises: NoticeFourEyesError if the person is one of them."""
    if any(principal.is_self(staff_id) for staff_id in staff_ids):
        raise NoticeFourEyesError("参与整改或复核的人不得处理本步骤。")


def check_verifier(principal: Principal, work: NoticeWork) -> None:
    """Another inspector verifies.

    Raises: NoticeVerifiedByIssuerError, NoticeVerifiedByDepartmentError, NoticeVerifiedByMenderError, NoticePostError.
    """
    row = work.row
    if principal.is_self(row.issued_by):
        raise NoticeVerifiedByIssuerError("整改情况须由签发人以外的检查人员复核。")
    if is_of(principal, row.department, with_lines=True):
        raise NoticeVerifiedByDepartmentError("整改情况须由责任部门及其分管领导以外的人员复核。")
    if any(principal.is_self(one) for one in menders(work)):
        raise NoticeVerifiedByMenderError("整改情况须由整改人以外的人员复核。")
    check_hands(principal, row.department, work.posts(work.terms.verified_by))


def menders(work: NoticeWork) -> tuple[UUID | None, ...]:
    """Whoever had a part in the mending of this round."""
    turn = work.round
    return (turn.planned_by, turn.responsible_id, turn.mended_by, work.row.responsible_id)
