"""Which sources fit a fact: in the order that they say, the first decides, marks are weighed one by one."""

from typing import Any

import pytest

from services.incentive.policy_proposals import Proposals
from services.incentive.proposals.rules.matching import fitting, values_of

PROMISED = {"limit": {"budget": 1}, "clause": "c"}


def terms(**sources: dict[str, Any]) -> Proposals:
    made = {code: {"name": code, "proposes": "p", "clause": "c", **said} for code, said in sources.items()}
    said: dict[str, Any] = {"raised_by": ["gm"], "confirmed_by": ["gm"], "evidence_types": ["image/png"], "clause": "c"}
    return Proposals.model_validate({**said, "sources": made, "confirmed": PROMISED})


MARKS = "consequences.mark"
PACK = terms(
    zz_tier={"fact": "sla.breached", "position": 1, "where": {"tier": ["vip", "key"], "is_aim": ["false"]}},
    any={"fact": "sla.breached", "position": 2, "where": {"is_aim": ["false"]}},
    mishandled={"fact": "found", "position": 3, "where": {MARKS: ["mishandled"]}},
    either={"fact": "found", "position": 4, "where": {MARKS: ["leak", "mishandled"]}},
    untold={"fact": "found", "position": 5, "where": {"grade": ["none"]}},
    late={"fact": "found", "position": 6},
)


@pytest.mark.parametrize(
    ("fact", "payload", "expected"),
    [
        ("sla.breached", {"tier": "vip", "is_aim": False}, ["zz_tier"]),
        ("sla.breached", {"tier": "general", "is_aim": False}, ["any"]),
        ("sla.breached", {"tier": None, "is_aim": True}, []),
        ("found", {"consequences": [{"mark": "mishandled"}], "grade": "1"}, ["mishandled"]),
        (
            "found",
            {"consequences": [{"mark": "mishandled"}, {"mark": "leak"}], "grade": "1"},
            ["mishandled", "either"],
        ),
        ("found", {"consequences": [], "grade": None}, ["untold"]),
        ("other", {}, []),
    ],
)
def test_the_first_source_that_fits_decides(fact: str, payload: dict[str, Any], expected: list[str]) -> None:
    assert [one.code for one in fitting(fact, payload, PACK)] == expected


def test_the_order_survives_a_store_that_sorts_its_keys() -> None:
    said = PACK.model_dump(mode="json")
    stored = Proposals.model_validate({**said, "sources": dict(sorted(said["sources"].items()))})
    assert [code for code, _ in stored.ordered] == [code for code, _ in PACK.ordered]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a", ("1",)),
        ("b", ("true",)),
        ("gone", ("none",)),
        ("list", ("x", "y")),
        ("rows.mark", ("m", "none")),
        ("a.deeper", ("none",)),
    ],
)
def test_values_are_read_as_codes(path: str, expected: tuple[str, ...]) -> None:
    payload = {"a": 1, "b": True, "list": ["x", "y"], "rows": [{"mark": "m"}, {}]}
    assert values_of(payload, path) == expected
