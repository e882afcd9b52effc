"""Team sites that come with a group: `GroupSiteManager` (sharepoint-rest.md §2.5). Only people make them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import answers, bodies, regions, seed, sites
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.errors import access_denied, invalid_argument, not_implemented, unknown_property
from projectlists.sandbox.sharepoint.model import Call, Segment, Web
from projectlists.sandbox.sharepoint.schema import Schema, moment_text, plain_guid

_PARAMETERS: Final = ("displayName", "alias", "isPublic", "optionalParams")
_OPTIONAL: Final = frozenset({"Description", "Classification", "CreationOptions", "Owners"})
_ALIAS: Final = re.compile(r"[A-Za-z0-9_\-.]{1,64}")
_LANGUAGE: Final = re.compile(r"SPSiteLanguage:(\d{4,5})")


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `CreateGroupEx`, `GetSiteStatus('…')` and `Delete`. Failures are 200 with an `ErrorMessage`."""
    method = rest[0] if len(rest) == 1 else None
    match method.key if method else "":
        case "creategroupex" if method and call.method == "POST":
            return _create(call, method, schema)
        case "getsitestatus" if method and call.method == "GET":
            given = bodies.arguments(call, method, ("groupId",)).get("groupId", call.options.get("groupId", ""))
            wanted = plain_guid(str(given).strip("'"))
            found = next((web for web in schema.webs() if web.properties.get("GroupId") == wanted), None)
            return _status(call, "GetSiteStatus", found)
        case "delete" if method and call.method == "POST":
            return _delete(call, method, schema)
    raise not_implemented(f"_api/GroupSiteManager/{'/'.join(segment.name for segment in rest)}")


def _create(call: Call, method: Segment, schema: Schema) -> Response:
    # App-only callers are not supported.
    if call.caller.upn is None:
        raise access_denied()
    given = bodies.arguments(call, method, _PARAMETERS)
    name, alias, optional = given.get("displayName"), given.get("alias"), given.get("optionalParams") or {}
    if not isinstance(name, str) or not name.strip() or not isinstance(alias, str) or not isinstance(optional, dict):
        raise invalid_argument()
    for key in optional:
        if key not in _OPTIONAL:
            raise unknown_property(key, "Microsoft.SharePoint.Portal.GroupCreationParams")
    url = f"/sites/{alias}"
    if schema.is_taken(url):
        return _status(call, "CreateGroupEx", None, "The group alias already exists.")
    language = _language(optional)
    if not _ALIAS.fullmatch(alias) or regions.culture(language) is None:
        return _status(call, "CreateGroupEx", None, "The group alias or the language is not valid.")
    made = seed.create_site(
        call.tenant,
        url=url,
        title=name,
        language=language,
        template="GROUP#0",
        people=schema.people,
        owner=call.caller.upn,
        open_to_all=given.get("isPublic") is True,
        ready_after=timedelta(seconds=call.tenant.site_creation_seconds),
        group_id=str(uuid.uuid4()),
    )
    return _status(call, "CreateGroupEx", made)


def _delete(call: Call, method: Segment, schema: Schema) -> Response:
    """Put a site with a group into the recycle bin of the tenant, by its URL."""
    given = bodies.arguments(call, method, ("siteUrl",)).get("siteUrl", call.options.get("siteUrl", ""))
    path = sites.path_of(str(given).strip("'"), call)
    found = schema.web(path) if path else None
    if found is None or "GroupId" not in found.properties:
        raise invalid_argument()
    schema.set_deleted(found.site_id, moment_text(call.tenant.clock.now()))
    return answers.value(call, "Delete", None)


def _language(optional: Mapping[str, Any]) -> int:
    options = optional.get("CreationOptions") or []
    found = (_LANGUAGE.fullmatch(str(one)) for one in options) if isinstance(options, list) else ()
    return next((int(one[1]) for one in found if one), 1033)


def _status(call: Call, method: str, web: Web | None, problem: str | None = None) -> Response:
    status = sites.progress(call, web)
    ready = web is not None and status == sites.READY
    shown = {
        "DocumentsUrl": f"https://{call.tenant.sharepoint_host}{web.url}/Shared Documents" if web and ready else None,
        "ErrorMessage": problem,
        "GroupId": web.properties["GroupId"] if web else None,
        "SiteStatus": status,
        "SiteUrl": f"https://{call.tenant.sharepoint_host}{web.url}" if web and ready else None,
    }
    return answers.value(call, method, Complex(shown, "Microsoft.SharePoint.Portal.GroupSiteInfo"))
