"""Argo Workflows and Argo Events from their pinned Helm charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s
from pulumi_kubernetes.helm import v3 as helm
from pulumi_kubernetes.meta import v1 as meta
from pulumi_kubernetes.rbac import v1 as rbac

from roastery.components.argo.images import EXPORTER, JETSTREAM, RELOADER
from roastery.components.argo.namespace import Namespace, NamespaceArgs, service_account
from roastery.components.argo.server import SERVER_ACCOUNT, SYSTEM_NAMESPACE, server_values

WORKFLOW_ACCOUNT = "sa-argo-workflow"
EVENTS_ACCOUNT = "sa-argo-events"
SOURCES_ACCOUNT = "sa-argo-sources"
INFRA_ACCOUNT = "sa-argo-infra"
BUS_ACCOUNT = "sa-argo-bus"

_CONTAINER = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
_PUBLIC = "quay.io"
_RESOURCES = {
    "requests": {"cpu": "100m", "memory": "256Mi"},
    "limits": {"cpu": "1", "memory": "1Gi"},
}
# Of sidecars: the config reloader and the metrics exporter of the event bus.
_SIDECAR = {
    "requests": {"cpu": "10m", "memory": "32Mi"},
    "limits": {"cpu": "100m", "memory": "64Mi"},
}
# The namespace admits restricted pods only, and the controller sets no security context by itself: without
# this the bus's pods are refused. NATS's image names no user, whose volume has to be writable: `fsGroup`. The
# containers take pull policy, resources and security context; the controller chooses their images.
_BUS_PODS = {
    "securityContext": {
        "runAsNonRoot": True,
        "runAsUser": 1000,
        "fsGroup": 1000,
        "seccompProfile": {"type": "RuntimeDefault"},
    },
    "containerTemplate": {"securityContext": _CONTAINER, "resources": _RESOURCES},
    "reloaderContainerTemplate": {"securityContext": _CONTAINER, "resources": _SIDECAR},
    "metricsContainerTemplate": {"securityContext": _CONTAINER, "resources": _SIDECAR},
}


@dataclass(frozen=True, kw_only=True)
class ArgoArgs:
    """One installation of both systems.

    Args:
        provider: of the cluster.
        chart_repository: Helm repository, or `oci://...` of a mirror.
        image_registry: registry of the images.
        workflows_chart, events_chart: chart versions.
        full_crds, crd_base_url: whether and from where a job downloads the full CRDs.
        client_id: of the identity that workflows act as.
        infra_client_id: of the identity that changes infrastructure.
        server_client_id: of the identity that shows archived logs.
        storage_account, container: where artefacts are stored.
        high_availability: two controllers on different nodes.
    """

    provider: k8s.Provider
    chart_repository: str
    image_registry: str
    workflows_chart: str
    events_chart: str
    client_id: pulumi.Input[str]
    infra_client_id: pulumi.Input[str]
    server_client_id: pulumi.Input[str]
    storage_account: pulumi.Input[str]
    container: str
    full_crds: bool = False
    crd_base_url: str | None = None
    high_availability: bool = False


class Argo(pulumi.ComponentResource):
    """Both systems, their namespaces, and the service accounts of workflows and events."""

    provider: k8s.Provider
    workflows: Namespace
    jobs: Namespace

    def __init__(self, name: str, args: ArgoArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("roastery:argo:Argo", name, None, opts)
        self._args = args
        self.provider = args.provider
        self._child = pulumi.ResourceOptions(parent=self, provider=args.provider)
        # The controllers and the event bus talk to the API server, whose port in a private cluster is 443.
        self.system = self._namespace(SYSTEM_NAMESPACE, cpu="8", memory="16Gi", pods=20, own_traffic=False)
        self.workflows = self._namespace(
            "roastery", cpu="40", memory="160Gi", pods=100, excluded=["eventsource-name"]
        )
        # Pods of the Azure ML extension run as root beside ours: baseline is the strictest they pass.
        self.jobs = self._namespace("azureml-jobs", cpu="80", memory="320Gi", pods=100, level="baseline")
        self._accounts()
        releases = [self._workflows(), self._events()]
        bus = self._bus(releases)
        self.ready: Sequence[pulumi.Resource] = [*releases, bus, self.jobs.resource]
        self.register_outputs({"namespace": self.workflows.name})

    def _namespace(self, name: str, **limits: Any) -> Namespace:
        return Namespace(
            name,
            NamespaceArgs(provider=self._args.provider, name=name, **limits),
            pulumi.ResourceOptions(parent=self),
        )

    def _accounts(self) -> None:
        args = self._args
        for name, client, token in (
            (WORKFLOW_ACCOUNT, args.client_id, True),
            (INFRA_ACCOUNT, args.infra_client_id, True),
            # Sensors create workflows, and never talk to Azure.
            (EVENTS_ACCOUNT, None, True),
            # Event sources never talk to the API.
            (SOURCES_ACCOUNT, args.client_id, False),
        ):
            service_account(self.workflows, name, client_id=client, provider=args.provider, token=token)
        self._server = service_account(
            self.system, SERVER_ACCOUNT, client_id=args.server_client_id, provider=args.provider
        )
        # The bus calls neither Azure nor the API; without an account it would mount the default one's token.
        service_account(self.workflows, BUS_ACCOUNT, client_id=None, provider=args.provider, token=False)
        executors = (WORKFLOW_ACCOUNT, INFRA_ACCOUNT)
        # All that the executor needs; a workflow's pods have no other right on the API.
        self._grant("executor", executors, [_rule("workflowtaskresults", "create", "patch")])
        self._grant(
            "artifact-gc",
            executors,
            [
                _rule("workflowartifactgctasks", "list", "watch"),
                _rule("workflowartifactgctasks/status", "patch"),
            ],
        )
        self._grant("submitter", (EVENTS_ACCOUNT,), [_rule("workflows", "create")])

    def _grant(self, name: str, accounts: Sequence[str], rules: Sequence[rbac.PolicyRuleArgs]) -> None:
        namespace = self.workflows.name
        rbac.Role(
            f"role-{name}",
            metadata=meta.ObjectMetaArgs(name=name, namespace=namespace),
            rules=list(rules),
            opts=self._child,
        )
        rbac.RoleBinding(
            f"binding-{name}",
            metadata=meta.ObjectMetaArgs(name=name, namespace=namespace),
            role_ref=rbac.RoleRefArgs(api_group="rbac.authorization.k8s.io", kind="Role", name=name),
            subjects=[
                rbac.SubjectArgs(kind="ServiceAccount", name=account, namespace=namespace)
                for account in accounts
            ],
            opts=self._child,
        )

    def _release(
        self, name: str, version: str, values: dict[str, Any], before: Sequence[pulumi.Resource]
    ) -> helm.Release:
        repository = self._args.chart_repository
        mirrored = repository.startswith("oci://")
        return helm.Release(
            name,
            name=name,
            namespace=self.system.name,
            chart=f"{repository}/{name}" if mirrored else name,
            version=version,
            repository_opts=None if mirrored else helm.RepositoryOptsArgs(repo=repository),
            values=values,
            atomic=True,
            timeout=600,
            opts=pulumi.ResourceOptions(parent=self, provider=self._args.provider, depends_on=list(before)),
        )

    def _workflows(self) -> helm.Release:
        args = self._args
        crds: dict[str, Any] = {"install": True, "keep": True, "full": args.full_crds}
        if args.crd_base_url:
            crds["upgradeJob"] = {"crdBaseURL": args.crd_base_url}
        return self._release(
            "argo-workflows",
            args.workflows_chart,
            {
                "crds": crds,
                "controller": self._controller(),
                "executor": {"image": {"registry": args.image_registry}, "securityContext": _CONTAINER},
                "server": server_values(args.image_registry, _CONTAINER, _RESOURCES),
                "workflow": {
                    "serviceAccount": {"create": False, "name": WORKFLOW_ACCOUNT},
                    "rbac": {"create": False},
                },
                "artifactRepository": {
                    "archiveLogs": True,
                    "azure": {
                        "endpoint": pulumi.Output.from_input(args.storage_account).apply(
                            lambda account: f"https://{account}.blob.core.windows.net"
                        ),
                        "container": args.container,
                        "useSDKCreds": True,
                    },
                },
            },
            [self.workflows.resource, self._server],
        )

    def _controller(self) -> dict[str, Any]:
        high_availability = self._args.high_availability
        return {
            "image": {"registry": self._args.image_registry},
            "workflowNamespaces": ["roastery"],
            "parallelism": 20,
            "resourceRateLimit": {"limit": 10, "burst": 25},
            "retentionPolicy": {"completed": 100, "failed": 100, "errored": 100},
            "replicas": 2 if high_availability else 1,
            "pdb": {"enabled": high_availability, "minAvailable": 1},
            "metricsConfig": {"enabled": True},
            "securityContext": _CONTAINER,
            "resources": _RESOURCES,
        }

    def _events(self) -> helm.Release:
        args = self._args
        return self._release(
            "argo-events",
            args.events_chart,
            {
                "crds": {"install": True, "keep": True},
                "global": {
                    "image": {"repository": f"{args.image_registry}/argoproj/argo-events"},
                    "securityContext": {"runAsNonRoot": True, "runAsUser": 9731},
                },
                "controller": {"containerSecurityContext": _CONTAINER, "resources": _RESOURCES},
                "configs": {"jetstream": {"versions": [_bus_images(args.image_registry)]}},
            },
            [self.workflows.resource],
        )

    def _bus(self, after: Sequence[pulumi.Resource]) -> k8s.apiextensions.CustomResource:
        """The event bus between event sources and sensors; JetStream stores events on a disk.

        Its kind comes with the chart of Argo Events.
        """
        return k8s.apiextensions.CustomResource(
            "event-bus",
            api_version="argoproj.io/v1alpha1",
            kind="EventBus",
            metadata=meta.ObjectMetaArgs(name="default", namespace=self.workflows.name),
            spec={
                "jetstream": {
                    "version": JETSTREAM,
                    "replicas": 3,
                    "serviceAccountName": BUS_ACCOUNT,
                    "persistence": {"accessMode": "ReadWriteOnce", "volumeSize": "10Gi"},
                    **_BUS_PODS,
                }
            },
            opts=pulumi.ResourceOptions(
                parent=self.workflows, provider=self._args.provider, depends_on=list(after)
            ),
        )


def _rule(resource: str, *verbs: str) -> rbac.PolicyRuleArgs:
    return rbac.PolicyRuleArgs(api_groups=["argoproj.io"], resources=[resource], verbs=list(verbs))


def _bus_images(registry: str) -> dict[str, str]:
    """The images of the bus: by default those of Docker Hub, which a mirror holds under the same names.

    Versions: argo-events v1.9, manifests/base/controller-manager/controller-config.yaml.
    """
    prefix = "" if registry == _PUBLIC else f"{registry}/"
    return {
        "version": JETSTREAM,
        "natsImage": f"{prefix}nats:{JETSTREAM}",
        "metricsExporterImage": f"{prefix}natsio/prometheus-nats-exporter:{EXPORTER}",
        "configReloaderImage": f"{prefix}natsio/nats-server-config-reloader:{RELOADER}",
        "startCommand": "/nats-server",
    }
