"""What lives in the cluster, apart from pods: namespaces, charts, rights, services."""

from __future__ import annotations

import re
from collections.abc import Iterator

from roastery.policies import tokens as t
from roastery.policies.model import Level, Policy, Problem, Resource, Settings, Severity, Stack
from roastery.policies.values import Unproven

_EXACT = re.compile(r"v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?")
_INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal"
_ENFORCE = "pod-security.kubernetes.io/enforce"


def _pod_security(resource: Resource, settings: Settings) -> Iterator[Problem]:
    level = str(resource.at("metadata.labels").item(_ENFORCE) or "")
    if level not in settings["levels"]:
        wanted = " or ".join(settings["levels"])
        yield Problem(f"metadata.labels[{_ENFORCE}]", f"is {level or 'not set'}, must be {wanted}")


def _in(resource: Resource, namespace: Resource) -> bool:
    if namespace.urn in resource.leans_on("metadata"):
        return True
    try:
        return resource.get("metadata.namespace") == namespace.get("metadata.name") is not None
    except Unproven:
        return False


def _denies_by_default(policy: Resource) -> bool:
    selector = policy.get("spec.podSelector", {})
    everything = not selector.get("matchLabels") and not selector.get("matchExpressions")
    both = {one.lower() for one in policy.words("spec.policyTypes")} >= {"ingress", "egress"}
    return everything and both and not policy.get("spec.ingress") and not policy.get("spec.egress")


def _fenced(stack: Stack, settings: Settings) -> Iterator[Problem]:
    del settings
    closing = [one for one in stack.of(t.NETWORK_POLICY) if _denies_by_default(one)]
    for namespace in stack.of(t.NAMESPACE):
        if not any(_in(one, namespace) for one in closing):
            yield Problem("", "has no network policy that denies all traffic by default", namespace.urn)


def _limited(stack: Stack, settings: Settings) -> Iterator[Problem]:
    del settings
    for kind, what in ((t.QUOTA, "resource quota"), (t.LIMIT_RANGE, "limit range")):
        have = stack.of(kind)
        for namespace in stack.of(t.NAMESPACE):
            if not any(_in(one, namespace) for one in have):
                yield Problem("", f"has no {what}", namespace.urn)


