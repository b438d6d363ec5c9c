"""Network policies of the event sources' pods, and the admission policy of the sensors' account."""

from __future__ import annotations

from roastery.components.argo.events.settings import DRIFT, GIT, LANDING, PORT, Triggers
from roastery.components.argo.manifest import LABELS, Manifest

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
# Fields by which a workflow overrides its template: sensors may set none of them.
_TEMPLATE_FIELDS = (
    "activeDeadlineSeconds", "artifactGC", "artifactRepositoryRef", "automountServiceAccountToken",
    "entrypoint", "executor", "hooks", "hostNetwork", "imagePullSecrets", "onExit", "podMetadata",
    "podSpecPatch", "securityContext", "serviceAccountName", "synchronization", "templateDefaults",
    "templates", "tolerations", "ttlStrategy", "volumeClaimTemplates", "volumes",
)  # fmt: skip


def source_policies(triggers: Triggers) -> list[Manifest]:
    """A network policy for each event source: the general policies of the namespace exclude their pods."""
    ingress = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": triggers.ingress_namespace}}
    }
    # Only pods of workflows report drift.
    reporters = {
        "podSelector": {
            "matchLabels": LABELS,
            "matchExpressions": [{"key": "workflows.argoproj.io/workflow", "operator": "Exists"}],
        }
    }
    # Event Hubs uses AMQP over TLS on 5671; Entra ID and storage queues use 443.
    ports = [443, 5671] if triggers.landing.transport == "event_hub" else [443]
    return [
        *([_policy(triggers, GIT, [ingress], [])] if triggers.push else []),
        _policy(triggers, DRIFT, [reporters], []),
        _policy(triggers, LANDING, [], ports),
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
    """Restricts the sensors' account to workflows from these templates, which a role can not express.

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
    spec, started = "object.spec", (("infra",) if triggers.push else ()) + ("retrain",)
    templates = (
        f"has({spec}.workflowTemplateRef) && !has({spec}.workflowTemplateRef.clusterScope)"
        f" && {spec}.workflowTemplateRef.name in [{', '.join(repr(name) for name in started)}]"
    )
    fields = " && ".join(f"!has({spec}.{field})" for field in _TEMPLATE_FIELDS)
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
                    {
                        "expression": templates,
                        "message": f"sensors create workflows from {' and '.join(started)} only",
                    },
                    {
                        "expression": fields,
                        "message": "sensors set arguments and nothing else of a workflow",
                    },
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
