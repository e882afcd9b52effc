"""The change log of a site and a site collection, and its pages (sharepoint-rest.md §6.10)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import Site

EVERYTHING = {"Item": True, "Add": True, "Update": True, "DeleteObject": True}


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


def listing(site: Site, title: str, web: str = "web") -> str:
    made = site.post(f"{web}/lists", {"Title": title, "BaseTemplate": 100})
    return str(made["Id"])


def changes(site: Site, path: str, query: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
    answer = site.call("POST", f"{path}/GetChanges", {"query": query}, **headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["value"])


@pytest.mark.parametrize(("path", "kind", "owner"), [("web", 2, "web/Id"), ("site", 1, "site/Id")])
def test_a_site_tells_what_happened_in_all_its_lists(site: Site, path: str, kind: int, owner: str) -> None:
    start = site.get(path)["CurrentChangeToken"]
    first, second = listing(site, "Een"), listing(site, "Twee")
    site.post(f"web/lists(guid'{first}')/items", {"Title": "a"})
    site.post(f"web/lists(guid'{second}')/items", {"Title": "b"})
    site.call("MERGE", f"web/lists(guid'{first}')/items(1)", {"Title": "c"}, If_Match="*")
    found = changes(site, path, {**EVERYTHING, "ChangeTokenStart": start})
    assert [(one["ListId"], one["ItemId"], one["ChangeType"]) for one in found] == [
        (first, 1, 1),
        (second, 1, 1),
        (first, 1, 2),
    ]
    identity = site.get(owner)["value"]
    assert all(one["ChangeToken"]["StringValue"].startswith(f"1;{kind};{identity};") for one in found)
    # Each token is where the next call starts, and so is that of the site now.
    later = changes(site, path, {**EVERYTHING, "ChangeTokenStart": found[1]["ChangeToken"]})
    assert [one["ChangeType"] for one in later] == [2]
    assert changes(site, path, {**EVERYTHING, "ChangeTokenStart": site.get(path)["CurrentChangeToken"]}) == []
    of_list = site.get(f"web/lists(guid'{first}')")["CurrentChangeToken"]
    assert (
        site.call("POST", f"{path}/GetChanges", {"query": {"Item": True, "ChangeTokenStart": of_list}}).status_code
        == 400
    )


def test_sub_sites_belong_to_the_site_collection(site: Site) -> None:
    start = {path: site.get(path)["CurrentChangeToken"] for path in ("web", "site")}
    site.post("web/webs/add", {"parameters": {"Title": "Onder", "Url": "onder"}})
    below = f"{site.sandbox.site}/onder/_api"
    made = site.sandbox.post(f"{below}/web/lists", json={"Title": "Diep", "BaseTemplate": 100}).json()
    site.sandbox.post(f"{below}/web/lists(guid'{made['Id']}')/items", json={"Title": "a"})
    sub_site = site.sandbox.get(f"{below}/web/Id").json()["value"]
    assert changes(site, "web", {**EVERYTHING, "ChangeTokenStart": start["web"]}) == []
    (found,) = changes(site, "site", {**EVERYTHING, "ChangeTokenStart": start["site"]})
    assert (found["ListId"], found["WebId"]) == (made["Id"], sub_site)


def test_lists_and_items_that_somebody_may_not_see_are_left_out(site: Site) -> None:
    start = site.get("web")["CurrentChangeToken"]
    shown, hidden = listing(site, "Open"), listing(site, "Besloten")
    for one in (shown, hidden):
        for title in "ab":
            site.post(f"web/lists(guid'{one}')/items", {"Title": title})
    site.post(f"web/lists(guid'{hidden}')/breakroleinheritance(false)")
    site.post(f"web/lists(guid'{shown}')/items(2)/breakroleinheritance(false)")
    query = {**EVERYTHING, "ChangeTokenStart": start}
    assert len(changes(site, "web", query)) == 4
    person = f"Bearer {site.sandbox.person_token(2)}"
    found = changes(site, "web", query, Authorization=person)
    assert [(one["ListId"], one["ItemId"]) for one in found] == [(shown, 1)]


def test_a_limit_counts_what_is_asked_for(site: Site) -> None:
    # Three updates come before the second addition: they are not asked for, and take no place on the page.
    items = f"web/lists(guid'{listing(site, 'Een')}')/items"
    site.post(items, {"Title": "a"})
    for title in "bcd":
        site.call("MERGE", f"{items}(1)", {"Title": title}, If_Match="*")
    site.post(items, {"Title": "e"})
    found = changes(site, items.removesuffix("/items"), {"Item": True, "Add": True, "FetchLimit": "2"})
    assert [one["ItemId"] for one in found] == [1, 2]


def test_a_folder_shows_its_permissions(site: Site) -> None:
    site.post("web/lists/getbytitle('Documents')/RootFolder/Folders/Add('Map')")
    folder = "web/GetFolderByServerRelativePath(DecodedUrl='/sites/demo/Shared Documents/Map')"
    wanted = (
        "ListItemAllFields/HasUniqueRoleAssignments,ListItemAllFields/RoleAssignments/Member,"
        "ListItemAllFields/RoleAssignments/RoleDefinitionBindings"
    )
    inherited = site.get(f"{folder}?$expand={wanted}")["ListItemAllFields"]
    assert inherited["HasUniqueRoleAssignments"] is False
    # Owners, visitors, members, as the site has them.
    assert [one["PrincipalId"] for one in inherited["RoleAssignments"]] == [3, 4, 5]
    site.post(f"{folder}/ListItemAllFields/breakroleinheritance(false)")
    site.post(f"{folder}/ListItemAllFields/roleassignments/addroleassignment(principalid=4,roledefid=1073741826)")
    own = site.get(f"{folder}?$expand={wanted}")["ListItemAllFields"]
    assert own["HasUniqueRoleAssignments"] is True
    ((member, roles),) = [(one["Member"]["Id"], one["RoleDefinitionBindings"]) for one in own["RoleAssignments"]]
    assert (member, [role["Id"] for role in roles]) == (4, [1073741826])
    root = "web/GetFolderByServerRelativePath(DecodedUrl='/sites/demo/Shared Documents')"
    assert site.get(f"{root}?$expand={wanted}")["ListItemAllFields"] is None
