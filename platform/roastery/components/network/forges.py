"""Where the repository is: what `git clone` and the build agents have to reach.

Azure DevOps: service tag AzureDevOps is for inbound rules only. The outbound ranges are on the page
learn.microsoft.com/azure/devops/organizations/security/allow-list-ip-url and, with the agents' hosts, in
pipelines/agents/linux-agent, read 2026-12-01. Older versions of the first page name the first four ranges,
its newest the last six, the second page all ten: all are allowed. GitHub: docs.github.com/rest/meta, which
says that its ranges change; `network.forge_ranges` overrides them.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Forge:
    """A service that hosts Git repositories.

    Args:
        domains: of its repositories, with what is below them.
        ranges: public ranges that they answer from.
    """

    domains: tuple[str, ...]
    ranges: tuple[str, ...]


AZURE_DEVOPS = Forge(
    domains=("dev.azure.com", "visualstudio.com"),
    ranges=(
        "13.107.6.0/24",
        "13.107.9.0/24",
        "13.107.42.0/24",
        "13.107.43.0/24",
        "150.171.22.0/24",
        "150.171.23.0/24",
        "150.171.73.0/24",
        "150.171.74.0/24",
        "150.171.75.0/24",
        "150.171.76.0/24",
    ),
)
GITHUB = Forge(
    domains=("github.com",),
    ranges=("140.82.112.0/20", "143.55.64.0/20", "185.199.108.0/22", "192.30.252.0/22"),
)


def forge_host(repository: str) -> str:
    """The host in the address of a repository."""
    return urlsplit(repository).hostname or ""


def published_ranges(repository: str) -> tuple[str, ...]:
    """The public ranges of the repository's forge; none if it publishes none that is known here.

    Args:
        repository: HTTPS address.
    """
    host = forge_host(repository)
    for forge in (AZURE_DEVOPS, GITHUB):
        if any(host == domain or host.endswith(f".{domain}") for domain in forge.domains):
            return forge.ranges
    return ()
