"""Kubelet and kernel settings of node pools (learn.microsoft.com/azure/aks/custom-node-configuration)."""

from __future__ import annotations

from azsandbox.arm import laws
from azsandbox.arm.laws import Law

_SOURCE = "AKS, custom-node-configuration-reference"

# Read on 2026-12-01. The page says 2^63-1 for fs.file-max, which a JSON number rounds up. The limits of
# net.netfilter.* and tcp_keepalive_intvl are in the specification.
SYSCTLS = (
    ("fsAioMaxNr", 65536, 6553500),
    ("fsFileMax", 8192, 2**63),
    ("fsInotifyMaxUserWatches", 781250, 2097152),
    ("fsNrOpen", 8192, 20000500),
    ("netCoreNetdevMaxBacklog", 1000, 3240000),
    ("netCoreOptmemMax", 20480, 4194304),
    ("netCoreRmemMax", 212992, 134217728),
    ("netCoreSomaxconn", 4096, 3240000),
    ("netCoreWmemMax", 212992, 134217728),
    ("netIpv4NeighDefaultGcThresh1", 128, 80000),
    ("netIpv4NeighDefaultGcThresh2", 512, 90000),
    ("netIpv4NeighDefaultGcThresh3", 1024, 100000),
    ("netIpv4TcpFinTimeout", 5, 120),
    ("netIpv4TcpKeepaliveProbes", 1, 15),
    ("netIpv4TcpKeepaliveTime", 30, 432000),
    ("netIpv4TcpMaxSynBacklog", 128, 3240000),
    ("netIpv4TcpMaxTwBuckets", 8000, 1440000),
    ("vmSwappiness", 0, 100),
    ("vmVfsCachePressure", 1, 100),
)


def node_laws(within: str) -> tuple[Law, ...]:
    prefix = f"{within}." if within else ""
    return (*_kubelet(prefix), *_kernel(prefix))


def _kubelet(prefix: str) -> tuple[Law, ...]:
    kubelet = f"{prefix}kubeletConfig"
    return (
        laws.Matches(
            path=f"{kubelet}.cpuManagerPolicy",
            pattern="none|static",
            description="none or static",
            ignore_case=True,
            source=_SOURCE,
        ),
        laws.Matches(
            path=f"{kubelet}.topologyManagerPolicy",
            pattern="none|best-effort|restricted|single-numa-node",
            description="none, best-effort, restricted or single-numa-node",
            ignore_case=True,
            source=_SOURCE,
        ),
        laws.Matches(
            path=f"{kubelet}.cpuCfsQuotaPeriod",
            pattern=r"(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+",
            description="a duration such as 100ms",
            source=_SOURCE,
        ),
        laws.Matches(
            path=f"{kubelet}.allowedUnsafeSysctls[]",
            pattern=r"(kernel\.(shm|msg)|fs\.mqueue\.|net\.)\S*|kernel\.sem",
            description="one of the groups kernel.shm*, kernel.msg*, kernel.sem, fs.mqueue.* and net.*",
            source=_SOURCE,
        ),
        laws.Between(path=f"{kubelet}.imageGcHighThreshold", least=0, most=100, source=_SOURCE),
        laws.Between(path=f"{kubelet}.imageGcLowThreshold", least=0, most=100, source=_SOURCE),
        laws.Ordered(within=kubelet, low="imageGcLowThreshold", high="imageGcHighThreshold", source=_SOURCE),
        laws.Between(path=f"{kubelet}.podMaxPids", least=-1, source=_SOURCE),
    )


def _kernel(prefix: str) -> tuple[Law, ...]:
    os = f"{prefix}linuxOSConfig"
    return (
        laws.Limits(within=f"{os}.sysctls", numbers=SYSCTLS, source=_SOURCE),
        laws.Between(path=f"{os}.swapFileSizeMB", least=1, source=_SOURCE),
        laws.Matches(
            path=f"{os}.transparentHugePageEnabled",
            pattern="always|madvise|never",
            description="always, madvise or never",
            ignore_case=True,
            source=_SOURCE,
        ),
        laws.Matches(
            path=f"{os}.transparentHugePageDefrag",
            pattern=r"always|defer|defer\+madvise|madvise|never",
            description="always, defer, defer+madvise, madvise or never",
            ignore_case=True,
            source=_SOURCE,
        ),
    )
