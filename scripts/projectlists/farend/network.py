"""The way out: sessions that go through the configured proxy, trust the configured certificates, and count."""

from __future__ import annotations

import json
import logging
import re
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from projectlists.config.model import Network
from projectlists.errors import Unreachable
from projectlists.farend.events import event
from projectlists.farend.workers import MOST_WORKERS
from projectlists.language import _

CONNECT_SECONDS = 10.0
_CORRELATION = ("SPRequestGuid", "request-id", "x-ms-request-id")
"""Headers by which the service finds a request again."""
_HERE = ("http://localhost", "http://127.0.0.1")
THROTTLED = frozenset({429, 503})
"""Statuses that say: too busy, nothing was done (sharepoint-rest.md §1.6)."""


class WithoutSecrets(logging.Filter):
    """Takes from the log of requests what must not stand in it: queries, which hold secrets and search texts, and
    addresses of people (guide.md §6.4; identity-mail-teams.md §10.1).
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten every address in a record; nothing is left out."""
        if isinstance(record.args, tuple):
            record.args = tuple(_shortened(part) if isinstance(part, str) else part for part in record.args)
        return True


def _shortened(text: str) -> str:
    if not text.startswith(("/", "http")):
        return text
    path, mark, _query = text.partition("?")
    path = _PERSON.sub("…", path)
    return f"{path}?…" if mark else path


_PERSON = re.compile(r"[^/'|]*(?:@|%40)[^/']*")
logging.getLogger("urllib3.connectionpool").addFilter(WithoutSecrets())


@dataclass
class Traffic:
    """What went over the line in this run; sign-in is not counted (contract.md §3, HTTP)."""

    requests: int = 0
    operations: int = 0
    throttled: int = 0
    retried: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def add(self, *, requests: int = 0, operations: int = 0, throttled: int = 0, retried: int = 0) -> None:
        """Count something; safe from several threads."""
        with self._lock:
            self.requests += requests
            self.operations += operations
            self.throttled += throttled
            self.retried += retried

    def as_json(self) -> dict[str, int]:
        """The `http` object of a JSON result."""
        with self._lock:
            return {
                "requests": self.requests,
                "operations": self.operations,
                "throttled": self.throttled,
                "retried": self.retried,
            }


class _MachineStore(HTTPAdapter):
    """Trusts what this machine trusts, beside the public certificates that come with requests.

    Windows and Linux keep there what the network administrator handed out; requests itself does not look.
    """

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Connections without a proxy."""
        super().init_poolmanager(*arguments, ssl_context=ssl.create_default_context(), **options)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Connections through a proxy."""
        return super().proxy_manager_for(proxy, ssl_context=ssl.create_default_context(), **options)


class Session(requests.Session):
    """A session that keeps to the network settings.

    Where the config names a proxy or certificates, the machine's own variables are left out of it: requests lets
    REQUESTS_CA_BUNDLE win over a session's setting (identity-mail-teams.md §13).
    """

    def __init__(self, network: Network, *, traffic: Traffic | None = None, user_agent: str | None = None) -> None:
        super().__init__()
        # Certificates that are named stand alone; a connection is kept for each worker.
        kind = HTTPAdapter if network.ca_bundle else _MachineStore
        self.mount("https://", kind(pool_maxsize=MOST_WORKERS))
        self._network = network
        self._traffic = traffic
        self.trust_env = network.proxy is None and network.ca_bundle is None
        if network.proxy:
            # What is on this machine needs no proxy: an empty address is how requests is told so.
            self.proxies = {"http": network.proxy, "https": network.proxy, **dict.fromkeys(_HERE, "")}
        if network.ca_bundle:
            self.verify = str(network.ca_bundle)
        if user_agent:
            self.headers["User-Agent"] = user_agent

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """Send with a time-out: neither msal nor the client's read phase has one of its own."""
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = (CONNECT_SECONDS, self._network.timeout_seconds)
        return super().request(method, url, *args, **kwargs)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send and count."""
        if self._traffic:
            self._traffic.add(requests=1, operations=_operations(request))
        began = time.monotonic()
        response = super().send(request, **kwargs)
        event(
            "request",
            host=urlsplit(request.url or "").hostname or "",
            method=request.method or "",
            status=response.status_code,
            ms=round((time.monotonic() - began) * 1000),
            correlation=next((response.headers[name] for name in _CORRELATION if name in response.headers), ""),
        )
        if self._traffic and response.status_code in THROTTLED:
            self._traffic.add(throttled=1)
        return response


def _operations(request: requests.PreparedRequest) -> int:
    """Operations in a request: one, or those of a Graph `$batch`. SharePoint's are counted where they are composed."""
    if not (request.url or "").endswith("/$batch"):
        return 1
    body = request.body
    try:
        return len(json.loads(body)["requests"]) if isinstance(body, str | bytes) else 0
    except (ValueError, KeyError, TypeError):
        return 0


def unreachable(error: requests.RequestException, host: str, network: Network) -> Unreachable:
    """The sentence for a connection that was never made or never answered."""
    if isinstance(error, requests.exceptions.ProxyError):
        sentence = _("The proxy {proxy} gives no connection to {host}. Check network.proxy in tenant.yaml.")
    elif isinstance(error, requests.exceptions.SSLError):
        sentence = _(
            "The certificate of {host} is not trusted. In a network that inspects traffic, name its certificates with "
            "network.ca_bundle in tenant.yaml."
        )
    elif isinstance(error, requests.exceptions.ReadTimeout):
        sentence = _("{host} gave no answer within {seconds} seconds. Try again later.")
    else:
        sentence = _("No connection to {host}. Check the network, and network.proxy in tenant.yaml.")
    return Unreachable(
        sentence.format(proxy=network.proxy or "-", host=host, seconds=round(network.timeout_seconds)),
        detail=type(error).__name__,
    )
