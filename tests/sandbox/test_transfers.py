"""Files and folders moved, copied and uploaded in pieces, over plain HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import Site, failure

ROOT = "/sites/demo/Shared Documents"
OTHER = "/sites/demo/Archief"
UPLOAD = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    """A site with a folder of two files, and a second library."""
    found = Site(sandbox)
    found.post("web/lists", {"Title": "Archief", "BaseTemplate": 101})
    found.post(f"web/folders/AddUsingPath(decodedurl='{ROOT}/Map')")
    put(found, f"{ROOT}/Map", "a.txt", "one")
    put(found, f"{ROOT}/Map", "b.txt", "two")
    return found


def put(site: Site, folder: str, name: str, content: str) -> None:
    path = f"web/GetFolderByServerRelativeUrl('{folder}')/Files/add(url='{name}',overwrite=true)"
    answer = site.sandbox.api("POST", path, data=content, headers={"Content-Type": "text/plain"})
    assert answer.status_code == 200, answer.text


def held(site: Site, url: str) -> str | None:
    """What a file holds; None when there is none."""
    answer = site.sandbox.api("GET", f"web/GetFileByServerRelativeUrl('{url}')/$value")
    return answer.text if answer.status_code == 200 else None


def job(site: Site, source: str, goal: str, **options: Any) -> dict[str, Any]:
    """The last thing that a copy job tells of what it did."""
    host = site.sandbox.sharepoint
    body = {"exportObjectUris": [host + source], "destinationUri": host + goal, "options": options}
    (made,) = site.post("site/CreateCopyJobs", body)["value"]
    progress = site.post("site/GetCopyJobProgress", {"copyJobInfo": made})
    assert progress["JobState"] == 0
    logs = [json.loads(text) for text in progress["Logs"]]
    assert (logs[0]["Event"], logs[-1]["Event"], len(logs)) == ("JobStart", "JobEnd", 3)
    return dict(logs[1])


def test_a_job_copies_a_file_to_another_library(site: Site) -> None:
    done = job(site, f"{ROOT}/Map/a.txt", OTHER)
    assert (done["Event"], done["TargetObjectSiteRelativeUrl"]) == ("JobFinishedObjectInfo", "Archief/a.txt")
    assert site.get(f"web/GetFileById('{done['TargetObjectUniqueId']}')")["ServerRelativeUrl"] == f"{OTHER}/a.txt"
    assert held(site, f"{ROOT}/Map/a.txt") == held(site, f"{OTHER}/a.txt") == "one"


def test_what_a_job_does_with_a_name_that_is_taken(site: Site) -> None:
    put(site, OTHER, "a.txt", "there")
    failed = job(site, f"{ROOT}/Map/a.txt", OTHER)
    assert (failed["Event"], held(site, f"{OTHER}/a.txt")) == ("JobError", "there")
    assert "already exists" in failed["Message"]
    renamed = job(site, f"{ROOT}/Map/a.txt", OTHER, NameConflictBehavior=2)
    assert renamed["TargetObjectSiteRelativeUrl"] == "Archief/a1.txt"
    job(site, f"{ROOT}/Map/a.txt", OTHER, NameConflictBehavior=1)
    assert held(site, f"{OTHER}/a.txt") == "one"
    missing = job(site, f"{ROOT}/niets.txt", OTHER)
    assert (missing["Event"], missing["Message"]) == ("JobError", "File Not Found.")


def test_a_job_moves_a_folder_and_names_it(site: Site) -> None:
    done = job(site, f"{ROOT}/Map", OTHER, IsMoveMode=True, CustomizedItemName=["Dossier"])
    assert done["TargetObjectSiteRelativeUrl"] == "Archief/Dossier"
    assert (held(site, f"{OTHER}/Dossier/a.txt"), held(site, f"{OTHER}/Dossier/b.txt")) == ("one", "two")
    assert site.call("GET", f"web/GetFolderByServerRelativeUrl('{ROOT}/Map')").status_code == 404
    inside = job(site, f"{OTHER}/Dossier", f"{OTHER}/Dossier")
    assert (inside["Event"], inside["Message"]) == ("JobError", "A folder cannot be moved or copied into itself.")


def test_jobs_that_cannot_be_read(site: Site) -> None:
    good = {"exportObjectUris": [f"{site.sandbox.sharepoint}{ROOT}/Map"], "destinationUri": "x", "options": {}}
    for wrong in (
        {"exportObjectUris": "x"},
        {"destinationUri": 5},
        {"options": []},
        {"options": {"NameConflictBehavior": 9}},
        {"options": {"CustomizedItemName": "x"}},
    ):
        assert site.call("POST", "site/CreateCopyJobs", {**good, **wrong}).status_code == 400
    assert site.call("POST", "site/GetCopyJobProgress", {"copyJobInfo": {"JobId": UPLOAD}}).status_code == 400


def path_of(site: Site, url: str) -> dict[str, str]:
    return {"DecodedUrl": site.sandbox.sharepoint + url}


def test_the_static_methods(site: Site) -> None:
    body = {"srcPath": path_of(site, f"{ROOT}/Map/a.txt"), "destPath": path_of(site, f"{OTHER}/c.txt")}
    options = {"KeepBoth": False, "ResetAuthorAndCreatedOnCopy": False, "ShouldBypassSharedLocks": False}
    copying = "SP.MoveCopyUtil.CopyFileByPath(overwrite=@a1)?@a1=false"
    site.post(copying, {**body, "options": options})
    assert held(site, f"{OTHER}/c.txt") == "one"
    assert failure(site.call("POST", copying, body))[0] == 500
    site.post(copying.replace("=false", "=true"), body)
    site.post(copying, {**body, "options": {"KeepBoth": True}})
    assert held(site, f"{OTHER}/c1.txt") == "one"
    site.post("SP.MoveCopyUtil.MoveFileByPath(overwrite=@a1)?@a1=true", body)
    assert (held(site, f"{ROOT}/Map/a.txt"), held(site, f"{OTHER}/c.txt")) == (None, "one")
    folders = {"srcPath": path_of(site, f"{ROOT}/Map"), "destPath": path_of(site, f"{OTHER}/Map")}
    site.post("SP.MoveCopyUtil.CopyFolderByPath()", folders)
    site.post("SP.MoveCopyUtil.MoveFolderByPath()", {**folders, "destPath": path_of(site, f"{ROOT}/Kaart")})
    assert (held(site, f"{OTHER}/Map/b.txt"), held(site, f"{ROOT}/Kaart/b.txt")) == ("two", "two")
    assert failure(site.call("POST", "SP.MoveCopyUtil.CopyFileByPath()", folders))[0] == 404
    assert failure(site.call("POST", "SP.MoveCopyUtil.CopyFileByPath()", {"srcPath": 5}))[0] == 400


def test_values_of_columns_go_along(site: Site) -> None:
    for title in ("Documents", "Archief"):
        site.make_field(title, "<Field Type='Text' Name='Zaak' DisplayName='Zaak'/>")
    file = f"web/GetFileByServerRelativeUrl('{ROOT}/Map/a.txt')"
    site.merge(f"{file}/ListItemAllFields", {"Zaak": "Z-1"})
    site.post(f"{file}/copyto(strnewurl='{OTHER}/a.txt',boverwrite=false)")
    assert site.get(f"web/GetFileByServerRelativeUrl('{OTHER}/a.txt')/ListItemAllFields/Zaak") == {"value": "Z-1"}


def test_moving_to_another_library_by_the_file_itself(site: Site) -> None:
    file = f"web/GetFileByServerRelativeUrl('{ROOT}/Map/a.txt')"
    put(site, OTHER, "a.txt", "there")
    assert failure(site.call("POST", f"{file}/moveto(newurl='{OTHER}/a.txt',flags=0)"))[0] == 500
    site.post(f"{file}/moveto(newurl='{OTHER}/a.txt',flags=1)")
    assert (held(site, f"{OTHER}/a.txt"), held(site, f"{ROOT}/Map/a.txt")) == ("one", None)
    folder = f"web/GetFolderByServerRelativeUrl('{ROOT}/Map')"
    site.post(f"{folder}/moveto(newurl='{OTHER}/Map')")
    assert held(site, f"{OTHER}/Map/b.txt") == "two"


def test_another_site_collection_is_not_here(site: Site) -> None:
    body = {"srcPath": path_of(site, f"{ROOT}/Map/a.txt"), "destPath": path_of(site, "/Shared Documents/a.txt")}
    assert site.call("POST", "SP.MoveCopyUtil.CopyFileByPath()", body).status_code == 501


# In pieces


def piece(site: Site, method: str, content: str) -> Any:
    path = f"web/GetFileByServerRelativeUrl('{ROOT}/Map/a.txt')/{method}"
    headers = {"Content-Type": "application/octet-stream", "Accept": "application/json;odata=nometadata"}
    return site.sandbox.api("POST", path, data=content, headers=headers)


def test_a_file_in_pieces(site: Site) -> None:
    assert piece(site, f"StartUpload(uploadId=guid'{UPLOAD}')", "abc").json() == {"value": "3"}
    assert piece(site, f"ContinueUpload(uploadId=guid'{UPLOAD}',fileOffset=3)", "def").json() == {"value": "6"}
    # Until the last piece the file is what it was.
    assert held(site, f"{ROOT}/Map/a.txt") == "one"
    done = piece(site, f"FinishUpload(uploadId=guid'{UPLOAD}',fileOffset=6)", "g").json()
    assert (done["Length"], done["UIVersionLabel"]) == ("7", "2.0")
    assert held(site, f"{ROOT}/Map/a.txt") == "abcdefg"


def test_pieces_that_do_not_fit(site: Site) -> None:
    assert piece(site, f"ContinueUpload(uploadId=guid'{UPLOAD}',fileOffset=0)", "x").status_code == 400
    piece(site, f"StartUpload(uploadId=guid'{UPLOAD}')", "abc")
    assert piece(site, f"StartUpload(uploadId=guid'{UPLOAD}')", "abc").status_code == 500
    assert piece(site, f"ContinueUpload(uploadId=guid'{UPLOAD}',fileOffset=2)", "x").status_code == 400
    assert piece(site, f"CancelUpload(uploadId=guid'{UPLOAD}')", "").status_code == 200
    assert piece(site, f"FinishUpload(uploadId=guid'{UPLOAD}',fileOffset=3)", "x").status_code == 400
    assert held(site, f"{ROOT}/Map/a.txt") == "one"


def test_versions_are_deleted(site: Site) -> None:
    file = f"web/GetFileByServerRelativeUrl('{ROOT}/Map/a.txt')"
    for content in ("two", "three", "four"):
        put(site, f"{ROOT}/Map", "a.txt", content)

    def labels() -> list[str]:
        return [one["VersionLabel"] for one in site.get(f"{file}/Versions")["value"]]

    assert labels() == ["3.0", "2.0", "1.0"]
    assert site.call("POST", f"{file}/versions/DeleteByLabel('2.0')", tunnel="DELETE").status_code == 200
    site.post(f"{file}/versions/DeleteByID(vid=512)")
    assert labels() == ["3.0"]
    assert site.call("POST", f"{file}/versions/DeleteByLabel('9.0')").status_code == 400
    site.post(f"{file}/versions/DeleteAll()")
    assert (labels(), held(site, f"{ROOT}/Map/a.txt")) == ([], "four")


def test_permissions_by_the_item_behind_a_file_and_a_folder(site: Site) -> None:
    for place in (f"GetFileByServerRelativeUrl('{ROOT}/Map/a.txt')", f"GetFolderByServerRelativeUrl('{ROOT}/Map')"):
        item = f"web/{place}/ListItemAllFields"
        site.post(f"{item}/breakroleinheritance(true)")
        assert site.get(f"{item}/HasUniqueRoleAssignments") == {"value": True}
        assert len(site.get(f"{item}/RoleAssignments?$expand=Member,RoleDefinitionBindings")["value"]) == 3
        site.post(f"{item}/RoleAssignments/removeroleassignment(principalid=4)")
        assert len(site.get(f"{item}/RoleAssignments")["value"]) == 2
        site.post(f"{item}/resetroleinheritance")
        assert site.get(f"{item}/HasUniqueRoleAssignments") == {"value": False}
