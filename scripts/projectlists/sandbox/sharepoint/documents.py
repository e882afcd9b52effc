"""Where files and folders stand: an item's place in its list's folders, and what a file holds, version by version.

Every file and folder is an item of its list; an item without a place stands in the root folder.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from projectlists.sandbox.sharepoint.model import ListRecord
from projectlists.sandbox.sharepoint.schema import Schema
from projectlists.sandbox.store import Store

_COLUMNS = "document.list_id, document.id, folder, name, is_folder, length(content) AS size"
# An item in the recycle bin keeps its place and leaves the name free.
_PRESENT = "sp_document document JOIN sp_item item ON item.list_id = document.list_id AND item.id = document.id"


@dataclass(frozen=True)
class Place:
    """Where an item stands. `folder` is the server-relative URL of the folder it is in; `size` is in bytes."""

    list_id: str
    id: int
    folder: str
    name: str
    is_folder: bool
    size: int

    @property
    def url(self) -> str:
        """The server-relative URL of the file or folder itself."""
        return f"{self.folder}/{self.name}"


@dataclass(frozen=True)
class NewPlace:
    """Where an item about to be made will stand, with what a file holds.

    An item of a list has no name of its own: it goes by its id.
    """

    folder: str
    name: str
    is_folder: bool = False
    content: bytes = b""


class Documents:
    """The places of one list's items. Changes are committed when the outermost transaction of the store ends."""

    def __init__(self, store: Store, list_id: str) -> None:
        self.store = store
        self.list_id = list_id

    def any(self) -> bool:
        """Whether any item has a place of its own."""
        return self.store.row("SELECT 1 FROM sp_document WHERE list_id = ? LIMIT 1", (self.list_id,)) is not None

    def of(self, item_id: int) -> Place | None:
        """The place of an item; None for one in the root folder."""
        sql = f"SELECT {_COLUMNS} FROM sp_document document WHERE list_id = ? AND id = ?"  # noqa: S608 - own texts
        row = self.store.row(sql, (self.list_id, item_id))
        return _place(row) if row else None

    def at(self, url: str) -> Place | None:
        """What stands at a server-relative URL, whatever the case."""
        folder, _, name = url.rstrip("/").rpartition("/")
        sql = f"SELECT {_COLUMNS} FROM {_PRESENT} WHERE document.list_id = ? AND folder = ? AND name = ?"  # noqa: S608
        row = self.store.row(sql, (self.list_id, folder, name))
        return _place(row) if row else None

    def inside(self, folder: str) -> list[Place]:
        """What stands directly in a folder, by name."""
        sql = f"SELECT {_COLUMNS} FROM {_PRESENT} WHERE document.list_id = ? AND folder = ? ORDER BY name"  # noqa: S608
        return [_place(row) for row in self.store.rows(sql, (self.list_id, folder))]

    def below(self, folder: str) -> Iterator[Place]:
        """Everything under a folder, at any depth; what a folder holds comes before the folder."""
        for place in self.inside(folder):
            if place.is_folder:
                yield from self.below(place.url)
            yield place

    def put(self, item_id: int, place: NewPlace) -> None:
        """Give a new item its place and its first content."""
        name = place.name or f"{item_id}_.000"
        self.store.execute(
            "INSERT INTO sp_document VALUES (?, ?, ?, ?, ?, ?)",
            (self.list_id, item_id, place.folder, name, place.is_folder, place.content),
        )

    def content(self, item_id: int) -> bytes:
        """What a file holds now."""
        sql = "SELECT content FROM sp_document WHERE list_id = ? AND id = ?"
        row = self.store.row(sql, (self.list_id, item_id))
        return bytes(row["content"]) if row else b""

    def write(self, item_id: int, content: bytes, replaced_version: int) -> None:
        """Replace what a file holds; the former content is kept as version `replaced_version`."""
        self.store.execute(
            "INSERT OR IGNORE INTO sp_document_version SELECT list_id, id, ?, content FROM sp_document"
            " WHERE list_id = ? AND id = ?",
            (replaced_version, self.list_id, item_id),
        )
        sql = "UPDATE sp_document SET content = ? WHERE list_id = ? AND id = ?"
        self.store.execute(sql, (content, self.list_id, item_id))

    def earlier(self, item_id: int, version: int) -> bytes:
        """What a file held in a version: the content replaced first at or after it, else the one of now."""
        row = self.store.row(
            "SELECT content FROM sp_document_version WHERE list_id = ? AND id = ? AND major >= ?"
            " ORDER BY major LIMIT 1",
            (self.list_id, item_id, version),
        )
        return bytes(row["content"]) if row else self.content(item_id)

    def move(self, place: Place, folder: str, name: str) -> None:
        """Move or rename a file or folder within its list; what a folder holds goes along."""
        target = f"{folder}/{name}"
        with self.store.transaction():
            if place.is_folder:
                for child in list(self.below(place.url)):
                    moved = target + child.folder[len(place.url) :]
                    self._set(child.id, moved, child.name)
            self._set(place.id, folder, name)

    def _set(self, item_id: int, folder: str, name: str) -> None:
        sql = "UPDATE sp_document SET folder = ?, name = ? WHERE list_id = ? AND id = ?"
        self.store.execute(sql, (folder, name, self.list_id, item_id))


def holder(schema: Schema, web_url: str, url: str) -> tuple[ListRecord, str] | None:
    """The list whose root folder is or holds a URL, and the URL made server-relative; None when there is none.

    `url` is server-relative or relative to the site, as clients give both (sharepoint-rest.md §2.1).
    """
    path = url.rstrip("/")
    full = path if path.startswith("/") else f"{web_url}/{path}"
    inside = (one for one in schema.lists(web_url) if f"{full.lower()}/".startswith(f"{one.url.lower()}/"))
    found = max(inside, key=lambda one: len(one.url), default=None)
    return (found, full) if found else None


def _place(row: sqlite3.Row) -> Place:
    return Place(row["list_id"], row["id"], row["folder"], row["name"], bool(row["is_folder"]), row["size"])
