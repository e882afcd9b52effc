"""The recycle bin: what waits in it, back to its place, gone for good (sharepoint-rest.md §10.18)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.list_site import NOW, ListSite

BIN = "web/RecycleBin"
ROOT = "/sites/demo/Shared Documents"
FOLDER = f"web/GetFolderByServerRelativeUrl('{ROOT}')"


@pytest.fixture
def site(tmp_path: Path) -> ListSite:
    return ListSite(tmp_path)


def waiting(site: ListSite, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.json("GET", BIN, **options)["value"]
    return found


def test_an_item_waits_and_comes_back(site: ListSite) -> None:
    path = site.add_list("Actions")
    site.json("POST", f"{path}/items", {"Title": "Bel Anna"})
    entry = site.json("POST", f"{path}/items(1)/recycle")["value"]
    (found,) = waiting(site)
    assert (found["Id"], found["Title"], found["LeafName"], found["DirName"]) == (
        entry,
        "Bel Anna",
        "1_.000",
        "sites/demo/Lists/Actions",
    )
    assert (found["ItemType"], found["ItemState"], found["Size"]) == (3, 1, "0")
    assert (found["DeletedByName"], found["DeletedDate"]) == ("SharePoint App", "2026-11-23T09:00:00Z")
    # In the site's language and time.
    assert found["DeletedDateLocalFormatted"] == "23-11-2026 10:00"
    assert site.json("GET", f"{BIN}('{entry}')")["Title"] == "Bel Anna"
    site.json("POST", f"{BIN}('{entry}')/restore()")
    assert waiting(site) == []
    assert site.json("GET", f"{path}/items(1)")["Title"] == "Bel Anna"


def test_a_list_waits_and_comes_back(site: ListSite) -> None:
    path = site.add_list("Actions")
    entry = site.json("POST", f"{path}/recycle")["value"]
    (found,) = waiting(site)
    assert (found["Id"], found["Title"], found["ItemType"]) == (entry, "Actions", 4)
    assert site.send("GET", path).status == 404
    site.json("POST", f"{BIN}/GetById('{entry}')/restore")
    assert site.json("GET", path)["Title"] == "Actions"


def test_a_folder_waits_as_one(site: ListSite) -> None:
    site.json("POST", f"{FOLDER}/Folders/Add('Map')")
    site.json("POST", f"{FOLDER}/Folders('Map')/Files/add(url='a.txt')", b"one")
    entry = site.json("POST", f"{FOLDER}/Folders('Map')/recycle()")["value"]
    (found,) = waiting(site)
    assert (found["Title"], found["ItemType"]) == ("Map", 5)
    assert site.json("GET", f"{FOLDER}/Folders")["value"] == []
    site.json("POST", f"{BIN}('{entry}')/restore()")
    assert site.send("GET", f"web/GetFileByServerRelativeUrl('{ROOT}/Map/a.txt')/$value").body == b"one"


def test_a_file_does_not_come_back_over_another(site: ListSite) -> None:
    site.json("POST", f"{FOLDER}/Files/add(url='a.txt')", b"one")
    entry = site.json("POST", f"web/GetFileByServerRelativeUrl('{ROOT}/a.txt')/recycle")["value"]
    site.json("POST", f"{FOLDER}/Files/add(url='a.txt')", b"two")
    status, code, _ = site.error("POST", f"{BIN}('{entry}')/restore()")
    assert (status, code) == (500, "-2130575257, Microsoft.SharePoint.SPException")
    assert [one["Id"] for one in waiting(site)] == [entry]
    assert waiting(site)[0]["Size"] == "3"


def test_gone_for_good(site: ListSite) -> None:
    path = site.add_list("Actions")
    for title in "abc":
        site.json("POST", f"{path}/items", {"Title": title})
    entries = [site.json("POST", f"{path}/items({one})/recycle")["value"] for one in (1, 2, 3)]
    assert site.send("DELETE", f"{BIN}('{entries[0]}')").status == 200
    site.json("POST", f"{BIN}('{entries[1]}')/DeleteObject")
    assert [one["Title"] for one in waiting(site)] == ["c"]
    assert site.error("POST", f"{BIN}('{entries[0]}')/restore()")[0] == 404
    site.json("POST", f"{BIN}/DeleteAll")
    assert waiting(site) == []


def test_restore_all(site: ListSite) -> None:
    path = site.add_list("Actions")
    for title in "ab":
        site.json("POST", f"{path}/items", {"Title": title})
        site.json("POST", f"{path}/items({1 if title == 'a' else 2})/recycle")
    site.json("POST", f"{BIN}/RestoreAll")
    assert [one["Title"] for one in site.json("GET", f"{path}/items")["value"]] == ["a", "b"]


def test_the_clock_empties_the_bin(site: ListSite) -> None:
    path = site.add_list("Actions")
    site.json("POST", f"{path}/items", {"Title": "a"})
    entry = site.json("POST", f"{path}/items(1)/recycle")["value"]
    site.tenant.clock.set(NOW + timedelta(days=92))
    assert [one["Id"] for one in waiting(site)] == [entry]
    site.tenant.clock.set(NOW + timedelta(days=94))
    assert waiting(site) == []
    assert site.error("POST", f"{BIN}('{entry}')/restore()")[0] == 404


def test_items_of_a_recycled_list_are_not_shown(site: ListSite) -> None:
    path = site.add_list("Actions")
    site.json("POST", f"{path}/items", {"Title": "a"})
    site.json("POST", f"{path}/items(1)/recycle")
    site.json("POST", f"{path}/recycle")
    assert [one["ItemType"] for one in waiting(site)] == [4]


def test_people_find_what_they_deleted_themselves(site: ListSite) -> None:
    path = site.add_list("Actions")
    anna, bram = "person:anna.bos@gemeente.example", "person:bram.dijk@gemeente.example"
    site.json("POST", f"{path}/items", {"Title": "a"}, token=anna)
    site.json("POST", f"{path}/items(1)/recycle", token=anna)
    assert [one["DeletedByName"] for one in waiting(site, token=anna)] == ["Anna Bos"]
    assert waiting(site, token=bram) == []
