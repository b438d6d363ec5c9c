"""Valid requests to every surface of the API server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_from_bytes

from tests.platform.azsandbox.fuzz.values import CONNECTION, GROUP, ML, PLANTED, SIGNED


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One request as bytes on the wire; `audience` says for whom its token is."""

    method: str
    path: str  # names in it are not quoted yet
    host: str = "localhost"
    audience: str = "arm"
    query: dict[str, str] = field(default_factory=dict[str, str])
    headers: dict[str, bytes] = field(default_factory=dict[str, bytes])
    body: Any = None
    raw_path: bytes = b""

    def target(self) -> bytes:
        return self.raw_path or quote_from_bytes(self.path.encode(errors="surrogateescape"), "/:").encode()

    def query_string(self) -> bytes:
        pairs = (
            f"{quote(name)}={quote(text, errors='surrogateescape')}" for name, text in self.query.items()
        )
        return "&".join(pairs).encode()

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()


_JOB = {
    "properties": {
        "jobType": "Command",
        "command": "true",
        "environmentId": f"{ML}/environments/e/versions/1",
        "environmentVariables": {"CONNSTR": CONNECTION, "LINK": SIGNED, "MODE": "fast"},
        "inputs": {
            "rows": {"jobInputType": "uri_folder", "uri": "azureml://datastores/workspaceblobstore/paths/x"}
        },
        "outputs": {"model": {"jobOutputType": "uri_folder"}},
        "limits": {"jobLimitsType": "Command", "timeout": "PT5S"},
        "tags": {"a": "b"},
    }
}
_PIPELINE = {
    "properties": {
        "jobType": "Pipeline",
        "inputs": {"n": {"jobInputType": "literal", "value": "1"}},
        "outputs": {"out": {"jobOutputType": "uri_folder"}},
        "settings": {"default_compute": "c", "continue_on_step_failure": True},
        "jobs": {
            "one": {
                "type": "command",
                "componentId": f"{ML}/components/comp/versions/1",
                "inputs": {"n": {"job_input_type": "literal", "value": "${{parent.inputs.n}}"}},
                "outputs": {"out": {"value": "${{parent.outputs.out}}", "type": "literal"}},
            }
        },
    }
}
_COMPONENT = {
    "properties": {
        "componentSpec": {
            "name": "comp",
            "version": "1",
            "type": "command",
            "command": "true ${{inputs.n}}",
            "environment": f"azureml:{ML}/environments/e/versions/1",
            "inputs": {"n": {"type": "integer", "default": "3"}},
            "outputs": {"out": {"type": "uri_folder"}},
            "environment_variables": {"SAS": SIGNED},
        }
    }
}
_ENDPOINT = {
    "location": "westeurope",
    "properties": {"authMode": "Key", "traffic": {}},
    "identity": {"type": "SystemAssigned"},
    "kind": "Managed",
}
_DEPLOYMENT = {
    "location": "westeurope",
    "properties": {
        "endpointComputeType": "Managed",
        "instanceType": "Standard_DS3_v2",
        "model": "azureml:m:1",
        "codeConfiguration": {"scoringScript": "score.py"},
        "environmentVariables": {"AZUREML_ENTRY_SCRIPT": "../../score.py", "CONNSTR": CONNECTION},
        "readinessProbe": {"period": "PT1S", "initialDelay": "PT1S", "failureThreshold": 1},
    },
    "sku": {"name": "Default", "capacity": 1},
}
_STORE = {
    "properties": {
        "datastoreType": "AzureBlob",
        "accountName": "stone",
        "containerName": "data",
        "credentials": {
            "credentialsType": "AccountKey",
            "secrets": {"secretsType": "AccountKey", "key": PLANTED * 4},
        },
    }
}
_DATA = {
    "properties": {"dataType": "uri_folder", "dataUri": "azureml://datastores/workspaceblobstore/paths/x"}
}
_MODEL = {"properties": {"modelType": "custom_model", "modelUri": "azureml://datastores/d/paths/../../x"}}
_ACCOUNT = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}
_SUBNETS = [{"name": "s", "properties": {"addressPrefix": "10.0.0.0/24"}}]
_NETWORK = {
    "location": "westeurope",
    "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": _SUBNETS},
}
_BLOCKS = b"<?xml version='1.0'?><BlockList><Latest>YQ==</Latest></BlockList>"
_FORM = (
    b"grant_type=client_credentials&client_id=x&client_assertion=y&scope=https%3A%2F%2Fa%2F.default"
    b"&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
)
_MANIFEST = {"schemaVersion": 2, "config": {"digest": "sha256:" + "0" * 64}, "layers": [{"digest": "x"}]}
_IMPORT = {
    "source": {"registryUri": "crone.azurecr.io", "sourceImage": "a/b:1"},
    "targetTags": ["c:1"],
    "mode": "Force",
}
_ML_VERSION = {"api-version": "2024-04-01"}


