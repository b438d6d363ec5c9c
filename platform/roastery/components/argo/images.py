"""Charts and images that a cluster with Argo pulls: what a registry without egress has to mirror."""

from __future__ import annotations

from dataclasses import dataclass

JETSTREAM = "2.10.10"
EXPORTER = "0.14.0"
RELOADER = "0.14.0"
# Where argoproj publishes its charts as OCI artefacts: github.com/argoproj/argo-helm, README.
CHARTS = "ghcr.io/argoproj/argo-helm"


@dataclass(frozen=True, kw_only=True)
class ChartSource:
    """A chart and the OCI repository that its publisher serves."""

    name: str
    version: str

    @property
    def source(self) -> str:
        """The repository with the version as its tag."""
        return f"{CHARTS}/{self.name}:{self.version}"


@dataclass(frozen=True, kw_only=True)
class ImageSource:
    """An image of a publisher, and the repository of the same name in a mirror."""

    registry: str
    repository: str
    tag: str
    published_as: str = ""

    @property
    def source(self) -> str:
        """The publisher's registry, repository and tag."""
        return f"{self.registry}/{self.published_as or self.repository}:{self.tag}"


WORKFLOWS_VERSION, EVENTS_VERSION = "v4.0.6", "v1.9.10"
"""Versions of the images that the pinned charts use: `appVersion` of argo-workflows 1.0.18 and argo-events
2.4.22."""

IMAGES = (
    *(
        ImageSource(registry="quay.io", repository=f"argoproj/{name}", tag=WORKFLOWS_VERSION)
        for name in ("workflow-controller", "argocli", "argoexec")
    ),
    ImageSource(registry="quay.io", repository="argoproj/argo-events", tag=EVENTS_VERSION),
    # The event bus: argo-events v1.9, manifests/base/controller-manager/controller-config.yaml.
    ImageSource(registry="docker.io", repository="nats", tag=JETSTREAM, published_as="library/nats"),
    ImageSource(registry="docker.io", repository="natsio/prometheus-nats-exporter", tag=EXPORTER),
    ImageSource(registry="docker.io", repository="natsio/nats-server-config-reloader", tag=RELOADER),
)


def charts(workflows: str, events: str) -> tuple[ChartSource, ...]:
    """The charts of these versions."""
    return (
        ChartSource(name="argo-workflows", version=workflows),
        ChartSource(name="argo-events", version=events),
    )
