"""The way out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3.exceptions

from projectlists.config.model import Network
from projectlists.farend.network import Session, Traffic, unreachable


class Recorder(requests.adapters.BaseAdapter):
    def __init__(self, status: int = 200) -> None:
        super().__init__()
        self.status = status
        self.settings: list[dict[str, Any]] = []

    def send(self, request: requests.PreparedRequest, *_args: Any, **kwargs: Any) -> requests.Response:
        self.settings.append({**kwargs, "headers": request.headers})
        response = requests.Response()
        response.status_code, response._content, response.url = self.status, b"", str(request.url)
        return response

    def close(self) -> None:
        pass


def recorded(network: Network, **options: Any) -> tuple[Session, Recorder]:
    session, recorder = Session(network, **options), Recorder(options.pop("status", 200))
    session.mount("https://", recorder)
    return session, recorder


def test_what_the_config_names_wins_over_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    # identity-mail-teams.md §13: REQUESTS_CA_BUNDLE in the environment wins over session.verify
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/else.pem")
    monkeypatch.setenv("HTTPS_PROXY", "http://elsewhere:1")
    session, recorder = recorded(Network(proxy="http://proxy:8080", ca_bundle=Path("/ours.pem")), user_agent="NONISV|x")
    session.get("https://contoso.sharepoint.com")
    (used,) = recorder.settings
    assert used["verify"] == "/ours.pem"
    assert used["proxies"]["https"] == "http://proxy:8080"
    assert used["headers"]["User-Agent"] == "NONISV|x"


def test_without_settings_the_machine_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://elsewhere:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    session, recorder = recorded(Network())
    session.get("https://contoso.sharepoint.com")
    assert recorder.settings[0]["proxies"]["https"] == "http://elsewhere:1"


def test_nothing_waits_for_ever() -> None:
    # msal's session has no time-out and the client's read phase none (§12.1, §12.3)
    session, recorder = recorded(Network(timeout_seconds=30))
    session.get("https://login.microsoftonline.com")
    session.get("https://login.microsoftonline.com", timeout=5)
    assert [used["timeout"] for used in recorder.settings] == [(10.0, 30), 5]


def test_traffic_is_counted() -> None:
    traffic = Traffic()
    session, recorder = recorded(Network(), traffic=traffic)
    session.get("https://graph.microsoft.com/v1.0/users")
    session.post("https://graph.microsoft.com/v1.0/$batch", data=json.dumps({"requests": [{}, {}, {}]}))
    session.post("https://contoso.sharepoint.com/_api/$batch", data=b"--batch")  # counted by the channel
    recorder.status = 429
    session.get("https://graph.microsoft.com/v1.0/users")
    # contract.md §3: a $batch of 3 is 1 request and 3 operations
    assert traffic.as_json() == {"requests": 4, "operations": 5, "throttled": 1, "retried": 0}


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (requests.exceptions.ProxyError("x"), "http://proxy:8080"),
        (requests.exceptions.SSLError("x"), "network.ca_bundle"),
        (requests.exceptions.ReadTimeout("x"), "30 seconds"),
        (requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("x")), "network.proxy"),
    ],
)
def test_no_connection_in_one_sentence(error: requests.RequestException, part: str) -> None:
    found = unreachable(error, "contoso.sharepoint.com", Network(proxy="http://proxy:8080", timeout_seconds=30))
    assert part in str(found)
    assert "contoso.sharepoint.com" in str(found) or isinstance(error, requests.exceptions.ProxyError)
