"""The administration of the tenant through ProcessQuery; shapes as in the tests of the CLI for Microsoft 365."""

from __future__ import annotations

import re
from typing import Any

from tests.sandbox.conftest import Sandbox
from tests.sandbox.csom_calls import QUERY, document, post, query, setting

ADMIN = "https://lindervoort-admin.sharepoint.com"
TENANT = '<Constructor Id="1" TypeId="{268004ae-ef6b-4e9b-8425-127220d84719}" />'


def tenant_query(
    sandbox: Sandbox, method: str, actions: str = "", at: str = ADMIN
) -> tuple[dict[str, Any], dict[int, Any]]:
    return query(sandbox, actions or QUERY.format(5, 3, "true"), f"{TENANT}{method}", at=at)


def test_sites_are_listed(sandbox: Sandbox) -> None:
    given = (
        '<Property Name="Filter" Type="String"></Property>'
        '<Property Name="IncludeDetail" Type="Boolean">false</Property>'
        '<Property Name="StartIndex" Type="String">0</Property><Property Name="Template" Type="String">STS#3</Property>'
    )
    method = (
        '<Method Id="3" ParentId="1" Name="GetSitePropertiesFromSharePointByFilters"><Parameters>'
        f'<Parameter TypeId="{{b92aeee2-c92c-4b67-abcc-024e471bc140}}">{given}</Parameter></Parameters></Method>'
    )
    children = '<ChildItemQuery SelectAllProperties="true"><Properties /></ChildItemQuery>'
    actions = (
        f'<Query Id="5" ObjectPathId="3"><Query SelectAllProperties="true"><Properties /></Query>{children}</Query>'
    )
    head, results = tenant_query(sandbox, method, actions)
    assert head["ErrorInfo"] is None
    found = results[5]
    assert found["_ObjectType_"] == "Microsoft.Online.SharePoint.TenantAdministration.SPOSitePropertiesEnumerable"
    assert (found["NextStartIndex"], found["NextStartIndexFromSharePoint"]) == (-1, None)
    (site,) = found["_Child_Items_"]
    assert (site["Url"], site["Template"], site["Status"], site["Lcid"]) == (sandbox.site, "STS#3", "Active", 1043)
    assert site["_ObjectIdentity_"].endswith(
        f":{sandbox.ready['tenant_id']}\nSiteProperties\nhttps%3a%2f%2flindervoort.sharepoint.com%2fsites%2fdemo"
    )
    # A filter as the CLI passes it on.
    for text, count in (("Url -like 'DEMO'", 1), ("Title -eq 'Nothing'", 0)):
        asked = method.replace('Type="String"></Property>', f'Type="String">{text}</Property>', 1)
        _, results = tenant_query(sandbox, asked, actions)
        assert len(results[5]["_Child_Items_"]) == count
    # A template no site has.
    _, results = tenant_query(sandbox, method.replace("STS#3", "GROUP#0"), actions)
    assert results[5]["_Child_Items_"] == []


BY_URL = (
    '<Method Id="3" ParentId="1" Name="GetSitePropertiesByUrl"><Parameters><Parameter Type="String">{0}</Parameter>'
    '<Parameter Type="Boolean">false</Parameter></Parameters></Method>'
)


def test_a_site_that_is_not_there(sandbox: Sandbox) -> None:
    url = f"{sandbox.sharepoint}/sites/none"
    head, _ = tenant_query(sandbox, BY_URL.format(url))
    error = head["ErrorInfo"]
    assert (error["ErrorMessage"], error["ErrorCode"]) == (f"Cannot get site {url}.", -1)
    assert error["ErrorTypeName"] == "Microsoft.Online.SharePoint.Common.SpoNoSiteException"


def test_a_site_is_made_and_renamed(sandbox: Sandbox) -> None:
    url = f"{sandbox.sharepoint}/sites/made"
    properties = {
        "Lcid": ("UInt32", "1043"),
        "Owner": ("String", "noor.lindeveld@gemeente.example"),
        "Template": ("String", "STS#3"),
        "TimeZoneId": ("Int32", "4"),
        "Title": ("String", "Made"),
        "Url": ("String", url),
        "UserCodeMaximumLevel": ("Double", "0"),
    }
    given = "".join(
        f'<Property Name="{name}" Type="{kind}">{text}</Property>' for name, (kind, text) in properties.items()
    )
    method = (
        '<Method Id="3" ParentId="1" Name="CreateSite"><Parameters>'
        f'<Parameter TypeId="{{11f84fff-b8cf-47b6-8b50-34e692656606}}">{given}</Parameter></Parameters></Method>'
    )
    head, results = tenant_query(sandbox, method)
    assert head["ErrorInfo"] is None
    assert (results[5]["IsComplete"], results[5]["PollingInterval"]) == (True, 15000)
    assert re.search(r"\nSpoOperation\nCreateSite\n\d{18}\nhttps%3a%2f%2f.*made\n0{8}-", results[5]["_ObjectIdentity_"])
    # The operation can be asked after by its identity.
    escaped = results[5]["_ObjectIdentity_"].replace("\n", "&#xA;")
    _, later = query(sandbox, QUERY.format(5, 9, "true"), f'<Identity Id="9" Name="{escaped}" />', at=ADMIN)
    assert later[5]["IsComplete"] is True
    # A second time the address is taken (sharepoint-rest.md §1.8, -2147024713).
    head, _ = tenant_query(sandbox, method)
    assert head["ErrorInfo"]["ErrorCode"] == -2147024713

    _, results = tenant_query(sandbox, BY_URL.format(url))
    identity = results[5]["_ObjectIdentity_"].replace("\n", "&#xA;")
    title = setting(6, 4, "Title", "Renamed")
    paths = f'<Identity Id="4" Name="{identity}" /><Method Id="7" ParentId="4" Name="Update" />'
    head, results = query(sandbox, f'{title}<ObjectPath Id="8" ObjectPathId="7" />', paths, at=ADMIN)
    assert (head["ErrorInfo"], results[8]) == (None, {"IsNull": False})
    assert sandbox.get(f"{url}/_api/web?$select=Title").json()["Title"] == "Renamed"


def test_the_administration_is_on_its_own_host(sandbox: Sandbox) -> None:
    answer = post(sandbox, document(QUERY.format(5, 1, "true"), TENANT))
    assert answer.status_code == 501
