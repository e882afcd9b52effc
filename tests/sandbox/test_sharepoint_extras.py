"""What clients ask for beside lists, columns, views and items: content types, site columns, regions, odd batches."""

from __future__ import annotations

import json
from typing import Any

import pytest

from projectlists.sandbox.sharepoint import batch
from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import LIGHT, VERBOSE, Site, failure


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


def test_content_types_of_a_list(site: Site) -> None:
    own = site.make_list()["Id"].replace("-", "").upper()
    found = site.get("web/lists/getbytitle('Actions')/contenttypes?$select=Name,Id")["value"]
    # The id of an item's type is 0x0100 and the list's own (sharepoint-rest.md §6.2), that of a folder 0x012000.
    assert found == [
        {"Name": "Item", "Id": {"StringValue": f"0x0100{own}"}},
        {"Name": "Folder", "Id": {"StringValue": f"0x012000{own}"}},
    ]
    made = site.post("web/lists/getbytitle('Actions')/items", {"Title": "One"})
    assert made["ContentTypeId"] == found[0]["Id"]["StringValue"]
    path = f"web/lists/getbytitle('Actions')/contenttypes('{made['ContentTypeId']}')"
    assert site.get(f"{path}/Name")["value"] == "Item"
    assert site.call("GET", "web/lists/getbytitle('Actions')/contenttypes('0x01')").status_code == 404
    assert site.call("POST", "web/lists/getbytitle('Actions')/contenttypes", {}).status_code == 501
    documents = site.get("web/lists/getbytitle('Documents')/contenttypes")["value"]
    assert [one["Name"] for one in documents] == ["Document", "Folder"]


def test_how_long_a_list_keeps_versions(site: Site) -> None:
    site.make_list()
    path = "web/lists/getbytitle('Actions')"
    expected = {"DefaultExpireAfterDays": 0, "DefaultTrimMode": 0}
    assert site.get(f"{path}?$select=VersionPolicies&$expand=VersionPolicies") == {"VersionPolicies": expected}
    assert site.merge(f"{path}/VersionPolicies", {"DefaultTrimMode": 2}).status_code == 204
    assert site.get(f"{path}/VersionPolicies")["DefaultTrimMode"] == 2
    assert site.merge(f"{path}/VersionPolicies", {"DefaultTrimMode": 3}).status_code == 400
    assert site.merge(f"{path}/VersionPolicies", {"Nope": 3}).status_code == 400


def test_a_list_with_its_site_and_permissions(site: Site) -> None:
    site.make_list()
    expand = "HasUniqueRoleAssignments,RoleAssignments/Member,RoleAssignments/RoleDefinitionBindings,ParentWeb"
    found = site.get(f"web/lists/getbytitle('Actions')?$expand={expand}")
    assert (found["HasUniqueRoleAssignments"], found["ParentWeb"]["ServerRelativeUrl"]) == (False, "/sites/demo")
    owners = next(one for one in found["RoleAssignments"] if one["PrincipalId"] == 3)
    assert owners["Member"]["PrincipalType"] == 8
    assert owners["RoleDefinitionBindings"][0]["Id"] == 1073741829


def test_site_columns(site: Site) -> None:
    made = site.post("web/fields", {"Title": "Afdeling", "FieldTypeKind": 2, "Group": "Gemeente"})
    # sharepoint-rest.md §4.4: the scope of a site column is its site.
    assert (made["Scope"], made["Group"], made["InternalName"]) == ("/sites/demo", "Gemeente", "Afdeling")
    assert site.get("web/fields(guid'fa564e0f-0c70-4ab9-b863-0177e6ddd247')?$select=InternalName") == {
        "InternalName": "Title"
    }
    assert site.merge("web/fields/getbytitle('Afdeling')", {"Description": "d"}).status_code == 204
    assert site.get("web/fields/getbytitle('Afdeling')?$select=Description") == {"Description": "d"}
    # They are no list, and no list has them.
    assert {one["Title"] for one in site.get("web/lists")["value"]} == {"Documents", "Site Pages"}
    site.make_list()
    assert site.call("GET", "web/lists/getbytitle('Actions')/fields/getbytitle('Afdeling')").status_code == 400
    assert site.call("DELETE", "web/fields/getbytitle('Afdeling')").status_code == 200
    assert site.call("GET", "web/fields/getbytitle('Afdeling')").status_code == 400
    answer = site.call("GET", "web/fields/getbytitle('Afdeling')", form=VERBOSE)
    assert failure(answer, "error")[1] == "-2147024809, System.ArgumentException"