def templates() -> tuple[Sent, ...]:
    """One valid request of every operation that reads a name, an address or a body."""
    return (*_arm(), *_runs(), *_blobs(), *_hosts())


def _arm() -> Iterator[Sent]:
    provider = f"{GROUP}/providers"
    for path, version, body in (
        (GROUP, "2021-04-01", {"location": "westeurope", "tags": {"note": SIGNED}}),
        (f"{provider}/Microsoft.Storage/storageAccounts/stone2", "2023-05-01", _ACCOUNT),
        (
            f"{provider}/Microsoft.Storage/storageAccounts/stone/blobServices/default/containers/data",
            "2023-05-01",
            {},
        ),
        (f"{provider}/Microsoft.Network/virtualNetworks/vnet", "2024-05-01", _NETWORK),
        (
            f"{provider}/Microsoft.KeyVault/vaults/kv-fuzz/keys/pulumi",
            "2023-07-01",
            {"properties": {"kty": "RSA"}},
        ),
        (f"{ML}/jobs/a-job", "2024-04-01", _JOB),
        (f"{ML}/jobs/a-pipeline", "2024-04-01", _PIPELINE),
        (f"{ML}/datastores/d", "2024-04-01", _STORE),
        (f"{ML}/data/d/versions/1", "2024-04-01", _DATA),
        (f"{ML}/models/m/versions/1", "2024-04-01", _MODEL),
        (f"{ML}/components/comp/versions/1", "2024-04-01", _COMPONENT),
        (f"{ML}/environments/e/versions/1", "2024-04-01", {"properties": {"image": "crone.azurecr.io/a:1"}}),
        (f"{ML}/onlineEndpoints/ep", "2024-04-01", _ENDPOINT),
        (f"{ML}/onlineEndpoints/ep/deployments/blue", "2024-04-01", _DEPLOYMENT),
    ):
        for method in ("PUT", "PUT", "GET", "PATCH", *(() if path == GROUP else ("DELETE",))):
            sent = body if method in {"PUT", "PATCH"} else None
            yield Sent(method=method, path=path, query={"api-version": version}, body=sent)
        yield Sent(method="GET", path=path.rpartition("/")[0], query={"api-version": version, "$top": "2"})
    registry = f"{provider}/Microsoft.ContainerRegistry/registries/crone"
    yield Sent(
        method="POST", path=f"{registry}/importImage", query={"api-version": "2023-07-01"}, body=_IMPORT
    )
    for path in (
        "/subscriptions",
        f"{GROUP}/resources",
        f"{GROUP}/providers/Microsoft.Authorization/roleDefinitions",
    ):
        yield Sent(
            method="GET",
            path=path,
            query={"api-version": "2022-04-01", "$filter": "name eq 'x'", "$top": "1"},
        )
    name = {"name": "stone9", "type": "Microsoft.Storage/storageAccounts"}
    path = f"{GROUP.partition('/resourceGroups')[0]}/providers/Microsoft.Storage/checkNameAvailability"
    yield Sent(method="POST", path=path, query={"api-version": "2023-05-01"}, body=name)


