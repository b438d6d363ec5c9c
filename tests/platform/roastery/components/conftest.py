"""Components declared against a monitor that records, instead of an engine."""

from __future__ import annotations

import base64
import contextvars
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import resource_pb2

from roastery.components.network.dns import PrivateDns, PrivateDnsArgs
from roastery.components.network.endpoint import PrivateAccess
from roastery.components.resource_group import ResourceGroup
from roastery.naming import Names

SUBSCRIPTION = "11111111-1111-4111-8111-111111111111"


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One resource as the program registered it."""

    type: str
    name: str
    parent: str
    inputs: dict[str, Any]
    protect: bool
    depends_on: frozenset[str]
    ignore_changes: tuple[str, ...]
    retain_on_delete: bool
    delete_before_replace: bool


class Declaration(list[Registration]):
    """Everything that a program registered."""

    def named(self, name: str) -> Registration:
        """The resource with that Pulumi name."""
        (registration,) = [registration for registration in self if registration.name == name]
        return registration

    def inputs(self, name: str) -> dict[str, Any]:
        """The inputs of the resource with that Pulumi name."""
        return self.named(name).inputs

    def of_type(self, kind: str) -> list[Registration]:
        """The resources of a type, by the last part of its token."""
        return [registration for registration in self if registration.type.rpartition(":")[2] == kind]

    def names(self, kind: str) -> set[str]:
        """The Pulumi names of the resources of a type."""
        return {registration.name for registration in self.of_type(kind)}

    def roles(self) -> dict[str, tuple[str, str]]:
        """Role id and scope of each role assignment, by its name without `role-`."""
        return {
            assignment.name.removeprefix("role-"): (
                assignment.inputs["roleDefinitionId"].rpartition("/")[2],
                assignment.inputs["scope"],
            )
            for assignment in self.of_type("RoleAssignment")
        }


class _Answers(mocks.Mocks):
    """Ids are `<name>-id`; outputs are the inputs."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        if args.resource_id:  # read, not created
            return args.resource_id, {"status": {"loadBalancer": {"ingress": [{"ip": "10.40.3.254"}]}}}
        return f"{args.name}-id", _as_outputs(args.inputs)

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        del args
        kubeconfig = base64.b64encode(b"users: [{name: aks, user: {client-certificate: x}}]").decode()
        return {"kubeconfigs": [{"name": "aks", "value": kubeconfig}]}, []


def _as_outputs(value: Any) -> Any:
    """The inputs as azure-native returns them: assigned identities are a list there, and a mapping here."""
    if isinstance(value, list):
        return [_as_outputs(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {id_: {} for id_ in item} if key == "userAssignedIdentities" else _as_outputs(item)
        for key, item in value.items()
    }


class _Recorder(mocks.MockMonitor):
    def __init__(self) -> None:
        super().__init__(_Answers())
        self.declaration = Declaration()

    def RegisterResource(self, request: Any) -> resource_pb2.RegisterResourceResponse:  # noqa: N802 - gRPC's
        if request.type != "pulumi:pulumi:Stack":
            self.declaration.append(
                Registration(
                    type=request.type,
                    name=request.name,
                    parent=request.parent.rpartition("::")[2],
                    inputs=dict(rpc.deserialize_properties(request.object)),
                    protect=request.protect,
                    depends_on=frozenset(urn.rpartition("::")[2] for urn in request.dependencies),
                    ignore_changes=tuple(request.ignoreChanges),
                    retain_on_delete=request.retainOnDelete,
                    delete_before_replace=request.deleteBeforeReplace,
                )
            )
        return super().RegisterResource(request)


@pytest.fixture
def declare() -> Callable[[Callable[[], object]], Declaration]:
    """Runs a program, and returns what it declared."""

    def run(program: Callable[[], object]) -> Declaration:
        recorder = _Recorder()

        def isolated() -> None:
            pulumi.runtime.set_mocks(_Answers(), "tests", "prod", preview=False, monitor=recorder)
            mocks.test(lambda: program() and None)()

        # Pulumi's settings are context variables: other tests keep theirs.
        contextvars.copy_context().run(isolated)
        return recorder.declaration

    return run


@pytest.fixture
def group() -> ResourceGroup:
    """A resource group of production."""
    names = Names(workload="roastery", environment="prod", region="eastus2", salt=SUBSCRIPTION)
    return ResourceGroup(id="rg-id", name="rg", names=names, tags={"owner": "forecasting"}, protect=True)


@pytest.fixture
def private_access(group: ResourceGroup) -> Callable[..., PrivateAccess]:
    """Declares the DNS zones of these services; to be called by the program."""

    def access(*services: str) -> PrivateAccess:
        args = PrivateDnsArgs(resource_group=group, vnet_id="vnet-id", groups=services)
        return PrivateAccess(resource_group=group, subnet_id="subnet-id", dns=PrivateDns("dns", args))

    return access


@pytest.fixture
def office() -> IPv4Network:
    """A public range that development may be reached from."""
    return IPv4Network("198.51.100.0/24")
