"""What the CLI for Microsoft 365 is asked, in order, and what its answer must hold.

A command's name, its options, and the expectation: a dict is part of the output (nested), a list is part of each entry
of the output in order, a number counts the entries, None wants no output, an exception's text is the refusal.
"""

from __future__ import annotations

from typing import Any, NamedTuple

SITE = "https://lindervoort.sharepoint.com/sites/demo"
MADE = "https://lindervoort.sharepoint.com/sites/nieuw"
CLASSIC = "https://lindervoort.sharepoint.com/sites/klassiek"
NOOR = "noor.lindeveld@gemeente.example"
BRAM = "bram.zandhoven@gemeente.example"
SOMETHING = "11111111-2222-3333-4444-555555555555"
LIST = {"webUrl": SITE, "listTitle": "Interop"}
SCHEMAS = {
    "Status": "<Field Type='Choice' DisplayName='Status' Name='Status'><CHOICES><CHOICE>Open</CHOICE>"
    "<CHOICE>Klaar</CHOICE></CHOICES></Field>",
    "Aantal": "<Field Type='Number' DisplayName='Aantal' Name='Aantal'/>",
    "Eigenaar": "<Field Type='User' DisplayName='Eigenaar' Name='Eigenaar' UserSelectionMode='PeopleOnly'/>",
    "Begin": "<Field Type='DateTime' Format='DateOnly' DisplayName='Begin' Name='Begin'/>",
    "Einde": "<Field Type='DateTime' Format='DateOnly' DisplayName='Einde' Name='Einde'/>",
}
IS_OPEN = "<Where><Eq><FieldRef Name='Status'/><Value Type='Choice'>Open</Value></Eq></Where>"


class Refused(str):
    """The text of a refusal."""


class Step(NamedTuple):
    """One command."""

    command: str
    options: dict[str, Any]
    expected: Any = None


