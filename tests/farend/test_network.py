"""The way out."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import threading
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3.exceptions

from projectlists.config.configfile import is_proxy
from projectlists.config.model import Network
from projectlists.farend.network import Session, Traffic, unreachable
from projectlists.farend.tenant import Tenant
from tests.far_end import FarEnd


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


@pytest.mark.parametrize("through_proxy", [True, False])
def test_the_certificates_of_the_machine_are_trusted(
    far_end: FarEnd, monkeypatch: pytest.MonkeyPatch, through_proxy: bool
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    network = Network(proxy=far_end.config.network.proxy if through_proxy else None)
    host = "login.microsoftonline.com" if through_proxy else f"localhost:{far_end.ready['tls_port']}"
    address = f"https://{host}/{far_end.config.tenant}/v2.0/.well-known/openid-configuration"
    with pytest.raises(requests.exceptions.SSLError):
        Session(network).get(address)

    monkeypatch.setenv("SSL_CERT_FILE", str(far_end.config.network.ca_bundle))  # where the machine keeps them

    answer = Session(network).get(address, headers={"Host": "login.microsoftonline.com"})
    assert answer.status_code == 200


class Relay(socketserver.BaseRequestHandler):
    """Passes everything on to the proxy of the sandbox, both ways."""

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.behind)) as behind:  # type: ignore[attr-defined]
            answers = threading.Thread(target=self._pass, args=(behind, self.request), daemon=True)
            answers.start()
            self._pass(self.request, behind)
            answers.join(5)

    @staticmethod
    def _pass(giver: socket.socket, taker: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := giver.recv(65536):
                taker.sendall(data)
            taker.shutdown(socket.SHUT_WR)


class SixthProtocol(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6
    daemon_threads = True
    behind = 0


def test_a_proxy_may_have_an_address_of_ipv6(far_end: FarEnd) -> None:
    try:
        server = SixthProtocol(("::1", 0), Relay)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        server.behind = int(str(far_end.config.network.proxy).rpartition(":")[2])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        network = far_end.config.network.model_copy(update={"proxy": f"http://[::1]:{server.server_address[1]}"})
        assert is_proxy(str(network.proxy))

        about = Tenant(far_end.config.model_copy(update={"network": network})).site(far_end.url).about()

        assert about.title
        server.shutdown()


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
