"""fakesnow's HTTP server with a password and chunked results, which ends with its parent process."""

from __future__ import annotations

import gzip
import hmac
import json
import os
import socket
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb
import fakesnow.server
import uvicorn

from ml.warehouse.chunks import App, ChunkedResults, Message, Receive, Send, reply
from ml.warehouse.engine import attach
from ml.warehouse.folder import USER, WarehouseFolder

_GRACE = 3.0
_WRONG_PASSWORD = {
    "data": {"authnMethod": "USERNAME_PASSWORD"},
    "code": "390100",
    "message": "Incorrect username or password was specified.",
    "success": False,
}


class PasswordProtected:
    """An ASGI application that checks the password of a sign-in, which fakesnow does not."""

    def __init__(self, app: App, user: str, password: str) -> None:
        self._app = app
        self._expected = f"{user.casefold()}\0{password}".encode()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Passes a sign-in on if its password is right; passes every other request on."""
        if scope["type"] != "http" or scope["path"] != "/session/v1/login-request":
            await self._app(scope, receive, send)
            return
        body = await _body(receive)
        if not self._is_valid(scope, body):
            await reply(send, 200, json.dumps(_WRONG_PASSWORD).encode(), "application/json")
            return
        await self._app(scope, _replay(body), send)

    def _is_valid(self, scope: Message, body: bytes) -> bool:
        try:
            text = gzip.decompress(body) if (b"content-encoding", b"gzip") in scope["headers"] else body
            data: dict[str, Any] = json.loads(text)["data"]
            presented = f"{str(data['LOGIN_NAME']).casefold()}\0{data['PASSWORD']}".encode()
        except (OSError, ValueError, KeyError, TypeError):  # not a sign-in by password
            return False
        return hmac.compare_digest(presented, self._expected)


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def run(folder: str) -> None:
    """Serves until standard input ends."""
    warehouse = WarehouseFolder(Path(folder))
    try:
        fakesnow.server.shared_fs = attach(warehouse.database, warehouse.folder / "tmp")
    except duckdb.Error as error:
        sys.exit(f"cannot open {warehouse.database}: {error}")
    app = PasswordProtected(ChunkedResults(fakesnow.server.app), USER, warehouse.password())
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, lifespan="off")
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_end_with_parent, args=(server,), daemon=True).start()
    print(listener.getsockname()[1], flush=True)  # noqa: T201 - the parent reads the port from this line
    server.run(sockets=[listener])


def _end_with_parent(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True
    threading.Event().wait(_GRACE)
    os._exit(0)  # even if a query is in progress
