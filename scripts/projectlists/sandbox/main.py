"""Running a tenant: everything on 127.0.0.1, until it is told to stop (contract §4)."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final

from projectlists.sandbox import files, front, seeds
from projectlists.sandbox.assembly import Assembly, Ports
from projectlists.sandbox.proxy import Proxy
from projectlists.sandbox.store import ForeignFolder

_TENANT_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
# Waiting in short turns, because a signal does not end a long wait on every system.
_TURN_SECONDS: Final = 0.5

Ready = dict[str, Any]


class SandboxError(Exception):
    """The sandbox cannot start; the message is for the person who asked."""


@dataclass(frozen=True)
class Options:
    """How to run a tenant.

    `data`: folder that outlives the run (None: everything is temporary). `port`: of the proxy, 0 takes a free one.
    `latency_ms` is added to every request from outside, `resource_units` is SharePoint's budget per minute (None: no
    limit). `seed` is none, sample or fleet:N and counts at the first start in a folder only. `sample` is the YAML file
    whose `people` the seed sample takes.
    """

    data: Path | None = None
    port: int = 0
    tenant: str = "lindervoort"
    latency_ms: int = 0
    resource_units: int | None = None
    seed: str = "none"
    sample: Path | None = None


def serve(
    *,
    data: Path | None = None,
    port: int = 0,
    ready: Path | None = None,
    tenant: str = "lindervoort",
    latency_ms: int = 0,
    resource_units: int | None = None,
    seed: str = "none",
    sample: Path | None = None,
    on_ready: Callable[[Ready], None] | None = None,
    stop: threading.Event | None = None,
) -> Ready:
    """Run a tenant until `stop` is set, or until SIGTERM or SIGINT when called on the main thread.

    When everything answers, `ready` is written and `on_ready` called with the same document, which is also returned in
    the end. The other arguments are those of `Options`. Raises SandboxError when it cannot start.
    """
    options = Options(data, port, tenant, latency_ms, resource_units, seed, sample)
    ending = stop or threading.Event()
    if ready is not None:
        # An old file would tell whoever waits for it that a sandbox answers.
        ready.unlink(missing_ok=True)
    with _stopped_by_signals(ending), running(options) as document:
        if ready is not None:
            files.write_private(ready, (json.dumps(document, ensure_ascii=False) + "\n").encode())
        if on_ready is not None:
            on_ready(document)
        while not ending.wait(_TURN_SECONDS):
            pass
    return document


@contextlib.contextmanager
def running(options: Options) -> Iterator[Ready]:
    """Run a tenant as long as the context lasts; gives the document of the ready file. Raises SandboxError."""
    if not _TENANT_NAME.fullmatch(options.tenant):
        raise SandboxError(f"'{options.tenant}' is no tenant name: use small letters, digits and hyphens.")
    with contextlib.ExitStack() as stack:
        try:
            seeds.parse(options.seed)
            proxy_door, tls_door, web_door = (
                stack.enter_context(contextlib.closing(front.bind(port))) for port in (options.port, 0, 0)
            )
            ports = Ports(*(door.getsockname()[1] for door in (proxy_door, tls_door, web_door)))
            assembly = Assembly(
                _folder(options, stack),
                options.tenant,
                ports,
                seed=options.seed,
                sample=options.sample,
                resource_units=options.resource_units,
                lasting=options.data is not None,
            )
        except (seeds.SeedError, ForeignFolder, OSError) as error:
            raise SandboxError(str(error)) from error
        except sqlite3.DatabaseError as error:
            raise SandboxError(f"The state in {options.data} cannot be read ({error}). Use an empty folder.") from error
        stack.enter_context(contextlib.closing(assembly))
        doors = front.Front(
            gateway=assembly.gateway.handle,
            people=assembly.web(),
            clock=assembly.tenant.clock,
            latency_ms=options.latency_ms,
            tls=assembly.authority.context,
            tls_socket=tls_door,
            web_socket=web_door,
            proxy=Proxy(assembly.gateway.hosts, ports.tls, assembly.gateway.refused_tunnel),
            proxy_socket=proxy_door,
        )
        doors.start()
        stack.callback(doors.stop)
        yield assembly.document()


def _folder(options: Options, stack: contextlib.ExitStack) -> Path:
    if options.data is None:
        made = stack.enter_context(tempfile.TemporaryDirectory(prefix="projectlists-sandbox-"))
        return Path(made).resolve()
    folder = options.data.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if other := next((each for each in folder.glob("*.sqlite") if each.stem != options.tenant), None):
        raise SandboxError(f"{folder} holds the tenant {other.stem}, not {options.tenant}.")
    return folder


@contextlib.contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
