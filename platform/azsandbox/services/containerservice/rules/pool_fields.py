"""What AKS refuses about the fields of one node pool, whether it is inline or a resource of its own.

Each rule takes the pool and the prefix of its path. Sources, read on 2026-12-01: the pages use-system-pools,
spot-node-pool, custom-node-configuration, enable-fips-nodes and gpu-multi-instance of
learn.microsoft.com/azure/aks, and the resource provider's own messages in github.com/Azure/AKS/issues.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem

_WINDOWS_NAME = 6
_SPOT_DECIMALS = 5
_SYSTEM_PODS = 30
_DEFAULT_COUNT = 1
_PORTS = re.compile(r"(\d+)\s+(\d+)")
_FIRST_PORT, _LAST_PORT = (1024, 60999), (32768, 65535)
_SIZE = re.compile(r"standard_([a-z]+)[\d-]+([a-z]*)", re.IGNORECASE)
_WINDOWS_LACKS = (  # the kubelet settings that the page lists for Linux only
    "cpuManagerPolicy",
    "cpuCfsQuotaPeriod",
    "topologyManagerPolicy",
    "allowedUnsafeSysctls",
    "podMaxPids",
)


def number(value: Any) -> float | None:
    """The value if it is a number."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def autoscaling_is_valid(pool: Values, prefix: str) -> Iterator[Problem]:
    low, high, count = pool.get("minCount"), pool.get("maxCount"), number(pool.get("count"))
    enabled = pool.get("enableAutoScaling")
    if enabled is None or enabled is False:
        if low is not None or high is not None:
            yield Problem(f"{prefix}minCount", "and maxCount go with enableAutoScaling only")
        return
    if enabled is not True:
        return
    if low is None or high is None:
        yield Problem(
            f"{prefix}minCount", "and maxCount are required with enableAutoScaling", code="required"
        )
        return
    least, most = number(low), number(high)
    if least is None or most is None:
        return
    if least > most:
        yield Problem(f"{prefix}minCount", f"is {least:g}, more than maxCount {most:g}")
    elif count is not None and not least <= count <= most:
        yield Problem(f"{prefix}count", f"is {count:g}, outside of minCount {least:g} to maxCount {most:g}")


def system_pool_keeps_a_node(pool: Values, prefix: str) -> Iterator[Problem]:
    if pool.get("mode") != "System":
        return
    for name in ("minCount", "count"):
        if number(pool.get(name)) == 0:
            yield Problem(f"{prefix}{name}", "is 0, but a system pool keeps at least one node")
    if pool.get("upgradeSettings"):
        unavailable = walk.value(pool, "upgradeSettings.maxUnavailable")
        if isinstance(unavailable, str) and unavailable.strip("%") not in ("", "0"):
            yield Problem(
                f"{prefix}upgradeSettings.maxUnavailable",
                f"is {unavailable!r}, but a system pool can't have unavailable nodes: use maxSurge",
            )


def pool_has_room_for_system_pods(pool: Values, prefix: str) -> Iterator[Problem]:
    """At least 30 pods in all: a system pool with fewer is refused (IP address planning, maximum pods)."""
    pods, count = number(pool.get("maxPods")), number(pool.get("count", _DEFAULT_COUNT))
    if pool.get("mode") == "System" and pods and count and pods * count < _SYSTEM_PODS:
        yield Problem(
            f"{prefix}maxPods",
            f"is {pods:g} on {count:g} {'node' if count == 1 else 'nodes'}, {pods * count:g} pods in all, "
            "but a "
            f"system pool needs room for {_SYSTEM_PODS}: raise maxPods or count",
        )


def windows_pool_is_valid(pool: Values, prefix: str) -> Iterator[Problem]:
    if pool.get("osType") != "Windows":
        return
    for path in ("name", "agentPoolName"):
        name = pool.get(path)
        if isinstance(name, str) and len(name) > _WINDOWS_NAME:
            yield Problem(
                f"{prefix}{path}",
                f"{name!r} has {len(name)} characters, but a Windows pool has at most {_WINDOWS_NAME}",
                code="name",
            )
    kubelet = pool.get("kubeletConfig")
    settings: Values = kubelet if isinstance(kubelet, dict) else {}
    for setting in _WINDOWS_LACKS:
        if settings.get(setting) is not None:
            yield Problem(f"{prefix}kubeletConfig.{setting}", "is not a setting of Windows nodes")


