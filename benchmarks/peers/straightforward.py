"""What somebody writes first with office365-rest-python-client: one call per list, column and view, a loop over items.

Argument: a JSON file as `comparison.py` makes it. Nothing of the product is used here.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from office365.sharepoint.client_context import ClientContext
from office365.sharepoint.lists.creation_information import ListCreationInformation
from office365.sharepoint.views.create_information import ViewCreationInformation


def build(context: Any, lists: list[dict[str, Any]]) -> None:
    """Make lists, columns and views."""
    for one in lists:
        made = context.web.lists.add(ListCreationInformation(Title=one["title"], BaseTemplate=one["template"]))
        made.execute_query()
        for schema in one["fields"]:
            made.fields.create_field_as_xml(schema).execute_query()
        for view in one["views"]:
            added = made.views.add(ViewCreationInformation(Title=view["title"], Query=view["query"]))
            added.execute_query()
            for name in view["fields"]:
                added.view_fields.add_view_field(name).execute_query()


def verify(context: Any, lists: list[dict[str, Any]]) -> None:
    """Look whether everything is there."""
    for one in lists:
        found = context.web.lists.get_by_title(one["title"]).get().execute_query()
        fields = found.fields.get().execute_query()
        views = found.views.get().execute_query()
        assert len(fields) >= len(one["fields"])
        assert len(views) >= len(one["views"])
        for view in views:
            view.view_fields.get().execute_query()


def mark(context: Any, title: str, before: str) -> int:
    """Read every item, look at each, and change those that are due."""
    marked = 0
    for item in context.web.lists.get_by_title(title).items.get_all(1000).execute_query():
        due = item.properties.get("DueDate")
        if due and due < before and not item.properties.get("PercentDone"):
            item.set_property("PercentDone", 50).update().execute_query()
            marked += 1
    return marked


def main() -> None:
    """Do one job."""
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    os.environ |= {"HTTPS_PROXY": given["proxy"], "REQUESTS_CA_BUNDLE": given["ca"], "NO_PROXY": ""}
    context = ClientContext(given["site"]).with_client_certificate(
        tenant=given["tenant"],
        client_id=given["client"],
        thumbprint=given["thumbprint"],
        private_key=given["key"],
    )
    match given["job"]:
        case "build":
            build(context, given["lists"])
        case "verify":
            verify(context, given["lists"])
        case "mark":
            assert mark(context, given["title"], given["before"]) == given["due"]


if __name__ == "__main__":
    main()
