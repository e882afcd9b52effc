"""The far end's time: runs like the wall clock, from any moment it is set to."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Time of the tenant. `set` moves it; from then on it runs at normal speed."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self.offset_seconds = offset_seconds

    def now(self) -> datetime:
        """The tenant's time, aware, in UTC."""
        return datetime.fromtimestamp(time.time(), UTC) + timedelta(seconds=self.offset_seconds)

    def set(self, moment: datetime) -> None:
        """Let the tenant's time go on from `moment` (aware)."""
        self.offset_seconds = (moment - datetime.fromtimestamp(time.time(), UTC)).total_seconds()
