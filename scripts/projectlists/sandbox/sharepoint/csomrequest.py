"""Reading a CSOM request: the objects it names and the actions it wants done with them, in order.

The XML is that of the namespace `clientquery/2009`. What a request can hold is wide; what is read here are the parts
that clients of lists send.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.etree.ElementTree import Element

from projectlists.sandbox.sharepoint import safexml
from projectlists.sandbox.sharepoint.errors import bad_request, not_implemented

NAMESPACE = "{http://schemas.microsoft.com/sharepoint/clientquery/2009}"
_WHOLE = frozenset({"Int16", "Int32", "Int64", "UInt16", "UInt32", "UInt64", "Enum", "Byte"})

PathKind = Literal["StaticProperty", "Property", "Method", "Identity", "Constructor"]
ActionKind = Literal["ObjectPath", "ObjectIdentityQuery", "Query", "SetProperty", "Method", "StaticMethod"]
RECORDS = "ea8e1356-5910-4e69-bc05-d0c30ed657fc"
"""The class whose static methods are about records."""


@dataclass(frozen=True)
class Path:
    """One object. `name` is that of a property or method of `parent`, or the identity an earlier answer gave."""

    kind: PathKind
    name: str
    type_id: str
    parent: str | None
    parameters: tuple[Any, ...]


@dataclass(frozen=True)
class Action:
    """One action on an object. `wanted` are the properties of a query; None wants all."""

    kind: ActionKind
    id: int
    path: str
    name: str = ""
    parameters: tuple[Any, ...] = ()
    wanted: tuple[str, ...] | None = ()
    of_children: bool = False


@dataclass(frozen=True)
class Program:
    """A whole request."""

    actions: tuple[Action, ...]
    paths: Mapping[str, Path] = field(default_factory=dict)


def read(body: bytes) -> Program:
    """Read a request.

    Parameters are text, whole number, float, bool, None, a list, or a dict for an object with properties. Raises
    ServiceError: 400 when it is no such request, 501 for elements that are not read here.
    """
    try:
        root = safexml.parse(body)
    except safexml.UnsafeXml as problem:
        raise bad_request("The request is not a well formed query.") from problem
    if root.tag != f"{NAMESPACE}Request":
        raise bad_request("The request is not a query of this service.")
    try:
        actions = tuple(_action(each) for each in _children(root, "Actions"))
        paths = {each.get("Id", ""): _path(each) for each in _children(root, "ObjectPaths")}
    except RecursionError:
        raise bad_request("The parameters of the request stand too deep in one another.") from None
    for path in (*(action.path for action in actions), *(path.parent for path in paths.values())):
        if path is not None and path not in paths:
            raise bad_request(f"The request names the object path {path}, which it does not hold.")
    return Program(actions, paths)


def _children(element: Element, name: str) -> list[Element]:
    found = element.find(f"{NAMESPACE}{name}")
    return [] if found is None else list(found)


def _tag(element: Element) -> str:
    return str(element.tag).removeprefix(NAMESPACE)


def _path(element: Element) -> Path:
    kind = _tag(element)
    if kind not in {"StaticProperty", "Property", "Method", "Identity", "Constructor"}:
        raise not_implemented(f"object paths of the kind {kind}")
    return Path(
        kind=kind,  # type: ignore[arg-type]
        name=element.get("Name", ""),
        type_id=element.get("TypeId", "").strip("{}").lower(),
        parent=element.get("ParentId"),
        parameters=_parameters(element),
    )


def _action(element: Element) -> Action:
    kind = _tag(element)
    if kind not in {"ObjectPath", "ObjectIdentityQuery", "Query", "SetProperty", "Method", "StaticMethod"}:
        raise not_implemented(f"actions of the kind {kind}")
    if kind == "StaticMethod":
        return _static(element)
    number = element.get("Id", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise bad_request("An action of the request has no number.")
    parameters = tuple(map(_value, element)) if kind == "SetProperty" else _parameters(element)
    wanted, of_children = _wanted(element) if kind == "Query" else ((), False)
    return Action(
        kind=kind,  # type: ignore[arg-type]
        id=int(number),
        path=element.get("ObjectPathId", ""),
        name=element.get("Name", ""),
        parameters=parameters,
        wanted=wanted,
        of_children=of_children,
    )


def _static(element: Element) -> Action:
    """Whether an item is a record, the only static method that is read here."""
    item = element.find(f"{NAMESPACE}Parameters/{NAMESPACE}Parameter")
    number, path = element.get("Id", ""), "" if item is None else item.get("ObjectPathId", "")
    known = (element.get("TypeId", "").strip("{}").lower(), element.get("Name")) == (RECORDS, "IsRecord")
    if not known or not path or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise not_implemented(f"the static method {element.get('Name', '')}")
    return Action(kind="StaticMethod", id=int(number), path=path, name="IsRecord")


def _wanted(element: Element) -> tuple[tuple[str, ...] | None, bool]:
    of_children = element.find(f"{NAMESPACE}ChildItemQuery")
    query = element.find(f"{NAMESPACE}Query") if of_children is None else of_children
    if query is None:
        return (), False
    if query.get("SelectAllProperties") == "true":
        return None, of_children is not None
    return tuple(each.get("Name", "") for each in _children(query, "Properties")), of_children is not None


def _parameters(element: Element) -> tuple[Any, ...]:
    return tuple(map(_value, _children(element, "Parameters")))


def _value(element: Element) -> Any:
    """The value of a `Parameter`, a `Property` of an object, or an `Object` of an array."""
    type_name, text = element.get("Type", ""), element.text or ""
    if type_name == "Null":
        return None
    if type_name == "Array":
        return [_value(each) for each in element]
    if element.get("TypeId") or (len(element) and not type_name):
        return {each.get("Name", ""): _value(each) for each in element}
    if element.get("ObjectPathId"):
        raise not_implemented("objects as parameters")
    return _scalar(type_name, text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _scalar(type_name: str, text: str) -> Any:
    try:
        match type_name:
            case "Boolean":
                return text.strip().lower() in {"true", "1"}
            case "Guid":
                return text.strip("{}")
            case "Double" | "Single" | "Decimal":
                return _finite(text)
            case _ if type_name in _WHOLE:
                return int(text)
    except ValueError:
        raise bad_request(f"A parameter of the type {type_name} holds something else.") from None
    return text
