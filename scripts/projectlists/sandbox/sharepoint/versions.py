"""The versions of an item, newest first (sharepoint-rest.md §6.11)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import answers, shape
from projectlists.sandbox.sharepoint.answers import Entry
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.errors import unsupported_verb
from projectlists.sandbox.sharepoint.model import Call
from projectlists.sandbox.sharepoint.rows import Row, Version


def answer(call: Call, cells: Cells, row: Row) -> Response:
    """Answer `…/versions`."""
    if call.method != "GET":
        raise unsupported_verb("SP.ListItemVersionCollection", call.method)
    return answers.collection(call, [_entry(cells, row, one) for one in cells.rows.versions(row)])


def _entry(cells: Cells, row: Row, version: Version) -> Entry:
    state = replace(row, major=version.major, modified=version.modified, editor=version.editor, values=version.values)
    number = version.major * 512
    shown: dict[str, Any] = {
        "VersionId": number,
        "VersionLabel": f"{version.major}.0",
        "IsCurrentVersion": version.major == row.major,
    }
    # Columns stand inline; a version's own `Created` is the moment it was saved.
    shown.update({name: shape.value(cells, state, name) for name in shape.default_names(cells) if name != "Id"})
    shown["Created"] = version.modified
    return Entry(shown, "SP.ListItemVersion", f"{shape.address(cells, row)}/Versions({number})")
