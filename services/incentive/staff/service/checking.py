"""What speaks against an appointment or a change: one list of rules for the single doors and for the import."""

from collections.abc import Iterator

from services.incentive.staff.errors import AppointmentNotAllowedError, OwnStandingError, UnknownStaffCodeError
from services.incentive.staff.service.recording import StaffEntry, Writer, may_rule
from shared.errors import DomainError
from shared.policy.model import CommonChapter


def mistakes(writer: Writer, before: StaffEntry | None, after: StaffEntry) -> Iterator[tuple[str, DomainError]]:
    """Pointer and refusal of all that is wrong; codes that stay are not asked again.

    Codes exist, whoever is appointed or moved stands below the writer and in the writer's departments.
    """
    common, appointer = writer.common, writer.appointer
    held = () if before is None else before.posts
    for place, post in enumerate(after.posts):
        if post not in common.posts and post not in held:
            yield f"/posts/{place}", UnknownStaffCodeError.at_pointer(f"/posts/{place}")
    yield from _unknown_places(common, before, after)
    if not appointer.may_place(after.department):
        yield "/department", AppointmentNotAllowedError("只能在本人负责的部门内任命")
    is_moved = before is None or before.standing != after.standing
    if is_moved and not may_rule(writer, {*held, *after.posts}):
        yield "/posts", AppointmentNotAllowedError("只能任免本部门且低于本人级别的岗位")
    lines_before = () if before is None else before.lines
    if set(lines_before) != set(after.lines) and not appointer.is_company_wide:
        yield "/lines", AppointmentNotAllowedError("分管部门由服务管理办公室维护")


def own_standing(before: StaffEntry, after: StaffEntry) -> tuple[str, DomainError] | None:
    """The refusal where somebody's own standing would change, at the first field that differs."""
    if before.standing == after.standing:
        return None
    named = ("state", "posts", "department", "team", "superior_id", "lines")
    field = next(name for name in named if getattr(before, name) != getattr(after, name))
    return f"/{field}", OwnStandingError("本人的岗位、部门、上级和状态须由他人变更")


def _unknown_places(
    common: CommonChapter, before: StaffEntry | None, after: StaffEntry
) -> Iterator[tuple[str, DomainError]]:
    for name, known in (("department", common.departments), ("team", common.teams)):
        code = getattr(after, name)
        if code is not None and code not in known and (before is None or code != getattr(before, name)):
            yield f"/{name}", UnknownStaffCodeError.at_pointer(f"/{name}")
    for place, line in enumerate(after.lines):
        if line not in common.departments and (before is None or line not in before.lines):
            yield f"/lines/{place}", UnknownStaffCodeError.at_pointer(f"/lines/{place}")
