"""Lists: found in every way clients address them, made, changed, deleted (sharepoint-rest.md §3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import (
    access,
    address,
    answers,
    bodies,
    contenttypes,
    fields,
    folders,
    formulas,
    items,
    listmethods,
    listshapes,
    navigation,
    newlists,
    permissions,
    recycled,
    rights,
    saving,
    titles,
    unused,
    versionpolicies,
    views,
    webs,
)
from projectlists.sandbox.sharepoint.errors import (
    duplicate_list,
    etag_mismatch,
    invalid_argument,
    no_file,
    no_list,
    no_list_titled,
    not_implemented,
    read_only_property,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.fieldxml import wrong_type
from projectlists.sandbox.sharepoint.model import Call, ListRecord, Segment
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.schema import Schema

TO_ITEMS = frozenset(
    {
        "items",
        "getitembyid",
        "getitembyuniqueid",
        "getitems",
        "renderlistdataasstream",
        "renderlistdata",
        "addvalidateupdateitem",
        "addvalidateupdateitemusingpath",
        "getchanges",
        "getlistitemchangessincetoken",
    }
)


def collection(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `…/lists`, `…/lists(guid'…')` and what follows."""
    first = rest[0]
    if first.called and (first.arguments or first.named):
        return handle(call, _by_id(call, address.argument(first, "id"), schema), rest[1:], schema)
    if len(rest) == 1:
        if call.method == "POST":
            return _post(call, schema)
        return answer_many(call, (resource(call, one, schema) for one in listshapes.visible(call, schema)))
    method = rest[1]
    match method.key:
        case "getbytitle":
            return by_title(call, rest[1:], schema)
        case "add":
            return _add(call, method, schema)
        case "getbyid":
            found: ListRecord | None = _by_id(call, address.argument(method, "id"), schema)
        case _:
            found = listmethods.ensured(call, method, schema)
    if found is None:
        raise not_implemented(f"lists/{method.name}")
    return handle(call, found, rest[2:], schema)


