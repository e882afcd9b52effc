"""Numbers, euros and percentages as people write them (guide.md §2.0.12, §6.2). Pure."""

from __future__ import annotations

import re

from projectlists.definitions.model import ListField
from projectlists.importing.grid import Raw
from projectlists.importing.words import normal

_MULTIPLES = {"k": 1_000, "dzd": 1_000, "duizend": 1_000, "m": 1_000_000, "mln": 1_000_000, "mio": 1_000_000}
_MULTIPLES |= {"miljoen": 1_000_000, "million": 1_000_000, "thousand": 1_000}
_AMOUNT = re.compile(
    r"(?P<open>\()?\s*(?P<before>-)?\s*(?:€|eur|euro)?\s*(?P<sign>[-+])?\s*(?P<digits>\d[\d.,' \u00a0]*?)"
    r"(?:,-{1,2}|,=)?\s*(?P<multiple>" + "|".join(sorted(_MULTIPLES, key=len, reverse=True)) + r")?\.?"
    r"\s*(?:€|eur|euro)?\s*(?P<after>-)?\s*(?P<percent>%|procent|percent)?\s*(?P<close>\))?",
    re.IGNORECASE,
)
SCALE = {
    **dict.fromkeys(("laag", "klein", "gering", "low", "l"), 1),
    **dict.fromkeys(("midden", "middel", "gemiddeld", "matig", "medium", "middle", "m"), 3),
    **dict.fromkeys(("hoog", "groot", "high", "h"), 5),
    **dict.fromkeys(("zeer hoog", "zeer groot", "very high"), 5),
    **dict.fromkeys(("zeer laag", "zeer klein", "very low"), 1),
}
"""guide.md §2.0.12: laag/midden/hoog is 1/3/5 on a scale of five."""


def is_percentage(field: ListField) -> bool:
    """Whether a column counts from 0 to 100."""
    return (field.minimum, field.maximum) == (0, 100)


def is_scale(field: ListField) -> bool:
    """Whether a column is a class from 1 to 5."""
    return (field.minimum, field.maximum) == (1, 5)


def number_of(cell: Raw, field: ListField, *, fractions: bool = False) -> float | None:
    """The number a cell means in a column; None when it means none.

    `fractions`: the whole column holds parts of one, as Excel keeps percentages, so 0.4 is 40.
    """
    number, percent = _number(cell)
    if number is None:
        return SCALE.get(normal(cell)) if is_scale(field) and isinstance(cell, str) else None
    if is_scale(field):
        return _class(number * 100 if fractions and not percent else number, percent or fractions)
    if is_percentage(field) and fractions and not percent:
        number = round(number * 100, 9)
    return number


def are_fractions(cells: list[Raw], field: ListField) -> bool:
    """Whether a column's numbers are parts of one: none above 1, and not only whole numbers on a scale of five."""
    numbers = [number for number, percent in map(_number, cells) if number is not None and not percent]
    if not numbers or max(numbers) > 1 or min(numbers) < 0:
        return False
    broken = any(not number.is_integer() for number in numbers)
    return broken or (is_percentage(field) and 1.0 in numbers)


def _class(number: float, percent: bool) -> float:
    """A class from 1 to 5; of a percentage its band of twenty (0-20, 20-40, …)."""
    return number if not percent else float(min(5, max(1, -(-number // 20) if number else 1)))


def _number(cell: Raw) -> tuple[float | None, bool]:
    """The number in a cell, and whether a percent sign stands with it."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None, False
    if not isinstance(cell, str):
        return float(cell), False
    found = _AMOUNT.fullmatch(cell.strip())
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None, False
    number = _digits(found["digits"])
    if number is None:
        return None, False
    if found["multiple"]:
        number *= _MULTIPLES[found["multiple"].lower()]
    minus = found["before"] or found["sign"] == "-" or found["after"] or found["open"]
    return round(-number if minus else number, 9), bool(found["percent"])


def _digits(text: str) -> float | None:
    """Digits with points and commas: of two kinds the last is the decimal one; a point before three digits is none."""
    plain = re.sub(r"[' \u00a0]", "", text).rstrip(".,")
    if "," in plain and "." in plain:
        thousands = "." if plain.rfind(",") > plain.rfind(".") else ","
        plain = plain.replace(thousands, "").replace(",", ".")
    elif plain.count(",") > 1 or re.fullmatch(r"\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(",", "").replace(".", "")
    else:
        plain = plain.replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return None
