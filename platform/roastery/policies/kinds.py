"""Type tokens in one spelling: a kind is the same kind whatever version, package or helper declares it."""

from __future__ import annotations

import functools
import re

# pulumi.com/registry/packages/azure-native/from-v2-to-v3: inline versions, and packages made for one version.
_INLINE = re.compile(r"(azure-native:[a-z0-9]+)/v\d{8}(?:preview|privatepreview)?:")
_GENERATED = re.compile(r"azure-native_[a-z0-9]+_v\d{8}(?:preview|privatepreview)?:([a-z0-9]+):")
_KUBERNETES = re.compile(r"kubernetes:([^:/]+)(?:/v\d\w*)?:(\w+)")
# What the group serves today; older versions have the same meaning: kubernetes.io/docs/reference/using-api.
_VERSIONS = {
    "admissionregistration.k8s.io": "v1",
    "apiextensions.k8s.io": "v1",
    "apps": "v1",
    "batch": "v1",
    "core": "v1",
    "networking.k8s.io": "v1",
    "policy": "v1",
    "rbac.authorization.k8s.io": "v1",
    "scheduling.k8s.io": "v1",
    "storage.k8s.io": "v1",
}
_MOVED = {"Ingress": "networking.k8s.io", "NetworkPolicy": "networking.k8s.io"}  # else to apps
# Kinds of other groups that end in these words by their own name.
_NO_SUFFIX = frozenset({"ResourceSlicePatch"})


@functools.cache
def plain_type(token: str) -> str:
    """A type token without API version; kinds of Kubernetes in the version that the rules know.

    `azure-native:storage/v20240101:X` and `azure-native_storage_v20240101:storage:X` are
    `azure-native:storage:X`; `kubernetes:core/v1:ServicePatch` is `kubernetes:core/v1:Service`.
    """
    token = _GENERATED.sub(r"azure-native:\1:", _INLINE.sub(r"\1:", token))
    match = _KUBERNETES.fullmatch(token)
    if match is None:
        return token
    group, kind = match[1], match[2]
    if group == "extensions":
        group = _MOVED.get(kind.removesuffix("Patch").removesuffix("List"), "apps")
    if group not in _VERSIONS:
        return token
    if kind.endswith("Patch") and kind not in _NO_SUFFIX:
        kind = kind.removesuffix("Patch")
    return f"kubernetes:{group}/{_VERSIONS[group]}:{kind}"


def manifest_type(api_version: str, kind: str) -> str:
    """The type token of a Kubernetes manifest."""
    group, _, version = api_version.rpartition("/")
    return plain_type(f"kubernetes:{group or 'core'}/{version or 'v1'}:{kind}")
