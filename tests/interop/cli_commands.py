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
TABLE = [*WEB, *SITES, *LISTS, *FIELDS, *VIEWS, *ITEMS, *CLOSING]
