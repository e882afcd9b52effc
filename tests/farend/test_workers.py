"""Many things a few at a time."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest

from projectlists.farend.workers import MANY, as_done


def test_each_is_done_once_and_given_back_with_its_result() -> None:
    assert sorted(as_done(lambda number: number * number, range(50), 8)) == [(n, n * n) for n in range(50)]


def test_no_more_are_taken_than_are_in_hand() -> None:
    taken = 0

    def things() -> Iterator[int]:
        nonlocal taken
        for number in range(100):
            taken += 1
            yield number

    for done, _found in enumerate(as_done(lambda number: number, things(), 3), start=1):
        assert taken <= done + 3


def test_they_are_worked_on_at_once() -> None:
    together = threading.Barrier(4, timeout=10)
    assert len(list(as_done(lambda _number: together.wait(), range(4), 4))) == 4


def test_an_error_is_not_swallowed() -> None:
    def work(number: int) -> int:
        if number == 3:
            raise ValueError(number)
        return number

    with pytest.raises(ValueError, match="3"):
        list(as_done(work, range(100), 2))


def test_nothing_stays_set_apart() -> None:
    for _thing, _found in as_done(lambda number: number, range(MANY * 2), 4):
        pass
    assert gc.get_freeze_count() == 0
    with pytest.raises(ZeroDivisionError):
        list(as_done(lambda number: 1 // (MANY + 10 - number), range(MANY * 2), 1))
    assert gc.get_freeze_count() == 0
