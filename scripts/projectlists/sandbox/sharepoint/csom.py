"""`_vti_bin/client.svc/ProcessQuery`, the older client protocol, as far as clients of lists use it.

Each action is done by the REST request that does the same, in the name of the caller: so rights, rules and refusals are
those of REST. Answers are a JSON list: a head, then the number of an action and its result. The first refusal ends the
work; what went before stays done. What is not here answers 501. The shapes are those of the answers recorded in the
tests of the CLI for Microsoft 365.
"""

from __future__ import annotations

import json
import math
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from projectlists.sandbox.http import Headers, Request, Response
from projectlists.sandbox.sharepoint import csombags, csomobjects, csomrequest
from projectlists.sandbox.sharepoint.csombags import Bags
from projectlists.sandbox.sharepoint.csomitems import ItemChanges
from projectlists.sandbox.sharepoint.csommoments import told_moment
from projectlists.sandbox.sharepoint.csomobjects import OBJECTS, Thing, literal
from projectlists.sandbox.sharepoint.csomrequest import Action, Path
from projectlists.sandbox.sharepoint.csomtenant import TENANT_TYPE, TenantObjects
from projectlists.sandbox.sharepoint.errors import ARGUMENT, bad_request, not_implemented, unsupported_verb
from projectlists.sandbox.sharepoint.fieldtypes import class_of
from projectlists.sandbox.sharepoint.model import Call, Segment, ServiceError
from projectlists.sandbox.sharepoint.schema import Schema

Ask = Callable[[Request], Response]
_CONTEXT: Final = "3747adcd-a3c3-41b9-bfab-4a64dd2f1e0a"
_LIGHT: Final = "application/json;odata=nometadata"
_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
_PROPERTIES: Final = {
    ("SP.Web", "Lists"): "SP.ListCollection",
    ("SP.Web", "Fields"): "SP.FieldCollection",
    ("SP.List", "Fields"): "SP.FieldCollection",
    ("SP.List", "VersionPolicies"): "SP.VersionPolicyManager",
}
_SETTABLE: Final = ("SP.Field", "SP.List", "SP.VersionPolicyManager")
_FIELD_METHODS: Final = frozenset({"GetById", "GetByTitle", "GetByInternalNameOrTitle"})


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema, ask: Ask) -> Response:
    """Answer one request; `ask` serves a REST request.

    Raises ServiceError when the request cannot be read or holds what is not here.
    """
    if rest or call.method != "POST":
        raise unsupported_verb("SP.ClientRequest", call.method)
    trace = str(uuid.uuid4())
    head: dict[str, Any] = {
        "SchemaVersion": "15.0.0.0",
        "LibraryVersion": "16.0.26600.12000",
        "ErrorInfo": None,
        "TraceCorrelationId": trace,
    }
    program = csomrequest.read(call.request.body)
    work = _Work(call, schema, program.paths, ask, trace)
    results: list[Any] = []
    try:
        for action in program.actions:
            results += work.do(action)
    except RecursionError:
        raise bad_request("The object paths of the request are too long.") from None
    except ServiceError as refusal:
        if refusal.status == 501:
            raise
        results = []
        number, _, name = refusal.code.partition(", ")
        head["ErrorInfo"] = {
            "ErrorMessage": refusal.message,
            "ErrorValue": None,
            "TraceCorrelationId": trace,
            "ErrorCode": int(number),
            "ErrorTypeName": name,
        }
    return Response.of_json([head, *results], content_type="application/json; charset=utf-8")


