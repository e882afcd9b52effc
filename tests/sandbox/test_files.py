"""Document libraries: folders, files, their content and the items behind them (sharepoint-rest.md §6.1, §6.6)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from projectlists.sandbox.http import Response
from tests.sandbox.list_site import VERBOSE, ListSite

ROOT = "/sites/demo/Shared Documents"
LIBRARY = "web/lists/getbytitle('Documents')"
FOLDER = f"web/GetFolderByServerRelativeUrl('{ROOT}')"


@pytest.fixture
def site(tmp_path: Path) -> ListSite:
    return ListSite(tmp_path)


def upload(site: ListSite, name: str, content: bytes, folder: str = FOLDER, **headers: str) -> Any:
    return site.json("POST", f"{folder}/Files/add(url='{name}',overwrite=true)", content, **headers)


def file(name: str) -> str:
    return f"web/GetFileByServerRelativeUrl('{ROOT}/{name}')"


def content(site: ListSite, name: str) -> bytes:
    return site.send("GET", f"{file(name)}/$value").body


def test_an_uploaded_file_reads_back(site: ListSite) -> None:
    made = upload(site, "plan 1.txt", b"\x00\xffbytes")
    assert (made["Name"], made["ServerRelativeUrl"]) == ("plan 1.txt", f"{ROOT}/plan 1.txt")
    # 64-bit numbers are texts in OData; a file's ETag has its id in braces and upper case.
    assert (made["Length"], made["UIVersionLabel"]) == ("7", "1.0")
    assert made["ETag"] == f'"{{{made["UniqueId"].upper()}}},1"'
    answer = site.send("GET", f"{file('plan 1.txt')}/$value")
    assert (answer.status, answer.body) == (200, b"\x00\xffbytes")
    assert dict(answer.headers)["Content-Type"] == "application/octet-stream"
    by_path = f"web/GetFileByServerRelativePath(DecodedUrl='{ROOT}/PLAN 1.TXT')"
    assert site.json("GET", by_path)["UniqueId"] == made["UniqueId"]
    assert site.json("GET", f"web/GetFileById('{made['UniqueId']}')")["Name"] == "plan 1.txt"
    assert [one["Name"] for one in site.json("GET", f"{FOLDER}/Files")["value"]] == ["plan 1.txt"]
    assert site.json("GET", LIBRARY)["ItemCount"] == 1


def test_a_file_that_is_there_is_replaced_only_on_request(site: ListSite) -> None:
    upload(site, "a.txt", b"one")
    answer = site.send("POST", f"{FOLDER}/Files/add(url='a.txt',overwrite=false)", b"two")
    assert answer.status == 400
    found = json.loads(answer.body)["odata.error"]
    assert found["code"] == "-2130575257, Microsoft.SharePoint.SPException"
    assert found["message"]["value"].startswith(f"A file with the name {ROOT}/a.txt already exists.")
    assert content(site, "a.txt") == b"one"
    again = upload(site, "a.txt", b"three")
    assert (again["UIVersionLabel"], content(site, "a.txt")) == ("2.0", b"three")


def test_content_has_versions(site: ListSite) -> None:
    upload(site, "a.txt", b"one")
    assert site.send("PUT", f"{file('a.txt')}/$value", b"two!").status == 204
    item = f"{file('a.txt')}/ListItemAllFields"
    # A change of columns is a version too, with the content of before.
    assert site.send("MERGE", item, {"Title": "A"}, If_Match="*").status == 204
    found = site.json("GET", f"{file('a.txt')}/Versions")["value"]
    # sharepoint-rest.md §6.11: VersionId is 512 times the major version; the current one is not among them.
    assert [(one["ID"], one["VersionLabel"], one["Size"]) for one in found] == [(1024, "2.0", 4), (512, "1.0", 3)]
    assert site.send("GET", f"{file('a.txt')}/Versions(512)/$value").body == b"one"
    assert site.send("GET", f"{file('a.txt')}/Versions/GetById(1024)/$value").body == b"two!"
    site.json("POST", f"{file('a.txt')}/Versions/RestoreByLabel(versionlabel='1.0')")
    assert (content(site, "a.txt"), site.json("GET", file("a.txt"))["UIVersionLabel"]) == (b"one", "4.0")


def test_the_item_of_a_file_is_in_the_sites_time(site: ListSite) -> None:
    upload(site, "a.txt", b"one")
    item = site.json("GET", f"{file('a.txt')}/ListItemAllFields")
    row = site.json("GET", f"{LIBRARY}/items(1)")
    # sharepoint-rest.md §6.6: site-local without Z here, UTC with Z there; the clock says 9:00 UTC, 10:00 in winter.
    assert (item["Created"], row["Created"]) == ("2026-11-23T10:00:00", "2026-11-23T09:00:00Z")
    assert (row["FileSystemObjectType"], row["ContentTypeId"][:8]) == (0, "0x010100")
    assert "Attachments" not in row
    parent = site.json("GET", f"{file('a.txt')}/ListItemAllFields/ParentList", query="$select=Title")
    assert parent == {"Title": "Documents"}


def test_items_of_a_library_name_their_file(site: ListSite) -> None:
    upload(site, "a.txt", b"one")
    site.json("POST", f"{FOLDER}/Folders/Add('Map')")
    query = "$select=Id,FSObjType,FileLeafRef,FileRef,FileDirRef,File/Name,File/Length&$expand=File"
    rows = site.json("GET", f"{LIBRARY}/items", query=query)["value"]
    assert rows == [
        {
            "Id": 1,
            "FSObjType": 0,
            "FileLeafRef": "a.txt",
            "FileRef": f"{ROOT}/a.txt",
            "FileDirRef": ROOT,
            "File": {"Name": "a.txt", "Length": "3"},
        },
        {
            "Id": 2,
            "FSObjType": 1,
            "FileLeafRef": "Map",
            "FileRef": f"{ROOT}/Map",
            "FileDirRef": ROOT,
            "File": None,
        },
    ]
    assert site.json("GET", f"{LIBRARY}/items(2)/Folder")["Name"] == "Map"
    assert site.json("GET", f"{LIBRARY}/items(1)/File")["Name"] == "a.txt"
    assert site.json("GET", f"{LIBRARY}/items(2)/FieldValuesAsText")["ContentType"] == "Folder"


def test_folders_hold_files_and_folders(site: ListSite) -> None:
    assert site.json("POST", f"{LIBRARY}/RootFolder/Folders/Add('Map')")["ServerRelativeUrl"] == f"{ROOT}/Map"
    inner = site.json("POST", f"{FOLDER}/Folders('Map')/Folders/AddUsingPath(DecodedUrl='Sub')")
    assert inner["ServerRelativeUrl"] == f"{ROOT}/Map/Sub"
    upload(site, "b.txt", b"b", f"web/GetFolderByServerRelativePath(DecodedUrl='{ROOT}/Map/Sub')")
    assert site.json("GET", f"{LIBRARY}/RootFolder/Folders", query="$select=Name")["value"] == [{"Name": "Map"}]
    shown = site.json(
        "GET", "web/GetFolderByServerRelativeUrl('Shared Documents/Map')", query="$expand=Folders,Files&$select=*"
    )
    assert (shown["ItemCount"], [one["Name"] for one in shown["Folders"]]) == (1, ["Sub"])
    # Making one that is there answers it.
    assert site.json("POST", f"{FOLDER}/Folders/Add('map')")["UniqueId"] == shown["UniqueId"]
    assert site.json("GET", LIBRARY)["ItemCount"] == 3


def test_renaming_moves_what_is_inside(site: ListSite) -> None:
    site.json("POST", f"{FOLDER}/Folders/Add('Map')")
    upload(site, "b.txt", b"b", f"web/GetFolderByServerRelativeUrl('{ROOT}/Map')")
    assert site.send("MERGE", f"{LIBRARY}/items(1)", {"FileLeafRef": "Plan"}, If_Match="*").status == 204
    assert content(site, "Plan/b.txt") == b"b"
    assert site.send("GET", file("Map/b.txt")).status == 404
    site.json("POST", f"{file('Plan/b.txt')}/moveto(newurl='{ROOT}/c.txt',flags=1)")
    site.json("POST", f"{file('c.txt')}/copyto(strnewurl='{ROOT}/Plan/d.txt',boverwrite=false)")
    assert (content(site, "c.txt"), content(site, "Plan/d.txt")) == (b"b", b"b")
    names = site.json("GET", f"{LIBRARY}/items", query="$select=FileRef")["value"]
    assert [one["FileRef"] for one in names] == [f"{ROOT}/Plan", f"{ROOT}/c.txt", f"{ROOT}/Plan/d.txt"]


@pytest.mark.parametrize("name", ["a?.txt", "a/b.txt", " a.txt", "a.", 'a".txt', "a|b"])
def test_names_the_service_does_not_take(site: ListSite, name: str) -> None:
    status = site.send("POST", f"{FOLDER}/Folders/Add('{name}')").status
    assert status == 500
    assert site.json("GET", LIBRARY)["ItemCount"] == 0


def error(answer: Response) -> tuple[int, str, str]:
    found = json.loads(answer.body)["odata.error"]
    return answer.status, found["code"], found["message"]["value"]


def test_what_is_not_there(site: ListSite) -> None:
    assert site.error("GET", file("no.txt")) == (
        404,
        "-2130575338, Microsoft.SharePoint.SPException",
        f"The file {ROOT}/no.txt does not exist.",
    )
    assert site.error("GET", f"web/GetFolderByServerRelativeUrl('{ROOT}/no')") == (
        404,
        "-2147024894, System.IO.FileNotFoundException",
        "File Not Found.",
    )
    # sharepoint-rest.md §1.8 [probe].
    assert site.error("POST", f"{LIBRARY}/items", {"Title": "x"})[::2] == (
        500,
        "To add an item to a document library, use SPFileCollection.Add()",
    )
    assert site.send("POST", f"{file('no.txt')}/StartUpload(uploadId=guid'x')").status == 404


def test_a_folder_goes_with_what_it_holds(site: ListSite) -> None:
    site.json("POST", f"{FOLDER}/Folders/Add('Map')")
    upload(site, "b.txt", b"b", f"web/GetFolderByServerRelativeUrl('{ROOT}/Map')")
    assert site.send("DELETE", f"{FOLDER}/Folders('Map')").status == 200
    assert site.json("GET", f"{LIBRARY}/items")["value"] == []
    assert site.json("GET", LIBRARY)["ItemCount"] == 0


def test_items_of_a_list_can_stand_in_folders(site: ListSite) -> None:
    path = site.add_list("Actions")
    info = {"FolderPath": {"DecodedUrl": "/sites/demo/Lists/Actions"}, "UnderlyingObjectType": 1}
    values = [{"FieldName": "Title", "FieldValue": "Map"}]
    # sharepoint-rest.md §6.8: the call of the documentation, once for a folder, once for an item in it.
    body = {"listItemCreateInfo": info, "formValues": values}
    made = site.json("POST", f"{path}/AddValidateUpdateItemUsingPath()", body)
    assert made["value"][-1]["FieldValue"] == "1"
    inside = {"FolderPath": {"DecodedUrl": "https://lindervoort.sharepoint.com/sites/demo/Lists/Actions/Map"}}
    values = [{"FieldName": "Title", "FieldValue": "Item"}]
    site.json("POST", f"{path}/AddValidateUpdateItemUsingPath()", {"listItemCreateInfo": inside, "formValues": values})
    row = site.json("GET", f"{path}/items(2)", query="$select=FileRef,FSObjType")
    assert row == {"FileRef": "/sites/demo/Lists/Actions/Map/2_.000", "FSObjType": 0}

    def titles(scope: str = "", folder: str | None = None) -> list[str]:
        query: dict[str, Any] = {"ViewXml": f"<View{scope}/>"}
        if folder:
            query["FolderServerRelativeUrl"] = folder
        return [one["Title"] for one in site.json("POST", f"{path}/getitems", {"query": query})["value"]]

    assert titles() == ["Map"]
    assert titles(folder="/sites/demo/Lists/Actions/Map") == ["Item"]
    assert titles(' Scope="RecursiveAll"') == ["Map", "Item"]
    assert titles(' Scope="Recursive"') == ["Item"]
    # sharepoint-rest.md §6.9: the scope a client bug writes is tolerated.
    assert titles(' Scope="ViewScope.DefaultValue"') == ["Map"]


def test_the_verbose_format(site: ListSite) -> None:
    answer = site.json("POST", f"{FOLDER}/Folders/Add('Map')", accept=VERBOSE)
    assert answer["d"]["__metadata"]["type"] == "SP.Folder"
    made = upload(site, "a.txt", b"one", accept=VERBOSE)
    assert made["d"]["__metadata"]["type"] == "SP.File"
    assert "__deferred" in made["d"]["ListItemAllFields"]