def _chart(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    version = str(resource.get("version", ""))
    if not _EXACT.fullmatch(version):
        yield Problem("version", f"is {version or 'not set'}, must be one exact version")
    chart, repository = str(resource.get("chart", "")), str(resource.get("repositoryOpts.repo", ""))
    if not (chart.startswith(("oci://", "https://")) or repository.startswith(("oci://", "https://"))):
        yield Problem("repositoryOpts.repo", f"is {repository or 'not set'}, must be https:// or oci://")


def _wildcards(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    for rule in resource.each("rules"):
        for part in ("apiGroups", "resources", "verbs"):
            for one in rule.each(part):
                if one.known == "*":
                    yield Problem(one.path, "is *: it also covers what is added later")


def _administrators(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    if resource.word("roleRef.name") in {"cluster-admin", "admin"}:
        yield Problem("roleRef.name", f"is {resource.get('roleRef.name')}")
    for subject in resource.each("subjects"):
        kind, name = subject.word("kind"), subject.word("name")
        if (kind == "group" and name in {"system:authenticated", "system:unauthenticated"}) or (
            kind == "serviceaccount" and name == "default"
        ):
            yield Problem(f"{subject.path}.name", f"is {name}: everybody's account")


def internal(service: Resource) -> bool:
    """Whether Azure gives a service of type LoadBalancer an address of the network."""
    return str(service.at("metadata.annotations").item(_INTERNAL)).lower() == "true"


def _service(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    kind = resource.word("spec.type")
    if kind == "nodeport":
        yield Problem("spec.type", "is NodePort: every node answers for it")
    if kind == "loadbalancer" and not internal(resource):
        yield Problem(f"metadata.annotations[{_INTERNAL}]", "is not true: Azure gives it a public address")


def _argo(resource: Resource, settings: Settings) -> Iterator[Problem]:
    del settings
    if "argo-workflows" not in str(resource.get("chart", "")):
        return
    modes = resource.words("values.server.authModes")
    if not modes or "server" in modes:
        yield Problem("values.server.authModes", f"is {modes}: whoever reaches the server acts as it")
    if resource.get("values.server.secure") is not True:
        yield Problem("values.server.secure", "is not true: tokens travel in the clear")


POLICIES = (
    Policy(
        id="namespace-pod-security",
        title="Every namespace enforces a pod security level",
        reason="The API server itself then refuses privileged pods, whoever sends them.",
        fix=f"Label the namespace {_ENFORCE}: restricted (baseline where a vendor's pods can't).",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CIS AKS 1.8: 4.2.1", "MCSB PV-1"),
        types=(t.NAMESPACE,),
        check=_pod_security,
        config={
            "levels": {
                "type": "array",
                "items": {"enum": ["restricted", "baseline"]},
                "default": ["restricted", "baseline"],
            }
        },
    ),
    Policy(
        id="namespace-network-policy",
        title="Every namespace denies traffic by default",
        reason="One broken pod otherwise talks to all others, and to the Internet.",
        fix="Add a NetworkPolicy with an empty selector, both policy types and no rules.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV2_K8S_6", "CIS AKS 1.8: 4.4.2", "MCSB NS-1"),
        check_stack=_fenced,
    ),
    Policy(
        id="namespace-bounds",
        title="Every namespace has a quota and default limits",
        reason="A loop that starts pods otherwise ends when the cluster is full.",
        fix="Add a ResourceQuota and a LimitRange.",
        severity=Severity.LOW,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CIS AKS 1.8: 4.6.1",),
        check_stack=_limited,
    ),
    Policy(
        id="chart-pinned",
        title="Charts come in one exact version, by https or oci",
        reason="A version range installs whatever was published this morning.",
        fix="Set version to one version, and repositoryOpts.repo or an oci:// chart.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB DS-2",),
        types=(t.RELEASE,),
        check=_chart,
    ),
    Policy(
        id="rbac-wildcard",
        title="Kubernetes roles have no wildcards",
        reason="A wildcard on verbs includes escalate, bind and impersonate.",
        fix="List groups, resources and verbs.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_K8S_49", "CIS AKS 1.8: 4.1.3", "MCSB PA-7"),
        types=(t.K8S_ROLE, t.K8S_CLUSTER_ROLE),
        check=_wildcards,
    ),
    Policy(
        id="rbac-binding",
        title="Nobody is bound to an administrator's role, and everybody to none",
        reason="cluster-admin is root on every node; the default account belongs to every pod.",
        fix="Bind a narrow role to a service account of its own.",
        severity=Severity.CRITICAL,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("CKV_K8S_42", "CIS AKS 1.8: 4.1.1", "CIS AKS 1.8: 4.1.5", "MCSB PA-1"),
        types=(t.K8S_BINDING, t.K8S_CLUSTER_BINDING),
        check=_administrators,
    ),
    Policy(
        id="service-internal",
        title="Services have no public address",
        reason="A load balancer is public unless an annotation says otherwise.",
        fix=f"Use ClusterIP, or annotate {_INTERNAL}: true.",
        severity=Severity.HIGH,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB NS-2",),
        types=(t.SERVICE,),
        check=_service,
    ),
    Policy(
        id="argo-server-authentication",
        title="The Argo server asks who is there",
        reason="Auth mode `server` lets everyone who reaches it start containers.",
        fix="Set values.server.authModes to [client] or [sso], and secure true.",
        severity=Severity.CRITICAL,
        dev=Level.MANDATORY,
        prod=Level.MANDATORY,
        ids=("MCSB IM-1",),
        types=(t.RELEASE,),
        check=_argo,
    ),
)
