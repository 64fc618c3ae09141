"""The section of the pack refuses what could not be planned."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.inspection.policy import InspectionChapter
from services.inspection.policy_programme import Pace, PlanLevel, Programme
from tests.support.packs import PACKS, shipped


def programme(code: str = "xxx-gas") -> Programme:
    chapter = shipped(code).chapters["inspection"]
    assert isinstance(chapter, InspectionChapter)
    return chapter.programme


@pytest.mark.parametrize("code", PACKS)
def test_every_pack_plans_as_the_regulation_says(code: str) -> None:
    levels = programme(code).levels
    month = {level: levels[level].plans[Pace.MONTH].occasions for level in PlanLevel}
    assert all(any(one.every is Pace.MONTH for one in occasions) for occasions in month.values())
    themed = levels[PlanLevel.COMPANY].plans[Pace.QUARTER].occasions
    assert any(one.kind == "themed" and one.every is Pace.QUARTER for one in themed)


def _changed(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    said = programme().model_dump(mode="json")
    place: Any = said
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return said


COMPANY_MONTH = ("levels", "company", "plans", "month", "occasions")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*COMPANY_MONTH, 0, "departments"), []),
        ((*COMPANY_MONTH, 0, "every"), "year"),
        ((*COMPANY_MONTH, 0, "code"), "unannounced"),
        ((*COMPANY_MONTH, 0, "themes"), ["nowhere"]),
        ((*COMPANY_MONTH, 0, "from_day"), 28),
        (("levels", "team", "inspectors"), []),
        (("levels", "company", "planned_by"), []),
        (("levels", "company", "approved_by"), []),
        (("moves", "days_beyond"), 400),
    ],
)
def test_a_programme_that_cannot_be_planned_is_refused(path: tuple[str | int, ...], value: object) -> None:
    Programme.model_validate(programme().model_dump(mode="json"))
    with pytest.raises(ValidationError):
        Programme.model_validate(_changed(path, value))
