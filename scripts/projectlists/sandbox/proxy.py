"""The HTTPS proxy clients go through: `CONNECT host:443` to a host of the tenant, nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Collection
from typing import Final
from urllib.parse import urlsplit

_LONGEST_HEAD: Final = 64 * 1024
_CHUNK: Final = 64 * 1024
_HEAD_SECONDS: Final = 30
# Linger on, for 0 seconds: closing sends a reset instead of a polite end.
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Proxy:
    """Tunnels to the TLS port on this machine. A host outside `hosts` gets 403 and is reported to `refused`."""

    def __init__(self, hosts: Collection[str], tls_port: int, refused: Callable[[str], None]) -> None:
        self._hosts = hosts
        self._tls_port = tls_port
        self._refused = refused
        self._tunnels: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, listening: socket.socket) -> None:
        """Serve on a bound socket."""
        self._server = await asyncio.start_server(self._accept, sock=listening, limit=_LONGEST_HEAD)

    async def stop(self) -> None:
        """Close the door and all tunnels."""
        if self._server is not None:
            self._server.close()
        for tunnel in self._tunnels:
            tunnel.cancel()
        await asyncio.gather(*self._tunnels, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101
        self._tunnels.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, asyncio.CancelledError):
            # The client went away, or the sandbox stops: there is nobody left to tell.
            pass
        finally:
            self._tunnels.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_SECONDS)
        method, host, port = _asked(head.split(b"\r\n", 1)[0].decode("latin-1"))
        if method != "CONNECT" or host not in self._hosts or port != "443":
            self._refused(host)
            text = b"This proxy leads to the hosts of the sandbox only, by CONNECT to port 443.\n"
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
            await writer.drain()
            return
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self._tls_port)
        try:
            writer.write(b"HTTP/1.1 200 Connection Established\r\n\r\n")
            await writer.drain()
            await _join(reader, writer, onward_reader, onward_writer)
        finally:
            onward_writer.transport.abort()


def _asked(line: str) -> tuple[str, str, str]:
    """Method, host and port of a request line; host and port are empty when they cannot be read."""
    method, _, rest = line.partition(" ")
    target = rest.partition(" ")[0]
    try:
        # CONNECT names `host:port`; anything else comes with a whole URL.
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
    except ValueError:
        return method, "", ""
    return method, parts.hostname or "", parts.netloc.rpartition(":")[2]


async def _join(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    onward_reader: asyncio.StreamReader,
    onward_writer: asyncio.StreamWriter,
) -> None:
    """Pipe both ways until either side ends. A reset behind the proxy becomes a reset before it."""
    up = asyncio.ensure_future(_pipe(reader, onward_writer, writer.get_extra_info("socket")))
    down = asyncio.ensure_future(_pipe(onward_reader, writer, onward_writer.get_extra_info("socket")))
    try:
        await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for side in (up, down):
            side.cancel()
        await asyncio.gather(up, down, return_exceptions=True)
    if not down.cancelled() and isinstance(down.exception(), ConnectionResetError):
        reset(writer.transport)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, source: socket.socket) -> None:
    _acknowledge_at_once(source)
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()
        _acknowledge_at_once(source)


def _acknowledge_at_once(source: socket.socket) -> None:
    """Clients that wait for an acknowledgement between head and body would lose 40 ms on every POST.

    The kernel forgets the option after a while, so it is set before each read. Only Linux has it.
    """
    if hasattr(socket, "TCP_QUICKACK"):
        source.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def reset(transport: asyncio.WriteTransport) -> None:
    """Cut a connection so that the other side sees a reset: with no time to linger, closing sends RST."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