WEB = [
    Step("spo web get", {"url": SITE}, {"Title": "Demo", "Url": SITE, "WebTemplate": "STS", "HeaderEmphasis": 0}),
    Step("spo web set", {"url": SITE, "title": "Demo CLI", "description": "Gezet", "headerEmphasis": 2}),
    Step(
        "spo web get",
        {"url": SITE, "withGroups": True, "withPermissions": True},
        {"Title": "Demo CLI", "Description": "Gezet", "HeaderEmphasis": 2, "AssociatedOwnerGroup": {"Id": 3}},
    ),
    Step("spo web list", {"url": SITE}, 0),
    Step(
        "spo web installedlanguage list",
        {"webUrl": SITE},
        [{"DisplayName": "English", "Lcid": 1033}, {"DisplayName": "Dutch", "LanguageTag": "nl-NL", "Lcid": 1043}],
    ),
    Step("spo site get", {"url": SITE}, {"Url": SITE}),
]
SITES = [
    Step(
        "spo site add",
        {"type": "CommunicationSite", "url": MADE, "title": "Nieuw", "owners": NOOR, "lcid": 1043},
        MADE,
    ),
    Step(
        "spo site add",
        {
            "type": "ClassicSite",
            "url": CLASSIC,
            "title": "Klassiek",
            "owners": NOOR,
            "timeZone": 4,
            "webTemplate": "STS#3",
            "wait": True,
        },
    ),
    Step(
        "spo site add",
        {
            "type": "ClassicSite",
            "url": CLASSIC,
            "title": "Nog eens",
            "owners": NOOR,
            "timeZone": 4,
            "webTemplate": "STS#3",
        },
        Refused(f"A site already exists at url {CLASSIC}."),
    ),
    Step("spo site set", {"url": CLASSIC, "title": "Klassiek & co", "sharingCapability": "Disabled"}),
    Step(
        "spo site list",
        {"webTemplate": "STS#3"},
        [{"Url": SITE}, {"Url": CLASSIC, "Title": "Klassiek & co", "SharingCapability": 0, "Status": "Active"}],
    ),
    Step("spo site ensure", {"url": MADE, "title": "Nieuwer"}),
    Step("spo web get", {"url": MADE}, {"Title": "Nieuwer", "Language": 1043}),
    Step("spo site apppermission list", {"siteUrl": SITE}, 0),
]
LISTS = [
    Step(
        "spo list add",
        {"webUrl": SITE, "title": "Interop", "baseTemplate": "GenericList", "description": "d"},
        {"Title": "Interop", "EntityTypeName": "InteropList", "MajorVersionLimit": 50},
    ),
    Step(
        "spo list add",
        {"webUrl": SITE, "title": "Interop", "baseTemplate": "GenericList"},
        Refused(
            "A list, survey, discussion board, or document library with the specified title already exists in this Web"
            " site.  Please choose another title."
        ),
    ),
    Step(
        "spo list list",
        {"webUrl": SITE, "properties": "Title,RootFolder/ServerRelativeUrl", "filter": "BaseTemplate eq 100"},
        [{"Title": "Interop", "RootFolder": {"ServerRelativeUrl": "/sites/demo/Lists/Interop"}}],
    ),
    Step(
        "spo list set",
        {
            "webUrl": SITE,
            "title": "Interop",
            "description": "anders",
            "majorVersionLimit": 20,
            "enableAttachments": True,
        },
    ),
    Step("spo list set", {"webUrl": SITE, "title": "Interop", "versionExpireAfterDays": 60}),
    Step(
        "spo list get",
        {"webUrl": SITE, "title": "Interop", "withPermissions": True},
        {
            "Description": "anders",
            "MajorVersionLimit": 20,
            "HasUniqueRoleAssignments": False,
            "VersionPolicies": {"DefaultTrimMode": 1, "DefaultExpireAfterDays": 60},
        },
    ),
    Step("spo list get", {"webUrl": SITE, "url": "/Lists/Interop"}, {"Title": "Interop"}),
    Step(
        "spo list get",
        {"webUrl": SITE, "title": "Ontbreekt"},
        Refused(f"List 'Ontbreekt' does not exist at site with URL '{SITE}'."),
    ),
]
FIELDS = [
    *(
        Step(
            "spo field add",
            {**LIST, "xml": xml, "options": "AddFieldInternalNameHint,AddFieldToDefaultView"},
            {"InternalName": name},
        )
        for name, xml in SCHEMAS.items()
    ),
    Step(
        "spo field set",
        {**LIST, "internalName": "Status", "Title": "Stand", "Description": "De stand & meer", "Indexed": True},
    ),
    Step(
        "spo field set",
        {"webUrl": SITE, "listUrl": "/Lists/Interop", "internalName": "Aantal", "Description": "Hoeveel"},
    ),
    Step(
        "spo field get",
        {**LIST, "internalName": "Status"},
        {"Title": "Stand", "Description": "De stand & meer", "Indexed": True, "Choices": ["Open", "Klaar"]},
    ),
    Step("spo field get", {**LIST, "title": "Aantal"}, {"Description": "Hoeveel", "TypeAsString": "Number"}),
    Step("spo field set", {**LIST, "internalName": "Niets", "Title": "x"}, Refused("Column 'Niets' does not exist.")),
    Step(
        "spo field add", {"webUrl": SITE, "xml": "<Field Type='Text' DisplayName='Afdeling'/>"}, {"Title": "Afdeling"}
    ),
    Step("spo field set", {"webUrl": SITE, "title": "Afdeling", "Group": "Gemeente"}),
    Step("spo field get", {"webUrl": SITE, "title": "Afdeling"}, {"Group": "Gemeente", "Scope": "/sites/demo"}),
    Step("spo field remove", {"webUrl": SITE, "title": "Afdeling", "force": True}),
]
VIEWS = [
    Step(
        "spo list view add",
        {**LIST, "title": "Open", "fields": "LinkTitle,Status,Aantal", "viewQuery": IS_OPEN, "rowLimit": 50},
        {"Title": "Open", "ViewQuery": IS_OPEN, "RowLimit": 50, "Paged": True},
    ),
    Step(
        "spo list view add",
        {
            **LIST,
            "title": "Kalender",
            "type": "calendar",
            "calendarStartDateField": "Begin",
            "calendarEndDateField": "Einde",
            "calendarTitleField": "Title",
        },
        {"ViewType2": "MODERNCALENDAR"},
    ),
    Step(
        "spo list view add",
        {**LIST, "title": "Bord", "type": "kanban", "kanbanBucketField": "Status", "fields": "LinkTitle"},
        {"ViewType2": "KANBAN", "ViewData": '<FieldRef Name="Status" Type="KanbanPivotColumn" />'},
    ),
    Step("spo list view set", {**LIST, "title": "Open", "Title": "Openstaand", "RowLimit": 20}),
    Step("spo list view field add", {**LIST, "viewTitle": "Openstaand", "title": "Eigenaar", "position": 1}),
    Step("spo list view field set", {**LIST, "viewTitle": "Openstaand", "title": "Eigenaar", "position": 2}),
    Step("spo list view field remove", {**LIST, "viewTitle": "Openstaand", "title": "Aantal", "force": True}),
    Step("spo list view get", {**LIST, "title": "Openstaand"}, {"RowLimit": 20}),
    Step("spo list view remove", {**LIST, "title": "Bord", "force": True}),
    Step(
        "spo list view list",
        LIST,
        [{"Title": "Alle items", "DefaultView": True}, {"Title": "Openstaand"}, {"Title": "Kalender"}],
    ),
]
ITEMS = [
    Step(
        "spo listitem add",
        {**LIST, "contentType": "Item", "Title": "Eerste", "Status": "Open", "Aantal": "3"},
        {"Id": 1, "Title": "Eerste", "Status": "Open", "Aantal": 3, "OData__UIVersionString": "1.0"},
    ),
    Step(
        "spo listitem add",
        {
            **LIST,
            "Title": "Tweede",
            "Eigenaar": f"[{{'Key':'i:0#.f|membership|{NOOR}'}}]",
            "Begin": "2026-12-01 00:00:00",
        },
        # Midnight on the site's clock (sharepoint-rest.md §6.6).
        {"Id": 2, "Begin": "2026-11-30T23:00:00Z"},
    ),
    Step(
        "spo listitem add",
        {**LIST, "Title": "Fout", "Begin": "2026-12-01T00:00:00Z"},
        Refused("You must specify a valid date within the range of 1/1/1900 and 12/31/8900."),
    ),
    Step("spo listitem set", {**LIST, "id": "1", "Title": "Eerste anders"}, {"OData__UIVersionString": "2.0"}),
    Step(
        "spo listitem set",
        {**LIST, "id": "1", "systemUpdate": True, "Title": "Eerste stil", "Aantal": "4"},
        {"Title": "Eerste stil", "Aantal": 4, "OData__UIVersionString": "2.0"},
    ),
    Step(
        "spo listitem get",
        {**LIST, "id": "2", "properties": "ID,Eigenaar/Title"},
        {"Eigenaar": {"Title": "Noor Lindeveld"}},
    ),
    Step(
        "spo listitem get",
        {**LIST, "id": "99"},
        Refused("Item does not exist. It may have been deleted by another user."),
    ),
    Step("spo listitem batch add", {**LIST, "csvContent": "Title,Status,Aantal\nDerde,Open,5\nVierde,Klaar,6"}),
    Step("spo listitem batch set", {**LIST, "filePath": "set.csv"}),
    Step(
        "spo listitem list",
        {**LIST, "fields": "ID,Title,Aantal,Eigenaar/EMail"},
        [
            {"Title": "Eerste stil", "Aantal": 7, "Eigenaar": {"EMail": NOOR}},
            {"Title": "Tweede", "Aantal": 8},
            {"Title": "Derde", "Aantal": 5},
            {"Title": "Vierde", "Aantal": 6},
        ],
    ),
    Step("spo listitem list", {**LIST, "fields": "ID", "filter": "Status eq 'Open'", "pageSize": 1}, 1),
    Step("spo listitem list", {**LIST, "camlQuery": f"<View><Query>{IS_OPEN}</Query></View>"}, [{"Id": 1}, {"Id": 3}]),
    Step("spo listitem attachment add", {**LIST, "listItemId": "1", "filePath": "set.csv"}, {"FileName": "set.csv"}),
    Step("spo listitem attachment list", {**LIST, "listItemId": "1"}, [{"FileName": "set.csv"}]),
    Step("spo listitem attachment get", {**LIST, "listItemId": "1", "fileName": "set.csv"}, {"FileName": "set.csv"}),
    Step("spo listitem attachment set", {**LIST, "listItemId": "1", "filePath": "set.csv", "fileName": "set.csv"}),
    Step("spo listitem attachment remove", {**LIST, "listItemId": "1", "fileName": "set.csv", "force": True}),
    Step("spo listitem attachment list", {**LIST, "listItemId": "1"}, 0),
    Step("spo listitem isrecord", {**LIST, "id": "1"}),
    Step("spo listitem roleinheritance break", {**LIST, "listItemId": "1", "force": True}),
    Step("spo listitem roleassignment add", {**LIST, "listItemId": "1", "upn": NOOR, "roleDefinitionId": 1073741826}),
    Step("spo listitem roleinheritance reset", {**LIST, "listItemId": "1", "force": True}),
    Step("spo listitem batch remove", {**LIST, "ids": "3,4", "force": True}),
    Step(
        "spo listitem batch remove", {**LIST, "ids": "9", "force": True}, Refused("- Item ID 9: Item does not exist.")
    ),
    Step("spo listitem remove", {**LIST, "id": "2", "force": True}),
    Step("spo listitem remove", {**LIST, "id": "1", "recycle": True, "force": True}),
    Step("spo listitem list", LIST, 0),
    Step("spo listitem add", {**LIST, "folder": "Map", "Title": "In de map"}, {"Title": "In de map"}),
]
CLOSING = [
    Step("spo list contenttype list", LIST, [{"Name": "Item"}, {"Name": "Folder"}]),
    Step("spo list webhook list", LIST, 0),
    Step("spo web set", {"url": SITE, "welcomePage": "SitePages/Start.aspx"}),
    Step("spo web get", {"url": SITE}, {"WelcomePage": "SitePages/Start.aspx"}),
    Step("spo list get", {"webUrl": SITE, "default": True}, {"Title": "Documents"}),
    Step(
        "spo folder add",
        {"webUrl": SITE, "parentFolderUrl": "Shared Documents", "name": "Map"},
        {"ServerRelativeUrl": "/sites/demo/Shared Documents/Map"},
    ),
    Step("spo file add", {"webUrl": SITE, "folder": "Shared Documents/Map", "path": "set.csv", "overwrite": True}),
    Step("spo file list", {"webUrl": SITE, "folderUrl": "Shared Documents/Map"}, [{"Name": "set.csv"}]),
    Step("spo list roleinheritance break", {**LIST, "force": True}),
    Step("spo list roleassignment add", {**LIST, "upn": NOOR, "roleDefinitionName": "Lezen"}),
    Step("spo list roleassignment remove", {**LIST, "upn": NOOR, "force": True}),
    Step("spo list roleinheritance reset", {**LIST, "force": True}),
    Step("spo field remove", {**LIST, "internalName": "Einde", "force": True}),
    Step("spo list remove", {"webUrl": SITE, "title": "Interop", "recycle": True, "force": True}),
    Step(
        "spo navigation node add",
        {"webUrl": SITE, "location": "QuickLaunch", "title": "Link", "url": "https://a.example"},
    ),
    Step("spo roledefinition list", {"webUrl": SITE}, 6),
    Step("spo user ensure", {"webUrl": SITE, "userName": NOOR}, {"UserPrincipalName": NOOR}),
    Step(
        "outlook mail send",
        {"sender": "projecten@gemeente.example", "to": NOOR, "subject": "Van de CLI", "bodyContents": "Dag Noor"},
    ),
]
SUB = f"{SITE}/deel"
SUB_SITES = [
    Step(
        "spo web add",
        {"title": "Deel", "url": "deel", "webTemplate": "STS#0", "parentWebUrl": SITE, "inheritNavigation": False},
        {"Title": "Deel", "ServerRelativeUrl": "/sites/demo/deel"},
    ),
    Step(
        "spo web add",
        {"title": "Deel", "url": "deel", "webTemplate": "STS#0", "parentWebUrl": SITE},
        Refused('The Web site address "/sites/demo/deel" is already in use.'),
    ),
    Step("spo web list", {"url": SITE}, [{"Title": "Deel", "Url": SUB}]),
    Step("spo web set", {"url": SUB, "title": "Deelproject", "quickLaunchEnabled": False}),
    Step("spo web get", {"url": SUB}, {"Title": "Deelproject", "QuickLaunchEnabled": False}),
    Step("spo web roleinheritance break", {"webUrl": SUB, "force": True}),
    Step("spo user ensure", {"webUrl": SUB, "userName": NOOR}),
    Step("spo web roleassignment add", {"webUrl": SUB, "upn": NOOR, "roleDefinitionName": "Lezen"}),
    Step("spo web roleassignment remove", {"webUrl": SUB, "upn": NOOR, "force": True}),
    Step("spo web roleinheritance reset", {"webUrl": SUB, "force": True}),
    Step("spo list add", {"webUrl": SUB, "title": "Onder", "baseTemplate": "GenericList"}, {"Title": "Onder"}),
    Step("spo web reindex", {"url": SITE}),
    Step("spo web remove", {"url": SUB, "force": True}),
    Step("spo web list", {"url": SITE}, 0),
]
BAG = {"webUrl": SITE, "key": "fase"}
BAGS = [
    Step("spo propertybag set", {**BAG, "value": "uitvoering"}),
    Step("spo propertybag get", BAG, "uitvoering"),
    Step("spo propertybag set", {**BAG, "value": "x", "folder": "/Shared Documents"}),
    Step("spo propertybag list", {"webUrl": SITE, "folder": "/Shared Documents"}, [{"key": "fase", "value": "x"}]),
    Step("spo propertybag remove", {**BAG, "force": True}),
]
ADMINISTRATION = [
    Step("spo site set", {"url": MADE, "owners": NOOR}),
    Step("spo site admin list", {"siteUrl": MADE}, 1),
    Step("spo site admin add", {"siteUrl": MADE, "userName": BRAM}),
    Step("spo site admin list", {"siteUrl": MADE}, 2),
    Step("spo site admin remove", {"siteUrl": MADE, "userName": BRAM, "force": True}),
    Step("spo site membership list", {"siteUrl": MADE}),
    Step("spo tenant site get", {"url": MADE}, {"Url": MADE, "Title": "Nieuwer"}),
    Step("spo site remove", {"url": MADE, "force": True}),
    Step("spo tenant recyclebinitem list", {}, [{"Url": MADE, "Status": "Recycled"}]),
    Step("spo tenant recyclebinitem restore", {"siteUrl": MADE}),
    Step("spo web get", {"url": MADE}, {"Title": "Nieuwer"}),
    Step("spo site remove", {"url": MADE, "skipRecycleBin": True, "force": True}),
    Step("spo tenant recyclebinitem list", {}, 0),
    Step("spo hubsite register", {"siteUrl": SITE}, {"SiteUrl": SITE}),
    Step("spo hubsite list", {"withAssociatedSites": True}, [{"SiteUrl": SITE, "AssociatedSites": []}]),
    Step("spo hubsite get", {"url": SITE, "withAssociatedSites": True}, {"SiteUrl": SITE}),
    Step("spo hubsite data get", {"webUrl": SITE}, {"url": SITE}),
    Step("spo hubsite unregister", {"url": SITE, "force": True}),
    Step("spo site set", {"url": CLASSIC, "lockState": "ReadOnly"}),
    Step("spo site set", {"url": CLASSIC, "lockState": "Unlock"}),
    Step(
        "spo site apppermission add",
        {"siteUrl": SITE, "permission": "manage", "appId": SOMETHING, "appDisplayName": "x"},
    ),
    Step("spo site apppermission list", {"siteUrl": SITE}, [{"appId": SOMETHING}]),
    Step("spo site apppermission set", {"siteUrl": SITE, "permission": "read", "appId": SOMETHING}),
    Step("spo site apppermission remove", {"siteUrl": SITE, "appId": SOMETHING, "force": True}),
]
FILE = {"webUrl": SITE, "fileUrl": "/sites/demo/Shared Documents/set.csv"}
FOLDER = {"webUrl": SITE, "folderUrl": "Shared Documents/Een"}
FILES = [
    Step("spo list add", {"webUrl": SITE, "title": "Archief", "baseTemplate": "DocumentLibrary"}),
    Step(
        "spo folder add",
        {"webUrl": SITE, "parentFolderUrl": "Shared Documents/Een/Twee", "name": "Drie", "ensureParentFolders": True},
        {"Name": "Drie"},
    ),
    Step("spo folder list", {"webUrl": SITE, "parentFolderUrl": "Shared Documents", "recursive": True}, 4),
    Step("spo folder set", {"webUrl": SITE, "url": "Shared Documents/Een/Twee", "name": "Twintig"}),
    Step("spo folder roleinheritance break", {**FOLDER, "force": True}),
    Step("spo folder roleassignment add", {**FOLDER, "upn": NOOR, "roleDefinitionName": "Lezen"}),
    Step(
        "spo folder get",
        {"webUrl": SITE, "url": "Shared Documents/Een", "withPermissions": True},
        {"Name": "Een", "ListItemAllFields": {"HasUniqueRoleAssignments": True}},
    ),
    Step("spo folder roleassignment remove", {**FOLDER, "upn": NOOR, "force": True}),
    Step("spo folder roleinheritance reset", {**FOLDER, "force": True}),
    Step("spo file add", {"webUrl": SITE, "folder": "Shared Documents", "path": "set.csv"}),
    Step("spo file get", {"webUrl": SITE, "url": FILE["fileUrl"], "asString": True}),
    Step("spo file get", {"webUrl": SITE, "url": FILE["fileUrl"], "asListItem": True, "withPermissions": True}),
    Step("spo file checkout", {"webUrl": SITE, "url": FILE["fileUrl"]}),
    Step("spo file checkin", {"webUrl": SITE, "url": FILE["fileUrl"], "comment": "klaar"}),
    Step("spo file add", {"webUrl": SITE, "folder": "Shared Documents", "path": "set.csv", "overwrite": True}),
    Step("spo file version list", FILE, 1),
    Step("spo file version restore", {**FILE, "label": "1.0", "force": True}),
    Step("spo file version remove", {**FILE, "label": "1.0", "force": True}),
    Step("spo file version clear", {**FILE, "force": True}),
    Step("spo file roleinheritance break", {**FILE, "force": True}),
    Step("spo file roleassignment add", {**FILE, "upn": NOOR, "roleDefinitionName": "Lezen"}),
    Step("spo file roleassignment remove", {**FILE, "upn": NOOR, "force": True}),
    Step("spo file roleinheritance reset", {**FILE, "force": True}),
    Step(
        "spo file copy",
        {"webUrl": SITE, "sourceUrl": FILE["fileUrl"], "targetUrl": "/sites/demo/Archief"},
        {"Name": "set.csv"},
    ),
    Step(
        "spo file copy",
        {"webUrl": SITE, "sourceUrl": FILE["fileUrl"], "targetUrl": "/sites/demo/Archief"},
        Refused("already exists"),
    ),
    Step(
        "spo file copy",
        {
            "webUrl": SITE,
            "sourceUrl": FILE["fileUrl"],
            "targetUrl": "/sites/demo/Archief",
            "nameConflictBehavior": "rename",
        },
        {"Name": "set1.csv"},
    ),
    Step(
        "spo file move",
        {"webUrl": SITE, "sourceUrl": "/sites/demo/Archief/set1.csv", "targetUrl": "/sites/demo/Shared Documents/Een"},
        {"Name": "set1.csv"},
    ),
    Step(
        "spo file rename",
        {"webUrl": SITE, "sourceUrl": "Shared Documents/Een/set1.csv", "targetFileName": "anders.csv"},
    ),
    Step(
        "spo folder copy",
        {"webUrl": SITE, "sourceUrl": "/sites/demo/Shared Documents/Een", "targetUrl": "/sites/demo/Archief"},
        {"Name": "Een"},
    ),
    Step(
        "spo folder move",
        {
            "webUrl": SITE,
            "sourceUrl": "/sites/demo/Shared Documents/Een",
            "targetUrl": "/sites/demo/Archief",
            "newName": "Elders",
        },
        {"Name": "Elders"},
    ),
    Step("spo file list", {"webUrl": SITE, "folderUrl": "Archief", "recursive": True}, 3),
    Step("spo folder remove", {"webUrl": SITE, "url": "Archief/Elders", "recycle": True, "force": True}),
    Step("spo file remove", {"webUrl": SITE, "url": FILE["fileUrl"], "recycle": True, "force": True}),
    Step("spo site recyclebinitem list", {"siteUrl": SITE}),
    Step("spo site recyclebinitem restore", {"siteUrl": SITE, "allPrimary": True}),
    Step("spo site recyclebinitem clear", {"siteUrl": SITE, "force": True}),
]
GROUP = {"webUrl": SITE, "groupName": "Ploeg"}
PEOPLE = [
    Step("spo group add", {"webUrl": SITE, "name": "Groep", "description": "d"}, {"Title": "Groep"}),
    Step("spo group set", {"webUrl": SITE, "name": "Groep", "newName": "Ploeg", "allowMembersEditMembership": True}),
    Step("spo group set", {"webUrl": SITE, "name": "Ploeg", "ownerUserName": NOOR}),
    Step("spo group get", {"webUrl": SITE, "name": "Ploeg"}, {"Title": "Ploeg", "AllowMembersEditMembership": True}),
    Step("spo group get", {"webUrl": SITE, "associatedGroup": "Owner"}, {"Id": 3}),
    Step("spo group list", {"webUrl": SITE}, 4),
    Step("spo group member add", {**GROUP, "userNames": f"{NOOR},{BRAM}"}),
    Step("spo group member list", GROUP, 2),
    Step("spo group member remove", {**GROUP, "userName": NOOR, "force": True}),
    Step("spo group member list", GROUP, [{"UserPrincipalName": BRAM}]),
    Step("spo group remove", {"webUrl": SITE, "name": "Ploeg", "force": True}),
    Step("spo user get", {"webUrl": SITE, "email": NOOR}, {"UserPrincipalName": NOOR}),
    Step("spo user get", {"webUrl": SITE}),
    Step("spo user list", {"webUrl": SITE}),
    Step("spo user remove", {"webUrl": SITE, "loginName": f"i:0#.f|membership|{BRAM}", "force": True}),
    Step("spo roledefinition add", {"webUrl": SITE, "name": "Eigen", "rights": "ViewListItems,OpenItems"}),
    Step("spo roledefinition list", {"webUrl": SITE}, 7),
    Step("spo roledefinition get", {"webUrl": SITE, "id": 1073741924}, {"Name": "Eigen"}),
    Step("spo roledefinition remove", {"webUrl": SITE, "id": 1073741924, "force": True}),
]
LINKS = [
    Step(
        "spo navigation node add",
        {"webUrl": SITE, "location": "TopNavigationBar", "title": "Boven", "url": "/sites/demo"},
        {"Title": "Boven"},
    ),
    Step(
        "spo navigation node add",
        {"webUrl": SITE, "parentNodeId": 2001, "title": "Onder", "url": "https://a.example", "openInNewWindow": True},
        {"Title": "Onder"},
    ),
    Step("spo navigation node list", {"webUrl": SITE, "location": "QuickLaunch"}),
    Step("spo navigation node set", {"webUrl": SITE, "id": 2001, "title": "Begin", "openInNewWindow": True}),
    Step("spo navigation node get", {"webUrl": SITE, "id": 2001}, {"Title": "Begin"}),
    Step("spo navigation node remove", {"webUrl": SITE, "location": "QuickLaunch", "id": 2001, "force": True}),
]
READING = [
    Step("spo contenttype list", {"webUrl": SITE}, 3),
    Step("spo contenttype get", {"webUrl": SITE, "id": "0x01"}, {"Name": "Item"}),
    Step("spo customaction list", {"webUrl": SITE}, 0),
    Step("spo eventreceiver list", {"webUrl": SITE}, 0),
    Step("entra user list", {}),
    Step("entra user get", {"userName": NOOR}, {"userPrincipalName": NOOR}),
    Step("entra user get", {"email": NOOR, "withManager": True}, {"userPrincipalName": NOOR}),
    Step("outlook message list", {"userName": "projecten@gemeente.example", "folderName": "Sent Items"}),
    Step(
        "request",
        {"method": "get", "url": f"{SITE}/_api/web?$select=Title", "accept": "application/json;odata=nometadata"},
        {"Title": "Demo CLI"},
    ),
    Step("request", {"method": "get", "url": "https://graph.microsoft.com/v1.0/users?$top=2"}),
    # What is not here says so.
    Step("spo search", {"queryText": "x"}, Refused("does not implement")),
    Step("spo list sitescript get", {"webUrl": SITE, "listTitle": "Archief"}, Refused("does not implement")),
    Step("spo feature list", {"webUrl": SITE}, Refused("does not implement")),
]
TABLE = [
    *(*WEB, *SITES, *LISTS, *FIELDS, *VIEWS, *ITEMS, *CLOSING),
    *(*SUB_SITES, *BAGS, *ADMINISTRATION, *FILES, *PEOPLE, *LINKS, *READING),
]
