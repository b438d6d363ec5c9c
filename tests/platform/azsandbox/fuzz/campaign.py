"""Sends hostile requests to the API server's application in this process, and judges what they leave."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import stat
import time
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote_to_bytes

from azsandbox import files
from azsandbox.api_server.application import Application, ServerFolders
from azsandbox.api_server.dispatch import Dispatcher
from azsandbox.api_server.server import asgi
from azsandbox.arm.subscription import Subscription
from azsandbox.arm_api.variables import Environment
from azsandbox.ml_api.jobs.records import Records
from tests.platform.azsandbox.fuzz.requests import hostile
from tests.platform.azsandbox.fuzz.templates import Sent, templates
from tests.platform.azsandbox.fuzz.values import GROUP, ML, PLANTED

BASE = "https://localhost"
_SLOW = 10.0  # seconds: no request may hang
_NOT_MODELLED = 501
_SEED_AGAIN = 250
_SEEDS = (
    (
        "Microsoft.Storage/storageAccounts/stone",
        "2023-05-01",
        {"kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
    ),
    ("Microsoft.ContainerRegistry/registries/crone", "2023-07-01", {"sku": {"name": "Premium"}}),
    (
        "Microsoft.KeyVault/vaults/kv-fuzz",
        "2023-07-01",
        {
            "properties": {
                "tenantId": "22222222-2222-4222-8222-222222222222",
                "sku": {"family": "A", "name": "standard"},
                "enableRbacAuthorization": True,
            }
        },
    ),
    ("Microsoft.OperationalInsights/workspaces/logs", "2023-09-01", {"properties": {}}),
    (
        "Microsoft.Insights/components/appi",
        "2020-02-02",
        {
            "kind": "web",
            "properties": {
                "Application_Type": "web",
                "WorkspaceResourceId": f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs",
            },
        },
    ),
    (
        "Microsoft.MachineLearningServices/workspaces/mlw",
        "2024-04-01",
        {
            "identity": {"type": "SystemAssigned"},
            "properties": {
                "storageAccount": f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stone",
                "applicationInsights": f"{GROUP}/providers/Microsoft.Insights/components/appi",
                "keyVault": f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-fuzz",
            },
        },
    ),
)
_ROLES = (
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe",  # Storage Blob Data Contributor
    "14b46e9e-c2b7-41b4-b07b-48a6ebf60603",  # Key Vault Crypto Officer
)


@dataclass
class Result:
    """What a campaign saw."""

    requests: int = 0
    without_token: int = 0
    statuses: Counter[int] = field(default_factory=Counter[int])
    defects: list[str] = field(default_factory=list[str])  # 5xx, exceptions, hangs, lost or open files


class Campaign:
    """One API server below a folder; everything outside of its folders is a trap."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "sandbox"
        self.folders = ServerFolders(
            session=self.root / "session", blobs=self.root / "blobs", project=self.root
        )
        self._umask = os.umask(0o077)  # as the server's process
        files.private_folder(self.folders.session)
        self.model = self.root / "subscription.sqlite"
        self.subscription = Subscription.open(self.model)
        self.application = Application(self.subscription, self.folders, BASE, Environment({}, {}))
        self.app = asgi(Dispatcher(self.application))
        self.result = Result()
        self.traps = [folder / "trap", self.root / "trap", self.folders.session / "trap"]
        for trap in self.traps:
            trap.write_text("untouched")
            trap.chmod(0o600)

    @functools.cached_property
    def _tokens(self) -> dict[str, bytes]:
        audiences = {"arm": BASE, "storage": "https://storage.azure.com", "vault": "https://vault.azure.net"}
        audiences["registry"] = "access:crone.azurecr.io"
        known = {name: self.application.tokens.access(audience) for name, audience in audiences.items()}
        return {name: f"Bearer {token}".encode() for name, token in {**known, "garbage": "x.y.\xe9"}.items()}

    async def _send(self, sent: Sent) -> tuple[int, bytes, str]:
        headers = [(b"host", sent.host.encode())]
        if sent.audience:
            headers.append((b"authorization", self._tokens[sent.audience]))
        if sent.path.endswith("a-pipeline"):
            ml = self.application.tokens.access("https://ml.azure.sandbox")
            headers.append((b"x-azureml-token", ml.encode()))
        headers += [(name.encode(), text) for name, text in sent.headers.items()]
        target, status, parts = sent.target(), [0], list[bytes]()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": sent.method,
            "scheme": "https",
            "path": unquote_to_bytes(target).decode("utf-8", "replace"),  # as uvicorn has it
            "raw_path": target,
            "query_string": sent.query_string(),
            "root_path": "",
            "headers": headers,
            "server": ("localhost", 443),
            "client": ("127.0.0.1", 1),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": sent.content(), "more_body": False}

        async def send(message: Any) -> None:
            for name, text in message.get("headers", ()):
                assert not set(name + text) & set(b"\r\n\0"), (name, text)  # no server sends it
            status.append(message.get("status", status[-1]))
            parts.append(message.get("body", b""))

        trace = ""
        try:
            await self.app(scope, receive, send)
        except Exception:  # noqa: BLE001 - the campaign's subject
            trace = traceback.format_exc()
        return status[-1], b"".join(parts), trace

    async def _seed(self) -> None:
        self.subscription.purge_soft_deleted({GROUP.split("/")[2]})
        where = {"location": "westeurope"}
        await self._must(Sent(method="PUT", path=GROUP, query={"api-version": "2021-04-01"}, body=where))
        for path, version, body in _SEEDS:
            sent = Sent(
                method="PUT",
                path=f"{GROUP}/providers/{path}",
                query={"api-version": version},
                body={**where, **body},
            )
            await self._must(sent)
        for sent in (sent for sent in templates() if sent.method == "PUT" and isinstance(sent.body, dict)):
            await self._send(sent)
        caller = self.application.tokens.client
        for number, role in enumerate(_ROLES):
            subscription = GROUP.partition("/resourceGroups")[0]
            definition = f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"
            body = {"roleDefinitionId": definition, "principalId": caller, "principalType": "User"}
            name = f"00000000-0000-4000-8000-00000000000{number}"
            path = f"{GROUP}/providers/Microsoft.Authorization/roleAssignments/{name}"
            await self._must(
                Sent(method="PUT", path=path, query={"api-version": "2022-04-01"}, body={"properties": body})
            )

    async def _must(self, sent: Sent) -> None:
        status, body, trace = await self._send(sent)
        assert status in {200, 201, 202, 409} or self.result.requests, (sent.path, status, body, trace)

    def run(self, seed: int, number: int) -> Result:
        with ThreadPoolExecutor(1) as thread:  # the browser's tests leave a loop in the main one
            thread.submit(asyncio.run, self._run(Random(seed), number)).result()  # noqa: S311 - a seed
        return self.result

    async def _run(self, random: Random, number: int) -> None:
        await self._seed()
        kinds = templates()
        for index in range(number):
            if index and index % _SEED_AGAIN == 0:  # requests delete what others need
                await self._seed()
            await self._judge(hostile(kinds[index % len(kinds)], random))

    async def _judge(self, sent: Sent) -> None:
        started = time.monotonic()
        status, body, trace = await self._send(sent)
        self.result.requests += 1
        self.result.without_token += not sent.audience
        self.result.statuses[status] += 1
        where = f"{sent.method} {sent.host}{sent.target()[:200]!r} {sent.query_string()[:80]!r}"
        where += f" {sent.content()[:300]!r}"
        if trace or (status >= 500 and not (status == _NOT_MODELLED and b"NotModelled" in body)):
            self.result.defects.append(f"{status} {where} {sent.headers}: {trace[-1500:] or body[:300]}")
        if time.monotonic() - started > _SLOW:
            self.result.defects.append(f"{time.monotonic() - started:.0f} s: {where}")

    def close(self) -> Result:
        """End the server, and judge its files and jobs."""
        defects = self.result.defects
        for run in Records(self.application.resources).all():
            if run.error and "defect in the sandbox" in run.error:
                defects.append(f"job {run.name}: {run.error}")
        for operation in self.application.operations.failures():
            if operation.code == "InternalServerError":
                defects.append(f"operation: {operation.message}")
        self.application.close()
        self.subscription.close()
        os.umask(self._umask)
        for trap in self.traps:
            if not trap.is_file() or trap.read_text() != "untouched":
                defects.append(f"{trap} was changed")
        defects += [f"{file} is readable by others" for file in self._open_to_others()]
        known = {"sandbox", "trap"}
        defects += [f"{file} is outside" for file in self.root.parent.iterdir() if file.name not in known]
        known = {"session", "blobs", "keys", "registries", "trap"}
        defects += [
            f"{file} is outside"
            for file in self.root.iterdir()
            if file.name not in known and not file.name.startswith("subscription.sqlite")
        ]
        if PLANTED.encode() in self.model.read_bytes():
            defects.append("a secret is in the model")
        return self.result

    def _open_to_others(self) -> list[Path]:
        paths = [self.root, *self.root.rglob("*")]
        return [path for path in paths if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & 0o077]


def summary(result: Result, seed: int) -> str:
    statuses = dict(sorted(result.statuses.items()))
    return json.dumps(
        {
            "seed": seed,
            "requests": result.requests,
            "without_token": result.without_token,
            "statuses": statuses,
            "defects": len(result.defects),
        }
    )


__all__ = ["ML", "Campaign", "Result", "summary"]
