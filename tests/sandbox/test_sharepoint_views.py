from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectlists.sandbox.sharepoint import viewxml
from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import LIGHT, VERBOSE, Site, failure, status_of

VIEWS = "web/lists/getbytitle('Actions')/views"
QUERY = (
    '<OrderBy><FieldRef Name="ID" /></OrderBy>'
    '<Where><Eq><FieldRef Name="ID" /><Value Type="Counter">1</Value></Eq></Where>'
)


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    opened = Site(sandbox)
    opened.make_list("Actions")
    opened.make_field("Actions", '<Field Type="Text" Name="Place" DisplayName="Plaats"/>')
    return opened


def add(site: Site, **information: Any) -> dict[str, Any]:
    return dict(site.post(f"{VIEWS}/add", {"parameters": {"Title": "Open", **information}}))


def test_the_first_view_is_named_in_the_language_of_the_site(site: Site) -> None:
    (view,) = site.get(VIEWS)["value"]
    assert (view["Title"], view["DefaultView"]) == ("Alle items", True)
    assert view["ServerRelativeUrl"] == "/sites/demo/Lists/Actions/AllItems.aspx"
    library = site.get("web/lists/getbytitle('Documents')/DefaultView")
    assert library["ServerRelativeUrl"] == "/sites/demo/Shared Documents/Forms/AllItems.aspx"


def test_add_as_the_client_sends_it(site: Site) -> None:
    # sharepoint-rest.md §5.
    information = {
        "Title": "Open",
        "ViewTypeKind": 1,
        "ViewFields": {"results": ["LinkTitle", "Place"], "__metadata": {"type": "Collection(Edm.String)"}},
        "RowLimit": 50,
        "Query": QUERY,
        "Paged": True,
        "__metadata": {"type": "SP.ViewCreationInformation"},
    }
    made = site.post(f"{VIEWS}/Add", {"parameters": information}, form=VERBOSE)["d"]
    assert made["__metadata"]["type"] == "SP.View"
    assert (made["RowLimit"], made["ViewQuery"], made["ViewType"], made["DefaultView"]) == (50, QUERY, "HTML", False)
    assert made["ServerRelativeUrl"] == "/sites/demo/Lists/Actions/Open.aspx"
    assert "ViewFields" not in site.get(f"{VIEWS}/getbytitle('Open')")
    expanded = site.get(f"{VIEWS}(guid'{made['Id']}')?$expand=ViewFields")
    assert expanded["ViewFields"]["Items"] == ["LinkTitle", "Place"]
    assert site.get(f"web/lists/getbytitle('Actions')/getView('{made['Id']}')")["Title"] == "Open"


def test_a_whole_view_given_as_query_is_unpacked(site: Site) -> None:
    # sharepoint-rest.md §5: accepted by the service.
    assert add(site, Query=f"<View><Query>{QUERY}</Query></View>")["ViewQuery"] == QUERY
    assert add(site, Title="B", Query=f"<Query>{QUERY}</Query>")["ViewQuery"] == QUERY


def test_pages_are_named_once(site: Site) -> None:
    first = add(site, Title="Deze week / nu")
    site.merge(f"{VIEWS}(guid'{first['Id']}')", {"Title": "Anders"})
    second = add(site, Title="Deze week / nu")
    found = {view["Title"]: view["ServerRelativeUrl"] for view in site.get(VIEWS)["value"]}
    # sharepoint-rest.md §5: renaming keeps the page.
    assert found["Anders"] == "/sites/demo/Lists/Actions/Deze week  nu.aspx"
    assert second["ServerRelativeUrl"] == "/sites/demo/Lists/Actions/Deze week  nu1.aspx"


def test_post_of_a_view_entity(site: Site) -> None:
    body = {"Title": "Open", "RowLimit": 10, "__metadata": {"type": "SP.View"}}
    answer = site.call("POST", VIEWS, body, form=VERBOSE)
    assert (answer.status_code, answer.json()["d"]["RowLimit"]) == (201, 10)


def test_changing_a_view(site: Site) -> None:
    made = add(site, ViewType2="KANBAN", ViewData='<FieldRef Name="Place" Type="KanbanPivotColumn" />')
    assert made["ViewType2"] == "KANBAN"
    path = f"{VIEWS}/getbytitle('Open')"
    changes = {"CustomFormatter": '{"a":1}', "RowLimit": 12, "ViewQuery": "", "DefaultView": True}
    assert site.merge(path, {**changes, "__metadata": {"type": "SP.View"}}, form=VERBOSE).status_code == 204
    found = site.get("web/lists/getbytitle('Actions')/defaultView")
    assert {name: found[name] for name in changes} == changes
    assert [view["DefaultView"] for view in site.get(VIEWS)["value"]] == [False, True]
    # A default view stays so until another one takes its place.
    assert site.merge(path, {"DefaultView": False}).status_code == 204
    assert site.get(f"{path}/DefaultView") == {"value": True}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Nope": 1}, 400),
        ({"ServerRelativeUrl": "/x"}, 400),
        ({"RowLimit": "many"}, 400),
        ({"ViewType2": "NOPE"}, 400),
        ({"ViewQuery": "<Where>"}, 500),
        ({"Title": ""}, 400),
    ],
)
def test_changes_that_are_refused(site: Site, changes: dict[str, Any], status: int) -> None:
    add(site)
    assert site.merge(f"{VIEWS}/getbytitle('Open')", changes).status_code == status