def test_a_kind_of_column_that_is_not_here(site: Site) -> None:
    body = {"__metadata": {"type": "SP.FieldLocation"}, "Title": "Place", "FieldTypeKind": 33}
    assert site.call("POST", "web/fields", body, form=VERBOSE).status_code == 501


@pytest.mark.parametrize("name", ["EventReceivers", "Subscriptions", "UserCustomActions"])
def test_what_nothing_is_hung_on(site: Site, name: str) -> None:
    for holder in ("web", "web/lists/getbytitle('Documents')"):
        assert site.get(f"{holder}/{name}")["value"] == []
        assert site.call("POST", f"{holder}/{name}", {}).status_code == 501


def test_languages_and_time_zones(site: Site) -> None:
    languages = site.get("web/RegionalSettings/InstalledLanguages")["Items"]
    assert languages == [
        {"DisplayName": "English", "LanguageTag": "en-US", "Lcid": 1033},
        {"DisplayName": "Dutch", "LanguageTag": "nl-NL", "Lcid": 1043},
    ]
    zones = site.get("web/RegionalSettings/TimeZones")["value"]
    # sharepoint-rest.md §2.2: minutes, UTC = local + Bias.
    assert {one["Id"]: one["Information"]["Bias"] for one in zones} == {2: 0, 3: -60, 4: -60, 13: 480, 93: 0}


def test_whether_a_site_exists(site: Site, sandbox: Sandbox) -> None:
    for url, there in (
        (sandbox.site, True),
        (f"{sandbox.sharepoint}/sites/none", False),
        ("https://x.example/", False),
    ):
        assert site.post("SP.Site.Exists", {"url": url})["value"] is there


def test_links_with_those_below_them(site: Site) -> None:
    top = site.post("web/navigation/quicklaunch", {"Title": "Top", "Url": "/sites/demo"})
    site.post(f"web/navigation/getnodebyid({top['Id']})/children", {"Title": "Below", "Url": "/sites/demo"})
    found = site.get("web/navigation/quicklaunch?$expand=Children")["value"]
    assert [one["Title"] for one in found[-1]["Children"]] == ["Below"]


def test_a_personal_view_says_so_from_the_start(site: Site) -> None:
    site.make_list()
    body = {"Title": "Mine", "PersonalView": True}
    assert site.post("web/lists/getbytitle('Actions')/views", body)["PersonalView"] is True
    # Afterwards it cannot be changed.
    path = "web/lists/getbytitle('Actions')/views/getbytitle('Mine')"
    assert site.merge(path, {"PersonalView": False}).status_code == 400
    assert (
        site.call("POST", "web/lists/getbytitle('Actions')/views", {"Title": "x", "PersonalView": 1}).status_code == 400
    )


def test_recycling_by_a_delete(site: Site) -> None:
    site.make_list()
    site.post("web/lists/getbytitle('Actions')/items", {"Title": "One"})
    entry = site.call("DELETE", "web/lists/getbytitle('Actions')/items(1)/recycle()", If_Match="*").json()["value"]
    assert len(entry) == 36
    assert site.call("POST", "web/lists/getbytitle('Actions')/recycle", tunnel="DELETE").status_code == 200
    assert site.call("GET", "web/lists/getbytitle('Actions')").status_code == 404


# Batches as the CLI for Microsoft 365 writes them (sharepoint-rest.md §7.1)


def cli_batch(*operations: str) -> bytes:
    lines = ["--batch_1\n", 'Content-Type: multipart/mixed; boundary="changeset_2"\n\n']
    lines.append("Content-Transfer-Encoding: binary\n\n")
    for operation in operations:
        lines += [
            "--changeset_2\n",
            "Content-Type: application/http\n",
            "Content-Transfer-Encoding: binary\n\n",
            operation,
        ]
    return "".join([*lines, "\n\n", "--changeset_2--\n\n", "--batch_1--\n"]).encode()


