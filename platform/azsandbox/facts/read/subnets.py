"""Services that subnets are delegated to, and service endpoints, as the Terraform provider lists them."""

from __future__ import annotations

import re
from typing import Any

from azsandbox.facts.sources import Copy, Source

TERRAFORM = Source(
    "hashicorp/terraform-provider-azurerm",
    ("internal/services/network/subnet_resource.go", "website/docs/r/subnet.html.markdown"),
)
SOURCES = (TERRAFORM,)
_DELEGATIONS = re.compile(r"subnetDelegationServiceNames = \[\]string\{(.*?)\n\}", re.DOTALL)
_ENDPOINTS = re.compile(r"The name of the Service endpoint.*?Possible values are (.*)")
# The page misspells it; learn.microsoft.com/azure/virtual-network/virtual-network-service-endpoints-overview
_SPELLING = {"Microsoft.CognitiveService": "Microsoft.CognitiveServices"}


def rows(copies: dict[str, Copy]) -> dict[str, Any]:
    """Delegations and service endpoints.

    Raises:
        FactsError: a file has another form.
    """
    copy = copies[TERRAFORM.repository]
    code, page = TERRAFORM.paths
    delegations, endpoints = _DELEGATIONS.search(copy.text(code)), _ENDPOINTS.search(copy.text(page))
    if delegations is None:
        raise copy.failure(code, "subnetDelegationServiceNames")
    if endpoints is None:
        raise copy.failure(page, "values of service endpoints")
    names: list[str] = re.findall(r"`([\w.]+)`", endpoints[1])
    return {
        "delegations": sorted(name.rstrip(".") for name in re.findall(r'"([^"]+)"', delegations[1])),
        "serviceEndpoints": sorted(_SPELLING.get(name, name) for name in names),
    }
