"""What the API server refuses although the schema accepts it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from azsandbox.kubernetes import semantics


def problems(kind: str, **parts: Any) -> list[str]:
    manifest = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "it"}, **parts}
    return [f"{problem.path} {problem.message}" for problem in semantics.check(manifest)]


@pytest.mark.parametrize(
    ("text", "number"),
    [("500m", "0.5"), ("2", "2"), ("4Gi", "4294967296"), ("1e3", "1000"), (".5M", "500000"), ("2E", "2e18")],
)
def test_quantities_are_read_as_kubernetes_reads_them(text: str, number: str) -> None:
    assert semantics.parse_quantity(text) == Decimal(number)


@pytest.mark.parametrize("text", ["forty", "4GB", "1 Gi", "", "--1", "1.5.2"])
def test_an_invalid_quantity_is_refused(text: str) -> None:
    assert problems("ResourceQuota", spec={"hard": {"requests.cpu": text}}) == [
        f"spec.hard.requests.cpu {text!r} is not a valid quantity, such as 500m, 2 or 4Gi"
    ]


def test_a_request_above_its_limit_is_refused() -> None:
    resources = {"requests": {"cpu": "2", "memory": "1Gi"}, "limits": {"cpu": "1500m", "memory": "1Gi"}}
    spec = {"containers": [{"name": "main", "resources": resources}]}

    assert problems("Pod", spec=spec) == [
        "spec.containers[0].resources.requests.cpu 2 must be less than or equal to the cpu limit of 1500m"
    ]


def test_pod_security_has_three_levels() -> None:
    labels = {
        "pod-security.kubernetes.io/enforce": "restrictive",
        "pod-security.kubernetes.io/enforce-version": "newest",
    }
    level, version = problems("Namespace", metadata={"name": "it", "labels": labels})

    assert "must be one of privileged, baseline, restricted; did you mean 'restricted'?" in level
    assert "must be latest or a version" in version


def test_labels_ranges_and_limit_types_follow_their_own_rules() -> None:
    assert (
        "is not a valid label value" in problems("Pod", metadata={"name": "it", "labels": {"app": "a b"}})[0]
    )
    assert (
        "must be one of Container, Pod"
        in problems("LimitRange", spec={"limits": [{"type": "Containers"}]})[0]
    )
    peers = [{"ipBlock": {"cidr": "10.0.0.1/8"}}]
    rule = {"to": peers, "ports": [{"port": 70000}]}
    errors = problems("NetworkPolicy", spec={"egress": [rule]})
    assert errors[0].startswith("spec.egress[0].to[0].ipBlock.cidr 10.0.0.1/8 has host bits set")
    assert errors[1] == "spec.egress[0].ports[0].port 70000 must be between 1 and 65535, inclusive"


def test_a_value_that_a_preview_does_not_know_is_not_a_problem() -> None:
    assert problems("ResourceQuota", spec={"hard": {"pods": "\0unknown"}}) == []
