"""Roles in Kubernetes that are worth more than they seem: secrets, a shell in a pod, rights of others."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch

from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.values import PropertyNode

_READ = frozenset({"get", "list", "watch", "*"})
_WRITE = frozenset({"create", "update", "patch", "*"})
# kubernetes.io/docs/concepts/security/rbac-good-practices: group, resource, verbs, and what it amounts to.
_POWERS: tuple[tuple[str, str, frozenset[str], str], ...] = (
    ("", "secrets", _READ, "reads secrets"),
    ("", "pods/exec", _WRITE | {"get"}, "opens a shell in every pod"),
    ("", "pods/attach", _WRITE | {"get"}, "attaches to every pod"),
    ("", "pods/portforward", _WRITE | {"get"}, "reaches every port of every pod"),
    ("", "pods/ephemeralcontainers", _WRITE, "adds containers to running pods"),
    ("", "nodes/proxy", _READ | _WRITE, "runs commands in every pod of a node"),
    ("", "serviceaccounts/token", _WRITE, "makes tokens of other service accounts"),
    ("", "serviceaccounts", frozenset({"impersonate"}), "acts as other service accounts"),
    ("", "users", frozenset({"impersonate"}), "acts as other users"),
    ("", "groups", frozenset({"impersonate"}), "acts as members of any group"),
    ("", "persistentvolumes", frozenset({"create", "*"}), "mounts folders of nodes"),
    ("rbac.authorization.k8s.io", "roles", frozenset({"escalate", "bind", *_WRITE}), "changes roles"),
    ("rbac.authorization.k8s.io", "clusterroles", frozenset({"escalate", "bind", *_WRITE}), "changes roles"),
    ("rbac.authorization.k8s.io", "rolebindings", _WRITE, "assigns roles"),
    ("rbac.authorization.k8s.io", "clusterrolebindings", _WRITE, "assigns roles"),
    ("certificates.k8s.io", "certificatesigningrequests/approval", _WRITE, "signs certificates of users"),
    (
        "admissionregistration.k8s.io",
        "mutatingwebhookconfigurations",
        _WRITE,
        "changes every object that is created",
    ),
    ("", "pods", frozenset({"create", "*"}), "starts pods, which may mount any secret of the namespace"),
)
_AGGREGATES = "rbac.authorization.k8s.io/aggregate-to-"


def _powers(rule: PropertyNode, ignored: set[str]) -> Iterator[tuple[str, str]]:
    """What a rule amounts to: the resource that it names, and why that is more than it seems."""
    groups, verbs = set(rule.texts("apiGroups")), {verb.lower() for verb in rule.texts("verbs")}
    named = bool(rule.texts("resourceNames"))
    for group, resource, powerful, meaning in _POWERS:
        if resource in ignored or not groups & {group, "*"}:
            continue
        # A wildcard verb includes escalate, bind and impersonate.
        if not (verbs & powerful or "*" in verbs):
            continue
        if named and resource == "secrets" and verbs <= {"get"}:
            continue  # one secret by its name
        for text in rule.texts("resources"):
            if fnmatch(resource, text.lower()) or text == "*":
                yield text, meaning
                break


def _rights(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    ignored = set(settings["ignored"])
    for rule in resource.each("rules"):
        for text, meaning in _powers(rule, ignored):
            yield Violation(rule.path, f"{meaning} ({text})")
    if resource.properties.present("aggregationRule"):
        yield Violation("aggregationRule", "collects the rules of every role with its labels, made by anyone")
    labels = resource.get("metadata.labels", {})
    for label in labels if isinstance(labels, dict) else ():
        if str(label).startswith(_AGGREGATES):
            yield Violation(f"metadata.labels[{label}]", "adds its rules to a role that others have")


POLICIES = (
    Policy(
        id="rbac-escalation",
        title="Kubernetes roles neither read secrets, nor enter pods, nor grant rights",
        reason="A secret, a shell in a pod or the right to bind a role is everything that others may do.",
        fix="Name single secrets by resourceNames; leave exec, tokens, roles and bindings to administrators.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS AKS 1.8: 4.1.2", "CIS AKS 1.8: 4.1.4", "MCSB PA-7"),
        types=(t.K8S_ROLE, t.K8S_CLUSTER_ROLE),
        check=_rights,
        charts=True,
        config={
            "ignored": {
                "type": "array",
                "items": {"type": "string"},
                "default": [],
                "description": "Resources of Kubernetes that roles may use all the same, such as pods.",
            }
        },
    ),
)
