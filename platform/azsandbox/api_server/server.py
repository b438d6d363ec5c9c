"""The API server's process: HTTPS for the session's commands, on the loopback interface only.

It prints one JSON object, the variables that lead a command to it. It ends when its standard input is closed,
that is with the session, and ends jobs and deployments too.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import threading
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from azsandbox import files
from azsandbox.api_server import certificates
from azsandbox.api_server.application import Application, ServerFolders
from azsandbox.api_server.dispatch import Dispatcher
from azsandbox.api_server.tunnel import open_tunnel
from azsandbox.arm.subscription import Subscription
from azsandbox.arm_api import names, variables
from azsandbox.arm_api.wire import Call
from azsandbox.errors import SandboxError
from azsandbox.paths import Project
from azsandbox.token import require

METHODS = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"]


def asgi(dispatcher: Dispatcher) -> Starlette:
    """The ASGI application: passes every request to the dispatcher."""

    async def serve(request: Request) -> Response:
        host = request.headers.get("host", "").partition(":")[0].lower()
        # Not `request.url`: that is read again with the host's header, and ends at a quoted "?".
        raw = (
            request.scope["raw_path"].decode("latin-1")
            if host.endswith(names.BLOB)
            else request.scope["path"]
        )
        call = Call(
            method=request.method,
            host=host,
            path=raw,
            query=dict(request.query_params),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.body(),
        )
        answer = await run_in_threadpool(dispatcher.answer, call)
        headers = dict(answer.headers)
        length = headers.pop("x-content-length", None)  # HEAD: the length of GET's body
        response = Response(answer.content(), answer.status, headers, answer.media)
        if length is not None:
            response.headers["content-length"] = length
        return response

    return Starlette(routes=[Route("/{path:path}", serve, methods=METHODS)])


async def _run(project: Project) -> None:
    session = require()
    issued = certificates.issue(session)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(("127.0.0.1", 0))
    listening.listen()  # before a client knows the port: azure-ai-ml requests the cloud metadata only once
    base = f"https://{names.HOST}:{listening.getsockname()[1]}"
    started: list[Application] = []

    def reachable(host: str) -> bool:
        try:
            return started[0].hosts.reachable(host)
        except SandboxError:
            return True  # a condition is not valid: the dispatcher answers with what is wrong

    tunnel = await open_tunnel(listening.getsockname()[1], reachable)
    client_variables = variables.for_clients(base, tunnel.sockets[0].getsockname()[1], issued.authority)
    overrides = json.loads(os.environ.get(variables.JOBS, "{}"))
    shared = {name: value for name, value in client_variables.items() if name not in variables.SIGN_IN}
    environment = variables.Environment({**variables.for_jobs(os.environ), **shared}, overrides)
    application = Application(
        Subscription.open(project.model),
        ServerFolders(session=session, blobs=project.blobs, project=project.root),
        base,
        environment,
    )
    started.append(application)
    client_variables |= application.sign_in_of(os.environ.get(variables.ACCOUNT, ""), session)
    config = uvicorn.Config(
        asgi(Dispatcher(application)),
        ssl_certfile=str(issued.server),
        log_level="warning",
        access_log=False,
        lifespan="off",
    )
    server = uvicorn.Server(config)

    def until_the_session_ends() -> None:
        sys.stdin.read()
        server.should_exit = server.force_exit = True  # without waiting for open connections

    threading.Thread(target=until_the_session_ends, daemon=True).start()
    print(json.dumps(client_variables), flush=True)  # noqa: T201 - the session reads it
    try:
        await server.serve([listening])
    finally:
        tunnel.close()
        application.close()


def main(project: str) -> int:
    files.private_umask()
    try:
        asyncio.run(_run(Project(root=Path(project))))
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - for the session
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
