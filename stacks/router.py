"""How callers reach endpoints on the cluster: Azure ML's router, its certificate, host name and address."""

from __future__ import annotations

import pulumi

from roastery.components.cluster import extension, router
from roastery.components.cluster.access import ClusterProvider
from roastery.components.cluster.aks import Aks
from roastery.components.identity import grants
from roastery.components.identity.roles import assign_all
from roastery.components.identity.workload import (
    Federation,
    ServiceAccount,
    WorkloadIdentity,
    WorkloadIdentityArgs,
)
from stacks.config import StackConfig
from stacks.foundation import Foundation


def ml_router(
    config: StackConfig, base: Foundation, aks: Aks, kubernetes: ClusterProvider
) -> pulumi.CustomResource:
    """Declares the Azure ML extension with its certificate before it and its host name after it."""
    section = config.serving
    before = router.router_tls(
        router.RouterTlsArgs(
            provider=kubernetes,
            vault=config.names.of("key vault"),
            tenant=config.tenant,
            client_id=_identity(config, base, aks).client_id,
            certificate=section.certificate_secret,
            key=section.key_secret,
            image=config.images.runner,
        ),
        aks,
    )
    installed = extension.ml_extension(
        base.work,
        aks.id,
        aks.name,
        aks,
        tls_secret=router.SECRET,
        host=section.host,
        high_availability=config.production,
        before=before,
    )
    base.dns.host(section.host, router.router_address(installed, kubernetes, aks))
    return installed


def _identity(config: StackConfig, base: Foundation, aks: Aks) -> WorkloadIdentity:
    """May read the certificate and its key, and nothing else of the vault."""
    account = ServiceAccount(namespace=extension.NAMESPACE, name=router.ACCOUNT)
    identity = WorkloadIdentity(
        "router",
        WorkloadIdentityArgs(
            resource_group=base.work,
            part="router",
            federation=Federation(issuer=aks.oidc_issuer, accounts=[account]),
        ),
        pulumi.ResourceOptions(parent=aks),
    )
    section = config.serving
    secrets = {"certificate": section.certificate_secret, "key": section.key_secret}
    assign_all(
        grants.router(identity.principal_id, base.vault.id, secrets), names=config.names, parent=identity
    )
    return identity
