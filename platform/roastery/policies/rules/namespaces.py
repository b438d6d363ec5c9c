"""Objects in the cluster other than pods: namespaces, charts, RBAC, services."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.model import (
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    PolicySettings,
    Severity,
    Violation,
)
from roastery.policies.values import UnprovenError

_EXACT = re.compile(r"v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?")
_ENFORCE = "pod-security.kubernetes.io/enforce"
# kubernetes.io/docs/reference/access-authn-authz/rbac, "User-facing roles": edit reads secrets.
_ADMINISTRATORS = frozenset({"cluster-admin", "admin", "edit", "system:aggregate-to-admin"})
_EVERYBODY = frozenset(
    {"system:authenticated", "system:unauthenticated", "system:anonymous", "system:masters", "system:nodes"}
)


# Of Azure's extensions, whose own pods need more: their charts set nothing of this.
_EXTENSIONS = {"extensions": {"type": "array", "items": {"type": "string"}, "default": ["azureml"]}}


def _of_extension(namespace: DeclaredResource, settings: PolicySettings) -> bool:
    try:
        return namespace.get("metadata.name") in settings["extensions"]
    except UnprovenError:
        return False


def _pod_security(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    if _of_extension(resource, settings):
        return
    level = str(resource.at("metadata.labels").item(_ENFORCE) or "")
    if level not in settings["levels"]:
        wanted = " or ".join(settings["levels"])
        yield Violation(f"metadata.labels[{_ENFORCE}]", f"is {level or 'not set'}, must be {wanted}")


def _in(resource: DeclaredResource, namespace: DeclaredResource) -> bool:
    if namespace.urn in resource.sources_of("metadata"):
        return True
    try:
        return resource.get("metadata.namespace") == namespace.get("metadata.name") is not None
    except UnprovenError:
        return False


def _denies_by_default(policy: DeclaredResource) -> bool:
    selector = policy.get("spec.podSelector", {})
    everything = not selector.get("matchLabels") and not selector.get("matchExpressions")
    both = {kind.lower() for kind in policy.texts("spec.policyTypes")} >= {"ingress", "egress"}
    return everything and both and not policy.get("spec.ingress") and not policy.get("spec.egress")


def _default_deny(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    closing = [policy for policy in stack.of(t.NETWORK_POLICY) if _denies_by_default(policy)]
    for namespace in stack.of(t.NAMESPACE):
        closed = any(_in(policy, namespace) for policy in closing)
        if not closed and not _of_extension(namespace, settings):
            yield Violation("", "has no network policy that denies all traffic by default", namespace.urn)


def _quota_and_limits(stack: DeclaredStack, settings: PolicySettings) -> Iterator[Violation]:
    for kind, what in ((t.QUOTA, "resource quota"), (t.LIMIT_RANGE, "limit range")):
        have = stack.of(kind)
        for namespace in stack.of(t.NAMESPACE):
            bounded = any(_in(policy, namespace) for policy in have)
            if not bounded and not _of_extension(namespace, settings):
                yield Violation("", f"has no {what}", namespace.urn)


def _chart(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    version = str(resource.get("version", ""))
    if not _EXACT.fullmatch(version):
        yield Violation("version", f"is {version or 'not set'}, must be an exact version such as 1.2.3")
    chart = str(resource.get("chart", ""))
    repository = str(resource.get("repositoryOpts.repo", "") or resource.get("fetchOpts.repo", ""))
    if not (chart.startswith(("oci://", "https://")) or repository.startswith(("oci://", "https://"))):
        yield Violation("repositoryOpts.repo", f"is {repository or 'not set'}, must be https:// or oci://")


def _wildcards(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    for rule in resource.each("rules"):
        for part in ("apiGroups", "resources", "verbs"):
            for node in rule.each(part):
                if node.known == "*":
                    yield Violation(node.path, "is *, which also allows what is added later")


def _administrators(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if resource.lower_text("roleRef.name") in _ADMINISTRATORS:
        yield Violation("roleRef.name", f"is {resource.get('roleRef.name')}")
    for subject in resource.each("subjects"):
        kind, name = subject.lower_text("kind"), subject.lower_text("name")
        everybody = name in _EVERYBODY or name.startswith("system:serviceaccounts")
        if (kind in {"group", "user"} and everybody) or (kind == "serviceaccount" and name == "default"):
            yield Violation(f"{subject.path}.name", f"is {name}, which is shared by all")


def internal(service: DeclaredResource) -> bool:
    """Whether Azure gives a service of type LoadBalancer a private address."""
    return str(service.at("metadata.annotations").item(t.INTERNAL)).lower() == "true"


def _service(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    kind = resource.lower_text("spec.type")
    if kind == "nodeport":
        yield Violation("spec.type", "is NodePort, which opens a port on every node")
    if kind == "loadbalancer" and not internal(resource):
        yield Violation(f"metadata.annotations[{t.INTERNAL}]", "is not true: Azure assigns a public address")


def _argo(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
    del settings
    if "argo-workflows" not in str(resource.get("chart", "")):
        return
    modes = resource.texts("values.server.authModes")
    if not modes or "server" in modes:
        yield Violation("values.server.authModes", f"is {modes}: whoever reaches the server gets its rights")
    if resource.get("values.server.secure") is not True:
        yield Violation("values.server.secure", "is not true: tokens are sent unencrypted")


POLICIES = (
    Policy(
        id="namespace-pod-security",
        title="Every namespace enforces a pod security level",
        reason="The API server then refuses privileged pods, whoever creates them.",
        fix=f"Label the namespace {_ENFORCE}: restricted (baseline where a vendor's pods need it).",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS AKS 1.8: 4.2.1", "MCSB PV-1"),
        types=(t.NAMESPACE,),
        check=_pod_security,
        config={
            "levels": {
                "type": "array",
                "items": {"enum": ["restricted", "baseline"]},
                "default": ["restricted", "baseline"],
            },
            **_EXTENSIONS,
        },
    ),
    Policy(
        id="namespace-network-policy",
        title="Every namespace denies traffic by default",
        reason="Otherwise a compromised pod can reach all other pods and the Internet.",
        fix="Add a NetworkPolicy with an empty selector, both policy types and no rules.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV2_K8S_6", "CIS AKS 1.8: 4.4.2", "MCSB NS-1"),
        types=(t.NAMESPACE, t.NETWORK_POLICY),
        check_stack=_default_deny,
        config=_EXTENSIONS,
    ),
    Policy(
        id="namespace-bounds",
        title="Every namespace has a quota and default limits",
        reason="Otherwise a faulty loop can fill the whole cluster with pods.",
        fix="Add a ResourceQuota and a LimitRange.",
        severity=Severity.LOW,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CIS AKS 1.8: 4.6.1",),
        types=(t.NAMESPACE, t.QUOTA, t.LIMIT_RANGE),
        check_stack=_quota_and_limits,
        config=_EXTENSIONS,
    ),
    Policy(
        id="chart-pinned",
        title="Helm charts have an exact version and come over https or oci",
        reason="A version range installs whatever was published last.",
        fix="Set an exact version, and repositoryOpts.repo (https) or an oci:// chart.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB DS-2",),
        types=t.CHARTS,
        check=_chart,
    ),
    Policy(
        id="rbac-wildcard",
        title="Kubernetes roles have no wildcards",
        reason="A wildcard for verbs includes escalate, bind and impersonate.",
        fix="List groups, resources and verbs.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_K8S_49", "CIS AKS 1.8: 4.1.3", "MCSB PA-7"),
        types=(t.K8S_ROLE, t.K8S_CLUSTER_ROLE),
        check=_wildcards,
    ),
    Policy(
        id="rbac-binding",
        title="No binding grants an administrator role, and none is to a shared account",
        reason="cluster-admin is root on every node; every pod can use the default account.",
        fix="Bind a narrow role to a dedicated service account.",
        severity=Severity.CRITICAL,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("CKV_K8S_42", "CIS AKS 1.8: 4.1.1", "CIS AKS 1.8: 4.1.5", "MCSB PA-1"),
        types=(t.K8S_BINDING, t.K8S_CLUSTER_BINDING),
        check=_administrators,
        charts=True,
    ),
    Policy(
        id="service-internal",
        title="Services have no public address",
        reason="Without the annotation, a load balancer gets a public address.",
        fix=f"Use ClusterIP, or annotate {t.INTERNAL}: true.",
        severity=Severity.HIGH,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB NS-2",),
        types=(t.SERVICE,),
        check=_service,
        charts=True,
    ),
    Policy(
        id="argo-server-authentication",
        title="The Argo server requires authentication",
        reason="With auth mode `server`, whoever reaches the server can start containers.",
        fix="Set values.server.authModes to [client] or [sso], and secure true.",
        severity=Severity.CRITICAL,
        dev=EnforcementLevel.MANDATORY,
        prod=EnforcementLevel.MANDATORY,
        ids=("MCSB IM-1",),
        types=t.CHARTS,
        check=_argo,
    ),
)
