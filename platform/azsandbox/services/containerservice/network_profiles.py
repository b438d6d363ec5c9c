"""What AKS makes of a network profile: recorded on 2025-04-02 and 2026-09-10 (none given: Azure overlay)."""

from __future__ import annotations

from azsandbox.arm.model import Values

_POD_RANGE = "10.244.0.0/16"
_BALANCED = "loadBalancer"
_OVERLAY_PODS, _KUBENET_PODS, _AZURE_PODS = 250, 110, 30


def network_profile(cluster: Values) -> Values:
    """The profile with plugin, mode, policy and ranges for pods."""
    profile: Values = dict(cluster.get("networkProfile") or {})
    if not profile.get("networkPlugin"):
        profile |= {
            "networkPlugin": "azure",
            "networkPluginMode": profile.get("networkPluginMode", "overlay"),
        }
    profile.setdefault("networkPolicy", "none")
    profile.setdefault("networkDataplane", "azure")
    if _has_pod_range(profile) and not profile.get("podCidrs"):
        profile.setdefault("podCidr", _POD_RANGE)
        profile["podCidrs"] = [profile["podCidr"]]
    if profile.get("outboundType", _BALANCED) == _BALANCED:
        profile["loadBalancerProfile"] = _load_balancer(profile.get("loadBalancerProfile") or {})
    if not profile.get("serviceCidrs"):
        profile["serviceCidrs"] = [profile.get("serviceCidr") or "10.0.0.0/16"]
    return profile


def _load_balancer(profile: Values) -> Values:
    """One address for what leaves the cluster, unless the cluster brings its own."""
    own = profile.get("outboundIPs") or profile.get("outboundIPPrefixes")
    addresses: Values = {} if own else {"managedOutboundIPs": {"count": 1}}
    return {"backendPoolType": "nodeIPConfiguration", **addresses, **profile}


def max_pods(cluster: Values) -> int:
    """How many pods a node takes where its pool does not say."""
    profile = network_profile(cluster)
    if profile.get("networkPlugin") == "kubenet":
        return _KUBENET_PODS
    azure = profile.get("networkPlugin") == "azure" and profile.get("networkPluginMode") != "overlay"
    return _AZURE_PODS if azure else _OVERLAY_PODS


def _has_pod_range(profile: Values) -> bool:
    return profile.get("networkPlugin") == "kubenet" or profile.get("networkPluginMode") == "overlay"
