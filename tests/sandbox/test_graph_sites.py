"""Sites, grants, teams and tabs (identity-mail-teams.md §2.2, §9.3, §10.3, §14)."""

from __future__ import annotations

import base64

import pytest

from tests.sandbox.graph_tenant import TENANT_ID, Graph

HOST = "lindervoort.sharepoint.com"
OTHER_APP = "0b9c8d7e-1111-4222-8333-444455556666"
WEBSITE = "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/com.microsoft.teamspace.tab.web"


@pytest.fixture
def graph(tmp_path):
    graph = Graph(tmp_path)
    graph.roles = ("Sites.FullControl.All",)
    return graph


def granted(**changes) -> dict:
    application = {"application": {"id": OTHER_APP, "displayName": OTHER_APP}}
    return {"roles": ["write"], "grantedToIdentities": [application]} | changes


def test_a_site_by_path_has_three_ids_in_one(graph):
    site = graph.call("GET", f"/sites/{HOST}:/sites/demo").body
    assert site["id"] == f"{HOST},{graph.site.site_id},{graph.site.id}"
    assert site["webUrl"] == f"https://{HOST}/sites/demo"
    assert site["displayName"] == "Demo"
    # The client asks by path, then by id (§9.3).
    for address in (site["id"], site["id"].replace(",", "%2C"), graph.site.site_id, f"{HOST}:/sites/demo:"):
        assert graph.call("GET", f"/sites/{address}").body["id"] == site["id"]


def test_no_site_there(graph):
    for address in (f"{HOST}:/sites/geen", "elders.sharepoint.com:/sites/demo", f"{HOST},a,b"):
        answer = graph.call("GET", f"/sites/{address}")
        assert (answer.status, answer.code) == (404, "itemNotFound")


def test_under_sites_selected_only_a_grant_opens_a_site(graph):
    graph.roles = ("Sites.Selected",)
    refused = graph.call("GET", f"/sites/{HOST}:/sites/demo")
    assert (refused.status, refused.code) == (403, "accessDenied")
    graph.directory.set_grant(graph.app.app_id, graph.site.site_id, "read")
    assert graph.call("GET", f"/sites/{HOST}:/sites/demo").status == 200
    # A site owner's app cannot grant: that needs Sites.FullControl.All (§2.2).
    assert graph.call("POST", f"/sites/{graph.site.site_id}/permissions", granted()).status == 403


def test_a_grant_in_two_steps(graph):
    """§2.2: POST write first, then PATCH to manage."""
    address = f"/sites/{graph.site.site_id}/permissions"
    made = graph.call("POST", address, granted())
    assert (made.status, made.body["roles"]) == (201, ["write"])
    assert made.body["grantedToIdentitiesV2"][0]["application"]["id"] == OTHER_APP
    assert base64.b64decode(made.body["id"]).decode() == f"i:0i.t|ms.sp.ext|{OTHER_APP}@{TENANT_ID}"
    assert graph.directory.grants(OTHER_APP, graph.site.site_id) == {"write"}
    one = f"{address}/{made.body['id']}"
    changed = graph.call("PATCH", one, {"roles": ["manage"]})
    assert (changed.status, changed.body["roles"]) == (200, ["manage"])
    assert graph.call("GET", one).body["roles"] == ["manage"]
    # The list leaves the roles out; each is read by id.
    (listed,) = graph.call("GET", address).body["value"]
    assert listed["id"] == made.body["id"]
    assert "roles" not in listed
    assert graph.call("DELETE", one).status == 204
    assert graph.call("GET", one).code == "itemNotFound"
    assert graph.directory.grants(OTHER_APP, graph.site.site_id) == frozenset()


@pytest.mark.parametrize("role", ["manage", "fullcontrol", "owner", "schrijven"])
def test_stronger_roles_cannot_be_given_at_once(graph, role):
    answer = graph.call("POST", f"/sites/{graph.site.site_id}/permissions", granted(roles=[role]))
    assert (answer.status, answer.code, answer.message) == (400, "invalidRequest", "Invalid value for role")


def test_owner_cannot_be_given_later_either(graph):
    address = f"/sites/{graph.site.site_id}/permissions"
    made = graph.call("POST", address, granted()).body
    assert graph.call("PATCH", f"{address}/{made['id']}", {"roles": ["owner"]}).code == "invalidRequest"


