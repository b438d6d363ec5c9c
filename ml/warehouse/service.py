"""fakesnow's HTTP server with a password, chunks and an end."""

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
from fakesnow.instance import FakeSnow

from ml.warehouse.chunks import App, Chunked, Message, Receive, Send, reply
from ml.warehouse.folder import DATABASE, USER, Place

_GRACE = 3.0
_WRONG_PASSWORD = {
    "data": {"authnMethod": "USERNAME_PASSWORD"},
    "code": "390100",
    "message": "Incorrect username or password was specified.",
    "success": False,
}


class Guarded:
    """An ASGI application that signs in only who knows the password, which fakesnow does not check."""

    def __init__(self, app: App, user: str, password: str) -> None:
        self._app = app
        self._expected = f"{user.casefold()}\0{password}".encode()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Reads a sign-in's body, and passes it on if it is right."""
        if scope["type"] != "http" or scope["path"] != "/session/v1/login-request":
            await self._app(scope, receive, send)
            return
        body = await _body(receive)
        if not self._right(scope, body):
            await reply(send, 200, json.dumps(_WRONG_PASSWORD).encode(), "application/json")
            return
        await self._app(scope, _again(body), send)

    def _right(self, scope: Message, body: bytes) -> bool:
        try:
            text = gzip.decompress(body) if (b"content-encoding", b"gzip") in scope["headers"] else body
            data: dict[str, Any] = json.loads(text)["data"]
            given = f"{str(data['LOGIN_NAME']).casefold()}\0{data['PASSWORD']}".encode()
        except (OSError, ValueError, KeyError, TypeError):  # not a sign-in by password
            return False
        return hmac.compare_digest(given, self._expected)


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def open_database(place: Place) -> FakeSnow:
    """The folder's database, read-only: several runs may read while a load prepares the next one."""
    snow = FakeSnow(db_path=place.folder, create_database_on_connect=False, create_schema_on_connect=False)
    settings = {"autoinstall_known_extensions": False, "temp_directory": str(place.folder / "tmp")}
    for name, value in settings.items():
        snow.duck_conn.execute(f"SET {name} = {_literal(value)}")
    snow.duck_conn.execute(f"ATTACH {_literal(str(place.database))} AS {DATABASE} (READ_ONLY)")
    return snow


def _literal(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else "'" + value.replace("'", "''") + "'"


def run(folder: str) -> None:
    """Serves until standard input ends."""
    place = Place(Path(folder))
    try:
        fakesnow.server.shared_fs = open_database(place)
    except duckdb.Error as error:
        sys.exit(f"cannot open {place.database}: {error}")
    app = Guarded(Chunked(fakesnow.server.app), USER, place.password())
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, lifespan="off")
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_end_with_parent, args=(server,), daemon=True).start()
    print(listener.getsockname()[1], flush=True)  # noqa: T201 - the answer that the parent waits for
    server.run(sockets=[listener])


def _end_with_parent(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True
    threading.Event().wait(_GRACE)
    os._exit(0)  # a query in progress does not keep it alive
