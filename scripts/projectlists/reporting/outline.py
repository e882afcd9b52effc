"""What a report consists of, whatever it is written as: sections with sentences, pictures and tables. Pure data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from projectlists.language import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Colour = Literal["green", "amber", "red", "grey"]
SEVERITY: dict[Colour, int] = {"grey": 0, "green": 1, "amber": 2, "red": 3}
"""Which of two lights is the worse."""
Audience = Literal["team", "wide"]
"""`team`: the project's own team. `wide`: anybody who can see the site (guide.md §2.0.11, §6.6)."""


@dataclass(frozen=True)
class Table:
    """Rows of texts under headings. `numeric` are the columns that are read as figures, from 0."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Picture:
    """A picture and what it says to somebody who cannot see it. `key` is unique in a report, in ASCII letters."""

    key: str
    caption: str
    alt: str
    draw: Callable[[], Figure] = field(repr=False)


@dataclass(frozen=True)
class Section:
    """One subject. `legend`: the tables explain the numbers in the pictures, so they are shown open."""

    key: str
    title: str
    sentences: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    legend: bool = False


@dataclass(frozen=True)
class KeyNumber:
    """One of the few figures at the top. `alert` asks for attention, in words as well."""

    name: str
    value: str
    note: str = ""
    alert: bool = False


@dataclass(frozen=True)
class Light:
    """One aspect of GROTIK: what was last reported, what the lists suggest and why (guide.md §1.6, §2.11 G-S3).

    `proposal` is None where the lists say nothing about it.
    """

    aspect: str
    name: str
    reported: Colour | None
    proposal: Colour | None
    reason: str


@dataclass(frozen=True)
class Report:
    """One project on one day."""

    project: str
    url: str
    language: Language
    as_of: date
    audience: Audience
    notice: str
    numbers: tuple[KeyNumber, ...]
    lights: tuple[Light, ...]
    sections: tuple[Section, ...]
