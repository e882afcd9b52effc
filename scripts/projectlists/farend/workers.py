"""Work on many things at once, a few at a time: memory holds those in hand, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

Thing = TypeVar("Thing")
Found = TypeVar("Found")
WORKERS = 8
"""How many sites are worked on at once; all share one pace (`pace.py`)."""
MOST_WORKERS = 32
"""More do not make a tenant answer faster."""


def as_done(
    work: Callable[[Thing], Found], things: Iterable[Thing], workers: int = WORKERS
) -> Iterator[tuple[Thing, Found]]:
    """Each thing with what came of it, in the order in which they are done; at most `workers` are in hand.

    An error of `work` ends it: what is in hand is finished, nothing new is begun.
    """
    left = iter(things)
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        busy: dict[Future[Found], Thing] = {pool.submit(work, thing): thing for thing in islice(left, max(1, workers))}
        while busy:
            for future in wait(busy, return_when=FIRST_COMPLETED).done:
                thing = busy.pop(future)
                found = future.result()
                busy |= {pool.submit(work, following): following for following in islice(left, 1)}
                yield thing, found
