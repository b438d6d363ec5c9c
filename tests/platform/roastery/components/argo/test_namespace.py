"""Namespaces: restricted pods, no traffic by default, bounded resources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.components.argo.charts import Argo

Declare = Callable[[Callable[[], object]], Any]


def test_a_namespace_denies_all_traffic_until_a_policy_allows_it(
    declare: Declare, argo: Callable[..., Argo]
) -> None:
    declared = declare(argo)

    for namespace in ("argo", "roastery", "azureml-jobs"):
        spec = declared.inputs(f"{namespace}-default-deny")["spec"]
        assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
        assert declared.inputs(f"{namespace}-quota")["spec"]["hard"].keys() >= {"pods", "limits.memory"}


@pytest.mark.parametrize(
    ("namespace", "level"), [("argo", "restricted"), ("roastery", "restricted"), ("azureml-jobs", "baseline")]
)
def test_a_namespace_admits_restricted_pods_unless_azure_ml_needs_more(
    declare: Declare, argo: Callable[..., Argo], namespace: str, level: str
) -> None:
    labels = declare(argo).inputs(f"ns-{namespace}")["metadata"]["labels"]

    assert labels["pod-security.kubernetes.io/enforce"] == level


def test_pods_of_event_sources_are_left_to_policies_of_their_own(
    declare: Declare, argo: Callable[..., Argo]
) -> None:
    selector = declare(argo).inputs("roastery-allow-out")["spec"]["podSelector"]

    assert selector["matchExpressions"] == [{"key": "eventsource-name", "operator": "DoesNotExist"}]


def test_pods_talk_to_each_other_only_where_some_of_them_do(
    declare: Declare, argo: Callable[..., Argo]
) -> None:
    """Argo's controllers and its server do not: they meet at the API server."""
    names = [policy.inputs["metadata"] for policy in declare(argo).of_type("NetworkPolicy")]
    own = {name["namespace"] for name in names if name["name"] == "allow-own"}

    assert own == {"roastery", "azureml-jobs"}
