"""Which action a request needs, and on which scope."""

from __future__ import annotations

import pytest

from azsandbox.access import operations
from azsandbox.access.decisions import Need
from azsandbox.services import all_types

SCOPE = "/subscriptions/s"
GROUP = f"{SCOPE}/resourceGroups/rg"
WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/w"
ML = "Microsoft.MachineLearningServices/workspaces"


@pytest.mark.parametrize(
    ("request_line", "action", "scope"),
    [
        (f"PUT {GROUP}", "Microsoft.Resources/subscriptions/resourceGroups/write", GROUP),
        (f"GET {WORKSPACE}", f"{ML}/read", WORKSPACE),
        (f"HEAD {WORKSPACE}", f"{ML}/read", WORKSPACE),
        (f"GET {WORKSPACE}/jobs", f"{ML}/jobs/read", WORKSPACE),
        (f"PATCH {WORKSPACE}/jobs/j", f"{ML}/jobs/write", f"{WORKSPACE}/jobs/j"),
        (f"DELETE {WORKSPACE}/jobs/j", f"{ML}/jobs/delete", f"{WORKSPACE}/jobs/j"),
        (f"POST {WORKSPACE}/jobs/j/cancel", f"{ML}/jobs/cancel/action", f"{WORKSPACE}/jobs/j"),
        (
            f"GET {GROUP}/providers/Microsoft.Network/virtualNetworks",
            "Microsoft.Network/virtualNetworks/read",
            GROUP,
        ),
        (f"POST {SCOPE}/providers/Microsoft.Compute/register", "Microsoft.Compute/register/action", SCOPE),
        (
            f"POST {SCOPE}/providers/Microsoft.Features/providers/Microsoft.Compute/features/X/register",
            "Microsoft.Features/providers/features/register/action",
            SCOPE,
        ),
        (
            f"GET {SCOPE}/providers/Microsoft.Compute/locations/westeurope/usages",
            "Microsoft.Compute/locations/usages/read",
            SCOPE,
        ),
        (
            f"PUT {WORKSPACE}/providers/Microsoft.Authorization/roleAssignments/g",
            "Microsoft.Authorization/roleAssignments/write",
            f"{WORKSPACE}/providers/Microsoft.Authorization/roleAssignments/g",
        ),
        (f"GET /history/v1.0{WORKSPACE}/runs/r/details", f"{ML}/experiments/runs/read", WORKSPACE),
        (f"POST /history/v1.0{WORKSPACE}/rundata", f"{ML}/experiments/runs/read", WORKSPACE),
        (
            f"PATCH /history/v1.0{WORKSPACE}/experiments/e/runs/r",
            f"{ML}/experiments/runs/write",
            WORKSPACE,
        ),
    ],
)
def test_a_request_needs_one_action(request_line: str, action: str, scope: str) -> None:
    method, _, path = request_line.partition(" ")
    assert list(operations.needs(method, path)) == [Need(action=action, scope=scope)]


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /subscriptions",
        f"GET {SCOPE}",
        f"GET {SCOPE}/resourceGroups",
        f"GET {GROUP}/resources",
        f"GET {SCOPE}/providers/Microsoft.MachineLearningServices/locations/x/mfeOperationsStatus/1",
        f"POST {SCOPE}/providers/Microsoft.Storage/checkNameAvailability",
    ],
)
def test_what_belongs_to_nobody_needs_no_action(request_line: str) -> None:
    method, _, path = request_line.partition(" ")
    assert list(operations.needs(method, path)) == []


def test_every_function_that_hands_out_a_secret_has_an_action() -> None:
    types = all_types()
    tokens = {
        invoke.token.removeprefix("azure-native:")
        for service in types.services
        for invoke in service.invokes
        if not invoke.token.startswith("azure-native:authorization:")
    }
    assert tokens == set(operations.FUNCTIONS)
    assert all(types.of_kind(kind) for kind, _ in operations.FUNCTIONS.values())
