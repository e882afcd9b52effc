"""Sites by path or id, and what apps are granted on them (identity-mail-teams.md §2.2, §9.3)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from projectlists.sandbox.graph import errors, query
from projectlists.sandbox.graph.call import ROOT, Call
from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint.model import Web
from projectlists.sandbox.sharepoint.schema import Schema

_TYPE = "microsoft.graph.site"
_READ = ("Sites.Read.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All")
_GRANT = "Sites.FullControl.All"
# What may be given at once, and what only a PATCH of an existing grant can give (identity-mail-teams.md §2.2).
_FIRST_ROLES = frozenset({"read", "write"})
_LATER_ROLES = frozenset({"read", "write", "manage", "fullcontrol"})
_PRINCIPAL = "i:0i.t|ms.sp.ext|"


def handle(call: Call, schema: Schema) -> Response:
    """`/sites/{address}` and `/sites/{address}/permissions[/{id}]`."""
    web, rest = _addressed(call, schema)
    if not rest:
        call.takes("GET")
        _require_reading(call, web)
        found = _existing(web)
        if found.lock_state == "NoAccess":
            raise errors.site_locked()
        return _site(call, found)
    if rest[0].lower() == "permissions" and len(rest) <= 2:
        if not call.has(_GRANT):
            raise errors.site_access_denied()
        return _one_grant(call, _existing(web), rest[1]) if len(rest) == 2 else _grants(call, _existing(web))
    raise errors.not_implemented(f"'{rest[0]}' of a site")


def _addressed(call: Call, schema: Schema) -> tuple[Web | None, Sequence[str]]:
    """The site an address means and what follows it: `root`, `{host}`, `{host}:/{path}[:/…]` or an id."""
    segments = call.segments[1:]
    if not segments:
        raise errors.not_implemented("the search for sites")
    first, rest = segments[0], segments[1:]
    host = call.tenant.sharepoint_host
    if first.endswith(":"):
        end = next((position for position, part in enumerate(rest) if part.endswith(":")), len(rest) - 1)
        path = "/" + "/".join(rest[: end + 1]).removesuffix(":")
        is_here = first.removesuffix(":").lower() == host
        return (schema.web(path) if is_here else None), rest[end + 1 :]
    if first.lower() in {"root", host}:
        return schema.web(""), rest
    wanted = first.lower().split(",")
    matching = (web for web in schema.webs() if wanted in _spellings(host, web))
    return next(matching, None), rest


def _spellings(host: str, web: Web) -> tuple[list[str], ...]:
    """The forms of a site's id: host, site collection and web, or the site collection alone."""
    return [host, web.site_id.lower(), web.id.lower()], [web.site_id.lower()]


def _existing(web: Web | None) -> Web:
    if web is None:
        raise errors.site_not_found()
    return web


def _require_reading(call: Call, web: Web | None) -> None:
    if call.has(*_READ):
        return
    granted = web is not None and call.directory.grants(call.claims.app_id, web.site_id)
    if not (call.has("Sites.Selected") and granted):
        raise errors.site_access_denied()


def _site(call: Call, web: Web) -> Response:
    call.takes_options("$select")
    host = call.tenant.sharepoint_host
    created = web.properties.get("Created")
    site = {
        "id": f"{host},{web.site_id},{web.id}",
        "name": web.url.rpartition("/")[2],
        "displayName": web.title,
        "description": web.properties.get("Description") or "",
        "webUrl": f"https://{host}{web.url}",
        "createdDateTime": created,
        "lastModifiedDateTime": web.properties.get("LastItemModifiedDate") or created,
        "root": {},
        "siteCollection": {"hostname": host},
    }
    names = query.selected(call.options.get("$select"), frozenset(site), _TYPE) or tuple(site)
    return Response.of_json(
        {"@odata.context": f"{ROOT}/$metadata#sites/$entity"} | {name: site[name] for name in names}
    )


def _grants(call: Call, web: Web) -> Response:
    call.takes("GET", "POST")
    context = f"sites('{call.segments[1]}')/permissions"
    if call.method == "GET":
        # The list leaves the roles out; each grant tells its own (identity-mail-teams.md §2.2).
        entries = [_grant(call, app_id, None) for app_id in call.directory.site_grants(web.site_id)]
        return Response.of_json(query.collection(call, context, entries, size=len(entries) + 1))
    body = _body(call)
    role = _role(body, _FIRST_ROLES)
    app_id = _application(body)
    call.directory.set_grant(app_id, web.site_id, role)
    return Response.of_json(_in_context(context, _grant(call, app_id, role)), 201)


def _one_grant(call: Call, web: Web, key: str) -> Response:
    call.takes("GET", "PATCH", "DELETE")
    app_id = _granted_application(call, key)
    role = call.directory.site_grants(web.site_id).get(app_id)
    if role is None:
        raise errors.grant_not_found()
    if call.method == "DELETE":
        call.directory.remove_grant(app_id, web.site_id)
        return Response(204)
    if call.method == "PATCH":
        role = _role(_body(call), _LATER_ROLES)
        call.directory.set_grant(app_id, web.site_id, role)
    return Response.of_json(_in_context(f"sites('{call.segments[1]}')/permissions", _grant(call, app_id, role)))


def _grant(call: Call, app_id: str, role: str | None) -> dict[str, Any]:
    known = call.directory.application(app_id)
    identity = {"application": {"displayName": known.name if known else app_id, "id": app_id}}
    principal = f"{_PRINCIPAL}{app_id}@{call.tenant.tenant_id}"
    roles = {} if role is None else {"roles": [role]}
    return {
        "id": base64.b64encode(principal.encode()).decode(),
        **roles,
        "grantedToIdentitiesV2": [identity],
        "grantedToIdentities": [identity],
    }


def _in_context(context: str, grant: Mapping[str, Any]) -> dict[str, Any]:
    return {"@odata.context": f"{ROOT}/$metadata#{context}/$entity", **grant}


def _granted_application(call: Call, key: str) -> str:
    """The client id in a grant's id; raises `itemNotFound` for anything else."""
    try:
        principal = base64.b64decode(key, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise errors.grant_not_found() from error
    app_id, _, tenant_id = principal.removeprefix(_PRINCIPAL).partition("@")
    if not principal.startswith(_PRINCIPAL) or tenant_id.lower() != call.tenant.tenant_id.lower():
        raise errors.grant_not_found()
    return app_id.lower()


def _body(call: Call) -> Mapping[str, Any]:
    body = call.body()
    if not isinstance(body, dict):
        raise errors.invalid_request("The request is malformed or incorrect.")
    return body


def _role(body: Mapping[str, Any], allowed: frozenset[str]) -> str:
    roles = body.get("roles")
    if not isinstance(roles, list) or len(roles) != 1 or not isinstance(roles[0], str) or roles[0] not in allowed:
        raise errors.invalid_role()
    return str(roles[0])


def _application(body: Mapping[str, Any]) -> str:
    """The one app a grant is for: `grantedToIdentities`, its V2 form, or `grantedTo` (identity-mail-teams.md §14)."""
    given = [body.get(name) for name in ("grantedToIdentities", "grantedToIdentitiesV2", "grantedTo", "grantedToV2")]
    identities = [
        one for part in given for one in (part if isinstance(part, list) else [part]) if isinstance(one, dict)
    ]
    applications = (identity.get("application") for identity in identities)
    ids = {str(one["id"]).lower() for one in applications if isinstance(one, dict) and one.get("id")}
    if len(ids) != 1:
        raise errors.invalid_request("One or more identities are not provided or not valid.")
    return ids.pop()
