"""The doors: proxy, TLS, keep-alive, cut connections, latency, start and stop (contract §4)."""

from __future__ import annotations

import concurrent.futures
import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from projectlists.sandbox.front import bind
from projectlists.sandbox.main import Options, SandboxError, running, serve
from tests.sandbox.conftest import Sandbox

READY_KEYS = [
    *("proxy", "tls_port", "ca", "web", "config", "tenant", "tenant_id", "sharepoint", "sites", "client_id"),
    *("certificate", "thumbprint", "client_secret", "mailbox", "team", "channel", "users"),
]


def test_ready_document_has_the_keys_of_the_contract(sandbox: Any) -> None:
    assert list(sandbox.ready) == READY_KEYS
    assert sandbox.ready["tenant"] == "lindervoort"
    assert sandbox.ready["sharepoint"] == "https://lindervoort.sharepoint.com"
    assert sandbox.ready["sites"] == ["https://lindervoort.sharepoint.com/sites/demo"]


def test_a_host_outside_the_table_is_refused_with_403_and_logged(sandbox: Any) -> None:
    with pytest.raises(requests.exceptions.ProxyError, match="403 Forbidden"):
        sandbox.get("https://example.com/", token=None)
    assert [(entry["host"], entry["method"], entry["status"]) for entry in sandbox.requests()] == [
        ("example.com", "CONNECT", 403)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "GET http://graph.microsoft.com/ HTTP/1.1",
        "CONNECT graph.microsoft.com:80 HTTP/1.1",
        "CONNECT [ HTTP/1.1",
        "nonsense",
    ],
)
def test_the_proxy_takes_connect_to_port_443_only(sandbox: Any, line: str) -> None:
    host, port = sandbox.ready["proxy"].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(f"{line}\r\nHost: graph.microsoft.com\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    "host",
    [
        "login.microsoftonline.com",
        "graph.microsoft.com",
        "lindervoort.sharepoint.com",
        "lindervoort-admin.sharepoint.com",
        "prod-00.westeurope.logic.azure.com",
    ],
)
def test_each_host_of_the_table_has_a_trusted_certificate(sandbox: Any, host: str) -> None:
    assert sandbox.get(f"https://{host}/nothing-here", token=None).status_code != 421


def test_several_requests_share_one_tunnel(sandbox: Any) -> None:
    proxy, _, port = sandbox.ready["proxy"].removeprefix("http://").partition(":")
    context = ssl.create_default_context(cafile=sandbox.ready["ca"])
    with contextlib.closing(http.client.HTTPSConnection(proxy, int(port), timeout=5, context=context)) as connection:
        connection.set_tunnel("login.microsoftonline.com", 443)
        connection.connect()
        tunnel = connection.sock
        for _ in range(3):
            connection.request("GET", "/common/discovery/v2.0/keys")
            answer = connection.getresponse()
            assert (answer.status, json.load(answer)["keys"][0]["use"]) == (200, "sig")
        assert connection.sock is tunnel
    assert len(sandbox.requests()) == 3


def test_answers_do_not_wait_for_an_acknowledgement() -> None:
    # asyncio switches Nagle's algorithm off for such sockets only; with it each answer takes 40 ms.
    with contextlib.closing(bind()) as door:
        assert door.proto == socket.IPPROTO_TCP


def test_long_addresses_and_large_bodies(sandbox: Any) -> None:
    url = f"{sandbox.ready['sharepoint']}/sites/demo/_api/web?$select=Title"
    assert sandbox.get(url, headers={"X-Long": "x" * 60_000}).json() == {"Title": "Demo"}
    assert sandbox.post(sandbox.token_endpoint, token=None, data={"x": "x" * 3_000_000}).status_code == 400


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_the_tls_port_serves_by_host_header(sandbox: Any, name: str) -> None:
    url = f"https://{name}:{sandbox.ready['tls_port']}/common/discovery/v2.0/keys"
    with requests.Session() as direct:
        direct.trust_env = False
        direct.verify = sandbox.ready["ca"]
        assert direct.get(url, headers={"Host": "login.microsoftonline.com"}, timeout=5).status_code == 200
        # A host that is not there: 421 Misdirected Request.
        assert direct.get(url, timeout=5).status_code == 421


