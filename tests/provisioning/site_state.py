"""What a site holds, read with plain operations and without ids and dates, so that two sites can be compared."""

from __future__ import annotations

import re
from typing import Any

from projectlists.farend.batch import Operation
from tests.far_end import FarEnd

_GUID = re.compile(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")
_VIEW_PARTS = ("ServerRelativeUrl", "Title", "ViewQuery", "DefaultView", "RowLimit")
_STEADY_COLUMNS = ("Title", "LedgerKey", "LedgerKind", "Details")


def state_of(far_end: FarEnd) -> dict[str, Any]:
    """Lists by address: title, columns, views and rows, each sorted; a double one shows."""
    site = far_end.open()
    (lists,) = site.run([Operation("GET", "web/lists", query={"$expand": "RootFolder", "$top": "500"})])
    found = {entity["RootFolder"]["ServerRelativeUrl"]: entity for entity in lists.checked().entries}
    return {url: _list(far_end, url, entity) for url, entity in sorted(found.items()) if not entity["IsCatalog"]}


def _list(far_end: FarEnd, url: str, entity: dict[str, Any]) -> dict[str, Any]:
    path = f"web/GetList('{url}')"
    fields, views, items = (
        answer.checked().entries
        for answer in far_end.open().run(
            [
                Operation("GET", f"{path}/fields"),
                Operation("GET", f"{path}/views", query={"$expand": "ViewFields"}),
                Operation("GET", f"{path}/items", query={"$top": "500"}),
            ]
        )
    )
    return {
        "title": (entity["Title"], entity["Description"], entity["Hidden"]),
        "fields": sorted(
            (field["InternalName"], field["Title"], _GUID.sub("", field["SchemaXml"])) for field in fields
        ),
        "views": sorted((*(view[name] for name in _VIEW_PARTS), view["ViewFields"]["SchemaXml"]) for view in views),
        "rows": sorted(str([row.get(name) for name in _STEADY_COLUMNS]) for row in items),
    }
