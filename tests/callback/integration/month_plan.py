"""What happens in the simulated month, and how many callbacks each pack's ratio must draw from it: data.

`drawn` is ⌊events · numerator / denominator + u⌋ with u = the first eight bytes of
sha256("<seed>\\n<company>/<business>/<tier>/<revision>") / 2⁶⁴, computed once by plain Python from the regulations'
ratios and the published seeds `gasdesk-<pack>-2011`, never by the code that draws.
"""

from typing import NamedTuple


class Share(NamedTuple):
    """One stratum of the month: how much happens, the pack's ratio, and how many are called back."""

    events: int
    numerator: int
    denominator: int
    drawn: int


REVISION = "2011.1"
WORKS = {
    "repair": ("repair",),
    "emergency": ("emergency_repair",),
    "installation": ("installation",),
    "relocation": ("relocation",),
    "conversion": ("conversion",),
    "inspection": ("safety_inspection",),
    "counter": ("account", "meter_reading", "card_sale", "consultation"),
}
"""Kinds of work by kind of business."""
CASES = {"complaint": ("complaint",), "suggestion": ("suggestion", "opinion")}
"""Kinds of case by kind of business."""


def company_of(pack: str) -> str:
    """The company of the month; its name is part of its strata's."""
    return f"month-{pack}"


def seed_of(pack: str) -> str:
    """As the pack publishes it."""
    return f"gasdesk-{pack}-2011"


