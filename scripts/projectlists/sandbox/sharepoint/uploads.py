"""Files that come in pieces: `StartUpload`, `ContinueUpload`, `FinishUpload`, `CancelUpload` of a file.

The pieces wait until the last one has come; until then the file is what it was.
"""

from __future__ import annotations

from typing import Final

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import access, address, answers, fileholds
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.errors import invalid_argument, refused
from projectlists.sandbox.sharepoint.model import Call, Segment
from projectlists.sandbox.sharepoint.rows import Row
from projectlists.sandbox.sharepoint.schema import plain_guid

METHODS: Final = frozenset({"startupload", "continueupload", "finishupload", "cancelupload"})


def take(call: Call, cells: Cells, row: Row, method: Segment) -> bytes | Response:
    """Take a piece: the whole content after the last one, else the answer (how much there is).

    Raises ServiceError: 400 for an id or an offset that does not go on where the last piece ended, 403, 423.
    """
    access.require_item(call, cells.schema, cells.listing, row, access.EDIT)
    fileholds.refuse_others(cells, call.caller.principal_id, row)
    identity = plain_guid(str(address.argument(method, "uploadId") or ""))
    if not identity:
        raise invalid_argument()
    store, key = cells.schema.store, (identity, row.list_id, row.id)
    found = store.row("SELECT content FROM sp_upload WHERE upload = ? AND list_id = ? AND id = ?", key)
    if method.key == "startupload":
        if found is not None:
            raise refused("There is an upload session with that id already.")
        store.execute("INSERT INTO sp_upload VALUES (?, ?, ?, ?)", (*key, call.request.body))
        return answers.value(call, "StartUpload", str(len(call.request.body)))
    if found is None:
        raise invalid_argument("There is no upload session with that id.")
    if method.key == "cancelupload":
        store.execute("DELETE FROM sp_upload WHERE upload = ? AND list_id = ? AND id = ?", key)
        return answers.value(call, "CancelUpload", None)
    before = bytes(found["content"])
    if address.argument(method, "fileOffset", 1) != len(before):
        raise invalid_argument("The offset is not where the upload session stands.")
    content = before + call.request.body
    if method.key == "continueupload":
        sql = "UPDATE sp_upload SET content = ? WHERE upload = ? AND list_id = ? AND id = ?"
        store.execute(sql, (content, *key))
        return answers.value(call, "ContinueUpload", str(len(content)))
    store.execute("DELETE FROM sp_upload WHERE upload = ? AND list_id = ? AND id = ?", key)
    return content
