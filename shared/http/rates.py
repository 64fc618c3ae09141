"""How often one address may knock at a door without login: a bucket of tokens for each, in this process's memory."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

from shared.access.errors import TooManyAttemptsError

CLIENT_HEADER = "x-gasdesk-client"
"""The caller's address, set by the gateway alone: it drops what callers send under this name."""
_MOST_TRACKED = 20_000
_NETWORK = 64
"""Bits of an IPv6 address that one subscriber has."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Rates:
    """Lets each key through `burst` times at once and then `per_minute` times a minute."""

    def __init__(self, *, burst: int, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        """`now` counts seconds."""
        self.burst = burst
        self._rate = per_minute / 60
        self._now = now
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str) -> None:
        """Count one.  Raises: TooManyAttemptsError with the seconds to wait."""
        now = self._now()
        bucket = self._buckets.setdefault(key, _Bucket(self.burst, now))
        self._buckets.move_to_end(key)
        while len(self._buckets) > _MOST_TRACKED:
            self._buckets.popitem(last=False)
        bucket.tokens = min(float(self.burst), bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.tokens < 1:
            raise TooManyAttemptsError(math.ceil((1 - bucket.tokens) / self._rate))
        bucket.tokens -= 1


def client_of(request: Request) -> str:
    """Whom to count a request for: the caller's address as the gateway saw it, of IPv6 its network."""
    address = request.headers.get(CLIENT_HEADER) or (request.client.host if request.client else "unknown")
    try:
        is_wide = isinstance(ip_address(address), IPv6Address)
    except ValueError:
        return address[:64]
    return str(ip_network(f"{address.partition('%')[0]}/{_NETWORK}", strict=False)) if is_wide else address
