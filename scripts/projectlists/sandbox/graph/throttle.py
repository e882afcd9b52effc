"""How much one app may do at once (identity-mail-teams.md §7.6)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from projectlists.sandbox.graph import errors


class Concurrency:
    """Counts the requests of each app that are under way; one more than the limit is refused.

    The stricter reading of the two in §15.9: the limit holds per app, whatever the mailboxes.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def one(self, app_id: str) -> Iterator[None]:
        """Hold one place; raises `ApplicationThrottled` when none is free."""
        with self._lock:
            if self._under_way[app_id] >= self.limit:
                raise errors.application_throttled()
            self._under_way[app_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[app_id] -= 1