def test_dates_of_answers_are_the_tenants(sandbox: Any) -> None:
    sandbox.set_clock("2027-03-28T00:30:00Z")
    answer = sandbox.get("https://login.microsoftonline.com/common/discovery/v2.0/keys", token=None)
    assert answer.headers["Date"].startswith("Sun, 28 Mar 2027 00:30:0")


def test_everything_listens_on_loopback_only(sandbox: Any) -> None:
    ports = [int(sandbox.ready[name].rpartition(":")[2]) for name in ("proxy", "web")] + [sandbox.ready["tls_port"]]
    for port in ports:
        with socket.socket() as other, pytest.raises(OSError, match="refused"):
            other.connect(("127.0.0.2", port))


def test_many_clients_at_once(sandbox: Any) -> None:
    url = f"https://login.microsoftonline.com/{sandbox.ready['tenant_id']}/discovery/v2.0/keys"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: sandbox.get(url, token=None).status_code, range(64)))
    assert answers == [200] * 64
    assert [entry["number"] for entry in sandbox.requests()] == sorted(e["number"] for e in sandbox.requests())


def test_latency_is_added_to_each_request() -> None:
    with running(Options(latency_ms=120)) as ready, requests.Session() as session:
        session.trust_env = False
        session.proxies, session.verify = {"https": ready["proxy"]}, ready["ca"]
        started = time.perf_counter()
        for _ in range(2):
            session.get("https://login.microsoftonline.com/common/discovery/v2.0/keys", timeout=5)
        assert time.perf_counter() - started >= 0.24


def test_data_survives_a_restart(tmp_path: Path) -> None:
    with running(Options(data=tmp_path)) as first:
        requests.post(f"{first['web']}/_sandbox/clock", json={"now": "2027-01-04T09:00:00Z"}, timeout=5)
    (tmp_path / "config" / "sites.csv").write_text("key,name,url,profile,language\nx,X,https://x.example,project,nl\n")
    with running(Options(data=tmp_path, seed="fleet:3")) as second:
        now = requests.get(f"{second['web']}/_sandbox/clock", timeout=5).json()["now"]
    kept = set(READY_KEYS) - {"proxy", "tls_port", "web"}
    assert {key: second[key] for key in kept} == {key: first[key] for key in kept}
    assert now.startswith("2027-01-04T09:00:0")
    # What a client added to the site table is its own.
    assert "https://x.example" in (tmp_path / "config" / "sites.csv").read_text()


def test_secrets_on_disk_are_for_the_owner_only(tmp_path: Path) -> None:
    with running(Options(data=tmp_path)) as ready:
        private = [Path(ready["certificate"]), *(tmp_path / n for n in ("ca-key.pem", "token-key.pem", "secrets.json"))]
        assert [stat.S_IMODE(path.stat().st_mode) for path in private] == [0o600] * 4


def test_a_folder_of_another_tenant_is_refused(tmp_path: Path) -> None:
    with running(Options(data=tmp_path, tenant="lindervoort")):
        pass
    with (
        pytest.raises(SandboxError, match="holds the tenant lindervoort, not meerdrecht"),
        running(Options(data=tmp_path, tenant="meerdrecht")),
    ):
        pass


def changed_by_hand(folder: Path, statements: str) -> None:
    with contextlib.closing(sqlite3.connect(folder / "lindervoort.sqlite")) as connection:
        connection.executescript(statements)


