"""What Azure ML creates with a workspace, through azure-ai-ml."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

pytestmark = pytest.mark.xdist_group("api")


def test_datastores_come_with_the_workspace_and_can_be_added(entities: Any, ml: Any, unique: str) -> None:
    assert ml.datastores.get_default().name == "workspaceblobstore"
    ml.datastores.create_or_update(
        entities.AzureBlobDatastore(name=f"lake_{unique}", account_name="stone", container_name="lake")
    )
    names = [datastore.name for datastore in ml.datastores.list()]
    assert {"workspaceblobstore", "workspaceartifactstore", f"lake_{unique}"} <= set(names)
    with pytest.raises(HttpResponseError, match="Storage account 'nobody'"):
        ml.datastores.create_or_update(
            entities.AzureBlobDatastore(name="other", account_name="nobody", container_name="lake")
        )
