"""One cell to one value, as people write it (guide.md §2.0.12). Pure.

Nothing is guessed silently: what cannot be read stays empty, its text goes to the row's note, and where it matters the
row becomes doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date, datetime, time, timedelta

from projectlists.definitions.model import Definitions, ListDefinition, ListField
from projectlists.importing import numbers
from projectlists.importing.choices import choice_of, choices_of, truth_of
from projectlists.importing.days import day_of
from projectlists.importing.grid import Raw, as_text, is_empty
from projectlists.importing.people import KnownPeople
from projectlists.importing.words import normal
from projectlists.item import Item, Link, Reference, Value, in_full
from projectlists.language import Language, _

LONGEST_TEXT = 255
"""Characters in a text column (sharepoint-rest.md §4)."""
_ROW_CALL = re.compile(r"([A-Za-z]{1,2})-(\d+)\b.*", re.DOTALL)
_WEEK_HEADING = re.compile(r"\b(week|wk|weeknummer|weeknr)\b")
_CHOICES_SHOWN = 8
"""Choices that are named to somebody who wrote another; of more, the form in SharePoint tells."""


@dataclass(frozen=True)
class Reading:
    """What a cell says. `kept` is text that must not be lost, `doubt` a sentence when somebody should look."""

    value: Value = None
    kept: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Column:
    """How one column of the sheet is read.

    `fractions`: its numbers are parts of one, as Excel keeps percentages.
    """

    heading: str
    field: ListField
    fractions: bool = False

    @property
    def weeks(self) -> bool:
        """Whether a bare number below this heading is a week."""
        return bool(_WEEK_HEADING.search(normal(self.heading)))


@dataclass(frozen=True)
class Reader:
    """Reads the cells of one list. `targets` are the rows of lists that are looked up, by key."""

    definition: ListDefinition
    definitions: Definitions
    language: Language
    today: date
    people: KnownPeople
    targets: Mapping[str, Sequence[Item]] = attribute(default_factory=dict)

    def read(self, column: Column, cell: Raw) -> Reading:  # noqa: PLR0911 - one line a type
        """A filled cell of a column."""
        match column.field.type:
            case "DateTime":
                day = day_of(cell, self.today, weeks=column.weeks)
                return Reading(day) if day else Reading(kept=as_text(cell).strip())
            case "Number" | "Currency":
                return self._number(column, cell)
            case "Boolean":
                truth = truth_of(as_text(cell))
                return self._unread(column, cell) if truth is None else Reading(truth)
            case "Choice":
                return self._choice(column, cell)
            case "MultiChoice":
                return self._choices(column, cell)
            case "User":
                return self._person(column, as_text(cell).strip())
            case "Lookup":
                return self._reference(column, as_text(cell).strip())
            case "URL":
                return self._link(column, as_text(cell).strip())
            case _:
                return self._text(column, cell)

    def share(self, field: ListField, cells: Sequence[Raw]) -> float:
        """The share of filled cells that a column can read, to choose between columns (`headings.Fit`)."""
        filled = [cell for cell in cells if not is_empty(cell)]
        if not filled:
            return 1.0
        return sum(map(self._suits(field), filled)) / len(filled)

    def _suits(self, field: ListField) -> Callable[[Raw], bool]:  # noqa: PLR0911 - one line a type
        match field.type:
            case "DateTime":
                return lambda cell: day_of(cell, self.today, weeks=True) is not None
            case "Number" | "Currency":
                return lambda cell: numbers.number_of(cell, field) is not None
            case "Boolean":
                return lambda cell: truth_of(as_text(cell)) is not None
            case "Choice" | "MultiChoice":
                return lambda cell: bool(choices_of(self.definition, field, as_text(cell))[0])
            case "User":
                return lambda cell: isinstance(cell, str) and len(cell) <= 60 and day_of(cell, self.today) is None
            case "Text" if field.name == "Title":
                return lambda cell: isinstance(cell, str) and not cell.strip().isdigit()
            case _:
                return lambda _cell: True

    def _number(self, column: Column, cell: Raw) -> Reading:
        field = column.field
        number = numbers.number_of(cell, field, fractions=column.fractions)
        if number is None:
            return self._unread(column, cell)
        too_small = field.minimum is not None and number < field.minimum
        if too_small or (field.maximum is not None and number > field.maximum):
            return self._beyond(column, as_text(cell).strip())
        if field.decimals == 0:
            number = round(number)
        return Reading(int(number) if float(number).is_integer() else number)

    def _beyond(self, column: Column, text: str) -> Reading:
        """A number that the column cannot hold, with what it can."""
        least, most = column.field.minimum, column.field.maximum
        if least is None:
            sentence = _("{column}: “{text}” must be {most} or less.")
        elif most is None:
            sentence = _("{column}: “{text}” must be {least} or more.")
        else:
            sentence = _("{column}: “{text}” must be from {least} to {most}.")
        return Reading(kept=text, doubt=sentence.format(**_say(column, text), least=_plain(least), most=_plain(most)))

    def _choice(self, column: Column, cell: Raw) -> Reading:
        field, text = column.field, as_text(cell).strip()
        if isinstance(cell, float | int) and not isinstance(cell, bool) and float(cell) == 1.0:
            text = "100 %" if column.fractions else text
        key = choice_of(self.definition, field, text)
        if key is not None:
            return Reading(key)
        keys, unknown = choices_of(self.definition, field, text)
        if not keys and len(field.choices) <= _CHOICES_SHOWN:
            known = ", ".join(choice.label(self.language) for choice in field.choices)
            sentence = _("{column}: “{text}” is not a choice of this column. Choose from {known}.")
            return Reading(kept=text, doubt=sentence.format(**_say(column, text), known=known))
        if not keys:
            return self._unread(column, cell)
        return Reading(keys[0], kept=text if len(keys) > 1 or unknown else "")

    def _choices(self, column: Column, cell: Raw) -> Reading:
        keys, unknown = choices_of(self.definition, column.field, as_text(cell))
        if not unknown:
            return Reading(keys)
        unread = self._unread(column, ", ".join(unknown))
        return Reading(keys or None, unread.kept, unread.doubt)

    def _person(self, column: Column, text: str) -> Reading:
        called = self.people.called(text)
        kept = ", ".join(called.others)
        if called.person is not None:
            return Reading(called.person, kept)
        if called.everybody:
            return Reading(kept=kept, doubt=_("{column}: “{text}” is not one person.").format(**_say(column, text)))
        if called.unclear:
            return Reading(
                kept=kept,
                doubt=_(
                    "{column}: “{text}” can be more than one person. Write the name in full, or the address."
                ).format(**_say(column, ", ".join(called.unclear))),
            )
        if called.unknown:
            return Reading(
                kept=kept,
                doubt=_("{column}: nobody was found for “{text}”.").format(**_say(column, ", ".join(called.unknown))),
            )
        return Reading()

    def _reference(self, column: Column, text: str) -> Reading:
        key = column.field.lookup or ""
        target, rows = self.definitions.lists[key], self.targets.get(key, ())
        call = _ROW_CALL.fullmatch(text)
        if call and call[1].upper() == target.letter:
            found = [item for item in rows if item.id == int(call[2])]
        else:
            word = normal(text)
            found = [item for item in rows if normal(item.text("Title")) == word]
            found = found or [
                item for item in rows if item.text("ImportKey") and normal(item.text("ImportKey")) == word
            ]
        if len(found) == 1:
            return Reading(Reference(found[0].id, found[0].text("Title")))
        sentence = (
            _("{column}: “{text}” is the title of more than one row of {list}. Write the number, such as {letter}-1.")
            if found
            else _("{column}: “{text}” is not a row of {list}.")
        )
        title = target.title.in_language(self.language)
        return Reading(kept=text, doubt=sentence.format(**_say(column, text), list=title, letter=target.letter))

    def _link(self, column: Column, text: str) -> Reading:
        if re.match(r"https?://\S+$", text, re.IGNORECASE):
            return Reading(Link(text, text))
        if re.match(r"www\.\S+$", text, re.IGNORECASE):
            return Reading(Link(f"https://{text}", text))
        return self._unread(column, text)

    def _text(self, column: Column, cell: Raw) -> Reading:
        text = (
            _time(cell) if isinstance(cell, time | timedelta) or column.field.name.endswith("Time") else as_text(cell)
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        limit = column.field.maximum_length or LONGEST_TEXT
        if column.field.type == "Note":
            return Reading(text)
        text = " ".join(text.split("\n"))
        if len(text) <= limit:
            return Reading(text)
        return Reading(
            f"{text[: limit - 1]}…",
            kept=text,
            doubt=_("{column}: the text is longer than {limit} characters. The rest goes to the note.").format(
                column=column.heading, limit=limit
            ),
        )

    def _unread(self, column: Column, cell: Raw) -> Reading:
        text = as_text(cell).strip()
        if normal(text) in {"", "-", "ntb", "nvt", "onbekend", "tbd"} and column.field.type != "Choice":
            return Reading()
        return Reading(kept=text, doubt=_("{column}: “{text}” cannot be read.").format(**_say(column, text)))


def _time(cell: Raw) -> str:
    """A time of day as `19:30`; other text stays as it is."""
    if isinstance(cell, datetime):
        return f"{cell.hour:02}:{cell.minute:02}"
    if isinstance(cell, float) and 0 <= cell < 1:  # a part of a day, as Excel counts
        return as_text(timedelta(minutes=round(cell * 24 * 60)))
    text = as_text(cell).strip()
    found = re.fullmatch(r"(\d{1,2})[:.u](\d{2})(?: ?(?:uur|u|h))?", text, re.IGNORECASE)
    hour = re.fullmatch(r"(\d{1,2}) ?(?:uur|u)", text, re.IGNORECASE)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return f"{int(found[1]):02}:{found[2]}"
    return f"{int(hour[1]):02}:00" if hour and int(hour[1]) < 24 else text


def _plain(number: float | None) -> str:
    return "" if number is None else in_full(number)


def _say(column: Column, text: str) -> dict[str, str]:
    return {"column": column.heading, "text": text if len(text) <= 60 else f"{text[:59]}…"}
