from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.sharepoint_calls import VERBOSE, Site, failure

LIST = "web/lists/getbytitle('Actions')"


NOOR = "i:0#.f|membership|noor.lindeveld@gemeente.example"


@pytest.fixture
def site(sandbox: Sandbox) -> Site:
    return Site(sandbox)


@pytest.fixture
def person(site: Site) -> dict[str, str]:
    return dict(site.sandbox.ready["users"][0])


def test_ensure_user_is_idempotent_in_all_its_forms(site: Site, person: dict[str, str]) -> None:
    # sharepoint-rest.md §2.3.
    claim = f"i:0#.f|membership|{person['upn']}"
    first = site.post(f"web/EnsureUser('{claim.replace('#', '%23').replace('|', '%7C')}')", form=VERBOSE)["d"]
    assert (first["LoginName"], first["PrincipalType"], first["Title"]) == (claim, 1, person["name"])
    assert (first["Email"], first["UserPrincipalName"]) == (person["upn"], person["upn"])
    for body in ({"logonName": claim}, {"logonName": person["upn"].upper()}):
        assert site.post("web/ensureuser", body)["Id"] == first["Id"]


def test_an_unknown_person_is_refused(site: Site) -> None:
    status, code, text = failure(site.call("POST", "web/ensureuser('nobody@gemeente.example')"))
    assert (status, code) == (404, "-2146232832, Microsoft.SharePoint.SPException")
    assert text == "The specified user nobody@gemeente.example could not be found."


def test_people_are_found_by_id_mail_and_login(site: Site, person: dict[str, str]) -> None:
    identity = site.post(f"web/ensureuser('{person['upn']}')")["Id"]
    login = f"i:0%23.f%7Cmembership%7C{person['upn']}"
    for path in (
        f"siteUsers/GetById({identity})",
        f"siteUsers/GetById('{identity}')",
        f"siteUsers/GetByEmail('{person['upn']}')",
        f"siteUsers/GetByLoginName('{login}')",
        f"siteusers(@v)?@v='{login}'",
        f"GetUserById({identity})",
    ):
        assert site.get(f"web/{path}")["Id"] == identity, path
    assert identity in [one["Id"] for one in site.get("web/siteusers")["value"]]
    # Somebody in the directory whom the site has not met yet is not among its users.
    stranger = site.sandbox.ready["users"][1]["upn"]
    assert failure(site.call("GET", f"web/siteUsers/GetByEmail('{stranger}')"))[:2] == (
        404,
        "-2130575276, Microsoft.SharePoint.SPException",
    )


def test_the_app_is_its_own_principal(site: Site) -> None:
    # sharepoint-rest.md §6.2.
    found = site.get("web/CurrentUser")
    assert (found["Id"], found["Title"]) == (1073741822, "SharePoint App")


def test_groups_of_a_new_site(site: Site) -> None:
    assert [one["Title"] for one in site.get("web/sitegroups")["value"]] == [
        "Eigenaren van Demo",
        "Bezoekers van Demo",
        "Leden van Demo",
    ]
    assert site.get("web/AssociatedMemberGroup?$select=Title") == {"Title": "Leden van Demo"}


def test_a_group_and_its_members(site: Site, person: dict[str, str]) -> None:
    body = {"Title": "Owner's", "Description": "d", "__metadata": {"type": "SP.Group"}}
    answer = site.call("POST", "web/siteGroups", body, form=VERBOSE)
    identity = answer.json()["d"]["Id"]
    assert answer.status_code == 201
    assert site.get("web/siteGroups/GetByName('Owner''s')")["Id"] == identity
    user = site.post(f"web/siteGroups/GetById({identity})/Users", {"LoginName": person["upn"]})
    assert [one["Id"] for one in site.get(f"web/sitegroups({identity})/users")["value"]] == [user["Id"]]
    unknown = site.call("POST", f"web/siteGroups/GetById({identity})/Users", {"LoginName": "nobody@gemeente.example"})
    # sharepoint-rest.md §1.8.
    assert failure(unknown) == (
        404,
        "-2130575276, Microsoft.SharePoint.SPException",
        "The user does not exist or is not unique.",
    )
    site.post(f"web/siteGroups/GetById({identity})/Users/RemoveById({user['Id']})", form=VERBOSE)
    assert site.get(f"web/sitegroups({identity})/users")["value"] == []
    assert failure(site.call("POST", "web/siteGroups", {"Title": "owner's"}))[0] == 500
    long = site.call("POST", "web/siteGroups", {"Title": "Long", "Description": "x" * 513})
    assert failure(long) == (
        500,
        "-2146232832, Microsoft.SharePoint.SPException",
        "The parameter Description cannot be (null or) bigger than 512 characters.",
    )