class _Work:
    """One request under way: objects found so far, by the number of their path."""

    def __init__(self, call: Call, schema: Schema, paths: Mapping[str, Path], ask: Ask, trace: str) -> None:
        self.call = call
        self.paths = paths
        self.trace = trace
        self._ask = ask
        self._items = ItemChanges(call.web, self.rest)
        self._tenant = TenantObjects(call, schema, self.rest)
        self._bags = Bags(call, schema, self.rest)
        self._found: dict[str, Thing] = {}
        self._underway: set[str] = set()

    def do(self, action: Action) -> list[Any]:
        """Do one action; what it adds to the answer."""
        thing = self.find(action.path)
        match action.kind:
            case "ObjectPath":
                return [action.id, {"IsNull": False}]
            case "ObjectIdentityQuery":
                return [action.id, {"_ObjectIdentity_": self._identity(thing)}]
            case "Query":
                return [action.id, self._queried(thing, action)]
            case "StaticMethod":
                # Nothing is ever declared a record here. The item must be there.
                self.rest("GET", f"{thing.uri}?$select=Id")
                return [action.id, False]
            case "SetProperty":
                self._set(thing, action)
            case "Method":
                self._perform(thing, action)
        return []

    def find(self, number: str) -> Thing:
        """The object of a path; a method path is carried out the first time."""
        if number not in self._found:
            if number in self._underway:
                raise ServiceError(400, ARGUMENT, "The object paths of the request lead to themselves.")
            self._underway.add(number)
            self._found[number] = self._resolved(self.paths[number])
        return self._found[number]

    def rest(self, method: str, uri: str, body: Mapping[str, Any] | None = None) -> Any:
        """One REST request of the caller: its JSON, or None without a body. Raises ServiceError."""
        path, _, query = uri.partition("?")
        given = self.call.request.headers
        kept = [
            (name, given.get(name)) for name in ("Authorization", "Accept-Language", "X-RequestDigest") if name in given
        ]
        asked = Request(
            method=method,
            host=self.call.request.host,
            path=f"{quote(self.call.web.url)}/_api/{path}",
            query=query,
            headers=Headers([*kept, ("Accept", _LIGHT), ("Content-Type", _LIGHT), ("If-Match", "*")]),
            body=b"" if body is None else json.dumps(body).encode(),
            batch=self.call.request.batch,
        )
        answer = self._ask(asked)
        if answer.status >= 400:
            error = json.loads(answer.body)["odata.error"]
            raise ServiceError(answer.status, error["code"], error["message"]["value"])
        return json.loads(answer.body) if answer.body else None

    def _identity(self, thing: Thing) -> str:
        return self._tenant.identity(self.trace, thing) or f"{self.trace}|{OBJECTS}{thing.identity}"

    def _resolved(self, path: Path) -> Thing:
        match path.kind:
            case "StaticProperty" if path.type_id == _CONTEXT and path.name == "Current":
                return Thing("SP.RequestContext")
            case "Constructor" if path.type_id == TENANT_TYPE:
                return self._tenant.itself()
            case "Identity":
                found = self._tenant.by_identity(path.name) or csomobjects.by_identity(self.call.web, path.name)
                if found is None:
                    raise ServiceError(404, ARGUMENT, "The object that the request names does not exist here.")
                return found
            case "Property" | "Method" if path.parent is not None:
                parent = self.find(path.parent)
                made = self._property(parent, path) if path.kind == "Property" else self._method(parent, path)
                if made is not None:
                    return made
        raise not_implemented(f"the object path {path.kind} {path.name or path.type_id}")

    def _property(self, parent: Thing, path: Path) -> Thing | None:
        if parent.type_name == "SP.RequestContext":
            return {"Web": csomobjects.web_of, "Site": csomobjects.site_of}.get(path.name, lambda _web: None)(
                self.call.web
            )
        if path.name == csombags.PROPERTY.get(parent.type_name):
            return self._bags.of(parent)
        type_name = _PROPERTIES.get((parent.type_name, path.name))
        return Thing(type_name, f"{parent.uri}/{path.name}", parent.identity) if type_name else None

    def _method(self, parent: Thing, path: Path) -> Thing | None:
        given = str(path.parameters[0]) if path.parameters else ""
        if (parent.type_name, path.name) == ("SP.Web", "GetFolderByServerRelativeUrl"):
            return self._bags.folder(given)
        if (parent.type_name, path.name) == ("SP.Web", "GetList"):
            return self._list(f"web/getlist({literal(given)})")
        if parent.type_name == "SP.ListCollection" and path.name in {"GetById", "GetByTitle"}:
            return self._list(f"web/lists/{path.name}({literal(given)})")
        if parent.type_name == "SP.FieldCollection" and path.name in _FIELD_METHODS:
            found = self.rest("GET", f"{parent.uri}/{path.name}({literal(given)})?$select=Id,TypeAsString")
            holder = Thing("", parent.uri.rpartition("/")[0], parent.identity)
            return csomobjects.field_of(holder, found["Id"], class_of(found["TypeAsString"]))
        return self._tenant.method(parent, path)

    def _list(self, uri: str) -> Thing:
        return csomobjects.list_of(self.call.web, self.rest("GET", f"{uri}?$select=Id")["Id"])

    def _queried(self, thing: Thing, action: Action) -> dict[str, Any]:
        shown: dict[str, Any] = {"_ObjectType_": thing.type_name, "_ObjectIdentity_": self._identity(thing)}
        kept = self._tenant.shown(self.trace, thing, action.wanted)
        if kept is not None:
            return shown | kept
        bag = csombags.PROPERTY.get(thing.type_name)
        if bag is not None and bag in (action.wanted or ()):
            others = tuple(name for name in action.wanted or () if name != bag)
            rest = self._queried(thing, replace(action, wanted=others)) if others else shown
            return {**rest, bag: self._bags.shown(thing)}
        if action.of_children or not thing.uri:
            raise not_implemented(f"a query of {thing.type_name} and its members")
        if action.wanted is None:
            found = self.rest("GET", thing.uri)
        else:
            found = self.rest("GET", f"{thing.uri}?$select={','.join(map(quote, action.wanted)) or 'Id'}")
            found = {name: value for name, value in found.items() if name in action.wanted}
        return shown | {name: told(name, value) for name, value in found.items()}

    def _set(self, thing: Thing, action: Action) -> None:
        settable = self._tenant.owns(thing) or thing.type_name.startswith(_SETTABLE)
        if not settable:
            raise not_implemented(f"changing {action.name} of {thing.type_name}")
        thing.pending[action.name] = action.parameters[0] if action.parameters else None

    def _perform(self, thing: Thing, action: Action) -> None:
        match thing.type_name, action.name:
            case "SP.ListItem", _:
                self._items.perform(thing, action)
            case csombags.TYPE, _:
                self._bags.set(thing, action)
            case "SP.Web" | "SP.Folder", "Update":
                self._bags.save(thing, self._found.values())
            case "SP.List", "Update":
                self._save(thing)
                for other in self._found.values():
                    if other.type_name == "SP.VersionPolicyManager" and other.uri.startswith(thing.uri):
                        self._save(other)
            case type_name, "Update" | "UpdateAndPushChanges" if type_name.startswith("SP.Field"):
                self._save(thing)
            case _:
                raise not_implemented(f"the method {action.name} of {thing.type_name}")

    def _save(self, thing: Thing) -> None:
        """Write what was set. Clients send every value as a text; the present value tells what it stands for."""
        if not thing.pending:
            return
        present = self.rest("GET", thing.uri)
        self.rest("MERGE", thing.uri, {name: _like(present.get(name), v) for name, v in thing.pending.items()})
        thing.pending.clear()


def _like(present: Any, given: Any) -> Any:
    """A text as the kind of value the property has."""
    if not isinstance(given, str) or isinstance(present, str):
        return given
    if isinstance(present, bool):
        return {"true": True, "false": False}.get(given.lower(), given)
    if isinstance(present, int | float):
        try:
            number = type(present)(given)
        except ValueError:
            return given
        return number if math.isfinite(number) else given
    return given


def told(name: str, value: Any) -> Any:
    """A REST value as this protocol writes it: ids and moments have a form of their own."""
    if isinstance(value, str):
        if name.endswith("Id") and _GUID.fullmatch(value):
            return f"/Guid({value})/"
        if _MOMENT.fullmatch(value):
            return told_moment(datetime.fromisoformat(value))
    if name == "EffectiveBasePermissions":
        return {"_ObjectType_": "SP.BasePermissions", **{part: int(number) for part, number in value.items()}}
    return value
