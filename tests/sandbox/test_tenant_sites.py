"""The administration over REST: the hidden list of all sites, deleted sites, who administers one (§2.7)."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Sandbox
from tests.sandbox.csom_calls import QUERY, query
from tests.sandbox.sharepoint_calls import Site
from tests.sandbox.test_hubs_and_tenant import make_site

ADMIN = "https://lindervoort-admin.sharepoint.com"
LIST = "web/lists/GetByTitle('DO_NOT_DELETE_SPLIST_TENANTADMIN_AGGREGATED_SITECOLLECTIONS')"
TENANT = "Microsoft.Online.SharePoint.TenantAdministration.Tenant"


def admin(sandbox: Sandbox, method: str, path: str, body: Any = None, token: str = "") -> requests.Response:
    headers = {"Accept": "application/json;odata=nometadata"}
    return sandbox.request(
        method, f"{ADMIN}/_api/{path}", json=body, headers=headers, token=token or sandbox.token(ADMIN)
    )


@pytest.fixture
def url(sandbox: Sandbox) -> str:
    """A second site."""
    return make_site(sandbox, "tweede")


def test_the_list_of_all_sites(sandbox: Sandbox, url: str) -> None:
    found = admin(sandbox, "GET", f"{LIST}/items?$filter=SiteUrl eq '{url}'&$select=GroupId,TimeDeleted,SiteId").json()
    identity = sandbox.get(f"{url}/_api/site/Id").json()["value"]
    assert found == {
        "value": [{"GroupId": "00000000-0000-0000-0000-000000000000", "TimeDeleted": None, "SiteId": identity}]
    }
    view = (
        "<View><Query><Where><And><IsNull><FieldRef Name='TimeDeleted'/></IsNull><Or><Eq><FieldRef Name='Title'/>"
        "<Value Type='Text'>tweede</Value></Eq><BeginsWith><FieldRef Name='Title'/><Value Type='Text'>De</Value>"
        "</BeginsWith></Or></And></Where><OrderBy><FieldRef Name='Title' Ascending='FALSE'/></OrderBy></Query>"
        "<ViewFields><FieldRef Name='Title'/><FieldRef Name='SiteId'/></ViewFields></View>"
    )
    streamed = admin(sandbox, "POST", f"{LIST}/RenderListDataAsStream", {"parameters": {"ViewXml": view}}).json()
    assert [row["Title"] for row in streamed["Row"]] == ["Tweede", "Demo"]
    # Ids are written in capitals and braces.
    assert streamed["Row"][0]["SiteId"] == f"{{{identity.upper()}}}"
    assert set(streamed["Row"][0]) == {"Title", "SiteId"}


def test_who_may_not_see_it(sandbox: Sandbox) -> None:
    sandbox.control("POST", "rights", json={"application": {"sharepoint": ["Sites.ReadWrite.All"]}})
    token = sandbox.token(ADMIN, fresh=True)
    sandbox._tokens.clear()
    assert admin(sandbox, "GET", f"{LIST}/items", token=token).status_code == 403
    # On another host there is no such list.
    assert Site(sandbox).call("GET", f"{LIST}/items").status_code == 404


@pytest.mark.parametrize(
    "view", ["<View", 5, "<View><Query><Where><Gt><FieldRef Name='Title'/></Gt></Where></Query></View>"]
)
def test_views_that_are_refused(sandbox: Sandbox, view: Any) -> None:
    answer = admin(sandbox, "POST", f"{LIST}/RenderListDataAsStream", {"parameters": {"ViewXml": view}})
    assert answer.status_code == (501 if "Gt" in str(view) else 400)


def test_a_site_goes_and_comes_back(sandbox: Sandbox, url: str) -> None:
    body = {"siteUrl": url}
    sandbox.post(f"{url}/_api/web/lists", json={"Title": "Blijft", "BaseTemplate": 100})
    assert admin(sandbox, "POST", f"{TENANT}/RemoveSite", body).json()["IsComplete"] is True
    assert sandbox.get(f"{url}/_api/web").status_code == 404
    assert admin(sandbox, "POST", f"{TENANT}/RemoveSite", body).status_code == 404
    deleted = admin(sandbox, "GET", f"{LIST}/items?$filter=SiteUrl eq '{url}'&$select=TimeDeleted").json()["value"]
    assert deleted[0]["TimeDeleted"] is not None
    # Its address is not free.
    request = {
        "Title": "x",
        "Url": url,
        "Lcid": 1043,
        "WebTemplate": "STS#3",
        "Owner": sandbox.ready["users"][0]["upn"],
    }
    manager = f"{sandbox.sharepoint}/_api/SPSiteManager"
    assert sandbox.post(f"{manager}/Create", json={"request": request}).json()["SiteStatus"] == 4
    method = '<Constructor Id="1" TypeId="{268004ae-ef6b-4e9b-8425-127220d84719}" />' + (
        '<Method Id="3" ParentId="1" Name="GetDeletedSitePropertiesFromSharePoint"><Parameters>'
        '<Parameter Type="String">0</Parameter></Parameters></Method>'
    )
    _, results = query(sandbox, QUERY.format(5, 3, "true"), method, at=ADMIN)
    (child,) = results[5]["_Child_Items_"]
    assert (child["Url"], child["Status"], child["DaysRemaining"]) == (url, "Recycled", 92)
    assert admin(sandbox, "POST", "SPO.Tenant/RestoreDeletedSite", body).status_code == 200
    lists = sandbox.get(f"{url}/_api/web/lists?$select=Title").json()["value"]
    assert "Blijft" in [one["Title"] for one in lists]
    assert admin(sandbox, "POST", "SPO.Tenant/RestoreDeletedSite", body).status_code == 404


def test_a_site_goes_for_good(sandbox: Sandbox, url: str) -> None:
    admin(sandbox, "POST", f"{TENANT}/RemoveSite", {"siteUrl": url})
    assert admin(sandbox, "POST", f"{TENANT}/RemoveDeletedSite", {"siteUrl": url}).status_code == 200
    assert admin(sandbox, "POST", f"{TENANT}/RemoveDeletedSite", {"siteUrl": url}).status_code == 404
    assert make_site(sandbox, "tweede") == url
    # The root site stays.
    assert admin(sandbox, "POST", f"{TENANT}/RemoveSite", {"siteUrl": sandbox.sharepoint}).status_code == 500
    assert admin(sandbox, "POST", f"{TENANT}/RemoveSite", {"siteUrl": 5}).status_code == 400


def test_who_administers_a_site(sandbox: Sandbox, url: str) -> None:
    owner, other = (sandbox.ready["users"][number]["upn"] for number in (0, 2))
    shown = admin(sandbox, "POST", "SPO.Tenant/GetSitePropertiesByUrl", {"url": url, "includeDetail": False}).json()
    identity = shown["SiteId"]
    assert (shown["Owner"], shown["OwnerLoginName"]) == (owner, f"i:0#.f|membership|{owner}")

    def administrators() -> set[str]:
        path = f"SPO.Tenant/GetSiteAdministrators?siteId='{identity}'"
        return {one["userPrincipalName"] for one in admin(sandbox, "POST", path).json()["value"]}

    assert administrators() == {owner}
    logins = {"siteId": identity, "secondaryAdministratorLoginNames": [f"i:0#.f|membership|{other}"]}
    body = {"secondaryAdministratorsFieldsData": logins}
    assert admin(sandbox, "POST", "SPOInternalUseOnly.Tenant/SetSiteSecondaryAdministrators", body).status_code == 200
    assert administrators() == {owner, other}
    site = f"SPO.Tenant/sites('{identity}')"
    change = {"Owner": f"i:0#.f|membership|{other}", "SetOwnerWithoutUpdatingSecondaryAdmin": True}
    assert admin(sandbox, "PATCH", site, change).status_code == 204
    assert admin(sandbox, "GET", f"{site}?$select=Url,Owner").json() == {"Url": url, "Owner": other}
    groups = admin(sandbox, "GET", f"SPO.Tenant/sites/GetSiteUserGroups?siteId='{identity}'&userGroupIds=[0]").json()
    assert [one["userPrincipalName"] for one in groups["value"][0]["userGroup"]] == [owner]
    assert admin(sandbox, "GET", "SPO.Tenant/sites('x')").status_code == 404
    assert admin(sandbox, "PATCH", site, {"Title": "x"}).status_code == 400
    assert admin(sandbox, "GET", f"{site}/nothing").status_code == 501