def test_role_definitions_are_named_in_the_language_of_the_site(site: Site) -> None:
    # sharepoint-rest.md §8: ids and kinds are fixed, names are not.
    found = {one["Id"]: one for one in site.get("web/roledefinitions")["value"]}
    assert (found[1073741829]["RoleTypeKind"], found[1073741829]["Name"]) == (5, "Volledig beheer")
    assert found[1073741828]["BasePermissions"] == {"High": "432", "Low": "1012866047"}
    assert site.get("web/RoleDefinitions/GetByType(2)")["Id"] == 1073741826
    assert site.get("web/RoleDefinitions/GetByName('Lezen')")["Id"] == 1073741826
    assert site.call("GET", "web/RoleDefinitions/GetByName('Read')").status_code == 404


def members(site: Site, path: str) -> dict[int, list[int]]:
    query = "$expand=Member,RoleDefinitionBindings"
    found: list[dict[str, Any]] = site.get(f"{path}/RoleAssignments?{query}")["value"]
    return {one["Member"]["Id"]: [role["Id"] for role in one["RoleDefinitionBindings"]] for one in found}


def test_a_list_inherits_until_told_otherwise(site: Site) -> None:
    site.make_list("Actions")
    owners, visitors, team = 3, 4, 5
    inherited = {owners: [1073741829], visitors: [1073741826], team: [1073741830]}
    assert members(site, LIST) == members(site, "web") == inherited
    refused = site.call("POST", f"{LIST}/RoleAssignments/AddRoleAssignment(principalId=4,roleDefId=1073741827)")
    assert failure(refused)[1] == "-2146233079, System.InvalidOperationException"

    site.post(f"{LIST}/breakroleinheritance(true)", form=VERBOSE)
    assert site.get(f"{LIST}/HasUniqueRoleAssignments") == {"value": True}
    assert members(site, LIST) == inherited
    # sharepoint-rest.md §1.1, §8: numbers, quoted numbers, without role; adding twice is harmless.
    site.post(f"{LIST}/roleassignments/removeroleassignment(principalid='4')")
    for _ in range(2):
        site.post(f"{LIST}/roleassignments/addroleassignment(principalid='5',roledefid='1073741827')")
    site.post(f"{LIST}/RoleAssignments/RemoveRoleAssignment(principalId=5,roleDefId=1073741830)")
    assert members(site, LIST) == {owners: [1073741829], team: [1073741827]}
    assert members(site, "web") == inherited

    site.post(f"{LIST}/ResetRoleInheritance", form=VERBOSE)
    assert members(site, LIST) == inherited


def test_breaking_without_copying_leaves_nobody(site: Site) -> None:
    # sharepoint-rest.md §8: an app leaves nobody visible behind.
    site.make_list("Actions")
    body = {"copyRoleAssignments": False, "clearSubscopes": True}
    site.post(f"{LIST}/BreakRoleInheritance", body, form=VERBOSE)
    assert members(site, LIST) == {}


def test_an_item_has_permissions_of_its_own(site: Site) -> None:
    site.make_list("Actions")
    site.post(f"{LIST}/items", {"Title": "x"})
    site.post(f"{LIST}/items(1)/breakroleinheritance(false)")
    site.post(f"{LIST}/getItemById(1)/roleassignments/addroleassignment(principalid=4,roledefid=1073741826)")
    assert members(site, f"{LIST}/items/getbyid(1)") == {4: [1073741826]}
    assert failure(site.call("POST", f"{LIST}/items(2)/breakroleinheritance(false)"))[0] == 404


@pytest.mark.parametrize("arguments", ["principalId=999,roleDefId=1073741826", "principalId=4,roleDefId=7"])
def test_assignments_need_a_principal_and_a_role(site: Site, arguments: str) -> None:
    site.make_list("Actions")
    site.post(f"{LIST}/breakroleinheritance(true)")
    answer = site.call("POST", f"{LIST}/roleassignments/addroleassignment({arguments})")
    assert answer.status_code in {400, 404}


