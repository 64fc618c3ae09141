"""The draw: exact, always within one of the share, the same for the same seed."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from services.callback.calls.rules.draws import SCALE, drawn_until, is_drawn, offset_of, stratum_name

shares = st.integers(1, 1_000).flatmap(lambda den: st.tuples(st.integers(0, den), st.just(den)))
seeds = st.text(min_size=1, max_size=20)


@given(share=shares, seed=seeds, name=seeds, count=st.integers(1, 400))
def test_the_share_is_at_every_moment_within_one(share: tuple[int, int], seed: str, name: str, count: int) -> None:
    numerator, denominator = share
    offset, drawn = offset_of(seed, name), 0
    for position in range(1, count + 1):
        drawn += is_drawn(position, numerator, denominator, offset)
        assert abs(Fraction(drawn) - Fraction(position * numerator, denominator)) < 1
        assert drawn == drawn_until(position, numerator, denominator, offset)


@given(share=shares, offset=st.integers(0, SCALE - 1), position=st.integers(1, 10**12))
def test_it_is_the_published_formula(share: tuple[int, int], offset: int, position: int) -> None:
    ratio, u = Fraction(*share), Fraction(offset, SCALE)
    expected = (position * ratio + u).__floor__() > ((position - 1) * ratio + u).__floor__()
    assert is_drawn(position, *share, offset) is expected


@given(position=st.integers(1, 10**9), offset=st.integers(0, SCALE - 1))
def test_all_and_none_are_exact(position: int, offset: int) -> None:
    assert is_drawn(position, 1, 1, offset)
    assert not is_drawn(position, 0, 1, offset)


def test_the_seed_and_the_stratum_give_u() -> None:
    name = stratum_name("chaohu", "repair", "vip", "2011.1")
    assert name == "chaohu/repair/vip/2011.1"
    assert offset_of("seed", name) == offset_of("seed", name)
    assert len({offset_of("seed", name), offset_of("other", name), offset_of("seed", name + "x")}) == 3
    first = [is_drawn(n, 3, 10, offset_of("gasdesk-chaohu-2011", name)) for n in range(1, 1001)]
    assert first == [is_drawn(n, 3, 10, offset_of("gasdesk-chaohu-2011", name)) for n in range(1, 1001)]
    assert sum(first) in (299, 300, 301)
