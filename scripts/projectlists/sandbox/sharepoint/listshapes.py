"""How a list looks, and which lists a caller sees (sharepoint-rest.md §3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from projectlists.sandbox.sharepoint import (
    access,
    changes,
    contenttypes,
    fields,
    folders,
    permissions,
    scopes,
    titles,
    versionpolicies,
    views,
)
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.model import Call, ListRecord
from projectlists.sandbox.sharepoint.projection import Resource
from projectlists.sandbox.sharepoint.records import ViewRecord
from projectlists.sandbox.sharepoint.schema import Schema

NOBODY = "00000000-0000-0000-0000-000000000000"
# Properties a caller may set, with the value of a new list (sharepoint-rest.md §3.2: list-add of a generic list).
WRITABLE: Mapping[str, Any] = {
    "AllowContentTypes": True,
    "ContentTypesEnabled": False,
    "CrawlNonDefaultViews": False,
    "DefaultContentApprovalWorkflowId": NOBODY,
    "DefaultItemOpenUseListSetting": False,
    "Description": "",
    "Direction": "none",
    "DisableCommenting": False,
    "DisableGridEditing": False,
    "DraftVersionVisibility": 0,
    "EnableAttachments": True,
    "EnableFolderCreation": False,
    "EnableMinorVersions": False,
    "EnableModeration": False,
    "EnableRequestSignOff": True,
    "EnableVersioning": True,
    "ForceCheckout": False,
    "Hidden": False,
    "ImageUrl": "/_layouts/15/images/itgen.png?rev=47",
    "IrmEnabled": False,
    "IrmExpire": False,
    "IrmReject": False,
    "IsApplicationList": False,
    "IsPrivate": False,
    "ListExperienceOptions": 0,
    "MajorVersionLimit": 50,
    "MajorWithMinorVersionsLimit": 0,
    "MultipleDataList": False,
    "NoCrawl": False,
    "ParserDisabled": False,
}
# Settable too, but shown only when asked for.
ON_REQUEST: Mapping[str, Any] = {
    "OnQuickLaunch": False,
    "ReadSecurity": 1,
    "ValidationFormula": "",
    "ValidationMessage": "",
    "WriteSecurity": 1,
}
TEMPLATE_FEATURES = {
    100: "00bfea71-de22-43b2-a848-c05709900100",
    101: "00bfea71-e717-4e80-aa17-d0c71b360101",
    119: "00bfea71-c796-4402-9f2f-0eb9a6e71b18",
}


def own_texts(listing: ListRecord) -> dict[str, str]:
    """Title and description in the language of the site."""
    return {"Title": listing.title, "Description": str(listing.properties.get("Description", ""))}


def visible(call: Call, schema: Schema) -> list[ListRecord]:
    """The lists of the site that the caller can see."""
    return [one for one in schema.lists(call.web.url) if access.sees_list(call, schema, one)]


def resource(call: Call, listing: ListRecord, schema: Schema) -> Resource:
    """The list with the properties of sharepoint-rest.md §3.2."""
    kept = listing.properties
    version = kept["Version"]
    uri = f"Web/Lists(guid'{listing.id}')"
    texts = titles.shown(call, listing.id, own_texts(listing))
    properties = {
        **{name: kept.get(name, default) for name, default in WRITABLE.items()},
        "BaseTemplate": listing.base_template,
        "BaseType": 1 if listing.is_library else 0,
        "Created": kept["Created"],
        "CurrentChangeToken": changes.of_list(listing.id).newest(schema),
        "DocumentTemplateUrl": None,
        "EntityTypeName": listing.entity_type_name,
        "HasExternalDataSource": False,
        "Id": listing.id,
        "ImagePath": Complex({"DecodedUrl": kept.get("ImageUrl", WRITABLE["ImageUrl"])}, "SP.ResourcePath"),
        "IsCatalog": False,
        "ItemCount": kept["ItemCount"],
        "LastItemDeletedDate": kept["LastItemDeletedDate"],
        "LastItemModifiedDate": kept["LastItemModifiedDate"],
        "LastItemUserModifiedDate": kept["LastItemUserModifiedDate"],
        "ListItemEntityTypeFullName": listing.item_type_name,
        "ParentWebPath": Complex({"DecodedUrl": call.web.url or "/"}, "SP.ResourcePath"),
        "ParentWebUrl": call.web.url or "/",
        "ServerTemplateCanCreateFolders": True,
        "TemplateFeatureId": TEMPLATE_FEATURES[listing.base_template],
        **texts,
    }

    @cache
    def default() -> ViewRecord | None:
        return next((view for view in schema.views(listing.id) if view.is_default), None)

    def shown_default() -> Resource | None:
        view = default()
        return views.resource(listing, view) if view else None

    return Resource(
        "SP.List",
        uri,
        dict(sorted(properties.items())),
        etag=f'"{version}"',
        extra={
            **{name: partial(kept.get, name, default) for name, default in ON_REQUEST.items()},
            "DefaultViewUrl": lambda: view.url if (view := default()) else "",
            "EffectiveBasePermissions": lambda: access.shown(access.rights(call, schema, listing.id)),
            "HasUniqueRoleAssignments": lambda: scopes.is_unique(schema, listing.id),
        },
        links={
            "ContentTypes": lambda: contenttypes.of_list(listing),
            "DefaultView": shown_default,
            "Fields": lambda: [fields.resource(call, listing, one) for one in schema.fields(listing.id)],
            "RoleAssignments": lambda: permissions.of_list(call, listing, schema),
            "RootFolder": lambda: folders.root(call, listing, schema),
            "VersionPolicies": lambda: versionpolicies.resource(listing),
            "Views": lambda: [views.resource(listing, one) for one in schema.views(listing.id)],
            **titles.links(uri, texts),
        },
    )