def spot_price_is_valid(pool: Values, prefix: str) -> Iterator[Problem]:
    price, priority = number(pool.get("spotMaxPrice")), pool.get("scaleSetPriority")
    path = f"{prefix}spotMaxPrice"
    if price is None or price == -1:
        return
    if priority is None or priority == "Regular":
        yield Problem(path, f"is {price:g}, but goes with scaleSetPriority Spot only")
    elif price <= 0 or round(price, _SPOT_DECIMALS) != price:
        yield Problem(path, f"is {price:g}, but must be -1, or more than 0 with at most 5 decimals")


def upgrade_moves_forward(pool: Values, prefix: str) -> Iterator[Problem]:
    settings = pool.get("upgradeSettings")
    if not isinstance(settings, dict):
        return
    surge, unavailable = settings.get("maxSurge"), settings.get("maxUnavailable", "0")
    amounts = [text.strip("%") for text in (surge, unavailable) if isinstance(text, str)]
    if amounts == ["0", "0"]:
        yield Problem(
            f"{prefix}upgradeSettings.maxSurge",
            f"is {surge!r} and maxUnavailable is {unavailable!r}: one of them must be more than 0",
        )


def local_ports_are_a_range(pool: Values, prefix: str) -> Iterator[Problem]:
    ports = walk.value(pool, "linuxOSConfig.sysctls.netIpv4IpLocalPortRange")
    if not isinstance(ports, str):
        return
    match = _PORTS.fullmatch(ports.strip())
    first, last = (int(match[1]), int(match[2])) if match else (0, 0)
    within = _FIRST_PORT[0] <= first <= _FIRST_PORT[1] and _LAST_PORT[0] <= last <= _LAST_PORT[1]
    if not match or not within or first > last:
        yield Problem(
            f"{prefix}linuxOSConfig.sysctls.netIpv4IpLocalPortRange",
            f"{ports!r} is not a range such as '32768 60999': the first port is {_FIRST_PORT[0]} to "
            f"{_FIRST_PORT[1]}, the last {_LAST_PORT[0]} to {_LAST_PORT[1]} (AKS, custom node configuration)",
        )


def swap_needs_a_kubelet_that_takes_it(pool: Values, prefix: str) -> Iterator[Problem]:
    swap, fails = (
        walk.value(pool, "linuxOSConfig.swapFileSizeMB"),
        walk.value(pool, "kubeletConfig.failSwapOn"),
    )
    if number(swap) and (fails is None or fails is True):
        yield Problem(
            f"{prefix}kubeletConfig.failSwapOn",
            "must be false with linuxOSConfig.swapFileSizeMB",
            code="required",
        )


def message_of_the_day_is_encoded(pool: Values, prefix: str) -> Iterator[Problem]:
    message = pool.get("messageOfTheDay")
    if isinstance(message, str) and not is_base64(message):
        yield Problem(f"{prefix}messageOfTheDay", f"{message!r:.60} is not encoded in base64")


def is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode("".join(text.split()), validate=True)) or not text
    except ValueError:  # binascii.Error, and letters beyond ASCII
        return False


def size_fits_features(pool: Values, prefix: str) -> Iterator[Problem]:
    """Trusted launch and FIPS on Arm, and slices of a GPU on sizes without one."""
    size = pool.get("vmSize")
    match = _SIZE.match(size) if isinstance(size, str) else None
    if match is None:
        return
    arm = "p" in match[2].lower()
    if pool.get("gpuInstanceProfile") and not match[1].lower().startswith("n"):
        yield Problem(f"{prefix}gpuInstanceProfile", f"needs a size with a GPU such as A100, not {size!r}")
    security = pool.get("securityProfile")
    settings: Values = security if arm and isinstance(security, dict) else {}
    for name in ("enableVTPM", "enableSecureBoot"):
        if settings.get(name) is True:
            yield Problem(f"{prefix}securityProfile.{name}", f"does not go with the Arm size {size!r}")
    if arm and pool.get("osType") == "Windows":
        yield Problem(f"{prefix}vmSize", f"{size!r} is an Arm size, which Windows pools can't have")


POOL_RULES: tuple[Callable[[Values, str], Iterator[Problem]], ...] = (
    autoscaling_is_valid,
    system_pool_keeps_a_node,
    pool_has_room_for_system_pods,
    windows_pool_is_valid,
    spot_price_is_valid,
    upgrade_moves_forward,
    local_ports_are_a_range,
    swap_needs_a_kubelet_that_takes_it,
    message_of_the_day_is_encoded,
    size_fits_features,
)
