"""How an answer looks in each response format a client may ask for (sharepoint-rest.md §1.2).

Rooms hand over plain properties with the service's names. What needs more than a JSON value is one of the small
records below; a bare list is a collection of texts, of whole numbers, or of entries.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any

from projectlists.sandbox.http import Request, Response
from projectlists.sandbox.sharepoint import atom
from projectlists.sandbox.sharepoint.model import Call, ServiceError
from projectlists.sandbox.sharepoint.payload import Collection, Complex, Deferred, Entry


class Format(Enum):
    """The response formats; the value is the content type."""

    VERBOSE = "application/json;odata=verbose;charset=utf-8"
    NONE = "application/json;odata=nometadata;streaming=true;charset=utf-8"
    MINIMAL = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8"
    V4_NONE = "application/json;odata.metadata=none;streaming=true;charset=utf-8"
    V4_MINIMAL = "application/json;odata.metadata=minimal;streaming=true;charset=utf-8"

    @property
    def v4(self) -> bool:
        """OData version 4: `@odata.*` keys and `error`."""
        return self is Format.V4_NONE or self is Format.V4_MINIMAL

    @property
    def minimal(self) -> bool:
        """Whether entities carry their type, id and ETag as annotations."""
        return self is Format.MINIMAL or self is Format.V4_MINIMAL

    def annotation(self, name: str) -> str:
        """The key of an annotation: `odata.etag`, or `@odata.etag` in version 4."""
        return f"@odata.{name}" if self.v4 else f"odata.{name}"


_PLAIN = frozenset({str, int, float, bool, type(None)})
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
__all__ = ["Collection", "Complex", "Deferred", "Entry"]


def wanted(request: Request) -> Format | None:
    """The format a request asks for; None for Atom, the format without any wish."""
    return _wanted(request.headers.get("Accept"), request.headers.get("OData-Version"))


@lru_cache
def _wanted(accept: str, version: str) -> Format | None:
    accept = accept.lower().replace(" ", "")
    version4 = version.startswith("4") or "odata.metadata=" in accept
    if "application/json" not in accept:
        return None
    if version4:
        return Format.V4_NONE if "odata.metadata=none" in accept or "nometadata" in accept else Format.V4_MINIMAL
    if "odata=verbose" in accept:
        return Format.VERBOSE
    if "odata=nometadata" in accept:
        return Format.NONE
    return Format.MINIMAL


def entity(
    call: Call,
    properties: Mapping[str, Any],
    *,
    type_name: str,
    uri: str,
    etag: str | None = None,
    status: int = 200,
) -> Response:
    """Answer one entity; `uri` is relative to `_api/`. A 201 says where it stands."""
    style = wanted(call.request)
    entry = Entry(properties, type_name, uri, etag)
    headers = [("ETag", etag)] if etag else []
    if status == 201:
        headers.append(("Location", _root(call) + uri))
    if style is None:
        return _xml(atom.ENTRY_TYPE, atom.entity(_root(call), entry), status, headers)
    body = _entry(call, style, entry)
    if style.minimal:
        key = "@odata.context" if style.v4 else "odata.metadata"
        body = {key: f"{_root(call)}$metadata#{type_name}", **body}
    return _json(style, {"d": body} if style is Format.VERBOSE else body, status, headers)


def collection(
    call: Call, entries: Iterable[Entry], *, next_link: str | None = None, more: Mapping[str, Any] | None = None
) -> Response:
    """Answer a page of entities; `next_link` is the absolute URL of the next page, `more` what stands beside them."""
    style = wanted(call.request)
    if style is None:
        return _xml(atom.FEED_TYPE, atom.feed(_root(call), list(entries), next_link))
    shown = [_entry(call, style, entry) for entry in entries]
    if style is Format.VERBOSE:
        verbose: dict[str, Any] = {"results": shown, **(more or {})}
        if next_link:
            verbose["__next"] = next_link
        return _json(style, {"d": verbose})
    body: dict[str, Any] = {}
    if style.minimal:
        body["@odata.context" if style.v4 else "odata.metadata"] = f"{_root(call)}$metadata"
    body["value"] = shown
    body.update(more or {})
    if next_link:
        body[style.annotation("nextLink")] = next_link
    return _json(style, body)


def value(call: Call, method_name: str, result: Any) -> Response:
    """Answer the result of a method: a scalar, None, a Complex, an Entry, or a collection."""
    style = wanted(call.request)
    if style is None:
        kind = atom.ENTRY_TYPE if isinstance(result, Entry) else atom.XML_TYPE
        return _xml(kind, atom.value(_root(call), method_name, result))
    shown = _value(call, style, result)
    if style is Format.VERBOSE:
        return _json(style, {"d": {method_name: shown}})
    if isinstance(result, Complex | Entry):
        return _json(style, shown)
    if result is None:
        return _json(style, {style.annotation("null"): True})
    return _json(style, {"value": shown})


def empty(status: int = 204, etag: str | None = None) -> Response:
    """Answer without a body."""
    return Response(status, (("ETag", etag),) if etag else ())


def error(asked: Call | Request, failure: ServiceError) -> Response:
    """Answer an error under the key the format has for it; in Atom as `<m:error>`."""
    request = asked.request if isinstance(asked, Call) else asked
    style = wanted(request)
    if style is None:
        return _xml(atom.XML_TYPE, atom.error(failure), failure.status)
    key = "error" if style is Format.VERBOSE or style.v4 else "odata.error"
    message = {"lang": "en-US", "value": failure.message}
    return _json(style, {key: {"code": failure.code, "message": message}}, failure.status)


def _root(call: Call) -> str:
    return f"{call.web_absolute_url}/_api/"


def _json(style: Format, body: Any, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
    return Response(status, (("Content-Type", style.value), *headers), _ENCODER.encode(body).encode())


def _xml(content_type: str, body: bytes, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
    return Response(status, (("Content-Type", content_type), *headers), body)


def _entry(call: Call, style: Format, entry: Entry) -> dict[str, Any]:
    shown = _properties(call, style, entry.properties)
    if style is Format.VERBOSE:
        address = _root(call) + entry.uri
        metadata = {"id": address, "uri": address, "type": entry.type_name}
        if entry.etag:
            metadata["etag"] = entry.etag
        return {"__metadata": metadata, **shown}
    if style.minimal:
        notes = {
            style.annotation("type"): f"#{entry.type_name}" if style.v4 else entry.type_name,
            style.annotation("id"): _root(call) + entry.uri,
        }
        if entry.etag:
            notes[style.annotation("etag")] = entry.etag
        return {**notes, style.annotation("editLink"): entry.uri, **shown}
    return shown


def _properties(call: Call, style: Format, properties: Mapping[str, Any]) -> dict[str, Any]:
    verbose = style is Format.VERBOSE
    return {
        # Nearly all values are plain.
        name: given if type(given) in _PLAIN else _value(call, style, given)
        for name, given in properties.items()
        if verbose or not isinstance(given, Deferred)
    }


def _value(call: Call, style: Format, given: Any) -> Any:
    match given:
        case Entry():
            return _entry(call, style, given)
        case Deferred():
            return {"__deferred": {"uri": _root(call) + given.uri}}
        case Complex():
            shown = _properties(call, style, given.properties)
            return {"__metadata": {"type": given.type_name}, **shown} if style is Format.VERBOSE else shown
        case Collection():
            return _many(call, style, given.values, given.item_type)
        case list() | tuple():
            kind = "Edm.Int32" if given and all(type(one) is int for one in given) else "Edm.String"
            return _many(call, style, given, None if given and isinstance(given[0], Entry) else kind)
        case _:
            return given


def _many(call: Call, style: Format, values: Sequence[Any], item_type: str | None) -> Any:
    shown = [_value(call, style, one) for one in values]
    if style is not Format.VERBOSE:
        return shown
    if item_type is None:
        return {"results": shown}
    return {"__metadata": {"type": f"Collection({item_type})"}, "results": shown}