def _runs() -> Iterator[Sent]:
    yield Sent(method="POST", path=f"{ML}/jobs/a-job/cancel", query=_ML_VERSION)
    yield Sent(method="GET", path=f"/history/v1.0{ML}/runs/a-job/details")
    yield Sent(method="GET", path=f"/history/v1.0{ML}/runs/a-job/children")
    yield Sent(method="POST", path=f"/history/v1.0{ML}/rundata", body={"runId": "a-job"})
    tags = {"tags": {"SAS": SIGNED}, "hidden": True, "displayName": "x"}
    yield Sent(method="PATCH", path=f"/history/v1.0{ML}/experiments/e/runs/a-job", body=tags)
    yield Sent(
        method="POST",
        path=f"/data/v1.0{ML}/dataversion/batchGetResolvedUris",
        body={"values": ["a-job:model"]},
    )
    logs = f"{ML}/onlineEndpoints/ep/deployments/blue/getLogs"
    yield Sent(
        method="POST", path=logs, query=_ML_VERSION, body={"tail": 5, "containerType": "StorageInitializer"}
    )
    yield Sent(method="POST", path=f"{ML}/onlineEndpoints/ep/listKeys", query=_ML_VERSION)
    yield Sent(method="POST", path=f"{ML}/datastores/d/listSecrets", query=_ML_VERSION)
    yield Sent(method="POST", path="/endpoints/{guid}/ep/score", body={"rows": []})
    yield Sent(method="GET", path="/metadata/endpoints", query={"api-version": "2022-09-01"})
    yield Sent(method="POST", path="/tenant/oauth2/v2.0/token", body=_FORM)
    yield Sent(
        method="GET", path="/msi/token", query={"resource": "x", "clientid": "y"}, headers={"secret": b"z"}
    )
    yield Sent(
        method="GET", path="/common/discovery/instance", query={"authorization_endpoint": "https://[x"}
    )


def _blobs() -> Iterator[Sent]:
    host, block = "stone.blob.core.azure.sandbox", {"x-ms-blob-type": b"BlockBlob", "x-ms-meta-a": b"b"}
    for path in ("/data/a/b.csv", "/azureml/ExperimentRun/dcid.a-job/user_logs/std_log.txt"):
        for method, query, headers, body in (
            ("PUT", {}, block, b"rows"),
            ("GET", {}, {"x-ms-range": b"bytes=0-1"}, None),
            ("HEAD", {}, {}, None),
            ("PUT", {"comp": "block", "blockid": "YQ=="}, {}, b"1"),
            ("PUT", {"comp": "blocklist"}, {"x-ms-meta-b": b"c"}, _BLOCKS),
            ("PUT", {"comp": "metadata"}, {"x-ms-meta-b": b"c"}, b""),
            ("PUT", {}, {"x-ms-copy-source": f"https://{host}/data/a/b.csv".encode()}, b""),
            ("GET", {"se": "9999999999", "sp": "r", "sig": "é"}, {}, None),
            ("DELETE", {}, {}, None),
        ):
            audience = "" if "sig" in query else "storage"
            yield Sent(
                method=method,
                path=path,
                host=host,
                audience=audience,
                query=query,
                headers=headers,
                body=body,
            )
    listed = {"comp": "list", "restype": "container", "prefix": "a", "delimiter": "/"}
    yield Sent(method="GET", path="/data", host=host, audience="storage", query=listed)


def _hosts() -> Iterator[Sent]:
    vault, registry = "kv-fuzz.vault.azure.net", "crone.azurecr.io"
    for operation in ("encrypt", "decrypt", "wrapkey"):
        body = {"alg": "RSA-OAEP-256", "value": "YWJj"}
        yield Sent(method="POST", path=f"/keys/pulumi//{operation}", host=vault, audience="vault", body=body)
    yield Sent(method="GET", path="/keys/pulumi", host=vault, audience="vault", query={"api-version": "7.6"})
    digest = "sha256:" + "0" * 64
    for method, path, query, body in (
        ("PUT", "/v2/a/b/manifests/1", {}, _MANIFEST),
        ("GET", "/v2/a/b/manifests/1", {}, None),
        ("POST", "/v2/a/b/blobs/uploads/", {}, b""),
        ("PATCH", "/v2/a/b/blobs/uploads/0123", {}, b"x"),
        ("PUT", "/v2/a/b/blobs/uploads/0123", {"digest": digest}, b"x"),
        ("GET", f"/v2/a/b/blobs/{digest}", {}, None),
        ("GET", "/v2/a/b/tags/list", {}, None),
    ):
        yield Sent(method=method, path=path, host=registry, audience="registry", query=query, body=body)
    yield Sent(
        method="POST", path="/oauth2/exchange", host=registry, audience="", body=b"grant_type=access_token"
    )
    yield Sent(
        method="GET",
        path="/oauth2/token",
        host=registry,
        audience="",
        headers={"authorization": b"Basic YTpi"},
    )
    yield Sent(
        method="GET", path="/o/_apis/distributedtask/pools", host="dev.azure.com", query={"poolName": "x"}
    )
    yield Sent(method="GET", path="/o/_apis/distributedtask/pools/1/agents", host="dev.azure.com")
