"""The controls at `{web}/_sandbox/` (contract §4)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import requests


def test_reset_brings_everything_back(sandbox: Any) -> None:
    before = sandbox.control("GET", "").json()
    webhook = before["webhook"]
    sandbox.faults({"path": "never", "do": "status:500"})
    sandbox.set_clock("2030-01-01T00:00:00Z")
    card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard"}}
    sandbox.post(webhook, token=None, json={"attachments": [card]})
    assert len(sandbox.control("GET", "teams").json()) == 1
    sandbox.reset()
    assert sandbox.control("GET", "teams").json() == []
    assert sandbox.control("GET", "faults").json() == []
    assert sandbox.requests() == []
    assert abs(now(sandbox) - datetime.now(UTC).timestamp()) < 5
    assert sandbox.control("GET", "").json() == before


def now(sandbox: Any) -> float:
    return datetime.fromisoformat(sandbox.control("GET", "clock").json()["now"]).timestamp()


@pytest.mark.parametrize(
    ("given", "utc"),
    [
        ("2026-11-30T09:00:00+01:00", "2026-11-30T08:00:00+00:00"),
        ("2026-11-30T09:00:00Z", "2026-11-30T09:00:00+00:00"),
        ("2026-11-30T09:00", "2026-11-30T09:00:00+00:00"),
        ("2026-11-30", "2026-11-30T00:00:00+00:00"),
    ],
)
def test_the_clock_runs_on_from_the_moment_given(sandbox: Any, given: str, utc: str) -> None:
    sandbox.set_clock(given)
    first, second = now(sandbox), now(sandbox)
    assert 0 <= first - datetime.fromisoformat(utc).timestamp() < 5
    assert second > first


@pytest.mark.parametrize("body", [b"", b"{}", b'{"now": 5}', b'{"now": "tomorrow"}', b"[]"])
def test_a_clock_that_cannot_be_read(sandbox: Any, body: bytes) -> None:
    assert sandbox.control("POST", "clock", data=body).status_code == 400


def test_requests_can_be_forgotten_alone(sandbox: Any) -> None:
    sandbox.faults({"path": "never", "do": "status:500"})
    sandbox.get("https://login.microsoftonline.com/common/discovery/keys", token=None)
    assert len(sandbox.requests()) == 1
    assert sandbox.control("DELETE", "requests").status_code == 204
    assert sandbox.requests() == []
    assert len(sandbox.control("GET", "faults").json()) == 1


def test_unknown_controls_and_methods(sandbox: Any) -> None:
    answer = sandbox.control("GET", "nothing")
    assert answer.status_code == 404
    assert "requests" in answer.json()["error"]
    answer = sandbox.control("PUT", "clock")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")


def test_pages_of_other_names_are_refused(sandbox: Any) -> None:
    # A page elsewhere whose name is made to point at 127.0.0.1 gets nothing.
    answer = sandbox.control("POST", "reset", headers={"Host": "attacker.example"})
    assert answer.status_code == 421


def test_bodies_of_faults_that_are_no_json(sandbox: Any) -> None:
    for body in (b"", b"{", b'{"do": "status:500"}'):
        assert sandbox.control("POST", "faults", data=body).status_code == 400


@pytest.mark.parametrize(
    "body", [{}, {"user_code": "X"}, {"user_code": "X", "upn": "nobody@x.example"}, {"user_code": "X", "action": "eat"}]
)
def test_device_codes_that_cannot_be_decided(sandbox: Any, body: dict[str, str]) -> None:
    assert sandbox.control("POST", "devicecode", json=body).status_code == 400


def test_device_code_nobody_asked_for(sandbox: Any) -> None:
    body = {"user_code": "BCDFGHJKL", "action": "decline"}
    assert sandbox.control("POST", "devicecode", json=body).status_code == 404


def test_the_web_address_is_plain_http_for_people(sandbox: Any) -> None:
    assert sandbox.web.startswith("http://127.0.0.1:")
    with requests.Session() as session:
        session.trust_env = False
        page = session.get(f"{sandbox.web}/_sandbox/devicecode", timeout=5)
    assert page.headers["Content-Type"].startswith("text/html")
    assert sandbox.ready["users"][0]["upn"] in page.text
