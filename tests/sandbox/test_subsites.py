"""Sites below a site, over plain HTTP (sharepoint-rest.md §2.1, §1.8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import VERBOSE, Site, failure

SUB = {"Title": "Deelproject", "Url": "deel", "Description": "d", "Language": 1043, "WebTemplate": "STS#0"}


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


def below(site: Site, path: str = "", method: str = "GET", **arguments: Any) -> Any:
    """A request to the sub-site."""
    headers = {"Accept": "application/json;odata=nometadata", **arguments.pop("headers", {})}
    address = f"{site.sandbox.site}/deel/_api/{path}"
    return site.sandbox.request(method, address, headers=headers, **arguments)


def test_a_sub_site(site: Site) -> None:
    # As the client sends it, in the verbose format.
    wanted = {**SUB, "UseSamePermissionsAsParentSite": True, "__metadata": {"type": "SP.WebCreationInformation"}}
    made = site.post("web/webs/add", {"parameters": wanted}, form=VERBOSE)["d"]
    assert (made["Title"], made["ServerRelativeUrl"], made["Configuration"]) == ("Deelproject", "/sites/demo/deel", 0)
    assert [one["Title"] for one in site.get("web/webs?$select=Title")["value"]] == ["Deelproject"]
    assert [one["Id"] for one in site.get("web/webinfos")["value"]] == [made["Id"]]
    assert site.get("web/getsubwebsfilteredforcurrentuser(nWebTemplateFilter=-1)")["value"][0]["Title"] == "Deelproject"
    shown = below(site, "web?$select=Title,Url,HasUniqueRoleAssignments").json()
    assert shown == {"Title": "Deelproject", "Url": f"{site.sandbox.site}/deel", "HasUniqueRoleAssignments": False}
    assert below(site, "web/ParentWeb/").json()["Title"] == "Demo"
    # The site collection is that of the site above.
    assert below(site, "site/Url").json() == {"value": site.sandbox.site}
    context = below(site, "contextinfo", "POST").json()
    assert (context["SiteFullUrl"], context["WebFullUrl"]) == (site.sandbox.site, f"{site.sandbox.site}/deel")
    assert site.get("web/siteusers?$select=Id") == below(site, "web/siteusers?$select=Id").json()


def test_its_lists_are_its_own(site: Site) -> None:
    site.post("web/webinfos/add", {"parameters": {**SUB, "Language": "1043"}})
    site.make_list("Acties")
    made = below(site, "web/lists", "POST", json={"Title": "Acties", "BaseTemplate": 100}).json()
    assert below(site, "web/lists/getbytitle('Acties')/RootFolder/ServerRelativeUrl").json() == {
        "value": "/sites/demo/deel/Lists/Acties"
    }
    below(site, f"web/lists(guid'{made['Id']}')/items", "POST", json={"Title": "onder"})
    assert site.get("web/lists/getbytitle('Acties')/ItemCount") == {"value": 0}
    assert site.call("GET", f"web/lists(guid'{made['Id']}')").status_code == 404
    page = f"{site.sandbox.site}/deel/Lists/Acties/AllItems.aspx"
    found = site.post("SP.Web.GetWebUrlFromPageUrl", {"pageFullUrl": page})
    assert found == {"value": f"{site.sandbox.site}/deel"}
    # The list of all site collections has no sub-sites.
    sandbox = site.sandbox
    tenant = f"{sandbox.sharepoint.replace('.', '-admin.', 1)}/_api/Microsoft.Online.SharePoint.TenantAdministration"
    token = sandbox.token(sandbox.sharepoint.replace(".", "-admin.", 1))
    sites = sandbox.post(
        f"{tenant}.Tenant/getSitePropertiesFromSharePointByFilters", json={"speFilter": {"Filter": ""}}, token=token
    )
    assert [one["Title"] for one in sites.json()["value"]] == ["Lindervoort", "Demo"]


def test_permissions_come_from_above_until_they_are_its_own(site: Site) -> None:
    site.post("web/webs/add", {"parameters": SUB})
    token = site.sandbox.person_token(2)
    assert below(site, "web/Title", token=token).json() == {"value": "Deelproject"}
    assert below(site, "web/roleassignments?$select=PrincipalId").json()["value"] == [
        {"PrincipalId": 3},
        {"PrincipalId": 4},
        {"PrincipalId": 5},
    ]
    path = "web/roleassignments/addroleassignment(principalid=4,roledefid=1073741827)"
    assert below(site, path, "POST").json()["odata.error"]["code"].startswith("-2146233079")
    assert below(site, "web/breakroleinheritance(copyRoleAssignments=false)", "POST").status_code == 200
    assert below(site, "web/HasUniqueRoleAssignments").json() == {"value": True}
    assert below(site, "web/Title", token=token).status_code == 403
    headers = {"Authorization": f"Bearer {token}"}
    assert site.call("GET", "web/webs", **headers).json() == {"value": []}
    assert below(site, "web/resetroleinheritance", "POST").status_code == 200
    assert below(site, "web/Title", token=token).status_code == 200
    # The root of the site collection has nobody to inherit from.
    assert failure(site.call("POST", "web/breakroleinheritance(true)"))[0] == 500


def test_one_with_permissions_of_its_own(site: Site) -> None:
    site.post("web/webinfos/add", {"parameters": {**SUB, "UseUniquePermissions": True}})
    assert below(site, "web/roleassignments").json() == {"value": []}
    assert below(site, "web/Title", token=site.sandbox.person_token(2)).status_code == 403


def test_what_is_refused(site: Site) -> None:
    site.post("web/webs/add", {"parameters": SUB})
    assert failure(site.call("POST", "web/webs/add", {"parameters": {**SUB, "Url": "DEEL"}})) == (
        500,
        "-2147024713, Microsoft.SharePoint.SPException",
        'The Web site address "/sites/demo/DEEL" is already in use.',
    )
    for wrong in ({"Url": "a/b"}, {"Url": ""}, {"Title": None}, {"Language": 1}, {"Language": "x"}, {"Nope": 1}):
        assert failure(site.call("POST", "web/webs/add", {"parameters": {**SUB, "Url": "x", **wrong}}))[0] == 400
    assert (
        failure(site.call("POST", "web/webs/add", {"parameters": {**SUB, "Url": "x", "WebTemplate": "BLOG#0"}}))[0]
        == 501
    )
    assert failure(site.call("DELETE", "web"))[0] == 500
    below(site, "web/webs/add", "POST", json={"parameters": {**SUB, "Url": "dieper"}})
    assert below(site, "web", "DELETE").status_code == 500
    assert site.sandbox.request("DELETE", f"{site.sandbox.site}/deel/dieper/_api/web").status_code == 200
    assert below(site, "web", "DELETE").status_code == 200
    assert below(site, "web").status_code == 404
    assert site.get("web/webs") == {"value": []}
