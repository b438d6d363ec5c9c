"""Requests to every surface of the API server: valid ones, each with some part made hostile."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import quote, quote_from_bytes

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg"
ML = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/mlw"
PLANTED = "PLANTED7f3a"  # part of every secret that the requests hold
CONNECTION = f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={PLANTED}abcdefghij=="
SIGNED = f"https://a.blob.core.windows.net/c/b?sv=2024-11-04&se=2030-01-01&sr=b&sp=r&sig={PLANTED}%3D"

NAMES = (
    *("..", ".", "...", "%2e%2e", "..%2f..", "a/../../b", "../../../../etc/passwd", "/etc/passwd", "\\..\\x"),
    *(".metadata", ".blocks", "\x00", "a\x00b", "\n", "\r\nX: y", "é", "\udc80", "\U0001f600", "٣", "²"),
    *(
        "a" * 300,
        "é" * 200,
        "a" * 5000,
        "-",
        " ",
        "",
        "x" * 64,
        "con",
        "~",
        "$root",
        "%",
        "%00",
        "a//b",
        "a b",
    ),
    *(
        "'",
        '"',
        "';--",
        "${{parent.inputs.x}}",
        "{0}",
        "<a>",
        "*",
        "[",
        "http://[",
        "https://[::1",
        "azureml:a:1",
    ),
)
VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        2**63,
        10**400,
        1.5,
        1e308,
        float("inf"),
        float("nan"),
        "",
        [],
        {},
        [[]],
        [{}],
    ),
    *({"a": {}}, {"": None}, [None], ["x", 1], {"type": []}, {"value": {}}, "0" * 40, CONNECTION, SIGNED),
)
RAW = (
    *(b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"\x00", b'{"a":' * 3000 + b"1" + b"}" * 3000),
    *(b"[" * 100_000, b'{"properties":"\\ud800"}', b'{"location":1e999}', b"<a>" * 5000, b"<!DOCTYPE x>"),
    *(b'{"properties":[]}', b'{"properties":{"jobType":"Command","command":NaN}}', b"9" * 5000, b"<a/>"),
)
HEADERS = (
    *("authorization", "range", "x-ms-range", "x-ms-copy-source", "x-ms-blob-type", "x-ms-meta-é"),
    *("content-type", "secret", "host", "content-encoding", "azureml-model-deployment", "x-ms-meta-a"),
)
TEXTS = (
    *(
        b"\xff\xfe",
        b"Bearer \xe9",
        b"bearer",
        b"Basic !!!",
        b"Basic /w==",
        b"bytes=9-1",
        b"bytes=99999999999-",
    ),
    *(
        "bytes=٣-²".encode(),
        b"http://[",
        b"BlockBlob",
        b"a" * 9000,
        b"bytes=" + b"9" * 5000 + b"-",
        b"application/x",
    ),
    *(
        b"https://stone.blob.core.azure.sandbox/../../x",
        b"https://stone.blob.core.azure.sandbox/data/%00",
        b"",
    ),
)
METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS")


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


def hostile(template: Sent, random: Random) -> Sent:
    """The request with one to three of its parts replaced."""
    sent = template
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        sent = random.choice(
            (_path, _path, _body, _body, _body, _bytes, _query, _header, _method, _audience)
        )(sent, random)
    return sent


def _path(sent: Sent, random: Random) -> Sent:
    segments = sent.path.split("/")
    position = random.randrange(1, len(segments)) if len(segments) > 1 else 0
    if random.random() < 0.1:
        raw = sent.path.encode(errors="surrogateescape").rpartition(b"/")[0] + random.choice(
            (b"/%ff%fe", b"/\xff", b"/%", b"/%zz", b"/%2e%2e", b"/%2e%2e/%2e%2e/x", b"/..;/x", b"/%00", b"//")
        )
        return replace(sent, raw_path=raw)
    segments[position] = random.choice(NAMES)
    return replace(sent, path="/".join(segments))


def _body(sent: Sent, random: Random) -> Sent:
    if not isinstance(sent.body, dict):
        return _bytes(sent, random)
    body = copy.deepcopy(sent.body)
    node: Any = body
    while True:
        keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return replace(sent, body=random.choice(VALUES))
        key = random.choice(keys)
        inner = node[key]
        if isinstance(inner, (dict, list)) and inner and random.random() < 0.75:
            node = inner
            continue
        value = random.choice((*VALUES, *NAMES))
        if isinstance(node, dict) and random.random() < 0.2:
            node[random.choice(NAMES)] = node.pop(key)
        else:
            node[key] = value
        return replace(sent, body=body)


def _bytes(sent: Sent, random: Random) -> Sent:
    return replace(sent, body=random.choice(RAW))


def _query(sent: Sent, random: Random) -> Sent:
    known = [
        *sent.query,
        "api-version",
        "$top",
        "$filter",
        "comp",
        "prefix",
        "sig",
        "se",
        "digest",
        "listViewType",
    ]
    value = random.choice((*NAMES, "9" * 5000, "2024-04-01", "²", "list"))
    return replace(sent, query={**sent.query, random.choice(known): value})


def _header(sent: Sent, random: Random) -> Sent:
    name = random.choice((*HEADERS, *sent.headers))
    return replace(sent, headers={**sent.headers, name: random.choice(TEXTS)})


def _method(sent: Sent, random: Random) -> Sent:
    return replace(sent, method=random.choice(METHODS))


def _audience(sent: Sent, random: Random) -> Sent:
    return replace(sent, audience=random.choice(("", "garbage", "arm", "storage", "vault")))
