"""What the pods of triggers may reach, and what their account may create."""

from __future__ import annotations

from typing import Any

from roastery.components.argo.events.settings import DRIFT, GIT, LANDING, PORT, Triggers
from roastery.components.argo.workflows.settings import LABELS

Manifest = dict[str, Any]

SOURCE_LABEL = "eventsource-name"  # Argo Events puts it on every pod of an event source
BUS = {"matchLabels": {"controller": "eventbus-controller"}}
_DNS: Manifest = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
}
# What a workflow may set over its template's head; all of it would be a way around the template.
_TEMPLATES_OWN = (
    "activeDeadlineSeconds", "artifactGC", "artifactRepositoryRef", "automountServiceAccountToken",
    "entrypoint", "executor", "hooks", "hostNetwork", "imagePullSecrets", "onExit", "podMetadata",
    "podSpecPatch", "securityContext", "serviceAccountName", "synchronization", "templateDefaults",
    "templates", "tolerations", "ttlStrategy", "volumeClaimTemplates", "volumes",
)  # fmt: skip


def fences(triggers: Triggers) -> list[Manifest]:
    """A network policy per event source: the general allowances of the namespace leave these pods out."""
    ingress = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": triggers.ingress_namespace}}
    }
    # Only pods of the workflow that looks for drift report it.
    reporters = {
        "podSelector": {
            "matchLabels": LABELS,
            "matchExpressions": [{"key": "workflows.argoproj.io/workflow", "operator": "Exists"}],
        }
    }
    # Event Hubs speaks AMQP over TLS on 5671; tokens of Entra ID and queues come over 443.
    out = [443, 5671] if triggers.landing.transport == "event_hub" else [443]
    return [
        _policy(triggers, GIT, [ingress], []),
        _policy(triggers, DRIFT, [reporters], []),
        _policy(triggers, LANDING, [], out),
    ]


def _policy(triggers: Triggers, source: str, callers: list[Manifest], ports: list[int]) -> Manifest:
    egress = [_DNS, {"to": [{"podSelector": BUS}], "ports": [{"protocol": "TCP", "port": 4222}]}]
    if ports:
        egress.append({"ports": [{"protocol": "TCP", "port": port} for port in ports]})
    spec: Manifest = {
        "podSelector": {"matchLabels": {SOURCE_LABEL: source}},
        "policyTypes": ["Ingress", "Egress"],
        "egress": egress,
    }
    if callers:
        spec["ingress"] = [{"from": callers, "ports": [{"protocol": "TCP", "port": PORT}]}]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"source-{source}", "namespace": triggers.namespace, "labels": LABELS},
        "spec": spec,
    }


def admission(triggers: Triggers) -> list[Manifest]:
    """What a role can't say: the sensors' account creates workflows from these templates, and no others.

    Source: kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy.
    """
    user = f"system:serviceaccount:{triggers.namespace}:{triggers.sensor_account}"
    name = "roastery-sensors"
    rule = {
        "apiGroups": ["argoproj.io"],
        "apiVersions": ["v1alpha1"],
        "operations": ["CREATE", "UPDATE"],
        "resources": ["workflows"],
    }
    spec = "object.spec"
    ours = (
        f"has({spec}.workflowTemplateRef) && !has({spec}.workflowTemplateRef.clusterScope)"
        f" && {spec}.workflowTemplateRef.name in ['infra', 'retrain']"
    )
    bare = " && ".join(f"!has({spec}.{field})" for field in _TEMPLATES_OWN)
    return [
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": name, "labels": LABELS},
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {"resourceRules": [rule]},
                "matchConditions": [
                    {"name": "sensors", "expression": f"request.userInfo.username == '{user}'"}
                ],
                "validations": [
                    {"expression": ours, "message": "sensors create workflows from infra and retrain only"},
                    {"expression": bare, "message": "sensors set arguments and nothing else of a workflow"},
                ],
            },
        },
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": name, "labels": LABELS},
            "spec": {"policyName": name, "validationActions": ["Deny"]},
        },
    ]
