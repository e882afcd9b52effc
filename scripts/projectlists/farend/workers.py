"""Work on many things at once, a few at a time: memory holds those in hand, whatever their number."""

from __future__ import annotations

import gc
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


MANY = 25
"""Things after which it pays to have an eye on what they leave behind."""


def _sweep_often() -> None:
    """Have what is left of finished things swept up while the others are worked on.

    The client's objects hold each other in circles, and Python looks for those only when what it keeps has grown by a
    quarter: the whole program counts in that. Set apart, it does not, and is not looked through each time either.
    """
    gc.freeze()
    gc.collect()


def as_done(
    work: Callable[[Thing], Found], things: Iterable[Thing], workers: int = WORKERS
) -> Iterator[tuple[Thing, Found]]:
    """Each thing with what came of it, in the order in which they are done; at most `workers` are in hand.

    An error of `work` ends it: what is in hand is finished, nothing new is begun.
    """
    left = iter(things)
    finished = 0
    try:
        with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
            busy: dict[Future[Found], Thing] = {
                pool.submit(work, thing): thing for thing in islice(left, max(1, workers))
            }
            while busy:
                for future in wait(busy, return_when=FIRST_COMPLETED).done:
                    thing = busy.pop(future)
                    found = future.result()
                    busy |= {pool.submit(work, following): following for following in islice(left, 1)}
                    finished += 1
                    if finished == MANY:
                        _sweep_often()
                    yield thing, found
    finally:
        gc.unfreeze()
