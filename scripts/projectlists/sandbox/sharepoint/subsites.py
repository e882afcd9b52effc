"""Sites below a site: listed, made, deleted (sharepoint-rest.md §2.1). They share the people of the site collection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import access, address, answers, bodies, regions, scopes, seed, webs
from projectlists.sandbox.sharepoint.errors import (
    address_taken,
    invalid_argument,
    not_implemented,
    refused,
    unknown_property,
    unknown_resource,
)
from projectlists.sandbox.sharepoint.model import Call, Segment, Web
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many
from projectlists.sandbox.sharepoint.schema import Schema, plain_guid

# What a request may say, under the two names of the same thing.
_CREATION: Final = {
    "webs": "UseSamePermissionsAsParentSite",
    "webinfos": "UseUniquePermissions",
}
_COMMON: Final = frozenset({"Title", "Url", "Description", "Language", "WebTemplate"})
_NAME: Final = re.compile(r"[^/\\:*?\"<>|#%&{}~+]{1,128}")
_TEMPLATES: Final = frozenset({"STS#0", "STS#3"})


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `web/webs` and `web/webinfos`, with `add` to make one."""
    first = rest[0]
    shown = _information if first.key == "webinfos" else _whole
    if first.arguments and len(rest) == 1:
        wanted = plain_guid(str(address.argument(first, "id")))
        found = next((web for web in _visible(call, schema) if web.id == wanted), None)
        if found is None:
            raise unknown_resource(f"{first.name}('{wanted}')")
        return answer(call, shown(call, found, schema))
    if len(rest) == 1 and call.method == "GET":
        return answer_many(call, (shown(call, web, schema) for web in _visible(call, schema)))
    if len(rest) == 2 and rest[1].key == "add" and call.method == "POST":
        made = _create(call, rest[1], _CREATION[first.key], schema)
        return answer(call, shown(call, made, schema))
    raise not_implemented(f"{'/'.join(segment.name for segment in rest)} of sub-sites")


def filtered(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetSubwebsFilteredForCurrentUser(…)`: those that the caller may enter."""
    if len(rest) > 1:
        raise not_implemented(f"{rest[0].name}/{rest[1].name}")
    return answer_many(call, (_information(call, web, schema) for web in _visible(call, schema)))


def parent(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `web/ParentWeb`; the root of a site collection has none."""
    if len(rest) > 1:
        raise not_implemented(f"ParentWeb/{rest[1].name}")
    above = None if call.web.is_root else schema.web(call.web.url.rpartition("/")[0])
    return answers.value(call, "ParentWeb", None) if above is None else answer(call, _information(call, above, schema))


def delete(call: Call, schema: Schema) -> Response:
    """Delete the site that is called; the root of a site collection goes with the whole of it elsewhere."""
    access.require(call, schema, access.MANAGE_WEB)
    if call.web.is_root:
        raise refused("The root site of a site collection cannot be deleted this way.")
    if schema.sub_sites(call.web.url):
        raise refused(
            "Sites that have subsites or certain apps can't be deleted. Please try again after deleting them."
        )
    seed.delete_web(schema, call.web.url)
    return answers.empty(200)


def _visible(call: Call, schema: Schema) -> list[Web]:
    """The sites directly below that the caller may enter."""
    return [web for web in schema.sub_sites(call.web.url) if _enters(call, web, schema)]


def _enters(call: Call, web: Web, schema: Schema) -> bool:
    if call.caller.app_only:
        return True
    known_as = scopes.identities(schema, web.url, call.caller.principal_id)
    return scopes.reaches_something(schema, web.url, known_as)


def _create(call: Call, method: Segment, choice: str, schema: Schema) -> Web:
    given = bodies.arguments(call, method, ("parameters",)).get("parameters")
    if not isinstance(given, dict):
        raise invalid_argument()
    for name in given:
        if name not in _COMMON | {choice}:
            raise unknown_property(name, "SP.WebCreationInformation")
    language, template = _number(given.get("Language") or call.web.language), str(given.get("WebTemplate") or "STS#3")
    title, url = given.get("Title"), given.get("Url")
    if not isinstance(title, str) or not isinstance(url, str) or not _NAME.fullmatch(url):
        raise invalid_argument()
    if regions.culture(language) is None:
        raise invalid_argument()
    if template.partition("#")[0] != "STS" or (("#" in template) and template not in _TEMPLATES):
        raise not_implemented(f"sub-sites of the template {template}")
    path = f"{call.web.url}/{url}"
    if schema.web(path) is not None or schema.list_by_url(call.web.url, url) is not None:
        raise address_taken(path)
    made = seed.create_sub_site(
        schema,
        call.web,
        name=url,
        title=title,
        language=language,
        template=template if "#" in template else "STS#0",
        description=str(given.get("Description") or ""),
    )
    if _is_unique(given, choice):
        keeper = None if call.caller.app_only else call.caller.principal_id
        scope, *above = scopes.of_webs(made.url)
        scopes.separate(schema, scope, scopes.effective(schema, above), copy=False, keeper=keeper)
    return made


def _is_unique(given: Mapping[str, Any], choice: str) -> bool:
    return bool(given.get(choice, False)) if choice == "UseUniquePermissions" else given.get(choice, True) is False


def _number(given: object) -> int:
    # Clients send the language as a text too.
    text = str(given)
    if not (text.isascii() and text.isdecimal()) or len(text) > 5:
        raise invalid_argument()
    return int(text)


def _whole(call: Call, web: Web, schema: Schema) -> Resource:
    return webs.resource_of(call, web, schema)


def _information(call: Call, web: Web, schema: Schema) -> Resource:
    shown = webs.resource_of(call, web, schema).properties
    names = ("Configuration", "Created", "Description", "Id", "Language", "LastItemModifiedDate")
    more = ("LastItemUserModifiedDate", "ServerRelativeUrl", "Title", "WebTemplate")
    properties = {name: shown[name] for name in (*names, *more)} | {"WebTemplateId": 1}
    return Resource("SP.WebInformation", f"Web/WebInfos('{web.id}')", properties)
