"""Draws, ledger months, limits and the digest: pure."""

from datetime import UTC, datetime
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.complaint.delegation.rules.draws import is_drawn, offset_of
from services.complaint.delegation.rules.ledger import Digest, entry_month, month_before, next_month
from services.complaint.delegation.rules.limits import LimitScope, Usage, weigh
from services.complaint.policy_delegation import AuthorityLimits

PERCENT = st.integers(0, 100)
SEEDS = st.text(min_size=1, max_size=20)


@given(seed=SEEDS, percent=PERCENT, uses=st.integers(0, 400))
def test_any_run_of_uses_is_drawn_by_its_share(seed: str, percent: int, uses: int) -> None:
    offset = offset_of(seed, "permission")
    assert 0 <= offset < 1
    drawn = sum(is_drawn(n, percent, offset) for n in range(1, uses + 1))
    assert abs(drawn - Fraction(percent, 100) * uses) < 1


def test_a_stratum_begins_where_the_seed_says() -> None:
    assert offset_of("a", "x") == offset_of("a", "x")
    assert len({offset_of(seed, stratum) for seed in "abc" for stratum in "xyz"}) == 9


def test_a_use_goes_into_the_next_month_that_is_open() -> None:
    assert entry_month("2026-10", set()) == ("2026-10", False)
    assert entry_month("2026-10", {"2026-10"}) == ("2026-11", True)
    assert entry_month("2026-11", {"2026-11", "2026-12"}) == ("2027-01", True)
    assert (month_before("2026-01"), next_month("2026-12")) == ("2025-12", "2027-01")


LIMITS = AuthorityLimits(
    per_case_fen=100, per_customer_month_fen=150, per_person_month_fen=1000, beyond=("gm",), is_open_setting=True
)


@given(amount=st.integers(1, 300), used=st.integers(0, 300))
def test_limits_count_together(amount: int, used: int) -> None:
    usage = Usage(window_fen=used, window_ids=() if used == 0 else (_ID,), customer_month_fen=used)
    found = weigh(LIMITS, amount, usage)
    assert (LimitScope.CASE in found.exceeded) == (amount > 100)
    assert found.is_split == (used > 0 and amount <= 100 and amount + used > 100)
    assert (LimitScope.CUSTOMER_MONTH in found.exceeded) == (amount + used > 150)
    assert bool(found.split_with) == found.is_split
    assert not found.is_refused
    assert weigh(LIMITS.model_copy(update={"beyond": ()}), amount, usage).is_refused == bool(found.exceeded)


_ID = UUID(int=1)


def test_the_digest_knows_every_change_of_a_line() -> None:
    line = {
        "authorisation_id": _ID, "number": "SQ1", "occurred_at": datetime(2026, 11, 1, tzinfo=UTC),
        "recorded_at": datetime(2026, 11, 1, tzinfo=UTC), "is_late": False, "customer_id": None, "complaint_id": None,
        "order_id": None, "authority": "a", "handler_id": _ID, "department": "d", "decided_post": "p",
        "approved_fen": 1, "executed_fen": 1, "result": "x",
    }  # fmt: skip
    texts = set()
    for changed in ({}, {"executed_fen": 2}, {"result": "y"}, {"is_late": True}, {"order_id": _ID}):
        digest = Digest()
        digest.add([{**line, **changed}])
        texts.add(digest.text)
    assert len(texts) == 5
