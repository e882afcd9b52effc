"""Values and functions of formulas, as a spreadsheet has them.

Values are float, str, bool, or None for blank; dates are day numbers in the site's time (day 1 is 1899-12-31), so that
dates subtract to days.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any

Value = float | str | bool | None
_EPOCH = datetime(1899, 12, 30)


class ResultError(Exception):
    """A calculation that ends in an error value such as `#DIV/0!`, which is the message."""


@dataclass(frozen=True)
class Context:
    """What a formula sees: the row's value of a column, and the present moment in the site's time."""

    cell: Callable[[str], Value]
    now: datetime


Expression = Callable[[Context], Value]


def serial(moment: datetime | date) -> float:
    """A moment of the site's time as a day number."""
    whole = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day)
    return (whole - _EPOCH) / timedelta(days=1)


def moment_of(number: float) -> datetime:
    """The moment of the site's time a day number stands for. Raises ResultError outside the calendar."""
    try:
        return _EPOCH + timedelta(seconds=round(number * 86_400))
    except (OverflowError, ValueError):
        raise ResultError("#NUM!") from None


def number(value: Value) -> float:
    """A value in arithmetic: blank is 0, yes is 1. Raises ResultError for text that is no number."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise ResultError("#VALUE!") from None
    result = float(value or 0)
    if not isfinite(result):
        raise ResultError("#NUM!")
    return result


def text(value: Value) -> str:
    """A value in a text: blank is empty, whole numbers have no point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"{value:.15g}" if isinstance(value, float) else value


def truth(value: Value) -> bool:
    """A value as a condition. Raises ResultError for text."""
    if isinstance(value, str):
        raise ResultError("#VALUE!")
    return bool(value)


def compare(sign: str, left: Value, right: Value) -> bool:
    """Compare two values: text without case; numbers stand before text, text before yes/no; blank is like the other."""
    ranks = _rank(left, right), _rank(right, left)
    return bool(_COMPARE[sign](*ranks))


def _rank(value: Value, other: Value) -> tuple[int, float | str]:
    if value is None:
        value = "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0
    if isinstance(value, bool):
        return 2, float(value)
    return (1, value.casefold()) if isinstance(value, str) else (0, float(value))


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def divide(left: float, right: float) -> float:
    """Divide. Raises ResultError for division by zero."""
    if right == 0:
        raise ResultError("#DIV/0!")
    return left / right


def power(left: float, right: float) -> float:
    """Raise to a power. Raises ResultError when there is no real result."""
    try:
        result = left**right
    except (OverflowError, ZeroDivisionError):
        raise ResultError("#NUM!") from None
    if isinstance(result, complex):
        raise ResultError("#NUM!")
    return float(result)


@dataclass(frozen=True)
class Function:
    """A function: how many arguments it takes, and what it calculates from them."""

    least: int
    most: int
    calculate: Callable[[Context, Sequence[Expression]], Value]


def _if(context: Context, parts: Sequence[Expression]) -> Value:
    if truth(parts[0](context)):
        return parts[1](context)
    return parts[2](context) if len(parts) > 2 else False


def _if_error(context: Context, parts: Sequence[Expression]) -> Value:
    try:
        return parts[0](context)
    except ResultError:
        return parts[1](context)


def _is_error(context: Context, parts: Sequence[Expression]) -> Value:
    try:
        parts[0](context)
    except ResultError:
        return True
    return False


def _asking(test: Callable[[Value], bool]) -> Function:
    """A question about one value; an error value is none of what is asked for, so the answer is no."""

    def answer(context: Context, parts: Sequence[Expression]) -> Value:
        try:
            return test(parts[0](context))
        except ResultError:
            return False

    return Function(1, 1, answer)


def _find(context: Context, parts: Sequence[Expression], *, fold: bool) -> Value:
    wanted, whole = text(parts[0](context)), text(parts[1](context))
    start = int(number(parts[2](context))) - 1 if len(parts) > 2 else 0
    at = whole.lower().find(wanted.lower(), start) if fold else whole.find(wanted, start)
    if at < 0 or start < 0:
        raise ResultError("#VALUE!")
    return float(at + 1)


def _mid(context: Context, parts: Sequence[Expression]) -> Value:
    start, length = int(number(parts[1](context))), int(number(parts[2](context)))
    if start < 1 or length < 0:
        raise ResultError("#VALUE!")
    return text(parts[0](context))[start - 1 : start - 1 + length]


