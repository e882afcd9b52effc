from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.sharepoint import regions, seed
from projectlists.sandbox.sharepoint.schema import zone
from projectlists.sandbox.store import Store
from projectlists.sandbox.tenant import Tenant
from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import VERBOSE, Site, failure


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


def test_the_site_itself(site: Site) -> None:
    found = site.get("Web")
    assert (found["Title"], found["Url"], found["ServerRelativeUrl"]) == ("Demo", site.sandbox.site, "/sites/demo")
    assert (found["WebTemplate"], found["Configuration"], found["Language"]) == ("STS", 3, 1043)
    # sharepoint-rest.md §2.1: Created has no zone and milliseconds, the other moments have a Z.
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", found["Created"])
    assert found["LastItemModifiedDate"].endswith("Z")
    assert re.fullmatch(rf"1;2;{found['Id']};\d{{18}};\d+", found["CurrentChangeToken"]["StringValue"])


def test_settings_of_the_site(site: Site) -> None:
    body = {"Title": "Nieuw", "NoCrawl": True, "__metadata": {"type": "SP.Web"}}
    assert site.merge("Web", body, form=VERBOSE).status_code == 204
    assert site.get("web?$select=Title,NoCrawl") == {"Title": "Nieuw", "NoCrawl": True}
    assert (
        failure(site.merge("web", {"Language": 1033}))[2] == "The property 'Language' is read only and cannot be set."
    )
    assert failure(site.merge("web", {"Nope": 1}))[2].startswith("The property 'Nope' does not exist on type 'SP.Web'.")


def test_regional_settings_follow_the_locale(site: Site) -> None:
    found = site.get("web/RegionalSettings?$expand=TimeZone")
    # Dutch: comma for decimals, so semicolons between arguments; the week starts on Monday; 24 hours.
    assert (found["LocaleId"], found["DecimalSeparator"], found["ListSeparator"]) == (1043, ",", ";")
    assert (found["DateSeparator"], found["FirstDayOfWeek"], found["Time24"]) == ("-", 1, True)
    # sharepoint-rest.md §2.2: minutes, UTC = local + Bias (+ DaylightBias in summer).
    assert found["TimeZone"]["Id"] == 4
    assert found["TimeZone"]["Information"] == {"Bias": -60, "DaylightBias": -60, "StandardBias": 0}
    assert site.get("web?$expand=RegionalSettings/TimeZone,RegionalSettings")["RegionalSettings"]["TimeZone"]["Id"] == 4


def test_changing_the_region(site: Site) -> None:
    body = {"LocaleId": 1033, "WorkDays": 31, "__metadata": {"type": "SP.RegionalSettings"}}
    assert site.merge("web/RegionalSettings", body, form=VERBOSE).status_code == 204
    found = site.get("web/RegionalSettings")
    assert (found["LocaleId"], found["DecimalSeparator"], found["Time24"], found["WorkDays"]) == (1033, ".", False, 31)
    assert site.merge("web/RegionalSettings", {"Time24": True, "FirstDayOfWeek": 1}).status_code == 204
    found = site.get("web/RegionalSettings")
    assert (found["Time24"], found["FirstDayOfWeek"], found["WorkDays"]) == (True, 1, 31)
    # The locale decides how ValidateUpdateListItem reads a date (sharepoint-rest.md §2.2, §6.6): month first now.
    site.make_list()
    site.make_field("Actions", '<Field Type="DateTime" Name="Due" DisplayName="Due" Format="DateOnly"/>')
    values = {"formValues": [{"FieldName": "Due", "FieldValue": "2/23/2027"}]}
    made = site.post("web/lists/getbytitle('Actions')/AddValidateUpdateItemUsingPath()", values)
    assert not any(one["HasException"] for one in made["value"])
    # A new locale brings its own settings.
    assert site.merge("web/RegionalSettings", {"LocaleId": 1043}).status_code == 204
    assert site.get("web/RegionalSettings/WorkDays") == {"value": 62}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"Nope": 1}, "The property 'Nope' does not exist on type 'SP.RegionalSettings'."),
        ({"DecimalSeparator": "."}, "The property 'DecimalSeparator' is read only and cannot be set."),
        ({"TimeZone": {"Id": 2}}, "The property 'TimeZone' is read only and cannot be set."),
        ({"LocaleId": 99}, "Value does not fall within the expected range."),
        ({"FirstDayOfWeek": 7}, "Value does not fall within the expected range."),
        ({"Time24": 1}, "Cannot convert the value of the property 'Time24' to the expected type 'Edm.Boolean'."),
    ],
)
def test_a_region_that_cannot_be(site: Site, body: dict[str, object], text: str) -> None:
    before = site.get("web/RegionalSettings")
    status, _, found = failure(site.merge("web/RegionalSettings", body))
    assert status == 400
    assert found.startswith(text)
    assert site.get("web/RegionalSettings") == before


def test_the_property_bag_cannot_be_written_over_rest(site: Site) -> None:
    assert site.get("web/AllProperties")["vti_x005f_defaultlanguage"] == "nl-NL"
    status, _, text = failure(site.merge("web/AllProperties", {"Own": "x"}))
    assert (status, text) == (405, "The type SP.PropertyValues does not support HTTP MERGE method.")


@pytest.mark.parametrize(
    ("identity", "name", "bias", "daylight"),
    [
        (2, "Europe/London", 0, -60),
        (3, "Europe/Paris", -60, -60),
        (4, "Europe/Amsterdam", -60, -60),
        (13, "America/Los_Angeles", 480, -60),
        (93, "UTC", 0, 0),
    ],
)
def test_time_zones(tmp_path: Path, identity: int, name: str, bias: int, daylight: int) -> None:
    tenant = Tenant("lindervoort", str(uuid.uuid4()), tmp_path, Store(tmp_path / "t.sqlite"), Clock())
    web = seed.create_site(tenant, url="/sites/demo", title="Demo", language=1033, time_zone_id=identity)
    assert zone(web).key == name
    information = regions.time_zone(web).properties["Information"].properties
    assert (information["Bias"], information["DaylightBias"]) == (bias, daylight)


