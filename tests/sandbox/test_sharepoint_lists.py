from __future__ import annotations

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import VERBOSE, Site, failure


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


def test_a_new_site_has_its_two_libraries(site: Site) -> None:
    # contract.md §4.
    query = "$select=Title,BaseTemplate,RootFolder/ServerRelativeUrl&$expand=RootFolder"
    found = site.get(f"web/lists?{query}")["value"]
    assert [(one["Title"], one["BaseTemplate"], one["RootFolder"]["ServerRelativeUrl"]) for one in found] == [
        ("Documents", 101, "/sites/demo/Shared Documents"),
        ("Site Pages", 119, "/sites/demo/SitePages"),
    ]


def test_a_created_list_is_as_the_service_makes_it(site: Site) -> None:
    body = {
        "Title": "Projects",
        "Description": "d",
        "BaseTemplate": 100,
        "AllowContentTypes": False,
        "__metadata": {"type": "SP.List"},
    }
    answer = site.call("POST", "Web/lists", body, form=VERBOSE)
    made = answer.json()["d"]
    assert answer.status_code == 201
    assert answer.headers["Location"] == made["__metadata"]["uri"]
    # sharepoint-rest.md §3.2: versioning on with 50 versions, attachments on, folders and content types off.
    assert (made["EnableVersioning"], made["MajorVersionLimit"]) == (True, 50)
    assert (made["EnableAttachments"], made["EnableFolderCreation"]) == (True, False)
    assert (made["ContentTypesEnabled"], made["ItemCount"], made["Description"]) == (False, 0, "d")
    # sharepoint-rest.md §3.1: the names follow from the folder.
    assert made["EntityTypeName"] == "ProjectsList"
    assert made["ListItemEntityTypeFullName"] == "SP.Data.ProjectsListItem"


@pytest.mark.parametrize(
    ("title", "folder", "item_type"),
    [
        # sharepoint-rest.md §3.1: blanks are kept in the URL and encoded in the type.
        ("My List", "/sites/demo/Lists/My List", "SP.Data.My_x0020_ListListItem"),
        ("a/b: c?", "/sites/demo/Lists/ab c", "SP.Data.Ab_x0020_cListItem"),
    ],
)
def test_the_url_comes_from_the_title(site: Site, title: str, folder: str, item_type: str) -> None:
    made = site.make_list(title)
    assert made["ListItemEntityTypeFullName"] == item_type
    assert site.get(f"web/lists(guid'{made['Id']}')/RootFolder")["ServerRelativeUrl"] == folder


def test_a_taken_url_gets_a_number(site: Site) -> None:
    first = site.make_list("Actions")
    site.merge(f"web/lists(guid'{first['Id']}')", {"Title": "Actielijst"})
    second = site.make_list("Actions")
    assert site.get(f"web/lists(guid'{second['Id']}')/RootFolder")["ServerRelativeUrl"] == "/sites/demo/Lists/Actions1"


def test_renaming_keeps_url_and_names_and_raises_the_version(site: Site) -> None:
    made = site.make_list("Actions")
    path = f"web/lists(guid'{made['Id']}')"
    before = site.call("GET", path).headers["ETag"]
    answer = site.merge(path, {"Title": "Actielijst & zo", "__metadata": {"type": "SP.List"}}, form=VERBOSE)
    assert (answer.status_code, answer.content) == (204, b"")
    found = site.get("web/lists/getbytitle('Actielijst%20%26%20zo')")
    assert found["Id"] == made["Id"]
    assert found["EntityTypeName"] == "ActionsList"
    assert answer.headers["ETag"] == site.call("GET", path).headers["ETag"] != before
    assert failure(site.call("GET", "web/lists/getbytitle('Actions')"))[0] == 404


