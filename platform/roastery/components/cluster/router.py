"""TLS and address of Azure ML's inference router, behind which every endpoint of the cluster is.

Before it is installed, the extension wants the certificate as a secret of namespace `azureml` with the keys
`cert.pem` and `key.pem`: learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-online-endpoint.
It comes from Key Vault: the secrets store driver creates the secret while a pod mounts it, and renews it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as k8s
from pulumi_kubernetes.apps import v1 as apps
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta import v1 as meta
from pulumi_kubernetes.networking import v1 as networking

from roastery.components.argo.secrets import SecretClass, declare_secret_class
from roastery.components.cluster.extension import NAMESPACE

SECRET = "azureml-fe-tls"  # noqa: S105 - the name of a Kubernetes secret, not its content
ACCOUNT = "sa-router-tls"
_NAME = "router-tls"
_LABELS = {"app": _NAME}
_USER = 65532  # any but root: the pod reads nothing and sleeps


@dataclass(frozen=True, kw_only=True)
class RouterTlsArgs:
    """Where the certificate is.

    Args:
        provider: of the cluster.
        vault: name of the vault.
        tenant: of the vault.
        client_id: of the identity that may read the two secrets.
        certificate: secret of the vault with the certificate and its chain, PEM.
        key: secret of the vault with the key, PEM without a passphrase.
        image: of the pod that mounts them; it needs nothing but `sleep`.
    """

    provider: k8s.Provider
    vault: pulumi.Input[str]
    tenant: str
    client_id: pulumi.Input[str]
    certificate: str
    key: str
    image: str


def router_tls(args: RouterTlsArgs, parent: pulumi.Resource) -> list[pulumi.Resource]:
    """Declares the extension's namespace and what creates the secret in it.

    Args:
        args: where the certificate is.
        parent: the component that the cluster belongs to.

    Returns:
        What has to be there before the extension.
    """
    opts = pulumi.ResourceOptions(parent=parent, provider=args.provider)
    namespace = core.Namespace(
        f"ns-{NAMESPACE}",
        metadata=meta.ObjectMetaArgs(
            name=NAMESPACE,
            # Its log collectors mount folders of the node, which `baseline` forbids.
            labels={"pod-security.kubernetes.io/enforce": "privileged"},
        ),
        opts=opts,
    )
    name = namespace.metadata.name.apply(lambda name: name or NAMESPACE)
    account = core.ServiceAccount(
        ACCOUNT,
        metadata=meta.ObjectMetaArgs(
            name=ACCOUNT, namespace=name, annotations={"azure.workload.identity/client-id": args.client_id}
        ),
        automount_service_account_token=False,
        opts=opts,
    )
    secrets = declare_secret_class(
        SecretClass(
            name=_NAME,
            vault=args.vault,
            tenant=args.tenant,
            client_id=args.client_id,
            files=[args.certificate, args.key],
            synced={args.certificate: "cert.pem", args.key: "key.pem"},
            synced_name=SECRET,
        ),
        name,
        args.provider,
        parent,
    )
    silence = _silence(name, opts)
    mount = _mount(args.image, name, parent, args.provider, [account, secrets, silence])
    return [namespace, mount]


def _silence(namespace: pulumi.Input[str], opts: pulumi.ResourceOptions) -> networking.NetworkPolicy:
    """The pod talks to nobody: the driver on its node reads the vault."""
    return networking.NetworkPolicy(
        f"{_NAME}-deny",
        metadata=meta.ObjectMetaArgs(name=f"{_NAME}-deny", namespace=namespace),
        spec=networking.NetworkPolicySpecArgs(
            pod_selector=meta.LabelSelectorArgs(match_labels=_LABELS), policy_types=["Ingress", "Egress"]
        ),
        opts=opts,
    )


def _mount(
    image: str,
    namespace: pulumi.Input[str],
    parent: pulumi.Resource,
    provider: k8s.Provider,
    before: list[pulumi.Resource],
) -> apps.Deployment:
    """The driver creates the secret while a pod mounts the class ("Sync as Kubernetes Secret")."""
    return apps.Deployment(
        _NAME,
        metadata=meta.ObjectMetaArgs(name=_NAME, namespace=namespace, labels=_LABELS),
        spec=apps.DeploymentSpecArgs(
            replicas=1,
            selector=meta.LabelSelectorArgs(match_labels=_LABELS),
            template=core.PodTemplateSpecArgs(
                metadata=meta.ObjectMetaArgs(labels={**_LABELS, "azure.workload.identity/use": "true"}),
                spec=_pod(image),
            ),
        ),
        opts=pulumi.ResourceOptions(parent=parent, provider=provider, depends_on=before),
    )


def _pod(image: str) -> core.PodSpecArgs:
    resources: dict[str, Any] = {"cpu": "10m", "memory": "16Mi"}
    return core.PodSpecArgs(
        service_account_name=ACCOUNT,
        automount_service_account_token=False,
        security_context=core.PodSecurityContextArgs(
            run_as_non_root=True,
            run_as_user=_USER,
            run_as_group=_USER,
            seccomp_profile=core.SeccompProfileArgs(type="RuntimeDefault"),
        ),
        containers=[
            core.ContainerArgs(
                name="mount",
                image=image,
                command=["sleep", "infinity"],
                resources=core.ResourceRequirementsArgs(requests=resources, limits=resources),
                security_context=core.SecurityContextArgs(
                    allow_privilege_escalation=False,
                    privileged=False,
                    read_only_root_filesystem=True,
                    run_as_non_root=True,
                    capabilities=core.CapabilitiesArgs(drop=["ALL"]),
                ),
                volume_mounts=[core.VolumeMountArgs(name="tls", mount_path="/mnt/tls", read_only=True)],
            )
        ],
        volumes=[
            core.VolumeArgs(
                name="tls",
                csi=core.CSIVolumeSourceArgs(
                    driver="secrets-store.csi.k8s.io",
                    read_only=True,
                    volume_attributes={"secretProviderClass": _NAME},
                ),
            )
        ],
    )


def router_address(
    extension: pulumi.CustomResource, provider: k8s.Provider, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """The private address of the router's load balancer, which the cluster assigns.

    Args:
        extension: installs the router's service.
        provider: of the cluster.
        parent: the component that the cluster belongs to.
    """
    service = core.Service.get(
        "azureml-fe",
        # Known only once the extension is: a first preview can't read what is not there yet.
        extension.id.apply(lambda _: f"{NAMESPACE}/azureml-fe"),
        pulumi.ResourceOptions(parent=parent, provider=provider),
    )
    return service.status.apply(load_balancer_address)


def load_balancer_address(status: Any) -> str:
    """The address in the status of the router's service.

    Raises:
        pulumi.RunError: it has none yet.
    """
    balancer = status.load_balancer if status else None
    address = next((entry.ip for entry in (balancer.ingress if balancer else None) or () if entry.ip), None)
    if address is None:
        raise pulumi.RunError(
            f"service azureml-fe in namespace {NAMESPACE} has no address yet: wait until "
            f"`kubectl -n {NAMESPACE} get service azureml-fe` shows one, then run `pulumi up` again"
        )
    return str(address)
