"""The table of flows is consistent in itself, and the proof needs each of its parts."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from roastery.flows.facts.definitions import built_in, covers
from roastery.flows.model import Access, Flow, Pods
from roastery.flows.table import ALL, azure_ml

PAGES = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+/[\w./#-]+")


def accesses() -> list[tuple[str, Access]]:
    return [(flow.id, access) for flow in ALL for access in flow.access]


def test_ids_are_unique_and_stable_in_form() -> None:
    counts = Counter(flow.id for flow in ALL)
    assert [name for name, count in counts.items() if count > 1] == []
    assert [name for name in counts if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


@pytest.mark.parametrize("flow", ALL, ids=lambda flow: flow.id)
def test_a_flow_says_why_and_which_public_page_demands_it(flow: Flow) -> None:
    assert flow.why
    assert PAGES.fullmatch(flow.page), flow.page
    assert all(0 < port < 65536 for port in flow.ports)


@pytest.mark.parametrize(("name", "access"), accesses(), ids=lambda value: getattr(value, "identity", value))
def test_some_known_role_allows_every_action_that_a_flow_needs(name: str, access: Access) -> None:
    """So a misspelt action is found here, and not as a role that is missing."""
    for action, data in [(a, False) for a in access.actions] + [(a, True) for a in access.data_actions]:
        patterns = [
            pattern
            for role in built_in().values()
            for part in role.permissions
            for pattern in (part.data_actions if data else part.actions)
        ]
        provider = action.split("/")[0].lower()
        specific = [p for p in patterns if p.split("/")[0].lower() == provider]
        assert any(covers(pattern, action) for pattern in specific), f"{name}: {action}"


def test_a_flow_with_an_identity_of_pods_names_their_account() -> None:
    wrong = [
        flow.id
        for flow in ALL
        if flow.identity and isinstance(flow.source, Pods) and flow.source.account == "default"
    ]
    assert wrong == []


def test_every_line_of_azure_mls_in_cluster_table_is_there() -> None:
    """how-to-access-azureml-behind-firewall, "In-cluster communication requirements"."""
    lines = {
        (str(flow.source), str(flow.destination), flow.ports)
        for flow in azure_ml.FLOWS
        if flow.page.endswith("#in-cluster-communication-requirements")
    }
    assert ("pods azureml/*", "API server", (443,)) in lines
    assert (
        "pods azureml/*",
        "pods azureml/*",
        (11001, 12001, 12101, 12201, 20000, 8000, 8001, 9001),
    ) in lines
    assert ("pods azureml/*", "pods kube-system/k8s-app=kube-dns", (53,)) in lines
    assert ("pods azureml/*", "pods kube-system/app=konnectivity-agent", (443,)) in lines
    assert ("pods azureml/*", "pods azureml-jobs/*", (5001,)) in lines
    assert ("pods azureml-jobs/*", "pods azureml/*", (9999,)) in lines
