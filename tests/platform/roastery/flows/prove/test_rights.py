"""Whether role assignments grant what a flow needs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from roastery import roles
from roastery.flows.model import Access, FlowVerdict
from roastery.flows.prove.rights import DeclaredRights, authorised
from roastery.flows.topology import Topology
from roastery.policies import tokens as t
from roastery.policies.model import DeclaredResource, DeclaredStack, StackFacts

Make = Callable[..., DeclaredResource]
Build = Callable[..., Topology]
SUBSCRIPTION = "/subscriptions/11111111-1111-4111-8111-111111111111"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
LAKE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/lake"
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
READ = Access(identity="jobs", scope="lake", data_actions=(f"{BLOBS}/read",))
WRITE = Access(identity="jobs", scope="lake", data_actions=(f"{BLOBS}/read", f"{BLOBS}/write"))
NEW = "aaaaaaaa-0000-4000-8000-000000000000"


@pytest.fixture
def lake(resource: Make) -> DeclaredResource:
    return resource(t.STORAGE, "lake", {"isHnsEnabled": True}, id_=LAKE)


def names(uses: frozenset[str]) -> set[str]:
    return {use.rpartition("::")[2] for use in uses}


@pytest.mark.parametrize(
    "scope",
    [LAKE, LAKE.upper(), GROUP, GROUP.lower(), SUBSCRIPTION, f"{SUBSCRIPTION}/"],
)
def test_a_role_holds_at_its_scope_and_below_whatever_the_case(
    build: Build, assignment: Make, lake: DeclaredResource, scope: str
) -> None:
    judgement = authorised(build(lake, assignment("role", roles.BLOB_READER, scope, "P-JOBS")), READ)
    assert judgement.verdict is FlowVerdict.OK
    assert names(judgement.uses) == {"role"}


@pytest.mark.parametrize(
    "scope",
    [f"{LAKE}2", f"{GROUP}2", f"{LAKE}/blobServices/default/containers/other", f"{SUBSCRIPTION[:-1]}2"],
)
def test_a_role_at_another_or_a_narrower_scope_does_not_hold(
    build: Build, assignment: Make, lake: DeclaredResource, scope: str
) -> None:
    judgement = authorised(build(lake, assignment("role", roles.BLOB_READER, scope, "p-jobs")), READ)
    assert judgement.verdict is FlowVerdict.BLOCKED


def test_a_role_on_a_container_holds_for_that_container(
    build: Build, assignment: Make, lake: DeclaredResource
) -> None:
    path = "blobServices/default/containers/landing"
    topology = build(lake, assignment("role", roles.BLOB_READER, f"{LAKE}/{path}", "p-jobs"))
    access = Access(identity="jobs", scope=f"lake/{path}", data_actions=(f"{BLOBS}/read",))
    assert authorised(topology, access).verdict is FlowVerdict.OK


def test_the_message_names_identity_action_scope_and_the_narrowest_role(
    build: Build, assignment: Make, lake: DeclaredResource
) -> None:
    topology = build(lake, assignment("role", roles.BLOB_READER, LAKE, "p-jobs"))
    judgement = authorised(topology, WRITE)
    assert judgement.verdict is FlowVerdict.BLOCKED
    assert judgement.reason == (
        f"identity jobs lacks {BLOBS}/write at lake: assign Storage Blob Data Contributor"
    )


def test_owner_has_no_data_actions(build: Build, assignment: Make, lake: DeclaredResource) -> None:
    topology = build(lake, assignment("role", roles.OWNER, SUBSCRIPTION, "p-jobs"))
    assert authorised(topology, READ).verdict is FlowVerdict.BLOCKED
    settings = Access(identity="jobs", scope="lake", actions=("Microsoft.Storage/storageAccounts/write",))
    assert authorised(topology, settings).verdict is FlowVerdict.OK


def test_what_not_actions_exclude_is_not_granted(
    build: Build, assignment: Make, lake: DeclaredResource
) -> None:
    topology = build(lake, assignment("role", roles.CONTRIBUTOR, LAKE, "p-jobs"))
    assigning = Access(
        identity="jobs", scope="lake", actions=("Microsoft.Authorization/roleAssignments/write",)
    )
    assert authorised(topology, assigning).verdict is FlowVerdict.BLOCKED


def test_as_few_assignments_as_possible_are_used_and_the_narrowest(
    build: Build, assignment: Make, lake: DeclaredResource
) -> None:
    topology = build(
        lake,
        assignment("a-reader", roles.BLOB_READER, LAKE, "p-jobs"),
        assignment("b-contributor", roles.BLOB_CONTRIBUTOR, GROUP, "p-jobs"),
    )
    assert names(authorised(topology, WRITE).uses) == {"b-contributor"}
    assert names(authorised(topology, READ).uses) == {"a-reader"}


def test_two_assignments_together_may_be_needed(
    build: Build, assignment: Make, lake: DeclaredResource
) -> None:
    topology = build(
        lake,
        assignment("data", roles.BLOB_READER, LAKE, "p-jobs"),
        assignment("settings", roles.READER, GROUP, "p-jobs"),
        assignment("other", roles.ACR_PULL, GROUP, "p-jobs"),
    )
    both = Access(
        identity="jobs",
        scope="lake",
        actions=("Microsoft.Storage/storageAccounts/privateEndpointConnections/read",),
        data_actions=(f"{BLOBS}/read",),
    )
    assert names(authorised(topology, both).uses) == {"data", "settings"}


def test_a_role_that_the_state_declares_counts(
    build: Build, assignment: Make, resource: Make, lake: DeclaredResource
) -> None:
    definition = resource(
        t.ROLE_DEFINITION,
        "custom",
        {"roleName": "Reads blobs", "permissions": [{"actions": [], "dataActions": [f"{BLOBS}/*"]}]},
        id_=f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{NEW}",
    )
    topology = build(lake, definition, assignment("role", NEW.upper(), LAKE, "p-jobs"))
    assert authorised(topology, WRITE).verdict is FlowVerdict.OK


def test_an_unknown_role_definition_is_named_and_unproven(
    build: Build, assignment: Make, lake: DeclaredResource
) -> None:
    judgement = authorised(build(lake, assignment("role", NEW, LAKE, "p-jobs")), READ)
    assert judgement.verdict is FlowVerdict.UNPROVEN
    assert NEW in judgement.reason


@pytest.mark.parametrize(
    ("scope", "more"),
    [
        (LAKE, {"condition": "@Resource[x] StringEquals 'y'"}),
        ("/providers/Microsoft.Management/managementGroups/platform", {}),
    ],
)
def test_a_condition_or_a_management_group_leaves_it_unproven(
    build: Build, assignment: Make, lake: DeclaredResource, scope: str, more: dict[str, str]
) -> None:
    role = assignment("role", roles.BLOB_READER, scope, "p-jobs", **more)
    assert authorised(build(lake, role), READ).verdict is FlowVerdict.UNPROVEN


def test_a_group_has_to_hold_all_of_it_alone(build: Build, assignment: Make, lake: DeclaredResource) -> None:
    access = Access(
        identity="group:people who look at data",
        scope="lake",
        actions=("Microsoft.Storage/storageAccounts/read",),
        data_actions=(f"{BLOBS}/read",),
    )
    apart = [
        assignment("data", roles.BLOB_READER, LAKE, "g-1", "Group"),
        assignment("settings", roles.READER, LAKE, "g-2", "Group"),
        assignment("machine", roles.READER, LAKE, "g-1"),
    ]
    judgement = authorised(build(lake, *apart), access)
    assert judgement.verdict is FlowVerdict.BLOCKED
    assert "people who look at data" in judgement.reason
    together = [*apart, assignment("more", roles.READER, LAKE, "g-1", "Group")]
    assert names(authorised(build(lake, *together), access).uses) == {"data", "more"}


@pytest.mark.parametrize(
    "access",
    [
        Access(identity="jobs", scope="vault", actions=("Microsoft.KeyVault/vaults/read",)),
        Access(identity="nobody", scope="lake", data_actions=(f"{BLOBS}/read",)),
    ],
)
def test_what_the_state_does_not_have_is_said(build: Build, lake: DeclaredResource, access: Access) -> None:
    assert authorised(build(lake), access).verdict is FlowVerdict.NOT_DECLARED


def test_assignments_of_a_second_state_count(build: Build, assignment: Make, lake: DeclaredResource) -> None:
    topology = build(lake)
    bootstrap = DeclaredStack(
        [assignment("role", roles.BLOB_READER, LAKE, "p-jobs")],
        StackFacts(stack="bootstrap", environment="prod"),
    )
    judgement = authorised(topology, READ, DeclaredRights(topology.stack, bootstrap))
    assert names(judgement.uses) == {"role"}


def test_nothing_needed_is_nothing_to_prove(build: Build) -> None:
    assert authorised(build(), Access(identity="jobs", scope="lake")).verdict is FlowVerdict.NOT_NEEDED
