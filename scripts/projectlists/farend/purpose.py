"""What an operation is for, in the words of the people who keep the lists: for the start of an error sentence. Pure.

The endpoints are those of `sharepoint.py` and `building.py` (sharepoint-rest.md §3-§6). Lists are named by their key
and sites by the last part of their address, as on the command line. No values are named: they can be personal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from projectlists.language import _

_LIST = re.compile(r"web/GetList\('(?P<address>(?:[^']|'')+)'\)(?P<part>.*)", re.IGNORECASE)
_NAME_IN_SCHEMA = re.compile(r'\sName="([^"]*)"')


def purpose(method: str, path: str, body: Mapping[str, Any] | None, web_url: str) -> str:
    """What is being done where: `Adding a row to list Actions on site marktplein`.

    `path` is relative to the web's `_api/`, or a link from the service to a next page.
    """
    name = web_url.rstrip("/").rsplit("/", 1)[-1]
    inside = unquote(urlsplit(path).path.rpartition("/_api/")[2]) if path.startswith("https://") else path
    found = _LIST.fullmatch(inside)
    if found is None:
        made = str((body or {}).get("Title") or "")
        return _on_a_site(method, inside).format(site=_("site {name}").format(name=name), name=made)
    key = found["address"].rsplit("/", 1)[-1].replace("''", "'")
    where = _("list {list} on site {site}").format(list=key, site=name)
    for verb, pattern, sentence in _on_a_list():
        part = re.fullmatch(pattern, found["part"], re.IGNORECASE)
        if part is not None and verb in {method, ""}:
            named = part.groupdict().get("name") or _made(body or {})
            return sentence.format(list=where, name=named.replace("''", "'"))
    return (_("Reading {list}") if method == "GET" else _("Changing {list}")).format(list=where)


def _on_a_site(method: str, path: str) -> str:
    if path == "web/lists":
        return _("Reading the lists of {site}") if method == "GET" else _("Making list {name} on {site}")
    if path.startswith("web/EnsureUser"):
        return _("Looking up a person on {site}")
    if path == "web/SiteGroups":
        return _("Reading the groups of {site}") if method == "GET" else _("Making group {name} on {site}")
    if path.startswith("web/Navigation"):
        return _("Reading the links of {site}") if method == "GET" else _("Changing the links of {site}")
    return _("Reading {site}") if method == "GET" else _("Changing {site}")


def _on_a_list() -> Iterator[tuple[str, str, str]]:
    """Method (empty for any), the path inside the list, and the sentence; the first that fits counts."""
    yield "POST", r"/items", _("Adding a row to {list}")
    yield "GET", r"/items", _("Reading the rows of {list}")
    yield "GET", r"/items\((?P<name>\d+)\).*", _("Reading row {name} of {list}")
    yield "", r"/items\((?P<name>\d+)\).*", _("Changing row {name} of {list}")
    yield "GET", r"/fields", _("Reading the columns of {list}")
    yield "POST", r"/fields/createfieldasxml", _("Adding column {name} to {list}")
    yield "", r"/fields/getbyinternalnameortitle\('(?P<name>.+?)'\).*", _("Changing column {name} of {list}")
    yield "GET", r"/views", _("Reading the views of {list}")
    yield "POST", r"/views/add", _("Adding view {name} to {list}")
    yield "", r"/views.*", _("Changing a view of {list}")
    yield "GET", r"/RoleAssignments", _("Reading the permissions of {list}")
    yield "", r"/(RoleAssignments|BreakRoleInheritance).*", _("Setting the permissions of {list}")


def _made(body: Mapping[str, Any]) -> str:
    """The name of the column or view that a body makes."""
    parameters = body.get("parameters")
    if not isinstance(parameters, Mapping):
        return ""
    schema = _NAME_IN_SCHEMA.search(str(parameters.get("SchemaXml") or ""))
    return schema.group(1) if schema else str(parameters.get("Title") or "")
