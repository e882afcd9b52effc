"""Menus, what exists and what is a record: small things that clients ask, over plain HTTP."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.csom_calls import QUERY, query
from tests.sandbox.sharepoint_calls import Site, failure
from tests.sandbox.test_tenant_sites import ADMIN

ROOT = "/sites/demo/Shared Documents"


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


def test_a_node_opens_in_a_new_window(site: Site) -> None:
    node = site.post("web/navigation/quicklaunch", {"Title": "A", "Url": "https://a.example", "AudienceIds": ["g1"]})
    assert node["AudienceIds"] == ["g1"]
    below = site.post(f"web/navigation/getnodebyid({node['Id']})/children", {"Title": "B", "Url": "/sites/demo"})
    state = site.post("navigation/MenuState", {"menuNodeKey": None, "mapProviderName": None, "depth": 10})
    found = next(one for one in state["Nodes"] if one["Key"] == str(node["Id"]))
    assert [one["Title"] for one in found["Nodes"]] == ["B"]
    assert (state["StartingNodeKey"], found["OpenInNewWindow"], found["AudienceIds"]) == ("1025", False, ["g1"])
    found["Nodes"][0]["OpenInNewWindow"] = True
    found["Title"] = "Anders"
    site.post("navigation/SaveMenuState", {"menuState": state})
    again = site.post("navigation/MenuState", {})
    found = next(one for one in again["Nodes"] if one["Key"] == str(node["Id"]))
    assert (found["Title"], found["Nodes"][0]["OpenInNewWindow"]) == ("Anders", True)
    assert site.get(f"web/navigation/getnodebyid({node['Id']})/Title") == {"value": "Anders"}
    assert site.post("navigation/MenuState", {"menuNodeKey": "1002"})["Nodes"] == []
    # Nodes are not made or removed this way here.
    extra = {**found["Nodes"][0], "Key": "999999", "Nodes": []}
    assert site.call("POST", "navigation/SaveMenuState", {"menuState": {"Nodes": [extra]}}).status_code == 501
    gone = {**extra, "Key": str(below["Id"]), "IsDeleted": True}
    assert site.call("POST", "navigation/SaveMenuState", {"menuState": {"Nodes": [gone]}}).status_code == 501
    for wrong in ({"menuState": 1}, {"menuState": {"Nodes": [{"Title": "x"}]}}, {"menuState": {"Nodes": [5]}}):
        assert site.call("POST", "navigation/SaveMenuState", wrong).status_code == 400
    assert site.call("POST", "navigation/MenuState", {"menuNodeKey": "x"}).status_code == 400
    assert site.merge(f"web/navigation/getnodebyid({node['Id']})", {"AudienceIds": [1]}).status_code == 400


@pytest.mark.parametrize("kind", ["Folder", "File"])
def test_what_is_not_there_can_be_asked_for(site: Site, kind: str) -> None:
    path = f"web/Get{kind}ByServerRelativePath(decodedurl='{ROOT}/niets')"
    assert site.get(f"{path}?$select=Exists") == {"Exists": False}
    assert site.get(f"{path}/Exists") == {"value": False}
    assert failure(site.call("GET", path))[0] == 404
    assert failure(site.call("GET", f"{path}?$select=Exists,Name"))[0] == 404
    assert failure(site.call("POST", path, tunnel="DELETE"))[0] == 404
    elsewhere = f"web/Get{kind}ByServerRelativePath(decodedurl='/sites/demo/Nergens/niets')"
    assert site.get(f"{elsewhere}?$select=Exists") == {"Exists": False}
    there = f"web/GetFolderByServerRelativePath(decodedurl='{ROOT}')"
    assert site.get(f"{there}?$select=Exists") == {"Exists": True}


def test_content_types_of_the_site(site: Site) -> None:
    found = site.get("web/ContentTypes?$select=Name,StringId")["value"]
    assert {one["Name"]: one["StringId"] for one in found} == {"Document": "0x0101", "Folder": "0x0120", "Item": "0x01"}
    assert site.get("web/contenttypes('0x01')")["Scope"] == "/sites/demo"
    assert site.call("GET", "web/contenttypes('0x99')").status_code == 404
    listing = f"web/lists(guid'{site.make_list()['Id']}')"
    (own,) = site.get(f"{listing}/ContentTypes?$filter=Name eq 'Item'&$expand=Parent")["value"]
    assert own["Parent"]["StringId"] == "0x01"
    assert site.call("POST", "web/contenttypes", {}).status_code == 501


def test_nothing_is_a_record(sandbox: Sandbox, site: Site) -> None:
    listing = site.make_list()["Id"]
    site.post(f"web/lists(guid'{listing}')/items", {"Title": "x"})
    ids = site.get("site/Id")["value"], site.get("web/Id")["value"]
    name = f"x|740c6a0b-85e2-48a0-a494-e0f1759d4aa7:site:{ids[0]}:web:{ids[1]}:list:{listing}:item:{{}},1"
    action = (
        '<StaticMethod TypeId="{ea8e1356-5910-4e69-bc05-d0c30ed657fc}" Name="IsRecord" Id="1">'
        '<Parameters><Parameter ObjectPathId="14" /></Parameters></StaticMethod>'
    )
    _, results = query(sandbox, action, f'<Identity Id="14" Name="{name.format(1)}" />')
    assert results == {1: False}
    head, _ = query(sandbox, action, f'<Identity Id="14" Name="{name.format(9)}" />')
    assert head["ErrorInfo"]["ErrorCode"] == -2130575338


def test_the_administration_names_an_administrator(sandbox: Sandbox, site: Site) -> None:
    upn = sandbox.ready["users"][2]["upn"]
    method = '<Constructor Id="1" TypeId="{268004ae-ef6b-4e9b-8425-127220d84719}" />' + (
        f'<Method Id="3" ParentId="1" Name="SetSiteAdmin"><Parameters><Parameter Type="String">{sandbox.site}'
        f'</Parameter><Parameter Type="String">{upn}</Parameter><Parameter Type="Boolean">true</Parameter>'
        "</Parameters></Method>"
    )
    head, _ = query(sandbox, QUERY.format(5, 3, "true"), method, at=ADMIN)
    assert head["ErrorInfo"] is None
    admins = site.get("web/siteusers?$filter=IsSiteAdmin eq true&$select=UserPrincipalName")["value"]
    assert upn in [one["UserPrincipalName"] for one in admins]


def test_changes_of_items_that_somebody_may_not_see(site: Site) -> None:
    listing = f"web/lists(guid'{site.make_list()['Id']}')"
    for title in ("open", "besloten", "weg"):
        site.post(f"{listing}/items", {"Title": title})
    site.post(f"{listing}/items(2)/breakroleinheritance(false)")
    site.call("DELETE", f"{listing}/items(3)", If_Match="*")
    query_ = {"query": {"Item": True, "Add": True, "DeleteObject": True}}
    token = f"Bearer {site.sandbox.person_token(2)}"

    def seen(**headers: str) -> list[tuple[int, int]]:
        answer = site.call("POST", f"{listing}/GetChanges", query_, **headers).json()
        return [(one["ItemId"], one["ChangeType"]) for one in answer["value"]]

    assert seen() == [(1, 1), (2, 1), (3, 1), (3, 3)]
    assert seen(Authorization=token) == [(1, 1), (3, 1), (3, 3)]


def test_values_as_html(site: Site) -> None:
    site.make_list()
    site.make_field("Actions", "<Field Type='Note' Name='Rich' DisplayName='Rich' RichText='TRUE'/>")
    site.make_field("Actions", "<Field Type='Note' Name='Plain' DisplayName='Plain'/>")
    items = "web/lists/getbytitle('Actions')/items"
    site.post(items, {"Title": "a < b & c", "Rich": "<b>x</b>", "Plain": "een\ntwee"})
    found = site.get(f"{items}(1)/FieldValuesAsHtml")
    assert (found["Title"], found["Rich"], found["Plain"]) == ("a &lt; b &amp; c", "<b>x</b>", "een<br>twee")
    expanded = site.get(f"{items}?$select=Id,FieldValuesAsHtml&$expand=FieldValuesAsHtml")["value"][0]
    assert expanded["FieldValuesAsHtml"]["Title"] == "a &lt; b &amp; c"
