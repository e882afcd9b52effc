"""PnPjs v4 (npm `@pnp/sp`, `@pnp/nodejs`), as published, against a sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from tests.interop import clients
from tests.sandbox.conftest import Sandbox

UPN = "noor.lindeveld@gemeente.example"


@pytest.fixture(scope="module")
def seen(packages: Path, sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each step of `pnpjs.mjs` gave."""
    home = tmp_path_factory.mktemp("home")
    key = serialization.load_pem_private_key(Path(sandbox.ready["certificate"]).read_bytes(), None)
    given = {
        "site": sandbox.site,
        "sharepoint": sandbox.sharepoint,
        "tenant": sandbox.ready["tenant_id"],
        "client": sandbox.ready["client_id"],
        "thumbprint": sandbox.ready["thumbprint"],
        "key": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        "upn": UPN,
    }
    (home / "given.json").write_text(json.dumps(given), "utf-8")
    found = clients.run(packages, "pnpjs.mjs", sandbox.ready, home, str(home / "given.json"))
    return dict(found)


def refusal(seen: dict[str, Any], name: str) -> tuple[int, str]:
    return seen[name]["refused"]["status"], seen[name]["refused"]["code"]


def plain(value: Any) -> Any:
    """A value without its annotations."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items() if "odata." not in name}
    return value


def test_site(seen: dict[str, Any], sandbox: Sandbox) -> None:
    assert plain(seen["web"]) == {"Title": "Demo", "Url": sandbox.site}
    assert seen["web description"] == "Gezet met PnPjs"
    assert seen["context"] == 1800  # sharepoint-rest.md §1.4
    assert (seen["exists"], seen["exists not"]) == (True, False)
    assert [each["Lcid"] for each in seen["languages"]] == [1033, 1043]
    assert {4, 93} <= set(seen["time zones"])


def test_lists(seen: dict[str, Any]) -> None:
    made = seen["list add"]
    assert (made["Title"], made["EnableFolderCreation"]) == ("PnP Lijst", False)
    assert (seen["list ensure new"], seen["list ensure old"]) == (True, False)
    assert (seen["list by id"], seen["list by url"]) == ("PnP Lijst", made["Id"])
    assert plain(seen["list"]) == {
        "Description": "nieuw",
        "BaseTemplate": 100,
        "ListItemEntityTypeFullName": "SP.Data.PnP_x0020_LijstListItem",
    }
    assert seen["parents"]["List"]["RootFolderServerRelativePath"]["DecodedUrl"] == "/sites/demo/Lists/PnP Lijst"
    assert seen["parents"]["ParentWeb"]["ServerRelativeUrl"] == "/sites/demo"
    assert seen["content types"] == ["Item", "Folder"]
    assert seen["receivers"] == []
    # sharepoint-rest.md §1.8
    assert refusal(seen, "list missing") == (404, "-1, System.ArgumentException")
    assert refusal(seen, "list twice") == (500, "-2130575342, Microsoft.SharePoint.SPException")


def test_fields(seen: dict[str, Any]) -> None:
    types = {each["InternalName"]: each["TypeAsString"] for each in seen["field types"]}
    assert types["Kort"] == "Text"
    assert seen["field as xml"]["InternalName"] == "ViaXml"
    assert plain(seen["field"]) == {"Title": "Korter", "Indexed": True, "MaxLength": 100}
    assert seen["field choices"] == ["a", "b", "c"]
    assert 'ShowInNewForm="FALSE"' in seen["field schema"]
    assert refusal(seen, "field gone") == (400, "-2147024809, System.ArgumentException")
    assert seen["site column"] == "Gemeente"
    assert seen["site column title"]["InternalName"] == "Title"


def test_views(seen: dict[str, Any]) -> None:
    assert (seen["view add"]["Title"], seen["view add"]["RowLimit"]) == ("Mijn weergave", 10)
    assert seen["view fields"] == ["Getal", "LinkTitle"]
    assert plain(seen["view"]) == {"RowLimit": 7, "PersonalView": False, "DefaultView": False}
    assert seen["view default"] is True
    assert seen["views"] == ["Alle items"]


def test_items(seen: dict[str, Any]) -> None:
    item = plain(seen["item"])
    expected = {
        "Id": 1,
        "Title": "Een",
        "Kort": "k",
        "Getal": 3,
        "Bedrag": 1.5,
        "Datum": "2026-11-30T23:00:00Z",
        "Keuze": "a",
        "Keuzes": ["x", "y"],
        "EigenaarId": [seen["ensure user"]["Id"]],
        "DoelId": 1,
        "Koppeling": {"Url": "https://a.example", "Description": "d"},
    }
    assert {name: item[name] for name in expected} == expected
    assert item["Dubbel"] in (6, "6")
    assert plain(seen["item expanded"]) == {"Eigenaar": [{"EMail": UPN}], "Doel": {"Title": "Doelrij"}}
    # The ETag is the GUID and a counter that goes up with each save (sharepoint-rest.md §1.7).
    assert seen["item update"]["etag"].endswith(',2"')
    assert refusal(seen, "item old etag") == (412, "-1, Microsoft.SharePoint.Client.ClientServiceException")
    assert seen["item cleared"]["etag"].endswith(',3"')
    assert refusal(seen, "item unknown") == (400, "-1, Microsoft.SharePoint.Client.InvalidClientQueryException")
    assert (seen["item as text"], seen["item versions"]) == ("4", ["3.0", "2.0", "1.0"])
    assert [each["HasException"] for each in seen["item form"]] == [False]
    assert seen["item by path"][-1] == seen["item by path"][-1] | {"FieldName": "Id", "FieldValue": "2"}
    assert seen["item list"] == "PnP Lijst"


def test_batches(seen: dict[str, Any], sandbox: Sandbox) -> None:
    assert seen["batch ids"] == list(range(3, 48))
    assert seen["batch mixed"] == {
        "read": 2,
        "updated": "string",
        "deleted": True,
        "recycled": 36,
        "field": "InBatch",
        "missing": 404,
        "count": 45,
    }
    # 20 operations a batch is the client's own measure (sharepoint-rest.md §7.1): 20 + 20 + 5.
    sizes: dict[int, int] = {}
    for entry in sandbox.requests():
        if entry["batch"] is not None:
            sizes[entry["batch"]] = sizes.get(entry["batch"], 0) + 1
    assert list(sizes.values()) == [20, 20, 5, 7]


def test_queries(seen: dict[str, Any]) -> None:
    assert [each["Title"] for each in seen["filter"]] == ["Rij 45", "Rij 44", "Rij 43", "Rij 42"]
    assert sorted(each["Title"] for each in seen["filter built"]) == ["Rij 10", "Rij 45"]
    assert [each["Title"] for each in seen["quoted"]] == ["O'Brien & co #1 50%"]
    assert seen["skip"] == [11, 12]
    assert seen["pages"] == [20, 20, 6]
    assert seen["caml"] == ["Rij 9"]
    assert seen["stream"] == ["Eén", "Twee"]
    assert set(seen["changes"]) == {1}


def test_the_rest(seen: dict[str, Any]) -> None:
    assert seen["attachment"] == "inhoud"
    assert seen["attachments"] == []
    assert seen["assignments"] == [["Noor Lindeveld", 2]]
    assert seen["link"] == "PnP"
    assert len(seen["list recycle"]) == 36
    assert refusal(seen, "list recycled")[0] == 404


def test_sub_sites(seen: dict[str, Any]) -> None:
    assert (seen["sub site"], seen["sub sites"], seen["filtered sub sites"]) == ("Deel", ["Deel"], 1)
    assert seen["web infos"] == ["/sites/demo/deel"]
    assert "refused" not in seen["sub site delete"]
    assert (seen["all properties"], seen["root web"]) == ("nl-NL", "Demo")


def test_people_and_groups(seen: dict[str, Any]) -> None:
    assert (seen["site group"], seen["group users"]) == ("PnP groep", ["Noor Lindeveld"])
    for name in ("group update", "group owner", "group users remove", "group remove", "role definition delete"):
        assert "refused" not in seen[name], name
    assert seen["associated groups"] == [3, 5, 4]
    assert (seen["site users"], seen["current user groups"]) == ("Noor Lindeveld", 0)
    assert (seen["role definitions"], seen["role definition add"]) == (6, "PnP niveau")
    assert (seen["permissions"], seen["user permissions"]) == (True, "string")
    # The three groups of the site and the one added.
    assert (seen["item inheritance"], seen["unique"], seen["ancestor"]) == (4, False, "Demo")


def test_the_rest_of_lists(seen: dict[str, Any]) -> None:
    assert seen["item as html"] == "x"
    assert seen["item effective permissions"] == seen["list effective permissions"] == "2147483647"
    assert "refused" not in (seen["item delete with parameters"] or {})
    assert (seen["reserve id"], seen["related fields"], seen["list data"]) == (2, 0, 1)
    assert seen["item parents"] == ["Rechten", "/sites/demo"]
    assert seen["list default view"] == ["LinkTitle"]
    assert (seen["subscriptions"], seen["custom actions"]) == (0, 0)


def test_files_and_folders(seen: dict[str, Any]) -> None:
    assert (seen["folder add"], seen["file add"], seen["file text"]) == ("PnP map", "a.txt", "inhoud")
    assert (seen["file exists"], seen["file exists not"]) == (True, False)
    assert (seen["file chunked"], seen["file buffer"]) == ("3000000", 3000000)
    assert (seen["file by id"], seen["file versions"]) == ("a.txt", ["1.0"])
    assert (seen["library"], seen["folder files"]) == ("PnP archief", ["b.txt"])
    for name in ("folder sub", "file content", "file copy", "file move", "folder copy", "folder move", "bin"):
        assert seen[name] is True, name
    for name in ("file checkout", "file checkin", "file version delete", "file delete", "folder delete"):
        assert "refused" not in seen[name], name
    assert (seen["file recycle"], seen["bin restore"]) == (36, True)
    assert "refused" not in (seen["file delete with parameters"] or {})
    assert seen["site pages library"] == "Site Pages"


def test_region_and_navigation(seen: dict[str, Any]) -> None:
    assert (seen["regional"], seen["time zone"]) == (1043, 4)
    # Noon in the Dutch summer.
    assert seen["to utc"] == "2026-07-01T10:00:00Z"
    assert (seen["node"], seen["node children"], seen["node update"]) == (True, ["Kind"], "Begin")
    assert (seen["node move"], seen["menu state"]) == (True, True)


def test_sites_and_hubs(seen: dict[str, Any]) -> None:
    assert (seen["hub sites"], seen["hub data"], seen["modern site"]) == (0, "Demo", 2)
    # An app on its own makes no group (sharepoint-rest.md §2.5).
    assert refusal(seen, "group site")[0] == 403
    # What is not there says so.
    for name in ("search", "storage entity"):
        assert refusal(seen, name)[0] == 501
