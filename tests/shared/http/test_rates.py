"""How often one address may knock."""

import pytest
from starlette.requests import Request

from shared.access.errors import TooManyAttemptsError
from shared.http.rates import Rates, client_of


def test_a_burst_then_so_many_a_minute() -> None:
    seconds = [0.0]
    rates = Rates(burst=3, per_minute=30, now=lambda: seconds[0])
    for _ in range(3):
        rates.take("a")
    with pytest.raises(TooManyAttemptsError) as refused:
        rates.take("a")
    assert refused.value.retry_after == 2
    rates.take("b")
    seconds[0] = 2.0
    rates.take("a")
    with pytest.raises(TooManyAttemptsError):
        rates.take("a")
    seconds[0] = 1000.0
    for _ in range(3):
        rates.take("a")
    with pytest.raises(TooManyAttemptsError):
        rates.take("a")


@pytest.mark.parametrize(
    ("header", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:0:1:ffff::1", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not an address", "not an address"),
        (None, "192.0.2.1"),
    ],
)
def test_a_subscriber_is_one_address_or_one_network(header: str | None, counted: str) -> None:
    headers = [(b"x-gasdesk-client", header.encode())] if header else []
    request = Request({"type": "http", "headers": headers, "client": ("192.0.2.1", 1)})
    assert client_of(request) == counted
