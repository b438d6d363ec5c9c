"""What a component comes with: its ids and its connection string."""

from __future__ import annotations

from azsandbox.arm import identities, regions
from azsandbox.arm.model import Request, Values


def component(request: Request) -> Values:
    key = identities.made_up("instrumentation", request.id)
    region = regions.canonical(str(request.inputs.get("location", "")))
    application = identities.made_up("application", request.id)
    endpoints = (
        f"IngestionEndpoint=https://{region}-0.in.applicationinsights.azure.com/;"
        f"LiveEndpoint=https://{region}.livediagnostics.monitor.azure.com/"
    )
    return {
        "appId": application,
        "applicationId": request.name,
        "instrumentationKey": key,
        "connectionString": f"InstrumentationKey={key};{endpoints};ApplicationId={application}",
        "tenantId": request.tenant,
        "creationDate": "2026-01-01T00:00:00Z",
    }
