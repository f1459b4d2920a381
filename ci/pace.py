"""How long cells may take: limits that fit the machine."""

import time
from functools import cache

_REFERENCE_SECONDS = 0.25
"""What the computation below takes where the limits were set, with something to spare."""


def allowed(seconds: int) -> int:
    """The limit for what may take that long on an ordinary machine: longer where this one is slow or busy."""
    return round(seconds * _slowness())


@cache
def _slowness() -> float:
    """How many times slower than an ordinary machine this one is now; at least 1."""
    start = time.perf_counter()
    sum(number * number for number in range(2_000_000))
    return max(1.0, (time.perf_counter() - start) / _REFERENCE_SECONDS)
