"""Changing a list that holds rows already: whose it is, and what becomes of its choices (guide.md §2.0.2). Pure."""

from __future__ import annotations

from projectlists.structure.shapes import ListShape


def belongs_to_others(wanted: ListShape, found: ListShape) -> bool:
    """Whether the list at our address was made by somebody else: it has none of our columns, and has its own or rows.

    One that was only just made by an interrupted run has none of ours either, but nothing else.
    """
    ours = {shape.name for shape in wanted.fields if not shape.built_in}
    if any(shape.name in ours for shape in found.fields):
        return False
    return found.row_count > 0 or any(not shape.built_in for shape in found.fields)
