"""Every input of every modelled type has the property of Azure's published models, or is listed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from azsandbox.arm.bodies.properties import OBJECTS, RENAMED, RESOURCES, property_path
from azsandbox.schema import catalogue
from azsandbox.schema.shapes import Shape
from azsandbox.services import all_types

TYPES = all_types()
TOKENS = sorted(token.removeprefix("azure-native:") for token in TYPES.tokens)

# Module of the SDK → folder in azure.mgmt, where they differ; a type before its module.
FOLDERS = {
    "applicationinsights": "applicationinsights/v2020_02_02",
    "applicationinsights:Workbook": "applicationinsights/v2023_06_01",
    "authorization": "authorization/v2022_04_01",
    "authorization:ManagementLockAtResourceGroupLevel": "resource/locks",
    "authorization:ManagementLockByScope": "resource/locks",
    "authorization:PolicyAssignment": "resource/policy",
    "authorization:RoleDefinition": "authorization/v2022_05_01_preview",
    "kubernetesconfiguration": "kubernetesconfiguration/v2023_05_01",
    "managedidentity": "msi/v2024_11_30",
    "monitor": "monitor/v2022_06_01",
    "monitor:ActivityLogAlert": "monitor/v2020_10_01",
    "monitor:DiagnosticSetting": "monitor/v2021_05_01_preview",
    "monitor:MetricAlert": "monitor/v2018_03_01",
    "monitor:PrivateLinkScope": "monitor/v2021_07_01_preview",
    "monitor:PrivateLinkScopedResource": "monitor/v2021_07_01_preview",
    "monitor:ScheduledQueryRule": "monitor/v2022_08_01_preview",
    "operationalinsights": "loganalytics",
    "resources": "resource/resources",
}
MODELS = {
    "applicationinsights:Component": "ApplicationInsightsComponent",
    "authorization:ManagementLockAtResourceGroupLevel": "ManagementLockObject",
    "authorization:ManagementLockByScope": "ManagementLockObject",
    "authorization:RoleAssignment": "RoleAssignmentCreateParameters",
    "compute:SshPublicKey": "SshPublicKeyResource",
    "eventgrid:SystemTopicEventSubscription": "EventSubscription",
    "eventhub:EventHub": "Eventhub",
    "eventhub:Namespace": "EHNamespace",
    "eventhub:NamespaceNetworkRuleSet": "NetworkRuleSet",
    "machinelearningservices:Compute": "ComputeResource",
    "machinelearningservices:DataVersion": "DataVersionBase",
    "machinelearningservices:Job": "JobBase",
    "machinelearningservices:WorkspaceConnection": "WorkspaceConnectionPropertiesV2BasicResource",
    "managedidentity:UserAssignedIdentity": "Identity",
    "monitor:ActionGroup": "ActionGroupResource",
    "monitor:ActivityLogAlert": "ActivityLogAlertResource",
    "monitor:DataCollectionEndpoint": "DataCollectionEndpointResource",
    "monitor:DataCollectionRule": "DataCollectionRuleResource",
    "monitor:DataCollectionRuleAssociation": "DataCollectionRuleAssociationProxyOnlyResource",
    "monitor:DiagnosticSetting": "DiagnosticSettingsResource",
    "monitor:MetricAlert": "MetricAlertResource",
    "monitor:PrivateLinkScope": "AzureMonitorPrivateLinkScope",
    "monitor:PrivateLinkScopedResource": "ScopedResource",
    "monitor:ScheduledQueryRule": "ScheduledQueryRuleResource",
    "privatedns:PrivateRecordSet": "RecordSet",
    "storage:Queue": "StorageQueue",
}
NO_MODEL = {
    "machinelearningservices:ManagedNetworkSettingsRule",  # newer than azure-mgmt-machinelearningservices
}


def compare_with_models(name: str, models: Callable[[str], Any]) -> tuple[list[str], list[str]]:
    """(inputs with another property, inputs that no model has) of a type and its nested objects."""
    module = name.partition(":")[0]
    package = models(FOLDERS.get(name) or FOLDERS.get(module) or module)
    shape = catalogue.shared().shape(f"azure-native:{name}")
    model = MODELS.get(name, name.partition(":")[2])
    assert package.locations(model), f"no model {model}: add the name of {name}'s model to MODELS"
    wrong: list[str] = []
    unknown: list[str] = []
    seen: set[tuple[str, str]] = set()

    def compare(inside: str, beside: str | None, inner: Shape, model: str, skip: tuple[str, ...]) -> None:
        if (inside, model) in seen:
            return
        seen.add((inside, model))
        locations = package.locations(model)
        for key, item in inner["props"].items():
            if key in skip:
                continue
            path = property_path(inside, beside, key)
            published = locations.get(path[-1], []) if path else []
            for subclass in () if published else package.subclasses(model):
                published = published or package.locations(subclass).get(path[-1] if path else "", [])
            if not published:
                unknown.append(f"{inside} {key}")
            elif path not in [location.path for location in published]:
                wrong.append(f"{inside} {key}: {path}, but {[location.path for location in published]}")
            for reference in references(item) if published and published[0].model else ():
                cls = reference.rpartition(":")[2].removesuffix("Args")
                nested = f"{module}:{cls}"
                known = cls if cls in package.classes else published[0].model
                compare(nested, OBJECTS.get(nested), shape.types[reference], known, ())

    compare(name, RESOURCES[name], shape.inputs, model, TYPES.get(f"azure-native:{name}").path_parameters)
    return wrong, unknown


def references(shape: Shape) -> Iterator[str]:
    if "ref" in shape:
        yield shape["ref"]
    for nested in (shape.get("items"), shape.get("values"), *shape.get("oneOf", [])):
        if nested:
            yield from references(nested)


def test_every_modelled_type_is_in_the_table() -> None:
    assert sorted(RESOURCES) == TOKENS


@pytest.mark.parametrize("name", [name for name in TOKENS if name not in NO_MODEL])
def test_inputs_have_the_properties_of_the_published_models(name: str, models: Callable[[str], Any]) -> None:
    wrong, _ = compare_with_models(name, models)
    assert wrong == []


def test_the_inputs_that_no_published_model_has_are_listed(
    models: Callable[[str], Any], golden: Callable[[str, str], None]
) -> None:
    names = [name for name in TOKENS if name not in NO_MODEL]
    unverified = {line for name in names for line in compare_with_models(name, models)[1]}
    golden("arm-properties-unverified.txt", "\n".join(sorted(unverified)) + "\n")


def test_the_tables_contain_only_inputs_of_the_sdk() -> None:
    shapes = catalogue.shared()
    named: dict[str, set[str]] = {}
    for name in TOKENS:
        shape = shapes.shape(f"azure-native:{name}")
        named.setdefault(name, set()).update(shape.inputs["props"])
        module = name.partition(":")[0]
        for key, nested in shape.types.items():
            if key.endswith("Args"):
                cls = key.rpartition(":")[2].removesuffix("Args")
                named.setdefault(f"{module}:{cls}", set()).update(nested["props"])
    for table in (RESOURCES, OBJECTS):
        for name, beside in table.items():
            assert set(beside.split()) <= named.get(name, set()), name
    for name, others in RENAMED.items():
        assert set(others) <= named.get(name, set()), name
