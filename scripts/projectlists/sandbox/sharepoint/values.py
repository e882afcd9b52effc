"""Values of items per column type: what a client may send, what is kept, what compares, what a client gets.

Kept are: texts; floats; bools; UTC texts (moments.py); ids of people and lookups, a list of them for several; a list of
texts for several choices; `{"Url", "Description"}`. Nothing is None. Source: sharepoint-rest.md §6.3, §6.6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from projectlists.sandbox.sharepoint import moments
from projectlists.sandbox.sharepoint.answers import Collection, Complex
from projectlists.sandbox.sharepoint.conditions import Comparable, Values
from projectlists.sandbox.sharepoint.errors import UNSPECIFIED, bad_request, refused, wrong_node
from projectlists.sandbox.sharepoint.filters import Literals
from projectlists.sandbox.sharepoint.model import FieldRecord, ServiceError

Reader = Callable[[FieldRecord, Any, ZoneInfo], Any]
NUMBERS = frozenset({"Number", "Currency", "Counter", "Integer"})
SINGLE_POINTERS = frozenset({"User", "Lookup"})
MULTI_POINTERS = frozenset({"UserMulti", "LookupMulti"})
POINTERS = SINGLE_POINTERS | MULTI_POINTERS
PEOPLE = frozenset({"User", "UserMulti"})
UNFILTERED = MULTI_POINTERS | {"Note", "URL", "Calculated", "Computed"}
"""Types that `$filter` refuses: several people or lookups (sharepoint-rest.md §6.5); the others are inferred."""
DATE_RANGE = "You must specify a valid date within the range of 1/1/1900 and 12/31/8900."
LONG_TEXT = "Invalid text value.\n\nA text field contains invalid data. Please check the value and try again."


def is_pointer(field: FieldRecord) -> bool:
    """Whether a column points at people or rows of a list; the file's own columns are lookups only in name."""
    return field.type in POINTERS and field.properties.get("LookupList") not in {"Docs", "AppPrincipals"}


def is_dependent(field: FieldRecord) -> bool:
    """Whether a column shows one more column of the row another lookup points at (sharepoint-rest.md §4.5)."""
    return is_pointer(field) and bool(field.properties.get("PrimaryFieldId"))


def is_moment(field: FieldRecord) -> bool:
    """Whether a column holds moments: a date column, or a calculated one with a date as result."""
    return field.type == "DateTime" or (field.type == "Calculated" and field.properties.get("OutputType") == 4)


def date_only(field: FieldRecord) -> bool:
    """Whether a DateTime column, or a calculated date, keeps days rather than moments."""
    name = "DateFormat" if field.type == "Calculated" else "DisplayFormat"
    return field.properties.get(name) == 0


def incoming(field: FieldRecord, given: Any, zone: ZoneInfo) -> Any:
    """Turn what a client sent for a column into what is kept; None and empty texts clear the column.

    Raises ServiceError: 400 when the JSON type is wrong, 500 when the core refuses the value (length, range, date).
    """
    if given is None or given == "":
        return None
    reader: Reader = _READERS.get(field.type, _text)
    return reader(field, given, zone)


def outgoing(field: FieldRecord, kept: Any) -> Any:
    """What a client gets for a kept value, in the terms of `answers`."""
    match field.type:
        case "MultiChoice":
            # An empty set reads null in the light formats (measured, §6.3); the verbose form is taken to be the same.
            return None if kept is None else Collection(kept, "Edm.String")
        case "URL":
            return None if kept is None else Complex(kept, "SP.FieldUrlValue")
        case "UserMulti" | "LookupMulti":
            return None if kept is None else Collection(kept, "Edm.Int32")
        case _:
            return whole(kept)


def whole(value: Any) -> Any:
    """A float without fraction as the whole number JSON shows for it."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def comparables(field: FieldRecord, kept: Any) -> Values:
    """The values a kept value compares by; none for an empty column."""
    if kept is None:
        return ()
    if isinstance(kept, bool | int | float):
        return (float(kept),)
    if isinstance(kept, str):
        return (kept if is_moment(field) else kept.casefold(),)
    if isinstance(kept, dict):
        return (str(kept["Url"]).casefold(),)
    return tuple(one for member in kept for one in comparables(field, member))


def literal(field: FieldRecord, given: Literals, zone: ZoneInfo) -> Comparable:
    """What a literal of a filter compares by, for a column's own values. Raises ServiceError (400) on another type."""
    if field.type in UNFILTERED:
        raise not_filterable(field)
    if field.type in NUMBERS or is_pointer(field):
        if given.kind == "number":
            return float(given.value)
    elif field.type == "Lookup" and given.kind == "number":
        return float(given.value)
    elif field.type in {"Boolean", "Attachments"}:
        if given.kind == "truth" or (given.kind in {"number", "text"} and str(given.value) in {"0", "1", "0.0", "1.0"}):
            return float(given.value)
    elif field.type == "DateTime":
        if given.kind in {"moment", "text"}:
            return _compared_moment(str(given.value), zone)
    elif given.kind == "text" or (given.kind == "guid" and field.type == "Guid"):
        return str(given.value).casefold()
    raise bad_request(f"The value in the filter is not of the type of the column '{field.name}' ({field.type}).")


