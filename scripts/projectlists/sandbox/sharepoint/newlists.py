"""Making a list: its URL, its names, its built-in columns, its first view (sharepoint-rest.md §3.1)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from projectlists.sandbox.sharepoint import builtin_fields, names, navigation, views
from projectlists.sandbox.sharepoint.errors import duplicate_list, refused
from projectlists.sandbox.sharepoint.model import ListRecord, Web
from projectlists.sandbox.sharepoint.schema import Schema, moment_text

LIBRARIES = frozenset({101, 119})


def create(
    schema: Schema, web: Web, *, title: str, template: int, url: str | None = None, properties: Mapping[str, Any]
) -> ListRecord:
    """Make a list with its built-in columns and its first view. `url` is relative to the site.

    Raises ServiceError when the title or the URL is taken.
    """
    if schema.list_by_title(web.url, title):
        raise duplicate_list()
    library = template in LIBRARIES
    if url is None:
        parent = "" if library else "Lists/"
        folder = names.folder(title, lambda name: schema.list_by_url(web.url, parent + name) is not None)
        url = parent + folder
    elif schema.list_by_url(web.url, url):
        raise refused(
            "The specified name is already in use.\n\nA document in this library, survey, list, or discussion board has"
            " the same name.",
            "-2147024713, Microsoft.SharePoint.SPException",
        )
    entity = names.entity(url.rpartition("/")[2], library=library)
    record = ListRecord(
        id=str(uuid.uuid4()),
        web_url=web.url,
        url=f"{web.url}/{url}",
        title=title,
        base_template=template,
        entity_type_name=entity,
        item_type_name=f"SP.Data.{entity}Item",
        properties={"Created": moment_text(schema.tenant.clock.now()), **properties},
    )
    with schema.store.transaction():
        schema.add_list(record, builtin_fields.schema_xml(library=library, language=web.language))
        views.add_first(schema, record, dutch=web.language == builtin_fields.DUTCH)
        if properties.get("OnQuickLaunch"):
            navigation.show_list(schema, record, shown=True)
    made = schema.list_by_id(web.url, record.id)
    assert made is not None  # noqa: S101 - made above
    return made