def test_a_site_is_made_once_with_the_same_ids(tmp_path: Path) -> None:
    tenant = Tenant("lindervoort", str(uuid.uuid4()), tmp_path, Store(tmp_path / "t.sqlite"), Clock())
    first = seed.create_site(tenant, url="/sites/demo", title="Demo", language=1043)
    with pytest.raises(ValueError, match="already is a site"):
        seed.create_site(tenant, url="/sites/demo", title="Demo", language=1043)
    seed.clear(tenant.store)
    again = seed.create_site(tenant, url="/sites/demo", title="Demo", language=1043)
    assert (first.id, first.site_id) == (again.id, again.site_id)


def test_languages(site: Site) -> None:
    select = "web?$select=SupportedUILanguageIds"
    site.post("web/AddSupportedUILanguage(lcid=1033)")
    found = site.get(select, form=VERBOSE)["d"]["SupportedUILanguageIds"]
    # sharepoint-rest.md §2.2.
    assert found == {"__metadata": {"type": "Collection(Edm.Int32)"}, "results": [1043, 1033]}
    site.post("web/RemoveSupportedUILanguage(lcid=1033)")
    assert site.get(select) == {"SupportedUILanguageIds": [1043]}
    assert site.call("POST", "web/AddSupportedUILanguage(lcid=99)").status_code == 400


def test_navigation(site: Site) -> None:
    bar = "web/Navigation/QuickLaunch"
    before = [one["Title"] for one in site.get(bar)["value"]]
    body = {"Title": "A", "Url": "http://u", "__metadata": {"type": "SP.NavigationNode"}}
    answer = site.call("POST", bar, body, form=VERBOSE)
    node = answer.json()["d"]
    assert (answer.status_code, node["IsExternal"], node["CurrentLCID"]) == (201, True, 1043)
    child = site.post(f"web/navigation/GetNodeById({node['Id']})/Children", {"Title": "B", "Url": "/sites/demo"})
    assert [one["Id"] for one in site.get(f"web/navigation/getnodebyid({node['Id']})/children")["value"]] == [
        child["Id"]
    ]
    assert site.merge(f"{bar}/GetById({node['Id']})", {"Title": "C"}).status_code == 204
    site.post(f"{bar}/MoveAfter", {"nodeId": node["Id"], "previousNodeId": 0})
    assert [one["Title"] for one in site.get(bar)["value"]] == ["C", *before]
    assert site.call("POST", f"{bar}/GetById({node['Id']})", tunnel="DELETE").status_code == 200
    assert [one["Title"] for one in site.get(bar)["value"]] == before
    assert site.call("GET", f"web/navigation/getnodebyid({child['Id']})").status_code == 404


def test_the_site_of_a_page(site: Site) -> None:
    # sharepoint-rest.md §2.1: asked of the root host.
    root = f"{site.sandbox.sharepoint}/_api/SP.Web.GetWebUrlFromPageUrl"
    page = f"{site.sandbox.site}/Lists/Actions/AllItems.aspx"
    answer = site.sandbox.post(root, json={"pageFullUrl": page})
    assert answer.json() == {"value": site.sandbox.site}


def test_the_site_collection(site: Site) -> None:
    found = site.get("site")
    assert found["Url"] == site.sandbox.site
    assert site.get("site/rootweb?$select=Title") == {"Title": "Demo"}
    assert found["Id"] != site.get("web/Id")["value"]


def create(site: Site, **changes: object) -> dict[str, object]:
    request = {
        "Title": "Plein",
        "Url": f"{site.sandbox.sharepoint}/sites/plein",
        "Lcid": 1043,
        "WebTemplate": "STS#3",
        "Owner": site.sandbox.ready["users"][0]["upn"],
        **changes,
    }
    answer = site.sandbox.post(f"{site.sandbox.sharepoint}/_api/spSiteManager/Create", json={"request": request})
    assert answer.status_code == 200
    return dict(answer.json())


def status(site: Site, url: str) -> dict[str, object]:
    answer = site.sandbox.get(f"{site.sandbox.sharepoint}/_api/spSiteManager/Status?url='{url}'")
    return dict(answer.json())


def test_making_a_site(site: Site) -> None:
    # sharepoint-rest.md §2.5: 0 not found, 2 ready, 3 error, 4 taken; the HTTP status is 200 for all.
    url = f"{site.sandbox.sharepoint}/sites/plein"
    assert status(site, url) == {"SiteId": "", "SiteStatus": 0, "SiteUrl": ""}
    made = create(site)
    assert (made["SiteStatus"], made["SiteUrl"]) == (2, url)
    assert status(site, url) == made
    assert site.sandbox.get(f"{url}/_api/web?$select=Title,Language").json() == {"Title": "Plein", "Language": 1043}
    assert create(site)["SiteStatus"] == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"Owner": ""},
        {"Owner": "nobody@gemeente.example"},
        {"Url": "https://other.sharepoint.com/sites/plein"},
        {"Url": "https://[/sites/plein"},
        {"WebTemplate": "NOPE#1"},
        {"Lcid": [1]},
        {"TimeZoneId": {}},
    ],
)
def test_a_site_that_cannot_be_made(site: Site, changes: dict[str, object]) -> None:
    assert create(site, **changes)["SiteStatus"] == 3