@pytest.mark.parametrize("name", ["grantedToIdentities", "grantedToIdentitiesV2", "grantedTo"])
def test_every_spelling_of_the_grantee_is_read(graph, name):
    """§14, and the client's `@odata.type` inside (§9.3)."""
    identity = {"application": {"@odata.type": "#microsoft.graph.Identity", "id": OTHER_APP, "displayName": "x"}}
    body = {"roles": ["read"], name: [identity]}
    assert graph.call("POST", f"/sites/{HOST}:/sites/demo:/permissions", body).status == 201


def test_a_grant_to_nobody_is_refused(graph):
    answer = graph.call("POST", f"/sites/{graph.site.site_id}/permissions", {"roles": ["write"]})
    assert (answer.status, answer.code) == (400, "invalidRequest")


# Teams (§10.3)


@pytest.fixture
def channel(graph):
    graph.roles = ("Channel.ReadBasic.All", "TeamsTab.ReadWrite.All")
    team = graph.directory.add_team("Projecten")
    made = graph.directory.add_channel(team.id, "Algemeen")
    graph.directory.add_channel(team.id, "Besloten", membership_type="private")
    return f"/teams/{team.id}/channels/{made.id}"


def tab(**changes) -> dict:
    address = f"https://{HOST}/sites/demo/Lists/Actions"
    configuration = {"entityId": None, "contentUrl": address, "websiteUrl": address, "removeUrl": None}
    return {"displayName": "Acties", "teamsApp@odata.bind": WEBSITE, "configuration": configuration} | changes


def test_the_channels_of_a_team(graph, channel):
    address = channel.rpartition("/")[0]
    listed = graph.call("GET", f"{address}?$select=id,displayName,membershipType").body["value"]
    assert [(one["displayName"], one["membershipType"]) for one in listed] == [
        ("Algemeen", "standard"),
        ("Besloten", "private"),
    ]
    assert listed[0]["id"].startswith("19:")
    assert listed[0]["id"].endswith("@thread.tacv2")
    found = graph.call("GET", f"{address}?$filter=displayName%20eq%20'besloten'").body["value"]
    assert [one["displayName"] for one in found] == ["Besloten"]
    primary = graph.call("GET", f"{address.removesuffix('/channels')}/primaryChannel").body
    assert primary["displayName"] == "Algemeen"


def test_a_tab_is_added_found_changed_and_removed(graph, channel):
    made = graph.call("POST", f"{channel}/tabs", tab())
    assert made.status == 201
    assert made.body["configuration"]["dateAdded"] == "2026-11-02T07:00:00Z"
    assert "teamsApp" not in made.body
    (listed,) = graph.call("GET", f"{channel}/tabs?$expand=teamsApp").body["value"]
    assert listed["teamsApp"]["id"] == "com.microsoft.teamspace.tab.web"
    assert listed["configuration"]["contentUrl"] == f"https://{HOST}/sites/demo/Lists/Actions"
    assert "teamsApp" not in graph.call("GET", f"{channel}/tabs").body["value"][0]
    one = f"{channel}/tabs/{made.body['id']}"
    assert graph.call("PATCH", one, {"displayName": "Actielijst"}).body["displayName"] == "Actielijst"
    assert graph.call("DELETE", one).status == 204
    assert graph.call("GET", one).status == 404


def test_a_channel_s_id_may_come_encoded(graph, channel):
    encoded = channel.replace(":", "%3A").replace("@", "%40")
    assert graph.call("GET", f"{encoded}/tabs").status == 200


def test_tabs_need_their_right(graph, channel):
    graph.roles = ("Channel.ReadBasic.All",)
    refused = graph.call("POST", f"{channel}/tabs", tab())
    assert (refused.status, refused.code) == (403, "Forbidden")
    assert graph.call("GET", f"{channel}/tabs").status == 403
    graph.roles = ()
    assert graph.call("GET", channel.rpartition("/")[0]).status == 403


def test_an_app_that_cannot_be_configured_is_refused(graph, channel):
    """§10.3: configuration of the SharePoint app through Graph is not supported."""
    app = WEBSITE.replace("com.microsoft.teamspace.tab.web", "2a527703-1f6f-4559-a332-d8a7d288cd88")
    assert graph.call("POST", f"{channel}/tabs", tab(**{"teamsApp@odata.bind": app})).status == 501
    assert graph.call("POST", f"{channel}/tabs", tab(**{"teamsApp@odata.bind": None})).status == 400
    assert graph.call("POST", f"{channel}/tabs", tab(displayName="")).status == 400


def test_no_such_team_or_channel(graph, channel):
    assert graph.call("GET", "/teams/None/channels").status == 404
    team = channel.split("/")[2]
    assert graph.call("GET", f"/teams/{team}/channels/19:x@thread.tacv2/tabs").status == 404
