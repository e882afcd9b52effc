"""Where items are kept: rows with values by field id, an index of indexed columns, versions, recycle bin, change log.

The room knows no field types: values come in ready to store and index entries ready to compare.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from projectlists.sandbox.sharepoint import itemtables
from projectlists.sandbox.sharepoint.conditions import IndexSearch, Values
from projectlists.sandbox.store import Store

ADDED, UPDATED, DELETED, RESTORED = 1, 2, 3, 7
"""Kinds of change as the change log numbers them (sharepoint-rest.md §6.10)."""
_CHANGES_AT_ONCE = 500


@dataclass(frozen=True)
class Row:
    """One item. `values` are stored values by field id; `created` and `modified` are UTC texts; people are site ids.

    `version` goes up with every save and stands in the ETag; `major` is the version people see (`major`.0).
    """

    list_id: str
    id: int
    unique_id: str
    version: int
    major: int
    created: str
    modified: str
    author: int
    editor: int
    attachments: int
    values: Mapping[str, Any]

    @property
    def etag(self) -> str:
        """The ETag with its quotes (sharepoint-rest.md §1.7)."""
        return f'"{self.unique_id},{self.version}"'


@dataclass(frozen=True)
class Version:
    """An earlier or the current state of an item."""

    major: int
    modified: str
    editor: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One entry of the change log."""

    number: int
    list_id: str
    item_id: int
    unique_id: str
    kind: int
    time: str
    editor: int


