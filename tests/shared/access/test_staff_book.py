"""The book of staff: a company is renewed alone, and the book then says what one made from scratch would."""

from datetime import date
from uuid import UUID

from shared.access.staff_book import Deputy, StaffBook, StaffMember

ON = date(2026, 11, 23)


def member(number: int, company: str, *posts: str, state: str = "active", deputy: int | None = None) -> StaffMember:
    deputies = () if deputy is None else (Deputy(UUID(int=deputy), ON, ON),)
    return StaffMember(UUID(int=number), company, 1, state, posts=posts, deputies=deputies)


NORTH = [member(1, "north", "fitter", deputy=2), member(2, "north", "fitter"), member(3, "north", "clerk")]
SOUTH = [member(4, "south", "fitter", deputy=5), member(5, "south")]


def test_renewing_a_company_leaves_no_trace_of_what_it_was() -> None:
    changed = [member(2, "north", "clerk"), member(3, "north", "clerk", state="left")]
    renewed = StaffBook.of([*NORTH, *SOUTH]).replacing(["north"], changed)
    scratch = StaffBook.of([*SOUTH, *changed])
    assert dict(renewed.by_id) == dict(scratch.by_id)
    assert (renewed.by_company, renewed.by_post, renewed.stands_in) == (
        scratch.by_company,
        scratch.by_post,
        scratch.stands_in,
    )


def test_the_book_that_was_stays_as_it_was() -> None:
    before = StaffBook.of([*NORTH, *SOUTH])
    before.replacing(["north"], [])
    assert before.holders("north", "fitter", ON) == (UUID(int=2),)
    assert before.members("north") == tuple(NORTH)


def test_a_company_of_which_all_are_gone_is_gone() -> None:
    after = StaffBook.of([*NORTH, *SOUTH]).replacing(["north"], [])
    assert after.members("north") == ()
    assert after.get(UUID(int=1)) is None
    assert after.acting_for(UUID(int=5), ON) == (UUID(int=4),)
