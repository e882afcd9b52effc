"""Whose a list is that stands where ours would be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from projectlists.structure.migration import belongs_to_others
from projectlists.structure.shapes import FieldShape, ListShape

TITLE = FieldShape("Title", "Text", "Titel", built_in=True)
OURS = FieldShape("DueDate", "DateTime", "Deadline")
THEIRS = FieldShape("Wijk", "Text", "Wijk")
WANTED = ListShape("Actions", "Actielijst", "", fields=(TITLE, OURS))


@pytest.mark.parametrize(
    ("fields", "rows", "others"),
    [
        ((TITLE,), 0, False),  # an interrupted run got no further than the list
        ((TITLE, OURS), 5, False),
        ((TITLE, OURS, THEIRS), 5, False),
        ((TITLE, THEIRS), 0, True),
        ((TITLE,), 1, True),
    ],
)
def test_whose_a_list_is(fields: tuple[FieldShape, ...], rows: int, others: bool) -> None:
    assert belongs_to_others(WANTED, replace(WANTED, fields=fields, row_count=rows)) is others
