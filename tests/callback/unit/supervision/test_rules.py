"""The rules of the interface to supervision centres."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.callback.supervision.errors import CaseLinkError, SupervisionStepNotAllowedError
from services.callback.supervision.rules import ALLOWED, Arrival, SupervisionAct, SupervisionState, check

ARRIVAL = Arrival(source="gov_12345", reference="1", kind="opinion", words="停气")


def test_a_second_arrival_says_the_same_by_source_kind_and_words() -> None:
    later = datetime(2026, 11, 24, tzinfo=UTC)
    same = Arrival(source="gov_12345", reference="1", kind="opinion", words="停气", deadline_at=later)
    assert same.digest == ARRIVAL.digest
    for other in (
        Arrival(source="gov_12345", reference="1", kind="opinion", words="停气了"),
        Arrival(source="gov_12345", reference="1", kind="complaint", words="停气"),
        Arrival(source="regulator", reference="1", kind="opinion", words="停气"),
    ):
        assert other.digest != ARRIVAL.digest


def test_a_case_is_named_by_kind_and_id_together() -> None:
    ARRIVAL.check_case()
    Arrival("s", "1", "opinion", "x", case_type="order", case_id=uuid4()).check_case()
    for half in (Arrival("s", "1", "o", "x", case_type="order"), Arrival("s", "1", "o", "x", case_id=uuid4())):
        with pytest.raises(CaseLinkError):
            half.check_case()


@pytest.mark.parametrize("act", list(SupervisionAct))
@pytest.mark.parametrize("state", list(SupervisionState))
def test_each_step_belongs_to_its_states(act: SupervisionAct, state: SupervisionState) -> None:
    if state in ALLOWED[act]:
        check(act, state.value)
    else:
        with pytest.raises(SupervisionStepNotAllowedError):
            check(act, state.value)
