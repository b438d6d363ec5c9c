"""The pack's policies, resources and violations as messages of Pulumi's Analyzer protocol."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2 as wire

from roastery.policies.kinds import plain_type
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    Severity,
    Violation,
)
from roastery.policies.values import decode

NAME = "roastery"
VERSION = "1.0.0"
LEVELS = {
    EnforcementLevel.ADVISORY: wire.ADVISORY,
    EnforcementLevel.MANDATORY: wire.MANDATORY,
    EnforcementLevel.REMEDIATE: wire.REMEDIATE,
    EnforcementLevel.DISABLED: wire.DISABLED,
}
_SEVERITIES = {
    Severity.LOW: wire.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: wire.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: wire.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: wire.POLICY_SEVERITY_CRITICAL,
}

_PROVIDERS = ("azure-native", "kubernetes:")


def resource_of(request: Any) -> DeclaredResource:
    """The resource of a request of Analyze or AnalyzeStack."""
    return DeclaredResource(
        urn=request.urn,
        type=plain_type(request.type),
        inputs=decode(json_format.MessageToDict(request.properties)),
        protect=request.options.protect,
        parent=request.options.parent,
        # An analysis of an old state names no providers.
        custom=request.HasField("provider") or request.type.startswith(_PROVIDERS),
    )


def policy_info(policy: Policy) -> Any:
    """How the pack describes a policy to the engine."""
    info = wire.PolicyInfo(
        name=policy.id,
        displayName=policy.title,
        description=policy.title,
        message=policy.reason,
        enforcementLevel=LEVELS[policy.prod],
        severity=_SEVERITIES[policy.severity],
        remediation_steps=policy.fix,
        tags=list(policy.ids),
        policy_type=wire.POLICY_TYPE_STACK if policy.check_stack else wire.POLICY_TYPE_RESOURCE,
    )
    if policy.config:
        json_format.ParseDict(
            {name: dict(schema) for name, schema in policy.config.items()}, info.configSchema.properties
        )
    return info


def diagnostic_of(policy: Policy, level: EnforcementLevel, violation: Violation, urn: str) -> Any:
    """How the pack reports a violation; one that is left after the remedy stops the update."""
    final = EnforcementLevel.MANDATORY if level is EnforcementLevel.REMEDIATE else level
    where = f"{violation.path} " if violation.path else ""
    return wire.AnalyzeDiagnostic(
        policyName=policy.id,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        description=policy.title,
        message=f"{policy.title}\n{where}{violation.message}\nFix: {policy.fix}",
        urn=urn,
        enforcementLevel=LEVELS[final],
        severity=_SEVERITIES[policy.severity],
    )
