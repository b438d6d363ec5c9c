"""A namespace with its limits: restricted pods, no traffic by default, bounded resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_kubernetes as k8s
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta import v1 as meta
from pulumi_kubernetes.networking import v1 as networking

DNS_PORTS = (("UDP", 53), ("TCP", 53))


@dataclass(frozen=True, kw_only=True)
class NamespaceArgs:
    """One namespace.

    Args:
        provider: of the cluster.
        name: the namespace.
        cpu, memory, pods: quota of everything in it together.
        egress: ports that its pods may reach outside the namespace.
        level: Pod Security Admission level; `restricted` unless a chart does not support it.
        labels: more labels.
        excluded: labels whose pods the general network policies leave out; they have policies of their own.
        own_traffic: whether its pods talk to each other.
    """

    provider: k8s.Provider
    name: str
    cpu: str
    memory: str
    pods: int
    egress: Sequence[int] = (443,)
    level: Literal["restricted", "baseline", "privileged"] = "restricted"
    labels: Mapping[str, str] | None = None
    excluded: Sequence[str] = ()
    own_traffic: bool = True


class Namespace(pulumi.ComponentResource):
    """The namespace, its network policies, quota and defaults."""

    name: pulumi.Output[str]

    def __init__(self, name: str, args: NamespaceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:argo:Namespace", name, None, opts)
        self._args = args
        self.resource = core.Namespace(
            f"ns-{args.name}",
            metadata=meta.ObjectMetaArgs(name=args.name, labels=self._labels()),
            opts=pulumi.ResourceOptions(parent=self, provider=args.provider),
        )
        self.name = self.resource.metadata.name.apply(lambda name: name or args.name)
        self._child = pulumi.ResourceOptions(parent=self.resource, provider=args.provider)
        self._policies()
        self._quota()
        self.register_outputs({"name": self.name})

    def _labels(self) -> dict[str, str]:
        level = self._args.level
        modes = {f"pod-security.kubernetes.io/{mode}": level for mode in ("enforce", "audit", "warn")}
        return {**modes, "pod-security.kubernetes.io/enforce-version": "latest", **(self._args.labels or {})}

    def _meta(self, name: str) -> meta.ObjectMetaArgs:
        return meta.ObjectMetaArgs(name=name, namespace=self.name)

    def _policies(self) -> None:
        own_pods = networking.NetworkPolicyPeerArgs(pod_selector=meta.LabelSelectorArgs())
        dns = networking.NetworkPolicyPeerArgs(
            namespace_selector=meta.LabelSelectorArgs(
                match_labels={"kubernetes.io/metadata.name": "kube-system"}
            ),
            pod_selector=meta.LabelSelectorArgs(match_labels={"k8s-app": "kube-dns"}),
        )
        self._policy("default-deny", selector=meta.LabelSelectorArgs())
        if self._args.own_traffic:
            self._policy(
                "allow-own",
                ingress=[networking.NetworkPolicyIngressRuleArgs(from_=[own_pods])],
                egress=[networking.NetworkPolicyEgressRuleArgs(to=[own_pods])],
            )
        self._policy(
            "allow-out",
            egress=[
                networking.NetworkPolicyEgressRuleArgs(to=[dns], ports=_ports(DNS_PORTS)),
                networking.NetworkPolicyEgressRuleArgs(ports=_ports([("TCP", p) for p in self._args.egress])),
            ],
        )

    def _policy(
        self,
        name: str,
        ingress: Sequence[networking.NetworkPolicyIngressRuleArgs] = (),
        egress: Sequence[networking.NetworkPolicyEgressRuleArgs] = (),
        selector: meta.LabelSelectorArgs | None = None,
    ) -> None:
        types = ["Ingress", "Egress"] if not ingress and not egress else []
        types += (["Ingress"] if ingress else []) + (["Egress"] if egress else [])
        networking.NetworkPolicy(
            f"{self._args.name}-{name}",
            metadata=self._meta(name),
            spec=networking.NetworkPolicySpecArgs(
                pod_selector=selector or self._general(),
                policy_types=types,
                ingress=list(ingress) or None,
                egress=list(egress) or None,
            ),
            opts=self._child,
        )

    def _general(self) -> meta.LabelSelectorArgs:
        """All pods but the excluded ones: policies only add rights, so these must not be selected at all."""
        return meta.LabelSelectorArgs(
            match_expressions=[
                meta.LabelSelectorRequirementArgs(key=key, operator="DoesNotExist")
                for key in self._args.excluded
            ]
            or None
        )

    def _quota(self) -> None:
        args = self._args
        core.ResourceQuota(
            f"{args.name}-quota",
            metadata=self._meta("quota"),
            spec=core.ResourceQuotaSpecArgs(
                hard={
                    "requests.cpu": args.cpu,
                    "requests.memory": args.memory,
                    "limits.cpu": args.cpu,
                    "limits.memory": args.memory,
                    "pods": str(args.pods),
                }
            ),
            opts=self._child,
        )
        core.LimitRange(
            f"{args.name}-defaults",
            metadata=self._meta("defaults"),
            spec=core.LimitRangeSpecArgs(
                limits=[
                    core.LimitRangeItemArgs(
                        type="Container",
                        default={"cpu": "500m", "memory": "512Mi"},
                        default_request={"cpu": "100m", "memory": "128Mi"},
                    )
                ]
            ),
            opts=self._child,
        )


def _ports(ports: Sequence[tuple[str, int]]) -> list[networking.NetworkPolicyPortArgs]:
    return [networking.NetworkPolicyPortArgs(protocol=protocol, port=port) for protocol, port in ports]


def service_account(
    namespace: Namespace,
    name: str,
    *,
    client_id: pulumi.Input[str] | None,
    provider: k8s.Provider,
    token: bool = True,
) -> core.ServiceAccount:
    """Declares a service account.

    Args:
        namespace: where.
        name: of the account.
        client_id: of the managed identity that it acts as, if any.
        provider: of the cluster.
        token: mounts its token for the API into pods that do not set it themselves.
    """
    annotations = {"azure.workload.identity/client-id": client_id} if client_id is not None else None
    return core.ServiceAccount(
        f"sa-{name}",
        metadata=meta.ObjectMetaArgs(
            name=name,
            namespace=namespace.name,
            annotations=annotations,
            labels={"azure.workload.identity/use": "true"} if client_id is not None else None,
        ),
        automount_service_account_token=token,
        opts=pulumi.ResourceOptions(parent=namespace, provider=provider),
    )