def not_filterable(field: FieldRecord) -> ServiceError:
    """A column type that cannot stand in a filter."""
    text = f"The field '{field.name}' of type '{field.type}' cannot be used in the query filter expression."
    return ServiceError(400, "-1, Microsoft.SharePoint.SPException", text)


def cannot_convert(expected: str) -> ServiceError:
    """A JSON value of another type than the property has."""
    return bad_request(
        f"Cannot convert a primitive value to the expected type '{expected}'. See the inner exception for more details."
    )


def _mistyped(given: Any, expected: str) -> ServiceError:
    if isinstance(given, list | dict):
        node = "StartObject" if isinstance(given, dict) else "StartArray"
        return _unexpected(node, "PrimitiveValue")
    return cannot_convert(expected)


def _unexpected(node: str, expected: str) -> ServiceError:
    return bad_request(
        f"An unexpected '{node}' node was found when reading from the JSON reader. A '{expected}' node was expected."
    )


def _expected(given: Any, kind: type, name: str) -> Any:
    if not isinstance(given, kind):
        raise _mistyped(given, name)
    return given


def _array(given: Any) -> list[Any]:
    if isinstance(given, dict):
        raise _unexpected("StartObject", "StartArray")
    if not isinstance(given, list):
        raise wrong_node()
    return given


def _number(field: FieldRecord, given: Any, _zone: ZoneInfo) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _mistyped(given, "Edm.Double")
    try:
        value = float(given)
    except OverflowError:
        raise cannot_convert("Edm.Double") from None
    if not isfinite(value):
        raise cannot_convert("Edm.Double")
    least, most = field.properties.get("MinimumValue"), field.properties.get("MaximumValue")
    if least is not None and value < least:
        raise refused(f"The value of the column '{field.title}' must be at least {whole(float(least))}.")
    if most is not None and value > most:
        raise refused(f"The value of the column '{field.title}' must be at most {whole(float(most))}.")
    return value


def _moment(field: FieldRecord, given: Any, zone: ZoneInfo) -> str:
    try:
        kept = moments.parse(str(_expected(given, str, "Edm.DateTime")), zone)
        if date_only(field):
            kept = moments.day_start(kept, zone)
    except (ValueError, OverflowError):
        raise cannot_convert("Edm.DateTime") from None
    if not moments.FIRST <= kept <= moments.LAST:
        raise refused(DATE_RANGE, "-2146232832, Microsoft.SharePoint.SPException")
    return kept


def _compared_moment(given: str, zone: ZoneInfo) -> str:
    try:
        return moments.parse(given, zone)
    except ValueError:
        raise bad_request(f"'{given}' is not a valid date and time in a filter.") from None


def _link(_field: FieldRecord, given: Any, _zone: ZoneInfo) -> dict[str, str]:
    if not isinstance(given, dict):
        raise wrong_node()
    unknown = set(given) - {"Url", "Description"}
    if unknown:
        raise bad_request(
            f"The property '{min(unknown)}' does not exist on type 'SP.FieldUrlValue'."
            " Make sure to only use property names that are defined by the type."
        )
    url = str(_expected(given.get("Url") or "", str, "Edm.String"))
    description = str(_expected(given.get("Description") or "", str, "Edm.String"))
    if len(url) > 255 or len(description) > 255:
        raise refused("Invalid URL value.\n\nA URL field contains invalid data. Please check the value and try again.")
    return {"Description": description or url, "Url": url}


def _id(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or abs(given) >= 2**31:
        raise _mistyped(given, "Edm.Int32")
    return given


def _text(field: FieldRecord, given: Any, _zone: ZoneInfo) -> str:
    text = str(_expected(given, str, "Edm.String"))
    longest = int(field.properties.get("MaxLength") or 255)
    if field.type == "Text" and len(text) > longest:
        raise refused(LONG_TEXT, UNSPECIFIED)
    if field.type == "Choice" and len(text) > 255:
        raise refused(LONG_TEXT, UNSPECIFIED)
    return text


def _texts(_field: FieldRecord, given: Any, _zone: ZoneInfo) -> list[str] | None:
    return [str(_expected(one, str, "Edm.String")) for one in _array(given)] or None


def _ids(_field: FieldRecord, given: Any, _zone: ZoneInfo) -> list[int] | None:
    return list(dict.fromkeys(_id(one) for one in _array(given))) or None


_READERS: Mapping[str, Reader] = {
    "Number": _number,
    "Currency": _number,
    "Boolean": lambda _field, given, _zone: _expected(given, bool, "Edm.Boolean"),
    "DateTime": _moment,
    "URL": _link,
    "MultiChoice": _texts,
    "User": lambda _field, given, _zone: _id(given),
    "Lookup": lambda _field, given, _zone: _id(given),
    "UserMulti": _ids,
    "LookupMulti": _ids,
}
