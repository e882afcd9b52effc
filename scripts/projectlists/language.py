"""Dutch and English: texts of definitions, and the words of the program itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal, get_args

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LCID: dict[Language, int] = {"nl": 1043, "en": 1033}

_FOLDER = Path(__file__).parent / "locale"
_current: Language = "en"
_JOINERS = {"\u200c", "\u200d"}  # part of some scripts and of emoji, and harmless
_WHITE = {"Cc", "Zl", "Zp", "Zs"}
_LAYOUT = {"\n", "\t"} | _JOINERS
_UNSEEN = {"Cf", "Cs", "Cn"}


@dataclass(frozen=True)
class Text:
    """One text in both languages."""

    # A plain dataclass, which the models take as well, so that help need not wait for pydantic.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    nl: str
    en: str

    def in_language(self, language: Language) -> str:
        """The text in one language."""
        return self.nl if language == "nl" else self.en


def from_lcid(lcid: int) -> Language:
    """The language of a site by its LCID (1043 is Dutch); every other site is served in English."""
    return "nl" if lcid == LCID["nl"] else "en"


def use(language: Language) -> None:
    """Choose the language of the program's own words. The command line does so once."""
    global _current  # noqa: PLW0603 - one process talks to one person
    _current = language


def current() -> Language:
    """The language of the program's own words."""
    return _current


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Let the words of the program be in another language for a while: a report speaks that of its site."""
    before = _current
    use(language)
    try:
        yield
    finally:
        use(before)


@cache
def catalogue(language: Language) -> dict[str, str]:
    """English sentence → sentence in `language`, from `locale/<language>.po`."""
    if language == "en":
        return {}
    from babel.messages.pofile import read_po  # noqa: PLC0415 - English needs no catalogue

    with (_FOLDER / f"{language}.po").open("rb") as file:
        entries = read_po(file, locale=language)
    return {entry.id: entry.string for entry in entries if isinstance(entry.id, str) and isinstance(entry.string, str)}


def _(sentence: str) -> str:
    """The program's own sentence in the language in use; English when there is no translation."""
    return catalogue(_current).get(sentence) or sentence


def day_in_words(day: date, language: Language | None = None) -> str:
    """A date as people write it: `4-12-2026`, in English `4 December 2026` (guide.md §6.2).

    In `language`, or in that of the program's own words.
    """
    from babel.dates import format_date  # noqa: PLC0415 - help must not wait for it

    language = language or current()
    return format_date(day, "d-M-y" if language == "nl" else "d MMMM y", locale=language)


def plain(text: str) -> str:
    """Somebody's text on one line: no line breaks, control characters or signs that turn the reading direction."""
    characters = (" " if unicodedata.category(sign) in _WHITE else sign for sign in text)
    kept = (sign for sign in characters if sign in _JOINERS or unicodedata.category(sign) not in _UNSEEN)
    return " ".join("".join(kept).split())


def visible(text: str) -> str:
    """A text for a terminal, in its own lines and columns: no signs that move it, colour it or turn the reading
    direction. What other people typed may stand in any sentence.
    """
    shown = (sign for sign in text if sign in _LAYOUT or unicodedata.category(sign) not in _UNSEEN | {"Cc"})
    return "".join(shown)
