"""What clients of the services call, as examples that can be tried on a sandbox: the questions of the fidelity page.

In paths `LIST` is a list with one item, `LIBRARY` a library with one file, `SITE` the URL of the site, `MAILBOX` the
shared mailbox, `PERSON` somebody, `ROOT` the root folder of the library, `TEAM`, `CHANNEL`, `LISTID` and `SITEID` the
ids of these, `AGGREGATE` the title of the administration's hidden list. The examples of a chapter are tried in
their order on one tenant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

Host = Literal["sharepoint", "administration", "graph", "login", "workflow"]


@dataclass(frozen=True)
class Example:
    """One call and what it is for. `body` is sent as JSON, a text as a form, bytes as they are."""

    method: str
    path: str
    purpose: str
    body: Any = None


@dataclass(frozen=True)
class Chapter:
    """Calls to one host that belong together."""

    title: str
    host: Host
    examples: tuple[Example, ...]


def _calls(*rows: tuple[Any, ...]) -> tuple[Example, ...]:
    return tuple(Example(*row) for row in rows)


_FIELD = '<Field Type="Text" Name="Note1" DisplayName="Note1"/>'
_LETTER = {
    "subject": "x",
    "body": {"contentType": "text", "content": "x"},
    "toRecipients": [{"emailAddress": {"address": "a@b.example"}}],
}
_CARD = {
    "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard"}}]
}
_VALUES = {"formValues": [{"FieldName": "Title", "FieldValue": "x"}]}
_VIEW = {"parameters": {"Title": "Open", "Query": "<OrderBy><FieldRef Name='ID'/></OrderBy>"}}

CHAPTERS: Final[tuple[Chapter, ...]] = (
    Chapter(
        "Site",
        "sharepoint",
        _calls(
            ("POST", "contextinfo", "form digest"),
            ("GET", "web", "the site with its properties"),
            ("MERGE", "web", "title and settings of the site", {"Title": "Demo"}),
            ("GET", "web/RegionalSettings?$expand=TimeZone", "locale and time zone"),
            ("MERGE", "web/RegionalSettings", "another locale, first day of the week, …", {"FirstDayOfWeek": 1}),
            (
                "POST",
                "web/AddSupportedUILanguage(lcid=1033)",
                "a language more; `RemoveSupportedUILanguage` takes it away",
            ),
            (
                "POST",
                "web/TitleResource/GetValueForUICulture",
                "texts per language, `DescriptionResource` too; `Accept-Language` brings them",
                {"cultureName": "nl-NL"},
            ),
            ("GET", "web/AllProperties", "property bag, read; written over CSOM"),
            ("GET", "web/Navigation/QuickLaunch", "navigation; nodes are added, moved, changed, removed"),
            ("POST", "navigation/MenuState", "the same as one document; `SaveMenuState`"),
            (
                "POST",
                "web/GetChanges",
                "change log of all its lists; `site/GetChanges` with those of sub-sites",
                {"query": {"Item": True, "Add": True}},
            ),
            ("GET", "web/fields", "site columns"),
            (
                "POST",
                "web/webs/add",
                "making a sub-site; `webinfos/add` too",
                {"parameters": {"Title": "x", "Url": "x"}},
            ),
            ("GET", "web/webs", "sub-sites; `webinfos`, `GetSubwebsFilteredForCurrentUser`, `ParentWeb`; deleted"),
            ("GET", "web/features", "features"),
            ("GET", "web/ContentTypes", "content types of the site, read; `AvailableContentTypes`"),
            ("GET", "web/UserCustomActions", "custom actions: always empty"),
            ("GET", "search/query?querytext='x'", "search"),
            ("GET", "site", "the site collection"),
            ("POST", "Site/RegisterHubSite", "making a hub site"),
            ("GET", "hubSites", "hub sites; `GetById`, `site/JoinHubSite`, `web/HubSiteData` too"),
            ("GET", "SPSiteManager/Status?url='SITE'", "state of a site being made"),
            (
                "POST",
                "SPSiteManager/Create",
                "making a site",
                {"request": {"Title": "N", "Url": "SITE2", "Lcid": 1043, "WebTemplate": "STS#3", "Owner": "PERSON"}},
            ),
            ("POST", "SPSiteManager/Delete", "deleting a site", {"siteId": "SITE2ID"}),
            (
                "GET",
                "GroupSiteManager/GetSiteStatus('SITEID')",
                "a team site with a group; `CreateGroupEx` makes one for people, and refuses an app",
            ),
            (
                "POST",
                "SP.Web.GetWebUrlFromPageUrl",
                "the site of a page; `SP.Site.Exists`",
                {"pageFullUrl": "SITE/x.aspx"},
            ),
        ),
    ),
    Chapter(
        "Lists",
        "sharepoint",
        _calls(
            ("GET", "web/lists?$filter=Hidden eq false&$expand=RootFolder", "all lists; `GetByTitle`, `GetById`, …"),
            (
                "GET",
                "web/GetList('/sites/demo/Lists/Probe')",
                "a list by its URL; `GetListUsingPath`, `GetListByTitle`",
            ),
            ("POST", "web/lists", "making a list or library", {"Title": "Made", "BaseTemplate": 100}),
            (
                "POST",
                "web/lists/add",
                "the same with a URL of one's own",
                {"parameters": {"Title": "Own", "Url": "Lists/Own", "TemplateType": 100}},
            ),
            ("POST", "web/lists", "lists of other templates", {"Title": "Tasks", "BaseTemplate": 107}),
            ("MERGE", "LIST", "title and settings", {"Description": "x"}),
            ("GET", "LIST/ContentTypes", "content types, read"),
            ("POST", "LIST/TitleResource/GetValueForUICulture", "texts per language", {"cultureName": "nl-NL"}),
            ("POST", "LIST/GetChanges", "change log of items", {"query": {"Item": True, "Add": True}}),
            (
                "POST",
                "LIST/GetListItemChangesSinceToken",
                "change log as XML rows",
                {"query": {"RowLimit": "10"}},
            ),
            ("GET", "LIST/Subscriptions", "webhooks: always empty"),
            ("GET", "web/DefaultDocumentLibrary", "the library of the site"),
            ("GET", "LIST/VersionPolicies", "how versions are kept"),
            ("POST", "web/lists/getbytitle('Own')/recycle", "recycling a list"),
            ("DELETE", "web/lists/getbytitle('Made')", "deleting a list"),
        ),
    ),
    Chapter(
        "Columns and views",
        "sharepoint",
        _calls(
            ("GET", "LIST/fields", "columns; by id, internal name and title; `GetRelatedFields`"),
            ("POST", "LIST/fields", "a column from properties", {"Title": "F1", "FieldTypeKind": 2}),
            (
                "POST",
                "LIST/fields/AddField",
                "the same by parameters",
                {"parameters": {"Title": "F2", "FieldTypeKind": 9}},
            ),
            (
                "POST",
                "LIST/fields/CreateFieldAsXml",
                "a column from schema XML",
                {"parameters": {"SchemaXml": _FIELD, "Options": 8}},
            ),
            ("MERGE", "LIST/fields/getByInternalNameOrTitle('F1')", "changing a column", {"Description": "x"}),
            ("POST", "LIST/fields/getByInternalNameOrTitle('F1')/enableIndex", "an index"),
            ("DELETE", "LIST/fields/getByInternalNameOrTitle('F2')", "deleting a column"),
            ("GET", "LIST/views", "views; `DefaultView`, `GetView`, by id and title"),
            ("POST", "LIST/views/Add", "a view", _VIEW),
            ("GET", "LIST/views/getbytitle('Open')/ViewFields", "its columns; added, moved, removed"),
            ("MERGE", "LIST/views/getbytitle('Open')", "changing a view, formatting included", {"RowLimit": 50}),
            ("DELETE", "LIST/views/getbytitle('Open')", "deleting a view"),
        ),
    ),
    Chapter(
        "Items",
        "sharepoint",
        _calls(
            ("GET", "LIST/items?$select=Id,Author/Title&$expand=Author&$filter=Id gt 0&$orderby=Id desc", "reading"),
            ("POST", "LIST/items", "making one", {"Title": "x"}),
            ("MERGE", "LIST/items(1)", "changing one, with `If-Match`", {"Title": "y"}),
            ("POST", "LIST/GetItems", "CAML", {"query": {"ViewXml": "<View/>"}}),
            (
                "POST",
                "LIST/RenderListDataAsStream",
                "rows as a view shows them; `RenderListData` too",
                {"parameters": {"ViewXml": "<View/>"}},
            ),
            (
                "POST",
                "LIST/AddValidateUpdateItemUsingPath",
                "making one from typed values; `AddValidateUpdateItem`",
                _VALUES,
            ),
            ("POST", "LIST/items(1)/ValidateUpdateListItem", "changing one by typed values", _VALUES),
            ("GET", "LIST/GetItemById(1)", "one item; `GetItemByUniqueId`, `ReserveListItemId`"),
            ("GET", "LIST/items(1)/FieldValuesAsText", "values as people read them"),
            ("GET", "LIST/items(1)/FieldValuesAsHtml", "values as HTML"),
            ("GET", "LIST/items(1)/FieldValuesForEdit", "values as forms edit them"),
            ("GET", "LIST/items(1)/versions", "versions"),
            ("POST", "LIST/items(1)/AttachmentFiles/add(FileName='a.txt')", "attachments", b"x"),
            ("POST", "LIST/items(2)/recycle", "recycling one"),
            ("DELETE", "LIST/items(3)", "deleting one"),
            ("GET", "LIST/items(1)/Comments", "comments"),
        ),
    ),
    Chapter(
        "Files, folders, recycle bin",
        "sharepoint",
        _calls(
            (
                "GET",
                "web/GetFolderByServerRelativeUrl('Shared Documents')?$expand=Files,Folders",
                "a folder; `GetFolderByServerRelativePath`, `GetFolderById`, `ParentFolder`",
            ),
            ("POST", "LIBRARY/RootFolder/Folders/Add('Map')", "making a folder"),
            (
                "POST",
                "web/GetFolderByServerRelativeUrl('Shared Documents')/Files/add(url='b.txt',overwrite=true)",
                "uploading a file",
                b"x",
            ),
            (
                "GET",
                "web/GetFileByServerRelativeUrl('/sites/demo/Shared Documents/b.txt')",
                "a file; `GetFileByServerRelativePath`, `GetFileById`",
            ),
            ("GET", "web/GetFileByServerRelativeUrl('Shared Documents/b.txt')/$value", "its content"),
            ("PUT", "web/GetFileByServerRelativeUrl('Shared Documents/b.txt')/$value", "new content", b"y"),
            ("GET", "web/GetFileByServerRelativeUrl('Shared Documents/b.txt')/ListItemAllFields", "the item behind it"),
            ("GET", "web/GetFileByServerRelativeUrl('Shared Documents/b.txt')/Versions", "earlier versions; restoring"),
            (
                "POST",
                "web/GetFileByServerRelativeUrl('Shared Documents/b.txt')/moveto(newurl='ROOT/c.txt')",
                "moving and copying; `MoveToUsingPath`, `CopyToUsingPath`",
            ),
            (
                "POST",
                "web/GetFileByServerRelativeUrl('Shared Documents/c.txt')/CheckOut",
                "checking out; `UndoCheckOut`",
            ),
            ("POST", "web/GetFileByServerRelativeUrl('Shared Documents/c.txt')/CheckIn(comment='x')", "checking in"),
            (
                "POST",
                "web/GetFileByServerRelativeUrl('Shared Documents/c.txt')/StartUpload(uploadId=guid'1')",
                "in pieces; `ContinueUpload`, `FinishUpload`, `CancelUpload`",
            ),
            (
                "POST",
                "site/CreateCopyJobs",
                "copy jobs; `GetCopyJobProgress`; `SP.MoveCopyUtil.CopyFileByPath`, `SP.MoveCopyUtil.MoveFileByPath`, "
                "`SP.MoveCopyUtil.CopyFolderByPath`, `SP.MoveCopyUtil.MoveFolderByPath`",
                {"exportObjectUris": ["SITE/x"], "destinationUri": "SITE/y", "options": {}},
            ),
            ("POST", "web/GetFileByServerRelativeUrl('Shared Documents/c.txt')/recycle", "recycling a file"),
            ("GET", "web/RecycleBin", "what waits in the bin; restoring, deleting"),
            ("POST", "web/RecycleBin/RestoreAll", "all of it back"),
            ("POST", "web/RecycleBin/MoveAllToSecondStage", "the second stage"),
        ),
    ),
    Chapter(
        "People and permissions",
        "sharepoint",
        _calls(
            ("POST", "web/EnsureUser('PERSON')", "a person's id on the site"),
            (
                "GET",
                "web/siteUsers",
                "people; by id, login, address; `CurrentUser`, `GetUserById`; removed, `site/owner`",
            ),
            ("GET", "web/siteGroups?$expand=Users", "groups; made, changed, filled, removed"),
            (
                "GET",
                "web/AssociatedMemberGroup",
                "the groups of the site; `AssociatedOwnerGroup`, `AssociatedVisitorGroup`",
            ),
            ("GET", "web/RoleDefinitions", "permission levels"),
            ("POST", "web/RoleDefinitions", "a permission level of one's own; changed, removed", {"Name": "x"}),
            ("POST", "LIST/BreakRoleInheritance(true)", "own permissions for a list; `ResetRoleInheritance`"),
            ("GET", "LIST/RoleAssignments?$expand=Member,RoleDefinitionBindings", "who has what"),
            ("POST", "LIST/RoleAssignments/AddRoleAssignment(principalid=3,roledefid=1073741826)", "giving a role"),
            ("POST", "LIST/items(1)/BreakRoleInheritance(false)", "own permissions for an item"),
            ("POST", "LIST/items(1)/ResetRoleInheritance", "inheriting again"),
            (
                "POST",
                "LIST/GetUserEffectivePermissions",
                "what somebody may do; `DoesUserHavePermissions`",
                {"userName": "PERSON"},
            ),
        ),
    ),
    Chapter(
        "Administration of the tenant",
        "administration",
        _calls(
            (
                "POST",
                "Microsoft.Online.SharePoint.TenantAdministration.Tenant/getSitePropertiesFromSharePointByFilters",
                "all sites",
                {"speFilter": {"Filter": ""}},
            ),
            (
                "POST",
                "Microsoft.Online.SharePoint.TenantAdministration.Tenant/getSitePropertiesByUrl",
                "one site",
                {"url": "SITE", "includeDetail": True},
            ),
            (
                "GET",
                "web/lists/GetByTitle('AGGREGATE')/items",
                "the hidden list of all sites; `RenderListDataAsStream`",
            ),
            (
                "GET",
                "SPO.Tenant/sites('SITEID')",
                "one site by id; its owner and administrators (`SPOInternalUseOnly.Tenant`); `RemoveSite`, "
                "`RestoreDeletedSite`, `RemoveDeletedSite`",
            ),
            (
                "POST",
                "Microsoft.Online.SharePoint.TenantAdministration.Tenant/CreateSite",
                "making a site as an administrator",
                {},
            ),
        ),
    ),
    Chapter(
        "Mail and people on Graph",
        "graph",
        _calls(
            ("GET", "users?$select=mail,displayName&$top=5", "people"),
            ("GET", "users/PERSON", "one of them"),
            ("GET", "users/PERSON/manager", "the manager"),
            ("GET", "users/MAILBOX/mailFolders", "folders"),
            ("POST", "users/MAILBOX/messages", "a draft", _LETTER),
            ("GET", "users/MAILBOX/messages?$top=5", "messages; filters, extended properties, immutable ids"),
            ("POST", "users/MAILBOX/sendMail", "sending", {"message": _LETTER}),
            ("GET", "users/MAILBOX/mailboxSettings", "automatic replies"),
            ("POST", "users/MAILBOX/events", "calendar", {"subject": "x"}),
            ("GET", "groups", "groups"),
            ("POST", "$batch", "many in one", {"requests": [{"id": "1", "method": "GET", "url": "/users/PERSON"}]}),
        ),
    ),
    Chapter(
        "Sites and Teams on Graph",
        "graph",
        _calls(
            ("GET", "sites/HOST:/sites/demo", "a site"),
            ("GET", "sites/SITEID/permissions", "what apps were granted on it; given, changed, taken back"),
            ("GET", "sites/SITEID/lists", "lists over Graph"),
            ("GET", "teams/TEAM", "a team"),
            ("GET", "teams/TEAM/channels", "its channels"),
            ("GET", "teams/TEAM/channels/CHANNEL/tabs", "tabs; added, removed"),
            ("POST", "teams/TEAM/channels/CHANNEL/messages", "posting as a person", {"body": {"content": "x"}}),
        ),
    ),
    Chapter(
        "Sign-in",
        "login",
        _calls(
            ("GET", "TENANTID/v2.0/.well-known/openid-configuration", "what there is"),
            ("GET", "TENANTID/discovery/v2.0/keys", "keys of tokens"),
            (
                "POST",
                "TENANTID/oauth2/v2.0/token",
                "tokens: certificate, secret, federated assertion, device code, authorization code, refresh token",
                "client_id=CLIENT&client_secret=SECRET&grant_type=client_credentials"
                "&scope=https://graph.microsoft.com/.default",
            ),
            ("POST", "TENANTID/oauth2/v2.0/devicecode", "device code", "client_id=PUBLIC&scope=User.Read"),
            ("POST", "TENANTID/oauth2/v2.0/logout", "signing out", ""),
        ),
    ),
    Chapter("Teams workflow", "workflow", _calls(("POST", "WEBHOOK", "a card in a channel", _CARD))),
)
