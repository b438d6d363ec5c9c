"""Whether the certificate that Azure ML's inference router is told to use exists in the cluster.

Source: learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-online-endpoint: the secret has to
be in namespace azureml, with keys cert.pem and key.pem, when the extension is installed. Its health check
ends the installation: E40007 INVALID_SSL_SETTING (how-to-troubleshoot-kubernetes-extension). 2026-12-01.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Request, Values
from azsandbox.arm.subscription import Resource
from azsandbox.errors import ArmError
from azsandbox.schema.values import UNKNOWN, reveal

NAMESPACE = "azureml"
KEYS = frozenset({"cert.pem", "key.pem"})
_DRIVER = "secrets-store.csi.k8s.io"


def secret_exists(request: Request) -> None:
    """A cluster in the sandbox holds what programs have put there, and nothing else."""
    cluster = request.subscription.get(request.id.rpartition("/providers/")[0])
    name = _secret(request.inputs)
    if cluster is None or name is None:
        return
    objects = [
        resource
        for resource in request.subscription.below(cluster.id)
        if resource.kind.startswith("kubernetes/") and f"/{NAMESPACE}/" in resource.id
    ]
    keys = _keys(objects, name)
    if keys is None:
        raise _refusal(
            f"secret '{name}' does not exist in namespace {NAMESPACE}: create it before the extension, "
            f"or let a pod in {NAMESPACE} mount a SecretProviderClass that creates it"
        )
    missing = KEYS - keys
    if missing:
        raise _refusal(f"secret '{name}' in namespace {NAMESPACE} lacks {', '.join(sorted(missing))}")


def _secret(inputs: Values) -> str | None:
    settings: Any = reveal(inputs.get("configurationSettings"))
    plain = settings if isinstance(settings, dict) else {}
    if str(plain.get("enableInference")).lower() != "true":
        return None
    if str(plain.get("allowInsecureConnections")).lower() == "true":
        return None
    name = plain.get("scoringFe.sslSecret")
    return name if isinstance(name, str) and name and name is not UNKNOWN else None


def _keys(objects: list[Resource], name: str) -> frozenset[str] | None:
    """The keys of the secret; None if neither an object nor a mounted class makes it."""
    manifests = [(resource.kind, reveal(resource.inputs)) for resource in objects]
    for kind, manifest in manifests:
        if kind == "kubernetes/secret" and walk.value(manifest, "metadata.name") == name:
            parts = (manifest.get(part) for part in ("data", "stringData"))
            return frozenset(key for part in parts if isinstance(part, dict) for key in part)
    mounted = {used for _, manifest in manifests for used in _mounted_classes(manifest)}
    for kind, manifest in manifests:
        if kind != "kubernetes/secretproviderclass" or walk.value(manifest, "metadata.name") not in mounted:
            continue
        for secret in _objects(walk.value(manifest, "spec.secretObjects")):
            if secret.get("secretName") == name:
                return frozenset(str(entry.get("key")) for entry in _objects(secret.get("data")))
    return None


def _objects(value: Any) -> list[Values]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _mounted_classes(value: Any) -> Iterator[str]:
    """The classes of every volume of the secrets store, at any depth of a workload."""
    if isinstance(value, dict):
        driver = value.get("csi")
        if isinstance(driver, dict) and driver.get("driver") == _DRIVER:
            attributes = driver.get("volumeAttributes")
            yield str(attributes.get("secretProviderClass")) if isinstance(attributes, dict) else ""
        for part in value.values():
            yield from _mounted_classes(part)
    elif isinstance(value, list):
        for part in value:
            yield from _mounted_classes(part)


def _refusal(reason: str) -> ArmError:
    return ArmError(
        400,
        "ExtensionOperationFailed",
        f"The extension operation failed with the following error: INVALID_SSL_SETTING (E40007): {reason}.",
    )
