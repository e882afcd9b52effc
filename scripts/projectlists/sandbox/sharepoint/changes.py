"""`GetChanges` of a list: what happened to its items since a token (sharepoint-rest.md §6.10).

Only changes of items are logged; changes of the list itself and of its columns are not, and asking for nothing else
answers an empty collection.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import answers, bodies, moments, rows
from projectlists.sandbox.sharepoint.answers import Complex, Entry
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.errors import invalid_argument
from projectlists.sandbox.sharepoint.model import Call, Segment
from projectlists.sandbox.sharepoint.rows import Change
from projectlists.sandbox.sharepoint.schema import Schema

MOST, USUAL = 2_000, 1_000
KINDS = {rows.ADDED: "Add", rows.UPDATED: "Update", rows.DELETED: "DeleteObject", rows.RESTORED: "Restore"}
_TICKS_AT_1970 = 621_355_968_000_000_000


def answer(call: Call, cells: Cells, method: Segment) -> Response:
    """Answer `GetChanges`; the query names the kinds of change and the token to start after."""
    asked = bodies.arguments(call, method, ("query",)).get("query")
    if not isinstance(asked, dict):
        raise invalid_argument()
    if not asked.get("Item"):
        return answers.collection(call, [])
    number, since = _start(asked.get("ChangeTokenStart"), cells.listing.id)
    last = _start(asked.get("ChangeTokenEnd"), cells.listing.id, missing=2**62)[0]
    kinds = {kind for kind, name in KINDS.items() if asked.get(name)}
    found = [
        change
        for change in cells.rows.changes(cells.listing.id, number, since, _limit(asked.get("FetchLimit")))
        if change.kind in kinds and change.number <= last and _is_shown(cells, change)
    ]
    return answers.collection(call, [_entry(call, cells, change) for change in found])


def token(list_id: str, time: str, number: int) -> str:
    """A change token of a list: `1;3;{list};{.NET ticks};{number}`."""
    moment = datetime.fromisoformat(time)
    ticks = int(moment.timestamp() * 1000) * 10_000 + _TICKS_AT_1970
    return f"1;3;{list_id};{ticks};{number}"


def newest(schema: Schema, list_id: str) -> str:
    """The token of now: asked with it, `GetChanges` tells what happened from here on."""
    return token(list_id, schema.tenant.clock.now().isoformat(), rows.rows_of(schema.store).last_change(list_id))


def _start(given: Any, list_id: str, missing: int = 0) -> tuple[int, str]:
    """The number and the moment a token names; with number -1 the moment alone counts."""
    if given is None:
        return missing, ""
    text = given.get("StringValue") if isinstance(given, dict) else None
    parts = str(text).split(";")
    if len(parts) != 5 or parts[1] != "3" or parts[2].lower() != list_id:
        raise invalid_argument()
    try:
        ticks, number = int(parts[3]), int(parts[4])
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=(ticks - _TICKS_AT_1970) // 10)
    except (ValueError, OverflowError):
        raise invalid_argument() from None
    if not -1 <= number < 2**62:
        raise invalid_argument()
    # A number says it all; the moment may be one that a clock set back has not reached again.
    return (number, "") if number >= 0 else (0, moments.written(moment))


def _is_shown(cells: Cells, change: Change) -> bool:
    """Whether the caller may know of a change: items that the caller cannot see are left out, deleted ones are not."""
    return cells.rows.get(cells.listing.id, change.item_id) is None or cells.visible(change.item_id) is not None


def _limit(given: Any) -> int:
    try:
        return max(1, min(int(given or USUAL), MOST))
    except (TypeError, ValueError, OverflowError):
        raise invalid_argument() from None


def _entry(call: Call, cells: Cells, change: Change) -> Entry:
    shown: dict[str, Any] = {
        "ChangeToken": Complex({"StringValue": token(cells.listing.id, change.time, change.number)}, "SP.ChangeToken"),
        "ChangeType": change.kind,
        "SiteId": call.web.site_id,
        "Time": change.time,
        "EditorId": change.editor,
        "ItemId": change.item_id,
        "ListId": cells.listing.id,
        "UniqueId": change.unique_id,
        "WebId": call.web.id,
    }
    return Entry(shown, "SP.ChangeItem", f"Web/Lists(guid'{cells.listing.id}')/Changes({change.number})")
