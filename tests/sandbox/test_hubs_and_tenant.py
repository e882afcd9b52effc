"""Hub sites and the list of all sites, over plain HTTP (sharepoint-rest.md §2.6, §2.7)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import VERBOSE, Site, failure

NONE = "00000000-0000-0000-0000-000000000000"
TENANT = "_api/Microsoft.Online.SharePoint.TenantAdministration.Tenant"


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


def make_site(sandbox: Sandbox, name: str) -> str:
    url = f"{sandbox.sharepoint}/sites/{name}"
    owner = sandbox.ready["users"][0]["upn"]
    request = {"Title": name.capitalize(), "Url": url, "Lcid": 1043, "WebTemplate": "STS#3", "Owner": owner}
    made = sandbox.post(f"{sandbox.sharepoint}/_api/SPSiteManager/Create", json={"request": request})
    assert made.json()["SiteStatus"] == 2
    return url


def test_a_hub_is_made_joined_and_left(sandbox: Sandbox, site: Site) -> None:
    assert site.get("hubSites") == {"value": []}
    made = site.post("Site/RegisterHubSite")
    assert (made["Title"], made["SiteUrl"], made["ID"]) == ("Demo", sandbox.site, site.get("site/Id")["value"])
    assert [one["ID"] for one in site.get("hubSites")["value"]] == [made["ID"]]
    assert site.get(f"hubSites/GetById('{made['ID']}')")["Title"] == "Demo"
    assert site.get("site?$select=IsHubSite,HubSiteId") == {"IsHubSite": True, "HubSiteId": made["ID"]}
    other = make_site(sandbox, "plein")
    # The documented form, then the one a client sends.
    joined = sandbox.post(f"{other}/_api/Site/JoinHubSite('{made['ID']}')")
    assert joined.status_code == 204
    assert sandbox.get(f"{other}/_api/site?$select=IsHubSite,HubSiteId").json() == {
        "IsHubSite": False,
        "HubSiteId": made["ID"],
    }
    shown = json.loads(sandbox.get(f"{other}/_api/web/HubSiteData(false)").json()["value"])
    assert (shown["name"], shown["url"]) == ("Demo", sandbox.site)
    body = {"hubSiteId": NONE}
    assert sandbox.post(f"{other}/_api/Site/JoinHubSite", json=body).status_code == 204
    assert sandbox.get(f"{other}/_api/site/HubSiteId").json() == {"value": NONE}
    assert sandbox.get(f"{other}/_api/web/HubSiteData(false)").json() == {"odata.null": True}


def test_a_hub_that_goes_lets_its_sites_go(sandbox: Sandbox, site: Site) -> None:
    hub = site.post("Site/RegisterHubSite")
    other = make_site(sandbox, "plein")
    sandbox.post(f"{other}/_api/Site/JoinHubSite('{hub['ID']}')")
    assert site.call("POST", "Site/RegisterHubSite").status_code == 500
    site.post("Site/UnRegisterHubSite")
    assert site.get("hubSites") == {"value": []}
    assert sandbox.get(f"{other}/_api/site/HubSiteId").json() == {"value": NONE}


def test_what_is_set_of_a_hub(site: Site) -> None:
    hub = site.post("Site/RegisterHubSite")
    path = f"hubSites/GetById('{hub['ID']}')"
    body = {"Title": "Stad", "Description": "Alle projecten", "__metadata": {"type": "SP.HubSite"}}
    assert site.merge(path, body, form=VERBOSE).status_code == 204
    assert site.get(f"{path}?$select=Title,Description") == {"Title": "Stad", "Description": "Alle projecten"}
    assert failure(site.merge(path, {"Nope": 1}))[0] == 400
    assert failure(site.merge(path, {"Title": 1}))[0] == 400


def test_an_unknown_hub(site: Site) -> None:
    # sharepoint-rest.md §1.8.
    identity = "11111111-0000-0000-0000-000000000000"
    expected = (
        404,
        "-1, Microsoft.SharePoint.Client.ResourceNotFoundException",
        f"The specified hub site with id {identity} does not exist",
    )
    assert failure(site.call("GET", f"hubSites/GetById('{identity}')")) == expected
    assert failure(site.call("POST", f"Site/JoinHubSite('{identity}')")) == expected


class Administration:
    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.host = sandbox.sharepoint.replace(".sharepoint.com", "-admin.sharepoint.com")

    def call(self, method: str, body: Any, host: str = "", accept: str = "application/json;odata=nometadata") -> Any:
        host = host or self.host
        headers = {"Accept": accept, "Content-Type": "application/json"}
        url = f"{host}/{TENANT}/{method}"
        return self.sandbox.request("POST", url, token=self.sandbox.token(host), headers=headers, json=body)


def test_all_sites_of_the_tenant(sandbox: Sandbox) -> None:
    made = make_site(sandbox, "plein")
    admin = Administration(sandbox)
    # The body of client 3.3.0.
    body = {"speFilter": {"Filter": "", "IncludeDetail": False, "StartIndex": "", "Template": ""}}
    found = admin.call("getSitePropertiesFromSharePointByFilters", body).json()
    assert [one["Url"] for one in found["value"]] == [sandbox.sharepoint, sandbox.site, made]
    assert found["NextStartIndexFromSharePoint"] is None
    (one,) = admin.call(
        "getSitePropertiesFromSharePointByFilters", {"speFilter": {"Filter": "Url -like '/sites/PL'"}}
    ).json()["value"]
    assert (one["Title"], one["Template"], one["Lcid"], one["Status"]) == ("Plein", "STS#3", 1043, "Active")
    assert admin.call("getSitePropertiesByUrl", {"url": made, "includeDetail": True}).json()["Title"] == "Plein"
    verbose = admin.call("getSitePropertiesFromSharePointByFilters", {"speFilter": {"Filter": ""}}, accept=VERBOSE)
    assert len(verbose.json()["d"]["results"]) == 3


def test_what_the_administration_refuses(sandbox: Sandbox) -> None:
    admin = Administration(sandbox)
    missing = admin.call("getSitePropertiesByUrl", {"url": f"{sandbox.sharepoint}/sites/no", "includeDetail": False})
    assert missing.status_code == 404
    odd = {"speFilter": {"Filter": "StorageUsage -gt 5"}}
    assert admin.call("getSitePropertiesFromSharePointByFilters", odd).status_code == 501
    assert admin.call("getSitePropertiesFromSharePointByFilters", {"speFilter": {"X": 1}}).status_code == 400
    # Only its own host answers.
    assert admin.call("getSitePropertiesByUrl", {"url": sandbox.site}, host=sandbox.sharepoint).status_code == 501
    sandbox.control("POST", "rights", json={"application": {"sharepoint": ["Sites.Manage.All"]}})
    sandbox._tokens.clear()
    assert admin.call("getSitePropertiesByUrl", {"url": sandbox.site}).status_code == 403


def test_a_site_is_deleted(sandbox: Sandbox) -> None:
    # sharepoint-rest.md §2.5.
    url = make_site(sandbox, "weg")
    identity = sandbox.get(f"{url}/_api/site/Id").json()["value"]
    listing = sandbox.post(f"{url}/_api/web/lists", json={"Title": "L", "BaseTemplate": 100}).json()["Id"]
    sandbox.post(f"{url}/_api/web/lists(guid'{listing}')/breakroleinheritance(true)")
    manager = f"{sandbox.sharepoint}/_api/SPSiteManager"
    assert sandbox.post(f"{manager}/Delete", json={"siteId": identity}).status_code == 200
    assert sandbox.get(f"{url}/_api/web").status_code == 404
    assert sandbox.get(f"{manager}/Status?url='{url}'").json() == {"SiteId": "", "SiteStatus": 0, "SiteUrl": ""}
    assert sandbox.post(f"{manager}/Delete", json={"siteId": identity}).status_code == 400
    assert sandbox.get(f"{sandbox.site}/_api/web").status_code == 200
    # The address is free again, and nothing of the old site is on the new one.
    make_site(sandbox, "weg")
    assert [one["Title"] for one in sandbox.get(f"{url}/_api/web/lists?$select=Title").json()["value"]] == [
        "Documents",
        "Site Pages",
    ]


def group_request(alias: str) -> dict[str, Any]:
    return {
        "displayName": "Ploeg",
        "alias": alias,
        "isPublic": True,
        "optionalParams": {"Description": "", "Classification": "", "CreationOptions": ["SPSiteLanguage:1043"]},
    }


def test_a_team_site_with_its_group(sandbox: Sandbox) -> None:
    # sharepoint-rest.md §2.5: failures come as 200 with a text; an app on its own cannot make one.
    url = f"{sandbox.sharepoint}/_api/GroupSiteManager/CreateGroupEx"
    assert sandbox.post(url, json=group_request("ploeg")).status_code == 403
    public = sandbox.control("GET", "").json()["public_client_id"]
    sandbox.control("POST", "rights", json={"app_id": public, "delegated": {"sharepoint": ["AllSites.FullControl"]}})
    token = sandbox.person_token(0, f"{sandbox.sharepoint}/AllSites.FullControl")
    sandbox.control("POST", "limits", json={"site_creation_seconds": 600})
    made = sandbox.post(url, json=group_request("ploeg"), token=token).json()
    assert (made["SiteStatus"], made["SiteUrl"], made["ErrorMessage"]) == (1, None, None)
    status = f"{sandbox.sharepoint}/_api/GroupSiteManager/GetSiteStatus('{made['GroupId']}')"
    assert sandbox.get(status, token=token).json()["SiteStatus"] == 1
    again = sandbox.post(url, json=group_request("PLOEG"), token=token).json()
    assert (again["ErrorMessage"], again["GroupId"]) == ("The group alias already exists.", None)
    other = sandbox.post(url, json=group_request("tweede"), token=token).json()
    sandbox.control("POST", "limits", json={"site_creation_seconds": 0})
    now = sandbox.post(url, json=group_request("derde"), token=token).json()
    assert (now["SiteStatus"], now["SiteUrl"]) == (2, f"{sandbox.sharepoint}/sites/derde")
    assert now["DocumentsUrl"] == f"{sandbox.sharepoint}/sites/derde/Shared Documents"
    site = sandbox.get(f"{sandbox.sharepoint}/sites/derde/_api/site/GroupId", token=token).json()["value"]
    assert site == now["GroupId"] != other["GroupId"]
    web = sandbox.get(f"{sandbox.sharepoint}/sites/derde/_api/web?$select=Title,WebTemplate,Language", token=token)
    assert web.json() == {"Title": "Ploeg", "WebTemplate": "GROUP", "Language": 1043}
    assert sandbox.post(url, json={"alias": "x"}, token=token).status_code == 400
