"""Dates, amounts and names as a report writes them, in the language in use (guide.md §6.2). Pure."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from projectlists.definitions.model import ListDefinition
from projectlists.item import Item, Value
from projectlists.language import _, current, plain
from projectlists.mail.wording import shortened

NONE = "–"


def day(moment: date | None) -> str:
    """`4-12-2026`, in English `4 Dec 2026`; a dash when there is none."""
    if moment is None:
        return NONE
    return format_date(moment, "d-M-y" if current() == "nl" else "d MMM y", locale=current())


def long_day(moment: date) -> str:
    """`vrijdag 4 december 2026`."""
    return format_date(moment, "EEEE d MMMM y", locale=current())


def short_day(moment: date) -> str:
    """`4 dec`, for inside a picture."""
    return format_date(moment, "d MMM", locale=current()).replace(".", "")


def month(moment: date) -> str:
    """`dec 2026`, for inside a picture."""
    return format_date(moment, "MMM y", locale=current()).replace(".", "")


def money(amount: float | None) -> str:
    """Whole euros: `€ 1.234`, in English `€ 1,234`; negative `€ -1.234`."""
    return NONE if amount is None else f"€ {format_decimal(round(amount), locale=current())}"


def percent(share: float) -> str:
    """A share of 1 as `12,5 %`, in English `12.5%`."""
    text = format_decimal(round(share * 100, 1), locale=current())
    return f"{text} %" if current() == "nl" else f"{text}%"


def row_number(definition: ListDefinition, item: Item) -> str:
    """What people call a row: `A-12` (guide.md §2.0.5)."""
    return f"{definition.letter}-{item.id}"


def title(item: Item, length: int = 120) -> str:
    """The title of a row on one line."""
    return shortened(item.text("Title"), length) or _("(no title)")


def label(definition: ListDefinition, name: str, value: Value) -> str:
    """A choice, or several, in words; a label that nobody declared stays as it is (guide.md §2.0.2)."""
    field = definition.field(name)
    known = {choice.key: choice.label(current()) for choice in field.choices} if field else {}
    if isinstance(value, tuple):
        return ", ".join(known.get(key, plain(key)) for key in value) or NONE
    return known.get(value, plain(value)) if isinstance(value, str) and value else NONE


def listed(definition: ListDefinition) -> str:
    """The title of a list in the language in use."""
    return definition.title.in_language(current())


def amount(item: Item, name: str) -> float | None:
    """The value of a number or currency column."""
    value = item[name]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
