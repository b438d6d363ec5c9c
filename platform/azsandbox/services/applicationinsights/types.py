"""Application Insights: components and workbooks."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm import identities
from azsandbox.arm.evidence import Evidence, documented, specified
from azsandbox.arm.model import IN_GROUP, NameRule, Reference, Request, ResourceType, Service, Values
from azsandbox.schema.validate import Problem


def _on_a_workspace(inputs: Values) -> Iterator[Problem]:
    if inputs.get("workspaceResourceId") is None:
        yield Problem(
            "workspaceResourceId",
            "is required: classic components without a workspace are retired",
            code="required",
        )


def _outputs(request: Request) -> Values:
    key = identities.made_up("instrumentation", request.id)
    region = str(request.inputs.get("location", "")).replace(" ", "").lower()
    app = identities.made_up("application", request.id)
    return {
        "appId": app,
        "applicationId": request.name,
        "instrumentationKey": key,
        "connectionString": f"InstrumentationKey={key};IngestionEndpoint=https://{region}-0.in.applicationinsights.azure.com/;"
        f"LiveEndpoint=https://{region}.livediagnostics.monitor.azure.com/;ApplicationId={app}",
        "tenantId": request.tenant,
        "creationDate": "2026-01-01T00:00:00Z",
    }


SERVICE = Service(
    name="applicationinsights",
    types=(
        ResourceType(
            token="azure-native:applicationinsights:Component",
            path=IN_GROUP + "Microsoft.Insights/components/{resourceName}",
            name=NameRule(
                r"[^%&\\?/]{1,259}[^%&\\?/. ]",
                "1 to 260 characters, not ending in a period or space",
                Evidence.DOCUMENTATION,
            ),
            references=(Reference("workspaceResourceId", ("Microsoft.OperationalInsights/workspaces",)),),
            early=(_on_a_workspace,),
            outputs=_outputs,
            claims=(documented("needs a Log Analytics workspace"),),
        ),
        ResourceType(
            token="azure-native:applicationinsights:Workbook",
            path=IN_GROUP + "Microsoft.Insights/workbooks/{resourceName}",
            name=NameRule(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "a GUID"),
            autoname="uuid",
            claims=(specified("the name is a GUID"),),
        ),
    ),
)
