"""A site's own columns, `web/fields`: made, read, changed and deleted like those of a list (sharepoint-rest.md §4).

They are kept as the columns of a list that nobody sees, made when it is first asked for. A change of a site column does
not reach the columns of lists here.
"""

from __future__ import annotations

from typing import Final

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import builtin_fields, fields, tables
from projectlists.sandbox.sharepoint.model import Call, ListRecord, Segment, Web
from projectlists.sandbox.sharepoint.schema import Schema, moment_text

# Stands where a list in the recycle bin has the id of its entry, and so hides it from everything that shows lists.
_HIDDEN: Final = "site columns"
_GENERIC: Final = 100


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `web/fields` and all below it."""
    return fields.handle(call, _holder(call.web, schema), rest, schema)


def _holder(web: Web, schema: Schema) -> ListRecord:
    with schema.store.transaction():
        row = schema.store.row("SELECT * FROM sp_list WHERE id = ?", (web.id,))
        if row is None:
            properties = {"Created": moment_text(schema.tenant.clock.now())}
            made = ListRecord(web.id, web.url, web.url or "/", "", _GENERIC, "", "", properties)
            schema.add_list(made, builtin_fields.schema_xml(library=False, language=web.language))
            schema.store.execute("UPDATE sp_list SET recycled = ? WHERE id = ?", (_HIDDEN, web.id))
            row = schema.store.row("SELECT * FROM sp_list WHERE id = ?", (web.id,))
    assert row is not None  # noqa: S101 - made above
    return tables.list_of(row)
