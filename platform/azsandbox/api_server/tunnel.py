"""An HTTPS proxy that leads the host names of the sandbox's cloud to the API server, and refuses all others.

Storage accounts have host names of their own (`<account>.blob.<suffix>`), which no DNS server knows. The
session therefore sets this as its HTTPS proxy: a `CONNECT` to these names reaches the API server, which
authenticates itself with the session's certificate; so does a `CONNECT` to a public host that
`azsandbox.public_hosts` answers for, unless nothing is there. One to any other host is refused. So no process
of a session connects to the outside by accident.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from azsandbox.arm_api import names

_LONGEST = 64 * 1024


async def open_tunnel(server_port: int, reachable: Callable[[str], bool]) -> asyncio.Server:
    """Listen on a free port of the loopback interface.

    Args:
        server_port: the API server's.
        reachable: whether a public host answers.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Cancelled when the session ends; asyncio would log a task that ends as cancelled as an error.
        with contextlib.suppress(
            OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError
        ):
            await _serve(reader, writer, server_port, reachable)
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0, limit=_LONGEST)


async def _serve(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    server_port: int,
    reachable: Callable[[str], bool],
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    method, target, *_ = [*head.split(" ", 2), "", ""]
    host = target.rpartition(":")[0].lower()
    public = method == "CONNECT" and names.is_public(host)
    if method == "CONNECT" and not reachable(host):
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        return
    if method != "CONNECT" or not (public or host.endswith(f".{names.SUFFIX}")):
        reason = (
            f"the sandbox refuses connections to the outside: {target} is not a host of *.{names.SUFFIX}\n"
        )
        writer.write(f"HTTP/1.1 403 Forbidden\r\nContent-Length: {len(reason)}\r\n\r\n{reason}".encode())
        await writer.drain()
        return
    there, back = await asyncio.open_connection("127.0.0.1", server_port)
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await asyncio.gather(_pump(reader, back), _pump(there, writer))


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(_LONGEST):
            target.write(data)
            await target.drain()
    with contextlib.suppress(OSError, RuntimeError):
        target.close()