def _end(context: Context, parts: Sequence[Expression], *, left: bool) -> Value:
    length = int(number(parts[1](context))) if len(parts) > 1 else 1
    if length < 0:
        raise ResultError("#VALUE!")
    whole = text(parts[0](context))
    return whole[:length] if left else whole[max(len(whole) - length, 0) :]


def _round(context: Context, parts: Sequence[Expression]) -> Value:
    places = int(number(parts[1](context))) if len(parts) > 1 else 0
    factor = power(10.0, float(max(min(places, 15), -15)))
    value = number(parts[0](context)) * factor
    # Halves go away from zero, unlike Python's round.
    return float(int(abs(value) + 0.5)) * (1 if value >= 0 else -1) / factor


def _date(context: Context, parts: Sequence[Expression]) -> Value:
    year, month, day = (int(number(part(context))) for part in parts)
    month -= 1
    try:
        return serial(date(year + month // 12, month % 12 + 1, 1)) + day - 1
    except (ValueError, OverflowError):
        raise ResultError("#NUM!") from None


def _modulo(context: Context, parts: Sequence[Expression]) -> Value:
    left, right = (number(part(context)) for part in parts)
    if right == 0:
        raise ResultError("#DIV/0!")
    return left % right


def _number_text(value: Value) -> Value:
    return number(value) if value not in {None, ""} else 0.0


def _simple(calculate: Callable[[Value], Value]) -> Function:
    return Function(1, 1, lambda context, parts: calculate(parts[0](context)))


def _many(calculate: Callable[[list[Value]], Value]) -> Function:
    return Function(1, 30, lambda context, parts: calculate([part(context) for part in parts]))


def _numbers(values: Sequence[Value]) -> list[float]:
    return [number(value) for value in values if value is not None] or [0.0]


FUNCTIONS: dict[str, Function] = {
    "IF": Function(2, 3, _if),
    "IFERROR": Function(2, 2, _if_error),
    "ISERROR": Function(1, 1, _is_error),
    "AND": _many(lambda values: all(truth(value) for value in values)),
    "OR": _many(lambda values: any(truth(value) for value in values)),
    "NOT": _simple(lambda value: not truth(value)),
    "ISBLANK": _asking(lambda value: value is None),
    "ISNUMBER": _asking(lambda value: isinstance(value, float)),
    "ISTEXT": _asking(lambda value: isinstance(value, str)),
    "TODAY": Function(0, 0, lambda context, _parts: serial(context.now.date())),
    "NOW": Function(0, 0, lambda context, _parts: serial(context.now)),
    "DATE": Function(3, 3, _date),
    "YEAR": _simple(lambda value: float(moment_of(number(value)).year)),
    "MONTH": _simple(lambda value: float(moment_of(number(value)).month)),
    "DAY": _simple(lambda value: float(moment_of(number(value)).day)),
    "HOUR": _simple(lambda value: float(moment_of(number(value)).hour)),
    "MINUTE": _simple(lambda value: float(moment_of(number(value)).minute)),
    "LEN": _simple(lambda value: float(len(text(value)))),
    "TRIM": _simple(lambda value: " ".join(text(value).split())),
    "UPPER": _simple(lambda value: text(value).upper()),
    "LOWER": _simple(lambda value: text(value).lower()),
    "VALUE": _simple(_number_text),
    "LEFT": Function(1, 2, lambda context, parts: _end(context, parts, left=True)),
    "RIGHT": Function(1, 2, lambda context, parts: _end(context, parts, left=False)),
    "MID": Function(3, 3, _mid),
    "FIND": Function(2, 3, lambda context, parts: _find(context, parts, fold=False)),
    "SEARCH": Function(2, 3, lambda context, parts: _find(context, parts, fold=True)),
    "CONCATENATE": _many(lambda values: "".join(text(value) for value in values)),
    "ABS": _simple(lambda value: abs(number(value))),
    "INT": _simple(lambda value: float(number(value) // 1)),
    "ROUND": Function(1, 2, _round),
    "MOD": Function(2, 2, _modulo),
    "SUM": _many(lambda values: sum(_numbers(values))),
    "MIN": _many(lambda values: min(_numbers(values))),
    "MAX": _many(lambda values: max(_numbers(values))),
    "AVERAGE": _many(lambda values: sum(_numbers(values)) / len(_numbers(values))),
    "COUNT": _many(lambda values: float(sum(isinstance(value, float) for value in values))),
}
