"""The hosts that the firewall lets through, each with its reason and the page that demands it.

What has a private endpoint does not come here: registry, storage, vault, workspace, API server, the ingestion
of Azure Monitor, the state of Pulumi and its key. All pages read 2026-12-01. `aml` is "Configure inbound and
outbound network traffic", section "Use Kubernetes compute"; `aks` "Outbound network and FQDN rules for AKS".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

User = Literal["cluster", "agents", "jump_box"]
_ENTRA = "learn.microsoft.com/entra/identity/devices/howto-vm-sign-in-azure-ad-linux"
_DEVOPS = "learn.microsoft.com/azure/devops/pipelines/agents/linux-agent"
_MACHINES: tuple[User, ...] = ("agents", "jump_box")
_EVERYBODY: tuple[User, ...] = ("cluster", "agents", "jump_box")


@dataclass(frozen=True, kw_only=True)
class HostRule:
    """One application rule.

    Args:
        name: of the rule.
        users: subnets that may.
        hosts: names; a leading `*.` stands for one or more labels.
        tag: FQDN tag of Azure Firewall instead of hosts.
        ports: 443 is HTTPS, 80 is HTTP.
        why: what fails without it.
        page: which public page demands it.
    """

    name: str
    users: tuple[User, ...]
    hosts: tuple[str, ...] = ()
    tag: str | None = None
    ports: tuple[Literal[80, 443], ...] = (443,)
    why: str
    page: str


@dataclass(frozen=True, kw_only=True)
class Destinations:
    """What differs between stacks.

    Args:
        region: of the stack.
        forge: host of the repository.
        snowflake: host of the account.
        notices: hosts that failures of workflows are posted to.
        more: hosts that the stack file adds.
    """

    region: str
    forge: str
    snowflake: str
    notices: Sequence[str] = ()
    more: Sequence[str] = ()


def host_rules(to: Destinations) -> tuple[HostRule, ...]:
    """All application rules of the firewall."""
    return (*_azure(to.region), *_machines(), *_devops(), *_own(to))


def _azure(region: str) -> tuple[HostRule, ...]:
    return (
        HostRule(
            name="aks",
            users=("cluster",),
            tag="AzureKubernetesService",
            ports=(80, 443),
            why="Nodes pull AKS's own images and binaries, sign in, and call the Resource Manager",
            page="learn.microsoft.com/azure/aks/limit-egress-traffic",
        ),
        HostRule(
            name="extension",
            users=("cluster",),
            hosts=(
                f"{region}.dp.kubernetesconfiguration.azure.com",
                "*.ingestion.msftcloudes.com",
                "*.microsoftmetrics.com",
            ),
            why="The agent of extensions reads its configuration and reports the ML extension's state",
            page="aks: cluster extensions",
        ),
        HostRule(
            name="policy",
            users=("cluster",),
            hosts=(
                "data.policy.core.windows.net",
                "store.policy.core.windows.net",
                "dc.services.visualstudio.com",
            ),
            why="The add-on of Azure Policy reads policies and reports compliance",
            page="aks: Azure Policy",
        ),
        HostRule(
            name="defender",
            users=("cluster",),
            hosts=("*.cloud.defender.microsoft.com",),
            why="Defender's sensor reports security events",
            page="learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-architecture",
        ),
        HostRule(
            name="machine-learning",
            users=_EVERYBODY,
            hosts=(f"{region}.api.azureml.ms", f"{region}.experiments.azureml.net"),
            why="Jobs, models and MLflow; only the workspace's own names are private",
            page="aml",
        ),
        HostRule(
            name="machine-learning-logs",
            users=("cluster",),
            hosts=("*.kusto.windows.net", "*.table.core.windows.net", "*.queue.core.windows.net"),
            why="The ML extension uploads its system logs",
            page="aml",
        ),
    )


def _machines() -> tuple[HostRule, ...]:
    return (
        HostRule(
            name="sign-in",
            users=_MACHINES,
            hosts=("login.microsoftonline.com",),
            why="People, machines and pipelines get tokens",
            page=_ENTRA,
        ),
        HostRule(
            name="resource-manager",
            users=_MACHINES,
            hosts=("management.azure.com", "management.core.windows.net"),
            why="`pulumi up` and `az` call the Resource Manager",
            page=_DEVOPS,
        ),
        HostRule(
            name="sign-in-extension",
            users=("jump_box",),
            hosts=("packages.microsoft.com", "pas.windows.net"),
            why="The extension for Entra sign-in installs itself, and asks who may sign in",
            page=_ENTRA,
        ),
        HostRule(
            name="ubuntu",
            users=_MACHINES,
            hosts=("azure.archive.ubuntu.com", "archive.ubuntu.com", "security.ubuntu.com"),
            ports=(80,),
            why="Security patches, and the container engine that runs the runner's image",
            page="ubuntu.com/server/docs: apt sources of the images on Azure",
        ),
    )


def _devops() -> tuple[HostRule, ...]:
    return (
        HostRule(
            name="azure-pipelines",
            users=("agents",),
            hosts=(
                "dev.azure.com",
                "*.dev.azure.com",
                "*.vssps.visualstudio.com",
                "*.vsblob.visualstudio.com",
                "*.vstmr.visualstudio.com",
                "vstsagenttools.blob.core.windows.net",
            ),
            why="Agents install themselves, wait for jobs, and send logs",
            page=f"{_DEVOPS}; scale-set-agents: lifecycle",
        ),
        HostRule(
            name="image-builds",
            users=("agents",),
            hosts=(
                "get.pulumi.com",
                "github.com",
                "release-assets.githubusercontent.com",
                "packages.microsoft.com",
                "dl.k8s.io",
                "cdn.dl.k8s.io",
                "pypi.org",
                "files.pythonhosted.org",
            ),
            why="The builds of our images download what images/pins.env pins",
            page="images/runner/Dockerfile",
        ),
        HostRule(
            name="image-packages",
            users=("agents",),
            hosts=("deb.debian.org",),
            ports=(80,),
            why="The builds of our images install Debian packages, which apt verifies",
            page="images/runner/Dockerfile",
        ),
    )


def _own(to: Destinations) -> tuple[HostRule, ...]:
    rules = [
        HostRule(
            name="forge",
            users=("cluster", "agents"),
            hosts=(to.forge,),
            why="The workflow `infra` and the pipelines clone the repository",
            page="components/network/forges.py",
        ),
        HostRule(
            name="snowflake",
            users=("cluster",),
            hosts=(to.snowflake,),
            why="The import reads the sales",
            page="docs.snowflake.com/user-guide/hostname-allowlist",
        ),
    ]
    if to.notices:
        rules.append(
            HostRule(
                name="notices",
                users=("cluster",),
                hosts=tuple(to.notices),
                why="Failures of workflows are posted there",
                page="workflows.notify_hosts",
            )
        )
    if to.more:
        rules.append(
            HostRule(
                name="more",
                users=("cluster",),
                hosts=tuple(to.more),
                why="The stack file adds them",
                page="network.allowed_hosts",
            )
        )
    return tuple(rules)