def test_all_addressing_forms_lead_to_the_list(site: Site) -> None:
    identity = site.make_list("Actions")["Id"]
    url = "'/sites/demo/Lists/Actions'"
    for path in (
        f"web/lists(guid'{identity}')",
        f"web/lists('{identity}')",
        f"web/lists/GetById('{identity.upper()}')",
        "web/lists/GetByTitle('ACTIONS')",
        "Web/GetListByTitle('Actions')",
        f"web/GetList({url})",
        "web/getList('Lists/Actions')",
        f"web/GetList(@v)?@v={url}",
        'web/GetListUsingPath(@v)?@v={"DecodedUrl": "/sites/demo/Lists/Actions"}',
        f"web/GetListUsingPath(DecodedUrl=@a1)?@a1={url}",
        f"lists(guid'{identity}')",
    ):
        assert site.get(path)["Id"] == identity, path
    # The client calls this one with POST (sharepoint-rest.md §2.1).
    found = site.post('web/GetListUsingPath(@v)?@v={"DecodedUrl": "/sites/demo/Lists/Actions"}')
    assert found["Id"] == identity


def test_a_missing_list_has_a_code_per_way_of_asking(site: Site) -> None:
    # sharepoint-rest.md §1.8.
    assert failure(site.call("GET", "web/lists(guid'3b2d0bdc-1d3c-4f3c-8d5a-0f6f5f1e2a11')"))[:2] == (
        404,
        "-2130575322, Microsoft.SharePoint.SPException",
    )
    assert failure(site.call("GET", "web/getlist('/sites/demo/Lists/Nope')")) == (
        404,
        "-2147024894, System.IO.FileNotFoundException",
        "File Not Found.",
    )


@pytest.mark.parametrize("title", ["Actions", "actions"])
def test_a_title_is_unique_whatever_the_case(site: Site, title: str) -> None:
    site.make_list("Actions")
    other = site.make_list("Risks")
    expected = (
        500,
        "-2130575342, Microsoft.SharePoint.SPException",
        "A list, survey, discussion board, or document library with the specified title already exists in this Web"
        " site.  Please choose another title.",
    )
    assert failure(site.call("POST", "web/lists", {"Title": title, "BaseTemplate": 100})) == expected
    assert failure(site.merge(f"web/lists(guid'{other['Id']}')", {"Title": title})) == expected


def test_lists_add_takes_a_url(site: Site) -> None:
    information = {"Title": "Acties", "Url": "Lists/Actions", "TemplateType": 100}
    metadata = {"__metadata": {"type": "SP.ListCreationInformation"}}
    made = site.post("web/lists/add", {"parameters": {**information, **metadata}}, form=VERBOSE)["d"]
    assert made["EntityTypeName"] == "ActionsList"
    assert site.get("web/getlist('/sites/demo/Lists/Actions')")["Title"] == "Acties"
    taken = site.call("POST", "web/lists/add", {"parameters": {**information, "Title": "Other"}})
    assert failure(taken)[:2] == (500, "-2147024713, Microsoft.SharePoint.SPException")


def test_a_url_in_the_body_of_a_list_is_refused(site: Site) -> None:
    # sharepoint-rest.md §3.1: Url is no property of SP.List, though one client sends it.
    answer = site.call("POST", "web/lists", {"Title": "P", "BaseTemplate": 100, "Url": "Lists/p"})
    assert failure(answer) == (
        400,
        "-1, Microsoft.SharePoint.Client.InvalidClientQueryException",
        "The property 'Url' does not exist on type 'SP.List'. Make sure to only use property names that are defined"
        " by the type.",
    )


def test_a_verbose_body_needs_its_type(site: Site) -> None:
    status, _, text = failure(site.call("POST", "web/lists", {"Title": "P"}, form=VERBOSE), "error")
    assert status == 400
    assert text.startswith("An entry without a type name was found, but no expected type was specified.")


@pytest.mark.parametrize(
    "body",
    [
        {"Title": 5, "BaseTemplate": 100},
        {"Title": "", "BaseTemplate": 100},
        {"Title": "P", "BaseTemplate": 100, "EnableVersioning": "yes"},
        {"Title": "P", "BaseTemplate": 3},
        [],
    ],
)
def test_a_body_of_the_wrong_shape_is_a_400(site: Site, body: object) -> None:
    assert site.call("POST", "web/lists", body).status_code == 400


