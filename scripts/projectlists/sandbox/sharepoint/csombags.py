"""Property bags in CSOM, the only way to write them: `AllProperties` of a site, `Properties` of a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from projectlists.sandbox.sharepoint import access, bags, csomobjects
from projectlists.sandbox.sharepoint.csomobjects import Thing, literal
from projectlists.sandbox.sharepoint.csomrequest import Action
from projectlists.sandbox.sharepoint.errors import invalid_argument, not_implemented
from projectlists.sandbox.sharepoint.model import Call
from projectlists.sandbox.sharepoint.schema import Schema

PROPERTY: Final = {"SP.Web": "AllProperties", "SP.Folder": "Properties"}
"""What has a bag, and what it is called there."""
TYPE: Final = "SP.PropertyValues"
_RIGHTS: Final = {"SP.Web": access.MANAGE_WEB, "SP.Folder": access.MANAGE_LISTS}


class Bags:
    """Finds bags, shows them, and saves what was set in them when their holder is updated."""

    def __init__(self, call: Call, schema: Schema, rest: Callable[..., Any]) -> None:
        self._call = call
        self._schema = schema
        self._rest = rest

    def folder(self, url: str) -> Thing:
        """A folder by its URL. Raises ServiceError when there is none."""
        uri = f"web/GetFolderByServerRelativeUrl({literal(url)})"
        found = self._rest("GET", f"{uri}?$select=UniqueId")
        return csomobjects.folder_of(self._call.web, found["UniqueId"], uri)

    def of(self, holder: Thing) -> Thing:
        """The bag of a site or folder."""
        return Thing(TYPE, identity=holder.identity)

    def shown(self, holder: Thing) -> dict[str, Any]:
        """What is in a bag, as a query answers it."""
        store = self._schema.store
        whole = holder.type_name == "SP.Web"
        found = bags.of_web(store, self._call.web) if whole else bags.of_owner(store, _owner(holder))
        return {"_ObjectType_": TYPE, **found}

    def set(self, bag: Thing, action: Action) -> None:
        """Note a value; it is saved with the holder."""
        if action.name != "SetFieldValue":
            raise not_implemented(f"the method {action.name} of {TYPE}")
        match action.parameters:
            case (str() as name, value) if name and (value is None or isinstance(value, str | int | float)):
                bag.pending[name] = value
            case _:
                raise invalid_argument()

    def save(self, holder: Thing, things: Iterable[Thing]) -> None:
        """Save what was set in the bag of a holder, among the objects of a request."""
        for bag in things:
            if bag.type_name != TYPE or bag.identity != holder.identity or not bag.pending:
                continue
            access.require(self._call, self._schema, _RIGHTS[holder.type_name])
            for name, value in bag.pending.items():
                bags.put(self._schema.store, _owner(holder), name, None if value is None else str(value))
            bag.pending.clear()


def _owner(holder: Thing) -> str:
    """The id that a holder's identity ends on."""
    return holder.identity.rpartition(":")[2]