def test_creations_that_are_refused(site: Site) -> None:
    unknown = site.call("POST", f"{VIEWS}/add", {"parameters": {"Title": "X", "ViewFields": ["Nope"]}})
    assert failure(unknown)[1] == "-2147024809, System.ArgumentException"
    extra = site.call("POST", f"{VIEWS}/add", {"parameters": {"Title": "X", "Nope": 1}})
    assert failure(extra)[2].startswith("The property 'Nope' does not exist on type 'SP.ViewCreationInformation'.")
    for wrong in ({"Title": ""}, {"Title": "X", "ViewTypeKind": []}, {"Title": "X", "ViewFields": 5}):
        assert site.call("POST", f"{VIEWS}/add", {"parameters": wrong}).status_code == 400


def test_columns_of_a_view(site: Site) -> None:
    add(site, ViewFields=["LinkTitle"])
    path = f"{VIEWS}/getbytitle('Open')/ViewFields"
    site.post(f"{path}/AddViewField('Place')", form=VERBOSE)
    site.post(f"{path}/AddViewField", {"strField": "Editor"})
    site.post(f"{path}/MoveViewFieldTo", {"field": "Editor", "index": 0})
    assert site.get(path) == {
        "Items": ["Editor", "LinkTitle", "Place"],
        "SchemaXml": '<FieldRef Name="Editor" /><FieldRef Name="LinkTitle" /><FieldRef Name="Place" />',
    }
    site.post(f"{path}/RemoveViewField('LinkTitle')")
    assert site.get(f"{path}/Items") == {"value": ["Editor", "Place"]}
    assert failure(site.call("POST", f"{path}/AddViewField('Nope')"))[0] == 400
    site.post(f"{path}/RemoveAllViewFields")
    assert site.get(path)["Items"] == []


def test_the_xml_is_the_view(site: Site) -> None:
    add(site, ViewFields=["LinkTitle"], Query=QUERY, RowLimit=7)
    path = f"{VIEWS}/getbytitle('Open')"
    xml = site.get(path)["ListViewXml"]
    for part in (f"<Query>{QUERY}</Query>", '<FieldRef Name="LinkTitle" />', '<RowLimit Paged="TRUE">7</RowLimit>'):
        assert part in xml
    changed = xml.replace(QUERY, "").replace("LinkTitle", "Place").replace(">7<", ">8<")
    site.post(f"{path}/SetViewXml", {"viewXml": changed})
    found = site.get(f"{path}?$select=RowLimit,ViewQuery,Title,ViewFields&$expand=ViewFields")
    assert (found["RowLimit"], found["ViewQuery"], found["Title"]) == (8, "", "Open")
    assert found["ViewFields"]["Items"] == ["Place"]


@pytest.mark.parametrize("form", [LIGHT, VERBOSE])
def test_a_missing_view_by_title_is_an_empty_200(site: Site, form: str) -> None:
    # sharepoint-rest.md §1.8 and §5: clients create the view when they see this.
    answer = site.call("GET", f"{VIEWS}/GetByTitle('Nope')", form=form)
    assert (answer.status_code, answer.content) == (200, b"")
    assert "Content-Type" not in answer.headers


def test_a_missing_view_by_id(site: Site) -> None:
    answer = site.call("GET", f"{VIEWS}(guid'3b2d0bdc-1d3c-4f3c-8d5a-0f6f5f1e2a11')")
    assert failure(answer) == (404, "-2147024809, System.ArgumentException", "The specified view is invalid.")


def test_deleting(site: Site) -> None:
    add(site)
    assert site.call("POST", f"{VIEWS}/getbytitle('Open')", tunnel="DELETE", IF_MATCH="*").status_code == 200
    assert [view["Title"] for view in site.get(VIEWS)["value"]] == ["Alle items"]
    assert site.call("DELETE", f"{VIEWS}/getbytitle('Alle%20items')").status_code == 500


@given(st.text())
def test_any_query_is_read_or_refused(query: str) -> None:
    assert status_of(lambda: viewxml.check_query(viewxml.inside_query(query))) in {200, 500}