def test_settings_are_kept(site: Site) -> None:
    made = site.make_list("Actions")
    path = f"web/lists(guid'{made['Id']}')"
    # A validation formula may use TODAY() (guide.md §2.1) and columns of the list.
    changes = {
        "NoCrawl": True,
        "EnableAttachments": False,
        "ValidationFormula": "=[Created]<=TODAY()",
        "ReadSecurity": 2,
    }
    assert site.merge(path, changes).status_code == 204
    assert site.get(f"{path}?$select=NoCrawl,EnableAttachments,ValidationFormula,ReadSecurity") == changes
    assert failure(site.merge(path, {"ItemCount": 3}))[0] == 400
    assert failure(site.merge(path, {"ValidationFormula": "=[Author]>1"}))[0] == 500


def test_an_old_etag_is_refused(site: Site) -> None:
    # sharepoint-rest.md §1.7: lists honour If-Match; the ETag is a whole number in quotes.
    made = site.make_list("Actions")
    path = f"web/lists(guid'{made['Id']}')"
    etag = site.call("GET", path).headers["ETag"]
    assert site.call("MERGE", path, {"Title": "A"}, If_Match=etag).status_code == 204
    status, code, text = failure(site.call("MERGE", path, {"Title": "B"}, If_Match=etag))
    assert (status, code) == (412, "-1, Microsoft.SharePoint.Client.ClientServiceException")
    assert text == f"The request ETag value '{etag}' does not match the object's ETag value '\"1\"'."


def test_delete_and_recycle_take_the_list_away(site: Site) -> None:
    first, second = site.make_list("One"), site.make_list("Two")
    assert site.call("POST", f"web/lists(guid'{first['Id']}')", tunnel="DELETE", IF_MATCH="*").status_code == 200
    entry = site.post(f"web/lists(guid'{second['Id']}')/recycle", form=VERBOSE)["d"]["Recycle"]
    assert len(entry) == 36
    for identity in (first["Id"], second["Id"]):
        assert site.call("GET", f"web/lists(guid'{identity}')").status_code == 404
    site.make_list("Two")


def test_items_are_counted(site: Site) -> None:
    made = site.make_list("Actions")
    path = f"web/lists(guid'{made['Id']}')"
    site.post(f"{path}/items", {"Title": "a"})
    site.post(f"{path}/items", {"Title": "b"})
    assert site.call("DELETE", f"{path}/items(1)", If_Match="*").status_code == 200
    assert site.get(f"{path}/ItemCount") == {"value": 1}


def test_the_quick_launch_shows_a_list_when_told(site: Site) -> None:
    made = site.make_list("Actions")
    path = f"web/lists(guid'{made['Id']}')"
    assert site.merge(path, {"OnQuickLaunch": True}).status_code == 204
    assert [one["Title"] for one in site.get("web/navigation/quicklaunch")["value"]][-1] == "Actions"
    assert site.merge(path, {"OnQuickLaunch": False}).status_code == 204
    assert "Actions" not in [one["Title"] for one in site.get("web/navigation/quicklaunch")["value"]]


def test_titles_per_language(site: Site) -> None:
    # sharepoint-rest.md §3.4: a culture must be one of the site's languages.
    resource = f"web/lists(guid'{site.make_list('Actions')['Id']}')/TitleResource"
    english = {"cultureName": "en-US", "value": "Action list"}
    assert failure(site.call("POST", f"{resource}/SetValueForUICulture", english))[0] == 400
    site.post("web/AddSupportedUILanguage(lcid=1033)", form=VERBOSE)
    site.post(f"{resource}/SetValueForUICulture", english)
    site.post(f"{resource}/SetValueForUICulture", {"cultureName": "nl-NL", "value": "Actielijst"})
    found = site.post(f"{resource}/GetValueForUICulture", {"cultureName": "en-US"}, form=VERBOSE)
    assert found == {"d": {"GetValueForUICulture": "Action list"}}
    assert site.get("web/lists/getbytitle('Actielijst')")["Title"] == "Actielijst"