class Rows:
    """The items of all lists. Changes are committed when the outermost `transaction` of the store ends."""

    def __init__(self, store: Store) -> None:
        self.store = store
        itemtables.declare(store)

    # Reading

    def get(self, list_id: str, item_id: int) -> Row | None:
        """One item, or None."""
        found = self.store.row("SELECT * FROM sp_item WHERE list_id = ? AND id = ?", (list_id, item_id))
        return _row(found) if found else None

    def find(self, unique_id: str) -> Row | None:
        """The item with a unique id, whatever its list."""
        found = self.store.row("SELECT * FROM sp_item WHERE unique_id = ?", (unique_id,))
        return _row(found) if found else None

    def count(self, list_id: str) -> int:
        """How many items the list holds."""
        found = self.store.row("SELECT number FROM sp_item_counter WHERE list_id = ?", (list_id,))
        return int(found["number"]) if found else 0

    def scan(
        self,
        list_id: str,
        searches: Sequence[IndexSearch] = (),
        *,
        descending: bool = False,
        after: int | None = None,
        limit: int = -1,
    ) -> Iterator[Row]:
        """Items in order of id that satisfy all searches, beginning beyond id `after`."""
        where, parameters = _where(list_id, searches)
        if after is not None:
            where += f" AND id {'<' if descending else '>'} ?"
            parameters.append(after)
        sql = f"SELECT * FROM sp_item WHERE {where} ORDER BY id {'DESC' if descending else 'ASC'} LIMIT ?"  # noqa: S608
        for found in self.store.rows(sql, [*parameters, limit]):
            yield _row(found)

    def many(self, list_id: str, item_ids: Sequence[int]) -> list[Row]:
        """The items with these ids, in the order given; missing ones are left out."""
        sql = "SELECT * FROM sp_item WHERE list_id = ? AND id IN (SELECT value FROM json_each(?))"
        found = {row["id"]: _row(row) for row in self.store.rows(sql, (list_id, json.dumps(list(item_ids))))}
        return [found[item_id] for item_id in item_ids if item_id in found]

    def ids(self, list_id: str, searches: Sequence[IndexSearch] = (), *, limit: int = -1) -> list[int]:
        """The ids of the items that satisfy all searches, at most `limit`; unsorted when limited."""
        where, parameters = _where(list_id, searches)
        sql = f"SELECT id FROM sp_item WHERE {where} LIMIT ?"  # noqa: S608 - own texts only
        return [row["id"] for row in self.store.rows(sql, [*parameters, limit])]

    def entries(self, list_id: str, field_id: str) -> dict[int, Any]:
        """A column's index by item id."""
        sql = "SELECT id, value FROM sp_item_index WHERE list_id = ? AND field_id = ?"
        return {row["id"]: row["value"] for row in self.store.rows(sql, (list_id, field_id))}

    def holder(self, list_id: str, field_id: str, value: str | float, besides: int | None) -> int | None:
        """The id of an item, other than `besides`, whose indexed column has this value."""
        sql = "SELECT id FROM sp_item_index WHERE list_id = ? AND field_id = ? AND value = ? AND id IS NOT ? LIMIT 1"
        found = self.store.row(sql, (list_id, field_id, value, besides))
        return int(found["id"]) if found else None

    # Index

    def keep_indexes(self, list_id: str, wanted: Iterable[str], entry: Callable[[Row, str], Values]) -> None:
        """Make the index hold exactly the wanted fields; `entry` gives the values of a field of a row."""
        sql = "SELECT field_id FROM sp_item_indexed WHERE list_id = ?"
        present = {row["field_id"] for row in self.store.rows(sql, (list_id,))}
        target = set(wanted)
        if present == target:
            return
        with self.store.transaction():
            for field_id in present - target:
                for table in ("sp_item_index", "sp_item_indexed"):
                    sql = f"DELETE FROM {table} WHERE list_id = ? AND field_id = ?"  # noqa: S608 - own names
                    self.store.execute(sql, (list_id, field_id))
            missing = target - present
            for field_id in missing:
                self.store.execute("INSERT INTO sp_item_indexed VALUES (?, ?)", (list_id, field_id))
            for row in self.scan(list_id):
                self._enter(row, {field_id: entry(row, field_id) for field_id in missing})

    def _enter(self, row: Row, entries: Mapping[str, Values]) -> None:
        for field_id, values in entries.items():
            for value in dict.fromkeys(values):
                self.store.execute(
                    "INSERT INTO sp_item_index VALUES (?, ?, ?, ?)", (row.list_id, field_id, value, row.id)
                )

    # Writing

    def next_id(self, list_id: str) -> int:
        """Take the next id of a list; ids are never used twice. Call it inside the transaction of the insert."""
        self.store.execute(
            "INSERT INTO sp_item_counter VALUES (?, 1, 0) ON CONFLICT (list_id) DO UPDATE SET last_id = last_id + 1",
            (list_id,),
        )
        found = self.store.row("SELECT last_id FROM sp_item_counter WHERE list_id = ?", (list_id,))
        return int(found["last_id"]) if found else 1

    def insert(self, row: Row, entries: Mapping[str, Values], kind: int = ADDED) -> None:
        """Add an item with the index entries of its indexed fields."""
        self.store.execute(
            "INSERT INTO sp_item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row.list_id,
                row.id,
                row.unique_id,
                row.version,
                row.major,
                row.created,
                row.modified,
                row.author,
                row.editor,
                row.attachments,
                _text(row.values),
            ),
        )
        self.store.execute("UPDATE sp_item_counter SET number = number + 1 WHERE list_id = ?", (row.list_id,))
        self._enter(row, entries)
        self._log(row, kind, row.modified)

    def replace(self, row: Row, entries: Mapping[str, Values]) -> None:
        """Write an item's new state with its index entries."""
        self.store.execute(
            "UPDATE sp_item SET version = ?, major = ?, created = ?, modified = ?, author = ?, editor = ?,"
            " attachments = ?, fields = ? WHERE list_id = ? AND id = ?",
            (
                row.version,
                row.major,
                row.created,
                row.modified,
                row.author,
                row.editor,
                row.attachments,
                _text(row.values),
                row.list_id,
                row.id,
            ),
        )
        self.store.execute("DELETE FROM sp_item_index WHERE list_id = ? AND id = ?", (row.list_id, row.id))
        self._enter(row, entries)
        self._log(row, UPDATED, row.modified)

    def delete(self, row: Row, moment: str) -> None:
        """Remove an item for good, with its versions and files."""
        self._forget_parts(row)
        self._remove(row, moment)

    def _remove(self, row: Row, moment: str) -> None:
        self.store.execute("DELETE FROM sp_item_index WHERE list_id = ? AND id = ?", (row.list_id, row.id))
        self.store.execute("DELETE FROM sp_item WHERE list_id = ? AND id = ?", (row.list_id, row.id))
        self.store.execute("UPDATE sp_item_counter SET number = number - 1 WHERE list_id = ?", (row.list_id,))
        self._log(row, DELETED, moment)

    def recycle(self, row: Row, moment: str) -> str:
        """Move an item to the recycle bin (versions and files wait for it); returns the id of the entry there."""
        entry = str(uuid.uuid4())
        item = json.dumps({**vars(row), "values": dict(row.values)}, ensure_ascii=False)
        self.store.execute("INSERT INTO sp_item_recycled VALUES (?, ?, ?, ?)", (entry, row.list_id, item, moment))
        self._remove(row, moment)
        return entry

    def recycled(self, entry: str) -> Row | None:
        """The item behind an entry of the recycle bin."""
        found = self.store.row("SELECT item FROM sp_item_recycled WHERE entry = ?", (entry.lower(),))
        return Row(**json.loads(found["item"])) if found else None

    def restore(self, entry: str, row: Row, entries: Mapping[str, Values]) -> None:
        """Put an item back from the recycle bin under its old id."""
        self.store.execute("DELETE FROM sp_item_recycled WHERE entry = ?", (entry.lower(),))
        self.insert(row, entries, RESTORED)

    def purge(self, entry: str, row: Row) -> None:
        """Remove an entry of the recycle bin for good, with all that waited for it."""
        self.store.execute("DELETE FROM sp_item_recycled WHERE entry = ?", (entry,))
        self._forget_parts(row)

    def _forget_parts(self, row: Row) -> None:
        for table in (
            "sp_item_version",
            "sp_item_attachment",
            "sp_document",
            "sp_document_version",
            "sp_checkout",
            "sp_upload",
        ):
            sql = f"DELETE FROM {table} WHERE list_id = ? AND id = ?"  # noqa: S608 - own names
            self.store.execute(sql, (row.list_id, row.id))

    # Versions, attachments, change log

    def keep_version(self, row: Row, limit: int) -> None:
        """Note an item's state as version `row.major`; only the newest `limit` are kept."""
        self.store.execute(
            "INSERT OR REPLACE INTO sp_item_version VALUES (?, ?, ?, ?, ?, ?)",
            (row.list_id, row.id, row.major, row.modified, row.editor, _text(row.values)),
        )
        self.store.execute(
            "DELETE FROM sp_item_version WHERE list_id = ? AND id = ? AND major <= ?",
            (row.list_id, row.id, row.major - limit),
        )

    def versions(self, row: Row) -> list[Version]:
        """The kept versions of an item, newest first."""
        sql = "SELECT * FROM sp_item_version WHERE list_id = ? AND id = ? ORDER BY major DESC"
        return [
            Version(found["major"], found["modified"], found["editor"], json.loads(found["fields"]))
            for found in self.store.rows(sql, (row.list_id, row.id))
        ]

    def forget_version(self, row: Row, major: int) -> None:
        """Remove an earlier version of an item."""
        for table in ("sp_item_version", "sp_document_version"):
            sql = f"DELETE FROM {table} WHERE list_id = ? AND id = ? AND major = ?"  # noqa: S608 - own names
            self.store.execute(sql, (row.list_id, row.id, major))

    def attach(self, row: Row, name: str, content: bytes) -> None:
        """Keep a file with an item. Raises sqlite3.IntegrityError when the name is taken."""
        self.store.execute("INSERT INTO sp_item_attachment VALUES (?, ?, ?, ?)", (row.list_id, row.id, name, content))

    def detach(self, row: Row, name: str) -> None:
        """Remove a file from an item."""
        sql = "DELETE FROM sp_item_attachment WHERE list_id = ? AND id = ? AND name = ?"
        self.store.execute(sql, (row.list_id, row.id, name))

    def attached(self, row: Row) -> dict[str, bytes]:
        """The files of an item by name."""
        sql = "SELECT name, content FROM sp_item_attachment WHERE list_id = ? AND id = ? ORDER BY name"
        return {found["name"]: found["content"] for found in self.store.rows(sql, (row.list_id, row.id))}

    def changes(
        self, list_ids: Iterable[str], kinds: Iterable[int], after: int, until: int, since: str
    ) -> Iterator[Change]:
        """Entries of the change log of lists with a number above `after`, not older than `since`, oldest first."""
        sql = (
            "SELECT * FROM sp_item_change WHERE list_id IN (SELECT value FROM json_each(?)) AND number > ?"
            " AND number <= ? AND time >= ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY number LIMIT ?"
        )
        lists, wanted = json.dumps(list(list_ids)), json.dumps(list(kinds))
        while True:
            found = self.store.rows(sql, (lists, after, until, since, wanted, _CHANGES_AT_ONCE))
            for row in found:
                yield Change(**dict(row))
            if len(found) < _CHANGES_AT_ONCE:
                return
            after = found[-1]["number"]

    def last_change(self, list_id: str | None = None) -> int:
        """The number of the newest entry of a list's change log, or of all lists'; 0 without any."""
        where, parameters = ("", ()) if list_id is None else (" WHERE list_id = ?", (list_id,))
        found = self.store.row(f"SELECT max(number) AS last FROM sp_item_change{where}", parameters)  # noqa: S608
        return int(found["last"] or 0) if found else 0

    def _log(self, row: Row, kind: int, moment: str) -> None:
        self.store.execute(
            "INSERT INTO sp_item_change (list_id, item_id, unique_id, kind, time, editor) VALUES (?, ?, ?, ?, ?, ?)",
            (row.list_id, row.id, row.unique_id, kind, moment, row.editor),
        )


