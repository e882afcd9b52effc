"""One site: its properties, settings and languages, and the way to everything on it (sharepoint-rest.md §2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import (
    access,
    answers,
    bags,
    bodies,
    changes,
    digests,
    groups,
    listshapes,
    people,
    regions,
    roledefinitions,
    scopes,
    titles,
)
from projectlists.sandbox.sharepoint.answers import Collection, Complex
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    no_file,
    not_implemented,
    read_only_property,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.fieldxml import wrong_type
from projectlists.sandbox.sharepoint.model import Call, Segment, Web, collection_url
from projectlists.sandbox.sharepoint.projection import Resource, answer
from projectlists.sandbox.sharepoint.schema import Schema

# Properties a caller may set, with the value a new site has.
WRITABLE: Mapping[str, Any] = {
    "AllowRssFeeds": True,
    "AlternateCssUrl": "",
    "Description": "",
    "FooterEmphasis": 0,
    "FooterEnabled": False,
    "FooterLayout": 0,
    "HeaderEmphasis": 0,
    "HeaderLayout": 0,
    "HideTitleInHeader": False,
    "HorizontalQuickLaunch": False,
    "IsMultilingual": True,
    "LogoAlignment": 0,
    "MegaMenuEnabled": True,
    "NavAudienceTargetingEnabled": False,
    "NoCrawl": False,
    "OverwriteTranslationsOnChange": False,
    "QuickLaunchEnabled": True,
    "SearchScope": 0,
    "SiteLogoUrl": "",
    "SyndicationEnabled": True,
    "TreeViewEnabled": False,
    "WelcomePage": "SitePages/Home.aspx",
}


def resource_of(call: Call, web: Web, schema: Schema) -> Resource:
    """Another site as it shows itself."""
    return resource(replace(call, web=web), schema)


def resource(call: Call, schema: Schema) -> Resource:
    """The site with the properties of sharepoint-rest.md §2.1; its lists do not lead back to it."""
    web = call.web
    template, _, configuration = str(web.properties.get("Template", "STS#3")).partition("#")
    created = str(web.properties["Created"])
    changed = max((str(one.properties["LastItemModifiedDate"]) for one in schema.lists(web.url)), default=created)
    texts = titles.shown(call, web.id, own_texts(web))
    properties = {
        **{name: web.properties.get(name, default) for name, default in WRITABLE.items()},
        **texts,
        "AppInstanceId": "00000000-0000-0000-0000-000000000000",
        "Configuration": int(configuration or 0),
        # The service writes this one without a zone (sharepoint-rest.md §2.1).
        "Created": f"{created.removesuffix('Z')}.000",
        "CurrentChangeToken": changes.of_web(web).newest(schema),
        "Id": web.id,
        "Language": web.language,
        "LastItemModifiedDate": changed,
        "LastItemUserModifiedDate": changed,
        "RecycleBinEnabled": True,
        "ResourcePath": Complex({"DecodedUrl": call.web_absolute_url}, "SP.ResourcePath"),
        "ServerRelativeUrl": web.url or "/",
        "UIVersion": 15,
        "Url": call.web_absolute_url,
        "WebTemplate": template,
    }
    return Resource(
        "SP.Web",
        "Web",
        dict(sorted(properties.items())),
        extra={
            "EffectiveBasePermissions": lambda: access.shown(access.rights(call, schema)),
            "HasUniqueRoleAssignments": lambda: web.is_root or scopes.is_unique(schema, scopes.of_web(web.url)),
            "ServerRelativePath": lambda: Complex({"DecodedUrl": web.url or "/"}, "SP.ResourcePath"),
            "SupportedUILanguageIds": lambda: Collection(languages(web), "Edm.Int32"),
        },
        links={
            "Lists": lambda: [listshapes.resource(call, one, schema) for one in listshapes.visible(call, schema)],
            "RegionalSettings": lambda: regions.settings(web),
            "AllProperties": lambda: bag(call),
            "CurrentUser": lambda: people.current(call, schema),
            "SiteUsers": lambda: people.users(call, schema),
            "SiteGroups": lambda: groups.all_of(call, schema),
            "RoleDefinitions": lambda: roledefinitions.all_of(call, schema),
            "AssociatedOwnerGroup": lambda: groups.associated(call, schema, "associatedownergroup"),
            "AssociatedMemberGroup": lambda: groups.associated(call, schema, "associatedmembergroup"),
            "AssociatedVisitorGroup": lambda: groups.associated(call, schema, "associatedvisitorgroup"),
            "ParentWeb": lambda: _parent(call, schema),
            **titles.links("Web", texts),
        },
    )


def bag(call: Call) -> Resource:
    """The property bag of the site."""
    return bags.resource("Web/AllProperties", bags.of_web(call.tenant.store, call.web))


def _parent(call: Call, schema: Schema) -> Resource | None:
    above = None if call.web.is_root else schema.web(call.web.url.rpartition("/")[0])
    return None if above is None else resource_of(call, above, schema)


def own_texts(web: Web) -> dict[str, str]:
    """Title and description in the language of the site."""
    return {"Title": web.title, "Description": str(web.properties.get("Description", ""))}


def languages(web: Web) -> list[int]:
    """The languages a site speaks: its own and those added."""
    return [web.language, *web.properties.get("AddedLanguages", [])]


def context_info(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `POST _api/contextinfo`: the form digest (sharepoint-rest.md §1.4)."""
    if rest or call.method != "POST":
        raise unsupported_verb("SP.ContextWebInformation", call.method)
    return answers.value(
        call,
        "GetContextWebInformation",
        Complex(
            {
                "FormDigestTimeoutSeconds": digests.SECONDS,
                "FormDigestValue": digests.give(schema.tenant, call.web),
                "LibraryVersion": "16.0.26600.12000",
                "SiteFullUrl": f"https://{call.request.host}{collection_url(call.web.url)}",
                "SupportedSchemaVersions": ["14.0.0.0", "15.0.0.0"],
                "WebFullUrl": call.web_absolute_url,
            },
            "SP.ContextWebInformation",
        ),
    )