def added(site: Site, title: str) -> str:
    """An operation whose body ends without a line of its own."""
    url = f"{site.sandbox.site}/_api/web/lists/getByTitle('Actions')/AddValidateUpdateItemUsingPath"
    values = json.dumps([{"FieldName": "Title", "FieldValue": title}])
    head = f"POST {url} HTTP/1.1\nAccept: {LIGHT}\nContent-Type: {VERBOSE}\nIf-Match: *\n\n"
    return f'{head}{{\n"formValues": {values}\n}}'


def send(site: Site, body: bytes) -> list[str]:
    """The status lines and JSON lines of the answer."""
    headers = {"Content-Type": "multipart/mixed; boundary=batch_1", "Accept": VERBOSE}
    answer = site.sandbox.api("POST", "$batch", headers=headers, data=body)
    assert answer.status_code == 200, answer.text
    return [line for line in answer.text.split("\r\n") if line.startswith(("HTTP/", "{"))]


def titles(site: Site) -> list[str]:
    found: list[dict[str, Any]] = site.get("web/lists/getbytitle('Actions')/items?$select=Title")["value"]
    return [one["Title"] for one in found]


def test_a_boundary_behind_a_body(site: Site) -> None:
    site.make_list()
    lines = send(site, cli_batch(added(site, "One"), added(site, "Two {--changeset_2}"), added(site, "Three")))
    assert [line for line in lines if line.startswith("HTTP/")] == ["HTTP/1.1 200 OK"] * 3
    assert titles(site) == ["One", "Two {--changeset_2}", "Three"]


def test_addresses_that_count_from_the_service(site: Site) -> None:
    site.make_list()
    site.post("web/lists/getbytitle('Actions')/items", {"Title": "One"})
    operation = f"DELETE lists/getByTitle('Actions')/items(1) HTTP/1.1\nAccept: {LIGHT}\nIf-Match: *\n\n"
    assert send(site, cli_batch(operation)) == ["HTTP/1.1 204 No Content"]
    assert titles(site) == []


def test_boundaries_on_their_own_lines_are_left_alone() -> None:
    body = b'--b\nContent-Type: multipart/mixed; boundary="changeset_2"\n\n--changeset_2\n'
    body += b"Content-Type: application/http\n\n"
    operation = b"GET /sites/demo/_api/web HTTP/1.1\n\n"
    found = batch.read("multipart/mixed; boundary=b", body + operation + b"--changeset_2--\n--b--\n")
    assert [(one.method, one.target) for one in found] == [("GET", "/sites/demo/_api/web")]


# Folders from above, and other ways to what is there


def test_the_folders_of_a_site(site: Site) -> None:
    site.make_list()
    root = site.get("web/RootFolder?$expand=Folders")
    assert (root["ServerRelativeUrl"], root["Exists"]) == ("/sites/demo", True)
    assert {one["Name"] for one in root["Folders"]} == {"Lists", "Shared Documents", "SitePages"}
    below = site.get("web/GetFolderByServerRelativePath(DecodedUrl='/sites/demo/Lists')?$expand=Folders")
    assert [one["ServerRelativeUrl"] for one in below["Folders"]] == ["/sites/demo/Lists/Actions"]
    assert site.get("web/folders?$select=Name")["value"] == [{"Name": one["Name"]} for one in root["Folders"]]
    assert site.call("POST", "web/RootFolder", {}).status_code == 405


def test_the_first_page_of_a_site(site: Site) -> None:
    assert site.merge("web/RootFolder", {"WelcomePage": "SitePages/Start.aspx"}).status_code == 204
    assert site.get("web?$select=WelcomePage")["WelcomePage"] == "SitePages/Start.aspx"
    assert site.get("web/RootFolder/WelcomePage")["value"] == "SitePages/Start.aspx"
    assert site.merge("web/RootFolder", {"Name": "x"}).status_code == 400


def test_folders_by_their_whole_path(site: Site) -> None:
    path = "/sites/demo/Shared Documents/Map"
    assert site.post(f"web/folders/addUsingPath(decodedUrl='{path}')")["ServerRelativeUrl"] == path
    below = f"web/GetFolderByServerRelativePath(DecodedUrl='{path}')/AddSubFolderUsingPath(DecodedUrl=@a)?@a='Onder'"
    assert site.post(below)["ServerRelativeUrl"] == f"{path}/Onder"
    assert site.call("POST", "web/folders/addUsingPath(decodedUrl='/sites/demo/Niets/Map')").status_code == 404
    assert site.call("POST", "web/folders/addUsingPath(decodedUrl='Map')").status_code == 400