_OPENED: WeakKeyDictionary[Store, Rows] = WeakKeyDictionary()


def rows_of(store: Store) -> Rows:
    """The rows of a store; its tables are declared at the first call, which must stand outside a transaction."""
    with store.lock:
        if store not in _OPENED:
            _OPENED[store] = Rows(store)
        return _OPENED[store]


def clear(store: Store) -> None:
    """Empty the tables: no item, version or change is left."""
    rows_of(store)
    with store.transaction():
        for name in itemtables.NAMES:
            store.execute(f"DELETE FROM {name}")  # noqa: S608 - own names


def _where(list_id: str, searches: Sequence[IndexSearch]) -> tuple[str, list[Any]]:
    texts = ["list_id = ?"]
    parameters: list[Any] = [list_id]
    for search in searches:
        if search.field.name == "ID":
            texts.append("0" if search.absent else search.sql.replace("value", "id"))
        else:
            inner = "SELECT id FROM sp_item_index WHERE list_id = ? AND field_id = ?"
            parameters.extend((list_id, search.field.id))
            texts.append(f"id NOT IN ({inner})" if search.absent else f"id IN ({inner} AND {search.sql})")
        parameters.extend(search.parameters)
    return " AND ".join(f"({text})" for text in texts), parameters


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))


def _row(found: sqlite3.Row) -> Row:
    values = dict(found)
    return Row(values=json.loads(values.pop("fields")), **values)
