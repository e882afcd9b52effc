"""Permission levels of a site's own, over plain HTTP (sharepoint-rest.md §8)."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import Site, failure

NOOR = "i:0#.f|membership|noor.lindeveld@gemeente.example"
# View items and open them, nothing else: bits of SP.BasePermissions.
VIEWER = {"Name": "Meekijken", "Description": "Alleen kijken", "BasePermissions": {"High": "176", "Low": "138612801"}}


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


def test_a_level_of_its_own(site: Site) -> None:
    made = site.post("web/roledefinitions", VIEWER)
    assert {name: made[name] for name in VIEWER} == VIEWER
    assert (made["RoleTypeKind"], made["Hidden"]) == (0, False)
    path = f"web/roledefinitions({made['Id']})"
    assert site.merge(path, {"Description": "Kijken"}).status_code == 204
    assert site.get("web/roledefinitions/getbyname('meekijken')?$select=Id,Description") == {
        "Id": made["Id"],
        "Description": "Kijken",
    }
    person = site.post("web/ensureuser", {"logonName": NOOR})["Id"]
    listing = f"web/lists(guid'{site.make_list()['Id']}')"
    site.post(f"{listing}/breakroleinheritance(false)")
    site.post(f"{listing}/roleassignments/addroleassignment(principalid={person},roledefid={made['Id']})")
    (assignment,) = site.get(f"{listing}/roleassignments?$expand=RoleDefinitionBindings")["value"]
    assert [one["Name"] for one in assignment["RoleDefinitionBindings"]] == ["Meekijken"]
    held = site.post(f"{listing}/GetUserEffectivePermissions", {"userName": NOOR})
    assert {half: held[half] for half in ("High", "Low")} == VIEWER["BasePermissions"]
    assert site.call("POST", path, tunnel="DELETE", IF_MATCH="*").status_code == 200
    assert len(site.get("web/roledefinitions")["value"]) == 6
    assert site.get(f"{listing}/roleassignments") == {"value": []}


def test_levels_that_are_refused(site: Site) -> None:
    site.post("web/roledefinitions", VIEWER)
    # sharepoint-rest.md §1.8: the limit of groups and roles.
    assert failure(site.call("POST", "web/roledefinitions", {"Name": "Lang", "Description": "x" * 513})) == (
        500,
        "-2146232832, Microsoft.SharePoint.SPException",
        "The parameter Description cannot be (null or) bigger than 512 characters.",
    )
    assert failure(site.call("POST", "web/roledefinitions", VIEWER))[0] == 500
    assert failure(site.call("POST", "web/roledefinitions", {"Name": "Lezen"}))[0] == 500
    assert failure(site.call("POST", "web/roledefinitions", {"Name": "x", "Nope": 1}))[0] == 400
    for wrong in ({"High": "-1", "Low": "1"}, {"Low": "1"}, {"High": "1", "Low": "4294967296"}, 5):
        assert failure(site.call("POST", "web/roledefinitions", {"Name": "x", "BasePermissions": wrong}))[0] == 400
    # What every site has stays as it is.
    built_in = "web/roledefinitions(1073741826)"
    assert failure(site.merge(built_in, {"Description": "x"}))[0] == 500
    assert failure(site.call("POST", built_in, tunnel="DELETE"))[0] == 500
    assert failure(site.call("GET", "web/roledefinitions(1)")) == (
        404,
        "-2147024809, System.ArgumentException",
        "Can not find the Permission Level: 1",
    )