def test_a_folder_of_an_earlier_version_gets_the_columns_it_lacks(tmp_path: Path) -> None:
    with running(Options(data=tmp_path)):
        pass
    # Links of menus had neither audience nor window once.
    changed_by_hand(tmp_path, "ALTER TABLE sp_node DROP COLUMN new_window; ALTER TABLE sp_node DROP COLUMN audience;")
    with running(Options(data=tmp_path)) as ready:
        sandbox = Sandbox(ready)
        path = "web/Navigation/QuickLaunch"
        made = sandbox.api("POST", path, json={"Title": "Nieuw", "Url": f"{sandbox.site}/Lists/x"})
        shown = [one["Title"] for one in sandbox.api("GET", path).json()["value"]]
        sandbox.close()
    assert made.status_code == 201, made.text
    assert "Nieuw" in shown
    assert len(shown) > 1


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param("ALTER TABLE sp_list DROP COLUMN recycled;", id="a column in the middle is missing"),
        pytest.param("ALTER TABLE sp_item ADD COLUMN later TEXT;", id="a later version"),
        pytest.param("ALTER TABLE sp_view RENAME COLUMN is_default TO chosen;", id="another name"),
    ],
)
def test_a_folder_of_another_version_is_refused(tmp_path: Path, statements: str) -> None:
    with running(Options(data=tmp_path)):
        pass
    changed_by_hand(tmp_path, statements)
    before = (tmp_path / "lindervoort.sqlite").read_bytes()
    with pytest.raises(SandboxError, match="made by another version of the sandbox"), running(Options(data=tmp_path)):
        pass
    assert (tmp_path / "lindervoort.sqlite").read_bytes() == before


def test_a_state_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lindervoort.sqlite").write_text("no database at all" * 100)
    with pytest.raises(SandboxError, match="cannot be read"), running(Options(data=tmp_path)):
        pass


@pytest.mark.parametrize(
    ("options", "message"), [({"seed": "some"}, "no seed"), ({"tenant": "Two Words"}, "no tenant")]
)
def test_what_cannot_start_says_why(options: dict[str, str], message: str) -> None:
    with pytest.raises(SandboxError, match=message), running(Options(**options)):  # type: ignore[arg-type]
        pass


def test_a_taken_port_is_an_error_for_people() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SandboxError, match="in use"), running(Options(port=taken.getsockname()[1])):
            pass


def test_serve_writes_the_ready_file_and_stops_on_the_event(tmp_path: Path) -> None:
    ready, stop, seen = tmp_path / "ready.json", threading.Event(), []
    ready.write_text("old")

    def look(document: dict[str, Any]) -> None:
        seen.append((document, json.loads(ready.read_text())))
        assert requests.get(f"{document['web']}/_sandbox/clock", timeout=5).status_code == 200
        stop.set()

    assert serve(ready=ready, tenant="meerdrecht", on_ready=look, stop=stop) == seen[0][0] == seen[0][1]
    with pytest.raises(requests.ConnectionError):
        requests.get(seen[0][0]["web"], timeout=5)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without a signal it can hear")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    code = (
        "from pathlib import Path; from projectlists.sandbox.main import serve;"
        f"serve(data=Path({str(tmp_path / 'data')!r}), on_ready=lambda d: print(d['web'], flush=True)); print('ended')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": _SOURCES}
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(number)
        rest, _ = process.communicate(timeout=20)
    assert (process.returncode, rest) == (0, "ended\n")
    # The write-ahead log is folded in: one file holds the tenant.
    assert not (tmp_path / "data" / "lindervoort.sqlite-wal").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    code = (
        "from pathlib import Path; from projectlists.sandbox.main import serve;"
        f"serve(data=Path({str(tmp_path / 'data')!r}), ready=Path({str(ready)!r}),"
        "on_ready=lambda d: print('up', flush=True))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": _SOURCES}
    )
    with process, requests.Session() as session:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        document = json.loads(ready.read_text())
        session.trust_env = False
        session.proxies, session.verify = {"https": document["proxy"]}, document["ca"]
        webhook = session.get(f"{document['web']}/_sandbox/", timeout=5).json()["webhook"]
        card = {"contentType": "application/vnd.microsoft.card.adaptive", "content": {"type": "AdaptiveCard"}}
        assert session.post(webhook, json={"attachments": [card]}, timeout=5).status_code == 202
        process.kill()
    with running(Options(data=tmp_path / "data")) as again:
        assert len(requests.get(f"{again['web']}/_sandbox/teams", timeout=5).json()) == 1


_SOURCES = str(Path(__file__).parents[2] / "scripts")
