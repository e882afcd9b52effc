"""How users and groups look: `SP.User` and `SP.Group` (sharepoint-rest.md §2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.projection import Resource
from projectlists.sandbox.sharepoint.records import SITE_GROUP, Principal
from projectlists.sandbox.sharepoint.schema import Schema

# Which group of the site has which part; `seed` makes them in this order.
OWNERS, VISITORS, MEMBERS = 3, 4, 5
# Properties of a group that a caller may set beside title and description, with the value of a new group.
SETTINGS: Mapping[str, Any] = {
    "AllowMembersEditMembership": False,
    "AllowRequestToJoinLeave": False,
    "AutoAcceptRequestToJoinLeave": False,
    "OnlyAllowMembersViewMembership": False,
    "RequestToJoinLeaveEmailSetting": "",
}


def user(principal: Principal) -> Resource:
    """A user as `SP.User`."""
    identity: Any = None
    if principal.upn:
        identity = Complex(
            {"NameId": f"{principal.id:016x}", "NameIdIssuer": "urn:federation:microsoftonline"}, "SP.UserIdInfo"
        )
    return Resource(
        "SP.User",
        f"Web/GetUserById({principal.id})",
        {
            "Email": principal.email,
            "Expiration": "",
            "Id": principal.id,
            "IsEmailAuthenticationGuestUser": False,
            "IsHiddenInUI": False,
            "IsShareByEmailGuestUser": False,
            "IsSiteAdmin": principal.is_admin,
            "LoginName": principal.login,
            "PrincipalType": principal.kind,
            "Title": principal.title,
            "UserId": identity,
            "UserPrincipalName": principal.upn or None,
        },
    )


def group(principal: Principal, schema: Schema) -> Resource:
    """A SharePoint group as `SP.Group`."""

    def members() -> list[Resource]:
        found = (schema.user(principal.web_url, one) for one in principal.members)
        return [user(one) for one in found if one]

    return Resource(
        "SP.Group",
        f"Web/SiteGroups/GetById({principal.id})",
        {
            **SETTINGS,
            "AllowMembersEditMembership": principal.id == MEMBERS,
            "Description": principal.description,
            "Id": principal.id,
            "IsHiddenInUI": False,
            "LoginName": principal.login,
            "PrincipalType": SITE_GROUP,
            "Title": principal.title,
            **{name: value for name, value in principal.settings.items() if name in SETTINGS},
        },
        extra={"OwnerTitle": lambda: owner(principal, schema).title},
        links={"Owner": lambda: either(owner(principal, schema), schema), "Users": members},
    )


def either(principal: Principal, schema: Schema) -> Resource:
    """A user or group as itself."""
    return group(principal, schema) if principal.kind == SITE_GROUP else user(principal)


def owner(principal: Principal, schema: Schema) -> Principal:
    """Who owns a group: whom it was given to, else the owners of the site."""
    chosen = principal.settings.get("Owner", OWNERS)
    return schema.user(principal.web_url, chosen) or principal