# fmt: off
STRATA: dict[str, dict[str, dict[str, Share]]] = {
    "xxx-gas": {
        "vip": {
            "repair": Share(7, 1, 1, 7),
            "emergency": Share(3, 1, 1, 3),
            "installation": Share(3, 1, 5, 1),
            "relocation": Share(3, 1, 5, 1),
            "conversion": Share(3, 1, 5, 0),
            "inspection": Share(11, 1, 20, 1),
            "counter": Share(11, 1, 50, 0),
            "account_opened": Share(3, 1, 10, 0),
            "complaint": Share(2, 1, 1, 2),
            "suggestion": Share(2, 1, 1, 2),
            "ledger": Share(6, 1, 2, 3),
        },
        "general": {
            "repair": Share(71, 3, 10, 21),
            "emergency": Share(11, 1, 2, 6),
            "installation": Share(23, 1, 5, 4),
            "relocation": Share(17, 1, 5, 4),
            "conversion": Share(19, 1, 5, 4),
            "inspection": Share(103, 1, 20, 5),
            "counter": Share(151, 1, 50, 3),
            "account_opened": Share(61, 1, 10, 6),
            "complaint": Share(8, 1, 1, 8),
            "suggestion": Share(5, 1, 1, 5),
        },
    },
    "chaohu": {
        "vip": {
            "repair": Share(7, 1, 1, 7),
            "emergency": Share(3, 1, 1, 3),
            "installation": Share(3, 1, 5, 1),
            "relocation": Share(3, 1, 5, 0),
            "conversion": Share(3, 1, 5, 1),
            "inspection": Share(11, 1, 20, 1),
            "counter": Share(11, 1, 50, 0),
            "account_opened": Share(3, 1, 10, 0),
            "complaint": Share(2, 1, 1, 2),
            "suggestion": Share(2, 1, 1, 2),
            "ledger": Share(6, 1, 1, 6),
        },
        "key": {
            "repair": Share(8, 1, 2, 4),
            "emergency": Share(4, 1, 1, 4),
            "installation": Share(4, 1, 5, 1),
            "relocation": Share(4, 1, 5, 1),
            "conversion": Share(4, 1, 5, 1),
            "inspection": Share(13, 1, 20, 1),
            "counter": Share(13, 1, 50, 1),
            "account_opened": Share(4, 1, 10, 0),
            "complaint": Share(3, 1, 1, 3),
            "suggestion": Share(3, 1, 1, 3),
        },
        "major": {
            "repair": Share(9, 1, 2, 4),
            "emergency": Share(5, 1, 1, 5),
            "installation": Share(5, 1, 5, 1),
            "relocation": Share(5, 1, 5, 1),
            "conversion": Share(5, 1, 5, 1),
            "inspection": Share(15, 1, 20, 1),
            "counter": Share(15, 1, 50, 0),
            "account_opened": Share(5, 1, 10, 1),
            "complaint": Share(4, 1, 1, 4),
            "suggestion": Share(4, 1, 1, 4),
        },
        "general": {
            "repair": Share(71, 3, 10, 21),
            "emergency": Share(11, 1, 2, 6),
            "installation": Share(23, 1, 5, 4),
            "relocation": Share(17, 1, 5, 4),
            "conversion": Share(19, 1, 5, 4),
            "inspection": Share(103, 1, 20, 5),
            "counter": Share(151, 1, 50, 3),
            "account_opened": Share(61, 1, 10, 6),
            "complaint": Share(8, 1, 1, 8),
            "suggestion": Share(5, 1, 1, 5),
        },
    },
    "generic": {
        "special": {
            "repair": Share(7, 1, 1, 7),
            "emergency": Share(3, 1, 2, 2),
            "installation": Share(3, 1, 5, 1),
            "relocation": Share(3, 1, 5, 1),
            "conversion": Share(3, 1, 5, 1),
            "inspection": Share(11, 1, 20, 1),
            "counter": Share(11, 1, 50, 1),
            "account_opened": Share(3, 1, 10, 0),
            "complaint": Share(2, 1, 1, 2),
            "suggestion": Share(2, 1, 1, 2),
            "ledger": Share(6, 1, 1, 6),
        },
        "first": {
            "repair": Share(8, 1, 1, 8),
            "emergency": Share(4, 1, 2, 2),
            "installation": Share(4, 1, 5, 1),
            "relocation": Share(4, 1, 5, 1),
            "conversion": Share(4, 1, 5, 0),
            "inspection": Share(13, 1, 20, 1),
            "counter": Share(13, 1, 50, 0),
            "account_opened": Share(4, 1, 10, 0),
            "complaint": Share(3, 1, 1, 3),
            "suggestion": Share(3, 1, 1, 3),
            "ledger": Share(7, 1, 4, 1),
        },
        "second": {
            "repair": Share(9, 1, 2, 4),
            "emergency": Share(5, 1, 2, 3),
            "installation": Share(5, 1, 5, 1),
            "relocation": Share(5, 1, 5, 1),
            "conversion": Share(5, 1, 5, 1),
            "inspection": Share(15, 1, 20, 1),
            "counter": Share(15, 1, 50, 0),
            "account_opened": Share(5, 1, 10, 0),
            "complaint": Share(4, 1, 1, 4),
            "suggestion": Share(4, 1, 1, 4),
        },
        "third": {
            "repair": Share(71, 3, 10, 21),
            "emergency": Share(11, 1, 2, 6),
            "installation": Share(23, 1, 5, 4),
            "relocation": Share(17, 1, 5, 4),
            "conversion": Share(19, 1, 5, 4),
            "inspection": Share(103, 1, 20, 5),
            "counter": Share(151, 1, 50, 3),
            "account_opened": Share(61, 1, 10, 6),
            "complaint": Share(8, 1, 1, 8),
            "suggestion": Share(5, 1, 1, 5),
        },
    },
    "liaoning": {
        "a_plus": {
            "repair": Share(7, 1, 1, 7),
            "emergency": Share(3, 1, 2, 1),
            "installation": Share(3, 1, 5, 0),
            "relocation": Share(3, 1, 5, 1),
            "conversion": Share(3, 1, 5, 1),
            "inspection": Share(11, 1, 20, 1),
            "counter": Share(11, 1, 50, 1),
            "account_opened": Share(3, 1, 10, 0),
            "complaint": Share(2, 1, 1, 2),
            "suggestion": Share(2, 1, 1, 2),
            "ledger": Share(6, 1, 1, 6),
        },
        "a": {
            "repair": Share(8, 1, 1, 8),
            "emergency": Share(4, 1, 2, 2),
            "installation": Share(4, 1, 5, 1),
            "relocation": Share(4, 1, 5, 1),
            "conversion": Share(4, 1, 5, 1),
            "inspection": Share(13, 1, 20, 1),
            "counter": Share(13, 1, 50, 0),
            "account_opened": Share(4, 1, 10, 0),
            "complaint": Share(3, 1, 1, 3),
            "suggestion": Share(3, 1, 1, 3),
            "ledger": Share(7, 1, 2, 3),
        },
        "b": {
            "repair": Share(9, 1, 2, 5),
            "emergency": Share(5, 1, 2, 3),
            "installation": Share(5, 1, 5, 1),
            "relocation": Share(5, 1, 5, 1),
            "conversion": Share(5, 1, 5, 1),
            "inspection": Share(15, 1, 20, 1),
            "counter": Share(15, 1, 50, 0),
            "account_opened": Share(5, 1, 10, 1),
            "complaint": Share(4, 1, 1, 4),
            "suggestion": Share(4, 1, 1, 4),
            "ledger": Share(8, 1, 4, 2),
        },
        "c": {
            "repair": Share(10, 3, 10, 3),
            "emergency": Share(6, 1, 2, 3),
            "installation": Share(6, 1, 5, 1),
            "relocation": Share(6, 1, 5, 2),
            "conversion": Share(6, 1, 5, 1),
            "inspection": Share(17, 1, 20, 0),
            "counter": Share(17, 1, 50, 0),
            "account_opened": Share(6, 1, 10, 0),
            "complaint": Share(5, 1, 1, 5),
            "suggestion": Share(5, 1, 1, 5),
        },
        "general": {
            "repair": Share(71, 3, 10, 22),
            "emergency": Share(11, 1, 2, 5),
            "installation": Share(23, 1, 5, 4),
            "relocation": Share(17, 1, 5, 3),
            "conversion": Share(19, 1, 5, 3),
            "inspection": Share(103, 1, 20, 5),
            "counter": Share(151, 1, 50, 3),
            "account_opened": Share(61, 1, 10, 6),
            "complaint": Share(8, 1, 1, 8),
            "suggestion": Share(5, 1, 1, 5),
        },
    },
}
# fmt: on
"""Pack → tier → business."""
