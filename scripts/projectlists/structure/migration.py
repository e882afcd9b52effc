"""Changing a list that holds rows already: whose it is, and what becomes of its choices (guide.md §2.0.2). Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from projectlists.structure import formula
from projectlists.structure.shapes import FieldShape, ListShape


@dataclass(frozen=True)
class ChoicesBetween:
    """What lies between the choices a column offers and those it must offer.

    `relabelled` are earlier labels that rows may have, each with the present one: those the column still offers, and
    those of a choice that it does not offer yet, for it may be one that was retired and comes back.
    `added` are choices that people made themselves.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    differ: bool
    relabelled: tuple[tuple[str, str], ...]
    added: tuple[str, ...]


def choices_between(wanted: FieldShape, found: FieldShape) -> ChoicesBetween:
    """Compare the choices of one column; what people added makes no difference."""
    ours, theirs = wanted.choices or (), found.choices or ()
    present = dict(wanted.renamed)
    relabelled = tuple(
        (earlier, label) for earlier, label in wanted.renamed if earlier in theirs or (theirs and label not in theirs)
    )
    known = {*ours, *present, *wanted.withdrawn}
    return ChoicesBetween(
        before=theirs,
        after=ours,
        differ=bool(ours) and [label for label in theirs if label in known] != list(ours),
        relabelled=relabelled,
        added=tuple(label for label in theirs if label not in known) if ours else (),
    )


def without_earlier(wanted: FieldShape, found: FieldShape) -> tuple[str, ...]:
    """What a column must offer in the end: ours, then what people added; no earlier label is left."""
    return (*(wanted.choices or ()), *choices_between(wanted, found).added)


def readable(wanted: ListShape, found: ListShape) -> ListShape:
    """The list as found, its formulas read with the titles that the columns must have.

    What is still unknown then is a title from before a change, which a formula does not survive.
    """
    names = {spelling: shape.name for shape in wanted.fields for spelling in (shape.name, shape.title) if spelling}
    return replace(
        found,
        validation=_read(found.validation, names),
        fields=tuple(
            replace(shape, formula=_read(shape.formula, names), validation=_read(shape.validation, names))
            for shape in found.fields
        ),
    )


def _read(found: str | None, names: Mapping[str, str]) -> str | None:
    return formula.normalised(found, names) if found else found


def names_one_of(spelled: str | None, columns: Collection[str]) -> bool:
    """Whether a formula, with internal names in brackets, reads one of these columns."""
    return any(f"[{name}]" in (spelled or "") for name in columns)


def belongs_to_others(wanted: ListShape, found: ListShape) -> bool:
    """Whether the list at our address was made by somebody else: it has none of our columns, and has its own or rows.

    One that was only just made by an interrupted run has none of ours either, but nothing else.
    """
    ours = {shape.name for shape in wanted.fields if not shape.built_in}
    if any(shape.name in ours for shape in found.fields):
        return False
    return found.row_count > 0 or any(not shape.built_in for shape in found.fields)
