"""Every state × verb of the handling flow, from a table in the words of domain.md 1 to 4."""

import pytest

from services.complaint.cases.errors import StepNotAllowedError
from services.complaint.cases.rules import ALLOWED, STOPS, Action, ComplaintState, next_state

STATES = ("received", "acknowledged", "assessed", "planned", "agreed", "resolved", "closed", "merged")
ROWS = {
    # verb: what it leads to from each state above; "." stays, "-" is refused
    "acknowledge": "acknowledged - - - - - - -",
    "assess": "- assessed - - - - - -",
    "plan": "- planned planned planned - - - -",
    "agree": "- - - agreed - - - -",
    "progress": "- . . . . - - -",
    "pause": ". . . . . - - -",
    "resume": ". . . . . - - -",
    "resolve": "- resolved resolved resolved resolved - - -",
    "close": "- - - - - closed - -",
    "reopen": "- - - - - received received -",
    "refuse": "- - - - - received received -",
    "invite": "- - - - - . . -",
    "accept": "- - - - - . . -",
    "report": "- - - - - . . -",
    "holding_reply": ". . . . . - - -",
    "consult": ". . . . . - - -",
    "answer_external": ". . . . . . . -",
    "regrade": ". . . . . - - -",
    "transfer": ". . . . . - - -",
    "link_customer": ". . . . . . . .",
    "emergency_step": ". . . . . . . .",
}
CELLS = [(verb, state, result) for verb, row in ROWS.items() for state, result in zip(STATES, row.split(), strict=True)]


def test_the_table_names_every_state() -> None:
    assert set(STATES) == {state.value for state in ComplaintState}
    assert set(ALLOWED) == set(Action)


@pytest.mark.parametrize(("verb", "state", "result"), CELLS)
def test_state_and_verb(verb: str, state: str, result: str) -> None:
    before, action = ComplaintState(state), Action(verb)
    if result == "-":
        with pytest.raises(StepNotAllowedError):
            next_state(before, action)
    else:
        assert next_state(before, action) == (state if result == "." else result)


@pytest.mark.parametrize(
    ("verb", "metrics"),
    [
        ("acknowledge", {"response"}),
        ("assess", {"assessment"}),
        ("plan", {"plan"}),
        ("agree", {"agreement"}),
        ("progress", {"progress"}),
        ("resolve", {"assessment", "plan", "resolution", "holding"}),
        ("invite", {"acceptance"}),
        ("report", {"report"}),
        ("answer_external", {"external_answer"}),
    ],
)
def test_which_promise_a_verb_answers(verb: str, metrics: set[str]) -> None:
    assert set(STOPS[Action(verb)]) == metrics
