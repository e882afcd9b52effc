"""What the operators and functions of column formatting do with values (see `expressions`)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime, format_time

from projectlists.sandbox.sharepoint.display import date_pattern

_SHOWN_MEMBERS = ("title", "lookupValue", "url")
"""What stands for a person, a lookup or a link when the whole is shown as text."""
_LONGEST_PADDING = 1_000


class ExpressionError(ValueError):
    """An expression, or a formatter, that cannot be read or evaluated; the message says what."""


class LocalMoment(datetime):
    """A date of the list with the locale to show it in; its zone is the site's."""

    locale: Locale = Locale("en")


def local_moment(moment: datetime, zone: tzinfo, locale: Locale) -> LocalMoment:
    """An aware moment in the site's zone, shown in a locale."""
    here = moment.astimezone(zone)
    made = LocalMoment(
        here.year, here.month, here.day, here.hour, here.minute, here.second, tzinfo=here.tzinfo, fold=here.fold
    )
    made.locale = locale
    return made


def apply(name: str, values: Sequence[Any]) -> Any:
    """The result of an operator or function. Raises ExpressionError on a wrong number of values, or nonsense."""
    function = FUNCTIONS[name]
    try:
        return function(*values)
    except (TypeError, ValueError, OverflowError, IndexError, AttributeError):
        raise ExpressionError(f"'{name}' cannot work with these values") from None


def truth(value: Any) -> bool:
    """Whether a value counts as true: not empty, not zero, not NaN."""
    return bool(value) and not (isinstance(value, float) and math.isnan(value))


def text(value: Any) -> str:
    """A value as text: whole numbers without a point, people by name, several with commas."""
    match value:
        case None:
            shown = ""
        case bool():
            shown = "true" if value else "false"
        case float():
            shown = _number_text(value)
        case LocalMoment():
            shown = f"{_day(value)} {_time(value)}"
        case Mapping():
            shown = text(next((value[name] for name in _SHOWN_MEMBERS if name in value), ""))
        case list():
            shown = ", ".join(text(one) for one in value)
        case _:
            shown = str(value)
    return shown


def number(value: Any) -> float:
    """A value as number: 0 when empty, milliseconds for a date, NaN for what is none."""
    match value:
        case None | "" | []:
            return 0.0
        case datetime():
            return value.timestamp() * 1000
        case bool() | int() | float():
            return float(value)
        case str():
            try:
                return float(value)
            except ValueError:
                return math.nan
    return math.nan


def _number_text(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if value.is_integer() else repr(value)


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, str | Mapping | list) and isinstance(right, str | Mapping | list):
        return text(left) == text(right)
    if left in {None, ""} if not isinstance(left, Mapping | list) else False:
        return right is None or right == "" or number(right) == 0
    return number(left) == number(right)


def _compared(left: Any, right: Any, holds: Callable[[Any, Any], bool]) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return holds(left, right)
    return holds(number(left), number(right))


def _add(left: Any, right: Any) -> Any:
    if any(isinstance(one, str | Mapping | list) for one in (left, right)):
        return text(left) + text(right)
    return number(left) + number(right)


def _divide(left: Any, right: Any) -> float:
    dividend, divisor = number(left), number(right)
    if divisor:
        return dividend / divisor
    return math.nan if not dividend or math.isnan(dividend) else math.copysign(math.inf, dividend)


def _date(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000, UTC)
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moved(value: Any, change: timedelta) -> Any:
    moment = _date(value)
    moved = moment + change
    return local_moment(moved, moment.tzinfo or UTC, moment.locale) if isinstance(moment, LocalMoment) else moved


def _locale(value: datetime) -> Locale:
    return value.locale if isinstance(value, LocalMoment) else Locale("en", "US")


def _day(value: datetime) -> str:
    locale = _locale(value)
    return str(format_date(value, date_pattern(locale), locale=locale))


def _time(value: datetime) -> str:
    return str(format_time(value, "medium", tzinfo=value.tzinfo, locale=_locale(value)))


