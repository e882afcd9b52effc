"""Items in CSOM: values set as texts and saved with `Update` or `SystemUpdate`.

Both go through `ValidateUpdateListItem`, which reads texts the same way. A system update makes no version and leaves
the marks of the last change: that is what `bNewDocumentUpdate` with those marks does (sharepoint-rest.md §6.8).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from projectlists.sandbox.sharepoint.csomobjects import Thing, literal
from projectlists.sandbox.sharepoint.csomrequest import Action
from projectlists.sandbox.sharepoint.errors import CORE, invalid_argument, not_implemented
from projectlists.sandbox.sharepoint.model import ServiceError, Web
from projectlists.sandbox.sharepoint.schema import zone

Rest = Callable[..., Any]


class ItemChanges:
    """Carries out what a request does with items, by REST requests."""

    def __init__(self, web: Web, rest: Rest) -> None:
        self._web = web
        self._rest = rest
        self._types: dict[str, str] = {}

    def perform(self, item: Thing, action: Action) -> None:
        """One method of an item. Raises ServiceError: a refused value, or 501 for a method that is not here."""
        match action.name:
            case "ParseAndSetFieldValue" | "SetFieldValue":
                if len(action.parameters) != 2 or not isinstance(action.parameters[0], str):
                    raise invalid_argument()
                name, value = action.parameters
                item.pending[name] = self._typed(item, name, value)
            case "Update":
                self._save(item, {})
            case "SystemUpdate" | "UpdateOverwriteVersion":
                self._save(item, self._marks(item) if action.name == "SystemUpdate" else {}, new_version=False)
            case "Recycle":
                self._rest("POST", f"{item.uri}/recycle")
            case "DeleteObject":
                self._rest("DELETE", item.uri)
            case _:
                raise not_implemented(f"the method {action.name} of SP.ListItem")

    def _save(self, item: Thing, marks: Mapping[str, str], *, new_version: bool = True) -> None:
        values = {**item.pending, **marks}
        form = [{"FieldName": name, "FieldValue": text} for name, text in values.items()]
        body = {"formValues": form, "bNewDocumentUpdate": not new_version}
        results = self._rest("POST", f"{item.uri}/ValidateUpdateListItem", body)["value"]
        refused = next((each for each in results if each["HasException"]), None)
        if refused is not None:
            raise ServiceError(500, f"{refused['ErrorCode']}, {CORE}", refused["ErrorMessage"])
        item.pending.clear()

    def _marks(self, item: Thing) -> dict[str, str]:
        """When and by whom the item was changed last, as a form takes it."""
        present = self._rest("GET", f"{item.uri}?$select=Modified,EditorId")
        local = datetime.fromisoformat(present["Modified"]).astimezone(zone(self._web))
        return {"Modified": local.strftime("%Y-%m-%d %H:%M:%S"), "Editor": self._people([present["EditorId"]])}

    def _typed(self, item: Thing, name: str, value: Any) -> str:
        """A value as a form takes it: people as keys, several ids in one text."""
        if value is None or value in ("", []):
            return ""
        many = value if isinstance(value, list) else [value]
        ids = [one.get("LookupId") if isinstance(one, dict) else one for one in many]
        if self._type(item, name) in {"User", "UserMulti"}:
            text = str(ids[0])
            return text if text.startswith("[") else self._people(ids)
        return ";#".join(map(str, ids))

    def _people(self, ids: Iterable[Any]) -> str:
        keys: list[dict[str, str]] = []
        for one in ids:
            text = str(one).partition(";#")[0]
            if text.isdecimal():
                text = self._rest("GET", f"web/getuserbyid({text})?$select=LoginName")["LoginName"]
            keys.append({"Key": text})
        return json.dumps(keys)

    def _type(self, item: Thing, name: str) -> str:
        holder = item.uri.rpartition("/")[0]
        if name not in self._types:
            uri = f"{holder}/fields/getbyinternalnameortitle({literal(name)})?$select={quote('TypeAsString')}"
            self._types[name] = self._rest("GET", uri)["TypeAsString"]
        return self._types[name]
