"""The list of an item, expanded in the item: `$expand=ParentList,ParentList/RootFolder,ParentList/ParentWeb`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from projectlists.sandbox.http import Headers
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.model import Call, Segment, ServiceError

_HEAD: Final = "ParentList"
_LIGHT: Final = "application/json;odata=nometadata"


def apart(options: Mapping[str, str]) -> tuple[Mapping[str, str], dict[str, str] | None]:
    """The options of an item without those about its list, and these as options of the list (None: not expanded)."""
    expanded = [path.strip() for path in options.get("$expand", "").split(",")]
    if _HEAD not in expanded:
        return options, None
    rest, own = dict(options), {}
    for name in ("$select", "$expand"):
        paths = [path.strip() for path in options.get(name, "").split(",") if path.strip()]
        below = [path.removeprefix(f"{_HEAD}/") for path in paths if path.startswith(f"{_HEAD}/")]
        others = [path for path in paths if path.partition("/")[0] != _HEAD]
        rest.pop(name, None)
        if others:
            rest[name] = ",".join(others)
        if below:
            own[name] = ",".join(below)
    return rest, own


def read(call: Call, cells: Cells, options: Mapping[str, str]) -> Complex:
    """What the list shows under these options. Raises ServiceError as the list does."""
    kept = [pair for pair in call.request.headers.pairs if pair[0].lower() not in {"accept", "odata-version"}]
    request = replace(call.request, method="GET", headers=Headers([*kept, ("Accept", _LIGHT)]))
    asked = replace(call, request=request, options=options)
    answer = asked.elsewhere(Segment("web"), Segment("Lists", (cells.listing.id,), called=True))
    found = json.loads(answer.body)
    if answer.status >= 400:
        error = found["odata.error"]
        raise ServiceError(answer.status, error["code"], error["message"]["value"])
    return _complex(found)


def _complex(found: dict[str, Any]) -> Complex:
    shown = {name: _complex(value) if isinstance(value, dict) else value for name, value in found.items()}
    return Complex(shown, "SP.List")