def test_somebody_is_taken_off_the_site(site: Site) -> None:
    person = site.post("web/ensureuser", {"logonName": NOOR})
    path = f"web/siteusers/getbyid({person['Id']})"
    site.post("web/sitegroups(5)/users", {"LoginName": NOOR})
    site.post(f"web/roleassignments/addroleassignment(principalid={person['Id']},roledefid=1073741826)")
    listing = site.make_list("Met mensen")["Id"]
    site.make_field("Met mensen", "<Field Type='User' Name='Wie' DisplayName='Wie'/>")
    items = f"web/lists(guid'{listing}')/items"
    site.post(items, {"Title": "x", "WieId": person["Id"]})
    site.post("web/siteusers/removebyloginname", {"loginName": NOOR})
    assert site.call("GET", path).status_code == 404
    assert person["Id"] not in [one["Id"] for one in site.get("web/siteusers?$select=Id")["value"]]
    assert person["Id"] not in [one["Id"] for one in site.get("web/sitegroups(5)/users")["value"]]
    assert person["Id"] not in [one["PrincipalId"] for one in site.get("web/roleassignments")["value"]]
    # The item goes on naming the person, who comes back under the same id.
    assert site.get(f"{items}(1)?$select=Wie/Title&$expand=Wie") == {"Wie": {"Title": "Noor Lindeveld"}}
    assert site.post("web/ensureuser", {"logonName": NOOR})["Id"] == person["Id"]
    assert site.get(path)["Title"] == "Noor Lindeveld"
    assert site.call("DELETE", path).status_code == 200
    assert site.call("POST", f"web/siteusers/removebyid({person['Id']})").status_code == 404


def test_an_administrator_of_the_site(site: Site) -> None:
    # Whoever has the site is one from the beginning.
    (owner,) = site.get("web/siteusers?$filter=IsSiteAdmin eq true&$select=LoginName")["value"]
    assert site.get("site/owner?$select=LoginName") == owner
    token = f"Bearer {site.sandbox.person_token(2)}"
    upn = site.sandbox.ready["users"][2]["upn"]
    listing = f"web/lists(guid'{site.make_list('Besloten')['Id']}')"
    site.post(f"{listing}/breakroleinheritance(false)")
    assert site.call("GET", listing, Authorization=token).status_code == 404
    login = f"web/siteusers('i%3A0%23.f%7Cmembership%7C{upn}')"
    site.post("web/ensureuser", {"logonName": upn})
    assert site.merge(login, {"IsSiteAdmin": True}).status_code == 204
    assert site.get(f"{login}/IsSiteAdmin") == {"value": True}
    assert site.call("GET", listing, Authorization=token).status_code == 200
    assert site.merge(login, {"IsSiteAdmin": False}).status_code == 204
    assert site.call("GET", listing, Authorization=token).status_code == 404
    for wrong in ({"IsSiteAdmin": "ja"}, {"Nope": 1}):
        assert site.merge(login, wrong).status_code == 400


def test_settings_of_a_group(site: Site) -> None:
    made = site.post("web/sitegroups", {"Title": "Ploeg", "AllowMembersEditMembership": True})
    assert (made["AllowMembersEditMembership"], made["OnlyAllowMembersViewMembership"]) == (True, False)
    path = f"web/sitegroups({made['Id']})"
    assert site.merge(path, {"RequestToJoinLeaveEmailSetting": "a@b.example"}).status_code == 204
    assert site.get(path)["RequestToJoinLeaveEmailSetting"] == "a@b.example"
    person = site.post("web/ensureuser", {"logonName": NOOR})["Id"]
    assert site.get(f"{path}/owner?$select=Id") == {"Id": 3}
    site.post(f"{path}/SetUserAsOwner({person})")
    assert site.get(f"{path}/owner?$select=Id") == {"Id": person}
    assert site.get(f"{path}?$select=OwnerTitle") == {"OwnerTitle": "Noor Lindeveld"}
    assert site.merge(path, {"Title": "Eigenaren van Demo"}).status_code == 500
    assert site.merge(path, {"AllowMembersEditMembership": "ja"}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        *("siteusers({})", "siteusers/getbyid({})", "getuserbyid({})", "sitegroups({})"),
        *("Navigation/QuickLaunch({})", "Navigation/GetNodeById({})"),
    ],
)
def test_a_number_that_no_id_can_be(site: Site, path: str) -> None:
    assert site.call("GET", "web/" + path.format("9" * 20)).status_code == 404


def test_all_people_by_a_call(site: Site) -> None:
    assert site.get("web/siteusers()") == site.get("web/siteusers")
