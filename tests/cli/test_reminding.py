"""A run in text, from results made by hand."""

from __future__ import annotations

from datetime import date

import pytest

from projectlists.cli.reminding import lines_of
from projectlists.reminding.result import FlipState, MadeOutcome, RemindResult
from tests.rows import shipped

SITE = "https://lindervoort.sharepoint.com/sites/demo"
HTTP = dict.fromkeys(("requests", "operations", "throttled", "retried"), 0)


@pytest.mark.parametrize(
    ("outcome", "number", "reason", "line"),
    [
        ("done", 9, None, "  C-4: next row C-9 (done)"),
        ("preview", None, None, "  C-4: next row (preview)"),
        ("failed", None, "Refused.", "  C-4: next row (failed) Refused."),
    ],
)
def test_a_row_that_comes_again_is_told(outcome: FlipState, number: int | None, reason: str | None, line: str) -> None:
    made = MadeOutcome(SITE, "CommunicationCalendar", 4, number, outcome, reason)
    result = RemindResult(date(2026, 12, 1), (), (), (), (), HTTP, made=(made,))

    assert list(lines_of(result, shipped())) == ["Tuesday 1 December 2026", line]
