"""Property bags: read over REST and ProcessQuery, written over ProcessQuery alone."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.csom_calls import WEB, document, post, query
from tests.sandbox.sharepoint_calls import Site

NAMES = '<Property Name="{}" SelectAll="true"><Query SelectAllProperties="false"><Properties /></Query></Property>'
ASK = '<Query Id="9" ObjectPathId="{}"><Query SelectAllProperties="false"><Properties>{}</Properties></Query></Query>'
FOLDER = (
    '<Method Id="7" ParentId="5" Name="GetFolderByServerRelativeUrl"><Parameters>'
    f'<Parameter Type="String">/sites/demo/Lists/Actions</Parameter></Parameters></Method>{WEB}'
)


def put(holder: int, bag: str, name: str, value: str | None) -> tuple[str, str]:
    """The actions that put a value into a bag, and the path of the bag."""
    given = '<Parameter Type="Null" />' if value is None else f'<Parameter Type="String">{value}</Parameter>'
    parameters = f'<Parameters><Parameter Type="String">{name}</Parameter>{given}</Parameters>'
    setting = f'<Method Name="SetFieldValue" Id="20" ObjectPathId="21">{parameters}</Method>'
    update = f'<Method Name="Update" Id="22" ObjectPathId="{holder}" />'
    return setting + update, f'<Property Id="21" ParentId="{holder}" Name="{bag}" />'


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    found = Site(sandbox)
    found.make_list()
    return found


def test_the_bag_of_a_site(sandbox: Sandbox, site: Site) -> None:
    actions, path = put(5, "AllProperties", "project fase", "uitvoering")
    head, _ = query(sandbox, actions, path + WEB)
    assert head["ErrorInfo"] is None
    # Names are encoded over REST as those of columns are.
    assert site.get("web/AllProperties")["project_x0020_fase"] == "uitvoering"
    expanded = site.get("web?$select=Title,AllProperties&$expand=AllProperties")["AllProperties"]
    assert expanded["vti_x005f_defaultlanguage"] == "nl-NL"
    asked = NAMES.format("AllProperties") + '<Property Name="ServerRelativeUrl" ScalarProperty="true" />'
    _, results = query(sandbox, ASK.format(5, asked), WEB)
    assert results[9]["ServerRelativeUrl"] == "/sites/demo"
    assert results[9]["AllProperties"]["_ObjectType_"] == "SP.PropertyValues"
    assert results[9]["AllProperties"]["project fase"] == "uitvoering"
    actions, path = put(5, "AllProperties", "project fase", None)
    query(sandbox, actions, path + WEB)
    assert "project_x0020_fase" not in site.get("web/AllProperties")


def test_the_bag_of_a_folder(sandbox: Sandbox, site: Site) -> None:
    _, results = query(sandbox, '<ObjectIdentityQuery Id="8" ObjectPathId="7" />', FOLDER)
    identity = results[8]["_ObjectIdentity_"]
    actions, path = put(7, "Properties", "k", "v")
    head, _ = query(sandbox, actions, f'{path}<Identity Id="7" Name="{identity}" />')
    assert head["ErrorInfo"] is None
    _, results = query(sandbox, ASK.format(7, NAMES.format("Properties")), FOLDER)
    assert results[9]["Properties"] == {"_ObjectType_": "SP.PropertyValues", "k": "v"}
    assert site.get("web/lists/getbytitle('Actions')/RootFolder/Properties") == {"k": "v"}
    # The bag of the site is another one.
    assert "k" not in site.get("web/AllProperties")


def test_who_may_not(sandbox: Sandbox, site: Site) -> None:
    actions, path = put(5, "AllProperties", "k", "v")
    answer = post(sandbox, document(actions, path + WEB), token=sandbox.person_token(2))
    assert answer.json()[0]["ErrorInfo"]["ErrorTypeName"] == "System.UnauthorizedAccessException"
    assert "k" not in site.get("web/AllProperties")


def test_a_bag_goes_with_its_site(sandbox: Sandbox) -> None:
    site = Site(sandbox)
    sub = {"Title": "Deel", "Url": "deel"}
    for _ in range(2):
        site.post("web/webs/add", {"parameters": sub})
        assert "k" not in sandbox.get(f"{sandbox.site}/deel/_api/web/AllProperties").json()
        actions, path = put(5, "AllProperties", "k", "v")
        head, _ = query(sandbox, actions, path + WEB, at=f"{sandbox.site}/deel")
        assert head["ErrorInfo"] is None
        assert sandbox.get(f"{sandbox.site}/deel/_api/web/AllProperties").json()["k"] == "v"
        assert sandbox.request("DELETE", f"{sandbox.site}/deel/_api/web").status_code == 200
