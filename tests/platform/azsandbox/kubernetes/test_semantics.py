"""What an API server refuses although the types are right."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from azsandbox.kubernetes import semantics


def said(kind: str, **parts: Any) -> list[str]:
    manifest = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "it"}, **parts}
    return [f"{one.path} {one.message}" for one in semantics.check(manifest)]


@pytest.mark.parametrize(
    ("text", "number"),
    [("500m", "0.5"), ("2", "2"), ("4Gi", "4294967296"), ("1e3", "1000"), (".5M", "500000"), ("2E", "2e18")],
)
def test_quantities_are_read_as_kubernetes_reads_them(text: str, number: str) -> None:
    assert semantics.amount(text) == Decimal(number)


@pytest.mark.parametrize("text", ["forty", "4GB", "1 Gi", "", "--1", "1.5.2"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    assert said("ResourceQuota", spec={"hard": {"requests.cpu": text}}) == [
        f"spec.hard.requests.cpu {text!r} is no quantity, such as 500m, 2 or 4Gi"
    ]


def test_a_request_above_its_limit_is_refused_wherever_it_stands() -> None:
    resources = {"requests": {"cpu": "2", "memory": "1Gi"}, "limits": {"cpu": "1500m", "memory": "1Gi"}}
    spec = {"containers": [{"name": "main", "resources": resources}]}

    assert said("Pod", spec=spec) == [
        "spec.containers[0].resources.requests.cpu 2 is more than its limit 1500m"
    ]


def test_pod_security_has_three_levels() -> None:
    labels = {
        "pod-security.kubernetes.io/enforce": "restrictive",
        "pod-security.kubernetes.io/enforce-version": "newest",
    }
    level, version = said("Namespace", metadata={"name": "it", "labels": labels})

    assert "is none of privileged, baseline, restricted; did you mean 'restricted'?" in level
    assert "neither latest nor a version" in version


def test_labels_ranges_and_limit_types_follow_their_own_rules() -> None:
    assert "is no label" in said("Pod", metadata={"name": "it", "labels": {"app": "a b"}})[0]
    assert "is none of Container, Pod" in said("LimitRange", spec={"limits": [{"type": "Containers"}]})[0]
    peers = [{"ipBlock": {"cidr": "10.0.0.1/8"}}]
    rule = {"to": peers, "ports": [{"port": 70000}]}
    found = said("NetworkPolicy", spec={"egress": [rule]})
    assert found[0].startswith("spec.egress[0].to[0].ipBlock.cidr 10.0.0.1/8 has host bits set")
    assert found[1] == "spec.egress[0].ports[0].port 70000 is not between 1 and 65535"


def test_what_a_preview_does_not_know_yet_is_no_problem() -> None:
    assert said("ResourceQuota", spec={"hard": {"pods": "\0unknown"}}) == []
