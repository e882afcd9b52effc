"""The small words of mails: clean text, dates, how late, lists of things, and the template environment (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from projectlists.language import Language, plain
from projectlists.rules.calendar import WorkingCalendar

SUBJECT_LENGTH = 60
"""Characters of a subject at most (guide.md §5.4 rule 1)."""


@dataclass(frozen=True)
class Relative:
    """How far a date is: `late`, `today`, `tomorrow`, `coming`, or `date` when there is nothing to add.

    `days` are working days.
    """

    kind: str
    days: int = 0


def shortened(text: str, length: int) -> str:
    """Somebody's text on one line of at most `length` characters, cut at a word."""
    text = plain(text)
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:.") + "…"


def subject(project: str, rest: str) -> str:
    """`Marktplein: 1 actie te laat`, in at most 60 characters; the project's name gives way (guide.md §5.4)."""
    rest = plain(rest)
    room = SUBJECT_LENGTH - len(rest) - 2
    name = shortened(project, room) if room > 1 else ""
    return shortened(f"{name}: {rest}" if name else rest, SUBJECT_LENGTH)


def long_date(day: date, today: date, language: Language) -> str:
    """`vrijdag 4 december`; with the year when it is not this year (guide.md §5)."""
    return format_date(day, "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y", locale=language)


def clock_time(text: str, language: Language) -> str:
    """`19.30 uur` in Dutch, `19:30` in English, for `19:30` (guide.md §6.2); other words stay as people wrote them."""
    words = plain(text).strip()
    found = re.fullmatch(r"0?(\d{1,2}):(\d\d)", words)
    if found is None:
        return words
    hour, minute = found.groups()
    return f"{hour}.{minute} uur" if language == "nl" else f"{hour}:{minute}"


def short_date(day: date, today: date, language: Language) -> str:
    """`4 december`; with the year when it is not this year (guide.md §5.3)."""
    return format_date(day, "d MMMM" if day.year == today.year else "d MMMM y", locale=language)


def relative(day: date, today: date, calendar: WorkingCalendar) -> Relative:
    """How far a date is from today, in working days (guide.md §2.0.7 e).

    Coming days are counted after today up to and including the date: on a Tuesday, Friday is in 3 working days.
    A coming date before the next working day has nothing to add: its name says it (§2.0.7 l).
    """
    if day < today:
        return Relative("late", calendar.between(day, today))
    if day == today:
        return Relative("today")
    if (day - today).days == 1:
        return Relative("tomorrow")
    days = calendar.between(today, day)
    return Relative("coming", days) if days else Relative("date")


@lru_cache(maxsize=16)
def environment(folders: tuple[Path, ...], language: Language, *, escaping: bool) -> Environment:
    """The mail templates of some folders; an earlier folder wins, file by file.

    Filters: `plural(one, many)` chooses by the language's plural rule; `listed` makes "a, b en c"; `lower_first` lets a
    title stand in the middle of a sentence. A template that has changed on disk is read again.
    """
    made = Environment(
        loader=FileSystemLoader([str(folder) for folder in folders]),
        autoescape=escaping,  # noqa: S701 - off for the plain-text twin only
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    locale = Locale.parse(language)

    def plural(count: int, one: str, many: str) -> str:
        return one if locale.plural_form(count) == "one" else many

    def listed(words: Iterable[str]) -> str:
        return format_list([word for word in words if word], locale=locale)

    made.filters.update(plural=plural, listed=listed, lower_first=lambda text: text[:1].lower() + text[1:])
    return made
