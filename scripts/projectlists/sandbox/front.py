"""The doors: TLS server, proxy and plain web server on 127.0.0.1, in one event loop on a thread of its own."""

from __future__ import annotations

import asyncio
import email.utils
import os
import socket
import ssl
import sys
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.http import Headers, Request, Response
from projectlists.sandbox.proxy import Proxy, reset
from projectlists.sandbox.tenant import Service

_THREADS: Final = 32
_BODILESS: Final = frozenset({204, 304})
_KEEP_ALIVE_SECONDS: Final = 120
_STOP_SECONDS: Final = 10
_LONGEST_HEAD: Final = 128 * 1024

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


if sys.platform == "win32":
    _new_event_loop = asyncio.new_event_loop
else:
    # Half of what the sandbox does on a quiet question is moving bytes through TLS and proxy; this loop takes less.
    from uvloop import new_event_loop as _new_event_loop


def bind(port: int = 0) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 takes a free one. Raises OSError when the port is taken."""
    # asyncio turns Nagle's delay off only for sockets that name TCP; else each answer waits 40 ms for an ACK.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # Elsewhere it would let two servers share the port.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(256)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


class Connections:
    """The open connections of a server by the client's address, so that one can be cut."""

    def __init__(self) -> None:
        self._open: dict[Any, asyncio.Transport] = {}

    def cut(self, client: Any) -> None:
        """Cut a client's connection with a reset; nothing more goes out."""
        if (transport := self._open.get(tuple(client))) is not None:
            reset(transport)

    def protocol(self) -> type[H11Protocol]:
        """An HTTP protocol for uvicorn that registers its connections here."""
        connections = self._open

        class Registered(H11Protocol):
            """uvicorn's own protocol; ASGI has no way to cut a connection."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                self._peer = transport.get_extra_info("peername")
                connections[self._peer] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                connections.pop(self._peer, None)
                super().connection_lost(exc)

        return Registered


class Application:
    """An ASGI application around a Service: reads the request whole, works in a thread, answers whole."""

    def __init__(
        self, service: Service, executor: ThreadPoolExecutor, connections: Connections, clock: Clock, latency_ms: int
    ) -> None:
        self._service = service
        self._executor = executor
        self._connections = connections
        self._clock = clock
        self._latency = latency_ms / 1000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = bytearray()
        more = True
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                return
            body += event.get("body", b"")
            more = event.get("more_body", False)
        if self._latency:
            await asyncio.sleep(self._latency)
        request = _request(scope, bytes(body))
        answer = await asyncio.get_running_loop().run_in_executor(self._executor, self._service, request)
        if answer.reset:
            self._connections.cut(scope["client"])
            # The server must see the end before this returns, or it would try an answer of its own.
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": self._headers(answer)})
        content = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": content})

    def _headers(self, answer: Response) -> list[tuple[bytes, bytes]]:
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
        headers.append((b"Date", email.utils.format_datetime(self._clock.now(), usegmt=True).encode()))
        if answer.status not in _BODILESS:
            headers.append((b"Content-Length", str(len(answer.body)).encode()))
        return headers


class Front:
    """All doors together. `start` returns when each of them answers; `stop` closes them."""

    def __init__(
        self,
        *,
        gateway: Service,
        people: Service,
        clock: Clock,
        latency_ms: int,
        tls: ssl.SSLContext,
        tls_socket: socket.socket,
        web_socket: socket.socket,
        proxy: Proxy,
        proxy_socket: socket.socket,
    ) -> None:
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="sandbox")
        self._far_end = self._server(gateway, clock, latency_ms, tls)
        self._web = self._server(people, clock, 0, None)
        self._proxy = proxy
        self._sockets = (tls_socket, web_socket, proxy_socket)
        self._started = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox-front", daemon=True)

    def start(self) -> None:
        """Open the doors. Raises what went wrong while doing so."""
        self._thread.start()
        self._started.wait()
        if self._failed is not None:
            raise self._failed

    def stop(self) -> None:
        """Close the doors and wait for what is under way."""
        self._far_end.should_exit = self._web.should_exit = True
        self._thread.join(_STOP_SECONDS)
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _server(
        self, service: Service, clock: Clock, latency_ms: int, context: ssl.SSLContext | None
    ) -> uvicorn.Server:
        connections = Connections()
        config = uvicorn.Config(
            Application(service, self._executor, connections, clock, latency_ms),
            http=connections.protocol(),
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=_LONGEST_HEAD,
        )
        config.load()
        config.ssl = context
        return uvicorn.Server(config)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_new_event_loop) as runner:
                runner.run(self._serve())
        except BaseException as error:
            self._failed = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        tls_socket, web_socket, proxy_socket = self._sockets
        servers = [
            asyncio.create_task(self._far_end.serve(sockets=[tls_socket])),
            asyncio.create_task(self._web.serve(sockets=[web_socket])),
        ]
        while not (self._far_end.started and self._web.started):
            if any(server.done() for server in servers):
                await asyncio.gather(*servers)
            await asyncio.sleep(0.005)
        await self._proxy.start(proxy_socket)
        self._started.set()
        await asyncio.wait(servers, return_when=asyncio.FIRST_COMPLETED)
        await self._proxy.stop()
        await asyncio.gather(*servers)


def _request(scope: Scope, body: bytes) -> Request:
    headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    return Request(
        method=scope["method"],
        host=headers.get("Host").partition(":")[0].lower(),
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
    )
