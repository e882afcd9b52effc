"""Who keeps others from changing a file: whoever checked it out, or has it open in an application.

A check-out binds everyone but its holder. A lock is an application's and binds everyone who comes over HTTP; a control
sets it, because no client here can open a file (sharepoint-rest.md §1.8, 423).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.errors import checked_out, locked, not_checked_out, not_implemented
from projectlists.sandbox.sharepoint.rows import Row
from projectlists.sandbox.store import Store


@dataclass(frozen=True)
class Hold:
    """The check-out of a file. `holder` is a principal's id, None after the check-in; `version` is that of before."""

    holder: int | None
    version: int
    comment: str


FREE = Hold(None, 0, "")
"""A file that was never checked out."""


def of(cells: Cells, row: Row) -> Hold:
    """How a file stands."""
    sql = "SELECT holder, version, comment FROM sp_checkout WHERE list_id = ? AND id = ?"
    found = cells.schema.store.row(sql, (row.list_id, row.id))
    return Hold(**dict(found)) if found else FREE


def check_out(cells: Cells, principal_id: int, row: Row) -> None:
    """Check a file out. Raises ServiceError (423) when anybody has it, the caller included."""
    refuse_others(cells, principal_id, row)
    hold = of(cells, row)
    if hold.holder is not None:
        raise checked_out(_address(cells, row), _login(cells, hold.holder))
    _keep(cells, row, Hold(principal_id, row.version, hold.comment))


def check_in(cells: Cells, principal_id: int, row: Row, comment: str) -> None:
    """Check a file in. Raises ServiceError: 423 when it is another's, 500 when nobody has it."""
    refuse_others(cells, principal_id, row)
    if of(cells, row).holder is None:
        raise not_checked_out(_address(cells, row))
    _keep(cells, row, Hold(None, row.version, comment))


def undo(cells: Cells, row: Row) -> None:
    """Give a check-out up. Raises ServiceError: 500 when nobody has it, 501 when something was saved meanwhile."""
    hold = of(cells, row)
    if hold.holder is None:
        raise not_checked_out(_address(cells, row))
    if hold.version != row.version:
        raise not_implemented("giving up what was saved while a file was checked out")
    _keep(cells, row, Hold(None, row.version, hold.comment))


def refuse_others(cells: Cells, principal_id: int, row: Row) -> None:
    """Refuse a change of a file that somebody else has. Raises ServiceError (423)."""
    place = cells.place(row) if cells.listing.is_library else None
    if place is None or place.is_folder:
        return
    store = cells.schema.store
    open_at = store.row("SELECT upn FROM sp_file_lock WHERE url = ?", (place.url,))
    if open_at is not None:
        raise locked(_address(cells, row), open_at["upn"])
    holder = of(cells, row).holder
    if holder is not None and holder != principal_id:
        raise checked_out(_address(cells, row), _login(cells, holder))


def locks(store: Store) -> list[dict[str, Any]]:
    """The files that are open in an application: `{"file": server-relative URL, "by": upn}`."""
    return [{"file": row["url"], "by": row["upn"]} for row in store.rows("SELECT url, upn FROM sp_file_lock")]


def lock(store: Store, url: str, upn: str) -> None:
    """Let somebody have a file open."""
    store.execute("INSERT OR REPLACE INTO sp_file_lock VALUES (?, ?)", (url, upn))


def unlock_all(store: Store) -> None:
    """Close all open files."""
    store.execute("DELETE FROM sp_file_lock")


def _keep(cells: Cells, row: Row, hold: Hold) -> None:
    cells.schema.store.execute(
        "INSERT OR REPLACE INTO sp_checkout VALUES (?, ?, ?, ?, ?)",
        (row.list_id, row.id, hold.holder, hold.version, hold.comment),
    )


def _address(cells: Cells, row: Row) -> str:
    place = cells.place(row)
    return f"https://{cells.schema.tenant.sharepoint_host}{place.url if place else cells.listing.url}"


def _login(cells: Cells, principal_id: int) -> str:
    known = cells.schema.user(cells.web.url, principal_id)
    return known.login if known else str(principal_id)
