"""Brakes: what holds a run back, what it says, and what small numbers may always do."""

from __future__ import annotations

from projectlists.reminding.brakes import named, too_many_changes


def labels(count: int) -> list[str]:
    return [f"A-{number}" for number in range(1, count + 1)]


def test_more_than_its_share_of_a_list_is_held_and_named() -> None:
    reason = too_many_changes(labels(12), 20, percent=50, minimum=10)
    assert reason is not None
    assert "12 of the 20 rows" in reason
    assert "A-1, A-2, A-3, A-4, A-5, A-6, A-7, A-8, A-9, A-10 and 2 more" in reason
    assert "--force" in reason


def test_the_share_itself_may_change() -> None:
    assert too_many_changes(labels(10), 20, percent=50, minimum=0) is None
    assert too_many_changes(labels(11), 20, percent=50, minimum=0) is not None


def test_a_short_list_may_change_wholly() -> None:
    assert too_many_changes(labels(10), 10, percent=50, minimum=10) is None


def test_rows_are_named_once() -> None:
    assert named(["A-1", "A-1", "B-2"]) == "A-1, B-2"
