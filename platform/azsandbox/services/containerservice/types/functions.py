"""The functions that hand out a cluster's credentials."""

from __future__ import annotations

from azsandbox.arm.evidence import documented
from azsandbox.arm.model import Invoke
from azsandbox.services.containerservice import functions

_REQUIRED = ("resourceGroupName", "resourceName")

INVOKES = (
    Invoke(
        token="azure-native:containerservice:listManagedClusterUserCredentials",
        arguments=(*_REQUIRED, "serverFqdn", "format"),
        required=_REQUIRED,
        answer=functions.user_credentials,
        claims=(documented("a kubeconfig that calls kubelogin where users sign in with Entra"),),
    ),
    Invoke(
        token="azure-native:containerservice:listManagedClusterAdminCredentials",
        arguments=(*_REQUIRED, "serverFqdn"),
        required=_REQUIRED,
        answer=functions.admin_credentials,
        claims=(documented("refused where local accounts are disabled"),),
    ),
)
