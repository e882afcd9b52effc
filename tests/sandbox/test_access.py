"""What people may do and see: the app's scope and their own rights together, inheritance broken (§2.1 and §8).

Anna is a member of the site because everyone is; Bram gets what a test gives him.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sandbox.list_site import ListSite

ANNA = "person:anna.bos@gemeente.example"
BRAM = "person:bram.dijk@gemeente.example"
DENIED = (
    403,
    "-2147024891, System.UnauthorizedAccessException",
    "Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))",
)
# sharepoint-rest.md §8: role definition ids.
FULL, EDIT, CONTRIBUTE, READ = 1073741829, 1073741830, 1073741827, 1073741826
OWNERS, VISITORS, MEMBERS = 3, 4, 5


@pytest.fixture
def site(tmp_path: Path) -> ListSite:
    return ListSite(tmp_path)


@pytest.fixture
def path(site: ListSite) -> str:
    """A list with three items made by the app."""
    path = site.add_list("Actions")
    for title in "abc":
        site.json("POST", f"{path}/items", {"Title": title})
    return path


def titles(site: ListSite, path: str, token: str) -> list[str]:
    return [one["Title"] for one in site.json("GET", f"{path}/items", token=token)["value"]]


def close(site: ListSite, path: str, *grants: tuple[int, int]) -> None:
    """Break inheritance without a copy; then principal and role."""
    site.json("POST", f"{path}/breakroleinheritance(false)")
    for principal, role in grants:
        site.json("POST", f"{path}/roleassignments/addroleassignment(principalid={principal},roledefid={role})")


def leave(site: ListSite) -> None:
    """Nobody is a member any more just for working here."""
    (everyone,) = site.json("GET", f"web/sitegroups({MEMBERS})/users")["value"]
    site.json("POST", f"web/sitegroups({MEMBERS})/users/removebyid({everyone['Id']})")


def test_a_member_edits_lists_but_not_the_site(site: ListSite, path: str) -> None:
    assert site.send("POST", f"{path}/items", {"Title": "d"}, token=ANNA).status == 201
    assert site.send("POST", "web/lists", {"Title": "New", "BaseTemplate": 100}, token=ANNA).status == 201
    assert site.error("MERGE", "web", {"Title": "Other"}, token=ANNA, If_Match="*") == DENIED
    assert site.error("POST", f"{path}/breakroleinheritance(true)", token=ANNA) == DENIED
    assert site.json("GET", "web")["Title"] == "Demo"
    assert site.json("GET", path)["ItemCount"] == 4


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        # identity-mail-teams.md §2.1: the scope is a ceiling. Reading, writing items, changing lists, permissions.
        ("AllSites.Read", (200, 403, 403, 403)),
        ("AllSites.Write", (200, 201, 403, 403)),
        ("AllSites.Manage", (200, 201, 201, 403)),
        ("AllSites.FullControl", (200, 201, 201, 200)),
        ("Other", (403, 403, 403, 403)),
    ],
)
def test_an_owner_is_held_back_by_the_scope(
    site: ListSite, path: str, scope: str, expected: tuple[int, int, int, int]
) -> None:
    login = "i:0#.f|membership|anna.bos@gemeente.example"
    site.json("POST", f"web/sitegroups({OWNERS})/users", {"LoginName": login})
    token = f"{ANNA};{scope}"
    found = (
        site.send("GET", path, token=token).status,
        site.send("POST", f"{path}/items", {"Title": "d"}, token=token).status,
        site.send("POST", "web/lists", {"Title": "New", "BaseTemplate": 100}, token=token).status,
        site.send("POST", f"{path}/breakroleinheritance(true)", token=token).status,
    )
    assert found == expected


def test_a_visitor_only_reads(site: ListSite, path: str) -> None:
    leave(site)
    login = "i:0#.f|membership|anna.bos@gemeente.example"
    site.json("POST", f"web/sitegroups({VISITORS})/users", {"LoginName": login})
    assert titles(site, path, ANNA) == ["a", "b", "c"]
    for method, target, body in (
        ("POST", f"{path}/items", {"Title": "d"}),
        ("MERGE", f"{path}/items(1)", {"Title": "d"}),
        ("DELETE", f"{path}/items(1)", None),
        ("POST", f"{path}/items(1)/recycle", None),
        ("POST", f"{path}/items(1)/AttachmentFiles/add(FileName='a.txt')", b"x"),
        ("MERGE", path, {"Title": "Other"}),
        ("POST", f"{path}/fields", {"Title": "F", "FieldTypeKind": 2}),
        ("DELETE", path, None),
        ("POST", "web/GetFolderByServerRelativeUrl('Shared Documents')/Files/add(url='a.txt')", b"x"),
        ("POST", "web/GetFolderByServerRelativeUrl('Shared Documents')/Folders/add('Map')", None),
    ):
        assert site.error(method, target, body, token=ANNA, If_Match="*") == DENIED
    assert titles(site, path, "app") == ["a", "b", "c"]
    mask = site.json("GET", path, query="$select=EffectiveBasePermissions", token=ANNA)
    # sharepoint-rest.md §8: the mask of Read.
    assert mask == {"EffectiveBasePermissions": {"High": "176", "Low": "138612833"}}


def test_who_was_given_nothing_is_turned_away(site: ListSite, path: str) -> None:
    leave(site)
    before = [one["Id"] for one in site.json("GET", "web/siteusers")["value"]]
    for method, target in (("GET", "web"), ("POST", "contextinfo"), ("GET", f"{path}/items")):
        assert site.error(method, target, token=BRAM) == DENIED
    assert [one["Id"] for one in site.json("GET", "web/siteusers")["value"]] == before


def test_a_closed_list_is_absent_for_others(site: ListSite, path: str) -> None:
    anna = site.user_id("anna.bos@gemeente.example")
    close(site, path, (anna, CONTRIBUTE))
    assert titles(site, path, ANNA) == ["a", "b", "c"]
    assert site.error("GET", path, token=BRAM)[1].startswith("-2130575322")
    # sharepoint-rest.md §1.8: as one that does not exist.
    assert site.error("GET", "web/lists/getbytitle('Actions')", token=BRAM) == (
        404,
        "-1, System.ArgumentException",
        "List 'Actions' does not exist at site with URL 'https://lindervoort.sharepoint.com/sites/demo'.",
    )
    assert site.error("GET", "web/getlist('/sites/demo/Lists/Actions')", token=BRAM)[0] == 404
    shown = [one["Title"] for one in site.json("GET", "web/lists", token=BRAM)["value"]]
    assert shown == ["Documents", "Site Pages"]
    # Contribute does not change lists.
    assert site.error("MERGE", path, {"Title": "X"}, token=ANNA, If_Match="*") == DENIED
    site.json("POST", f"{path}/resetroleinheritance")
    assert titles(site, path, BRAM) == ["a", "b", "c"]


def test_a_closed_item_is_absent_for_others(site: ListSite, path: str) -> None:
    anna = site.user_id("anna.bos@gemeente.example")
    close(site, f"{path}/items(2)", (anna, READ))
    assert titles(site, path, ANNA) == ["a", "b", "c"]
    assert titles(site, path, BRAM) == ["a", "c"]
    assert site.error("GET", f"{path}/items(2)", token=BRAM) == (
        404,
        "-2130575338, Microsoft.SharePoint.SPException",
        "Item does not exist. It may have been deleted by another user.",
    )
    caml = {
        "query": {
            "ViewXml": "<View><Query><OrderBy><FieldRef Name='Title' Ascending='FALSE'/></OrderBy></Query></View>"
        }
    }
    found = site.json("POST", f"{path}/getitems", caml, token=BRAM)["value"]
    assert [one["Title"] for one in found] == ["c", "a"]
    stream = {"parameters": {"ViewXml": "<View><ViewFields><FieldRef Name='Title'/></ViewFields></View>"}}
    rows = site.json("POST", f"{path}/renderlistdataasstream", stream, token=BRAM)["Row"]
    assert [one["Title"] for one in rows] == ["a", "c"]
    assert site.error("MERGE", f"{path}/items(2)", {"Title": "x"}, token=ANNA, If_Match="*") == DENIED
    unique = site.json("GET", f"{path}/items", query="$select=Id,HasUniqueRoleAssignments")["value"]
    assert [one["HasUniqueRoleAssignments"] for one in unique] == [False, True, False]
    # ItemCount is not trimmed.
    assert site.json("GET", path, token=BRAM)["ItemCount"] == 3


def test_one_open_item_in_a_closed_list(site: ListSite, path: str) -> None:
    bram = site.user_id("bram.dijk@gemeente.example")
    close(site, path)
    close(site, f"{path}/items(3)", (bram, EDIT))
    assert titles(site, path, BRAM) == ["c"]
    assert site.send("MERGE", f"{path}/items(3)", {"Title": "C"}, token=BRAM, If_Match="*").status == 204
    assert site.error("POST", f"{path}/items", {"Title": "d"}, token=BRAM) == DENIED
    assert site.send("GET", path, token=ANNA).status == 404


def test_what_stands_in_a_closed_folder(site: ListSite) -> None:
    folder = "web/GetFolderByServerRelativeUrl('Shared Documents')"
    library = "web/lists/getbytitle('Documents')"
    anna = site.user_id("anna.bos@gemeente.example")
    site.json("POST", f"{folder}/Folders/Add('Map')")
    site.json("POST", f"{folder}/Folders('Map')/Files/add(url='a.txt')", b"x")
    close(site, f"{library}/items(1)", (anna, READ))
    assert site.json("GET", f"{folder}/Folders('Map')/Files", token=ANNA)["value"][0]["Name"] == "a.txt"
    assert site.json("GET", f"{folder}/Folders", token=BRAM)["value"] == []
    assert site.send("GET", "web/GetFileByServerRelativeUrl('Shared Documents/Map/a.txt')", token=BRAM).status == 404
    assert site.json("GET", f"{library}/items", token=BRAM)["value"] == []
    assert site.error("POST", f"{folder}/Folders('Map')/Files/add(url='b.txt')", b"x", token=ANNA) == DENIED


def test_breaking_inheritance_leaves_the_person_who_did(site: ListSite, path: str) -> None:
    # sharepoint-rest.md §8: without a copy only the caller is left, for an app nobody.
    login = "i:0#.f|membership|anna.bos@gemeente.example"
    site.json("POST", f"web/sitegroups({OWNERS})/users", {"LoginName": login})
    body = {"copyRoleAssignments": False, "clearSubscopes": True}
    site.json("POST", f"{path}/BreakRoleInheritance", body, token=ANNA)
    expand = "$expand=RoleDefinitionBindings&$select=PrincipalId,RoleDefinitionBindings/Id"
    assert site.json("GET", f"{path}/roleassignments", query=expand)["value"] == [
        {"PrincipalId": site.user_id("anna.bos@gemeente.example"), "RoleDefinitionBindings": [{"Id": FULL}]}
    ]
    site.json("POST", f"{path}/resetroleinheritance")
    site.json("POST", f"{path}/BreakRoleInheritance", body)
    assert site.json("GET", f"{path}/roleassignments")["value"] == []


def test_clearing_the_scopes_below(site: ListSite, path: str) -> None:
    close(site, f"{path}/items(1)")
    site.json("POST", f"{path}/breakroleinheritance(copyroleassignments=true,clearsubscopes=true)")
    assert titles(site, path, BRAM) == ["a", "b", "c"]


def test_own_items_only(site: ListSite, path: str) -> None:
    # sharepoint-rest.md §3.2: ReadSecurity and WriteSecurity 2 are own items; who manages the list is not bound.
    leave(site)
    anna, bram = (site.user_id(f"{one}@gemeente.example") for one in ("anna.bos", "bram.dijk"))
    for person, role in ((anna, CONTRIBUTE), (bram, EDIT)):
        site.json("POST", f"web/roleassignments/addroleassignment(principalid={person},roledefid={role})")
    site.json("POST", f"{path}/items", {"Title": "own"}, token=ANNA)
    site.send("MERGE", path, {"ReadSecurity": 2, "WriteSecurity": 2}, If_Match="*")
    assert titles(site, path, ANNA) == ["own"]
    assert titles(site, path, BRAM) == ["a", "b", "c", "own"]
    site.send("MERGE", path, {"ReadSecurity": 1}, If_Match="*")
    assert site.error("MERGE", f"{path}/items(1)", {"Title": "x"}, token=ANNA, If_Match="*") == DENIED
    assert site.send("MERGE", f"{path}/items(4)", {"Title": "x"}, token=ANNA, If_Match="*").status == 204
    assert site.send("MERGE", f"{path}/items(1)", {"Title": "x"}, token=BRAM, If_Match="*").status == 204


def test_asking_what_somebody_may(site: ListSite, path: str) -> None:
    anna = site.user_id("anna.bos@gemeente.example")
    close(site, path, (anna, READ))
    answer = site.send(
        "POST", f"{path}/GetUserEffectivePermissions", {"userName": "i:0#.f|membership|anna.bos@gemeente.example"}
    )
    assert json.loads(answer.body) == {"High": "176", "Low": "138612833"}
    answer = site.send("POST", f"{path}/GetUserEffectivePermissions", {"userName": "bram.dijk@gemeente.example"})
    assert json.loads(answer.body) == {"High": "0", "Low": "0"}
    ask = {"permissionMask": {"High": "0", "Low": "4"}}
    assert site.json("POST", f"{path}/DoesUserHavePermissions", ask, token=ANNA) == {"value": False}
    assert site.json("POST", f"{path}/DoesUserHavePermissions", ask) == {"value": True}


def test_a_guest_is_not_everyone(site: ListSite, path: str) -> None:
    # The claim says it: everyone except external users.
    everyone = site.json("GET", f"web/sitegroups({MEMBERS})/users")["value"][0]
    assert everyone["LoginName"].startswith("c:0-.f|rolemanager|spo-grid-all-users/")
    assert everyone["Title"] == "Iedereen behalve externe gebruikers"
    assert site.send("GET", path, token="person:gast_elders.nl#EXT#@gemeente.example").status == 403


def test_the_list_behind_an_item_needs_what_the_list_itself_needs(site: ListSite) -> None:
    # `items` is in the address, and still it is the list that would change: AllSites.Write does not do that.
    path = site.add_list("Actions")
    site.json("POST", f"{path}/items", {"Title": "x"})
    token = "person:anna.bos@gemeente.example;AllSites.Write"
    for address in (path, f"{path}/items(1)/ParentList"):
        changed = site.error("MERGE", address, {"Description": "x"}, token=token, If_Match="*")
        assert changed[:2] == (403, "-2147024891, System.UnauthorizedAccessException")
    assert site.json("GET", f"{path}/items(1)/ParentList", query="$select=Description") == {"Description": ""}
