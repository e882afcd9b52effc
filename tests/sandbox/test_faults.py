"""Fault rules: reading them, counting, and what a client sees (contract §4)."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from projectlists.sandbox.faults import Faults, RuleError, parse
from projectlists.sandbox.http import Headers, Request

KEYS = "https://login.microsoftonline.com/common/discovery/v2.0/keys"


def hits(rules: list[dict[str, Any]], asked: list[Request]) -> list[str | None]:
    """What the rules do to requests in a row: the kind of each action."""
    faults = Faults()
    faults.add(parse(rules))
    actions = [faults.take(request) for request in asked]
    return [action.kind if action else None for action in actions]


def get(path: str, host: str = "graph.microsoft.com") -> Request:
    return Request("GET", host, path)


def test_after_lets_pass_and_times_limits() -> None:
    rule = {"path": "/users", "after": 2, "times": 2, "do": "status:503"}
    assert hits([rule], [get("/v1.0/users")] * 6) == [None, None, "status", "status", None, None]


def test_a_rule_fires_once_unless_it_says_more() -> None:
    assert hits([{"path": "x", "do": "reset-before"}], [get("/x")] * 2) == ["reset", None]


def test_absent_host_and_method_mean_any() -> None:
    rule = {"path": "^/x", "times": 9, "do": "delay:5"}
    asked = [get("/x"), Request("POST", "lindervoort.sharepoint.com", "/x"), get("/y/x")]
    assert hits([rule], asked) == ["delay", "delay", None]


def test_host_and_effective_method_are_compared() -> None:
    merge = Request("POST", "h", "/x", headers=Headers([("x-http-method", "MERGE")]))
    rule = {"host": "H", "method": "merge", "path": "x", "times": 9, "do": "status:412"}
    assert hits([rule], [merge, Request("POST", "h", "/x"), Request("MERGE", "g", "/x")]) == ["status", None, None]


def test_path_is_searched_in_path_and_query_as_sent_and_decoded() -> None:
    sent = Request("GET", "h", "/_api/lists/getbytitle(%27Acties%27)/items", "%24top=5")
    for pattern in (r"getbytitle\('Acties'\)", r"%27Acties%27", r"items\?\$top=5$"):
        assert hits([{"path": pattern, "do": "status:500"}], [sent]) == ["status"], pattern


def test_the_first_rule_that_fires_is_the_only_one() -> None:
    rules = [{"path": "x", "do": "status:503"}, {"path": "x", "do": "reset-after"}]
    assert hits(rules, [get("/x")] * 3) == ["status", "reset", None]


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"path": "x"},
        {"do": "status:99"},
        {"do": "status:100"},
        {"do": "status:503-before"},
        {"do": "explode"},
        {"do": "delay:"},
        {"do": "reset"},
        {"path": "(", "do": "status:500"},
        {"path": 3, "do": "status:500"},
        {"do": "status:500", "times": -1},
        {"do": "status:500", "after": "1"},
        {"do": "status:500", "time": 1},
        "status:500",
    ],
)
def test_rules_that_make_no_sense_are_refused(rule: Any) -> None:
    with pytest.raises(RuleError):
        parse([rule])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["host", "method", "path", "after", "times", "do", "x"]), inner)
        ),
    )
)
def test_reading_rules_never_fails_otherwise(document: Any) -> None:
    try:
        rules = parse(document)
    except RuleError:
        return
    assert isinstance(document, list)
    assert len(rules) == len(document)


def test_status_with_retry_after(sandbox: Any) -> None:
    sandbox.faults({"host": "login.microsoftonline.com", "path": "keys", "times": 2, "do": "status:503"})
    answers = [sandbox.get(KEYS, token=None) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    # contract §4: 429 and 503 carry Retry-After: 1.
    assert [answer.headers.get("Retry-After") for answer in answers] == ["1", "1", None]


def test_throttled_sharepoint_does_not_answer_json(sandbox: Any) -> None:
    # sharepoint-rest.md §1.6: the body of a 429 is often plain text.
    sandbox.faults({"path": "_api/web", "do": "status:429"})
    answer = sandbox.api("GET", "web")
    assert (answer.status_code, answer.text, answer.headers["Retry-After"]) == (429, "429 TOO MANY REQUESTS", "1")


def test_after_means_the_work_is_done(sandbox: Any) -> None:
    webhook = sandbox.control("GET", "").json()["webhook"]
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard"}}
    sandbox.faults(
        {"path": "invoke", "do": "status:504-after"},
        {"path": "invoke", "do": "status:504"},
        {"path": "invoke", "do": "reset-after"},
        {"path": "invoke", "do": "reset-before"},
    )
    seen = []
    for _ in range(4):
        try:
            seen.append(sandbox.post(webhook, token=None, json={"attachments": [card]}).status_code)
        except requests.ConnectionError:
            seen.append("cut")
        seen.append(len(sandbox.control("GET", "teams").json()))
    assert seen == [504, 1, 504, 1, "cut", 2, "cut", 2]


def test_a_reset_cuts_the_connection_and_the_next_request_works(sandbox: Any) -> None:
    sandbox.faults({"path": "keys", "do": "reset-before"})
    with pytest.raises(requests.ConnectionError):
        sandbox.get(KEYS, token=None)
    assert sandbox.get(KEYS, token=None).status_code == 200
    assert [entry["status"] for entry in sandbox.requests()] == [0, 200]


@pytest.mark.parametrize("host", ["login.microsoftonline.com", "graph.microsoft.com", "lindervoort.sharepoint.com"])
def test_any_status_works(sandbox: Any, host: str) -> None:
    for status in (204, 302, 400, 401, 403, 404, 418, 423, 500, 502, 507):
        sandbox.faults({"host": host, "path": "x", "do": f"status:{status}"})
        assert sandbox.get(f"https://{host}/x", token=None, allow_redirects=False).status_code == status


def test_delay(sandbox: Any) -> None:
    sandbox.faults({"path": "keys", "do": "delay:150"})
    started = time.perf_counter()
    assert sandbox.get(KEYS, token=None).status_code == 200
    assert time.perf_counter() - started >= 0.15
    assert sandbox.requests()[0]["ms"] >= 150


def test_conflict_but_made_is_the_services_save_conflict(sandbox: Any) -> None:
    # contract §4 and sharepoint-rest.md §1.7: -2130246326, here in the format asked for.
    sandbox.faults({"path": "fields", "do": "status:409-after"})
    answer = sandbox.api("POST", "web/fields", headers={"Accept": "application/json;odata=verbose"})
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "-2130246326, Microsoft.SharePoint.SPException"
    assert answer.json()["error"]["message"]["value"].startswith("Save Conflict\n\nYour changes conflict with")


def test_conflict_but_made_really_makes_the_column(sandbox: Any) -> None:
    sandbox.faults({"method": "POST", "path": "/fields", "do": "status:409-after"})
    made = sandbox.api("POST", "web/lists", json={"Title": "Acties", "BaseTemplate": 100})
    assert made.status_code == 201, made.text
    column = {"Title": "Due", "FieldTypeKind": 2}
    assert sandbox.api("POST", "web/lists/getbytitle('Acties')/fields", json=column).status_code == 409
    found = sandbox.api("GET", "web/lists/getbytitle('Acties')/fields/getbyinternalnameortitle('Due')?$select=Title")
    assert (found.status_code, found.json()["Title"]) == (200, "Due")


def batch(sandbox: Any, *paths: str) -> requests.Response:
    """A `$batch` of GETs on the demo site (sharepoint-rest.md §7.1)."""
    parts = "".join(
        "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        f"GET {sandbox.site}/_api/{path} HTTP/1.1\r\nAccept: application/json;odata=nometadata\r\n\r\n\r\n"
        for path in paths
    )
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    answer: requests.Response = sandbox.api("POST", "$batch", headers=headers, data=f"{parts}--b--\r\n".encode())
    return answer


def test_a_fault_on_an_operation_of_a_batch(sandbox: Any) -> None:
    sandbox.faults({"path": r"_api/web/lists", "do": "status:503"})
    answer = batch(sandbox, "web", "web/lists")
    assert answer.status_code == 200
    assert ("HTTP/1.1 200" in answer.text, "HTTP/1.1 503" in answer.text) == (True, True)
    # A part of a batch carries the header too (sharepoint-rest.md §10, 17).
    assert "retry-after: 1" in answer.text.lower()
    entries = [entry for entry in sandbox.requests() if "/_api/" in entry["path"]]
    seen = [(entry["path"].partition("/_api/")[2], entry["status"], entry["batch"]) for entry in entries]
    assert seen == [("$batch", 200, None), ("web", 200, 1), ("web/lists", 503, 1)]


def test_a_reset_on_an_operation_cuts_the_batch(sandbox: Any) -> None:
    sandbox.token(sandbox.sharepoint)
    sandbox.faults({"path": r"_api/web/lists", "do": "reset-before"})
    with pytest.raises(requests.ConnectionError):
        batch(sandbox, "web", "web/lists")
    assert batch(sandbox, "web", "web/lists").status_code == 200


def test_token_expired_is_one_401(sandbox: Any) -> None:
    sandbox.faults({"host": "graph.microsoft.com", "path": "/users", "do": "token-expired"})
    first = sandbox.graph("GET", "users?$top=1")
    assert first.status_code == 401
    # identity-mail-teams.md §6
    assert first.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert first.json()["error"]["message"] == "Lifetime validation failed, the token is expired."
    assert sandbox.graph("GET", "users?$top=1").status_code != 401


def test_faults_can_be_seen_and_lifted(sandbox: Any) -> None:
    sandbox.faults({"path": "keys", "after": 1, "do": "status:500"})
    sandbox.get(KEYS, token=None)
    shown = sandbox.control("GET", "faults").json()
    assert [(rule["path"], rule["passed"], rule["fired"]) for rule in shown] == [("keys", 1, 0)]
    assert sandbox.control("DELETE", "faults").status_code == 204
    assert sandbox.get(KEYS, token=None).status_code == 200


def test_a_bad_rule_puts_none_in_force(sandbox: Any) -> None:
    rules = [{"path": "keys", "do": "status:500"}, {"path": "keys", "do": "explode"}]
    answer = sandbox.control("POST", "faults", json=rules)
    assert answer.status_code == 400
    assert "explode" in answer.json()["error"]
    assert sandbox.control("GET", "faults").json() == []
