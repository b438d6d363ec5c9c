"""Application Insights: components need a workspace, workbooks a GUID."""

from __future__ import annotations

from typing import Any

COMPONENT = {"resourceGroupName": "rg", "resourceName": "appi", "kind": "web", "applicationType": "web"}


def test_a_component_without_a_workspace_is_refused(azure: Any) -> None:
    (problem,) = azure.errors("applicationinsights:Component", **COMPONENT)
    assert problem == ("workspaceResourceId is required: classic components without a workspace are retired")


def test_a_component_on_a_workspace_has_a_connection_string_for_its_region(azure: Any) -> None:
    logs = azure.make("operationalinsights:Workspace", resourceGroupName="rg", workspaceName="logs")
    component = azure.make("applicationinsights:Component", **COMPONENT, workspaceResourceId=logs.id)
    outputs = component.outputs
    assert outputs["connectionString"].startswith(f"InstrumentationKey={outputs['instrumentationKey']};")
    assert "https://westeurope-0.in.applicationinsights.azure.com/" in outputs["connectionString"]
    assert outputs["connectionString"].endswith(f"ApplicationId={outputs['appId']}")


def test_a_components_workspace_is_a_log_analytics_workspace(azure: Any) -> None:
    account = azure.storage()
    code = azure.refusal("applicationinsights:Component", **COMPONENT, workspaceResourceId=account.id)
    assert code == "InvalidResourceReference"


def test_a_workbooks_name_is_a_guid(azure: Any) -> None:
    workbook = {"displayName": "Sales", "category": "workbook", "serializedData": "{}"}
    named = {"resourceGroupName": "rg", "resourceName": "sales"}
    (problem,) = azure.errors("applicationinsights:Workbook", **named, **workbook)
    assert "a GUID" in problem
    azure.make("applicationinsights:Workbook", resourceGroupName="rg", **workbook)  # named by the provider
