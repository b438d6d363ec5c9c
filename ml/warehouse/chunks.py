"""Responses as Snowflake sends them: large results in chunks to fetch one by one, and errors that are final.

fakesnow answers a query with all its rows in one response. Here the first rows stay in the response and
URLs name the rest (`chunks` in Snowflake's protocol): the client's memory does not grow with the rows.
"""

from __future__ import annotations

import json
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any

import fakesnow.server
import pyarrow as pa
from fakesnow.arrow import to_ipc

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

ROWS = 50_000
PATH = "/chunks/"
FAILED = 500
# fakesnow answers what it does not support with status 500, which the connector would retry.
_UNSUPPORTED: dict[str, Any] = {
    "data": {"errorCode": "000603", "sqlState": "XX000"},
    "code": "000603",
    "message": "the embedded warehouse cannot run this statement; see its server.log",
    "success": False,
}

MOST_RESULTS = 4
"""Results whose chunks can be fetched; older ones are dropped."""

_rest: ContextVar[list[pa.Table]] = ContextVar("rest")


def _first_to_ipc(table: pa.Table) -> pa.Buffer:
    """Replaces fakesnow's `to_ipc`: serialises the first rows and puts the others into `_rest`."""
    for start in range(ROWS, table.num_rows, ROWS):
        _rest.get().append(table.slice(start, ROWS))
    return to_ipc(table.slice(0, ROWS))


class ChunkedResults:
    """An ASGI application around fakesnow's that serves large results in chunks."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._results: OrderedDict[str, list[pa.Table]] = OrderedDict()
        # The only place in fakesnow where a result can be changed before it becomes a response.
        if vars(fakesnow.server).get("to_ipc") is not to_ipc:
            raise RuntimeError("fakesnow.server no longer serialises results by fakesnow.arrow.to_ipc")
        setattr(fakesnow.server, "to_ipc", _first_to_ipc)  # noqa: B010 - the module does not export it

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serves requests for chunks, and adds the URLs of the chunks to the response of a query."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"].startswith(PATH):
            await self._serve(scope["path"].removeprefix(PATH), send)
        else:
            rest: list[pa.Table] = []
            _rest.set(rest)
            await self._app(scope, receive, self._adding(rest, scope, send))

    async def _serve(self, path: str, send: Send) -> None:
        result, _, index = path.partition("/")
        tables = self._results.get(result, [])
        if not index.isdigit() or int(index) >= len(tables):
            await reply(send, 404, b"", "text/plain")
            return
        await reply(send, 200, to_ipc(tables[int(index)]).to_pybytes(), "application/octet-stream")

    def _adding(self, rest: list[pa.Table], scope: Message, send: Send) -> Send:
        body = bytearray()
        failed = False

        async def adding(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start":
                failed = message["status"] == FAILED
            if not rest and not failed:
                await send(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    answer = _UNSUPPORTED if failed else json.loads(bytes(body))
                    if rest:
                        answer["data"]["chunks"] = self._store(rest, scope)
                    await reply(send, 200, json.dumps(answer).encode(), "application/json")

        return adding

    def _store(self, tables: list[pa.Table], scope: Message) -> list[dict[str, Any]]:
        result = secrets.token_urlsafe(24)  # whoever knows the URL may read it, as with a signed URL
        self._results[result] = tables
        while len(self._results) > MOST_RESULTS:
            self._results.popitem(last=False)
        address = dict(scope["headers"])[b"host"].decode("ascii")  # as the client knows it
        return [
            {
                "url": f"http://{address}{PATH}{result}/{index}",
                "rowCount": table.num_rows,
                "uncompressedSize": table.nbytes,
                "compressedSize": table.nbytes,
            }
            for index, table in enumerate(tables)
        ]


async def reply(send: Send, status: int, body: bytes, kind: str) -> None:
    """Sends one response."""
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
