"""One pace for all sites of a run: it waits when the service says so, and slows down before (sharepoint-rest.md §1.6).

The client's limiter stops everybody for `Retry-After` and eases off on a high health score. It knows neither the budget
of resource units, of which the service speaks from 80 % of it on, nor the refusals inside a batch; both are added here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock

from office365.runtime.http.throttling import RateLimiter

from projectlists.farend.refusals import seconds_to_wait

HEALTH_THRESHOLD = 7
"""X-SharePointHealthScore runs from 0 to 10; the client's default of 80 never fires (§9.2.18)."""
UNITS = 2.0
"""Resource units of one operation: REST has no published cost, "usually more" than Graph's 1 for a read (§1.6)."""
MINUTE = 60.0
SHARE = 0.9
"""How much of a budget is used: the rest is for whoever else works in the tenant as this app."""
KNOWN_BUDGETS = (1250.0, 2500.0, 3750.0, 5000.0, 6250.0)
"""Units a minute by the size of a tenant (§1.6). Which one holds is seen from 80 % of it on: each is neared slowly."""
_NEAR, _PAST, _AT_ONCE = 0.7, 0.9, 0.1
_UNDER_WAY = 0.3
"""How much of a known budget may be on its way: what is answered late counts in another minute than it was sent in."""
_GRAIN = 0.05
_LONGEST_NAP = 1.0
"""What others hear meanwhile counts for who waits, too."""


@dataclass(frozen=True)
class Budget:
    """What may still be asked for. Pure: moments are seconds of one clock.

    `limit` is the service's number of units a minute, None while it has not spoken of one; `left` is what this run may
    spend until `until`, `opens` when the next request may go. Without a limit `used` counts from `until` less a minute,
    and `proven` is the largest known budget that turned out not to be the one. `parts` are the processes that share it.
    """

    parts: int = 1
    limit: float | None = None
    left: float = 0.0
    until: float = 0.0
    opens: float = 0.0
    used: float = 0.0
    proven: float = 0.0

    def wait(self, units: float, in_flight: float, now: float) -> float:
        """Seconds until so many units may be asked for; 0 for now. `in_flight` is what is not answered yet."""
        if self.limit is not None and in_flight > 0 and in_flight + units > _UNDER_WAY * self.limit / self.parts:
            return _GRAIN
        if now >= self.until:
            return 0.0
        if self.limit is None:
            budget = self._neared()
            crowded = in_flight > 0 and in_flight + units > _AT_ONCE * budget
            return _GRAIN if budget and crowded else 0.0
        if self.left < units and self.left < self._whole(self.limit):
            return self.until - now
        return max(0.0, self.opens - now)

    def spent(self, units: float, now: float) -> Budget:
        """After asking for so many units."""
        if self.limit is None:
            fresh = replace(self, used=0.0, until=now + MINUTE) if now >= self.until else self
            return replace(fresh, used=fresh.used + units)
        fresh = replace(self, left=self._whole(self.limit), until=now + MINUTE) if now >= self.until else self
        # What is left is spread over the rest of the minute: a steady stream, no rush and no standstill.
        pause = units / max(fresh.left, units) * (fresh.until - now)
        return replace(fresh, left=fresh.left - units, opens=max(fresh.opens, now) + pause)

    def untold(self, in_flight: float) -> Budget:
        """After answers without a word of a budget: those that they came past do not hold. What is on its way is not
        an answer yet.
        """
        answered = (self.used - in_flight) * self.parts
        past = [budget for budget in KNOWN_BUDGETS if answered > _PAST * budget]
        return replace(self, proven=max([self.proven, *past]))

    def told(self, limit: float, remaining: float, reset: float, in_flight: float, now: float) -> Budget:
        """After the service said how much of its budget is left, and for how many seconds."""
        left = (remaining - in_flight * self.parts - (1 - SHARE) * limit) / self.parts
        return replace(self, limit=limit, left=max(0.0, left), until=now + reset, opens=now)

    def _whole(self, limit: float) -> float:
        return SHARE * limit / self.parts

    def _neared(self) -> float:
        """The known budget that this minute's use comes near to, 0 for none."""
        used = self.used * self.parts
        near = (budget for budget in KNOWN_BUDGETS if budget > self.proven and _NEAR * budget <= used)
        return next(near, 0.0) / self.parts


class Pace:
    """The pace of one run at SharePoint. `parts` is the number of processes that share the budget, as shards do.

    `limiter` belongs on every client: it hears what whole answers say.
    """

    def __init__(
        self,
        parts: int = 1,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.limiter = RateLimiter(health_threshold=HEALTH_THRESHOLD, min_interval=1, clock=clock, sleep=sleep)
        self._clock = clock
        self._sleep = sleep
        self._lock = Lock()
        self._budget = Budget(parts)
        self._in_flight = 0.0
        self._closed_until = 0.0

    def admit(self, operations: int) -> None:
        """Wait until a request with so many operations may go; `settle` says that it was answered."""
        units = UNITS * operations
        while True:
            with self._lock:
                now = self._clock()
                wait = self._wait(units, now)
                if wait <= 0:
                    self._budget = self._budget.spent(units, now)
                    self._in_flight += units
                    return
            self._sleep(min(wait, _LONGEST_NAP))

    def settle(self, operations: int, answers: Iterable[tuple[int, Mapping[str, str]]]) -> None:
        """Take in what the answers inside a request say: status and headers of each, none when there was no answer."""
        with self._lock:
            now = self._clock()
            self._in_flight -= UNITS * operations
            last: tuple[float, float, float] | None = None
            for status, headers in answers:
                last = _budget_of(headers) or last
                if status in {429, 503}:
                    self._closed_until = max(self._closed_until, now + seconds_to_wait(headers))
            if last is not None:
                self._budget = self._budget.told(*last, in_flight=self._in_flight, now=now)
            elif self._budget.limit is None:
                self._budget = self._budget.untold(self._in_flight)

    @property
    def pause(self) -> float:
        """Seconds until the next request may go; 0 when nothing holds it up."""
        with self._lock:
            return self._wait(UNITS, self._clock())

    def _wait(self, units: float, now: float) -> float:
        closed = max(self._closed_until, float(self.limiter.snapshot().next_available_at))
        return max(0.0, closed - now, self._budget.wait(units, self._in_flight, now))


def _budget_of(headers: Mapping[str, str]) -> tuple[float, float, float] | None:
    """Limit, remaining and reset, when all three are there and make sense."""
    found = {name.lower(): value for name, value in headers.items()}
    try:
        limit, remaining, reset = (float(found[f"ratelimit-{name}"]) for name in ("limit", "remaining", "reset"))
    except (KeyError, ValueError):
        return None
    return (limit, remaining, reset) if limit > 0 and remaining >= 0 and reset >= 0 else None
