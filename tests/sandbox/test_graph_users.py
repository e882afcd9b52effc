"""People, tokens and `$batch` (identity-mail-teams.md §6, §9.1, §9.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from projectlists.sandbox.http import Headers, Response
from tests.sandbox.graph_tenant import IMMUTABLE, MAILBOX, Graph, letter

DEFAULT = {
    *("businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone", "officeLocation"),
    *("preferredLanguage", "surname", "userPrincipalName"),
}


@pytest.fixture
def graph(tmp_path):
    graph = Graph(tmp_path)
    graph.roles = ("User.Read.All",)
    return graph


def properties(answer) -> set[str]:
    return {name for name in answer.body if not name.startswith("@")}


@pytest.mark.parametrize("key", ["anne@gemeente.example", "ANNE@gemeente.example", "id"])
def test_a_person_is_found_by_upn_or_id(graph, key):
    answer = graph.call("GET", f"/users/{graph.anne.object_id if key == 'id' else key}")
    assert answer.body["displayName"] == "Anne Roy"
    # §9.1: the default GET returns these only; accountEnabled is not in it.
    assert properties(answer) == DEFAULT


def test_what_is_not_selected_is_absent(graph):
    answer = graph.call("GET", "/users/anne@gemeente.example?$select=accountEnabled,mail")
    assert properties(answer) == {"accountEnabled", "mail"}
    assert answer.body["accountEnabled"] is True


def test_nobody_by_that_name(graph):
    answer = graph.call("GET", "/users/niemand@gemeente.example")
    assert (answer.status, answer.code) == (404, "Request_ResourceNotFound")
    assert answer.message == (
        "Resource 'niemand@gemeente.example' does not exist or one of its queried reference-property objects are not"
        " present."
    )


def test_a_manager_by_expansion_and_by_address(graph):
    select = "$select=displayName&$expand=manager($select=id,displayName,mail)"
    answer = graph.call("GET", f"/users/{graph.anne.object_id}?{select}")
    assert answer.body["manager"]["displayName"] == "Chris de Baas"
    assert {name for name in answer.body["manager"] if name[0] != "@"} == {"id", "displayName", "mail"}
    assert graph.call("GET", f"/users/{graph.anne.object_id}/manager").body["mail"] == "chris@gemeente.example"
    # §9.1: no manager: 404 on /manager with the same code; in $expand it is just missing.
    assert "manager" not in graph.call("GET", f"/users/{graph.boss.object_id}?{select}").body
    assert graph.call("GET", f"/users/{graph.boss.object_id}/manager").code == "Request_ResourceNotFound"


@pytest.mark.parametrize(
    "text",
    [
        "mail eq 'anne@gemeente.example'",
        "mail eq 'x@y.nl' or proxyAddresses/any(p:p eq 'smtp:anne@gemeente.example')",
        "userPrincipalName in ('anne@gemeente.example','x')",
        "startsWith(displayName,'anne')",
    ],
)
def test_search_by_address(graph, text):
    answer = graph.call("GET", f"/users?$filter={text.replace(' ', '%20')}&$select=mail")
    assert answer.body["value"] == [{"mail": "anne@gemeente.example"}]


def test_advanced_queries_need_the_consistency_header(graph):
    """§9.1."""
    address = "/users?$filter=endsWith(mail,'gemeente.example')"
    refused = graph.call("GET", address)
    assert (refused.status, refused.code) == (400, "Request_UnsupportedQuery")
    answer = graph.call("GET", f"{address}&$count=true", ConsistencyLevel="eventual")
    assert answer.body["@odata.count"] == 3


def test_the_list_comes_in_pages(graph):
    first = graph.call("GET", "/users?$top=2&$select=userPrincipalName").body
    assert [one["userPrincipalName"] for one in first["value"]] == ["anne@gemeente.example", "chris@gemeente.example"]
    second = graph.call("GET", first["@odata.nextLink"].removeprefix("https://graph.microsoft.com/v1.0")).body
    assert second["value"] == [{"userPrincipalName": MAILBOX}]
    assert "@odata.nextLink" not in second


def test_the_smaller_right_shows_less(graph):
    """§9.1: User.ReadBasic.All covers names and addresses only."""
    graph.roles = ("User.ReadBasic.All",)
    answer = graph.call("GET", "/users/anne@gemeente.example")
    assert answer.body["displayName"] == "Anne Roy"
    assert answer.body["preferredLanguage"] is None
    for address in (
        "/users/anne@gemeente.example?$select=accountEnabled",
        "/users/anne@gemeente.example/manager",
        "/users/anne@gemeente.example?$expand=manager",
        "/users?$filter=department%20eq%20'Directie'",
    ):
        refused = graph.call("GET", address)
        assert (refused.status, refused.code) == (403, "Authorization_RequestDenied")


def test_without_any_right_nobody_learns_who_exists(graph):
    graph.roles = ()
    for key in ("anne@gemeente.example", "niemand@gemeente.example"):
        assert graph.call("GET", f"/users/{key}").message == "Insufficient privileges to complete the operation."
    assert graph.call("GET", "/users").status == 403


def test_a_guest_needs_its_sharp_encoded(graph):
    graph.directory.add_user("a_b.nl#EXT#@gemeente.example", "Gast", mail="a@b.nl")
    answer = graph.call("GET", "/users/a_b.nl%23EXT%23@gemeente.example?$select=displayName,userType")
    assert (answer.body["displayName"], answer.body["userType"]) == ("Gast", "Guest")


def test_me_is_the_person_signed_in(graph):
    token = graph.token(person=graph.anne, scopes=("User.Read",))
    assert graph.call("GET", "/me", token=token).body["userPrincipalName"] == "anne@gemeente.example"
    assert graph.call("GET", "/users/chris@gemeente.example", token=token).status == 403


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", "Access token is empty."),
        ("Bearer x.y.z", "IDX14100: JWT is not well formed or not a token of this tenant."),
    ],
)
def test_no_token(graph, token, message):
    answer = graph.call("GET", "/users", Authorization=token)
    assert (answer.status, answer.code, answer.message) == (401, "InvalidAuthenticationToken", message)


def test_an_old_token_and_a_foreign_one(graph):
    old = graph.token(lifetime=timedelta(minutes=1))
    graph.clock.advance(minutes=7)
    assert graph.call("GET", "/users", token=old).message == "Lifetime validation failed, the token is expired."
    foreign = graph.token(audience="https://lindervoort.sharepoint.com")
    assert graph.call("GET", "/users", token=foreign).message == "Access token validation failure. Invalid audience."


def test_the_client_s_request_id_comes_back(graph):
    answer = graph.call("GET", "/users/niemand@x", client_request_id="c-1")
    assert answer.headers.get("client-request-id") == "c-1"
    assert answer.body["error"]["innerError"]["client-request-id"] == "c-1"
    assert answer.body["error"]["innerError"]["date"] == "2026-11-02T07:00:00"


@pytest.mark.parametrize("address", ["/beta/users", "/organization", "/users/anne@gemeente.example/presence"])
def test_what_is_not_there_says_so(graph, address):
    answer = graph.call("GET", address)
    assert (answer.status, answer.code) == (501, "NotImplemented")


# $batch (§9.2)


def step(identity: str, url: str, method: str = "GET", **more) -> dict:
    return {"id": identity, "method": method, "url": url, **more}


def by_id(answer) -> dict[str, dict]:
    return {one["id"]: one for one in answer.body["responses"]}


def test_a_batch_answers_each_request(graph):
    steps = [step("a", "/users/anne@gemeente.example?$select=mail"), step("b", "users/niemand@x")]
    answer = graph.call("POST", "/$batch", {"requests": steps})
    assert answer.status == 200
    assert by_id(answer)["a"]["body"]["mail"] == "anne@gemeente.example"
    assert by_id(answer)["b"]["status"] == 404
    assert by_id(answer)["b"]["body"]["error"]["code"] == "Request_ResourceNotFound"
    # The service promises no order, so the sandbox keeps none.
    assert [one["id"] for one in answer.body["responses"]] == ["b", "a"]


def test_a_batch_of_more_than_twenty_is_refused(graph):
    many = [step(str(number), "/users/anne@gemeente.example") for number in range(21)]
    assert len(by_id(graph.call("POST", "/$batch", {"requests": many[:20]}))) == 20
    refused = graph.call("POST", "/$batch", {"requests": many})
    assert (refused.status, refused.code) == (400, "BadRequest")


def test_what_depends_on_a_failure_fails_with_424(graph):
    steps = [
        step("1", "/users/niemand@x"),
        step("2", "/users/anne@gemeente.example", dependsOn=["1"]),
        step("3", "/users/anne@gemeente.example", dependsOn=["2"]),
        step("4", "/users/anne@gemeente.example"),
    ]
    answers = by_id(graph.call("POST", "/$batch", {"requests": steps}))
    assert {identity: one["status"] for identity, one in answers.items()} == {"1": 404, "2": 424, "3": 424, "4": 200}


def test_batch_operations_pass_the_front_with_their_number(graph):
    seen = []

    def front(request):
        seen.append((request.method, request.path, request.batch))
        limited = Response.of_json({"error": {"code": "TooManyRequests"}}, 429, headers=[("Retry-After", "3")])
        return limited if request.path.endswith("chris@gemeente.example") else graph.service(request)

    graph.tenant.handle, graph.tenant.new_batch_number = front, lambda: 7
    steps = [step("1", "/users/chris@gemeente.example"), step("2", "/users/anne@gemeente.example")]
    answers = by_id(graph.call("POST", "/$batch", {"requests": steps}))
    assert seen == [
        ("GET", "/v1.0/users/chris@gemeente.example", 7),
        ("GET", "/v1.0/users/anne@gemeente.example", 7),
    ]
    assert answers["1"]["status"] == 429
    assert Headers(answers["1"]["headers"].items()).get("Retry-After") == "3"
    assert answers["2"]["status"] == 200


def test_a_reset_inside_cuts_the_whole_batch(graph):
    graph.tenant.handle = lambda _: Response(0, reset=True)
    answer = graph.call("POST", "/$batch", {"requests": [step("1", "/users")]})
    assert answer.status == 0


def test_a_draft_is_created_and_sent_in_a_batch(graph):
    """§9.2: a sub-request of `send` has no body; each may bring the token itself."""
    draft = graph.draft().body
    headers = {"Authorization": graph.token(), "Prefer": IMMUTABLE["Prefer"]}
    new = step("1", f"/users/{MAILBOX}/messages", "POST", body=letter(), headers={"Content-Type": "application/json"})
    send = step("2", f"/users/{MAILBOX}/messages/{draft['id']}/send", "POST", headers=headers, dependsOn=["1"])
    answers = by_id(graph.call("POST", "/$batch", {"requests": [new, send]}))
    assert {one["status"] for one in answers.values()} == {201, 202}
    assert "body" not in answers["2"]
    assert len(graph.delivered()) == 1


@pytest.mark.parametrize(
    "requests",
    [
        [],
        "x",
        [{"id": "1", "method": "GET"}],
        [step("1", "/users"), step("1", "/users")],
        [step("1", "/users", dependsOn=["2"]), step("2", "/users")],
        [step("1", "/users/x/messages", "POST", body={"subject": "S"})],
        [step("1", "/$batch", "POST")],
    ],
)
def test_a_batch_that_cannot_be_read_is_refused(graph, requests):
    assert graph.call("POST", "/$batch", {"requests": requests}).status == 400
