"""Headings to columns (guide.md §2.0.12). Pure.

In order: what the mapping file says, a column's own title in either language, a synonym, a synonym inside the heading
or the other way round, a spelling that is close. What stands below the heading decides between columns that fit
as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import IntEnum
from typing import TypeAlias

from projectlists.definitions.model import ListDefinition, ListField
from projectlists.exporting.table import FILE_HEADING, KEY_HEADING, NUMBER_HEADING
from projectlists.farend.wire import FILE
from projectlists.importing import numbers
from projectlists.importing.words import holds, normal, stem

CLOSE = 0.85
"""How alike two spellings are before one is offered for the other."""
_FITS = 0.5
_DONE = frozenset({"gereed", "klaar", "af", "gedaan", "afgerond", "done", "ready"})
"""Headings that mean the state when there is a yes or no below them."""
_FILES = frozenset({normal(FILE_HEADING.nl), normal(FILE_HEADING.en), "filename", "naam bestand", "naam van bestand"})
"""Headings above the names of files."""
Fit = Callable[[ListField, int], float]
"""The share of the filled cells of a column of the sheet that a column of the list can read."""


class Strength(IntEnum):
    """How sure a heading is; from `SYNONYM` on nobody needs to be asked."""

    CLOSE = 1
    PART = 2
    INSIDE = 3
    SYNONYM = 4
    TITLE = 5
    SAID = 6


_Offer: TypeAlias = tuple[Strength, float, int, ListField, int]
"""How sure, how well the contents fit, an order, the column of the list, and the column of the sheet."""


@dataclass(frozen=True)
class Match:
    """One column of a sheet and the column of the list it goes to."""

    column: int
    heading: str
    field: str
    strength: Strength

    @property
    def sure(self) -> bool:
        """Whether it is what the definition itself says."""
        return self.strength >= Strength.SYNONYM


@dataclass(frozen=True)
class ColumnMapping:
    """What the columns of a table mean.

    `key` is the column with the keys of an export, `file` that with the names of the files of a library; `left_out`
    holds the headings that go nowhere.
    """

    matches: tuple[Match, ...]
    left_out: tuple[str, ...] = ()
    key: int | None = None
    file: Match | None = None

    def as_json(self) -> dict[str, str]:
        """Heading → internal name (contract.md §3)."""
        return {match.heading: match.field for match in (*([self.file] if self.file else []), *self.matches)}


class Headings:
    """The headings that the columns of one list answer to."""

    def __init__(self, definition: ListDefinition, said: Mapping[str, str | None] | None = None) -> None:
        self.definition = definition
        self._said = {normal(heading): name for heading, name in (said or {}).items()}
        self._fields = [field for field in definition.fields if field.type != "Calculated" and not field.managed]
        self._skipped = {
            normal(text)
            for field in definition.fields
            if field not in self._fields
            for text in (field.title.nl, field.title.en)
        } | {normal(NUMBER_HEADING.nl), normal(NUMBER_HEADING.en)}
        self._titles: dict[str, list[ListField]] = {}
        self._synonyms: dict[str, list[ListField]] = {}
        for field in self._fields:
            for text in (field.title.nl, field.title.en, field.name):
                _add(self._titles, normal(text), field)
            for text in field.synonyms:
                _add(self._synonyms, normal(text), field)
                _add(self._synonyms, stem(normal(text)), field)

    def known(self, heading: str) -> bool:
        """Whether a heading is one that somebody declared: a mapping, a title or a synonym."""
        text = normal(heading)
        return bool(
            text
            and (
                text in self._said
                or text in self._titles
                or text in self._synonyms
                or stem(text) in self._synonyms
                or text == KEY_HEADING
                or (text in _FILES and self.definition.kind == "library")
            )
        )

    def mapping(self, headings: Sequence[str], fit: Fit = lambda _field, _column: 1.0) -> ColumnMapping:
        """The best use of each heading; each column of the list is filled from one column of the sheet."""
        key = next((at for at, heading in enumerate(headings) if normal(heading) == KEY_HEADING), None)
        file = self._file(headings)
        offers = [
            (strength, fit(field, column), -column, field, column)
            for column, heading in enumerate(headings)
            if column not in {key, file and file.column}
            and normal(heading)
            and not heading.casefold().startswith(KEY_HEADING)
            for field, strength in self._candidates(normal(heading))
        ]
        # A title is believed whatever stands below it; what only resembles must also hold what the column takes.
        offers = [offer for offer in offers if offer[0] >= Strength.TITLE or offer[1] >= _FITS or _strong(offer)]
        named = {offer[3].name for offer in offers if offer[0] >= Strength.SYNONYM}

        def believed(offer: _Offer) -> tuple[int, Strength, float, int]:
            strength, share, order, field, _column = offer
            # "Belang" above nothing but classes means the class, unless another heading says that it is that.
            scale = numbers.is_scale(field) and share == 1 and field.name not in named and strength < Strength.SYNONYM
            return 4 if scale and strength >= Strength.PART else _believed(strength, share), strength, share, order

        offers.sort(key=believed, reverse=True)
        taken: dict[int, Match] = {}
        used: set[str] = set()
        for strength, _share, _order, field, column in offers:
            if column not in taken and field.name not in used:
                taken[column] = Match(column, headings[column].strip(), field.name, strength)
                used.add(field.name)
        left_out = tuple(
            heading.strip()
            for column, heading in enumerate(headings)
            if heading.strip() and column not in taken and column not in {key, file and file.column}
        )
        return ColumnMapping(tuple(taken[column] for column in sorted(taken)), left_out, key, file)

    def _file(self, headings: Sequence[str]) -> Match | None:
        """The column that tells which document of a library a row is about."""
        if self.definition.kind != "library":
            return None
        for column, heading in enumerate(headings):
            text = normal(heading)
            if self._said.get(text, FILE if text in _FILES else None) == FILE:
                return Match(column, heading.strip(), FILE, Strength.SAID if text in self._said else Strength.TITLE)
        return None

    def _candidates(self, text: str) -> list[tuple[ListField, Strength]]:
        if text in self._said:
            field = self.definition.field(self._said[text] or "")
            return [(field, Strength.SAID)] if field else []
        if text in self._skipped and text not in self._titles:
            return []
        found = dict.fromkeys((field.name for field in self._titles.get(text, ())), Strength.TITLE)
        for spelling in (text, stem(text)):
            for field in self._synonyms.get(spelling, ()):
                found.setdefault(field.name, Strength.SYNONYM)
        for words, fields in [*self._titles.items(), *self._synonyms.items()]:
            strength = _likeness(text, words)
            for field in fields if strength else ():
                found[field.name] = max(strength or Strength.CLOSE, found.get(field.name, Strength.CLOSE))
        if text in _DONE and self.definition.status:
            found.setdefault(self.definition.status.field, Strength.PART)
        return [(field, found[field.name]) for field in self._fields if field.name in found]


def _add(index: dict[str, list[ListField]], text: str, field: ListField) -> None:
    if field not in index.setdefault(text, []):
        index[text].append(field)


def _likeness(heading: str, words: str) -> Strength | None:
    if len(words) >= 3 and holds(heading, words):
        return Strength.INSIDE
    if len(heading) >= 3 and holds(words, heading):
        return Strength.PART
    if min(len(heading), len(words)) >= 5 and abs(len(heading) - len(words)) <= 3:
        alike = SequenceMatcher(None, heading, words)
        if alike.quick_ratio() >= CLOSE and alike.ratio() >= CLOSE:
            return Strength.CLOSE
    return None


def _strong(offer: _Offer) -> bool:
    """A synonym is only doubted when nothing below it can be read."""
    return offer[0] == Strength.SYNONYM and offer[1] > 0


def _believed(strength: Strength, share: float) -> int:
    """A heading with the right contents comes before a better heading with the wrong ones."""
    return 3 if strength >= Strength.TITLE else 2 if share >= _FITS else 1


def headings_known(headings: Headings, cells: Iterable[str]) -> int:
    """How many of these cells are declared headings."""
    return sum(headings.known(cell) for cell in cells)
