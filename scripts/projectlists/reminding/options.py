"""How the job is asked to run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from projectlists.farend.workers import WORKERS

Progress = Callable[[str, int, int], None]
"""Hears what is counted, how many are done, and of how many."""


@dataclass(frozen=True)
class Options:
    """How to run. `days` is for a dry run only; `maximum` is the number of mails above which all are held back.

    `moment` is the local time of day, for sites that want no mail before some hour; None when the day is a chosen one.
    """

    today: date
    moment: time | None = None
    dry_run: bool = False
    days: int = 1
    maximum: int | None = None
    force: bool = False
    workers: int = WORKERS
