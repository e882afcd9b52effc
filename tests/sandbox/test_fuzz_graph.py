"""Any body and query to Graph, any form to the sign-in: an answer, never a defect of the sandbox."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import example, given
from hypothesis import strategies as st

from tests.sandbox.fuzzing import GRAPH, LOGIN, Bench, expressions, leaves, usual

GRAPH_WRITES = (
    ("POST", "users/projecten@gemeente.example/messages"),
    ("POST", "users/projecten@gemeente.example/sendMail"),
    ("POST", "$batch"),
    ("POST", "teams/x/channels"),
    ("POST", "sites/root/permissions"),
)
GRAPH_NAMES = (
    *("message", "subject", "body", "contentType", "content", "toRecipients", "emailAddress", "address", "from", "id"),
    *(
        "singleValueExtendedProperties",
        "value",
        "attachments",
        "@odata.type",
        "name",
        "contentBytes",
        "saveToSentItems",
    ),
    *("requests", "method", "url", "headers", "dependsOn", "roles", "grantedToIdentities", "application", "categories"),
)
graph_bodies = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(GRAPH_NAMES), inner, max_size=4),
    max_leaves=10,
)


@usual
@given(target=st.sampled_from(GRAPH_WRITES), body=graph_bodies)
@example(target=GRAPH_WRITES[2], body={"requests": [{"id": "1", "method": "POST", "url": "/$batch", "body": {}}]})
def test_any_body_on_graph(bench: Bench, target: tuple[str, str], body: Any) -> None:
    method, path = target
    kind = {"Content-Type": "application/json"}
    bench.ask(GRAPH, method, f"/v1.0/{path}", "", kind, json.dumps(body).encode())


@usual
@given(
    path=st.sampled_from(["users", "users/projecten@gemeente.example/messages", "users/x", "sites/root", "groups"]),
    options=st.dictionaries(
        st.sampled_from(["$filter", "$select", "$expand", "$orderby", "$top", "$search"]), expressions
    ),
)
def test_any_query_on_graph(bench: Bench, path: str, options: dict[str, str]) -> None:
    query = "&".join(f"{quote(name)}={quote(value, errors='replace')}" for name, value in options.items())
    bench.ask(GRAPH, "GET", f"/v1.0/{path}", query)


@usual
@given(
    path=st.sampled_from(["oauth2/v2.0/token", "oauth2/v2.0/devicecode", "oauth2/v2.0/authorize", "discovery/keys"]),
    form=st.dictionaries(
        st.sampled_from(["client_id", "client_secret", "grant_type", "scope", "code", "refresh_token", "device_code"])
        | st.sampled_from(
            ["client_assertion", "client_assertion_type", "redirect_uri", "code_verifier", "response_type"]
        ),
        st.text(max_size=20)
        | st.sampled_from(["client_credentials", "refresh_token", "authorization_code", "password"]),
        max_size=6,
    ),
    method=st.sampled_from(["GET", "POST"]),
    tenant=st.sampled_from(["lindervoort.onmicrosoft.com", "common", "x", "%00"]),
)
def test_any_sign_in(bench: Bench, path: str, form: dict[str, str], method: str, tenant: str) -> None:
    body = "&".join(f"{name}={quote(value, errors='replace')}" for name, value in form.items())
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    query = body if method == "GET" else ""
    bench.ask(LOGIN, method, f"/{tenant}/{path}", query, kind, b"" if method == "GET" else body.encode())
