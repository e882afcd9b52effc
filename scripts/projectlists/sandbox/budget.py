"""SharePoint's budget of resource units per minute (sharepoint-rest.md §1.6)."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

# REST has no published cost, "usually more" than Graph's 1 for a single read.
UNITS_PER_OPERATION: Final = 2
_WINDOW_SECONDS: Final = 60.0
_WARNING_SHARE: Final = 0.8


@dataclass(frozen=True)
class Charge:
    """What one operation did to the budget. `headers` belong on the answer, refused or not."""

    refused: bool
    headers: tuple[tuple[str, str], ...]


class Budget:
    """Counts units in windows of a minute. What is refused is not charged.

    A request that carries a batch costs nothing itself: its operations are charged one by one. The time is the
    machine's, so that moving the tenant's clock does not give units back.
    """

    def __init__(self, units_per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.units_per_minute = units_per_minute
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._started = monotonic()
        self._used = 0

    def charge(self, units: int) -> Charge:
        """Spend units on an operation, or refuse it when they are not there any more."""
        with self._lock:
            now = self._monotonic()
            if now - self._started >= _WINDOW_SECONDS:
                self._started, self._used = now, 0
            refused = self._used + max(units, 1) > self.units_per_minute
            if not refused:
                self._used += units
            if self._used < _WARNING_SHARE * self.units_per_minute and not refused:
                return Charge(refused=False, headers=())
            reset = str(math.ceil(self._started + _WINDOW_SECONDS - now))
            remaining = 0 if refused else self.units_per_minute - self._used
            headers = [
                ("RateLimit-Limit", str(self.units_per_minute)),
                ("RateLimit-Remaining", str(remaining)),
                ("RateLimit-Reset", reset),
            ]
            return Charge(refused, (("Retry-After", reset), *headers) if refused else tuple(headers))
