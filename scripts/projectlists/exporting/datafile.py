"""Rows to JSON for other programs: internal names, choice keys, ISO dates. Written row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from projectlists.exporting.cells import account
from projectlists.exporting.table import Table
from projectlists.item import Item, Link, Person, Reference, Value


def write(path: Path, site: str, tables: Iterable[tuple[Table, Iterable[Item]]], *, words: bool = False) -> None:
    """Write `{"site":URL,"lists":{KEY:[{"id","etag","created","modified","values":{NAME:…}}…]}}`.

    With `words` each row also has `"words":{HEADING:…}`: choices and people as readers know them (guide.md §6.5).
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"site": {json.dumps(site)}, "lists": {{')
        for number, (table, items) in enumerate(tables):
            file.write(f"{',' if number else ''}\n{json.dumps(table.definition.key)}: [")
            for position, item in enumerate(items):
                # Surrogates that stand alone have no UTF-8, so everything beyond ASCII is escaped.
                file.write(f"{',' if position else ''}\n{json.dumps(_row(item, table if words else None))}")
            file.write("]")
        file.write("\n}}\n")


def _row(item: Item, table: Table | None) -> dict[str, Any]:
    # The key by which a row finds its way back says nothing to readers.
    shown = zip(table.headings[:-1], table.cells(item)[:-1], strict=True) if table else ()
    words = {heading: cell.isoformat() if isinstance(cell, date) else cell for heading, cell in shown}
    return {
        "id": item.id,
        "etag": item.etag,
        "created": item.created.isoformat(),
        "modified": item.modified.isoformat(),
        **({"file": item.file} if item.file else {}),
        "values": {name: _value(value) for name, value in item.values.items()},
        **({"words": words} if table else {}),
    }


def _value(value: Value) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Person():
            return {"name": value.name, "mail": value.mail, "account": account(value)}
        case Reference():
            return {"id": value.id, "title": value.title}
        case Link():
            return {"url": value.url, "text": value.text}
        case _:
            return value
