"""The genuine azure-mgmt clients, whose requests a sandbox in this process answers."""

from __future__ import annotations

import functools
import importlib
import inspect
import io
import json
import re
import tempfile
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from azsandbox import published
from azsandbox.api_server.application import Application, ServerFolders
from azsandbox.api_server.dispatch import Dispatcher
from azsandbox.arm.subscription import Subscription
from azsandbox.arm_api.paths import kind_of
from azsandbox.arm_api.variables import Environment
from azsandbox.arm_api.wire import Answer, Call, refused
from azsandbox.errors import ArmError

BASE = "https://localhost"
_RUN = frozenset(
    {
        "microsoft.machinelearningservices/workspaces/jobs",
        "microsoft.machinelearningservices/workspaces/onlineendpoints/deployments",
    }
)
SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"


class Sandbox:
    """An empty subscription behind the API server's dispatcher."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="samples-"))
        folders = ServerFolders(session=folder, blobs=folder / "blobs", project=folder)
        self.application = Application(Subscription.open(":memory:"), folders, BASE, Environment({}, {}))
        self.dispatcher = Dispatcher(self.application)
        self.token = self.application.tokens.access(BASE)

    @property
    def subscription(self) -> Subscription:
        return self.application.resources.subscription

    def answer(self, method: str, url: str, body: bytes = b"") -> Answer:
        parts = urlsplit(url)
        call = Call(
            method=method,
            host="localhost",
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query)),
            headers={"authorization": f"Bearer {self.token}"},
            body=body,
        )
        if kind_of(call.path).lower() in _RUN:
            return self._stored(call)
        return self.dispatcher.answer(call)

    def _stored(self, call: Call) -> Answer:
        """Jobs and deployments are stored only: an example's code does not exist."""
        try:
            return getattr(self.application.arm, call.method.lower())(call)
        except ArmError as error:
            return refused(error)

    def close(self) -> None:
        self.application.close()
        self.subscription.close()


class InProcess(BaseAdapter):
    """Passes the requests of a client's own transport to the sandbox; the statuses stay, to be read."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self.sandbox = sandbox
        self.statuses: list[int] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        body: Any = request.body or b""
        content = body.read() if hasattr(body, "read") else body
        content = content.encode() if isinstance(content, str) else content
        answer = self.sandbox.answer(request.method or "", request.url or "", content)
        self.statuses.append(answer.status)
        response = requests.Response()
        response.status_code = answer.status
        response.request = request
        response.url = request.url or ""
        # Without Retry-After, the clients poll at once.
        headers = {name: value for name, value in answer.headers.items() if name != "Retry-After"}
        response.headers.update({"content-type": answer.media, **headers})
        response.raw = HTTPResponse(io.BytesIO(answer.content()), preload_content=False, status=answer.status)
        return response

    def close(self) -> None: ...

    def transport(self) -> RequestsTransport:
        session = requests.Session()
        session.mount(BASE, self)
        return RequestsTransport(session=session, session_owner=False)


class Credential:
    """The sandbox's token for its own ARM."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._token = sandbox.token

    def get_token(self, *_: str, **__: Any) -> AccessToken:
        return AccessToken(self._token, int(time.time()) + 3600)


@functools.cache
def operations() -> Mapping[tuple[str, str], published.ClientOperation]:
    """(pattern of the path, method) → the operation of the client with the newest API version."""
    table: dict[tuple[str, str], published.ClientOperation] = {}
    for operation in published.operations():
        key = pattern(operation.url), operation.method
        if key not in table or table[key].version <= operation.version:
            table[key] = operation
    return table


def pattern(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path.strip("/")).lower()


def client(operation: published.ClientOperation, sandbox: Sandbox, adapter: InProcess, version: str) -> Any:
    """The client's operations class for this operation, as `NetworkManagementClient(…).subnets`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of their docstrings
        module = importlib.import_module(f"azure.mgmt.{operation.client.replace('/', '.')}")
    cls: Any = next(item for name in module.__all__ if inspect.isclass(item := getattr(module, name)))
    options: dict[str, Any] = {
        "base_url": BASE,
        "transport": adapter.transport(),
        "credential_scopes": [f"{BASE}/.default"],
    }
    if version:
        options["api_version"] = version
    takes = inspect.signature(cls.__init__).parameters
    if "subscription_id" in takes:
        options["subscription_id"] = SUBSCRIPTION
    built = cls(Credential(sandbox), **options)
    return next(value for value in vars(built).values() if type(value).__name__ == operation.owner)


def run(
    operation: published.ClientOperation, owner: Any, path: Mapping[str, str], body: Any, version: str
) -> Any:
    """Call the operation; `path` are the values of the URL's parameters by their names there."""
    name = operation.name
    public = f"begin{name.removesuffix('_initial')}" if operation.long else name
    method = getattr(owner, public)
    arguments: list[Any] = []
    values = {_plain(key): value for key, value in path.items()}
    for parameter in inspect.signature(method).parameters.values():
        if parameter.kind is not parameter.POSITIONAL_OR_KEYWORD or parameter.default is not parameter.empty:
            continue
        known = values.get(_plain(operation.arguments.get(parameter.name, parameter.name)))
        if known is None:
            known = "Delete" if operation.method == "DELETE" else _sent(owner, parameter, body)
        arguments.append(known)
    options: dict[str, Any] = {"polling_interval": 0} if operation.long else {}
    if body is not None:
        options["content_type"] = "application/json"
    source = inspect.getsource(getattr(method, "__wrapped__", method))
    if version and 'kwargs.pop("api_version"' in source:
        options["api_version"] = version
    result = method(*arguments, **options)
    return result.result() if operation.long else result


def _sent(owner: Any, parameter: inspect.Parameter, body: Any) -> Any:
    """The body as it is, or as the client's model where the client takes nothing else."""
    annotation = str(parameter.annotation)
    model = re.search(r"models\.(?:[\w.]+\.)?(\w+)", annotation)
    if "IO" in annotation or model is None:
        return json.dumps(body).encode()
    return owner._deserialize(model[1], body)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
