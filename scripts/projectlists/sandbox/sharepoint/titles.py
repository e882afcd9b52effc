"""Titles and descriptions per language: `TitleResource` and `DescriptionResource` (sharepoint-rest.md §3.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import answers, bodies, regions
from projectlists.sandbox.sharepoint.answers import Collection, Complex
from projectlists.sandbox.sharepoint.errors import invalid_argument, not_implemented
from projectlists.sandbox.sharepoint.model import Call, Segment
from projectlists.sandbox.sharepoint.projection import Resource, answer
from projectlists.sandbox.sharepoint.schema import Schema


@dataclass(frozen=True)
class Owner:
    """What has the texts: its id, the texts in the site's own language, and what to do when one of those changes."""

    id: str
    texts: Mapping[str, str]
    changed: Callable[[str, str], None]


def spoken(call: Call) -> str | None:
    """The culture a caller reads texts in when that is not the site's own, such as `en-US`.

    The first language of `Accept-Language` that is one of the site's decides; None is the site's own.
    """
    added = call.web.properties.get("AddedLanguages", [])
    asked = call.request.headers.get("Accept-Language")
    if not added or not asked or not call.web.properties.get("IsMultilingual", True):
        return None
    known = {str(regions.culture(lcid)): lcid for lcid in (call.web.language, *added)}
    for word in asked.split(","):
        tag = word.partition(";")[0].strip().lower()
        found = next((one for one in known if tag and f"{one.lower()}-".startswith(f"{tag}-")), None)
        if found is not None:
            return None if known[found] == call.web.language else found
    return None


def shown(call: Call, owner_id: str, texts: Mapping[str, str]) -> Mapping[str, str]:
    """The texts of an owner as the caller reads them: translated as far as they are."""
    culture = spoken(call)
    if culture is None:
        return texts
    sql = "SELECT resource, value FROM sp_title WHERE owner = ? AND culture = ? COLLATE NOCASE"
    found = {row["resource"]: row["value"] for row in call.tenant.store.rows(sql, (owner_id, culture))}
    return {**texts, **found}


def links(uri: str, texts: Mapping[str, str]) -> dict[str, Callable[[], Resource]]:
    """`TitleResource` and `DescriptionResource` of an entity at an address, for `$expand`."""
    return {
        f"{name}Resource": partial(Resource, "SP.UserResource", f"{uri}/{name}Resource", {"Value": text})
        for name, text in texts.items()
    }


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema, owner: Owner) -> Response:
    """Answer `…/TitleResource` and its methods. Raises ServiceError for a culture the site does not have."""
    name = rest[0].key.removesuffix("resource").capitalize()
    if len(rest) == 1:
        text = shown(call, owner.id, owner.texts)[name]
        return answer(call, Resource("SP.UserResource", call_uri(call), {"Value": text}))
    method = rest[1]
    own = regions.culture(call.web.language) or ""
    match method.key:
        case "setvalueforuiculture":
            given = bodies.arguments(call, method, ("cultureName", "value"))
            culture = _known(call, given.get("cultureName"))
            value = given.get("value")
            if not isinstance(value, str) or not value:
                raise invalid_argument()
            if culture.lower() == own.lower():
                owner.changed(name, value)
            else:
                _keep(schema, owner.id, name, culture, value)
            return answers.value(call, "SetValueForUICulture", None)
        case "getvalueforuiculture":
            given = bodies.arguments(call, method, ("cultureName",))
            culture = _known(call, given.get("cultureName"))
            kept = {key.lower(): text for key, text in _kept(schema, owner.id, name).items()}
            return answers.value(call, "GetValueForUICulture", kept.get(culture.lower(), owner.texts[name]))
        case "getresourceentries":
            texts = {own: owner.texts[name], **_kept(schema, owner.id, name)}
            entries = [
                Complex({"LCID": regions.lcid(culture), "Value": text}, "SP.UserResourceEntry")
                for culture, text in texts.items()
            ]
            return answers.value(call, "GetResourceEntries", Collection(entries, "SP.UserResourceEntry"))
    raise not_implemented(f"{rest[0].name}/{method.name}")


def call_uri(call: Call) -> str:
    """The address of what is answered, after `_api/`, as it was called."""
    return call.request.path.partition("/_api/")[2]


def _known(call: Call, culture: object) -> str:
    """The culture, when it is one of the site's languages."""
    found = regions.lcid(culture) if isinstance(culture, str) else None
    if found is None or found not in {call.web.language, *call.web.properties.get("AddedLanguages", [])}:
        raise invalid_argument(f"The culture '{culture}' is not one of the languages of this site.")
    return str(culture)


def _keep(schema: Schema, owner_id: str, resource: str, culture: str, value: str) -> None:
    schema.store.execute(
        "INSERT INTO sp_title VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        (owner_id, resource, culture, value),
    )


def _kept(schema: Schema, owner_id: str, resource: str) -> dict[str, str]:
    sql = "SELECT culture, value FROM sp_title WHERE owner = ? AND resource = ?"
    found = schema.store.rows(sql, (owner_id, resource))
    return {row["culture"]: row["value"] for row in found}