def by_title(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetByTitle('…')` and `GetListByTitle('…')`."""
    title = str(address.argument(rest[0], "title"))
    found = _titled(call, title, schema)
    if found is None or not access.sees_list(call, schema, found):
        raise no_list_titled(title, call.web_absolute_url)
    return handle(call, found, rest[1:], schema)


def _titled(call: Call, title: str, schema: Schema) -> ListRecord | None:
    """The list that the caller knows by a title: in the caller's language when it has one there (§3.4)."""
    if titles.spoken(call) is None:
        return schema.list_by_title(call.web.url, title)
    named = ((one, titles.shown(call, one.id, listshapes.own_texts(one))) for one in schema.lists(call.web.url))
    return next((one for one, texts in named if texts["Title"].lower() == title.lower()), None)


def by_url(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetList('/sites/x/Lists/y')` and `GetListUsingPath(…)` with a text or a `DecodedUrl`."""
    found = schema.list_by_url(call.web.url, address.path(rest[0]))
    if found is None or not access.sees_list(call, schema, found):
        raise no_file()
    return handle(call, found, rest[1:], schema)


def handle(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer a list and everything below it."""
    if rights.level_needed(call.method, call.segments) == rights.MANAGE:
        access.require(call, schema, access.MANAGE_LISTS, listing.id)
    if not rest:
        return _itself(call, listing, schema)
    if rest[0].key in unused.NAMES:
        return unused.handle(call, rest)
    room = ROOMS.get(rest[0].key)
    if permissions.concerns(rest):
        room = permissions.handle_below
    elif rest[0].key in TO_ITEMS:
        room = items.handle
    if room is not None:
        return room(call, listing, rest, schema)
    if len(rest) == 1 and call.method == "GET":
        found = single_property(call, resource(call, listing, schema), rest[0].key)
        if found is not None:
            return found
    raise not_implemented(f"a list's {'/'.join(segment.name for segment in rest)}")


def resource(call: Call, listing: ListRecord, schema: Schema) -> Resource:
    """The list with the way to its site."""
    shown = listshapes.resource(call, listing, schema)

    def securing() -> Resource:
        unique = schema.store.row("SELECT 1 FROM sp_unique_scope WHERE scope = ?", (listing.id,)) is not None
        return shown if unique else webs.resource(call, schema)

    above = {
        "FirstUniqueAncestorSecurableObject": securing,
        "ParentWeb": lambda: webs.resource(call, schema),
    }
    return replace(shown, links={**shown.links, **above})


def _by_id(call: Call, identity: object, schema: Schema) -> ListRecord:
    found = schema.list_by_id(call.web.url, str(identity))
    if found is None or not access.sees_list(call, schema, found):
        raise no_list()
    return found


def _post(call: Call, schema: Schema) -> Response:
    access.require(call, schema, access.MANAGE_LISTS)
    given = dict(bodies.entity(call, {"SP.List"}).properties)
    title, template = given.pop("Title", None), given.pop("BaseTemplate", 100)
    given.pop("AllowContentTypes", None)
    _check_properties(given)
    made = newlists.create(schema, call.web, title=_title(title), template=_template(template), properties=given)
    return answer(call, resource(call, made, schema), 201)


def _add(call: Call, method: Segment, schema: Schema) -> Response:
    access.require(call, schema, access.MANAGE_LISTS)
    given = bodies.arguments(call, method, ("parameters",)).get("parameters")
    if not isinstance(given, dict):
        raise invalid_argument()
    known = {"Title", "Url", "TemplateType", "Description", "TemplateFeatureId", "QuickLaunchOption"}
    for name in given:
        if name not in known:
            raise unknown_property(name, "SP.ListCreationInformation")
    url = given.get("Url")
    if url is not None and (not isinstance(url, str) or url != url.strip("/") or not url):
        raise invalid_argument()
    made = newlists.create(
        schema,
        call.web,
        title=_title(given.get("Title")),
        template=_template(given.get("TemplateType", 100)),
        url=url,
        properties={
            "Description": str(given.get("Description") or ""),
            "OnQuickLaunch": given.get("QuickLaunchOption") == 1,
        },
    )
    return answer(call, resource(call, made, schema))


def _itself(call: Call, listing: ListRecord, schema: Schema) -> Response:
    if call.method in {"GET", "HEAD", "POST"}:
        # A POST is how GetListUsingPath is called; there is nothing else it could mean on a list.
        return answer(call, resource(call, listing, schema))
    asked, actual = call.request.headers.get("If-Match", "*"), f'"{listing.properties["Version"]}"'
    if asked not in {"*", actual}:
        raise etag_mismatch(asked, actual)
    if call.method in {"MERGE", "PATCH", "PUT"}:
        return _update(call, listing, schema)
    if call.method == "DELETE":
        with schema.store.transaction():
            navigation.show_list(schema, listing, shown=False)
            schema.delete_list(listing.id)
        return answers.empty(200)
    raise unsupported_verb("SP.List", call.method)


def _update(call: Call, listing: ListRecord, schema: Schema) -> Response:
    given = dict(bodies.entity(call, {"SP.List"}).properties)
    title = _title(given.pop("Title", listing.title))
    known = resource(call, listing, schema)
    for name in given:
        if name not in listshapes.WRITABLE and name not in listshapes.ON_REQUEST and name in known.properties:
            raise read_only_property(name)
    _check_properties(given)
    if given.get("ValidationFormula"):
        formulas.check(given["ValidationFormula"], schema.fields(listing.id), volatile=True)
    other = schema.list_by_title(call.web.url, title)
    if other is not None and other.id != listing.id:
        raise duplicate_list()
    with schema.store.transaction():
        schema.update_list(listing.id, title=title, properties={**listing.properties, **given})
        if "OnQuickLaunch" in given:
            navigation.show_list(schema, listing, shown=given["OnQuickLaunch"])
    changed = _by_id(call, listing.id, schema)
    return answers.empty(etag=f'"{changed.properties["Version"]}"')


def _check_properties(given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if name not in listshapes.WRITABLE and name not in listshapes.ON_REQUEST:
            raise unknown_property(name, "SP.List")
        expected = type(listshapes.WRITABLE.get(name, listshapes.ON_REQUEST.get(name)))
        if type(value) is not expected:
            raise wrong_type(name, {bool: "Edm.Boolean", int: "Edm.Int32"}.get(expected, "Edm.String"))


def _title(given: object) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > 255:
        raise invalid_argument("The parameter Title cannot be empty or bigger than 255 characters.")
    return given


def _template(given: object) -> int:
    if not isinstance(given, int) or given < 100:
        raise invalid_argument("Invalid list template.")
    if given not in listshapes.TEMPLATE_FEATURES:
        raise not_implemented(f"lists of template {given}; 100 and 101 are there")
    return given


def _texts(listing: ListRecord, schema: Schema) -> titles.Owner:
    def changed(name: str, value: str) -> None:
        if name == "Title":
            other = schema.list_by_title(listing.web_url, value)
            if other is not None and other.id != listing.id:
                raise duplicate_list()
            schema.update_list(listing.id, title=value, properties=listing.properties)
        else:
            schema.update_list(listing.id, title=listing.title, properties={**listing.properties, name: value})

    return titles.Owner(listing.id, listshapes.own_texts(listing), changed)


def _titles(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    return titles.handle(call, rest, schema, _texts(listing, schema))


def _recycle(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    # Clients tunnel a DELETE to this method too.
    if len(rest) > 1 or call.method not in {"POST", "DELETE"}:
        raise unsupported_verb("SP.List", call.method)
    with schema.store.transaction():
        navigation.show_list(schema, listing, shown=False)
        entry = recycled.recycle_list(schema, listing, saving.writer(call))
    return answers.value(call, "Recycle", entry)


Room = Callable[[Call, ListRecord, tuple[Segment, ...], Schema], Response]
ROOMS: Mapping[str, Room] = {
    "contenttypes": contenttypes.handle,
    "fields": fields.handle,
    "getrelatedfields": listmethods.related,
    "reservelistitemid": listmethods.reserve,
    "rootfolder": folders.of_list,
    "views": views.handle,
    "getview": views.handle,
    "defaultview": views.handle,
    "titleresource": _titles,
    "versionpolicies": versionpolicies.handle,
    "descriptionresource": _titles,
    "recycle": _recycle,
}
