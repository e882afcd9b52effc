"""The folders of a site above its lists: its root folder, `Lists`, and folders addressed from the site.

Clients look at each folder on the way down before they make one, and set a site's first page on its root folder.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from projectlists.sandbox.http import Headers, Response
from projectlists.sandbox.sharepoint import access, address, answers, bodies, folders, webs
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    not_implemented,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.fieldxml import wrong_type
from projectlists.sandbox.sharepoint.model import Call, Segment, ServiceError
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.schema import Schema


def root(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `web/RootFolder`; a MERGE sets the site's first page."""
    return _one(call, "", rest[1:], schema)


def by_url(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetFolderByServerRelativePath(DecodedUrl='…')` for folders of the site and of its lists."""
    given = address.path(rest[0]).rstrip("/")
    full = given if given.startswith("/") or not given else f"{call.web.url}/{given}"
    within = full.lower().removeprefix(call.web.url.lower())
    if within in {"", "/lists"}:
        return _one(call, within.strip("/"), rest[1:], schema)
    return folders.by_url(call, rest, schema)


def collection(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `web/Folders`: those directly in the site, and making one by its whole path."""
    if len(rest) == 1 and not rest[0].called and call.method == "GET":
        return answer_many(call, _inside(call, "", schema))
    method = rest[1] if len(rest) == 2 else rest[0]
    if method.key not in {"add", "addusingpath"} or call.method != "POST":
        raise not_implemented(f"a site's {'/'.join(segment.name for segment in rest)}")
    given = bodies.arguments(call, method, ("DecodedUrl", "url", "overwrite"))
    path = str(given.get("DecodedUrl") or given.get("url") or "").rstrip("/")
    parent, _, name = path.rpartition("/")
    if not parent or not name:
        raise invalid_argument()
    # The same as making it in the folder above.
    bare = replace(call, request=replace(call.request, body=b""))
    above = Segment("GetFolderByServerRelativePath", named={"DecodedUrl": parent}, called=True)
    making = Segment("AddUsingPath", named={"DecodedUrl": name}, called=True)
    return folders.by_url(bare, (above, Segment("Folders"), making), schema)


def _one(call: Call, name: str, rest: tuple[Segment, ...], schema: Schema) -> Response:
    shown = _resource(call, name, schema)
    if rest and rest[0].key == "folders" and (len(rest) > 1 or rest[0].called):
        return _folder_in(call, str(shown.properties["ServerRelativeUrl"]), rest, schema)
    if call.method in {"MERGE", "PATCH"} and not rest and not name:
        return _change(call, schema)
    if call.method != "GET":
        raise unsupported_verb("SP.Folder", call.method)
    if not rest:
        return answer(call, shown)
    found = single_property(call, shown, rest[0].key) if len(rest) == 1 else None
    if found is None:
        raise not_implemented(f"a site folder's {'/'.join(segment.name for segment in rest)}")
    return found


def _folder_in(call: Call, above: str, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `Folders('x')`, `Folders/GetByUrl('x')` and `Folders/Add('x')`: folders that are there, of lists.

    Adding one that is there gives it, as in a library; others cannot be made beside the lists here.
    """
    method, below = (rest[0], rest[1:]) if rest[0].called else (rest[1], rest[2:])
    if method.key not in {"folders", "getbyurl", "add", "addusingpath"}:
        raise not_implemented(f"a site folder's Folders/{method.name}")
    given = address.argument(method, "url") or address.argument(method, "DecodedUrl", 99)
    if not isinstance(given, str) or not given.strip("/"):
        raise invalid_argument()
    path = Segment("GetFolderByServerRelativePath", named={"DecodedUrl": f"{above.rstrip('/')}/{given}"}, called=True)
    if not method.key.startswith("add"):
        return by_url(call, (path, *below), schema)
    bare = replace(call, request=replace(call.request, method="GET", body=b"", headers=_without_tunnel(call)))
    try:
        return by_url(bare, (path,), schema)
    except ServiceError as refusal:
        if refusal.status != 404:
            raise
        raise not_implemented("folders beside the lists of a site") from None


def _without_tunnel(call: Call) -> Headers:
    return Headers(pair for pair in call.request.headers.pairs if pair[0].lower() != "x-http-method")


def _change(call: Call, schema: Schema) -> Response:
    access.require(call, schema, access.MANAGE_WEB)
    given = bodies.entity(call, {"SP.Folder"}).properties
    for name, value in given.items():
        if name != "WelcomePage":
            raise unknown_property(name, "SP.Folder")
        if not isinstance(value, str):
            raise wrong_type(name, "Edm.String")
    schema.save_web(replace(call.web, properties={**call.web.properties, **given}))
    return answers.empty()


def _resource(call: Call, name: str, schema: Schema) -> Resource:
    web = call.web
    url = f"{web.url}/{name}" if name else web.url or "/"
    inside = _inside(call, name, schema)
    properties = {
        "Exists": True,
        "IsWOPIEnabled": False,
        "ItemCount": len(inside),
        "Name": name,
        "ProgID": None,
        "ServerRelativeUrl": url,
        "TimeCreated": str(web.properties["Created"]),
        "TimeLastModified": str(web.properties["Created"]),
        "UniqueId": str(uuid.uuid5(uuid.UUID(web.id), f"folder:{name}")),
        "WelcomePage": "" if name else web.properties.get("WelcomePage", webs.WRITABLE["WelcomePage"]),
    }
    quoted = url.replace("'", "''")
    uri = f"Web/GetFolderByServerRelativePath(decodedurl='{quoted}')"
    path = Complex({"DecodedUrl": url}, "SP.ResourcePath")
    extra = {"ServerRelativePath": lambda: path}
    return Resource("SP.Folder", uri, properties, extra=extra, links={"Folders": lambda: inside})


def _inside(call: Call, name: str, schema: Schema) -> list[Resource]:
    """The folders directly in the site or in `Lists`: the root folders of lists that the caller sees."""
    above = f"{call.web.url}/{name}" if name else call.web.url
    found = [
        folders.root(call, one, schema)
        for one in schema.lists(call.web.url)
        if one.url.rpartition("/")[0].lower() == above.lower() and access.sees_list(call, schema, one)
    ]
    return found if name else [_resource(call, "Lists", schema), *found]
