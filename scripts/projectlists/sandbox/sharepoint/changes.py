"""`GetChanges` of a list, a site or a site collection: what happened to items since a token (sharepoint-rest.md §6.10).

Only changes of items are logged; changes of the list itself and of its columns are not, and asking for nothing else
answers an empty collection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import answers, bodies, moments, rows
from projectlists.sandbox.sharepoint.answers import Complex, Entry
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.errors import invalid_argument
from projectlists.sandbox.sharepoint.model import Call, Segment, Web
from projectlists.sandbox.sharepoint.rows import Change
from projectlists.sandbox.sharepoint.schema import Schema, ticks

SITE, WEB, LIST = 1, 2, 3
MOST, USUAL = 2_000, 1_000
KINDS = {rows.ADDED: "Add", rows.UPDATED: "Update", rows.DELETED: "DeleteObject", rows.RESTORED: "Restore"}
_TICKS_AT_1970 = 621_355_968_000_000_000


@dataclass(frozen=True)
class Scope:
    """What a change log is asked of: its kind as tokens number it, and its id."""

    kind: int
    id: str

    def token(self, time: str, number: int) -> Complex:
        """A change token: `1;{kind};{id};{.NET ticks};{number}`."""
        text = f"1;{self.kind};{self.id};{ticks(datetime.fromisoformat(time))};{number}"
        return Complex({"StringValue": text}, "SP.ChangeToken")

    def newest(self, schema: Schema) -> Complex:
        """The token of now: asked with it, `GetChanges` tells what happened from here on."""
        number = rows.rows_of(schema.store).last_change(self.id if self.kind == LIST else None)
        return self.token(schema.tenant.clock.now().isoformat(), number)


def of_list(list_id: str) -> Scope:
    """The change log of a list."""
    return Scope(LIST, list_id)


def of_web(web: Web) -> Scope:
    """The change log of a site: of its lists, not of those of its sub-sites."""
    return Scope(WEB, web.id)


def of_site(web: Web) -> Scope:
    """The change log of the site collection that a site belongs to."""
    return Scope(SITE, web.site_id)


def answer(call: Call, scope: Scope, lists: Sequence[Cells], method: Segment) -> Response:
    """Answer `GetChanges`; the query names the kinds of change and the token to start after."""
    asked = bodies.arguments(call, method, ("query",)).get("query")
    if not isinstance(asked, dict):
        raise invalid_argument()
    after, since = _start(asked.get("ChangeTokenStart"), scope)
    until = _start(asked.get("ChangeTokenEnd"), scope, missing=2**62)[0]
    limit = _limit(asked.get("FetchLimit"))
    kinds = [kind for kind, name in KINDS.items() if asked.get(name)]
    by_id = {cells.listing.id: cells for cells in lists}
    if not asked.get("Item") or not by_id:
        return answers.collection(call, [])
    log = lists[0].rows.changes(by_id, kinds, after, until, since)
    shown = islice((one for one in log if _is_shown(by_id[one.list_id], one)), limit)
    return answers.collection(call, [_entry(scope, by_id[one.list_id], one) for one in shown])


def _start(given: Any, scope: Scope, missing: int = 0) -> tuple[int, str]:
    """The number and the moment a token names; with number -1 the moment alone counts."""
    if given is None:
        return missing, ""
    text = given.get("StringValue") if isinstance(given, dict) else None
    parts = str(text).split(";")
    if len(parts) != 5 or parts[1] != str(scope.kind) or parts[2].lower() != scope.id:
        raise invalid_argument()
    try:
        given_ticks, number = int(parts[3]), int(parts[4])
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=(given_ticks - _TICKS_AT_1970) // 10)
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


def _entry(scope: Scope, cells: Cells, change: Change) -> Entry:
    shown: dict[str, Any] = {
        "ChangeToken": scope.token(change.time, change.number),
        "ChangeType": change.kind,
        "SiteId": cells.web.site_id,
        "Time": change.time,
        "EditorId": change.editor,
        "ItemId": change.item_id,
        "ListId": cells.listing.id,
        "UniqueId": change.unique_id,
        "WebId": cells.web.id,
    }
    return Entry(shown, "SP.ChangeItem", f"Web/Lists(guid'{cells.listing.id}')/Changes({change.number})")
