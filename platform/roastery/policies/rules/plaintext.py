"""No plain-text secrets in inputs, environment variables or stack outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from roastery.policies import tokens as t
from roastery.policies.model import (
    STACK,
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)

_WORDS = re.compile(
    r"(password|passwd|passphrase|secret|token|apikey|accesskey|accountkey|sharedkey|primarykey|secondarykey"
    r"|privatekey|connectionstring|sastoken|kubeconfig|^sas|^pat|^pwd)$"
)
_SHAPES = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a storage account key": re.compile(r"(AccountKey=|^)[A-Za-z0-9+/]{86}=="),
    "a shared access key": re.compile(r"SharedAccessKey=[A-Za-z0-9+/]{20,}"),
    "a shared access signature": re.compile(r"[?&]sig=[A-Za-z0-9%+/=]{20,}"),
    "a signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a GitHub token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,})"),
    "an AWS key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "a password in an address": re.compile(r"\w://[^/\s:@{$]*:[^/\s@{$]{3,}@"),
    "a password in a connection string": re.compile(r"(?i)\b(password|pwd)=[^;&\s{$]{4,}"),
}
# Values that only refer to a secret.
_REFERENCE = re.compile(
    r"^\s*$|^\{\{.*\}\}$|^\$(\{[^{}]+\}|\([^()]+\)|[A-Z_][A-Z0-9_]*)$|^@Microsoft\.KeyVault\("
    r"|^https://[a-zA-Z0-9-]+\.vault\.azure\.net/"
)
# Names a component of Application Insights. Its key would let anybody write telemetry, were local
# authentication on, which another policy forbids.
_TELEMETRY = re.compile(r"^InstrumentationKey=[0-9a-fA-F-]{36}(;(\w+Endpoint|ApplicationId)=[^;=]+)*;?$")
_CREDENTIALS = "properties.credentials"
_ALWAYS = {
    t.VAULT_SECRET: ("properties.value",),
    t.ML_CONNECTION: (f"{_CREDENTIALS}.key", f"{_CREDENTIALS}.keys"),
    t.ML_DATASTORE: (f"{_CREDENTIALS}.secrets.key",),
    t.K8S_SECRET: ("data", "stringData"),
}


def exposed(value: Any, path: str, key: str, names: frozenset[str]) -> Iterator[Violation]:
    """Plain strings below that look like secrets; a message never contains the value itself."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        for name, child in fields.items():
            yield from exposed(child, f"{path}.{name}" if path else name, name, names)
        variable = fields.get("name")
        if isinstance(variable, str) and isinstance(fields.get("value"), str):
            yield from exposed(fields["value"], f"{path}.value", variable, names)
    elif isinstance(value, list):
        for index, child in enumerate(cast("list[Any]", value)):
            yield from exposed(child, f"{path}[{index}]", key, names)
    elif isinstance(value, str) and not _REFERENCE.search(value) and not _TELEMETRY.search(value):
        what = _looks_like(value, key, names)
        if what:
            yield Violation(path, f"holds {what} in plain text")


def _looks_like(value: str, key: str, names: frozenset[str]) -> str:
    for what, shape in _SHAPES.items():
        if shape.search(value):
            return what
    squeezed = re.sub(r"[^a-z]", "", key.rpartition(".")[2].lower())
    return (
        "a value whose name says that it is a secret"
        if squeezed not in names and _WORDS.search(squeezed)
        else ""
    )


def _names(settings: PolicySettings) -> frozenset[str]:
    return frozenset(re.sub(r"[^a-z]", "", name.lower()) for name in settings["names"])


def _inputs(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    if resource.type == STACK:
        return
    names = _names(settings)
    violations = list(exposed(dict(resource.inputs), "", "", names))
    for path in _ALWAYS.get(resource.type, ()):
        value: Any = dict(resource.inputs)
        for part in path.split("."):
            value = cast("dict[str, Any]", value).get(part) if isinstance(value, dict) else None
        violations += [Violation(plain_path, "must be a Pulumi secret") for plain_path in _plain(value, path)]
    seen: set[str] = set()
    for violation in violations:
        if violation.path not in seen:
            seen.add(violation.path)
            yield violation


def _plain(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, child in cast("dict[str, Any]", value).items():
            yield from _plain(child, f"{path}.{name}")
    elif isinstance(value, str) and value:
        yield path


def _outputs(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    for resource in stack.of(STACK):
        for violation in exposed(dict(resource.outputs), "", "", _names(settings)):
            yield Violation(f"outputs.{violation.path}", violation.message, resource.urn)


_NAMES = {
    "type": "array",
    "items": {"type": "string"},
    "default": ["sslSecret", "existingSecret", "imagePullSecret"],
    "description": "Keys that hold the name of a secret, not its value.",
}

POLICIES = (
    Policy(
        id="plain-secret",
        title="No resource input has a secret in plain text",
        reason="The state, the preview and the logs would show it.",
        fix="Set it with pulumi config set --secret or use pulumi.Output.secret; better, use an identity.",
        severity=Severity.CRITICAL,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_AZURE_45", "CIS AKS 1.8: 4.5.1", "MCSB IM-8"),
        types=("*",),
        check=_inputs,
        config={"names": _NAMES},
    ),
    Policy(
        id="plain-secret-output",
        title="No stack output has a secret in plain text",
        reason="Outputs are shown to everyone, and results of list…Keys functions are not marked as secret.",
        fix="Do not export it, or wrap it in pulumi.Output.secret.",
        severity=Severity.CRITICAL,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-8",),
        check_stack=_outputs,
        config={"names": _NAMES},
    ),
)
