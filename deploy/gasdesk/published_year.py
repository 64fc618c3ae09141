"""A year of holidays and shifted workdays as the State Council publishes it, typed by a person into a file."""

from datetime import date

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from shared.sla.definition import CalendarDefinition
from shared.sla.holidays import publish_year


class PublishedYear(BaseModel):
    """Dates that are off although the week says work, and dates that are worked although it says off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int
    closed: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()

    @field_validator("closed", "worked")
    @classmethod
    def _within_the_year(cls, days: tuple[date, ...], info: ValidationInfo) -> tuple[date, ...]:
        stray = [day.isoformat() for day in days if day.year != info.data.get("year")]
        if stray:
            raise ValueError(f"不在该年内的日期: {', '.join(stray)}")
        return days

    def applied_to(self, known: CalendarDefinition) -> CalendarDefinition:
        """The calendar with this year in the place of the guess."""
        closed: dict[date, tuple[str, ...]] = dict.fromkeys(self.closed, ())
        return publish_year(known, self.year, closed | dict.fromkeys(self.worked, known.workday_windows()))
