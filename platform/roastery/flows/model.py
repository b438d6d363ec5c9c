"""Flows, their ends, and what a proof says about them.

A flow is declared once, in `roastery.flows.table`; its ends name what `roastery.flows.topology` finds in a
state (`storage`, `agents`, ...), so that the same table holds for every stack of the program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Protocol = Literal["Tcp", "Udp"]


class FlowVerdict(StrEnum):
    """What a proof says; `not declared`: an end of the flow is missing in the state."""

    OK = "ok"
    BLOCKED = "blocked"
    UNPROVEN = "unproven"
    NOT_DECLARED = "not declared"
    NOT_NEEDED = "-"


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """Machines in a subnet: `cluster` (nodes), `agents`, `jump_box`, `bastion`, `private_endpoints`."""

    key: str

    def __str__(self) -> str:
        return f"subnet {self.key}"


# Labels that many pods have, and that do not tell them apart in a report.
_COMMON_LABELS = frozenset(
    {
        "app.kubernetes.io/managed-by",
        "app.kubernetes.io/name",
        "app.kubernetes.io/part-of",
        "azure.workload.identity/use",
        "controller",
    }
)


@dataclass(frozen=True, kw_only=True)
class Pods:
    """Pods of the cluster by their labels, as the network policies see them, and their service account.

    `namespace_labels` are those that Kubernetes and the program set on the namespace, where the state
    does not declare it. `host_network` pods are not subject to network policies.
    """

    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    account: str = "default"
    namespace_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    host_network: bool = False

    def __str__(self) -> str:
        telling = [key for key in self.labels if key not in _COMMON_LABELS]
        labels = ",".join(f"{key}={self.labels[key]}" for key in telling)
        return f"pods {self.namespace}/{labels or '*'}"


@dataclass(frozen=True, kw_only=True)
class AzureService:
    """A service of Azure itself, or people, outside the VNet: Event Grid, Azure Monitor, the Internet.

    `trusted` services pass the firewall of a storage account or vault with `bypass: AzureServices`.
    """

    name: str
    tag: str = ""
    trusted: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource with a private endpoint: a key of the topology, and the endpoint's group id."""

    key: str
    group: str

    def __str__(self) -> str:
        return f"{self.key} ({self.group})"


@dataclass(frozen=True, kw_only=True)
class Tagged:
    """Addresses that Azure publishes as service tags; a firewall may know them by host names instead.

    `{region}` in tags and hosts stands for the stack's region. `fqdn_tag` is the firewall's name of the set.
    """

    tags: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    fqdn_tag: str = ""

    def __str__(self) -> str:
        return ", ".join(self.tags)


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Hosts of the Internet without a service tag: names, and the prefixes that their owner publishes."""

    names: tuple[str, ...]
    prefixes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join(self.names)


@dataclass(frozen=True, kw_only=True)
class ApiServer:
    """The API server of the cluster, at its private endpoint."""

    def __str__(self) -> str:
        return "API server"


Source = Subnet | Pods | AzureService
Destination = Subnet | Pods | Resource | Tagged | Hosts | ApiServer | AzureService


@dataclass(frozen=True, kw_only=True)
class Access:
    """What the acting identity needs in Azure, at the scope of a key of the topology.

    `identity` is a key of the topology (`jobs`, `argo`, `kubelet`, `workspace`, ...), or `group:<what>` for
    a group of people that the stack file names: any one group that holds all of it.
    `by_bootstrap`: the bootstrap grants it, so that without its state nothing is proven.
    `scope` may append a path to the key's id: `storage/blobServices/default/containers/argo-artefacts`.
    """

    identity: str
    scope: str
    actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    by_bootstrap: bool = False


@dataclass(frozen=True, kw_only=True)
class KubernetesAccess:
    """What is needed of the API server.

    `identity` is a key of the topology, or `group:<what>`; empty: the service account of the source's pods.
    `by_bootstrap` as for `Access`.
    """

    verbs: tuple[str, ...]
    resources: tuple[str, ...]
    group: str = ""
    namespace: str = ""
    identity: str = ""
    by_bootstrap: bool = False


@dataclass(frozen=True, kw_only=True)
class Present:
    """A listener, secret or certificate that must exist: a type of resource, with values at some paths.

    Args:
        what: in words, for the message.
        type: of the resource, as in a state without API version.
        where: values (exact text, or a suffix after `*`) by dotted path of the inputs.
    """

    what: str
    type: str
    where: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One flow.

    Args:
        id: stable, for SARIF and waivers.
        source, destination: its ends.
        ports: of the destination.
        protocol: of the connection.
        access: what is needed in Azure.
        kubernetes: what is needed of the API server.
        identity: key of the identity that the source's pods act as by a federated credential.
        present: what must answer.
        needs: keys of the topology without which there is no such flow (`bastion`, `event_hub`, ...).
        why: what it is for, one line.
        page: the public page that demands it.
    """

    id: str
    source: Source
    destination: Destination
    why: str
    page: str
    ports: tuple[int, ...] = (443,)
    protocol: Protocol = "Tcp"
    access: tuple[Access, ...] = ()
    kubernetes: tuple[KubernetesAccess, ...] = ()
    identity: str = ""
    present: tuple[Present, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """The verdict of one proof.

    `reason` names what is missing; `uses` are the ids of what the flow relies on: a URN, or a URN, `#` and
    the name of a rule inside of the resource.
    """

    verdict: FlowVerdict
    reason: str = ""
    uses: frozenset[str] = frozenset()

    @property
    def stops(self) -> bool:
        return self.verdict in (FlowVerdict.BLOCKED, FlowVerdict.NOT_DECLARED)


NOT_NEEDED = Judgement(FlowVerdict.NOT_NEEDED)


def allowed(*uses: str) -> Judgement:
    """The flow passes, by these rules, roles or records."""
    return Judgement(FlowVerdict.OK, uses=frozenset(uses))


def blocked(reason: str) -> Judgement:
    return Judgement(FlowVerdict.BLOCKED, reason)


def all_of(judgements: Sequence[Judgement]) -> Judgement:
    """The first that stops or is unproven; else all uses together; not needed where nothing is."""
    for verdict in (FlowVerdict.NOT_DECLARED, FlowVerdict.BLOCKED, FlowVerdict.UNPROVEN):
        for judgement in judgements:
            if judgement.verdict is verdict:
                return judgement
    uses = frozenset[str]().union(*(judgement.uses for judgement in judgements))
    needed = any(judgement.verdict is FlowVerdict.OK for judgement in judgements)
    return Judgement(FlowVerdict.OK, uses=uses) if needed else NOT_NEEDED


@dataclass(frozen=True, kw_only=True)
class ProvedFlow:
    """A flow with its three verdicts."""

    flow: Flow
    reachable: Judgement
    authorised: Judgement
    answered: Judgement

    @property
    def judgements(self) -> dict[str, Judgement]:
        return {"reachable": self.reachable, "authorised": self.authorised, "answered": self.answered}

    @property
    def works(self) -> bool:
        return not any(judgement.stops for judgement in self.judgements.values())

    @property
    def uses(self) -> frozenset[str]:
        return self.reachable.uses | self.authorised.uses | self.answered.uses


@dataclass(frozen=True, kw_only=True)
class Excess:
    """A rule, role or policy that no flow needs; `explained` says why it is there all the same."""

    id: str
    kind: str
    description: str
    explained: str = ""
