"""The role definitions of the proofs are those of the sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azsandbox.facts import role_definitions
from azsandbox.facts.table import load
from roastery.flows.facts import definitions
from roastery.roles import MANAGED_IDENTITY_OPERATOR, NAMES

FILE = Path(definitions.__file__).with_name("role_definitions.json")
FIELDS = ("actions", "notActions", "dataActions", "notDataActions")


def expected() -> dict[str, Any]:
    table = load(role_definitions.TABLE)
    return {
        "date": table.date,
        "source": table.source,
        "roles": {str(guid): {"name": name, "permissions": parts(guid)} for guid, name in NAMES.items()},
    }


def parts(guid: str) -> list[dict[str, list[str]]]:
    role = role_definitions.role(guid)
    assert role is not None
    return [
        {
            field: list(values)
            for field, values in zip(
                FIELDS,
                (part.actions, part.not_actions, part.data_actions, part.not_data_actions),
                strict=True,
            )
            if values
        }
        for part in role.permissions
    ]


def test_every_role_of_the_program_is_known_as_the_sandbox_knows_it(request: pytest.FixtureRequest) -> None:
    """After a change of roastery.roles, `pytest --update-golden` of this file writes the table anew."""
    if request.config.getoption("--update-golden"):
        FILE.write_text(json.dumps(expected(), indent=1) + "\n", encoding="utf-8")
    assert json.loads(FILE.read_text(encoding="utf-8")) == expected()


@pytest.mark.parametrize(
    ("action", "data", "role"),
    [
        (
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
            True,
            "Storage Blob Data Reader",
        ),
        ("Microsoft.KeyVault/vaults/secrets/getSecret/action", True, "Key Vault Secrets User"),
        ("Microsoft.ContainerRegistry/registries/pull/read", False, "AcrPull"),
        ("Microsoft.MachineLearningServices/workspaces/jobs/write", False, "AzureML Data Scientist"),
    ],
)
def test_the_narrowest_role_is_the_one_that_the_documents_name(action: str, data: bool, role: str) -> None:
    narrowest = definitions.narrowest(
        definitions.built_in().values(), [] if data else [action], [action] if data else []
    )
    assert narrowest is not None
    assert narrowest.name == role


def test_a_pattern_is_allowed_only_if_all_that_it_stands_for_is() -> None:
    part = definitions.RolePermission(actions=("A/*",), not_actions=("A/secret/*",))
    assert part.allows("A/b/read", data=False)
    assert not part.allows("A/*", data=False)
    assert not part.allows("A/SECRET/read", data=False)
    assert not part.allows("A/b/read", data=True)


def test_a_star_between_slashes_stands_for_nothing_as_well() -> None:
    """Managed Identity Operator lets Azure assign an identity by an action without that part."""
    operator = definitions.built_in()[str(MANAGED_IDENTITY_OPERATOR)]

    assert operator.allows("Microsoft.ManagedIdentity/userAssignedIdentities/assign/action", data=False)
    assert not operator.allows("Microsoft.ManagedIdentity/userAssignedIdentities/write", data=False)
