"""What keys stand for in a state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from roastery.flows.topology import Topology, UnknownProgramError
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, DeclaredStack, StackFacts

FACTS = StackFacts(stack="prod", environment="prod")
Build = Callable[..., Topology]
Make = Callable[..., DeclaredResource]


@pytest.mark.parametrize(
    ("types", "missing"),
    [(("aws:s3/bucket:Bucket",), "virtual network"), ((t.NETWORK,), "identities of this program")],
)
def test_a_state_of_another_program_has_no_flows(
    resource: Make, types: tuple[str, ...], missing: str
) -> None:
    stack = DeclaredStack([resource(type_, "x") for type_ in types], FACTS)

    with pytest.raises(UnknownProgramError, match=f"no flows are declared for stack prod: .* no {missing}"):
        Topology(stack)


def test_the_workspaces_own_resources_are_what_it_names(build: Build, resource: Make) -> None:
    account, lake = (
        resource(t.STORAGE, name, {"isHnsEnabled": hierarchical}, id_=f"/x/storageAccounts/{name}")
        for name, hierarchical in (("st", False), ("dls", True))
    )
    workspace = resource(t.ML_WORKSPACE, "ws", {"storageAccount": "/X/STORAGEACCOUNTS/st"}, id_="/x/ws")
    topology = build(lake, account, workspace)

    assert topology.id_of("storage") == "/x/storageAccounts/st"
    assert topology.id_of("lake") == "/x/storageAccounts/dls"
    assert topology.id_of("storage/blobServices/default") == "/x/storageAccounts/st/blobServices/default"
    assert topology.id_of("vault") == ""


def test_what_the_bootstrap_made_is_known_by_its_private_endpoint(build: Build, resource: Make) -> None:
    def endpoint(name: str, target: str, group: str) -> DeclaredResource:
        connection = {"privateLinkServiceId": target, "groupIds": [group]}
        return resource(t.ENDPOINT, name, {"privateLinkServiceConnections": [connection]}, id_=f"/x/{name}")

    state = "/s/providers/Microsoft.Storage/storageAccounts/stboot"
    own = resource(
        t.STORAGE, "st", {"isHnsEnabled": True}, id_="/s/providers/Microsoft.Storage/storageAccounts/dls"
    )
    topology = build(own, endpoint("own", own.id, "dfs"), endpoint("state", state, "blob"))

    assert topology.id_of("state_store") == state
    assert topology.id_of("endpoint:state_store:blob") == "/x/state"
    assert topology.id_of("endpoint:state_store:queue") == ""
    assert topology.has("state_vault"), "one of the three is there, so a flow to the others is broken"
    assert not build(own, endpoint("own", own.id, "dfs")).has("state_store")


def test_add_ons_are_known_by_name(build: Build, resource: Make) -> None:
    profiles = {"azurepolicy": {"enabled": True}, "omsagent": {"enabled": False}}
    topology = build(resource(t.AKS, "aks", {"addonProfiles": profiles}, id_="/x/aks"))

    names = ("azurepolicy", "omsagent", "other")
    needs = (*(f"cluster:addonProfiles.{name}.enabled" for name in names), "cluster", "bastion")
    assert [topology.has(need) for need in needs] == [True, False, False, True, False]


def test_principals_are_those_of_identities_and_of_resources(build: Build, resource: Make) -> None:
    workspace: Any = {"identity": {"principalId": "p-ws"}}
    topology = build(resource(t.ML_WORKSPACE, "ws", id_="/x/ws", outputs=workspace))

    assert [topology.principal(key) for key in ("jobs", "workspace", "cluster", "nobody")] == [
        "p-jobs",
        "p-ws",
        "",
        "",
    ]