def url_from_page_url(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `SP.Web.GetWebUrlFromPageUrl`: the site a page belongs to."""
    if rest:
        raise not_implemented(f"_api/SP.Web.GetWebUrlFromPageUrl/{rest[0].name}")
    given = bodies.arguments(call, call.segments[0], ("pageFullUrl",)).get("pageFullUrl")
    if not isinstance(given, str):
        raise invalid_argument()
    path = unquote(urlsplit(given).path).lower()
    inside = [web for web in schema.webs() if path == web.url.lower() or path.startswith(f"{web.url.lower()}/")]
    if not inside:
        raise no_file()
    nearest = max(inside, key=lambda web: len(web.url))
    return answers.value(call, "GetWebUrlFromPageUrl", f"https://{call.request.host}{nearest.url}")


def itself(call: Call, schema: Schema) -> Response:
    """Answer the site itself: read, or changed."""
    if call.method == "GET":
        return answer(call, resource(call, schema))
    if call.method not in {"MERGE", "PATCH", "PUT"}:
        raise unsupported_verb("SP.Web", call.method)
    given = bodies.entity(call, {"SP.Web"}).properties
    known = resource(call, schema).properties
    web = call.web
    for name, value in given.items():
        if name not in WRITABLE and name != "Title":
            raise read_only_property(name) if name in known else unknown_property(name, "SP.Web")
        expected = type(WRITABLE.get(name, ""))
        if type(value) is not expected:
            raise wrong_type(name, expected.__name__)
    kept = {name: value for name, value in given.items() if name != "Title"}
    schema.save_web(replace(web, title=given.get("Title", web.title), properties={**web.properties, **kept}))
    return answers.empty()
