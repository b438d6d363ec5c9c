"""The sections of a stack file with their own checks; checks across sections are in `config`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from roastery.domain import (
    Address,
    Cidr,
    Email,
    Guid,
    ImageRef,
    MonthStart,
    SemanticVersion,
    StrictSettings,
    VmSize,
)


class MonitoringSection(StrictSettings):
    """Logs and alerts."""

    retention_days: Annotated[int, Field(ge=30, le=730)] = 90
    daily_quota_gb: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="Ingestion stops for the day once it is reached; unlimited when absent."
    )
    page: tuple[Email, ...] = Field(min_length=1, description="Mail addresses that get alerts.")


class DataSection(StrictSettings):
    """Storage accounts, vault and registry."""

    redundancy: Literal["LRS", "ZRS", "GZRS"] = "ZRS"
    soft_delete_days: Annotated[int, Field(ge=7, le=365)] = 30
    vault_soft_delete_days: Annotated[int, Field(ge=7, le=90)] = 90
    zone_redundant_registry: bool = True


class WorkspaceSection(StrictSettings):
    """The Azure ML workspace."""

    managed_network: Literal["Disabled", "AllowInternetOutbound", "AllowOnlyApprovedOutbound"] = Field(
        default="Disabled",
        description="Network of Azure ML's own compute; turning it on can't be undone. See docs/decisions.",
    )


class NodePoolSection(StrictSettings):
    """A node pool that scales between its bounds."""

    size: VmSize
    minimum: Annotated[int, Field(ge=0, le=1000)]
    maximum: Annotated[int, Field(ge=1, le=1000)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum} is more than maximum {self.maximum}")
        return self


class ClusterSection(StrictSettings):
    """AKS."""

    reachable: bool = Field(
        description="Whether this run can reach the private API server: false from outside the VNet, "
        "which leaves out what lives in the cluster."
    )
    kubernetes_version: Annotated[str, Field(pattern=r"^1\.\d{2}$")]
    tier: Literal["Free", "Standard", "Premium"] = "Standard"
    zones: tuple[Literal["1", "2", "3"], ...] = Field(default=(), description="Availability zones of nodes.")
    service_cidr: Cidr
    pod_cidr: Cidr
    dns_service_ip: Address
    system_pool: NodePoolSection
    job_pool: NodePoolSection
    admins: Guid = Field(description="Entra group that administers the cluster.")
    disable_local_accounts: bool = Field(
        default=True,
        description="Microsoft's documents disagree on whether the ML extension tolerates it: set false if "
        "its installation fails.",
    )
    role_wait: Annotated[int, Field(ge=0, le=1800)] = Field(
        default=180,
        description="Seconds from the creation of the roles that AKS checks to that of the cluster. Azure "
        "says that roles can take 600 s to hold; where they take longer than this, run `up` again.",
    )
    job_pods: Literal["Deny", "Audit"] = Field(
        default="Deny",
        description="What happens to pods in the namespace of jobs that Azure ML's extension does not start. "
        "Which account starts its pods is not documented: Audit admits and records them.",
    )
    login: Literal["azurecli", "workloadidentity", "msi"] = Field(
        default="azurecli", description="How kubelogin signs in from where this program runs."
    )

    @property
    def most_nodes(self) -> int:
        """Nodes when both pools are full and each is being upgraded by a third."""
        return sum(pool.maximum + -(-pool.maximum // 3) for pool in (self.system_pool, self.job_pool))

    @model_validator(mode="after")
    def _addresses(self) -> Self:
        if self.service_cidr.overlaps(self.pod_cidr):
            raise ValueError(f"service_cidr {self.service_cidr} overlaps pod_cidr {self.pod_cidr}")
        first = self.service_cidr.network_address
        if self.dns_service_ip not in self.service_cidr or self.dns_service_ip in (first, first + 1):
            raise ValueError(
                f"dns_service_ip {self.dns_service_ip} must lie in service_cidr {self.service_cidr}, "
                "after its first two addresses"
            )
        if self.system_pool.minimum < 1:
            raise ValueError("system_pool.minimum must be at least 1: the cluster's own pods run there")
        return self


class ArgoSection(StrictSettings):
    """Argo Workflows and Argo Events, from their pinned charts."""

    chart_repository: str = Field(
        default="https://argoproj.github.io/argo-helm",
        description="Helm repository, or an OCI path of a mirror: oci://<registry>/helm.",
    )
    image_registry: str = Field(
        default="quay.io", description="Registry of the images; without open egress a mirror in ACR."
    )
    workflows_chart: SemanticVersion
    events_chart: SemanticVersion
    full_crds: bool = Field(
        default=False,
        description="True installs the full CRDs by a job that downloads them: egress, or crd_base_url.",
    )
    crd_base_url: str | None = Field(default=None, description="Mirror of the full CRDs inside the VNet.")

    @model_validator(mode="after")
    def _crds(self) -> Self:
        if self.crd_base_url and not self.full_crds:
            raise ValueError("crd_base_url is set but full_crds is false, which does not use it")
        return self


class ImagesSection(StrictSettings):
    """Images by digest, because a tag can be moved to other content."""

    training: ImageRef = Field(description="Trains and serves.")
    runner: ImageRef = Field(description="Runs `pulumi up` inside the VNet.")


class MachinesSection(StrictSettings):
    """The jump box and the build agents."""

    size: VmSize = "Standard_D2s_v5"
    jump_box_login: Literal["azurecli", "devicecode", "msi"] = Field(
        default="azurecli",
        description="How kubelogin signs people in on the jump box; it overrides cluster.login there.",
    )
    public_key: Annotated[str, Field(pattern=r"^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/=]{60,}( \S+)?$")] = Field(
        description="SSH key that Azure demands of every Linux machine; people sign in with Entra ID, so "
        "its private half may be thrown away."
    )


class PeopleSection(StrictSettings):
    """Entra groups that get roles."""

    data_scientists: Guid
    platform_engineers: Guid
    auditors: Guid | None = None


class BudgetSection(StrictSettings):
    """Monthly budget, of which notices are sent."""

    amount: Annotated[int, Field(gt=0)] = Field(description="Per month, in the billing currency.")
    start: MonthStart = Field(description="First of a month; Azure does not let it change later.")
    contacts: tuple[Email, ...] = Field(min_length=1)
