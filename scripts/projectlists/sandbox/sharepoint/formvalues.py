"""`ValidateUpdateListItem` and its creating twins: values as a person types them (sharepoint-rest.md §6.8).

The answer is a 200 with one result per field; when any field fails nothing is saved. Dates are read in the short form
of the site's locale or as `yyyy-MM-dd HH:mm:ss`, in the site's time (UTC with `datesInUTC`); ISO texts with a `T` are
refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import NumberFormatError, parse_decimal

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import access, answers, bodies, display, moments, naming, saving, values
from projectlists.sandbox.sharepoint.answers import Collection, Complex
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.documents import NewPlace
from projectlists.sandbox.sharepoint.errors import invalid_argument, wrong_node
from projectlists.sandbox.sharepoint.model import Call, FieldRecord, Segment, ServiceError
from projectlists.sandbox.sharepoint.rows import Row

FAILED = -2146232832
STAMPS = {"Created": "created", "Modified": "modified", "Author": "author", "Editor": "editor"}
"""Built-in columns that `bNewDocumentUpdate` lets a caller set, without a new version."""
_FLAGS = (
    *("formValues", "bNewDocumentUpdate", "datesInUTC", "numberInInvariantCulture", "checkInComment", "sharedLockId"),
    "uiCultureName",
)
_NEUTRAL = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?: (\d\d?):(\d\d)(?::(\d\d))?)?", re.ASCII)
_LOCAL = re.compile(r"(\d+)\D(\d+)\D(\d+)(?: (\d\d?):(\d\d)(?::(\d\d))?(?: ?([AP]M))?)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Given:
    """One field of the request."""

    name: str
    text: str


class RefusedValue(ValueError):
    """A field's value that cannot be taken; the message is the field's error."""


def update(call: Call, cells: Cells, writer: saving.Writer, row: Row, method: Segment) -> Response:
    """Change an item by typed values."""
    given, flags = _read(call, method, ())
    as_is = bool(flags.get("bNewDocumentUpdate"))
    kept, stamps, results = _taken(cells, given, flags, stamps=as_is)
    if not any(result["HasException"] for result in results):
        _save(results, lambda: saving.update(cells, writer, row, kept, new_version=not as_is, **stamps))
    return _answer(call, method, results)


def create(call: Call, cells: Cells, writer: saving.Writer, method: Segment) -> Response:
    """Add an item by typed values. The pseudo-field `Id` ends the results: the new id, or 0."""
    given, flags = _read(call, method, ("listItemCreateInfo",))
    folder, kind = _where(cells, flags.get("listItemCreateInfo"))
    access.require_new(call, cells.schema, cells.listing, folder)
    kept, stamps, results = _taken(cells, given, flags, stamps=True)
    made: list[Row] = []
    if not any(result["HasException"] for result in results):

        def save() -> None:
            with cells.schema.store.transaction():
                row = _made(call, cells, kept, folder, as_folder=kind == 1)
                made.append(saving.update(cells, writer, row, {}, new_version=False, **stamps) if stamps else row)

        _save(results, save)
    results.append(_result("Id", str(made[0].id) if made else "0"))
    return _answer(call, method, results)


def _where(cells: Cells, info: object) -> tuple[str, int]:
    """The URL of the folder the item goes to, and its kind: 0 an item, 1 a folder (`UnderlyingObjectType`)."""
    if info is None:
        return cells.listing.url, 0
    if not isinstance(info, dict):
        raise invalid_argument()
    path = info.get("FolderPath")
    given = path.get("DecodedUrl") if isinstance(path, dict) else info.get("FolderUrl")
    kind = info.get("UnderlyingObjectType", 0)
    if kind not in {0, 1} or not isinstance(given, str | None):
        raise invalid_argument()
    return naming.existing(cells, given) if given else cells.listing.url, kind


def _made(call: Call, cells: Cells, kept: Mapping[str, Any], folder: str, *, as_folder: bool) -> Row:
    writer = saving.Writer(call.caller.principal_id, call.tenant.clock.now())
    title = cells.field("Title")
    if as_folder:
        made = naming.make(call, cells, folder, naming.checked_name(kept.get(title.id) if title else None))
        return saving.update(cells, writer, made, kept, new_version=False)
    if folder == cells.listing.url:
        return saving.create(cells, writer, kept)
    return saving.create(cells, writer, kept, NewPlace(folder, ""))


def _read(call: Call, method: Segment, more: tuple[str, ...]) -> tuple[list[Given], Mapping[str, Any]]:
    flags = bodies.arguments(_with_collection(call), method, (*_FLAGS, *more))
    entries = flags.get("formValues")
    if not isinstance(entries, list):
        raise invalid_argument()
    given: list[Given] = []
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("FieldName"), str):
            raise wrong_node()
        text = entry.get("FieldValue")
        if text is not None and not isinstance(text, str):
            # Numbers must be sent as texts (sharepoint-rest.md §6.8).
            raise values.cannot_convert("Edm.String")
        given.append(Given(entry["FieldName"], text or ""))
    return given, flags


def _with_collection(call: Call) -> Call:
    """Clients send `formValues` as a bare array in the verbose format too (sharepoint-rest.md §6.1)."""
    body = call.request.json()
    verbose = "odata=verbose" in call.request.headers.get("Content-Type").lower()
    if not verbose or not isinstance(body, dict) or not isinstance(body.get("formValues"), list):
        return call
    wrapped = json.dumps({**body, "formValues": {"results": body["formValues"]}}).encode()
    return replace(call, request=replace(call.request, body=wrapped))


def _taken(
    cells: Cells, given: Sequence[Given], flags: Mapping[str, Any], *, stamps: bool
) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    kept: dict[str, Any] = {}
    stamped: dict[str, Any] = {}
    results: list[dict[str, Any]] = []
    reader = _Reader(cells, utc=bool(flags.get("datesInUTC")), invariant=bool(flags.get("numberInInvariantCulture")))
    for one in given:
        try:
            field = _column(cells, one.name)
            if stamps and field.name in STAMPS and one.text:
                stamped[STAMPS[field.name]] = reader.read(field, one.text)
            elif saving.is_writable(field):
                kept[field.id] = reader.read(field, one.text)
        except RefusedValue as refusal:
            results.append(_result(one.name, one.text, str(refusal)))
        except ServiceError as failure:
            results.append(_result(one.name, one.text, failure.message))
        else:
            results.append(_result(one.name, one.text))
    return kept, stamped, results


def _column(cells: Cells, name: str) -> FieldRecord:
    field = cells.field(name)
    if field is None:
        raise RefusedValue(f"The field '{name}' does not exist in this list.")
    return field


def _save(results: list[dict[str, Any]], action: Callable[[], Any]) -> None:
    """Save; what the core refuses becomes the error of the first field, as nothing else can carry it."""
    try:
        action()
    except ServiceError as failure:
        if failure.status == 501 or not results:
            raise
        results[0].update(ErrorCode=FAILED, ErrorMessage=failure.message, HasException=True)


def _result(name: str, text: str, error: str | None = None) -> dict[str, Any]:
    return {
        "ErrorCode": FAILED if error else 0,
        "ErrorMessage": error,
        "FieldName": name,
        "FieldValue": text,
        "HasException": error is not None,
        "ItemId": 0,
    }


def _answer(call: Call, method: Segment, results: Sequence[Mapping[str, Any]]) -> Response:
    shown = [Complex(result, "SP.ListItemFormUpdateValue") for result in results]
    name = next((one for one in _SPELLINGS if one.lower() == method.key), method.name)
    return answers.value(call, name, Collection(shown, "SP.ListItemFormUpdateValue"))


_SPELLINGS = ("ValidateUpdateListItem", "AddValidateUpdateItem", "AddValidateUpdateItemUsingPath")


@dataclass(frozen=True)
class _Reader:
    cells: Cells
    utc: bool
    invariant: bool

    def read(self, field: FieldRecord, text: str) -> Any:
        """The value to keep for a typed text. Raises RefusedValue or ServiceError."""
        if not text:
            if field.required:
                raise RefusedValue("You must specify a value for this required field.")
            return None
        if field.type == "DateTime":
            return values.incoming(field, self._moment(text), self.cells.zone)
        if values.is_pointer(field):
            return saving.read_value(self.cells, field, self._pointers(field, text))
        return values.incoming(field, self._plain(field, text), self.cells.zone)

    def _plain(self, field: FieldRecord, text: str) -> Any:
        match field.type:
            case "Number" | "Currency":
                return self._number(text)
            case "Boolean":
                if text.lower() not in {"0", "1", "true", "false"}:
                    raise RefusedValue("The value of a yes/no field must be 1 or 0.")
                return text.lower() in {"1", "true"}
            case "URL":
                url, _, description = text.partition(", ")
                return {"Url": url, "Description": description}
            case "Choice":
                return self._choice(field, text)
            case "MultiChoice":
                return [self._choice(field, one) for one in text.split(";#") if one]
        return text

    def _choice(self, field: FieldRecord, text: str) -> str:
        if not field.properties.get("FillInChoice") and text not in field.properties.get("Choices", ()):
            raise RefusedValue(f"The value '{text}' is not one of the choices of this field.")
        return text

    def _number(self, text: str) -> float:
        try:
            locale = "en_US" if self.invariant else display.locale_of(self.cells.web.locale_id)
            return float(parse_decimal(text, locale=locale))
        except (NumberFormatError, ValueError, OverflowError):
            raise RefusedValue("Only numbers can go here.") from None

    def _moment(self, text: str) -> str:
        zone = ZoneInfo("UTC") if self.utc else self.cells.zone
        try:
            local = _typed_moment(text.strip(), display.date_pattern(display.locale_of(self.cells.web.locale_id)))
            return moments.written(local.replace(tzinfo=zone))
        except (ValueError, OverflowError):
            raise RefusedValue(values.DATE_RANGE) from None

    def _pointers(self, field: FieldRecord, text: str) -> Any:
        many = field.type in values.MULTI_POINTERS
        if field.type in values.PEOPLE:
            ids = self._people(text)
        else:
            parts = [one for one in text.split(";#") if one]
            ids = [int(one) for one in parts if one.isascii() and one.isdigit() and len(one) < 10]
            if len(ids) != len(parts):
                raise RefusedValue("A lookup is given as the id of the item.")
        if many:
            return ids
        if len(ids) != 1:
            raise RefusedValue("This field takes one value.")
        return ids[0]

    def _people(self, text: str) -> list[int]:
        try:
            keys = [str(one["Key"]) for one in json.loads(text.replace("'", '"'))]
        except (ValueError, TypeError, KeyError, RecursionError):
            raise RefusedValue("A person is given as [{'Key':'i:0#.f|membership|user@host'}].") from None
        return [self.cells.schema.ensure_user(self.cells.web.url, key).id for key in keys]


def _typed_moment(text: str, pattern: str) -> datetime:
    """Read a date (and time) typed in the neutral form or the locale's. Raises ValueError."""
    neutral = _NEUTRAL.fullmatch(text)
    if neutral:
        return datetime(*(int(part or 0) for part in neutral.groups()), tzinfo=UTC).replace(tzinfo=None)  # type: ignore[arg-type,misc]
    typed = _LOCAL.fullmatch(text)
    if typed is None:
        raise ValueError(text)
    order = sorted("dMy", key=pattern.index)
    day = {letter: int(part) for letter, part in zip(order, typed.groups()[:3], strict=True)}
    hour, minute, second = (int(part or 0) for part in typed.groups()[3:6])
    if typed[7]:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if typed[7].upper() == "PM" else 0)
    return datetime(day["y"], day["M"], day["d"], hour, minute, second, tzinfo=UTC).replace(tzinfo=None)
