"""Jobs run as the identity of their compute, deployments as that of their endpoint; both need its roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

pytestmark = pytest.mark.xdist_group("api")
WHO = (
    "import jwt; from azure.identity import DefaultAzureCredential as D; "
    "token = D().get_token('https://storage.azure.com/.default').token; "
    "print(jwt.decode(token, options={'verify_signature': False})['oid'])"
)


@pytest.fixture
def identity(sandbox: Any) -> Any:
    """The identity of the compute `aks`."""
    (known,) = (
        item
        for item in sandbox.subscription.of_kind("Microsoft.ManagedIdentity/userAssignedIdentities")
        if item.name == "id-jobs"
    )
    return known


@pytest.fixture
def without_role(sandbox: Any, identity: Any) -> Iterator[None]:
    """The identity has lost its role on the storage account."""
    principal = identity.outputs["principalId"]
    roles = [
        item
        for item in sandbox.subscription.of_kind("Microsoft.Authorization/roleAssignments")
        if item.inputs["principalId"] == principal
    ]
    for role in roles:
        sandbox.subscription.remove(role.id)
    yield
    for role in roles:
        sandbox.subscription.put(role)


def test_a_job_signs_in_as_the_identity_of_its_compute(
    sdk: Any, ml: Any, image: str, ended: Callable[[str], Any], identity: Any, tmp_path: Any
) -> None:
    job = sdk.command(command=f'python -c "{WHO}"', environment=image, compute="aks")
    final = ended(ml.jobs.create_or_update(job).name)
    ml.jobs.download(final.name, download_path=tmp_path)
    log = (tmp_path / "artifacts" / "user_logs" / "std_log.txt").read_text()
    assert log.strip() == identity.outputs["principalId"]


def test_a_job_whose_identity_may_not_write_its_log_fails(
    sdk: Any, ml: Any, image: str, ended: Callable[[str], Any], sandbox: Any, without_role: None
) -> None:
    del without_role
    final = ended(
        ml.jobs.create_or_update(sdk.command(command="true", environment=image, compute="aks")).name
    )
    assert final.status == "Failed"
    run = sandbox.subscription.get(final.id).outputs["run"]
    assert "not authorized to perform this operation using this permission" in run["error"]
    assert "containers/blobs/write" in run["error"]


def test_a_deployment_needs_the_model_for_the_identity_of_its_endpoint(
    sandbox: Any, endpoint: Any, deploy: Any, entities: Any, identity: Any, without_role: None
) -> None:
    del without_role
    assigned = [entities.ManagedIdentityConfiguration(resource_id=identity.id)]
    created = endpoint(
        identity=entities.IdentityConfiguration(type="user_assigned", user_assigned_identities=assigned)
    )
    with pytest.raises(HttpResponseError, match="blobs/read"):
        deploy(created.name, "blue")
    assert sandbox.subscription.get(f"{created.id}/deployments/blue") is not None
