"""What Entra refuses because of a policy or a state, ordered over a control (identity-mail-teams.md §5)."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from projectlists.sandbox.entra.refusals import KINDS
from tests.sandbox.conftest import GRAPH, Sandbox
from tests.sandbox.test_refusals_services import sign_in_failure

# The facts' table: every number in it that no request brings about by itself, with its `error` where one is given.
TABLE = {
    **dict.fromkeys((7000215, 7000222, 700027, 700030, 700024, 500133), "invalid_client"),
    **dict.fromkeys((7000112, 70001, 700016), "unauthorized_client"),
    **dict.fromkeys((65001, 50126, 700082, 70008, 70043, 50173, 50132, 50133, 50196), "invalid_grant"),
    65004: "access_denied",
    **dict.fromkeys((50079, 50072, 53004, 53010), "interaction_required"),
    **dict.fromkeys((90055, 90033, 90006, 50033, 50087), "temporarily_unavailable"),
    **dict.fromkeys((90038, 900382, 900432, 90094, 90095, 50105, 50020, 16000, 51004, 50034, 50057), None),
    **dict.fromkeys((50055, 50056, 50144, 50053, 50097, 53000, 53001, 53002, 530032, 530034, 530035), None),
    **dict.fromkeys((700229, 100007), None),
}
EITHER = {
    **{code: {"interaction_required", "invalid_grant"} for code in (50076, 50074, 50078)},
    53003: {"invalid_grant", "access_denied"},
}


def order(sandbox: Sandbox, *rules: dict[str, Any]) -> None:
    assert sandbox.control("POST", "refusals", json=list(rules)).status_code == 200


def test_every_number_of_the_table(sandbox: Sandbox) -> None:
    assert set(KINDS) == set(TABLE) | set(EITHER)
    for code in KINDS:
        order(sandbox, {"code": code, "times": 1})
        answer = sandbox.sign_in(GRAPH)
        status, error, number, text = sign_in_failure(answer)
        assert (number, text) == (code, KINDS[code].text), code
        assert error in EITHER.get(code, {TABLE.get(code) or error})
        # §5: invalid_client is 401, nearly all others 400, throttling 429, an outage 5xx.
        busy = {90055: 429, 90033: 503, 90006: 503, 50033: 503, 50087: 503}
        assert status == busy.get(code, 401 if error == "invalid_client" else 400), code
        assert ("Retry-After" in answer.headers) == (code in busy)
    assert sandbox.sign_in(GRAPH).status_code == 200


def test_a_blocked_app(sandbox: Sandbox) -> None:
    order(sandbox, {"code": 53003, "client_id": sandbox.ready["client_id"]})
    answer = sandbox.sign_in(GRAPH)
    assert sign_in_failure(answer) == (
        400,
        "invalid_grant",
        53003,
        "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
    )
    body = answer.json()
    assert body["suberror"] == "message_only"
    assert {"timestamp", "trace_id", "correlation_id", "error_uri"} <= set(body)
    # Always, until it is lifted; a reset lifts it too.
    assert sandbox.sign_in(GRAPH).status_code == 400
    assert sandbox.control("DELETE", "refusals").status_code == 204
    assert sandbox.sign_in(GRAPH).status_code == 200
    order(sandbox, {"code": 53003, "client_id": sandbox.ready["client_id"]})
    sandbox.reset()
    assert sandbox.control("GET", "refusals").json() == []


def test_a_throttled_tenant_says_when(sandbox: Sandbox) -> None:
    order(sandbox, {"code": 90055, "times": 1})
    answer = sandbox.sign_in(GRAPH)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "5")
    assert answer.json()["error"] == "temporarily_unavailable"


def device_poll(sandbox: Sandbox, number: int) -> requests.Response:
    app_id = sandbox.control("GET", "").json()["public_client_id"]
    form = {"client_id": app_id, "scope": f"{sandbox.sharepoint}/AllSites.Read offline_access"}
    flow = sandbox.post(sandbox.token_endpoint.replace("/token", "/devicecode"), data=form, token=None).json()
    upn = sandbox.ready["users"][number]["upn"]
    sandbox.control("POST", "devicecode", json={"user_code": flow["user_code"], "upn": upn})
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    form = {"client_id": app_id, "grant_type": grant, "device_code": flow["device_code"]}
    return sandbox.post(sandbox.token_endpoint, data=form, token=None)


def test_one_person_needs_more(sandbox: Sandbox) -> None:
    noor = sandbox.ready["users"][0]["upn"]
    order(sandbox, {"code": 50076, "user": noor.upper()})
    answer = device_poll(sandbox, 0)
    assert sign_in_failure(answer)[:3] == (400, "invalid_grant", 50076)
    assert answer.json()["suberror"] == "basic_action"
    # Another person signs in, and the job, which is no person, too.
    assert device_poll(sandbox, 1).status_code == 200
    assert sandbox.sign_in(GRAPH).status_code == 200


def test_tokens_that_were_revoked(sandbox: Sandbox) -> None:
    refresh = device_poll(sandbox, 0).json()["refresh_token"]
    order(sandbox, {"code": 50173, "user": sandbox.ready["users"][0]["upn"], "times": 1})
    app_id = sandbox.control("GET", "").json()["public_client_id"]
    form = {"client_id": app_id, "grant_type": "refresh_token", "refresh_token": refresh}
    form["scope"] = f"{sandbox.sharepoint}/AllSites.Read"
    answer = sandbox.post(sandbox.token_endpoint, data=form, token=None)
    assert sign_in_failure(answer)[:3] == (400, "invalid_grant", 50173)
    assert answer.json()["suberror"] == "bad_token"
    assert sandbox.control("GET", "refusals").json()[0]["times"] == 0


@pytest.mark.parametrize(
    "body",
    ["", "{}", "[5]", '[{"code": 1}]', '[{"code": 53003, "times": 0}]', '[{"code": 53003, "user": 5}]', '[{"a":1}]'],
)
def test_orders_that_cannot_be_read(sandbox: Sandbox, body: str) -> None:
    assert sandbox.control("POST", "refusals", data=body).status_code == 400
    assert sandbox.control("GET", "refusals").json() == []
