"""Reading the JSON of a request, as strictly as the format it declares asks (sharepoint-rest.md §1.8, §10.5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from projectlists.sandbox.sharepoint.errors import bad_request, missing_type, unknown_parameter, wrong_node
from projectlists.sandbox.sharepoint.model import Call, Segment


@dataclass(frozen=True)
class Body:
    """An entity in a request: its declared type (None in JSON light without annotation) and its properties."""

    type_name: str | None
    properties: Mapping[str, Any]


def entity(call: Call, allowed: Collection[str]) -> Body:
    """Read an entity. Verbose bodies must name a type, and one that is allowed.

    Raises ServiceError (400) when the type is missing or another one, or when an array stands where the verbose
    format has `{"results": […]}`.
    """
    given = _object(call)
    verbose = _verbose(call)
    type_name = _type_of(given, verbose)
    if verbose and type_name is None:
        raise missing_type()
    if type_name is not None and type_name not in allowed:
        expected = min(allowed)
        raise bad_request(
            f"A type named '{type_name}' could not be resolved by the model or is not compatible with '{expected}'."
        )
    return Body(type_name, _plain(given, verbose))


def arguments(call: Call, segment: Segment, names: tuple[str, ...]) -> dict[str, Any]:
    """The arguments of a method: in the URL by place or name, or in the body by name.

    Raises ServiceError (400) on a parameter the method does not have.
    """
    known = {name.lower(): name for name in names}
    found: dict[str, Any] = {}
    if len(segment.arguments) > len(names):
        raise unknown_parameter(str(segment.arguments[len(names)]), segment.name)
    found.update(zip(names, segment.arguments, strict=False))
    body = _plain(_object(call), _verbose(call)) if call.request.body.strip() else {}
    for name, value in (*segment.named.items(), *body.items()):
        if name.lower() not in known:
            raise unknown_parameter(name, segment.name)
        found[known[name.lower()]] = value
    return found


def _object(call: Call) -> dict[str, Any]:
    if "json" not in call.request.headers.get("Content-Type").lower():
        raise bad_request("The HTTP header CONTENT-TYPE is missing or its value is invalid.")
    try:
        given = call.request.json()
    except (ValueError, RecursionError) as problem:
        raise bad_request("Not well formatted JSON stream.") from problem
    if not isinstance(given, dict):
        raise wrong_node("StartArray" if isinstance(given, list) else "PrimitiveValue")
    return given


def _verbose(call: Call) -> bool:
    return "odata=verbose" in call.request.headers.get("Content-Type").lower().replace(" ", "")


def _type_of(given: Mapping[str, Any], verbose: bool) -> str | None:
    if verbose:
        metadata = given.get("__metadata")
        found = metadata.get("type") if isinstance(metadata, dict) else None
    else:
        found = given.get("odata.type") or given.get("@odata.type")
    return found.removeprefix("#") if isinstance(found, str) else None


def _plain(given: Mapping[str, Any], verbose: bool) -> dict[str, Any]:
    """The properties without annotations, collections as lists."""
    if verbose:
        return {name: _plain_verbose(value) for name, value in given.items() if name != "__metadata"}
    return {name: _plain_light(value) for name, value in given.items() if "odata." not in name}


def _plain_verbose(value: Any) -> Any:
    if isinstance(value, list):
        raise wrong_node()
    if not isinstance(value, dict):
        return value
    if "results" in value:
        members = value["results"]
        if not isinstance(members, list):
            raise wrong_node()
        return [_plain(one, verbose=True) if isinstance(one, dict) else one for one in members]
    return _plain(value, verbose=True)


def _plain_light(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain_light(one) for one in value]
    return _plain(value, verbose=False) if isinstance(value, dict) else value
