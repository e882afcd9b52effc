"""How many requests a second the sandbox answers, through its proxy and on one core, reads and writes mixed.

`python benchmarks/sandbox.py` prints a Markdown table. Where the system can (Linux), the sandbox is held to one
core and the callers to another; there the table also tells what a request costs the sandbox in processor time, which
does not depend on what else the machine does.
"""

from __future__ import annotations

import http.client
import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import msal
import requests
from office365.sharepoint.client_context import ClientContext
from office365.sharepoint.lists.creation_information import ListCreationInformation

SECONDS = 5.0
LIGHT = "application/json;odata=nometadata"
SITE = "/sites/demo/_api/"
ITEMS = f"{SITE}web/lists/getbytitle('Snelheid')/items"


def start(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Start a sandbox on the first core; its process and ready document."""
    ready = folder / "ready.json"
    words = [sys.executable, "-m", "projectlists", "sandbox", "--ready", str(ready)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not ready.exists():
        time.sleep(0.05)
    if hasattr(os, "sched_setaffinity"):
        for task in Path(f"/proc/{process.pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {0})
        os.sched_setaffinity(0, {1 % (os.cpu_count() or 1)})
    return process, json.loads(ready.read_text("utf-8"))


class Connection:
    """One connection that stays open, through the proxy."""

    def __init__(self, ready: dict[str, Any], token: str) -> None:
        proxy, site = urlsplit(ready["proxy"]), urlsplit(ready["sharepoint"])
        context = ssl.create_default_context(cafile=ready["ca"])
        self._http = http.client.HTTPSConnection(str(proxy.hostname), proxy.port, context=context)
        self._http.set_tunnel(str(site.hostname), 443)
        self._headers = {"Authorization": f"Bearer {token}", "Accept": LIGHT, "Content-Type": LIGHT, "If-Match": "*"}

    def send(self, method: str, path: str, body: Any = None, tunnel: str = "") -> int:
        """One request; its status."""
        headers = self._headers | ({"X-HTTP-Method": tunnel} if tunnel else {})
        self._http.request(method, quote(path, safe="/()'=$?&,"), None if body is None else json.dumps(body), headers)
        answer = self._http.getresponse()
        answer.read()
        return answer.status


def spent(process: subprocess.Popen[bytes]) -> float:
    """The processor time of a process so far, in seconds; 0 where the system does not tell."""
    status = Path(f"/proc/{process.pid}/stat")
    if not status.exists():
        return 0.0
    fields = status.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rate(title: str, process: subprocess.Popen[bytes], work: Callable[[int], None], threads: int = 1) -> None:
    """Print how many calls of `work`, each one request, are done a second in some threads at once."""
    done, lock, end = [0], threading.Lock(), time.perf_counter() + SECONDS

    def run(number: int) -> None:
        count = 0
        while time.perf_counter() < end:
            work(number)
            count += 1
        with lock:
            done[0] += count

    began, before = time.perf_counter(), spent(process)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, range(threads)))
    seconds, processor = time.perf_counter() - began, spent(process) - before
    print(f"| {title} | {done[0] / seconds:.0f} | {processor / done[0] * 1000:.2f} |")


def mixed(connection: Connection) -> Callable[[int], None]:
    """Six reads and four writes in turn: a list, a page, a filter, an item; made, changed, changed, deleted."""
    turn, made = [0], [0]

    def work(_number: int) -> None:
        at = turn[0] % 10
        turn[0] += 1
        match at:
            case 0:
                status = connection.send("POST", ITEMS, {"Title": f"rij {turn[0]}"})
                made[0] += status == 201
            case 3 | 6:
                status = connection.send("POST", f"{ITEMS}(1)", {"Title": f"anders {turn[0]}"}, "MERGE")
            case 9:
                status = connection.send("POST", f"{ITEMS}({made[0] + 1})", None, "DELETE")
            case 1 | 5:
                status = connection.send("GET", f"{ITEMS}?$top=20&$select=Id,Title,Modified")
            case 2 | 7:
                status = connection.send("GET", f"{ITEMS}(1)")
            case 4:
                status = connection.send("GET", f"{ITEMS}?$filter=Title eq 'rij 11'&$select=Id")
            case _:
                status = connection.send("GET", f"{SITE}web/lists/getbytitle('Snelheid')?$select=Title,ItemCount")
        assert status < 400, (at, status)

    return work


def main() -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as name:
        process, ready = start(Path(name))
        try:
            os.environ |= {"HTTPS_PROXY": ready["proxy"], "REQUESTS_CA_BUNDLE": ready["ca"], "NO_PROXY": ""}
            app = msal.ConfidentialClientApplication(
                ready["client_id"],
                authority=f"https://login.microsoftonline.com/{ready['tenant_id']}",
                client_credential={
                    "private_key": Path(ready["certificate"]).read_text("utf-8"),
                    "thumbprint": ready["thumbprint"],
                },
            )
            token = app.acquire_token_for_client([f"{ready['sharepoint']}/.default"])
            context = ClientContext(ready["sites"][0]).with_access_token(lambda: token)
            context.web.lists.add(ListCreationInformation(Title="Snelheid", BaseTemplate=100)).execute_query()
            context.web.lists.get_by_title("Snelheid").add_item({"Title": "eerste"}).execute_query()
            one = Connection(ready, token["access_token"])
            print("| callers | requests a second | ms of processor a request |")
            print("|---|---|---|")
            rate("http.client, one connection, reads and writes", process, mixed(one))
            rate("http.client, one connection, reading an item", process, lambda _: read(one))
            rate("http.client, one connection, adding items", process, lambda _: add(one))
            crowd = [Connection(ready, token["access_token"]) for _ in range(4)]
            rate("http.client, four connections, reading an item", process, lambda at: read(crowd[at]), 4)
            with requests.Session() as session:
                session.headers.update({"Authorization": f"Bearer {token['access_token']}", "Accept": LIGHT})
                address = f"{ready['sites'][0]}/_api/web/lists/getbytitle('Snelheid')/items(1)"
                rate("requests, one session, reading an item", process, lambda _: session.get(address).close())
            item = context.web.lists.get_by_title("Snelheid").items.get_by_id(1)
            rate("office365-rest-python-client, reading an item", process, lambda _: ask(item))
        finally:
            process.terminate()
            process.wait()


def read(connection: Connection) -> None:
    """Read an item."""
    assert connection.send("GET", f"{ITEMS}(1)") == 200


def add(connection: Connection) -> None:
    """Add an item."""
    assert connection.send("POST", ITEMS, {"Title": "nieuw"}) == 201


def ask(item: Any) -> None:
    """Read an item as the product does."""
    item.get().execute_query()


if __name__ == "__main__":
    main()
