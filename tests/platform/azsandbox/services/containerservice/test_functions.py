"""The kubeconfigs that AKS hands out."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import yaml

from azsandbox.errors import ArmError


@pytest.mark.usefixtures("cluster")
def test_users_sign_in_by_kubelogin_and_administrators_not_at_all(azure: Any) -> None:
    arguments = {"resourceGroupName": "rg", "resourceName": "aks"}
    answer = azure.provider.invoke(
        "azure-native:containerservice:listManagedClusterUserCredentials", arguments
    )
    config = yaml.safe_load(base64.b64decode(answer["kubeconfigs"][0]["value"]))
    assert config["users"][0]["user"]["exec"]["command"] == "kubelogin"
    with pytest.raises(ArmError, match="disable local accounts"):
        azure.provider.invoke("azure-native:containerservice:listManagedClusterAdminCredentials", arguments)