def test_the_recycle_bin_gives_lists_and_items_back(site: Site) -> None:
    identity = site.make_list("Actions")["Id"]
    path = f"web/lists(guid'{identity}')"
    site.post(f"{path}/items", {"Title": "kept"})
    item = site.post(f"{path}/items(1)/recycle")["value"]
    site.post(f"web/RecycleBin('{item}')/restore()")
    assert site.get(f"{path}/items?$select=Title") == {"value": [{"Title": "kept"}]}
    entry = site.post(f"{path}/recycle")["value"]
    other = site.make_list("Actions")
    assert failure(site.call("POST", f"web/recyclebin('{entry}')/restore()"))[1].startswith("-2130575342")
    site.merge(f"web/lists(guid'{other['Id']}')", {"Title": "Other"})
    site.post(f"web/recyclebin/getbyid('{entry}')/restore", form=VERBOSE)
    assert site.get(f"{path}/items?$select=Title") == {"value": [{"Title": "kept"}]}
    assert site.call("POST", f"web/recyclebin('{entry}')/restore()").status_code == 404


def test_texts_in_the_language_of_the_reader(site: Site) -> None:
    # sharepoint-rest.md §3.4, §10.15: a translated list has one title for each language, and is found by it.
    path = f"web/lists(guid'{site.make_list('Actielijst')['Id']}')"
    site.make_field("Actielijst", "<Field Type='Text' DisplayName='Stand' Name='State'/>")
    site.post("web/AddSupportedUILanguage(lcid=1033)")
    for target, value in (
        (f"{path}/TitleResource", "Action list"),
        (f"{path}/DescriptionResource", "What must be done"),
        (f"{path}/fields/getbyinternalnameortitle('State')/TitleResource", "State"),
        ("web/TitleResource", "Demonstration"),
    ):
        site.post(f"{target}/SetValueForUICulture", {"cultureName": "en-US", "value": value})
    english = {"Accept_Language": "fr-FR, en;q=0.8, nl;q=0.5"}
    shown = "?$select=Title,Description"
    assert site.get(path + shown) == {"Title": "Actielijst", "Description": ""}
    assert site.get(path + shown, Accept_Language="nl,en;q=0.5") == {"Title": "Actielijst", "Description": ""}
    assert site.get(path + shown, **english) == {"Title": "Action list", "Description": "What must be done"}
    assert site.get("web?$select=Title", **english) == {"Title": "Demonstration"}
    column = f"{path}/fields/getbyinternalnameortitle('State')?$select=Title,InternalName"
    assert site.get(column, **english) == {"Title": "State", "InternalName": "State"}
    assert site.get(column) == {"Title": "Stand", "InternalName": "State"}
    assert site.get("web/lists/getbytitle('action LIST')?$select=Description", **english) == {
        "Description": "What must be done"
    }
    assert site.call("GET", "web/lists/getbytitle('Actielijst')", **english).status_code == 404
    # A list without a translation keeps its title.
    assert site.get("web/lists/getbytitle('Documents')?$select=Title", **english) == {"Title": "Documents"}
    expanded = f"{path}?$select=Id,TitleResource/Value&$expand=TitleResource"
    assert site.get(expanded)["TitleResource"] == {"Value": "Actielijst"}
    assert site.get(expanded, **english)["TitleResource"] == {"Value": "Action list"}
    entries = site.post(f"{path}/TitleResource/GetResourceEntries")["value"]
    assert entries == [{"LCID": 1043, "Value": "Actielijst"}, {"LCID": 1033, "Value": "Action list"}]
    # A site that is not multilingual has one language.
    site.merge("web", {"IsMultilingual": False})
    assert site.get(path + shown, **english) == {"Title": "Actielijst", "Description": ""}