def test_the_library_of_a_site(site: Site) -> None:
    assert site.get("web/DefaultDocumentLibrary")["Title"] == "Documents"
    assert site.get("web/DefaultDocumentLibrary/Title")["value"] == "Documents"


def test_an_item_by_its_unique_id(site: Site) -> None:
    site.make_list()
    made = site.post("web/lists/getbytitle('Actions')/items", {"Title": "One"})
    path = f"web/lists/getbytitle('Actions')/GetItemByUniqueId(guid'{made['GUID']}')"
    assert site.get(f"{path}?$select=Title") == {"Title": "One"}
    assert site.merge(path, {"Title": "Two"}).status_code == 204
    # Of another list it is not there.
    site.make_list("Others")
    assert site.call("GET", path.replace("Actions", "Others")).status_code == 404
    assert site.call("GET", path.replace(made["GUID"], "00000000-0000-0000-0000-000000000000")).status_code == 404


def test_an_attachment_is_replaced(site: Site) -> None:
    site.make_list()
    site.post("web/lists/getbytitle('Actions')/items", {"Title": "One"})
    files = "web/lists/getbytitle('Actions')/items(1)/AttachmentFiles"
    site.sandbox.api("POST", f"{files}/add(FileName='a.txt')", data=b"one")
    before = site.call("GET", "web/lists/getbytitle('Actions')/items(1)").headers["ETag"]
    assert site.sandbox.api("PUT", f"{files}('a.txt')/$value", data=b"two").status_code == 204
    assert site.sandbox.api("GET", f"{files}('a.txt')/$value").content == b"two"
    # sharepoint-rest.md §1.7: whatever happens to the attachments changes the ETag.
    assert site.call("GET", "web/lists/getbytitle('Actions')/items(1)").headers["ETag"] != before
    assert site.sandbox.api("PUT", f"{files}('b.txt')/$value", data=b"two").status_code == 404


def test_a_content_type_and_where_it_comes_from(site: Site) -> None:
    site.make_list()
    found = site.get("web/lists/getbytitle('Actions')/contenttypes?$expand=Parent&$select=Name,Parent/StringId")[
        "value"
    ]
    assert [one["Parent"]["StringId"] for one in found] == ["0x01", "0x0120"]


def test_a_reserved_id_is_not_given_again(site: Site) -> None:
    site.make_list()
    path = "web/lists/getbytitle('Actions')"
    assert site.post(f"{path}/ReserveListItemId")["value"] == 1
    assert site.post(f"{path}/items", {"Title": "One"})["Id"] == 2
    assert site.call("GET", f"{path}/ReserveListItemId").status_code == 405


def test_who_looks_a_list_up(site: Site) -> None:
    target = site.make_list("Projects")
    other = site.make_list()
    field = site.make_field(
        "Actions",
        f'<Field Type="Lookup" Name="Project" DisplayName="Project" List="{{{target["Id"]}}}" ShowField="Title"'
        ' Indexed="TRUE" RelationshipDeleteBehavior="Restrict"/>',
    )
    (found,) = site.get("web/lists/getbytitle('Projects')/getRelatedFields")["value"]
    assert (found["FieldId"], found["ListId"]) == (field["Id"], other["Id"])
    assert found["RelationshipDeleteBehavior"] == field["RelationshipDeleteBehavior"]
    assert site.get("web/lists/getbytitle('Actions')/getRelatedFields")["value"] == []


def test_libraries_a_site_has_one_of(site: Site) -> None:
    assert site.post("web/lists/EnsureSitePagesLibrary")["Title"] == "Site Pages"
    made = site.post("web/lists/EnsureSiteAssetsLibrary")
    assert (made["Title"], made["BaseTemplate"]) == ("Site Assets", 101)
    assert site.post("web/lists/EnsureSiteAssetsLibrary")["Id"] == made["Id"]
    assert site.call("GET", "web/lists/EnsureSiteAssetsLibrary").status_code == 405
