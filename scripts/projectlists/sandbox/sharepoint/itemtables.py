"""Where the items of all lists are kept: rows, their index, versions, recycle bin, files and change log."""

from __future__ import annotations

from projectlists.sandbox.sharepoint import tables
from projectlists.sandbox.store import Store

TABLES = """
CREATE TABLE IF NOT EXISTS sp_item (
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    unique_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    major INTEGER NOT NULL,
    created TEXT NOT NULL,
    modified TEXT NOT NULL,
    author INTEGER NOT NULL,
    editor INTEGER NOT NULL,
    attachments INTEGER NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (list_id, id)
);
CREATE INDEX IF NOT EXISTS sp_item_by_unique_id ON sp_item (unique_id);
CREATE TABLE IF NOT EXISTS sp_item_counter (
    list_id TEXT PRIMARY KEY REFERENCES sp_list(id) ON DELETE CASCADE,
    last_id INTEGER NOT NULL,
    number INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS sp_item_index (
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    field_id TEXT NOT NULL,
    value NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (list_id, field_id, value, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sp_item_index_by_item ON sp_item_index (list_id, id);
CREATE TABLE IF NOT EXISTS sp_item_indexed (
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    field_id TEXT NOT NULL,
    PRIMARY KEY (list_id, field_id)
);
CREATE TABLE IF NOT EXISTS sp_item_version (
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    major INTEGER NOT NULL,
    modified TEXT NOT NULL,
    editor INTEGER NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (list_id, id, major)
);
CREATE TABLE IF NOT EXISTS sp_item_recycled (
    entry TEXT PRIMARY KEY,
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    item TEXT NOT NULL,
    deleted TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS sp_recycled (
    entry TEXT PRIMARY KEY,
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    parent TEXT,
    kind INTEGER NOT NULL,
    title TEXT NOT NULL,
    folder TEXT NOT NULL,
    leaf TEXT NOT NULL,
    size INTEGER NOT NULL,
    author INTEGER NOT NULL,
    deleted_at TEXT NOT NULL,
    deleted_by INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS sp_item_attachment (
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    content BLOB NOT NULL,
    PRIMARY KEY (list_id, id, name)
);
CREATE TABLE IF NOT EXISTS sp_document (
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    folder TEXT NOT NULL COLLATE NOCASE,
    name TEXT NOT NULL COLLATE NOCASE,
    is_folder INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (list_id, id)
);
CREATE INDEX IF NOT EXISTS sp_document_by_folder ON sp_document (list_id, folder, name);
CREATE TABLE IF NOT EXISTS sp_document_version (
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    major INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (list_id, id, major)
);
CREATE TABLE IF NOT EXISTS sp_checkout (
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    holder INTEGER,
    version INTEGER NOT NULL,
    comment TEXT NOT NULL,
    PRIMARY KEY (list_id, id)
);
CREATE TABLE IF NOT EXISTS sp_upload (
    upload TEXT NOT NULL,
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (upload, list_id, id)
);
CREATE TABLE IF NOT EXISTS sp_copy_job (id TEXT PRIMARY KEY, log TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sp_file_lock (url TEXT PRIMARY KEY COLLATE NOCASE, upn TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sp_item_change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    list_id TEXT NOT NULL REFERENCES sp_list(id) ON DELETE CASCADE,
    item_id INTEGER NOT NULL,
    unique_id TEXT NOT NULL,
    kind INTEGER NOT NULL,
    time TEXT NOT NULL,
    editor INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS sp_item_change_by_list ON sp_item_change (list_id, number);
"""
NAMES = (
    "sp_item_change",
    "sp_copy_job",
    "sp_upload",
    "sp_file_lock",
    "sp_checkout",
    "sp_document_version",
    "sp_document",
    "sp_item_attachment",
    "sp_recycled",
    "sp_item_recycled",
    "sp_item_version",
    "sp_item_indexed",
    "sp_item_index",
    "sp_item_counter",
    "sp_item",
)


def declare(store: Store) -> None:
    """Create the tables when they are not there yet; they refer to those of the lists."""
    tables.declare(store)
    store.declare(TABLES)