def _shown(value: Any, show: Callable[[datetime], str]) -> str:
    return show(value) if isinstance(value, datetime) else text(value)


def _long_day(value: datetime) -> str:
    return str(format_datetime(value, "EEE MMM dd yyyy", tzinfo=value.tzinfo, locale="en"))


def _length(value: Any) -> float:
    return float(len(value)) if isinstance(value, list) else float(truth(value))


def _position(holder: Any, wanted: Any) -> float:
    if isinstance(holder, list):
        return float(next((at for at, one in enumerate(holder) if text(one) == text(wanted)), -1))
    return float(text(holder).find(text(wanted)))


def _last_position(holder: Any, wanted: Any) -> float:
    if isinstance(holder, list):
        return float(max((at for at, one in enumerate(holder) if text(one) == text(wanted)), default=-1))
    return float(text(holder).rfind(text(wanted)))


def _joined(values: Any, separator: Any) -> str:
    return text(separator).join(text(one) for one in (values if isinstance(values, list) else [values]))


def _substring(value: Any, start: Any, end: Any) -> str:
    first, last = sorted((max(int(number(start)), 0), max(int(number(end)), 0)))
    return text(value)[first:last]


def _padding(value: Any, length: Any, filler: Any) -> str:
    missing = min(int(number(length)), _LONGEST_PADDING) - len(text(value))
    fill = text(filler)
    return (fill * (missing // len(fill) + 1))[:missing] if fill and missing > 0 else ""


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "equal": _equal,
    "unequal": lambda left, right: not _equal(left, right),
    "less": lambda left, right: _compared(left, right, lambda one, other: one < other),
    "at_most": lambda left, right: _compared(left, right, lambda one, other: one <= other),
    "more": lambda left, right: _compared(left, right, lambda one, other: one > other),
    "at_least": lambda left, right: _compared(left, right, lambda one, other: one >= other),
    "add": _add,
    "subtract": lambda left, right: number(left) - number(right),
    "multiply": lambda left, right: number(left) * number(right),
    "divide": _divide,
    "remainder": lambda left, right: math.fmod(number(left), number(right)) if number(right) else math.nan,
    "negative": lambda value: -number(value),
    "not": lambda value: not truth(value),
    "Number": number,
    "toString": text,
    "Date": _date,
    "abs": lambda value: abs(number(value)),
    "floor": lambda value: float(math.floor(number(value))),
    "ceiling": lambda value: float(math.ceil(number(value))),
    "pow": lambda base, exponent: number(base) ** number(exponent),
    "sin": lambda value: math.sin(number(value)),
    "cos": lambda value: math.cos(number(value)),
    "length": _length,
    "indexOf": _position,
    "lastIndexOf": _last_position,
    "join": _joined,
    "substring": _substring,
    "startsWith": lambda value, start: text(value).startswith(text(start)),
    "endsWith": lambda value, end: text(value).endswith(text(end)),
    "replace": lambda value, old, new: text(value).replace(text(old), text(new), 1),
    "replaceAll": lambda value, old, new: text(value).replace(text(old), text(new)),
    "toLowerCase": lambda value: text(value).lower(),
    "toUpperCase": lambda value: text(value).upper(),
    "padStart": lambda value, length, filler: _padding(value, length, filler) + text(value),
    "padEnd": lambda value, length, filler: text(value) + _padding(value, length, filler),
    "getDate": lambda value: float(_date(value).day),
    "getMonth": lambda value: float(_date(value).month - 1),
    "getYear": lambda value: float(_date(value).year),
    "addDays": lambda value, days: _moved(value, timedelta(days=number(days))),
    "addMinutes": lambda value, minutes: _moved(value, timedelta(minutes=number(minutes))),
    "toLocaleString": lambda value: _shown(value, text),
    "toLocaleDateString": lambda value: _shown(value, _day),
    "toLocaleTimeString": lambda value: _shown(value, _time),
    "toDateString": lambda value: _shown(value, _long_day),
}
